# ruff: noqa: D400, D415  (the docstring of a rule is its ABNF)
"""The arguments of GENURLAUTH, URLFETCH and RESETKEY (RFC 4467 §9, RFC 5524 §5)."""

from pytest_fakemail.dataclass import dataclass
from pytest_fakemail.imap.grammar.cursor import Cursor
from pytest_fakemail.imap.grammar.rules import astring, mailbox
from pytest_fakemail.imap.grammar.urls import AuthorizedUrl, rump_url

_PARAMETERS = ("BODYPARTSTRUCTURE", "BODY", "BINARY")


@dataclass(frozen=True, slots=True)
class Fetched:
    """A URL of URLFETCH, as sent, and what is asked of it; nothing: as without parentheses."""

    octets: bytes
    parameters: frozenset[str] = frozenset()


def genurlauth(cursor: Cursor) -> tuple[AuthorizedUrl, ...]:
    """``genurlauth = "GENURLAUTH" 1*(SP url-rump SP mechanism)``"""
    urls: list[AuthorizedUrl] = []
    while not urls or not cursor.is_at_end:
        cursor.expect(b" ")
        octets = astring(cursor, "a URL")
        cursor.expect(b" ")
        _mechanism(cursor)
        urls.append(rump_url(octets))
    return tuple(urls)


def _mechanism(cursor: Cursor) -> None:
    """``mechanism = "INTERNAL" / 1*(ALPHA / DIGIT / "-" / ".")``"""
    if not cursor.skip_word("INTERNAL"):
        raise cursor.wants("INTERNAL, all that this server knows")


def urlfetch(cursor: Cursor) -> tuple[Fetched, ...]:
    """``urlfetch = "URLFETCH" 1*(SP url-fetch-arg)``"""
    fetched: list[Fetched] = []
    while not fetched or not cursor.is_at_end:
        cursor.expect(b" ")
        fetched.append(_url_fetch_arg(cursor))
    return tuple(fetched)


def _url_fetch_arg(cursor: Cursor) -> Fetched:
    """``url-full / "(" url-full *(SP url-fetch-param) ")"``"""
    if "URLAUTH=BINARY" not in cursor.capabilities or not cursor.skip(b"("):
        return Fetched(astring(cursor, "a URL"))
    octets = astring(cursor, "a URL")
    parameters: set[str] = set()
    while cursor.skip(b" "):
        name = cursor.peek_word()
        if name not in _PARAMETERS:
            raise cursor.wants("a parameter that this server knows")
        if name in parameters:
            raise cursor.wants("each parameter once")
        parameters.add(name)
        if parameters.issuperset(("BODY", "BINARY")):
            raise cursor.wants("BODY or BINARY, not both")
        cursor.skip_word(name)
    cursor.expect(b")")
    return Fetched(octets, frozenset(parameters))


def resetkey(cursor: Cursor) -> str | None:
    """``resetkey = "RESETKEY" [SP mailbox *(SP mechanism)]``"""
    if cursor.is_at_end:
        return None
    cursor.expect(b" ")
    name = mailbox(cursor)
    while cursor.skip(b" "):
        _mechanism(cursor)
    return name
