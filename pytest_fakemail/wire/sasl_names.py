"""Whose login a SASL response is about: for faults and policies that are about one user."""

import re

from pytest_fakemail.pattern import pattern
from pytest_fakemail.wire.sasl import decode_initial_response

# Where a mechanism's first response has the user's name.
_NAMES = {
    "PLAIN": pattern("[^\0]*\0([^\0]+)\0"),
    "LOGIN": pattern("(.+)"),
    "CRAM-MD5": pattern("(.+) "),
    "SCRAM-SHA-1": pattern("[^,]*,[^,]*,n=([^,]+)"),
    "SCRAM-SHA-256": pattern("[^,]*,[^,]*,n=([^,]+)"),
    "DIGEST-MD5": pattern('.*?username="([^"]*)"', re.DOTALL),
    "XOAUTH2": pattern("user=([^\1]+)"),
    "OAUTHBEARER": pattern("[^,]*,a=([^,]+)"),
    "EXTERNAL": pattern("(.+)"),
}


def named_in(mechanism: str, response: bytes) -> str | None:
    """Return the name in a response that is still in base64; None if it has none."""
    text = (decode_initial_response(response) or b"").decode(errors="replace")
    form = _NAMES.get(mechanism.removesuffix("-PLUS"))
    name = form.match(text) if form is not None else None
    return name and name[1]
