# ruff: noqa: D400, D415  (the docstring of a rule is its ABNF)
"""The rules that all commands are made of: atoms, strings, names, numbers, dates, flags.

RFC 3501 §9 and RFC 9051 §9.  Each rule is a function over a `Cursor` that returns a value or
raises `BadSyntax`.  Rules for the arguments of a command (in the other modules here)
are called with the cursor behind the command's name and take the space that follows it.
"""

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, timezone
from typing import TypeVar

from pytest_fakemail.imap.grammar.cursor import BadSyntax, Cursor
from pytest_fakemail.imap.grammar.mutf7 import decode_mutf7
from pytest_fakemail.imap.grammar.numbers import LARGEST, STAR, SequenceSet
from pytest_fakemail.store.flags import SYSTEM_FLAGS
from pytest_fakemail.store.mailbox_names import UNSHOWABLE

Item = TypeVar("Item")

LARGEST_NUMBER64 = 2**63 - 1
"""Mod-sequences and 64-bit sizes have 63 bits (RFC 7162 §7, RFC 9051 §9)."""

_TAG = re.compile(rb"[!#$&',-\[\]^-z|}~.0-9:;<=>?@A-Z]+(?= |\Z)")
_ATOM = re.compile(rb"[!#$&'+,\-./0-9:;<=>?@A-Z\[^_`a-z|}~]+")
# A literal8 begins as an atom does.
_ASTRING = re.compile(rb"(?!~\{)[!#$&'+,\-./0-9:;<=>?@A-Z\[\]^_`a-z|}~]+")
_LIST_CHARS = re.compile(rb"[!#$%&'*+,\-./0-9:;<=>?@A-Z\[\]^_`a-z|}~]+")
# Octets beyond ASCII are let through: IMAP4rev2 and UTF8=ACCEPT allow UTF-8 here, and real
# clients send it without asking.  Who uses the string decides what to make of it.
_QUOTED = re.compile(rb'"([^"\\\r\n\0]*(?:\\["\\][^"\\\r\n\0]*)*)"')
_ESCAPED = re.compile(rb'\\(["\\])')
_NUMBER = re.compile(rb"[0-9]{1,20}(?![0-9])")
_SEQUENCE_SET = re.compile(rb"[0-9:*,]+")
_SEQUENCE_RANGE = re.compile(rb"([1-9][0-9]{0,9}|\*)(?::([1-9][0-9]{0,9}|\*))?")
_FLAG = re.compile(rb"\\?[!#$&'+,\-./0-9:;<=>?@A-Z\[^_`a-z|}~]+")
_DATE_TEXT = re.compile(rb"([0-9]{1,2})-([A-Za-z]{3})-([0-9]{4})")
_DATE_TIME = re.compile(
    rb'"([ 0-9]?[0-9])-([A-Za-z]{3})-([0-9]{4})'
    rb" ([0-9]{2}):([0-9]{2}):([0-9]{2})"
    rb' ([+-])([0-9]{2})([0-9]{2})"'
)
_MONTHS = {
    name: number
    for number, name in enumerate(b"jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)
}
_SYSTEM_FLAGS = {flag.lower(): flag for flag in SYSTEM_FLAGS}


def tag(cursor: Cursor) -> str:
    """``tag = 1*<any ASTRING-CHAR except "+">``"""
    found = cursor.take(_TAG)
    if found is None:
        # Part of what is no tag must not be taken for one: nobody waits for an answer to it.
        raise cursor.wants("a tag")
    return found.decode("ascii")


def whole_tag(octets: bytes) -> str | None:
    """Return these octets if they are a tag and nothing else."""
    return None if _TAG.fullmatch(octets) is None else octets.decode("ascii")


def command_name(cursor: Cursor) -> tuple[str, bool]:
    """``command = tag SP ( … / "UID" SP … )``: the name in upper case, and whether UID precedes.

    The cursor is left behind the name.
    """
    cursor.expect(b" ")
    name = cursor.word("a command")
    if name != "UID":
        return name, False
    cursor.expect(b" ")
    return cursor.word("a command"), True


def no_arguments(cursor: Cursor) -> None:
    """Nothing: ``"NOOP" CRLF``"""
    cursor.end()


def atom(cursor: Cursor, wanted: str = "an atom", *, in_quotes: bool = False) -> str:
    """``atom = 1*ATOM-CHAR``; in quotes, too, where clients and servers are used to them."""
    start = cursor.position
    found = quoted(cursor) if in_quotes else None
    if found is None:
        found = cursor.take(_ATOM)
    elif not _ATOM.fullmatch(found):
        cursor.position, found = start, None
    if found is None:
        raise cursor.wants(wanted)
    return found.decode("ascii")


def quoted(cursor: Cursor) -> bytes | None:
    """``quoted = DQUOTE *QUOTED-CHAR DQUOTE``; None if there is no quote here."""
    if not cursor.peek(b'"'):
        return None
    found = cursor.take(_QUOTED)
    if found is None:
        raise cursor.wants("a quoted string that ends, has its escapes right and no CR, LF or NUL")
    inside = found[1:-1]
    return _ESCAPED.sub(rb"\1", inside) if b"\\" in inside else inside


def literal(cursor: Cursor) -> bytes | None:
    """``literal = "{" number64 ["+"] "}" CRLF *CHAR8``; None if there is none here."""
    found = cursor.literal()
    if found is None:
        return None
    octets, is_literal8 = found
    if is_literal8:
        raise cursor.wants("a literal, not a literal8")
    if b"\0" in octets:
        raise cursor.wants("a literal without NUL")
    return octets


def string(cursor: Cursor, wanted: str = "a string") -> bytes:
    """``string = quoted / literal``"""
    found = quoted(cursor)
    if found is None:
        found = literal(cursor)
    if found is None:
        raise cursor.wants(wanted)
    return found


def astring(cursor: Cursor, wanted: str = "an atom or string") -> bytes:
    """``astring = 1*ASTRING-CHAR / string``"""
    found = cursor.take(_ASTRING)
    return string(cursor, wanted) if found is None else found


def nstring(cursor: Cursor) -> bytes | None:
    """``nstring = string / nil``; an atom, too.

    Clients that quote only what needs it write atoms there (imaplib2), and Dovecot and Cyrus
    take them.
    """
    return None if cursor.skip_word("NIL") else astring(cursor, "a string or NIL")


def number(cursor: Cursor, *, least: int = 0, most: int = LARGEST) -> int:
    """``number = 1*DIGIT``, of 32 bits unless told otherwise."""
    start = cursor.position
    found = cursor.take(_NUMBER)
    if found is None or not least <= int(found) <= most:
        cursor.position = start
        raise cursor.wants(f"a number from {least} to {most}")
    return int(found)


def number64(cursor: Cursor) -> int:
    """``number64 = 1*DIGIT``, of 63 bits."""
    return number(cursor, most=LARGEST_NUMBER64)


def nz_number(cursor: Cursor) -> int:
    """``nz-number = digit-nz *DIGIT``"""
    return number(cursor, least=1)


def mod_sequence_value(cursor: Cursor) -> int:
    """``mod-sequence-value = 1*DIGIT`` (RFC 7162 §7).

    It is to be "positive", but a client that knows nothing yet says 0, and Dovecot and Cyrus
    let it: all is newer than that.
    """
    return number64(cursor)


def sequence_set(cursor: Cursor) -> SequenceSet:
    """``sequence-set = (seq-number / seq-range) ["," sequence-set] / seq-last-command``"""
    if cursor.peek(b"$"):
        if "SEARCHRES" not in cursor.capabilities:
            raise cursor.wants("a sequence set")
        cursor.skip(b"$")
        return SequenceSet(is_saved=True)
    start = cursor.position
    found = cursor.take(_SEQUENCE_SET)
    if found is None:
        raise cursor.wants("a sequence set")
    ranges = []
    for item in found.split(b","):
        match = _SEQUENCE_RANGE.fullmatch(item)
        if match is None:
            cursor.position = start
            raise cursor.wants("a sequence set")
        first = _seq_number(match[1])
        ranges.append((first, first if match[2] is None else _seq_number(match[2])))
    if max(map(max, ranges)) > LARGEST:
        cursor.position = start
        raise cursor.wants(f"numbers up to {LARGEST}")
    return SequenceSet(tuple(ranges))


def _seq_number(text: bytes) -> int:
    """``seq-number = nz-number / "*"``"""
    return STAR if text == b"*" else int(text)


def text_of(octets: bytes, what: str) -> str:
    """Return octets as the UTF-8 text that they have to be.

    Raises:
        BadSyntax: they are something else.
    """
    try:
        return octets.decode("utf-8")
    except UnicodeDecodeError:
        raise BadSyntax(f"{what} is not UTF-8") from None


def mailbox(cursor: Cursor) -> str:
    """``mailbox = "INBOX" / astring``; as text, INBOX in upper case."""
    return capital_inbox(spelt_mailbox(cursor))


def spelt_mailbox(cursor: Cursor) -> str:
    """``mailbox``; as text, INBOX as the client wrote it."""
    return _mailbox_name(cursor, astring(cursor, "a mailbox name"))


def capital_inbox(name: str) -> str:
    """Return a name, INBOX in upper case."""
    return "INBOX" if name.lower() == "inbox" else name


def named_mailbox(cursor: Cursor) -> str:
    """``SP mailbox``, the first argument of many commands"""
    cursor.expect(b" ")
    return mailbox(cursor)


def list_mailbox(cursor: Cursor) -> str:
    """``list-mailbox = 1*list-char / string``; ``*`` and ``%`` in it kept.

    It is compared with names as the client sees them, so modified UTF-7 stays what it is: a
    wildcard may stand anywhere in it (RFC 3501 §5.1.3, §6.3.8).
    """
    found = cursor.take(_LIST_CHARS)
    octets = string(cursor, "a mailbox pattern") if found is None else found
    try:
        pattern = octets.decode("utf-8" if cursor.is_utf8 else "ascii")
    except ValueError:
        raise _bad_name("the mailbox pattern is not " + _spelling(cursor)) from None
    return _without_controls(pattern)


def _mailbox_name(cursor: Cursor, octets: bytes) -> str:
    """Read a name in the spelling that the session agreed on."""
    try:
        name = octets.decode("utf-8") if cursor.is_utf8 else decode_mutf7(octets.decode("ascii"))
    except ValueError:
        raise _bad_name("the mailbox name is not " + _spelling(cursor)) from None
    return _without_controls(name)


def _spelling(cursor: Cursor) -> str:
    return "UTF-8" if cursor.is_utf8 else "modified UTF-7"


def _without_controls(name: str) -> str:
    if UNSHOWABLE.search(name):
        raise _bad_name("a mailbox name has no control characters")
    return name


def _bad_name(text: str) -> BadSyntax:
    # RFC 5530 §3: CANNOT is for what can never succeed, such as an invalid name.
    return BadSyntax(text, code="CANNOT", status="NO")


def flag(cursor: Cursor) -> str:
    r"""``flag = "\Answered" / "\Flagged" / "\Deleted" / "\Seen" / "\Draft" / flag-keyword``

    ``\Recent`` cannot be set (RFC 3501 §2.3.2), and no other system flag is known.
    """
    found = cursor.take(_FLAG)
    if found is None:
        raise cursor.wants("a flag")
    text = found.decode("ascii")
    if not text.startswith("\\"):
        return text
    system_flag = _SYSTEM_FLAGS.get(text.lower())
    if system_flag is None:
        cursor.position -= len(found)
        raise cursor.wants("a keyword or one of " + " ".join(SYSTEM_FLAGS))
    return system_flag


def listed(cursor: Cursor, rule: Callable[[Cursor], Item], *, least: int = 1) -> tuple[Item, ...]:
    """``"(" [item *(SP item)] ")"``"""
    cursor.expect(b"(")
    if least == 0 and cursor.skip(b")"):
        return ()
    items = spaced(cursor, rule)
    cursor.expect(b")")
    return items


def spaced(cursor: Cursor, rule: Callable[[Cursor], Item]) -> tuple[Item, ...]:
    """``item *(SP item)``"""
    items = [rule(cursor)]
    while cursor.skip(b" "):
        items.append(rule(cursor))
    return tuple(items)


def flag_list(cursor: Cursor) -> tuple[str, ...]:
    """``flag-list = "(" [flag *(SP flag)] ")"``"""
    return listed(cursor, flag, least=0)


def day(cursor: Cursor) -> date:
    """``date = date-text / DQUOTE date-text DQUOTE``"""
    start = cursor.position
    is_quoted = cursor.skip(b'"')
    found = cursor.take(_DATE_TEXT)
    if is_quoted and found is not None:
        cursor.expect(b'"')
    match = found and _DATE_TEXT.fullmatch(found)
    if match:
        with suppress(KeyError, ValueError):
            return date(int(match[3]), _MONTHS[match[2].lower()], int(match[1]))
    cursor.position = start
    raise cursor.wants("a date such as 1-Feb-1994")


def date_time(cursor: Cursor) -> datetime:
    """``date-time = DQUOTE date-day-fixed "-" date-month "-" date-year SP time SP zone DQUOTE``

    Nine days a month Horde has a day of one digit, and Dovecot and Cyrus take that.
    """
    start = cursor.position
    found = cursor.take(_DATE_TIME)
    match = found and _DATE_TIME.fullmatch(found)
    if match:
        with suppress(KeyError, ValueError, OverflowError):
            return _moment(match)
    cursor.position = start
    raise cursor.wants("a quoted date-time such as 07-Feb-1994 21:52:25 -0800")


def _moment(match: re.Match[bytes]) -> datetime:
    offset = timedelta(hours=int(match[8]), minutes=int(match[9]))
    zone = timezone(-offset if match[7] == b"-" else offset) if offset else UTC
    moment = datetime(
        year=int(match[3]),
        month=_MONTHS[match[2].lower()],
        day=int(match[1]),
        hour=int(match[4]),
        minute=int(match[5]),
        second=59 if match[6] == b"60" else int(match[6]),  # a leap second
        tzinfo=zone,
    )
    moment.astimezone(UTC)  # must exist in UTC too, or nobody could compare it
    return moment


def partial_range(cursor: Cursor) -> tuple[int, int]:
    """``partial-range = nz-number ":" nz-number / MINUS nz-number ":" MINUS nz-number``

    The end nearer to where it counts from comes first, and answers say it so, as Dovecot's do:
    "A range 500:400 is the same as 400:500" (RFC 9394 §4).
    """
    sign = -1 if cursor.skip(b"-") else 1
    first = nz_number(cursor)
    cursor.expect(b":-" if sign < 0 else b":")
    nearer, farther = sorted((first, nz_number(cursor)))
    return sign * nearer, sign * farther
