"""Passwords and tokens kept out of text that people will paste into bug reports."""

import re

_REDACTED = b"[redacted]"

_TAG = rb"(?:[^ \r\n]+ +)?"
_MECHANISM = rb"(?:AUTH|AUTHENTICATE) +[^ \r\n]+"
_USER = rb'(?:LOGIN +(?:"(?:[^"\\\r\n]|\\.)*"|[^ "{\r\n]+)|APOP +[^ \r\n]+)'
_LOGIN = re.compile(
    rb"(%b(?:%b|%b|PASS|LOGIN)) +[^\r\n].*" % (_TAG, _MECHANISM, _USER),
    re.IGNORECASE | re.DOTALL,
)
"""A login and, in group 1, what may be shown of it: IMAP's tag, the mechanism or user."""

_BARE = re.compile(rb"%b(?:%b|AUTH|AUTHENTICATE)[ \r\n]*" % (_TAG, _MECHANISM), re.IGNORECASE)
"""The beginning of a SASL exchange, without an initial response."""

_HARMLESS = (b"", b"*")


def redacted(verb: str, request: bytes, *, is_secret: bool) -> bytes:
    """Return a request without its credentials; the mechanism and a user name stay.

    Logins are known by their words too, for a session cannot tell when half of one came.
    What is secret and no command is a response to a challenge, or a literal: hidden whole.
    """
    ending = request[len(request.rstrip(b"\r\n")) :]
    login = _LOGIN.match(request)
    if login is not None:
        return login[1] + b" " + _REDACTED + ending
    if not is_secret or request.strip() in _HARMLESS:
        return request
    if verb in ("AUTH", "AUTHENTICATE") and _BARE.fullmatch(request):
        return request
    return _REDACTED + ending
