# ruff: noqa: D400, D415  (the docstring of a rule is its ABNF)
"""Sections: the pieces of a message that FETCH can ask for by name (RFC 9051 §6.4.5.1).

A section is parsed here, and here cut out of the message: a slice of its octets, never a
rendering.  A section that the message does not have is None here; what FETCH makes of it the
RFCs leave open.
"""

import re
from dataclasses import dataclass

from pytest_fakemail.imap.cursor import Cursor
from pytest_fakemail.imap.grammar import LARGEST_NUMBER64, astring, listed, number
from pytest_fakemail.imap.responses import encode_astring
from pytest_fakemail.mime import headers, transfer
from pytest_fakemail.mime.parts import Part

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

    @property
    def label(self) -> bytes:
        """The section as a response writes it, brackets included."""
        pieces = [str(position) for position in self.part]
        if self.text:
            pieces.append(self.text)
        inside = ".".join(pieces).encode("ascii")
        if self.fields:
            inside += b" (" + b" ".join(map(encode_astring, self.fields)) + b")"
        return b"[" + inside + b"]"


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


def section_octets(message: Part, wanted: Section) -> bytes | None:
    """Return a section of a message; None if the message has no such section."""
    if not wanted.part:
        part: Part | None = message
        holder = part
    else:
        part = message.numbered(wanted.part)
        # HEADER and TEXT of a part are those of the message in it (RFC 9051 §6.4.5.1).
        holder = (
            part.children[0] if part is not None and part.is_message and part.children else None
        )
    match wanted.text:
        case "":
            return _whole(part, is_message=not wanted.part)
        case "MIME":
            return None if part is None else part.raw[part.start : part.header_end]
        case "TEXT":
            return None if holder is None else holder.body
        case "HEADER":
            return None if holder is None else holder.raw[holder.start : holder.header_end]
        case _:
            return None if holder is None else _header_fields(holder, wanted)


def _whole(part: Part | None, *, is_message: bool) -> bytes | None:
    if part is None:
        return None
    return part.raw if is_message else part.body


def _header_fields(holder: Part, wanted: Section) -> bytes:
    """Return some fields of a header, with the empty line that ends it.

    RFC 9051 §6.4.5.1: the empty line is included, unless the message has none.
    """
    block = holder.raw[holder.start : holder.header_end]
    names = frozenset(name.lower() for name in wanted.fields)
    is_inverted = wanted.text == "HEADER.FIELDS.NOT"
    return headers.select(block, names, inverted=is_inverted) + empty_line(block)


def empty_line(block: bytes) -> bytes:
    """Return the empty line that ends a header block, nothing if it has none."""
    if block == b"\r\n" or block.endswith(b"\n\r\n"):
        return b"\r\n"
    return b"\n" if block == b"\n" or block.endswith(b"\n\n") else b""


class UnknownEncoding(Exception):
    """A content-transfer encoding cannot be undone: NO [UNKNOWN-CTE] (RFC 3516 §4.3)."""


def binary_octets(message: Part, numbers: tuple[int, ...]) -> bytes | None:
    """Return a part's body with its content-transfer encoding undone (RFC 3516 §4.2).

    None if there is no such part.

    Raises:
        UnknownEncoding: the part is in an encoding that nobody knows.
    """
    if not numbers:
        return message.raw
    part = message.numbered(numbers)
    if part is None:
        return None
    if part.encoding.lower() not in transfer.KNOWN:
        raise UnknownEncoding(part.encoding.decode("ascii", "replace"))
    # What is composite has no encoding but the identity (RFC 2045 §6.4).
    return part.body if part.children else transfer.decode(part.body, part.encoding)
