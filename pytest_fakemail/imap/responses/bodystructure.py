"""BODYSTRUCTURE and BODY: the tree of a message's parts (RFC 3501 §7.4.2, RFC 9051 §7.5.2).

Names and values are as sent, in their case.  What a part leaves out is what RFC 2045 §5.2
says of it.  As with Dovecot, a multipart without parts has an empty one, for the grammar
wants one at least.
"""

import re
from functools import lru_cache

from pytest_fakemail.imap.responses.envelope import envelope
from pytest_fakemail.imap.responses.values import NIL, encode_nstring, encode_string
from pytest_fakemail.mime import transfer
from pytest_fakemail.mime.content_fields import (
    FIELDS,
    PLAIN,
    ContentType,
    Description,
    content_fields,
    content_fields_among,
)
from pytest_fakemail.mime.headers import Headers
from pytest_fakemail.mime.leaves import leaves
from pytest_fakemail.mime.parameters import Parameters
from pytest_fakemail.mime.parts import Part, parse

_Form = tuple[bytes, bool, bytes]
"""What stands before and behind the figures of a part, and whether it counts its lines."""

_LONGEST_REMEMBERED = 400
_may_hold_parts = re.compile(rb"multipart|message", re.IGNORECASE).search
_EMPTY_BODY = b'("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 0 0)'
_EMPTY_BODYSTRUCTURE = b'("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 0 0 NIL NIL NIL NIL)'
_EMPTY_ENVELOPE = b"(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)"
_US_ASCII = b'"charset" "us-ascii"'


def structure(
    raw: bytes, fields: Headers, *, is_extended: bool = True, is_utf8: bool = False
) -> bytes:
    """Return ``body`` of a whole message; `fields` are its header, split.

    The same as `bodystructure` of the message parsed.  A message that has no parts inside of
    its parts need not be parsed for it.
    """
    given = fields.first(b"content-type")
    if given is None or not _may_hold_parts(given):
        form = _form_of(fields.picked(FIELDS), is_extended, is_utf8)
        return _leaf(raw, fields.end, len(raw), form)
    said = content_fields_among(fields)
    kind = said.content_type or PLAIN
    found = leaves(raw, fields.end, kind.boundary) if kind.may_be_flat else None
    if found is None:
        return bodystructure(parse(raw), is_extended=is_extended, is_utf8=is_utf8)
    parts = [
        _leaf(raw, start, end, _form_of(header, is_extended, is_utf8))
        for _, start, end, header in found
    ]
    return _around(parts, kind, said.described, is_extended=is_extended, is_utf8=is_utf8)


def bodystructure(part: Part, *, is_extended: bool = True, is_utf8: bool = False) -> bytes:
    """Return ``body`` of a message or part: BODYSTRUCTURE, or BODY if not `is_extended`."""
    kind, described = part.content_type, part.described
    if kind.type.lower() == b"multipart":
        parts = [
            bodystructure(child, is_extended=is_extended, is_utf8=is_utf8)
            for child in part.children
        ]
        return _around(parts, kind, described, is_extended=is_extended, is_utf8=is_utf8)
    form = _form(kind, part.encoding, described, is_extended=is_extended, is_utf8=is_utf8)
    if not _is_message(part, is_utf8=is_utf8):
        return _leaf(part.raw, part.header_end, part.end, form)
    begin, _, extension = form
    inside = b" ".join(_message(part, is_extended=is_extended, is_utf8=is_utf8))
    return b"%b%d %b%b" % (begin, part.octets, inside, extension)


def bodystructure_decoded(part: Part, body: bytes, *, is_utf8: bool = False) -> bytes:
    """Return ``body`` of a part whose content-transfer encoding is undone (RFC 5524 §3.2)."""
    kind, described, encoding = part.content_type, part.described, transfer.identity_of(body)
    form = _form(kind, encoding, described, is_extended=True, is_utf8=is_utf8)
    return _leaf(body, 0, len(body), form)


def bodystructure_of_message(raw: bytes, *, is_header: bool, is_utf8: bool = False) -> bytes:
    """Return ``body`` of a whole message, as of an attached one; or of some of its header."""
    encoding, lines = transfer.identity_of(raw), raw.count(b"\n")
    if is_header:
        told = b'("text" "rfc822-headers" NIL NIL NIL "%b" %d %d NIL NIL NIL NIL)'
        return told % (encoding, len(raw), lines)
    message = parse(raw)
    return b'("message" "rfc822" NIL NIL NIL "%b" %d %b %b %d NIL NIL NIL NIL)' % (
        encoding,
        len(raw),
        envelope(message.headers, is_utf8=is_utf8),
        bodystructure(message, is_utf8=is_utf8),
        lines,
    )


def _leaf(raw: bytes, start: int, end: int, form: _Form) -> bytes:
    """Return ``body-type-basic / body-type-text`` of the body between two offsets."""
    begin, counts_lines, extension = form
    if counts_lines:
        return b"%b%d %d%b" % (begin, end - start, raw.count(b"\n", start, end), extension)
    return b"%b%d%b" % (begin, end - start, extension)


def _form_of(header: bytes, is_extended: bool, is_utf8: bool) -> _Form:  # noqa: FBT001  (a call a part)
    """Return the form of a part with this header; most headers of parts are seen often."""
    if len(header) > _LONGEST_REMEMBERED:
        return _read_form(header, is_extended, is_utf8)
    return _remembered_form(header, is_extended, is_utf8)


def _read_form(header: bytes, is_extended: bool, is_utf8: bool) -> _Form:  # noqa: FBT001  (a call a part)
    given, encoding, described, _ = content_fields(header)
    return _form(given or PLAIN, encoding, described, is_extended=is_extended, is_utf8=is_utf8)


_remembered_form = lru_cache(maxsize=512)(_read_form)


def _form(
    kind: ContentType, encoding: bytes, described: Description, *, is_extended: bool, is_utf8: bool
) -> _Form:
    """Write ``"(" media-type SP media-subtype SP body-fields`` and ``[SP body-ext-1part] ")"``."""
    is_text = kind.type.lower() == b"text"
    begin = b"(%b %b %b %b %b %b " % (
        encode_string(kind.type, is_utf8=is_utf8),
        encode_string(kind.subtype, is_utf8=is_utf8),
        _parameters(kind.parameters, is_text=is_text, is_utf8=is_utf8),
        encode_nstring(described.id, is_utf8=is_utf8),
        encode_nstring(described.description, is_utf8=is_utf8),
        encode_string(encoding, is_utf8=is_utf8),
    )
    if not is_extended:
        return begin, is_text, b")"
    md5 = encode_nstring(described.md5, is_utf8=is_utf8)
    return begin, is_text, b" %b %b)" % (md5, _extension(described, is_utf8=is_utf8))


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
    return envelope(inside.headers, is_utf8=is_utf8), body, lines


def _around(
    parts: list[bytes],
    kind: ContentType,
    described: Description,
    *,
    is_extended: bool,
    is_utf8: bool,
) -> bytes:
    """Return ``"(" 1*body SP media-subtype [SP body-ext-mpart] ")"``."""
    inside = b"".join(parts)
    if not inside:
        inside = _EMPTY_BODYSTRUCTURE if is_extended else _EMPTY_BODY
    subtype = encode_string(kind.subtype, is_utf8=is_utf8)
    if not is_extended:
        return b"(%b %b)" % (inside, subtype)
    parameters = _parameters(kind.parameters, is_utf8=is_utf8)
    return b"(%b %b %b %b)" % (inside, subtype, parameters, _extension(described, is_utf8=is_utf8))


def _extension(described: Description, *, is_utf8: bool) -> bytes:
    """Return ``body-fld-dsp SP body-fld-lang SP body-fld-loc``."""
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
