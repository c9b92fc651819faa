"""How APPEND reads its arguments."""

from datetime import UTC, datetime

import pytest
from imap.cursors import parsed, refusal

from pytest_fakemail.imap.commands.append import Append, append
from pytest_fakemail.imap.grammar.append import Appended
from pytest_fakemail.imap.grammar.cursor import Cursor

MOMENT = datetime(1994, 2, 7, 21, 52, 25, tzinfo=UTC)
DATE = b'" 7-Feb-1994 21:52:25 +0000"'


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        (b" a {3}\r\nabc", (Appended(raw=b"abc"),)),
        (b" a () {0}\r\n", (Appended(),)),
        (b" a (\\Seen x) {1}\r\nm", (Appended(("\\Seen", "x"), None, b"m"),)),
        (b" a " + DATE + b" {1}\r\nm", (Appended((), MOMENT, b"m"),)),
        (b" a (\\Seen) " + DATE + b" {1}\r\nm", (Appended(("\\Seen",), MOMENT, b"m"),)),
        (b" a {1}\r\nm (\\Seen) {1}\r\nn", (Appended(raw=b"m"), Appended(("\\Seen",), None, b"n"))),
        (b" a ~{3}\r\n\0\1\2", (Appended(raw=b"\0\1\2", is_literal8=True),)),
        (
            b" a (x) UTF8 (~{1}\r\nm)",
            (Appended(("x",), None, b"m", is_literal8=True, is_utf8=True),),
        ),
    ],
)
def test_append_takes_messages(text: bytes, messages: tuple[Appended, ...]) -> None:
    assert parsed(append, text) == Append("a", messages)


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b" a",
        b' a "message"',
        b" a (\\Recent) {1}\r\nm",
        b' a "7-Feb-1994" {1}\r\nm',
        b" a " + DATE + b" (\\Seen) {1}\r\nm",
        b" a {1}\r\nm{1}\r\nn",
        b" a UTF8 ({1}\r\nm)",
        b" a UTF8 ~{1}\r\nm",
        b" a UTF8 (~{1}\r\nm",
        b" a {1}\r\n\0",
    ],
)
def test_append_refuses_anything_else(text: bytes) -> None:
    assert refusal(append, text).status == "BAD"


@pytest.mark.parametrize(
    ("text", "capability"),
    [
        (b" a {1}\r\nm {1}\r\nn", "MULTIAPPEND"),
        (b" a ~{1}\r\nm", "BINARY"),
        (b" a UTF8 (~{1}\r\nm)", "UTF8=ACCEPT"),
    ],
)
def test_forms_of_append_need_their_capability(text: bytes, capability: str) -> None:
    assert parsed(append, text, {capability})
    assert refusal(append, text, ()).status == "BAD"


def test_the_literal_is_not_copied() -> None:
    raw = b"x" * 1000
    wanted = append(Cursor(b" a {1000}\r\n\r\n", [raw]))
    assert wanted.messages[0].raw is raw
    assert "xxx" not in repr(wanted)
