import pytest

from pytest_fakemail.wire.lines import LineFramer, LineTooLong


def taken(framer: LineFramer) -> list[bytes | None]:
    lines: list[bytes | None] = []
    while True:
        try:
            line = framer.take()
        except LineTooLong:
            lines.append(None)
            continue
        if line is None:
            return lines
        lines.append(line)


def test_lines_come_whole_and_with_their_ends() -> None:
    framer = LineFramer(limit=20)
    framer.feed(b"one\r\ntwo\nthr")
    assert taken(framer) == [b"one\r\n", b"two\n"]
    framer.feed(b"ee\r\n")
    assert taken(framer) == [b"three\r\n"]


def test_octets_one_by_one_make_the_same_lines() -> None:
    framer = LineFramer(limit=5)
    lines: list[bytes | None] = []
    for octet in b"abc\r\nabcd\r\nabcdefghijk\r\nx\n":
        framer.feed(bytes([octet]))
        lines += taken(framer)
    assert lines == [b"abc\r\n", None, None, b"x\n"]


def test_a_line_of_the_limit_passes_and_one_more_octet_does_not() -> None:
    framer = LineFramer(limit=5)
    framer.feed(b"abc\r\nabcd\r\nok\n")
    assert taken(framer) == [b"abc\r\n", None, b"ok\n"]


def test_an_endless_line_is_not_kept() -> None:
    framer = LineFramer(limit=10)
    for _ in range(1000):
        framer.feed(b"x" * 100)
        assert framer.take() is None
    assert len(framer.unfinished) == 10
    framer.feed(b"\nnext\n")
    with pytest.raises(LineTooLong) as error:
        framer.take()
    assert error.value.beginning == b"x" * 10
    assert framer.take() == b"next\n"


def test_what_is_unfinished_can_be_seen() -> None:
    framer = LineFramer(limit=10)
    framer.feed(b"one\ntwo\nthr")
    framer.take()
    assert framer.unfinished == b"two\nthr"


@pytest.mark.parametrize("before", [b"QUI", b"x" * 50, b"NOOP\r\nNOOP\r\n"])
def test_cleared_lines_are_forgotten(before: bytes) -> None:
    framer = LineFramer(limit=10)
    framer.feed(before)
    framer.take()
    framer.clear()
    framer.feed(b"new\n")
    assert taken(framer) == [b"new\n"]
    assert framer.unfinished == b""
