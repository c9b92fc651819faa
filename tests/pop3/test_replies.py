import pytest

from pytest_fakemail.pop3.replies import CHUNK, lines, ok, whole
from pytest_fakemail.wire.effects import Send, sent


@pytest.mark.parametrize("size", [0, 1, CHUNK, CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 1, 5 * CHUNK - 1])
def test_a_large_body_leaves_in_chunks(size: int) -> None:
    body = bytes(range(256)) * (size // 256 + 1)
    effects = list(whole("so much", body[:size]))
    assert sent(effects) == b"+OK so much\r\n" + body[:size] + b".\r\n"
    assert all(isinstance(effect, Send) and len(effect.data) < CHUNK + 100 for effect in effects)
    assert len(effects) <= size // CHUNK + 1


def test_many_lines_leave_in_chunks() -> None:
    listing = [f"{number} {number * 1000}" for number in range(1, 20_001)]
    effects = list(lines("list", listing))
    assert sent(effects).decode().split("\r\n") == ["+OK list", *listing, ".", ""]
    assert 2 <= len(effects) <= 6


def test_no_lines_are_a_reply_too() -> None:
    assert sent(lines("none", [])) == b"+OK none\r\n.\r\n"


def test_one_line_says_yes() -> None:
    assert ok("2 320") == (Send(b"+OK 2 320\r\n"),)
