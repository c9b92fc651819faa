"""The fields of a header that have a name, found by patterns: faster than to split the block."""

import re
from collections.abc import Callable, Collection, Iterable
from functools import lru_cache

from pytest_fakemail.mime.headers import LF, Headers, unfolded


def values(block: bytes, name: bytes) -> list[bytes]:
    """Return the unfolded values of the fields of one name (in lower case), in order."""
    found = _fields(frozenset((name,))).findall(b"\n" + block)
    return [unfolded(value) for _, value in found]


def first_values(block: bytes, names: frozenset[bytes]) -> dict[bytes, bytes]:
    """Return the unfolded value of the first field of each of these names (in lower case)."""
    found: dict[bytes, bytes] = {}
    for field, value in _fields(names).findall(b"\n" + block):
        name = field[: field.index(b":")].rstrip(b" \t").lower()
        if name not in found:
            found[name] = unfolded(value)
    return found


def select(block: bytes, names: Collection[bytes], *, inverted: bool = False) -> bytes:
    """Return the fields of these names (in lower case), as sent and in order.

    `inverted` returns all the others.  The empty line is not part of the answer.
    """
    if inverted:
        others = [field for field in Headers(block) if field.name.lower() not in names]
        return b"".join([block[field.start : field.end] for field in others])
    if not names:
        return b""
    return b"".join(_whole_fields(frozenset(names)).findall(b"\n" + block))


def first_value(raw: bytes, name: bytes, end: int) -> bytes | None:
    """Return the unfolded value of the first field of this name (in lower case), None without one.

    The header is the beginning of `raw`, up to `end`.
    """
    # Perhaps a field that has no line before it.
    if raw[:1].lower() == name[:1] and raw[: len(name)].lower() == name:
        found = values(raw[:end], name)
        return found[0] if found else None
    match = _first_field(name)(raw, 0, end)
    if match is None:
        return None
    value = match[1]
    return unfolded(value) if LF in value else value.strip(b" \t\r")


def runs(names: Collection[bytes]) -> Callable[[bytes, int], bytes]:
    r"""Return what does as `select` for a header whose lines all have their end: ``raw[:end]``.

    What it finds has a ``\n`` before it instead of behind it, if it finds anything.
    """
    if not names:
        return lambda _, __: b""
    find = _runs(frozenset(names)).findall
    # What may begin the first field, which has no line end before it.
    starts = frozenset(b"".join([name[:1] + name[:1].upper() or b" \t:" for name in names]))

    def found(raw: bytes, end: int) -> bytes:
        return b"".join(find(b"\n" + raw[:end]) if raw[0] in starts else find(raw, 0, end))

    return found


@lru_cache(maxsize=256)
def _runs(names: frozenset[bytes]) -> re.Pattern[bytes]:
    """Return what finds fields by their names, those in a row together, if a line end is before.

    A line that goes on with the field before it is one more in the row.  Each spelling of a first
    letter is an alternative, for `re` rules out a letter sooner than a set.
    """
    spelt = sorted({*names, *[name[:1].upper() + name[1:] for name in names]})
    some = b"|".join([b"%b(?i:%b)" % (re.escape(one[:1]), re.escape(one[1:])) for one in spelt])
    field = b"(?:%b)(?::|[ \t]++:)" % some
    return re.compile(rb"\n%b.*+(?:\n(?:%b|[ \t]).*+)*+" % (field, field))


@lru_cache(maxsize=256)
def _whole_fields(names: frozenset[bytes]) -> re.Pattern[bytes]:
    """As `_fields`, without the value for itself."""
    return re.compile(rb"\n(?=((?:%b)[ \t]*+:%b\n?))" % (_spelt(names), _VALUE))


@lru_cache(maxsize=256)
def _fields(names: frozenset[bytes]) -> re.Pattern[bytes]:
    """Return what finds fields by their names, if a line end stands before: whole, and the value.

    The look-ahead takes the line end that the next field needs before it.
    """
    return re.compile(rb"\n(?=((?:%b)[ \t]*+:(%b)\n?))" % (_spelt(names), _VALUE))


@lru_cache(maxsize=256)
def _first_field(name: bytes) -> Callable[[bytes, int, int], re.Match[bytes] | None]:
    """Return what finds a field that has a line before it, and its value."""
    return re.compile(rb"\n%b[ \t]*+:(%b)" % (_spelt([name]), _VALUE)).search


_VALUE = rb"[^\n]*+(?:\n[ \t][^\n]*+)*+"


def _spelt(names: Iterable[bytes]) -> bytes:
    """Return a pattern of any of the names, in any case.

    The first letter is a set: so `re` sees at once, without a trial, which names are none.
    """
    alternatives = []
    for name in sorted(names):
        first = name[:1]
        start = b"[%b%b]" % (first, first.upper()) if first.isalpha() else re.escape(first)
        alternatives.append(b"%b(?i:%b)" % (start, re.escape(name[1:])))
    return b"|".join(alternatives)
