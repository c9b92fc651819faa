"""Comparators: by what SEARCH, SORT and THREAD compare texts (RFC 4790, RFC 5255 §4).

A comparator maps a text to another; two texts are equal, one stands in the other or goes before
it, as their maps do, compared by code points, which is the order of their UTF-8 octets.
"""

from collections.abc import Callable
from unicodedata import normalize

from pytest_fakemail.dataclass import dataclass, field
from pytest_fakemail.pattern import pattern

# Whose titlecase property is not what str.upper makes of them: it is another letter (the
# digraphs, Georgian, Greek with a subscript iota), or there is none and upper makes several.
_ODD = pattern(
    "([\u0149\u01c4-\u01cc\u01f0-\u01f3\u0390\u03b0\u0587\u10d0-\u10ff\u1e96-\u1e9a"
    "\u1f50-\u1ffc\ufb00-\ufb17])"
)
_SHARP_S = "\u00df"
"""The only odd one that is common."""

_SMALL = pattern("[a-z]+")

UNCONVERTED = "\U0010ffff"
"""Begins a text that stands for octets, one character each, which no charset makes a text of.

It has no place in texts, and puts what it begins behind all of them (RFC 5255 §4.6).
"""


def casemapped(text: str) -> str:
    """Return what ``i;unicode-casemap`` compares: titlecased, then decomposed (RFC 5051 §2)."""
    return text.upper() if text.isascii() else normalize("NFKD", _titlecased(text))


def ascii_casemapped(text: str) -> str:
    """Return what ``i;ascii-casemap`` compares: a to z are A to Z (RFC 4790 §9.2)."""
    return text.upper() if text.isascii() else _SMALL.sub(lambda run: run[0].upper(), text)


def _titlecased(text: str) -> str:
    """Replace each letter by its titlecase property in UnicodeData.txt."""
    if _ODD.search(text) is None:
        return _SHARP_S.join([piece.upper() for piece in text.split(_SHARP_S)])
    pieces = _ODD.split(text)
    pieces[::2] = map(_titlecased, pieces[::2])
    pieces[1::2] = [title if len(title := one.title()) == 1 else one for one in pieces[1::2]]
    return "".join(pieces)


@dataclass(frozen=True, slots=True)
class Comparator:
    """A comparator by its name in IANA's registry.

    With `is_reverse` it sorts the other way round: it was asked for as ``-name`` (RFC 4790 §3.3).
    """

    name: str
    mapped: Callable[[str], str] = field(repr=False)
    is_reverse: bool = False

    def __str__(self) -> str:
        """``collation-selected``."""
        return f"-{self.name}" if self.is_reverse else self.name

    @property
    def is_exact(self) -> bool:
        """Whether capitals are other letters."""
        return self.name == "i;octet"


CASEMAP = Comparator("i;unicode-casemap", casemapped)
COMPARATORS = (
    CASEMAP,
    Comparator("i;ascii-casemap", ascii_casemapped),
    Comparator("i;octet", str),
)
"""All of them, the more widely useful first; the first is the default."""
