"""The header of a message or part: its fields, as raw octets and as text.

RFC 5322 §2.2: a field is a name, a colon and a value that may run over several lines.
A line without a colon is kept as a field without a name, so that nothing of the block is
lost.
"""

import re
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from pytest_fakemail.mime.unlabelled import decoded

if TYPE_CHECKING:
    from pytest_fakemail.mime.field import Field

LF = ord("\n")
"""An octet: ``LF in raw`` takes a tenth of what ``b"\\n" in raw`` does.

CPython takes octets for a number first, and learns by an exception that they are none.
"""

find_empty_line = re.compile(rb"\n\r?\n").search
"""Search for an empty line and the line end before it; faster than two finds."""

_FIELD_START = re.compile(rb"\n(?![ \t])")


def body_start(raw: bytes, start: int = 0, end: int | None = None) -> int:
    """Return the offset behind the empty line that ends the header; `end` without one.

    Lines end in CRLF or LF, mixed at will.
    """
    end = len(raw) if end is None else end
    if raw.startswith((b"\n", b"\r\n"), start, end):
        return raw.index(b"\n", start) + 1
    found = find_empty_line(raw, start, end)
    return end if found is None else found.end()


def unfolded(value: bytes) -> bytes:
    """Return a field's value on one line, without blanks around it (RFC 5322 §2.2.3)."""
    if LF in value:
        value = value.replace(b"\r\n", b"").replace(b"\n", b"")
    return value.strip(b" \t\r")


class Headers:
    """The fields of a header block, in order.

    Names are asked for as bytes in lower case: ``headers.first(b"subject")``.
    """

    __slots__ = ("_block_size", "_first", "_repeated", "_rows", "_start")

    def __init__(self, block: bytes, start: int = 0) -> None:
        """Split a block, empty line included or not; `start` is its offset in the message."""
        rows = _FIELD_START.split(block)
        if rows[-1] == b"":  # behind the last line end
            rows.pop()
            if rows and rows[-1] in {b"", b"\r"}:  # the empty line
                rows.pop()
        first: dict[bytes, bytes] = {}
        repeated: dict[bytes, list[bytes]] = {}
        for row in rows:
            name, colon, value = row.partition(b":")
            if colon:
                name = name.rstrip(b" \t").lower()
                if name not in first:
                    first[name] = value
                else:
                    repeated.setdefault(name, [first[name]]).append(value)
        self._rows = rows
        self._first = first
        self._repeated = repeated
        self._start = start
        self._block_size = len(block)

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator["Field"]:
        from pytest_fakemail.mime.field import Field

        start = self._start
        last = start + self._block_size
        for row in self._rows:
            end = min(start + len(row) + 1, last)
            name, colon, value = row.partition(b":")
            if not colon:
                name, value = b"", row
            yield Field(name.rstrip(b" \t"), value.removesuffix(b"\r"), start, end)
            start = end

    def __contains__(self, name: bytes) -> bool:
        return name in self._first

    @property
    def end(self) -> int:
        """The offset behind the block in the message."""
        return self._start + self._block_size

    @property
    def names(self) -> Collection[bytes]:
        """The names of the fields, in lower case, each once."""
        return self._first.keys()

    def first(self, name: bytes) -> bytes | None:
        """Return the unfolded octets of the first field of this name."""
        value = self._first.get(name)
        return None if value is None else unfolded(value)

    def all(self, name: bytes) -> list[bytes]:
        """Return the unfolded octets of every field of this name."""
        if name not in self._first:
            return []
        return [unfolded(value) for value in self._repeated.get(name) or (self._first[name],)]

    def last(self, name: bytes) -> bytes | None:
        """Return the unfolded octets of the last field of this name.

        Of a field that must not be there twice, ENVELOPE has the last in Dovecot and Cyrus.
        """
        values = self._repeated.get(name)
        return self.first(name) if values is None else unfolded(values[-1])

    def picked(self, names: frozenset[bytes]) -> bytes:
        """Return a block with the first field of each of these names (in lower case)."""
        first = self._first
        return b"".join([b"%b:%b\n" % (name, first[name]) for name in names.intersection(first)])

    def firsts(self, names: frozenset[bytes]) -> dict[bytes, bytes]:
        """Return the unfolded octets of the first field of each of these names that is there."""
        first = self._first
        return {name: unfolded(first[name]) for name in names.intersection(first)}

    def text(self, name: bytes) -> str | None:
        """Return the first field of this name as text, decoded where RFC 2047 has it so."""
        value = self.first(name)
        return None if value is None else as_text(name, value)


def as_text(name: bytes, value: bytes) -> str:
    """Return the unfolded value of a field of this name, decoded where RFC 2047 has it so."""
    if b"=?" not in value:
        return decoded(value)
    from pytest_fakemail.mime import structured

    return structured.text(name, value)
