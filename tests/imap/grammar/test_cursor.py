"""A cursor steps through a command and says where it stopped."""

import re

import pytest
from imap.cursors import cursor_at

from pytest_fakemail.imap.grammar.cursor import BadSyntax, Cursor, Everything


def test_the_line_end_and_spaces_before_it_are_no_part_of_a_command() -> None:
    assert Cursor(b"a NOOP \r\n").text == b"a NOOP"
    assert Cursor(b"a NOOP\n").text == b"a NOOP"


def test_tokens_are_skipped_or_wanted() -> None:
    cursor = Cursor(b"(x")
    assert not cursor.skip(b")")
    assert cursor.skip(b"(")
    cursor.expect(b"x")
    assert cursor.is_at_end
    cursor.end()


def test_words_are_whole_and_have_no_case() -> None:
    cursor = Cursor(b"Body.Peek[")
    assert not cursor.skip_word("BODY")
    assert cursor.peek_word() == "BODY.PEEK"
    assert cursor.word("an item") == "BODY.PEEK"
    assert cursor.peek_word() == ""


def test_a_pattern_is_taken_where_the_cursor_stands() -> None:
    cursor = Cursor(b"12ab")
    assert cursor.take(re.compile(rb"[a-z]+")) is None
    assert cursor.take(re.compile(rb"[0-9]+")) == b"12"
    assert cursor.take(re.compile(rb"[a-z]+")) == b"ab"


def test_literals_are_taken_in_order_with_their_kind() -> None:
    cursor = Cursor(b"{1}\r\n ~{2+}\r\n\r\n", [b"a", b"bc"])
    assert cursor.literal() == (b"a", False)
    assert cursor.literal() is None
    cursor.expect(b" ")
    assert cursor.literal() == (b"bc", True)
    cursor.end()


def test_a_failure_tells_what_was_wanted_and_where_but_not_what_came() -> None:
    cursor = Cursor(b"a LOGIN ann s(cret")
    cursor.position = 13
    with pytest.raises(
        BadSyntax, match=r"^expected the end of the command at octet 14$"
    ) as failure:
        cursor.end()
    assert (failure.value.status, failure.value.code) == ("BAD", "")
    with pytest.raises(BadSyntax, match=r"^expected SP at octet 14$"):
        cursor.expect(b" ")
    with pytest.raises(BadSyntax, match=r"^expected a flag at octet 14$"):
        cursor.word("a flag")


def test_everything_is_a_capability_unless_told_otherwise() -> None:
    assert "X-ANYTHING" in Everything()
    assert "CONDSTORE" in Cursor(b"").capabilities
    assert "CONDSTORE" not in Cursor(b"", capabilities=()).capabilities


def test_octets_that_look_like_an_announcement_are_counted() -> None:
    cursor = cursor_at(b"{11}\r\n{9}\r\n~}\r\nabc")
    assert cursor.literal() == (b"{9}\r\n~}\r\nab", False)
    cursor.expect(b"c")
