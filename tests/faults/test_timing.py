from collections.abc import Iterator
from datetime import timedelta

import pytest
from faults.wire import Value, Wire

from pytest_fakemail.errors import BadArgument
from pytest_fakemail.wire.effects import Effect, Pause, Send, StartTls, sent


@pytest.mark.parametrize("duration", ["5s", 5, timedelta(seconds=5)])
def test_delay_comes_before_the_answer(smtp: Wire, duration: Value) -> None:
    smtp.when("MAIL").delay(duration)
    assert smtp.says("MAIL") == [Pause(5.0), Send(b"250 OK\r\n")]


def test_delayed_command_has_happened_before_the_wait(smtp: Wire) -> None:
    happened = []

    def answer() -> Iterator[Effect]:
        happened.append("stored")
        yield Send(b"250 OK\r\n")

    smtp.when("end-of-data").delay("5s")
    assert next(smtp.begins("end-of-data", answer())) == Pause(5.0)
    assert happened == ["stored"]


def test_delay_of_a_reply_that_comes_instead(smtp: Wire) -> None:
    smtp.when("MAIL").reply(450, "Busy").delay("5s")
    assert smtp.says("MAIL") == [Pause(5.0), Send(b"450 Busy\r\n")]


def test_delay_within_the_answer(smtp: Wire) -> None:
    smtp.when("EHLO").delay("1m", after_bytes=10)
    assert smtp.says("EHLO", b"250-mail\r\n250 SIZE\r\n") == [
        Send(b"250-mail\r\n"),
        Pause(60.0),
        Send(b"250 SIZE\r\n"),
    ]


def test_delay_in_a_literal(imap: Wire) -> None:
    imap.when("FETCH").delay("1m", in_literal=2)
    effects = imap.says("FETCH", b"* 1 FETCH (BODY[] {4}\r\nabcd)\r\n")
    assert effects == [Send(b"* 1 FETCH (BODY[] {4}\r\nab"), Pause(60.0), Send(b"cd)\r\n")]


def test_delay_wants_a_duration(smtp: Wire) -> None:
    with pytest.raises(BadArgument, match="no duration"):
        smtp.when("MAIL").delay("soon")


def test_trickle_sends_octet_by_octet(smtp: Wire) -> None:
    smtp.when("MAIL").trickle()
    assert smtp.says("MAIL", b"250\n") == [
        Send(b"2"),
        Pause(1.0),
        Send(b"5"),
        Pause(1.0),
        Send(b"0"),
        Pause(1.0),
        Send(b"\n"),
    ]


def test_trickle_keeps_its_rate_whatever_the_chunk(smtp: Wire) -> None:
    smtp.when("MAIL").trickle(bytes_per_second=10, chunk=5)
    assert smtp.says("MAIL", [Send(b"250-mai"), Send(b"l\r\n")]) == [
        Send(b"250-m"),
        Pause(0.5),
        Send(b"ai"),
        Pause(0.5),
        Send(b"l\r\n"),
    ]


@pytest.mark.parametrize(
    "options", [{"bytes_per_second": 0}, {"bytes_per_second": -1}, {"chunk": 0}]
)
def test_trickle_moves_on(smtp: Wire, options: Value) -> None:
    with pytest.raises(BadArgument):
        smtp.when("MAIL").trickle(**options)


@pytest.mark.parametrize("pieces", [1, 2, 3, 8, 100])
def test_split_makes_pieces_of_nearly_one_size(smtp: Wire, pieces: int) -> None:
    smtp.when("MAIL").split(pieces)
    effects = smtp.says("MAIL", b"250 2.1.0 OK\r\n")
    sizes = [len(effect.data) for effect in effects if isinstance(effect, Send)]
    assert sent(effects) == b"250 2.1.0 OK\r\n"
    assert len(sizes) == min(pieces, 14)
    assert max(sizes) - min(sizes) <= 1
    assert effects[1::2] == [Pause(0)] * (len(sizes) - 1)


def test_split_by_size(imap: Wire) -> None:
    imap.when("NOOP").split(size=3)
    assert imap.says("NOOP", [Send(b"* OK"), Send(b"!\r\n")]) == [
        Send(b"* O"),
        Pause(0),
        Send(b"K"),
        Pause(0),
        Send(b"!\r\n"),
    ]


def test_split_leaves_tls_where_it_was(smtp: Wire) -> None:
    smtp.when("STARTTLS").split(2)
    assert smtp.says("STARTTLS", [Send(b"220\n"), StartTls()]) == [
        Send(b"22"),
        Pause(0),
        Send(b"0\n"),
        StartTls(),
    ]


def test_split_of_a_long_answer_holds_little_back(imap: Wire) -> None:
    taken = 0

    def answer() -> Iterator[Effect]:
        nonlocal taken
        for _ in range(100):
            taken += 1
            yield Send(b"x" * 65536)

    imap.when("FETCH").split(8)
    assert next(imap.begins("FETCH", answer())) == Send(b"x" * 8192)
    assert taken == 1


@pytest.mark.parametrize("options", [{"pieces": 0}, {"size": 0}])
def test_split_wants_pieces(smtp: Wire, options: Value) -> None:
    with pytest.raises(BadArgument, match="at least 1"):
        smtp.when("MAIL").split(**options)
