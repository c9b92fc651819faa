"""What a test author gave to a call: each function returns it as it is kept, or refuses it.

All raise BadArgument, with the argument's name, the value, and what was possible.
"""

import ipaddress
from collections.abc import Iterable, Mapping
from typing import TypeVar

from pytest_fakemail.errors import BadArgument
from pytest_fakemail.pattern import pattern
from pytest_fakemail.spelling import unknown

T = TypeVar("T")

LAST_PORT = 2**16 - 1
_OF_ASYNC = 0x80 | 0x200  # CO_COROUTINE and CO_ASYNC_GENERATOR: `inspect` is not loaded for them
_LONGEST_DOMAIN = 253  # RFC 1035 §2.3.4, without the lengths of its labels
_DOMAIN = pattern(r"(?:[^\s@.,;:/\\<>()\[\]\"]{1,63}\.)*[^\s@.,;:/\\<>()\[\]\"]{1,63}")


def text(name: str, value: object, wanted: str = "text") -> str:
    """Return a text that is not empty, and in one line."""
    if not isinstance(value, str) or not value.strip() or "\0" in value:
        raise BadArgument(f"{name}={value!r}: wanted {wanted}")
    if "\r" in value or "\n" in value:
        raise BadArgument(f"{name}={value!r} has a line break: wanted {wanted}")
    return value


def texts(**values: object) -> None:
    """Refuse what is no text."""
    for name, value in values.items():
        if not isinstance(value, str):
            raise BadArgument(f"{name}={value!r}: wanted text")


def encodable(name: str, value: str) -> str:
    """Return a text that has octets: a lone surrogate has none."""
    try:
        value.encode()
    except UnicodeEncodeError:
        wanted = "wanted text without lone surrogates, or bytes"
        raise BadArgument(f"{name}={value!r} cannot be sent: {wanted}") from None
    return value


def lines(name: str, values: object) -> tuple[str, ...]:
    """Return texts, each in one line; there may be none; a text alone is none of several."""
    if not isinstance(values, list | tuple | set | frozenset):
        raise BadArgument(f"{name}={values!r}: wanted several texts, as in ('a', 'b')")
    return tuple(text(name, one) for one in values)


def switch(name: str, value: object) -> bool:
    """Return True or False."""
    if not isinstance(value, bool):
        raise BadArgument(f"{name}={value!r}: wanted True or False")
    return value


def whole(name: str, value: object, least: int, most: int) -> int:
    """Return a whole number between two, which are possible, too."""
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise BadArgument(f"{name}={value!r}: wanted a whole number from {least} to {most}")
    return value


def port(name: str, value: object) -> int:
    """Return a port that something can listen on."""
    return whole(name, value, 1, LAST_PORT)


def one_of(name: str, value: object, possible: Iterable[str]) -> str:
    """Return a word that is among the possible ones; the nearest is told."""
    known = tuple(possible)
    if not isinstance(value, str) or value not in known:
        raise BadArgument(unknown(f"{name}={value!r}", value, known))
    return value


def several(name: str, values: object, wanted: str) -> tuple[object, ...]:
    """Return several values, at least one; a text is none of several."""
    if isinstance(values, str | bytes) or not isinstance(values, Iterable):
        raise BadArgument(f"{name}={values!r}: wanted {wanted}")
    found = tuple(values)
    if not found:
        raise BadArgument(f"{name}={values!r} has nothing in it: wanted {wanted}")
    return found


def names_of(name: str, values: object, known: Iterable[str], what: str) -> list[str]:
    """Return a name, or several, that are all known."""
    if isinstance(values, str):
        values = [values]
    if not isinstance(values, Iterable):
        raise BadArgument(f"{name}={values!r}: wanted names, as in ignore=['a', 'b']")
    found = list(values)
    for one in found:
        if one not in known:
            raise BadArgument(unknown(f"{what} {one!r}", one, known))
    return found


def each(name: str, values: Iterable[T], wanted: str) -> Iterable[T]:
    """Return values of which there may be none; a text or a mapping is one, not several."""
    if isinstance(values, str | bytes | Mapping) or not isinstance(values, Iterable):
        raise BadArgument(f"{name}={values!r}: wanted {wanted}")
    return values


def mapping(name: str, value: object, wanted: str) -> None:
    """Refuse what is no mapping."""
    if not isinstance(value, Mapping):
        raise BadArgument(f"{name}={value!r}: wanted {wanted}")


def function(name: str, value: object) -> None:
    """Refuse what cannot be called."""
    if not callable(value):
        raise BadArgument(f"{name}={value!r}: wanted a function")


def plain_function(name: str, value: object) -> None:
    """Refuse what cannot be called, and what is async: nobody would await what it returns."""
    function(name, value)
    code = getattr(value, "__code__", None)
    if code is not None and code.co_flags & _OF_ASYNC:
        raise BadArgument(f"{name}={value!r} is async, and is not awaited: wanted a plain function")


def is_no_domain(value: str) -> bool:
    """Whether it is anything but labels with dots between them."""
    return len(value) > _LONGEST_DOMAIN or _DOMAIN.fullmatch(value) is None


def domain(name: str, value: object) -> str:
    """Return a domain as it was given."""
    if not isinstance(value, str) or is_no_domain(value):
        raise BadArgument(f"{name}: {value!r} is no domain; wanted e.g. 'example.test'")
    return value


def ip(value: object) -> str:
    """Return an IP address in its shortest form."""
    written = value if isinstance(value, str) else ""  # a number would be an address, too
    try:
        return str(ipaddress.ip_address(written))
    except ValueError:
        raise BadArgument(f"no IP address: {value!r}; wanted e.g. '192.0.2.7'") from None
