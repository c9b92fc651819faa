import re

from pytest_fakemail.smtp.framing import LONGEST_LINE, Input, LongLine


def lines(*pieces: bytes) -> list[bytes | LongLine]:
    arrived = Input()
    found = []
    for piece in pieces:
        arrived.feed(piece)
        while (line := arrived.line()) is not None:
            found.append(line)
    return found


def test_a_line_keeps_its_end() -> None:
    assert lines(b"NOOP\r\nQUIT\n") == [b"NOOP\r\n", b"QUIT\n"]


def test_how_the_network_cuts_does_not_matter() -> None:
    data = b"NOOP\r\nMAIL FROM:<>\r\n\r\nQUIT\r\n"
    assert lines(*(data[index : index + 1] for index in range(len(data)))) == lines(data)


def test_an_overlong_line_is_told_when_it_ends_with_its_beginning() -> None:
    [overlong, after] = lines(b"x" * 5_000_000, b"y" * 5_000_000 + b"\r\nNOOP\r\n")
    assert overlong == LongLine(b"x" * LONGEST_LINE, 10_000_002)
    assert after == b"NOOP\r\n"


def test_a_line_that_is_overlong_in_one_piece_is_treated_alike() -> None:
    [overlong, after] = lines(b"x" * LONGEST_LINE + b"\nNOOP\r\n")
    assert overlong == LongLine(b"x" * LONGEST_LINE, LONGEST_LINE + 1)
    assert after == b"NOOP\r\n"


def test_the_longest_line_passes() -> None:
    line = b"x" * (LONGEST_LINE - 2) + b"\r\n"
    assert lines(line) == [line]
    assert lines(line[:-1], line[-1:]) == [line]


def test_an_endless_line_is_not_kept() -> None:
    arrived = Input()
    for _ in range(100):
        arrived.feed(b"x" * 100_000)
        assert arrived.line() is None
        assert len(arrived.unread()) <= LONGEST_LINE
    assert arrived


def test_two_overlong_lines_do_not_mix() -> None:
    first, second = lines(b"a" * 20_000, b"\n", b"b" * 30_000, b"\n")
    assert (first, second) == (
        LongLine(b"a" * LONGEST_LINE, 20_001),
        LongLine(b"b" * LONGEST_LINE, 30_001),
    )


def test_reading_takes_what_there_is() -> None:
    arrived = Input()
    arrived.feed(b"NOOP\r\nabcdef")
    arrived.line()
    assert arrived.read(2) == b"ab"
    found = arrived.find(re.compile(b"e"))
    assert arrived.has(b"ef", found)
    assert not arrived.has(b"eg", found)
    assert arrived.read_up_to(found, skipping=1) == b"cd"
    assert arrived.read(99) == b"f"
    assert not arrived
    assert arrived.find(re.compile(b"e")) == -1
    assert not arrived.has(b"", -1)
