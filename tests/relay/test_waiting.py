"""Waiting for the relay: in a loop of the test's own, and where nothing would ever come."""

import asyncio
import smtplib
import threading

import pytest

from pytest_fakemail import BadArgument, FakeMail, ServerBug
from pytest_fakemail.relay.postoffice import PostOffice
from pytest_fakemail.relay.spool import Spool


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
