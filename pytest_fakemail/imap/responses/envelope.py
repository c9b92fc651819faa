"""ENVELOPE: what the header of a message says, as a list (RFC 3501 §7.4.2, RFC 9051 §7.5.2).

Malformed headers are answered as Dovecot and Cyrus do where they agree: nothing is refused,
a field that is missing is NIL, one that is empty is ``""``; of a text that comes twice the
last counts, of addresses all do.
"""

import re

from pytest_fakemail.imap.responses.values import NIL, encode_nstring, encode_string
from pytest_fakemail.mime.addresses import Address, address_list
from pytest_fakemail.mime.headers import Headers

_TAB = ord("\t")  # as `headers.LF`
# One address as nearly all mail has it, in octets that need no escape inside quotes, with
# what `addresses.address_list` would make of it: name, mailbox, host.
_ATOM = rb"[!#-'*+\-./0-9=?A-Z^_`a-z{|}~]"
_PLAIN = re.compile(
    rb"""[ ]*+(?:
        (?P<mailbox>A++)@(?P<host>A++)
      | (?:"(?P<quoted>[ !#-\[\]-~]++)"|(?P<name>A++(?:[ ]A++)*+))?
        [ ]*+<(?P<inside>A++)@(?P<domain>A++)>
    )[ ]*+(?:,|\Z)""".replace(b"A", _ATOM),
    re.VERBOSE,
)


def envelope(fields: Headers, *, is_utf8: bool = False) -> bytes:
    """Return the ``envelope`` of a message, or of the message inside a message/rfc822 part.

    ``"(" date subject from sender reply-to to cc bcc in-reply-to message-id ")"``
    """
    sent_from = _addresses(fields, b"from", is_utf8=is_utf8)
    # RFC 3501 §7.4.2: the server fills in From where Sender and Reply-To are missing or empty.
    sender = _addresses(fields, b"sender", is_utf8=is_utf8)
    reply_to = _addresses(fields, b"reply-to", is_utf8=is_utf8)
    return b"(%b %b %b %b %b %b %b %b %b %b)" % (
        _text(fields.last(b"date"), is_utf8=is_utf8),
        _text(fields.last(b"subject"), is_utf8=is_utf8),
        sent_from,
        sent_from if sender is NIL else sender,
        sent_from if reply_to is NIL else reply_to,
        _addresses(fields, b"to", is_utf8=is_utf8),
        _addresses(fields, b"cc", is_utf8=is_utf8),
        _addresses(fields, b"bcc", is_utf8=is_utf8),
        _text(fields.last(b"in-reply-to"), is_utf8=is_utf8),
        _text(fields.last(b"message-id"), is_utf8=is_utf8),
    )


def _text(value: bytes | None, *, is_utf8: bool) -> bytes:
    if value is None:
        return NIL
    if _TAB in value:
        value = value.replace(b"\t", b" ")  # from folding; Dovecot does the same
    return encode_string(value, is_utf8=is_utf8)


def _addresses(fields: Headers, name: bytes, *, is_utf8: bool) -> bytes:
    """Return ``"(" 1*address ")" / nil``; NIL itself, to be told by ``is``."""
    if name not in fields:
        return NIL
    values = fields.all(name)
    if len(values) == 1:
        return _plain(values[0]) or _encoded(address_list(values[0]), is_utf8=is_utf8)
    return _encoded([one for value in values for one in address_list(value)], is_utf8=is_utf8)


def _plain(value: bytes) -> bytes | None:
    """Return the addresses if they are plain ones all, sooner than by reading each word."""
    found: list[bytes] = []
    position, end = 0, len(value)
    while position < end:
        one = _PLAIN.match(value, position)
        if one is None:
            return None
        mailbox, host, quoted, name, inside, domain = one.groups()
        if mailbox is not None:
            found.append(b'(NIL NIL "%b" "%b")' % (mailbox, host))
        elif name is None and quoted is None:
            found.append(b'(NIL NIL "%b" "%b")' % (inside, domain))
        else:
            found.append(b'("%b" NIL "%b" "%b")' % (quoted or name, inside, domain))
        position = one.end()
    return b"(%b)" % b"".join(found) if found else None


def _encoded(addresses: list[Address], *, is_utf8: bool) -> bytes:
    if not addresses:
        return NIL
    encoded = [
        b"(%b)" % b" ".join([encode_nstring(half, is_utf8=is_utf8) for half in address])
        for address in addresses
    ]
    return b"(%b)" % b"".join(encoded)
