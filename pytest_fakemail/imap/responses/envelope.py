"""ENVELOPE: what the header of a message says, as a list (RFC 3501 §7.4.2, RFC 9051 §7.5.2).

Malformed headers are answered as Dovecot and Cyrus do where they agree: nothing is refused,
a field that is missing is NIL, one that is empty is ``""``; of a text that comes twice the
last counts, of addresses all do.
"""

import re
from functools import lru_cache

from pytest_fakemail.imap.responses.values import NIL, encode_nstring
from pytest_fakemail.mime.addresses import Address, address_list
from pytest_fakemail.mime.headers import Headers
from pytest_fakemail.mime.parts import Part

_CACHED_SIZE = 200
# A list of these octets has addresses without a quote or backslash: those could only come
# from an escape or from a domain in brackets.
_needs_no_escape = re.compile(rb"[ -Z\]-~]*+\Z").match


def envelope(message: Part, *, is_utf8: bool = False) -> bytes:
    """Return the ``envelope`` of a message, or of the message inside a message/rfc822 part.

    ``"(" date subject from sender reply-to to cc bcc in-reply-to message-id ")"``
    """
    fields = message.headers
    has_twins = len(fields) != len(fields.names)
    text = fields.last if has_twins else fields.first
    sent_from = _addresses(fields, b"from", has_twins=has_twins, is_utf8=is_utf8)
    # RFC 3501 §7.4.2: the server fills in From where Sender and Reply-To are missing or empty.
    sender = _addresses(fields, b"sender", has_twins=has_twins, is_utf8=is_utf8)
    reply_to = _addresses(fields, b"reply-to", has_twins=has_twins, is_utf8=is_utf8)
    return b"(%b %b %b %b %b %b %b %b %b %b)" % (
        _text(text(b"date"), is_utf8=is_utf8),
        _text(text(b"subject"), is_utf8=is_utf8),
        sent_from,
        sent_from if sender is NIL else sender,
        sent_from if reply_to is NIL else reply_to,
        _addresses(fields, b"to", has_twins=has_twins, is_utf8=is_utf8),
        _addresses(fields, b"cc", has_twins=has_twins, is_utf8=is_utf8),
        _addresses(fields, b"bcc", has_twins=has_twins, is_utf8=is_utf8),
        _text(text(b"in-reply-to"), is_utf8=is_utf8),
        _text(text(b"message-id"), is_utf8=is_utf8),
    )


def _text(value: bytes | None, *, is_utf8: bool) -> bytes:
    if value is not None and b"\t" in value:
        value = value.replace(b"\t", b" ")  # from folding; Dovecot does the same
    return encode_nstring(value, is_utf8=is_utf8)


def _addresses(fields: Headers, name: bytes, *, has_twins: bool, is_utf8: bool) -> bytes:
    """Return ``"(" 1*address ")" / nil``; NIL itself, to be told by ``is``."""
    value = fields.first(name)
    if value is None:
        return NIL
    if has_twins and len(values := fields.all(name)) > 1:
        return _encoded([one for value in values for one in address_list(value)], is_utf8=is_utf8)
    # The same few people write again and again.
    return (_cached if len(value) <= _CACHED_SIZE else _read)(value, is_utf8=is_utf8)


def _read(value: bytes, *, is_utf8: bool) -> bytes:
    addresses = address_list(value)
    if addresses and _needs_no_escape(value):
        return b"(" + b"".join([_quoted(one) for one in addresses]) + b")"
    return _encoded(addresses, is_utf8=is_utf8)


_cached = lru_cache(maxsize=1024)(_read)


def _quoted(address: Address) -> bytes:
    """Return ``"(" name SP route SP mailbox SP host ")"`` of what can be quoted as it is."""
    name, route, mailbox, host = address
    if route is None and mailbox is not None and host is not None:
        if name is None:
            return b'(NIL NIL "%b" "%b")' % (mailbox, host)
        return b'("%b" NIL "%b" "%b")' % (name, mailbox, host)
    return b"(%b)" % b" ".join([NIL if half is None else b'"' + half + b'"' for half in address])


def _encoded(addresses: list[Address], *, is_utf8: bool) -> bytes:
    if not addresses:
        return NIL
    encoded = [
        b"(%b)" % b" ".join([encode_nstring(half, is_utf8=is_utf8) for half in address])
        for address in addresses
    ]
    return b"(%b)" % b"".join(encoded)
