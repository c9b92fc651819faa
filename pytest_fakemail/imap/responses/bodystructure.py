"""BODYSTRUCTURE and BODY: the tree of a message's parts (RFC 3501 §7.4.2, RFC 9051 §7.5.2).

Names and values are as sent, in their case.  What a part leaves out is what RFC 2045 §5.2
says of it.  As with Dovecot, a multipart without parts has an empty one, for the grammar
wants one at least.
"""

from pytest_fakemail.imap.responses.envelope import envelope
from pytest_fakemail.imap.responses.values import NIL, encode_nstring, encode_string
from pytest_fakemail.mime.parameters import Parameters
from pytest_fakemail.mime.parts import Part

_EMPTY_BODY = b'("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 0 0)'
_EMPTY_BODYSTRUCTURE = b'("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 0 0 NIL NIL NIL NIL)'
_EMPTY_ENVELOPE = b"(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)"
_US_ASCII = b'"charset" "us-ascii"'


def bodystructure(part: Part, *, is_extended: bool = True, is_utf8: bool = False) -> bytes:
    """Return ``body`` of a message or part: BODYSTRUCTURE, or BODY if not `is_extended`."""
    kind = part.content_type.type.lower()
    if kind == b"multipart":
        return _multipart(part, is_extended=is_extended, is_utf8=is_utf8)
    content_type = part.content_type
    described = part.described
    fields = [
        encode_string(content_type.type, is_utf8=is_utf8),
        encode_string(content_type.subtype, is_utf8=is_utf8),
        _parameters(content_type.parameters, is_text=kind == b"text", is_utf8=is_utf8),
        encode_nstring(described.id, is_utf8=is_utf8),
        encode_nstring(described.description, is_utf8=is_utf8),
        encode_string(part.encoding, is_utf8=is_utf8),
        b"%d" % part.octets,
    ]
    if kind == b"text":
        fields.append(b"%d" % part.lines)
    elif _is_message(part, is_utf8=is_utf8):
        fields += _message(part, is_extended=is_extended, is_utf8=is_utf8)
    if is_extended:
        fields += (
            encode_nstring(described.md5, is_utf8=is_utf8),
            _extension(part, is_utf8=is_utf8),
        )
    return b"(%b)" % b" ".join(fields)


def _is_message(part: Part, *, is_utf8: bool) -> bool:
    """Whether this is a ``body-type-msg``.

    IMAP4rev2 counts message/global as one; a client that speaks only IMAP4rev1 has never
    heard of it and would take an envelope for an extension.
    """
    name = part.content_type.name
    return name == b"message/rfc822" or (name == b"message/global" and is_utf8)


def _message(part: Part, *, is_extended: bool, is_utf8: bool) -> tuple[bytes, bytes, bytes]:
    """Return ``envelope SP body SP body-fld-lines`` of the message inside."""
    lines = b"%d" % part.lines
    if not part.children:
        # In base64, against RFC 2046 §5.2.1, and so never looked into.
        return _EMPTY_ENVELOPE, _EMPTY_BODYSTRUCTURE if is_extended else _EMPTY_BODY, lines
    inside = part.children[0]
    body = bodystructure(inside, is_extended=is_extended, is_utf8=is_utf8)
    return envelope(inside, is_utf8=is_utf8), body, lines


def _multipart(part: Part, *, is_extended: bool, is_utf8: bool) -> bytes:
    """Return ``"(" 1*body SP media-subtype [SP body-ext-mpart] ")"``."""
    parts = b"".join(
        [bodystructure(child, is_extended=is_extended, is_utf8=is_utf8) for child in part.children]
    )
    if not parts:
        parts = _EMPTY_BODYSTRUCTURE if is_extended else _EMPTY_BODY
    subtype = encode_string(part.content_type.subtype, is_utf8=is_utf8)
    if not is_extended:
        return b"(%b %b)" % (parts, subtype)
    parameters = _parameters(part.content_type.parameters, is_utf8=is_utf8)
    return b"(%b %b %b %b)" % (parts, subtype, parameters, _extension(part, is_utf8=is_utf8))


def _extension(part: Part, *, is_utf8: bool) -> bytes:
    """Return ``body-fld-dsp SP body-fld-lang SP body-fld-loc``."""
    described = part.described
    disposition, languages = described.disposition, described.languages
    return b"%b %b %b" % (
        NIL
        if disposition is None
        else b"(%b %b)"
        % (
            encode_string(disposition.kind, is_utf8=is_utf8),
            _parameters(disposition.parameters, is_utf8=is_utf8),
        ),
        b"(%b)" % b" ".join([encode_string(one, is_utf8=is_utf8) for one in languages])
        if languages
        else NIL,
        encode_nstring(described.location, is_utf8=is_utf8),
    )


def _parameters(values: Parameters, *, is_text: bool = False, is_utf8: bool) -> bytes:
    """Return ``"(" string SP string *(SP string SP string) ")" / nil``.

    Text without a charset is in US-ASCII (RFC 2045 §5.2), and said to be.
    """
    pieces = [encode_string(one, is_utf8=is_utf8) for pair in values for one in pair]
    if is_text and not any(name.lower() in {b"charset", b"charset*"} for name, _ in values):
        pieces.append(_US_ASCII)
    return b"(%b)" % b" ".join(pieces) if pieces else NIL
