# ruff: noqa: D400, D415  (the docstring of a rule is its ABNF)
"""The parts of CATENATE, which APPEND and REPLACE make a message of (RFC 4469 §5)."""

from collections.abc import Callable

from pytest_fakemail.dataclass import dataclass
from pytest_fakemail.imap.grammar.cursor import Cursor
from pytest_fakemail.imap.grammar.rules import astring, listed

LiteralRule = Callable[[Cursor], tuple[bytes, bool, bool]]
"""Reads the literal of a message; its octets come first."""


@dataclass(frozen=True, slots=True)
class Url:
    """A part to be copied from a message that is here, as the client wrote it."""

    octets: bytes


def cat_parts(cursor: Cursor, literal: LiteralRule) -> tuple[Url | bytes, ...]:
    """``"CATENATE" SP "(" cat-part *(SP cat-part) ")"``, behind the word"""
    cursor.expect(b" ")
    return listed(cursor, lambda at: _cat_part(at, literal))


def _cat_part(cursor: Cursor, literal: LiteralRule) -> Url | bytes:
    """``cat-part = "URL" SP astring / "TEXT" SP literal / utf8-literal`` (RFC 6855 §4)"""
    if cursor.skip_word("URL"):
        cursor.expect(b" ")
        return Url(astring(cursor, "a URL"))
    if cursor.skip_word("TEXT"):
        cursor.expect(b" ")
        if cursor.peek_word() == "UTF8":
            raise cursor.wants("a literal")
    elif cursor.peek_word() != "UTF8":
        raise cursor.wants("URL or TEXT")
    return literal(cursor)[0]
