"""The rules that all commands share (RFC 3501 §9, RFC 9051 §9)."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from imap.cursors import parsed, refusal

from pytest_fakemail.imap.grammar import rules
from pytest_fakemail.imap.grammar.cursor import BadSyntax, Cursor
from pytest_fakemail.imap.grammar.numbers import STAR, SequenceSet

PST = timezone(timedelta(hours=-8))


@pytest.mark.parametrize(
    ("rule", "text", "value"),
    [
        (rules.tag, b"a1", "a1"),
        (rules.tag, b"A.b-c]&", "A.b-c]&"),
        (rules.atom, b"$Forwarded", "$Forwarded"),
        (rules.astring, b"a]b", b"a]b"),
        (rules.astring, b'"a \\" \\\\ b"', b'a " \\ b'),
        (rules.astring, b'""', b""),
        (rules.astring, "“ü”".join('""').encode(), "“ü”".encode()),
        (rules.astring, b"{3}\r\na\r\n", b"a\r\n"),
        (rules.astring, b"{0+}\r\n", b""),
        (rules.astring, b"NIL", b"NIL"),
        (rules.nstring, b"nil", None),
        (rules.nstring, b'"NIL"', b"NIL"),
        (rules.nstring, b"NILS", b"NILS"),
        (rules.number, b"0", 0),
        (rules.number, b"4294967295", 4294967295),
        (rules.number64, b"9223372036854775807", 2**63 - 1),
        (rules.nz_number, b"007", 7),
        (rules.mod_sequence_value, b"0", 0),
        (rules.sequence_set, b"1", SequenceSet(((1, 1),))),
        (rules.sequence_set, b"1:*", SequenceSet(((1, STAR),))),
        (rules.sequence_set, b"*,4:2", SequenceSet(((STAR, STAR), (4, 2)))),
        (rules.sequence_set, b"$", SequenceSet(is_saved=True)),
        (rules.mailbox, b"inBox", "INBOX"),
        (rules.mailbox, b'"Entw&APw-rfe 2"', "Entwürfe 2"),
        (rules.mailbox, b'{7}\r\nR&-D\\"x', 'R&D\\"x'),
        (rules.list_mailbox, b"~/%*]", "~/%*]"),
        (rules.list_mailbox, b'"a %"', "a %"),
        (rules.flag, b"\\seen", "\\Seen"),
        (rules.flag, b"$MDNSent", "$MDNSent"),
        (rules.flag_list, b"()", ()),
        (rules.flag_list, b"(\\DELETED work)", ("\\Deleted", "work")),
        (rules.day, b"1-Feb-1994", date(1994, 2, 1)),
        (rules.day, b'"01-FEB-1994"', date(1994, 2, 1)),
        (
            rules.date_time,
            b'" 7-Feb-1994 21:52:25 -0800"',
            datetime(1994, 2, 7, 21, 52, 25, tzinfo=PST),
        ),
        (
            rules.date_time,
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
        (rules.tag, b""),
        (rules.tag, b"+"),
        (rules.tag, b"*"),
        (rules.tag, b"(a"),
        (rules.tag, "ü".encode()),
        (rules.atom, b"]"),
        (rules.atom, b""),
        (rules.astring, b""),
        (rules.astring, b"("),
        (rules.astring, b"%"),
        (rules.astring, b'"a'),
        (rules.astring, b'"a\\b"'),
        (rules.astring, b'"a\0b"'),
        (rules.astring, b'"a\rb"'),
        (rules.astring, b"{3}\r\na\0b"),
        (rules.astring, b"~{3}\r\nabc"),
        (rules.nstring, b"(NIL"),
        (rules.number, b""),
        (rules.number, b"-1"),
        (rules.number, b"4294967296"),
        (rules.number, b"9" * 5000),
        (rules.number64, b"9223372036854775808"),
        (rules.nz_number, b"0"),
        (rules.sequence_set, b""),
        (rules.sequence_set, b"0"),
        (rules.sequence_set, b"1:0"),
        (rules.sequence_set, b"1,"),
        (rules.sequence_set, b"1:2:3"),
        (rules.sequence_set, b":2"),
        (rules.sequence_set, b"4294967296"),
        (rules.sequence_set, b"9" * 5000),
        (rules.sequence_set, b"abc"),
        (rules.mailbox, b"%"),
        (rules.flag, b"\\Recent"),
        (rules.flag, b"\\Important"),
        (rules.flag, b"\\*"),
        (rules.flag, b""),
        (rules.flag_list, b"(\\Seen"),
        (rules.flag_list, b"( \\Seen)"),
        (rules.flag_list, b"\\Seen"),
        (rules.day, b"31-Feb-1994"),
        (rules.day, b"1-Foo-1994"),
        (rules.day, b"1994-02-01"),
        (rules.day, b'"1-Feb-1994'),
        (rules.day, b"1-Feb-94"),
        (rules.date_time, b'"-Feb-1994 21:52:25 -0800"'),
        (rules.date_time, b'"31-Feb-1994 21:52:25 -0800"'),
        (rules.date_time, b'"07-Feb-1994 24:00:00 -0800"'),
        (rules.date_time, b'"07-Feb-1994 21:52:61 -0800"'),
        (rules.date_time, b'"07-Feb-1994 21:52:25 -9900"'),
        (rules.date_time, b'"01-Jan-0001 00:00:00 +1400"'),
        (rules.date_time, b'"07-Feb-0000 21:52:25 -0800"'),
        (rules.date_time, b'"07-Feb-1994 21:52:25 GMT"'),
    ],
)
def test_a_rule_refuses_anything_else(rule: Callable[[Cursor], Any], text: bytes) -> None:
    assert refusal(rule, text).status == "BAD"


@pytest.mark.parametrize(
    ("text", "name"),
    [(b"NOOP", ("NOOP", False)), (b"uid fetch", ("FETCH", True)), (b"X-FOO", ("X-FOO", False))],
)
def test_a_command_may_be_one_of_uids(text: bytes, name: tuple[str, bool]) -> None:
    assert rules.command_name(Cursor(b" " + text)) == name


@pytest.mark.parametrize("text", [b"", b" ", b"NOOP", b" UID", b"  NOOP", b" (NOOP"])
def test_a_tag_alone_is_no_command(text: bytes) -> None:
    with pytest.raises(BadSyntax):
        rules.command_name(Cursor(text))


@pytest.mark.parametrize("text", [b"a+ NOOP\r\n", b"a(b NOOP\r\n", b"* NOOP\r\n", b'"a" NOOP\r\n'])
def test_the_beginning_of_what_is_no_tag_is_none_either(text: bytes) -> None:
    with pytest.raises(BadSyntax):
        rules.tag(Cursor(text))


def test_no_arguments_are_none() -> None:
    rules.no_arguments(Cursor(b" \r\n"))
    with pytest.raises(BadSyntax):
        rules.no_arguments(Cursor(b" x\r\n"))


def test_the_saved_result_needs_searchres() -> None:
    with pytest.raises(BadSyntax):
        rules.sequence_set(Cursor(b"$", capabilities=()))


@pytest.mark.parametrize("text", [b'"R&D"', b'"&Jjo"', '"ü"'.encode(), b'"a&AAE-b"', b'"a\tb"'])
def test_a_name_that_cannot_be_is_refused_for_good(text: bytes) -> None:
    refused = refusal(rules.mailbox, text)
    assert (refused.status, refused.code) == ("NO", "CANNOT")


def test_names_are_utf8_once_that_was_agreed() -> None:
    assert rules.mailbox(Cursor('"R&D ü"'.encode(), is_utf8=True)) == "R&D ü"
    with pytest.raises(BadSyntax, match="not UTF-8"):
        rules.mailbox(Cursor(b'"\xfc"', is_utf8=True))


def test_text_that_has_to_be_utf8_says_so() -> None:
    assert rules.text_of("ü".encode(), "the name") == "ü"
    with pytest.raises(BadSyntax, match="the name is not UTF-8"):
        rules.text_of(b"\xfc", "the name")


def test_a_long_quoted_string_is_read_in_linear_time() -> None:
    assert len(rules.astring(Cursor(b'"' + b"\\\\" * 500_000 + b'"'))) == 500_000
    with pytest.raises(BadSyntax):
        rules.astring(Cursor(b'"' + b"\\\\" * 500_000))


def test_some_commands_take_a_name() -> None:
    assert parsed(rules.named_mailbox, b" a") == "a"
    assert refusal(rules.named_mailbox, b"").status == "BAD"


def test_a_page_counts_from_either_end() -> None:
    assert parsed(rules.partial_range, b"1:500") == (1, 500)
    assert parsed(rules.partial_range, b"500:400") == (400, 500)
    assert parsed(rules.partial_range, b"-500:-1") == (-1, -500)
    assert refusal(rules.partial_range, b"-5:1").status == "BAD"
    assert refusal(rules.partial_range, b"0:1").status == "BAD"
    assert refusal(rules.partial_range, b"1:*").status == "BAD"
