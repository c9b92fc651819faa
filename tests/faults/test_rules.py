import asyncio
import re
from pathlib import Path

import pytest
from companions import beside
from faults.wire import Value, Wire

from pytest_fakemail import FakeMail
from pytest_fakemail.errors import BadArgument, NotRunning, UnmetExpectation
from pytest_fakemail.faults.failures import Preset
from pytest_fakemail.faults.rules import Rule
from pytest_fakemail.query.any_of import any_of
from pytest_fakemail.wire.effects import sent
from pytest_fakemail.wire.exchange import Connection, Exchange

OK = b"250 OK\r\n"
BUSY = b"450 Busy\r\n"


def answers(wire: Wire, verb: str, count: int) -> list[bytes]:
    return [sent(wire.says(verb)) for _ in range(count)]


def test_rule_strikes_every_time(smtp: Wire) -> None:
    rule = smtp.when("RCPT").reply(450, "Busy")
    assert answers(smtp, "RCPT", 3) == [BUSY] * 3
    assert rule.fired == 3


def test_once(smtp: Wire) -> None:
    rule = smtp.when("RCPT").reply(450, "Busy").once()
    assert answers(smtp, "RCPT", 3) == [BUSY, OK, OK]
    assert rule.fired == 1


def test_times(smtp: Wire) -> None:
    smtp.when("RCPT").reply(450, "Busy").times(2)
    assert answers(smtp, "RCPT", 3) == [BUSY, BUSY, OK]


def test_skip(smtp: Wire) -> None:
    smtp.when("RCPT").reply(450, "Busy").skip(2)
    assert answers(smtp, "RCPT", 4) == [OK, OK, BUSY, BUSY]


def test_skip_and_once(smtp: Wire) -> None:
    smtp.when("RCPT").reply(450, "Busy").skip(1).once()
    assert answers(smtp, "RCPT", 3) == [OK, BUSY, OK]


@pytest.mark.parametrize(
    "nth", [2, [2], {2}, any_of(2, 9), range(2, 3), lambda number: number == 2]
)
def test_nth(smtp: Wire, nth: Value) -> None:
    smtp.when("RCPT", nth=nth).reply(450, "Busy")
    assert answers(smtp, "RCPT", 3) == [OK, BUSY, OK]


def test_nth_counts_what_fits_the_other_conditions(smtp: Wire) -> None:
    smtp.when("RCPT", to="ann@example.test", nth=2).reply(450, "Busy")
    recipients = ["ann@example.test", "bob@example.test", "ann@example.test"]
    assert [sent(smtp.says("RCPT", recipients=[one])) for one in recipients] == [OK, OK, BUSY]


def test_stop(smtp: Wire) -> None:
    rule = smtp.when("RCPT").reply(450, "Busy")
    assert answers(smtp, "RCPT", 1) == [BUSY]
    rule.stop()
    assert answers(smtp, "RCPT", 1) == [OK]


@pytest.mark.parametrize(("word", "value"), [("times", 0), ("times", "2"), ("skip", -1)])
def test_counts_are_counts(smtp: Wire, word: Value, value: Value) -> None:
    with pytest.raises(BadArgument, match=f"{word}="):
        getattr(smtp.when("RCPT").reply(450), word)(value)


def test_rule_reads_as_it_was_written(imap: Wire) -> None:
    rule = (
        imap.when("fetch", mailbox="INBOX", uid=3, nth=2)
        .say("* 5 EXISTS", at=1)
        .delay("5s", in_literal=3)
        .drop(after_bytes=100, reset=True)
        .times(2)
        .optional()
    )
    assert repr(rule) == (
        "imap.when('FETCH', mailbox='INBOX', uid=3, nth=2).say('* 5 EXISTS', at=1)"
        ".delay('5s', in_literal=3).drop(after_bytes=100, reset=True).times(2).optional()"
    )


def test_functions_and_long_octets_are_shown_short(imap: Wire) -> None:
    def one(answer: bytes) -> bytes:
        return answer

    rule = imap.when("FETCH", mailbox=re.compile("^In")).rewrite(one).send(b"x" * 99)
    octets = "b'" + "x" * 58 + "…"
    assert repr(rule) == f"imap.when('FETCH', mailbox=/^In/).rewrite(one).send({octets})"


def test_unfired_rule_tells_where_it_was_set(smtp: Wire) -> None:
    rule = smtp.engine.when("smtp", "RCPT").reply(450, "this very line")
    what, where, _ = rule.why_unfired().splitlines()
    file, _, line = where.removeprefix("  set at ").rpartition(":")
    source = Path(__file__).read_text(encoding="utf-8").splitlines()
    assert what == "a fault never fired: smtp.when('RCPT').reply(450, 'this very line')"
    assert Path(file).resolve() == Path(__file__)
    assert '"this very line"' in source[int(line) - 1]


def why(rule: Rule) -> str:
    return rule.why_unfired().splitlines()[2].strip()


def test_unfired_without_any_client(smtp: Wire) -> None:
    assert why(smtp.when("RCPT").reply(450)) == "RCPT never came; no client came"


def test_unfired_tells_what_came(smtp: Wire) -> None:
    rule = smtp.when("RCPT").reply(450)
    for verb in ("connect", "EHLO", "MAIL", "MAIL", "XFOO", "XBAR"):
        smtp.says(verb)
    assert why(rule) == (
        "RCPT never came; what came: connect, EHLO, MAIL (2 times), unknown commands (2 times)"
    )


def test_unfired_does_not_tell_of_other_protocols(smtp: Wire) -> None:
    rule = smtp.when("RCPT").reply(450)
    smtp.says("LOGIN", connection=Connection(2, "imap"))
    assert why(rule) == "RCPT never came; no client came"


def test_unfired_tells_the_nearest_miss(smtp: Wire) -> None:
    rule = smtp.when("RCPT", to="ann@example.test", sender="me@example.test").reply(450)
    smtp.says("RCPT", recipients=["eve@example.test"], sender="you@example.test")
    smtp.says("RCPT", recipients=["bob@example.test"], sender="me@example.test")
    assert why(rule) == (
        "RCPT came 2 times, but to was 'bob@example.test', not 'ann@example.test' "
        "(the nearest, on connection 1)"
    )


def test_unfired_tells_every_difference(imap: Wire) -> None:
    rule = imap.when("FETCH", mailbox="Sent", uid=7).no()
    imap.says("FETCH", mailbox="INBOX", uids=range(100, 110))
    assert why(rule) == (
        "FETCH came once, but mailbox was 'INBOX', not 'Sent' and "
        "uid was 100, 101, 102, 103, 104, …, not 7 (the nearest, on connection 1)"
    )


def test_unfired_where_tells_the_function(imap: Wire) -> None:
    def is_big(exchange: Exchange) -> bool:
        return len(exchange.request) > 1000

    rule = imap.when("FETCH", where=is_big).no()
    imap.says("FETCH")
    assert why(rule) == "FETCH came once, but where=is_big said no (the nearest, on connection 1)"


def test_unfired_fact_can_be_unknown(imap: Wire) -> None:
    rule = imap.when("FETCH", user="ann").no()
    imap.says("FETCH")
    assert why(rule) == (
        "FETCH came once, but user was unknown, not 'ann' (the nearest, on connection 1)"
    )


def test_unfired_for_want_of_numbers(smtp: Wire) -> None:
    rule = smtp.when("RCPT", nth=3).reply(450)
    answers(smtp, "RCPT", 2)
    assert why(rule) == "RCPT came 2 times and fitted 2 times, but only nth=3 was to be struck"


def test_unfired_for_having_skipped(smtp: Wire) -> None:
    rule = smtp.when("any").reply(450).skip(5)
    answers(smtp, "RCPT", 2)
    assert why(rule) == (
        "any command came 2 times and fitted 2 times, but the first 5 were to be skipped"
    )


def test_unfired_behind_another_rule(smtp: Wire) -> None:
    smtp.when("RCPT").reply(450)
    rule = smtp.when("RCPT").reply(550)
    answers(smtp, "RCPT", 2)
    assert why(rule) == "RCPT came 2 times, but an earlier rule answered"


def test_unfired_because_it_does_nothing(smtp: Wire) -> None:
    rule = smtp.when("RCPT").optional()
    answers(smtp, "RCPT", 1)
    assert why(rule) == "it says when, but not what to do"


def test_unfired_before_its_time(imap: Wire) -> None:
    imap.clock.freeze()
    rule = imap.when("IDLE").bye("Expired").after("29m")
    imap.says("IDLE")
    imap.clock.advance("9m")
    assert why(rule) == "IDLE came once and fitted once, but 1200 s were left"
    imap.clock.advance("1h")
    assert why(rule) == "IDLE came once and fitted once, but it was over before its time came"


def test_preset_of_another_protocol_is_refused(imap: Wire) -> None:
    preset = Preset(name="gmail.BUSY", protocol="smtp", answer="reply", code=450, text="Busy")
    with pytest.raises(BadArgument, match=r"gmail.BUSY is for smtp, not for imap"):
        imap.when("FETCH").fail(preset)


def test_times_that_struck_less_often(smtp: Wire) -> None:
    rule = smtp.when("RCPT", to="ann@x.test").reply(450).times(3)
    smtp.says("RCPT", recipients=["ann@x.test"])
    smtp.says("RCPT", recipients=["bob@x.test"])
    assert smtp.engine.unfired() == [rule]
    assert rule.why_unfired().startswith("a fault fired once of 3: smtp.when('RCPT', to='ann@x.te")
    assert why(rule) == "RCPT came 2 times, and fitted once"
    smtp.says("RCPT", recipients=["ann@x.test"])
    assert why(rule) == "RCPT came 3 times, and fitted 2 times"
    smtp.says("RCPT", recipients=["ann@x.test"])
    assert smtp.engine.unfired() == []


def test_times_that_are_optional_may_be_fewer(smtp: Wire) -> None:
    smtp.when("RCPT").reply(450).times(3).optional()
    smtp.says("RCPT")
    assert smtp.engine.unfired() == []


class TestWaiting:
    def test_returns_with_the_last_strike(self, fakemail: FakeMail) -> None:
        rule = fakemail.smtp.when("NOOP").reply(450, "Busy").times(3)

        def speak() -> None:
            with fakemail.smtp.client() as client:
                for _ in range(3):
                    client.noop()

        with beside(speak):
            rule.wait_fired(3, timeout=60)
            assert rule.fired == 3

    def test_says_what_came_instead(self, fakemail: FakeMail) -> None:
        rule = fakemail.smtp.when("NOOP").reply(450, "Busy")
        with fakemail.smtp.client() as client:
            client.noop()
        with pytest.raises(UnmetExpectation) as failure:
            rule.wait_fired(2, timeout=0)
        first, _, reason = str(failure.value).split("\n")
        assert first == (
            "a fault fired once, wanted 2 times within 0 s: smtp.when('NOOP').reply(450, 'Busy')"
        )
        assert reason == "  NOOP came once"

    def test_in_a_loop(self, fakemail: FakeMail) -> None:
        rule = fakemail.smtp.when("NOOP").reply(450, "Busy")

        async def main() -> None:
            waiting = asyncio.create_task(rule.wait_fired_async(timeout=60))
            with fakemail.smtp.client() as client:
                await asyncio.to_thread(client.noop)
            await waiting
            with pytest.raises(UnmetExpectation, match="a fault fired once, wanted 2 times"):
                await rule.wait_fired_async(2, timeout=0)

        asyncio.run(main())

    def test_what_cannot_be_waited_for(self, fakemail: FakeMail, smtp: Wire) -> None:
        rule = fakemail.smtp.when("NOOP").reply(450, "Busy").optional()
        with pytest.raises(BadArgument, match="count=0: wanted a whole number of at least 1"):
            rule.wait_fired(0)
        with pytest.raises(BadArgument, match="no duration: 'soon'"):
            rule.wait_fired(timeout="soon")
        with pytest.raises(NotRunning, match="no server meets this fault"):
            smtp.when("NOOP").wait_fired()
