"""The rules that all commands share (RFC 3501 §9, RFC 9051 §9)."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from imap.cursors import parsed, refusal

from pytest_fakemail.imap import grammar
from pytest_fakemail.imap.cursor import BadSyntax, Cursor
from pytest_fakemail.imap.numbers import STAR, SequenceSet

PST = timezone(timedelta(hours=-8))


@pytest.mark.parametrize(
    ("rule", "text", "value"),
    [
        (grammar.tag, b"a1", "a1"),
        (grammar.tag, b"A.b-c]&", "A.b-c]&"),
        (grammar.atom, b"$Forwarded", "$Forwarded"),
        (grammar.astring, b"a]b", b"a]b"),
        (grammar.astring, b'"a \\" \\\\ b"', b'a " \\ b'),
        (grammar.astring, b'""', b""),
        (grammar.astring, "“ü”".join('""').encode(), "“ü”".encode()),
        (grammar.astring, b"{3}\r\na\r\n", b"a\r\n"),
        (grammar.astring, b"{0+}\r\n", b""),
        (grammar.astring, b"NIL", b"NIL"),
        (grammar.nstring, b"nil", None),
        (grammar.nstring, b'"NIL"', b"NIL"),
        (grammar.number, b"0", 0),
        (grammar.number, b"4294967295", 4294967295),
        (grammar.number64, b"9223372036854775807", 2**63 - 1),
        (grammar.nz_number, b"007", 7),
        (grammar.mod_sequence_value, b"1", 1),
        (grammar.sequence_set, b"1", SequenceSet(((1, 1),))),
        (grammar.sequence_set, b"1:*", SequenceSet(((1, STAR),))),
        (grammar.sequence_set, b"*,4:2", SequenceSet(((STAR, STAR), (4, 2)))),
        (grammar.sequence_set, b"$", SequenceSet(is_saved=True)),
        (grammar.mailbox, b"inBox", "INBOX"),
        (grammar.mailbox, b'"Entw&APw-rfe 2"', "Entwürfe 2"),
        (grammar.mailbox, b'{7}\r\nR&-D\\"x', 'R&D\\"x'),
        (grammar.list_mailbox, b"~/%*]", "~/%*]"),
        (grammar.list_mailbox, b'"a %"', "a %"),
        (grammar.flag, b"\\seen", "\\Seen"),
        (grammar.flag, b"$MDNSent", "$MDNSent"),
        (grammar.flag_list, b"()", ()),
        (grammar.flag_list, b"(\\DELETED work)", ("\\Deleted", "work")),
        (grammar.day, b"1-Feb-1994", date(1994, 2, 1)),
        (grammar.day, b'"01-FEB-1994"', date(1994, 2, 1)),
        (
            grammar.date_time,
            b'" 7-Feb-1994 21:52:25 -0800"',
            datetime(1994, 2, 7, 21, 52, 25, tzinfo=PST),
        ),
        (
            grammar.date_time,
            b'"31-dec-1998 23:59:60 +0000"',
            datetime(1998, 12, 31, 23, 59, 59, tzinfo=UTC),
        ),
    ],
)
def test_a_rule_reads_what_it_is_for(
    rule: Callable[[Cursor], Any], text: bytes, value: object
) -> None:
    assert parsed(rule, text) == value


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (grammar.tag, b""),
        (grammar.tag, b"+"),
        (grammar.tag, b"*"),
        (grammar.tag, b"(a"),
        (grammar.tag, "ü".encode()),
        (grammar.atom, b"]"),
        (grammar.atom, b""),
        (grammar.astring, b""),
        (grammar.astring, b"("),
        (grammar.astring, b"%"),
        (grammar.astring, b'"a'),
        (grammar.astring, b'"a\\b"'),
        (grammar.astring, b'"a\0b"'),
        (grammar.astring, b'"a\rb"'),
        (grammar.astring, b"{3}\r\na\0b"),
        (grammar.astring, b"~{3}\r\nabc"),
        (grammar.nstring, b"NILS"),
        (grammar.number, b""),
        (grammar.number, b"-1"),
        (grammar.number, b"4294967296"),
        (grammar.number, b"9" * 5000),
        (grammar.number64, b"9223372036854775808"),
        (grammar.nz_number, b"0"),
        (grammar.mod_sequence_value, b"0"),
        (grammar.sequence_set, b""),
        (grammar.sequence_set, b"0"),
        (grammar.sequence_set, b"1:0"),
        (grammar.sequence_set, b"1,"),
        (grammar.sequence_set, b"1:2:3"),
        (grammar.sequence_set, b":2"),
        (grammar.sequence_set, b"4294967296"),
        (grammar.sequence_set, b"9" * 5000),
        (grammar.sequence_set, b"abc"),
        (grammar.mailbox, b"%"),
        (grammar.flag, b"\\Recent"),
        (grammar.flag, b"\\Important"),
        (grammar.flag, b"\\*"),
        (grammar.flag, b""),
        (grammar.flag_list, b"(\\Seen"),
        (grammar.flag_list, b"( \\Seen)"),
        (grammar.flag_list, b"\\Seen"),
        (grammar.day, b"31-Feb-1994"),
        (grammar.day, b"1-Foo-1994"),
        (grammar.day, b"1994-02-01"),
        (grammar.day, b'"1-Feb-1994'),
        (grammar.day, b"1-Feb-94"),
        (grammar.date_time, b'"7-Feb-1994 21:52:25 -0800"'),
        (grammar.date_time, b'"31-Feb-1994 21:52:25 -0800"'),
        (grammar.date_time, b'"07-Feb-1994 24:00:00 -0800"'),
        (grammar.date_time, b'"07-Feb-1994 21:52:61 -0800"'),
        (grammar.date_time, b'"07-Feb-1994 21:52:25 -9900"'),
        (grammar.date_time, b'"01-Jan-0001 00:00:00 +1400"'),
        (grammar.date_time, b'"07-Feb-0000 21:52:25 -0800"'),
        (grammar.date_time, b'"07-Feb-1994 21:52:25 GMT"'),
    ],
)
def test_a_rule_refuses_anything_else(rule: Callable[[Cursor], Any], text: bytes) -> None:
    assert refusal(rule, text).status == "BAD"


@pytest.mark.parametrize(
    ("text", "name"),
    [(b"NOOP", ("NOOP", False)), (b"uid fetch", ("FETCH", True)), (b"X-FOO", ("X-FOO", False))],
)
def test_a_command_may_be_one_of_uids(text: bytes, name: tuple[str, bool]) -> None:
    assert grammar.command_name(Cursor(b" " + text)) == name


@pytest.mark.parametrize("text", [b"", b" ", b"NOOP", b" UID", b"  NOOP", b" (NOOP"])
def test_a_tag_alone_is_no_command(text: bytes) -> None:
    with pytest.raises(BadSyntax):
        grammar.command_name(Cursor(text))


@pytest.mark.parametrize("text", [b"a+ NOOP\r\n", b"a(b NOOP\r\n", b"* NOOP\r\n", b'"a" NOOP\r\n'])
def test_the_beginning_of_what_is_no_tag_is_none_either(text: bytes) -> None:
    with pytest.raises(BadSyntax):
        grammar.tag(Cursor(text))


def test_no_arguments_are_none() -> None:
    grammar.no_arguments(Cursor(b" \r\n"))
    with pytest.raises(BadSyntax):
        grammar.no_arguments(Cursor(b" x\r\n"))


def test_the_saved_result_needs_searchres() -> None:
    with pytest.raises(BadSyntax):
        grammar.sequence_set(Cursor(b"$", capabilities=()))


@pytest.mark.parametrize("text", [b'"R&D"', b'"&Jjo"', '"ü"'.encode(), b'"a&AAE-b"', b'"a\tb"'])
def test_a_name_that_cannot_be_is_refused_for_good(text: bytes) -> None:
    refused = refusal(grammar.mailbox, text)
    assert (refused.status, refused.code) == ("NO", "CANNOT")


def test_names_are_utf8_once_that_was_agreed() -> None:
    assert grammar.mailbox(Cursor('"R&D ü"'.encode(), is_utf8=True)) == "R&D ü"
    with pytest.raises(BadSyntax, match="not UTF-8"):
        grammar.mailbox(Cursor(b'"\xfc"', is_utf8=True))


def test_text_that_has_to_be_utf8_says_so() -> None:
    assert grammar.text_of("ü".encode(), "the name") == "ü"
    with pytest.raises(BadSyntax, match="the name is not UTF-8"):
        grammar.text_of(b"\xfc", "the name")


def test_a_long_quoted_string_is_read_in_linear_time() -> None:
    assert len(grammar.astring(Cursor(b'"' + b"\\\\" * 500_000 + b'"'))) == 500_000
    with pytest.raises(BadSyntax):
        grammar.astring(Cursor(b'"' + b"\\\\" * 500_000))
