# ruff: noqa: D400, D415  (the docstring of a rule is its ABNF)
"""Arguments of the commands about the session itself: LOGIN AUTHENTICATE ID ENABLE."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from pytest_fakemail.imap.grammar.cursor import BadSyntax, Cursor
from pytest_fakemail.imap.grammar.rules import astring, atom, nstring, spaced, string, text_of

_INITIAL_RESPONSE = re.compile(rb"=|[A-Za-z0-9+/]+={0,2}")


@dataclass(frozen=True, slots=True)
class Login:
    """The arguments of LOGIN."""

    user: str
    password: str = field(repr=False)


def login(cursor: Cursor) -> Login:
    """``login = "LOGIN" SP userid SP password``"""
    cursor.expect(b" ")
    user = _credential(astring(cursor, "a user name"))
    cursor.expect(b" ")
    return Login(user, _credential(astring(cursor, "a password")))


def _credential(octets: bytes) -> str:
    try:
        return octets.decode("utf-8")
    except UnicodeDecodeError:
        text = "user names and passwords are UTF-8"
        raise BadSyntax(text, code="AUTHENTICATIONFAILED", status="NO") from None


@dataclass(frozen=True, slots=True)
class Authenticate:
    """The arguments of AUTHENTICATE.

    `initial_response` is as sent: base64, or ``b"="`` for an empty one (RFC 4959 §3).
    """

    mechanism: str
    initial_response: bytes | None = field(default=None, repr=False)


def authenticate(cursor: Cursor) -> Authenticate:
    """``authenticate = "AUTHENTICATE" SP auth-type [SP initial-resp]``"""
    cursor.expect(b" ")
    mechanism = atom(cursor, "a SASL mechanism").upper()
    if cursor.is_at_end or "SASL-IR" not in cursor.capabilities:
        return Authenticate(mechanism)
    cursor.expect(b" ")
    response = cursor.take(_INITIAL_RESPONSE)
    if response is None:
        raise cursor.wants("an initial response in base64")
    return Authenticate(mechanism, response)


def id_(cursor: Cursor) -> Mapping[str, str | None]:
    """``id = "ID" SP ( "(" #(string SP nstring) ")" / nil )`` (RFC 2971 §4)"""
    cursor.expect(b" ")
    if cursor.skip_word("NIL"):
        return {}
    cursor.expect(b"(")
    cursor.skip(b" ")  # aioimaplib has blanks inside the parentheses
    pairs: dict[str, str | None] = {}
    while not cursor.skip(b")"):
        name, value = _id_pair(cursor)
        pairs[name] = value
        if not cursor.peek(b")"):
            cursor.expect(b" ")
    return pairs


def _id_pair(cursor: Cursor) -> tuple[str, str | None]:
    """``string SP nstring``"""
    name = text_of(string(cursor), "the ID")
    cursor.expect(b" ")
    octets = nstring(cursor)
    return name, None if octets is None else text_of(octets, "the ID")


def enable(cursor: Cursor) -> tuple[str, ...]:
    """``enable = "ENABLE" 1*(SP capability)``; in upper case (RFC 5161 §3.1)"""
    cursor.expect(b" ")
    return tuple(name.upper() for name in spaced(cursor, atom))
