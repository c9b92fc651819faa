"""Fields of a thing, and how a text that a test wants is compared with the values of one.

`judging` is for all else that a test can want of a field.
"""

import math
from collections.abc import Callable, Collection
from typing import Any

from pytest_fakemail.errors import BadArgument

_LINE_ENDS = frozenset("\r\n")

Values = Collection[Any]
Judge = Callable[[Values], bool]


class Comparison:
    """How a wanted value is compared with the values of a field."""

    TEXT = "text"
    ANY_CASE = "any case"
    """As addresses, users and field names are."""
    MAILBOX = "mailbox"
    """INBOX in any case, other names exactly (RFC 9051 §5.1)."""
    FLAG = "flag"
    r"""In any case; the system flags without their backslash, too.  They have no order."""
    BODY = "body"
    """A text is contained in the value."""
    NUMBER = "number"
    SWITCH = "switch"
    """True or false."""
    WHOLE = "whole"
    """The thing itself, about which a function decides."""


NO_TEXTS = (Comparison.NUMBER, Comparison.SWITCH, Comparison.WHOLE)
"""What fields are compared by that have no texts."""


class Field:
    """What can be asked for: where its values come from, and how a sentence has it.

    `has_one` says that there is never more than one value, `is_always` that there is never none,
    `has_lines` that a value may have several lines, as bodies always may; `most` is the largest
    number.  `complaint` says of a text what is wanted instead, as no value can ever be that one,
    or nothing.
    """

    __slots__ = (
        *("comparison", "complaint", "has_lines", "has_one"),
        *("is_always", "most", "name", "phrase", "values"),
    )

    def __init__(
        self,
        name: str,
        values: Callable[[Any], Values],
        comparison: str = Comparison.TEXT,
        phrase: str = "",
        *,
        has_one: bool = False,
        is_always: bool = False,
        has_lines: bool = False,
        most: float = math.inf,
        complaint: Callable[[str], str] | None = None,
    ) -> None:
        self.name = name
        self.values = values
        self.comparison = comparison
        self.phrase = phrase
        self.has_one = has_one
        self.is_always = is_always
        self.has_lines = has_lines or comparison == Comparison.BODY
        self.most = most
        self.complaint = complaint


def judge_text(wanted: str, field: Field) -> Judge:
    """Return what decides whether a text is among the values of a field that has texts.

    Raises:
        BadArgument: a text that the field can never have.
    """
    complaint = "" if field.complaint is None else field.complaint(wanted)
    if not complaint and not field.has_lines and _LINE_ENDS.intersection(wanted):
        complaint = _one_line(wanted)
    if complaint:
        raise BadArgument(refusal(wanted, field, complaint))
    if field.comparison == Comparison.BODY:
        part = wanted.replace("\r\n", "\n")
        return lambda values: any(part in str(value) for value in values)
    fold = _FOLDS.get(field.comparison)
    if fold is None:
        return lambda values: any(value == wanted or wanted in texts(value) for value in values)
    folded = fold(wanted)
    return lambda values: any(folded == fold(text) for value in values for text in texts(value))


def texts(value: object) -> list[str]:
    """Return the texts that a value goes by: an address with and without its display name."""
    if isinstance(value, str):
        full = getattr(value, "full", None)
        return [str(value)] if full is None else [str(value), full]
    filename = getattr(value, "filename", None)
    return [] if filename is None else [filename]


def _mailbox(name: str) -> str:
    return "INBOX" if name.upper() == "INBOX" else name


def flag(name: str) -> str:
    """Return what is equal for equal flags."""
    # A keyword cannot be called "seen": that spelling is taken for the system flag.
    return name.casefold().removeprefix("\\")


_FOLDS: dict[str, Callable[[str], str]] = {
    Comparison.ANY_CASE: str.casefold,
    Comparison.MAILBOX: _mailbox,
    Comparison.FLAG: flag,
}


def _one_line(wanted: str) -> str:
    """Fields are compared unfolded; a line end in one was sent in an encoded word (RFC 2047)."""
    line = " ".join(line.strip() for line in wanted.splitlines()).strip()
    return f"it in one line, {line!r}; a line end that was sent encoded is found by a pattern"


def refusal(wanted: object, field: Field, complaint: str) -> str:
    """Return the sentence that refuses what a field can never have."""
    address = getattr(wanted, "address", None)
    hint = f"; its address is {address!r}" if isinstance(address, str) else ""
    return f"{field.name}={wanted!r}: wanted {complaint}{hint}"
