import math
from collections.abc import Iterator

import pytest
from faults.wire import Value, Wire

from pytest_fakemail.errors import BadArgument
from pytest_fakemail.wire.effects import Close, Effect, Pause, Send, StartTls, sent

FETCHED = b"* 1 FETCH (BODY[] {10}\r\n0123456789)\r\na1 OK done\r\n"
SILENCE = Pause(math.inf)


def test_close_comes_instead_of_the_command(smtp: Wire) -> None:
    smtp.when("RCPT").close()
    assert smtp.says("RCPT") == [Close()]
    assert smtp.happened == []


def test_close_can_come_after_the_answer(smtp: Wire) -> None:
    smtp.when("end-of-data").close(after_answer=True)
    assert smtp.says("end-of-data") == [Send(b"250 OK\r\n"), Close()]
    assert smtp.happened == ["end-of-data"]


def test_close_lets_a_reply_out(smtp: Wire) -> None:
    smtp.when("DATA").reply(354, "Go on").close()
    assert smtp.says("DATA") == [Send(b"354 Go on\r\n"), Close()]


def test_close_lets_out_what_was_said(imap: Wire) -> None:
    imap.when("NOOP").say("* BYE Bye").close()
    assert imap.says("NOOP", b"a1 OK\r\n") == [Send(b"* BYE Bye\r\n"), Close()]


def test_close_lets_an_answer_out_that_was_worked_on(smtp: Wire) -> None:
    smtp.when("EHLO").split(2).close()
    assert smtp.says("EHLO", b"250\n") == [Send(b"25"), Pause(0), Send(b"0\n"), Close()]
    assert smtp.happened == ["EHLO"]


def test_reset_breaks_off(smtp: Wire) -> None:
    smtp.when("RCPT").reset()
    assert smtp.says("RCPT") == [Close(reset=True)]
    assert smtp.happened == []


def test_last_word_decides_how_it_ends(smtp: Wire) -> None:
    smtp.when("MAIL").reply(421, "Bye").reset()
    assert smtp.says("MAIL") == [Send(b"421 Bye\r\n"), Close(reset=True)]


def test_lost_reply_can_break_off(smtp: Wire) -> None:
    smtp.when("end-of-data").lose_reply().reset()
    assert smtp.says("end-of-data") == [Close(reset=True)]
    assert smtp.happened == ["end-of-data"]


def test_lost_reply_is_of_a_command_that_happened(smtp: Wire) -> None:
    smtp.when("end-of-data").lose_reply()
    assert smtp.says("end-of-data") == [Close()]
    assert smtp.happened == ["end-of-data"]


def test_lost_reply_can_leave_the_connection_silent(smtp: Wire) -> None:
    smtp.when("end-of-data").lose_reply().stall()
    assert smtp.says("end-of-data") == [SILENCE]
    assert smtp.happened == ["end-of-data"]


def test_stall_comes_instead_of_the_command(smtp: Wire) -> None:
    smtp.when("MAIL").stall()
    assert smtp.says("MAIL") == [SILENCE]
    assert smtp.happened == []


def test_stall_after_a_reply(smtp: Wire) -> None:
    smtp.when("STARTTLS").reply(220, "Go on").stall()
    assert smtp.says("STARTTLS", [Send(b"220 Go\r\n"), StartTls()]) == [
        Send(b"220 Go on\r\n"),
        SILENCE,
    ]


def test_stall_within_the_answer(smtp: Wire) -> None:
    smtp.when("EHLO").stall(after_bytes=4)
    assert smtp.says("EHLO", b"250-mail\r\n250 SIZE\r\n") == [Send(b"250-"), SILENCE]
    assert smtp.happened == ["EHLO"]


@pytest.mark.parametrize("count", [0, 1, 5, len(FETCHED)])
def test_drop_cuts_the_answer(imap: Wire, count: int) -> None:
    imap.when("FETCH").drop(after_bytes=count)
    effects = imap.says("FETCH", FETCHED)
    assert sent(effects) == FETCHED[:count]
    assert effects[-1] == Close()
    assert imap.happened == ["FETCH"]


def test_drop_can_reset(imap: Wire) -> None:
    imap.when("FETCH").drop(after_bytes=2, reset=True)
    assert imap.says("FETCH", FETCHED) == [Send(b"* "), Close(reset=True)]


@pytest.mark.parametrize("octets", [0, 1, 9, 10])
def test_drop_in_the_literal(imap: Wire, octets: int) -> None:
    imap.when("FETCH").drop(in_literal=octets)
    assert (
        sent(imap.says("FETCH", FETCHED)) == b"* 1 FETCH (BODY[] {10}\r\n" + b"0123456789"[:octets]
    )


def test_drop_of_an_answer_that_closes_anyway(smtp: Wire) -> None:
    smtp.when("QUIT").drop(after_bytes=3, reset=True)
    assert smtp.says("QUIT", [Send(b"221 Bye\r\n"), Close()]) == [Send(b"221"), Close(reset=True)]


def test_drop_takes_a_long_answer_no_further_than_needed(imap: Wire) -> None:
    def answer() -> Iterator[Effect]:
        for _ in range(1000):
            yield Send(b"x" * 65536)

    imap.when("FETCH").drop(after_bytes=100)
    assert imap.says("FETCH", answer()) == [Send(b"x" * 100), Close()]


@pytest.mark.parametrize("options", [{"after_bytes": -1}, {"in_literal": -1}, {"after_bytes": "3"}])
def test_places_are_not_negative(imap: Wire, options: Value) -> None:
    with pytest.raises(BadArgument, match="wanted a whole number of at least 0"):
        imap.when("FETCH").drop(**options)


@pytest.mark.parametrize("ending", ["drop", "stall"])
def test_where_no_literals_are_none_is_waited_for(smtp: Wire, ending: str) -> None:
    rule = smtp.when("MAIL")
    with pytest.raises(BadArgument, match="in_literal=5: smtp has no literals; wanted after_bytes"):
        getattr(rule, ending)(in_literal=5)
    with pytest.raises(BadArgument, match="smtp has no literals"):
        rule.delay("1s", in_literal=0)


def test_close_in_place_of_starttls_starts_no_tls(smtp: Wire) -> None:
    smtp.when("STARTTLS").close()
    assert smtp.says("STARTTLS", [Send(b"220 Go\r\n"), StartTls()]) == [Close()]
