"""Whose login a SASL response is about: for faults and policies that are about one user."""

import re

from pytest_fakemail.wire.sasl import decode_initial_response

# Where a mechanism's first response has the user's name.
_NAMES = {
    "PLAIN": re.compile("[^\0]*\0([^\0]+)\0"),
    "LOGIN": re.compile("(.+)"),
    "CRAM-MD5": re.compile("(.+) "),
    "SCRAM-SHA-1": re.compile("[^,]*,[^,]*,n=([^,]+)"),
    "SCRAM-SHA-256": re.compile("[^,]*,[^,]*,n=([^,]+)"),
    "DIGEST-MD5": re.compile('.*?username="([^"]*)"', re.DOTALL),
    "XOAUTH2": re.compile("user=([^\1]+)"),
    "OAUTHBEARER": re.compile("[^,]*,a=([^,]+)"),
    "EXTERNAL": re.compile("(.+)"),
}


def named_in(mechanism: str, response: bytes) -> str | None:
    """Return the name in a response that is still in base64; None if it has none."""
    text = (decode_initial_response(response) or b"").decode(errors="replace")
    pattern = _NAMES.get(mechanism.removesuffix("-PLUS"))
    name = pattern.match(text) if pattern is not None else None
    return name and name[1]
