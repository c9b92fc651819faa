"""Values in IMAP's words."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from pytest_fakemail.imap.responses.values import (
    encode_astring,
    encode_date_time,
    encode_flags,
    encode_literal8,
    encode_mailbox,
    encode_nstring,
    encode_string,
    encode_text,
)


@pytest.mark.parametrize(
    ("octets", "encoded"),
    [
        (b"", b'""'),
        (b"plain text", b'"plain text"'),
        (b'a "b" \\c', b'"a \\"b\\" \\\\c"'),
        (b"a\tb", b'"a\tb"'),
        (b"a\r\nb", b"{4}\r\na\r\nb"),
        (b"a\nb", b"{3}\r\na\nb"),
        ("ü".encode(), b"{2}\r\n\xc3\xbc"),
        (b"a\0b", b"{5}\r\na\xef\xbf\xbdb"),
    ],
)
def test_strings_are_quoted_if_they_can_be(octets: bytes, encoded: bytes) -> None:
    assert encode_string(octets) == encoded
    assert encode_nstring(octets) == encoded


def test_utf8_is_quoted_for_clients_that_enabled_it() -> None:
    assert encode_string("ü".encode(), is_utf8=True) == '"ü"'.encode()
    assert encode_nstring('ü"'.encode(), is_utf8=True) == '"ü\\""'.encode()
    assert encode_string(b"\xfc", is_utf8=True) == b"{1}\r\n\xfc"
    assert encode_string("ü\n".encode(), is_utf8=True) == b"{3}\r\n\xc3\xbc\n"


def test_nothing_is_nil() -> None:
    assert encode_nstring(None) == b"NIL"


@pytest.mark.parametrize(
    ("octets", "encoded"),
    [
        (b"INBOX", b"INBOX"),
        (b"a/b.c", b"a/b.c"),
        (b"a b", b'"a b"'),
        (b"", b'""'),
        (b"nil", b'"nil"'),
        (b"[Gmail]", b'"[Gmail]"'),
        (b"a%", b'"a%"'),
        (b"x\n", b"{2}\r\nx\n"),
    ],
)
def test_words_are_bare_and_the_rest_is_not(octets: bytes, encoded: bytes) -> None:
    assert encode_astring(octets) == encoded


def test_a_literal8_may_hold_nul() -> None:
    assert encode_literal8(b"a\0") == b"~{2}\r\na\0"


def test_mailboxes_are_spelt_as_the_client_knows_them() -> None:
    assert encode_mailbox("Entwürfe") == b'"Entw&APw-rfe"'
    assert encode_mailbox("R&D") == b'"R&-D"'
    assert encode_mailbox("Entwürfe", is_utf8=True) == '"Entwürfe"'.encode()
    assert encode_mailbox("R&D", is_utf8=True) == b'"R&D"'


def test_flags_have_an_order() -> None:
    flags = frozenset({"\\Seen", "b", "a", "\\Answered"})
    assert encode_flags(flags) == b"(\\Answered \\Seen a b)"
    assert encode_flags(flags, is_recent=True) == b"(\\Answered \\Seen a b \\Recent)"
    assert encode_flags(frozenset()) == b"()"


@pytest.mark.parametrize(
    ("moment", "encoded"),
    [
        (datetime(1996, 7, 17, 2, 44, 25, tzinfo=UTC), b'"17-Jul-1996 02:44:25 +0000"'),
        (
            datetime(2024, 1, 2, 3, 4, 5, tzinfo=timezone(timedelta(hours=-3, minutes=-30))),
            b'"02-Jan-2024 03:04:05 -0330"',
        ),
        (
            datetime(2024, 12, 31, 23, 0, 0, tzinfo=timezone(timedelta(hours=5, minutes=45))),
            b'"31-Dec-2024 23:00:00 +0545"',
        ),
    ],
)
def test_dates_are_in_their_own_zone(moment: datetime, encoded: bytes) -> None:
    assert encode_date_time(moment) == encoded


def test_text_is_one_line_of_ascii() -> None:
    assert encode_text("no mailbox\r\n* OK ü") == b"no mailbox?* OK ?"
