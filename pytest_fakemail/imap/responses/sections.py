"""Sections: what is cut out of a message for them, and how a response names them.

A section is a slice of the message's octets, never a rendering (RFC 9051 §6.4.5.1).  One that
the message does not have is None here; what FETCH makes of it the RFCs leave open.
"""

from pytest_fakemail.imap.grammar.fetch import BinarySection, BinarySize, BodySection
from pytest_fakemail.imap.grammar.sections import Partial, Section
from pytest_fakemail.imap.responses.values import encode_astring
from pytest_fakemail.imap.table import Refused
from pytest_fakemail.mime import named_fields, transfer
from pytest_fakemail.mime.parts import Part


def encode_section(section: Section) -> bytes:
    """Return a section as a response writes it, brackets included."""
    pieces = [str(position) for position in section.part]
    if section.text:
        pieces.append(section.text)
    inside = ".".join(pieces).encode("ascii")
    if section.fields:
        inside += b" (" + b" ".join(map(encode_astring, section.fields)) + b")"
    return b"[" + inside + b"]"


def label(item: BodySection | BinarySection | BinarySize) -> bytes:
    """Return what an item is called in the response: as it was asked for, without PEEK."""
    match item:
        case BodySection(name="BODY"):
            return b"BODY" + encode_section(item.section) + _origin(item.partial)
        case BodySection():
            return item.name.encode("ascii")
        case BinarySection():
            return b"BINARY" + encode_section(Section(item.part)) + _origin(item.partial)
        case _:
            return b"BINARY.SIZE" + encode_section(Section(item.part))


def _origin(partial: Partial | None) -> bytes:
    """``"<" number ">"``: where the octets begin, not how many were asked for."""
    return b"" if partial is None else b"<%d>" % partial.offset


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
    return named_fields.select(block, names, inverted=is_inverted) + empty_line(block)


def empty_line(block: bytes) -> bytes:
    """Return the empty line that ends a header block, nothing if it has none."""
    if block == b"\r\n" or block.endswith(b"\n\r\n"):
        return b"\r\n"
    return b"\n" if block == b"\n" or block.endswith(b"\n\n") else b""


class UnknownEncoding(Refused):
    """A content-transfer encoding cannot be undone (RFC 3516 §4.3)."""

    def __init__(self) -> None:
        super().__init__("Cannot decode that part", code="UNKNOWN-CTE")


def binary_octets(message: Part, numbers: tuple[int, ...]) -> bytes | None:
    """Return a part's body with its content-transfer encoding undone (RFC 3516 §4.2).

    None if there is no such part.

    Raises:
        UnknownEncoding: the part is in an encoding that nobody knows, or not in the one it says.
    """
    if not numbers:
        return message.raw
    part = message.numbered(numbers)
    if part is None:
        return None
    require_decodable(part)
    # What is composite has no encoding but the identity (RFC 2045 §6.4).
    return part.body if part.children else transfer.decode(part.body, part.encoding)


def require_decodable(part: Part) -> None:
    """Go on only if a part's content-transfer encoding can be undone.

    Raises:
        UnknownEncoding: it cannot.
    """
    if not transfer.can_decode(part.body, part.encoding):
        raise UnknownEncoding
