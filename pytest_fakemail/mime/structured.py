"""Which header fields may hold encoded words, and where in them (RFC 2047 §5).

An encoded word stands for text: in unstructured fields, in phrases such as display names, and
in comments.  In identifiers, URLs and parameters it means itself, and software that reads these
sees it as it stands; so it is shown as it stands.
"""

import re

from pytest_fakemail.mime import charsets, words
from pytest_fakemail.pattern import pattern

# Without phrases: encoded words are for their comments only.
_WITHOUT_PHRASES = frozenset(
    b"""
    message-id in-reply-to references resent-message-id original-message-id supersedes
    content-id content-type content-disposition content-transfer-encoding content-md5
    content-location content-language content-base mime-version
    date resent-date expires expiry-date reply-by deferred-delivery return-path delivered-to
    list-unsubscribe list-subscribe list-help list-post list-owner list-archive
    list-unsubscribe-post archived-at auto-submitted original-recipient final-recipient
    authentication-results arc-authentication-results received-spf x-original-to envelope-to
    disposition-notification-options bimi-location newsgroups control xref
    """.split()
)
# Without comments either, or where RFC 2047 §5 (3) forbids them by name.
_WITHOUT_WORDS = frozenset(
    b"received dkim-signature arc-seal arc-message-signature autocrypt bimi-selector".split()
)
# Phrases beside what is in angle brackets or is an address.
_WITH_PHRASES = frozenset(
    b"""
    from sender reply-to to cc bcc resent-from resent-sender resent-reply-to resent-to resent-cc
    resent-bcc disposition-notification-to return-receipt-to errors-to mail-followup-to
    mail-reply-to apparently-to list-id
    """.split()
)
_COMMENT = rb"\((?:[^()\\]|\\.)*+\)"
_COMMENTS = pattern(rb'"(?:[^"\\]|\\.)*+"|<[^<>]*+>|(' + _COMMENT + rb")", re.DOTALL)
# Angle brackets, but not those inside of a quoted string or comment.
_BRACKETED = pattern(
    rb'("(?:[^"\\]|\\.)*+"|' + _COMMENT + rb"|[^<\"(]++|[\"(])|<[^<>]*+>?", re.DOTALL
)


def text(name: bytes, value: bytes) -> str:
    """Return the value of a field as text, encoded words decoded where they are such.

    Args:
        name: the field's name, in any case.
        value: what `headers.unfolded` made of its value.
    """
    if b"=?" not in value:
        return charsets.decode(value)
    key = name.lower()
    if key in _WITH_PHRASES:
        return _outside_brackets(value)
    if key in _WITHOUT_WORDS:
        return charsets.decode(value)
    if key in _WITHOUT_PHRASES:
        return _in_comments(value)
    return words.decode(value)


def _in_comments(value: bytes) -> str:
    pieces: list[str] = []
    position = 0
    for found in _COMMENTS.finditer(value):
        if found[1] is not None:
            pieces += (charsets.decode(value[position : found.start()]), words.decode(found[1]))
            position = found.end()
    return "".join([*pieces, charsets.decode(value[position:])])


def _outside_brackets(value: bytes) -> str:
    pieces: list[str] = []
    position = 0
    for found in _BRACKETED.finditer(value):
        if found[1] is None:
            pieces += (words.decode(value[position : found.start()]), charsets.decode(found[0]))
            position = found.end()
    return "".join([*pieces, words.decode(value[position:])])
