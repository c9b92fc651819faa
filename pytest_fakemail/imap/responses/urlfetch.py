"""What URLFETCH tells of a message: octets, decoded octets, their structure (RFC 5524 §3.2).

A structure tells of what is given: of a whole message that it is a message/rfc822, of header
fields that they are a text/rfc822-headers (RFC 6522 §4), of a decoded part that it has no encoding
but the identity.  It is BODYSTRUCTURE's, with its extension data, as Dovecot has it; the examples
of RFC 5524 §4 have none, and its grammar takes both.
"""

from collections.abc import Container

from pytest_fakemail.imap.grammar.sections import Partial, Section
from pytest_fakemail.imap.grammar.urls import MessageUrl
from pytest_fakemail.imap.responses.bodystructure import (
    bodystructure,
    bodystructure_decoded,
    bodystructure_of_message,
)
from pytest_fakemail.imap.responses.sections import section_octets
from pytest_fakemail.imap.responses.values import NIL, encode_literal, encode_literal8
from pytest_fakemail.mime import transfer
from pytest_fakemail.mime.parts import Part
from pytest_fakemail.store.message import Message


def url_data(
    message: Message, url: MessageUrl, parameters: Container[str], *, is_utf8: bool
) -> bytes:
    """Return what stands behind a URL: a string, or metadata; NIL if the message has no such part.

    `parameters` are those of RFC 5524; with none it is the string alone.
    """
    whole = message.plain.part
    octets = section_octets(whole, url.section)
    if octets is None:
        return NIL
    part = _entity(whole, url.section)
    is_decoded = "BINARY" in parameters
    told: list[bytes] = []
    if "BODYPARTSTRUCTURE" in parameters:
        if part is None:
            is_header = bool(url.section.text)
            made = bodystructure_of_message(octets, is_header=is_header, is_utf8=is_utf8)
        else:
            made = _structure(part, is_decoded=is_decoded, is_utf8=is_utf8)
        told.append(b"(BODYPARTSTRUCTURE %b)" % made)
    if is_decoded:
        decoded = _decoded(message, url.section, part, octets)
        told.append(b"(BINARY %b)" % _nstring(decoded, url.partial))
    if "BODY" in parameters:
        told.append(b"(BODY %b)" % _nstring(octets, url.partial))
    return b" ".join(told) or _nstring(octets, url.partial)


def _nstring(octets: bytes | None, partial: Partial | None) -> bytes:
    """Return a literal as in the RFCs' examples, ``""`` for nothing; what has NUL in a literal8."""
    if octets is None:
        return NIL
    if partial is not None:
        octets = partial.of(octets)
    if b"\0" in octets:
        return encode_literal8(octets)
    return encode_literal(octets) if octets else b'""'


def _entity(whole: Part, section: Section) -> Part | None:
    """Return the message or part whose body a section is; None if it is something else."""
    part = whole.numbered(section.part) if section.part else None
    if section.text == "TEXT":
        return whole if part is None else part.children[0]
    return None if section.text else part


def _decoded(message: Message, section: Section, part: Part | None, octets: bytes) -> bytes | None:
    """Return a section without its content-transfer encoding; None if that cannot be undone."""
    if part is None:
        # As it came, if it is the whole: NUL is what literal8 is for.
        return octets if section.text else message.raw
    if part.children:
        return octets  # RFC 2045 §6.4: what is composite has no encoding but the identity
    can_decode = transfer.can_decode(part.body, part.encoding)
    return transfer.decode(part.body, part.encoding) if can_decode else None


def _structure(part: Part, *, is_decoded: bool, is_utf8: bool) -> bytes:
    """Return the structure of a part as it is given: in its encoding, or in none."""
    is_changed = not part.children and part.encoding.lower() not in transfer.IDENTITY
    if is_decoded and is_changed and transfer.can_decode(part.body, part.encoding):
        decoded = transfer.decode(part.body, part.encoding)
        return bodystructure_decoded(part, decoded, is_utf8=is_utf8)
    return bodystructure(part, is_utf8=is_utf8)
