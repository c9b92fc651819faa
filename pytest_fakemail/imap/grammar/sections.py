# ruff: noqa: D400, D415  (the docstring of a rule is its ABNF)
"""Sections: the pieces of a message that FETCH can ask for by name (RFC 9051 §6.4.5.1).

What is cut out of a message for them says `responses.sections`.
"""

import re

from pytest_fakemail.dataclass import dataclass
from pytest_fakemail.imap.grammar.cursor import Cursor
from pytest_fakemail.imap.grammar.rules import LARGEST_NUMBER64, astring, listed, number

# Numbers of parts are short; longer ones are those of no part and no number either.
_SECTION_PART = re.compile(rb"[1-9][0-9]{0,9}(?:\.[1-9][0-9]{0,9})*(?![0-9])")
_TEXTS = frozenset({"HEADER", "HEADER.FIELDS", "HEADER.FIELDS.NOT", "TEXT", "MIME"})


@dataclass(frozen=True, slots=True)
class Section:
    """What stands between the brackets of ``BODY[…]``.

    `part` are the part numbers, `text` is ``""`` (everything), ``"HEADER"``,
    ``"HEADER.FIELDS"``, ``"HEADER.FIELDS.NOT"``, ``"TEXT"`` or ``"MIME"``; `fields` are the
    names of HEADER.FIELDS as sent.
    """

    part: tuple[int, ...] = ()
    text: str = ""
    fields: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Partial:
    """``<offset.count>``: of a section, so many octets from there on."""

    offset: int
    count: int

    def of(self, octets: bytes) -> bytes:
        """Return the octets meant; none if the offset lies behind the end."""
        return octets[self.offset : self.offset + self.count]


def section(cursor: Cursor) -> Section:
    """``section = "[" [section-msgtext / (section-part ["." section-text])] "]"``"""
    cursor.expect(b"[")
    if cursor.skip(b"]"):
        return Section()
    part = section_part(cursor)
    if part and cursor.skip(b"]"):
        return Section(part)
    if part:
        cursor.expect(b".")
    text, fields = _section_text(cursor, has_part=bool(part))
    cursor.expect(b"]")
    return Section(part, text, fields)


def section_part(cursor: Cursor) -> tuple[int, ...]:
    """``section-part = nz-number *("." nz-number)``, or nothing"""
    found = cursor.take(_SECTION_PART)
    if found is None:
        return ()
    return tuple(int(position) for position in found.split(b"."))


def section_binary(cursor: Cursor) -> tuple[int, ...]:
    """``section-binary = "[" [section-part] "]"``"""
    cursor.expect(b"[")
    part = section_part(cursor)
    cursor.expect(b"]")
    return part


def _section_text(cursor: Cursor, *, has_part: bool) -> tuple[str, tuple[bytes, ...]]:
    """``section-text = "HEADER" / "HEADER.FIELDS" [".NOT"] SP header-list / "TEXT" / "MIME"``"""
    text = cursor.peek_word()
    if text not in _TEXTS or (text == "MIME" and not has_part):
        raise cursor.wants("a section of a message")
    cursor.skip_word(text)
    if not text.startswith("HEADER.FIELDS"):
        return text, ()
    cursor.expect(b" ")
    return text, listed(cursor, header_fld_name)


def header_fld_name(cursor: Cursor) -> bytes:
    """``header-fld-name = astring``"""
    return astring(cursor, "the name of a header field")


def partial(cursor: Cursor) -> Partial | None:
    """``partial = "<" number64 "." nz-number64 ">"``, or nothing"""
    if not cursor.skip(b"<"):
        return None
    offset = number(cursor, most=LARGEST_NUMBER64)
    cursor.expect(b".")
    count = number(cursor, least=1, most=LARGEST_NUMBER64)
    cursor.expect(b">")
    return Partial(offset, count)
