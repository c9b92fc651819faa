"""A message with NUL in it, as a protocol without a place for NUL can carry it.

RFC 3516 §6: to a client that does not ask for BINARY, parts in the binary encoding are described
and given "as though the binary-encoded sections are encoded in a CTE acceptable to the IMAP4 base
specification".  That is base64, for the parts that need it and no others: encodings changed
without need break signatures.
"""

from binascii import b2a_base64

from pytest_fakemail.mime.headers import Headers
from pytest_fakemail.mime.parts import Part, parse

_IDENTITY = frozenset({b"7bit", b"8bit", b"binary", b""})
_COMPOSITE = frozenset({b"multipart", b"message"})
_LINE = 76  # RFC 2045 §6.8
REPLACEMENT = "\ufffd".encode()
"""Stands for NUL where nothing can be encoded: in headers, around parts, in other encodings."""


def without_nul(raw: bytes) -> bytes:
    """Return a message whose parts with NUL are in base64; it has no other NUL either."""
    pieces: list[bytes] = []
    done = 0
    for part in parse(raw).walk():
        if _can_be_encoded(part) and raw.find(b"\0", part.header_end, part.end) >= 0:
            pieces += (raw[done : part.start], _header(part), _base64(part.body))
            done = part.end
    pieces.append(raw[done:])
    return b"".join(pieces).replace(b"\0", REPLACEMENT)


def _can_be_encoded(part: Part) -> bool:
    """Whether a part may come to be in base64; RFC 2045 §6.4 forbids it for composite ones."""
    is_composite = part.children or part.content_type.type.lower() in _COMPOSITE
    return not is_composite and part.encoding.lower().strip() in _IDENTITY


def _header(part: Part) -> bytes:
    """Return the header of a part that says base64 and is otherwise as it was."""
    block = part.raw[part.start : part.header_end]
    said = b"Content-Transfer-Encoding: base64\r\n"
    pieces: list[bytes] = []
    end = 0
    for field in Headers(block):
        if field.name.lower() != b"content-transfer-encoding":
            pieces.append(block[field.start : field.end])
        elif said:
            pieces.append(said)
            said = b""
        end = field.end
    return b"".join((*pieces, said, block[end:]))


def _base64(body: bytes) -> bytes:
    encoded = b2a_base64(body, newline=False)
    return b"\r\n".join(encoded[place : place + _LINE] for place in range(0, len(encoded), _LINE))
