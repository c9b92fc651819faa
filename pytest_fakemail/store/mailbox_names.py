"""Which text can be a mailbox's name: Net-Unicode (RFC 5198 §2, RFC 9051 §5.1).

What is no Net-Unicode is refused, in commands and from tests alike.  Two names that look the
same are one after normalisation (NFC); RFC 9051 §6.3.4 lets a server convert the name or refuse
it, and a refusal leaves nobody with a mailbox of another name than the one asked for.
"""

from collections.abc import Callable
from unicodedata import is_normalized, normalize

from pytest_fakemail.pattern import pattern

UNSHOWABLE = pattern("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
"""Controls of ASCII and beyond (C1), and what separates lines and paragraphs."""

_SURROGATE = pattern("[\ud800-\udfff]")
_BYTE_ORDER_MARK = "\ufeff"
_PLANE = 0x10000
_NONCHARACTERS = 0xFFFE


def flaw(name: str) -> str:
    """Say why this cannot be the name of a mailbox; empty if it can."""
    if name.isascii() and name.isprintable():
        return ""
    for is_flawed, reason in _FLAWS:
        if is_flawed(name):
            return reason
    if not is_normalized("NFC", name):
        return f"is not in Normalization Form C, in which it is {normalize('NFC', name)!r}"
    return ""


def _has_noncharacter(name: str) -> bool:
    return any(ord(character) % _PLANE >= _NONCHARACTERS for character in name)


_FLAWS: tuple[tuple[Callable[[str], object], str], ...] = (
    (UNSHOWABLE.search, "has control characters or line separators"),
    (_SURROGATE.search, "has half of a surrogate pair, which is no character"),
    (lambda name: name.startswith(_BYTE_ORDER_MARK), "begins with a byte order mark"),
    (_has_noncharacter, "has a code point that is no character"),
)
