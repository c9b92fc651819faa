"""Waiting for the relay: in a loop of the test's own, and where nothing would ever come."""

import asyncio
import math
import smtplib
import threading
from collections.abc import Callable

import pytest

from pytest_fakemail import BadArgument, FakeMail, QueueItem, ServerBug, UnmetExpectation
from pytest_fakemail.relay.postoffice import PostOffice
from pytest_fakemail.relay.spool import Spool
from pytest_fakemail.servers import SmtpServer
from pytest_fakemail.wire.silences import Silences

ENDS = (("127.0.0.1", 1), 2)


@pytest.fixture
def a(fakemail: FakeMail) -> FakeMail:
    return fakemail


@pytest.fixture
def b(make_fakemail: type[FakeMail]) -> FakeMail:
    return make_fakemail()


def send(fakemail: FakeMail, recipient: str) -> None:
    with smtplib.SMTP(*fakemail.smtp.address) as client:
        client.sendmail("ann@a.test", [recipient], "Subject: hi\r\n\r\nHello\r\n")


def test_an_asyncio_test_is_not_held_up(a: FakeMail, b: FakeMail) -> None:
    a.route("b.test", b)
    b.smtp.when("RCPT").reply(450, "4.2.1 Busy").once()
    ticks = 0

    async def main() -> None:
        nonlocal ticks

        async def tick() -> None:
            nonlocal ticks
            while True:
                ticks += 1
                await asyncio.sleep(0)

        ticking = asyncio.create_task(tick())
        send(a, "bob@b.test")
        await a.clock.advance_async("6m")
        await a.queue.wait_until_empty_async()
        ticking.cancel()

    asyncio.run(main())
    b.outbox.one(to="bob@b.test")
    assert ticks > 1


def test_what_comes_into_the_queue_is_awaited(a: FakeMail) -> None:
    a.route("b.test", "unreachable")

    async def main() -> QueueItem:
        waiting = asyncio.create_task(a.queue.wait_for_async(to="bob@b.test"))
        await asyncio.to_thread(send, a, "bob@b.test")
        return await waiting

    assert asyncio.run(main()).recipients == ["bob@b.test"]
    with pytest.raises(UnmetExpectation, match=r"no queued mail to 'eve@b\.test'"):
        asyncio.run(a.queue.wait_for_async(to="eve@b.test", timeout=0.01))


def test_bad_durations_are_told_where_they_are_awaited(a: FakeMail) -> None:
    with pytest.raises(BadArgument):
        asyncio.run(a.clock.advance_async("soon"))


def test_a_loop_over_two_servers_ends_before_any_time_passes(a: FakeMail, b: FakeMail) -> None:
    a.account("bob@a.test").forward("bob@b.test")
    b.account("bob@b.test").forward("bob@a.test")
    a.route("b.test", b)
    b.route("a.test", a)
    send(a, "bob@a.test")
    a.clock.advance("1h")
    report = a.account("ann@a.test").inbox.assert_one(subject="Undelivered Mail Returned to Sender")
    assert b"Too many Received fields" in report.raw
    assert not a.queue
    assert not b.queue
    assert "Timeout" not in f"{a.transcript}{b.transcript}"  # who was done with has hung up


def test_a_bounce_may_come_in_centuries(a: FakeMail, b: FakeMail) -> None:
    a.bounces("late@c.test", after="110000d")  # which is more than a thread can wait for
    a.route("b.test", b)
    send(a, "late@c.test")
    send(a, "bob@b.test")
    b.outbox.wait_for(to="bob@b.test")


def test_nobody_waits_for_attempts_that_nobody_makes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The relay's thread has ended by a mistake of ours, which is told."""
    monkeypatch.setattr(Spool, "due", lambda _: 1 // 0)
    a = FakeMail()
    a.route("b.test", "unreachable")
    send(a, "bob@b.test")
    moving = threading.Thread(target=a.clock.advance, args=("1h",), daemon=True)
    moving.start()
    moving.join(60)
    assert not moving.is_alive()
    a.close()
    with pytest.raises(ServerBug, match="ZeroDivisionError"):
        a.check()


def test_an_attempt_cannot_wait_for_itself() -> None:
    a = FakeMail()
    a.dns.when("MX", where=lambda _: a.clock.advance("1s")).servfail().optional()
    a.route("b.test", "mx")
    send(a, "bob@b.test")
    a.queue.wait_until_empty()
    a.close()
    with pytest.raises(BadArgument, match="an attempt of a relay cannot wait"):
        a.check()


def test_the_next_server_may_ask_for_ours_while_an_attempt_is_waited_for(
    b: FakeMail, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reset waits for the attempt, which waits for the next server."""
    is_asked, has_begun = threading.Event(), threading.Event()
    close = PostOffice.close

    def begin(self: PostOffice) -> None:
        has_begun.set()
        close(self)

    def is_ours(_: object) -> bool:
        is_asked.set()
        has_begun.wait(60)
        return ours.smtp.port > 0

    monkeypatch.setattr(PostOffice, "close", begin)
    b.smtp.when("RCPT", where=is_ours).reply(550, "5.1.1 No such user")
    with FakeMail(relay_timeout=90) as ours:
        ours.account("ann@a.test")
        ours.route("b.test", b)
        send(ours, "bob@b.test")
        assert is_asked.wait(60)
        resetting = threading.Thread(target=ours.reset, daemon=True)
        resetting.start()
        resetting.join(60)
        assert not resetting.is_alive()


FALLING_SILENT: list[Callable[[SmtpServer], object]] = [
    lambda server: server.go_down("silent"),
    lambda server: server.when("connect").stall(),
    lambda server: server.when("connect").delay("2h"),
    lambda server: server.when("EHLO").stall(after_bytes=30),
    lambda server: server.when("RCPT").stall(),
    lambda server: server.when("DATA").stall(),
    lambda server: server.when("MAIL").delay("2h"),
    lambda server: server.when("end-of-data").delay("2h"),
    lambda server: server.when("end-of-data").stall(),
    lambda server: server.when("end-of-data").lose_reply().stall(),
    lambda server: server.when("end-of-data").stall(after_bytes=4),  # "250 " is no reply
]


@pytest.mark.parametrize("tls", ["may", "none"])
@pytest.mark.parametrize("fall_silent", FALLING_SILENT)
def test_a_server_that_has_fallen_silent_is_not_waited_for_in_real_time(
    make_fakemail: type[FakeMail], fall_silent: Callable[[SmtpServer], object], tls: str
) -> None:
    a, b = make_fakemail(relay_timeout=3600, relay_tls=tls), make_fakemail()
    a.route("b.test", b)
    fall_silent(b.smtp)
    send(a, "bob@b.test")
    moving = threading.Thread(target=a.clock.advance, args=("30m",), daemon=True)
    moving.start()
    moving.join(30)
    try:
        assert not moving.is_alive()
        replies = [attempt.reply for attempt in a.queue[0].attempts]
        assert len(replies) == 3
        assert all(reply.endswith("timed out") for reply in replies), replies
    finally:
        b.close()  # breaks what is waited for


def test_a_short_pause_is_borne(a: FakeMail, b: FakeMail) -> None:
    a.route("b.test", b)
    b.smtp.when("RCPT").delay("10ms")
    send(a, "bob@b.test")
    a.clock.advance("1m")
    b.outbox.one(to="bob@b.test")
    assert not a.queue


def test_what_was_said_before_the_silence_counts(a: FakeMail, b: FakeMail) -> None:
    a.route("b.test", b)
    b.smtp.when("QUIT").stall()
    send(a, "bob@b.test")
    a.clock.advance("1h")
    b.outbox.one(to="bob@b.test")
    assert not a.queue


@pytest.mark.parametrize("seconds", [2.0, math.inf])
def test_a_server_may_have_fallen_silent_before_anybody_waits(seconds: float) -> None:
    silences, told = Silences(), list[float]()
    silences.begin(ENDS, lambda: seconds)
    silences.await_on(ENDS, told.append)
    assert told == [seconds]
    silences.end(ENDS)
    silences.await_on(ENDS, told.append)
    silences.begin(ENDS, lambda: 0.0)  # is over
    silences.await_on(ENDS, told.append)
    assert told == [seconds, 0.0]
