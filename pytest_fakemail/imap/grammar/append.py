# ruff: noqa: D400, D415  (the docstring of a rule is its ABNF)
"""A message as APPEND and REPLACE take it, with BINARY and UTF8."""

from datetime import datetime

from pytest_fakemail.dataclass import dataclass, field
from pytest_fakemail.imap.grammar.catenate import Url, cat_parts
from pytest_fakemail.imap.grammar.cursor import Cursor
from pytest_fakemail.imap.grammar.rules import date_time, flag_list

_NUL = 0  # as `headers.LF`


@dataclass(frozen=True, slots=True)
class Appended:
    """One message to append; `raw` is the literal that was received, not a copy.

    `is_literal8` tells ``~{n}`` (RFC 3516 §4.4), the only form that should hold NUL; `is_utf8`
    the form ``UTF8 (~{n} …)`` (RFC 6855 §4).  With CATENATE there are `parts`, and no octets yet.
    """

    flags: tuple[str, ...] = ()
    internal_date: datetime | None = None
    raw: bytes = field(default=b"", repr=False)
    is_literal8: bool = False
    is_utf8: bool = False
    parts: tuple[Url | bytes, ...] = field(default=(), repr=False)


def append_message(cursor: Cursor) -> Appended:
    """``append-message = [flag-list SP] [date-time SP] append-data``"""
    flags: tuple[str, ...] = ()
    if cursor.peek(b"("):
        flags = flag_list(cursor)
        cursor.expect(b" ")
    internal_date = None
    if cursor.peek(b'"'):
        internal_date = date_time(cursor)
        cursor.expect(b" ")
    if "CATENATE" in cursor.capabilities and cursor.skip_word("CATENATE"):
        return Appended(flags, internal_date, parts=cat_parts(cursor, _append_data))
    raw, is_literal8, is_utf8 = _append_data(cursor)
    return Appended(flags, internal_date, raw, is_literal8, is_utf8)


def _append_data(cursor: Cursor) -> tuple[bytes, bool, bool]:
    """``append-data = literal / literal8 / "UTF8" SP "(" literal8 ")"``"""
    start = cursor.position
    is_utf8 = cursor.skip_word("UTF8")
    if is_utf8:
        cursor.expect(b" (")
    found = cursor.literal()
    if found is None:
        raise cursor.wants("a literal")
    raw, is_literal8 = found
    is_allowed = (
        "UTF8=ACCEPT" in cursor.capabilities and is_literal8
        if is_utf8
        else not is_literal8 or "BINARY" in cursor.capabilities
    )
    if not is_allowed:
        cursor.position = start
        raise cursor.wants("a literal of a kind that this server knows")
    if not is_literal8 and _NUL in raw:
        cursor.position = start
        raise cursor.wants("a literal without NUL, for which there is literal8")
    if is_utf8:
        cursor.expect(b")")
    return raw, is_literal8, is_utf8
