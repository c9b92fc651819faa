"""A server is silent for an app until the app leaves it; what it then meets is no silence."""

import asyncio
import poplib
import smtplib
import threading
from collections.abc import Callable
from contextlib import ExitStack

import pytest

from pytest_fakemail import FakeMail
from pytest_fakemail.net.thread import shared
from pytest_fakemail.servers import SmtpServer
from pytest_fakemail.sweep.silence import Silence

_TO_SEND = (b"HELO x.test", b"MAIL FROM:<shop@x.test>", b"RCPT TO:<ann@x.test>", b"DATA")

ENOUGH = 6
"""Looks, of which two would do to bring a time-out on."""


def sends_in_two(server: SmtpServer, began_again: Callable[[], object] = bool) -> bool:
    """Send a mail, in a second attempt if need be."""
    for _ in range(2):
        try:
            with smtplib.SMTP(*server.address, timeout=30) as client:
                client.sendmail("shop@x.test", "ann@x.test", "Subject: Order 7\n\n")
        except (OSError, smtplib.SMTPException):
            began_again()
            continue
        return True
    return False


def test_a_slow_answer_at_the_second_attempt_is_waited_for(fakemail: FakeMail) -> None:
    """On a busy machine any answer may be slow: that brings no time-out on."""
    fakemail.smtp.when("RCPT").do(lambda _: threading.Event().wait(0.06))  # a few looks long
    result = fakemail.sweep(lambda: sends_in_two(fakemail.smtp), only="silence", sample=1, seed=9)
    [row] = result.rows
    assert (row.step, row.fault, row.said) == ("DATA", "silence", "done")


class Looks:
    """The sweep's looks at an app; something happens when it has looked often enough."""

    def __init__(self, then: Callable[[], object]) -> None:
        self._then = then
        self._left = 0

    def begin(self) -> None:
        """Count from now on."""
        self._left = ENOUGH

    def one_more(self) -> None:
        if self._left:
            self._left -= 1
            if not self._left:
                self._then()


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> "MakeLooks":
    """Make one that counts what this test's sweeps do."""
    lasts = Silence.lasts

    def made(then: Callable[[], object]) -> Looks:
        counted = Looks(then)

        def look(silence: Silence) -> bool:
            counted.one_more()
            return lasts(silence)

        monkeypatch.setattr(Silence, "lasts", look)
        return counted

    return made


MakeLooks = Callable[[Callable[[], object]], Looks]


def test_who_has_left_waits_as_long_as_the_servers_thread_has_no_turn(
    fakemail: FakeMail, looks: MakeLooks
) -> None:
    """That does not know yet that the app has left, and has not greeted it again."""
    turn = threading.Event()
    counted = looks(turn.set)

    def told(line: str) -> None:
        is_silent = ".stall()" in line and "QUIT" not in line  # after which nobody tries again
        if is_silent and shared._thread is not None:
            turn.clear()
            shared._thread.call_soon(lambda: turn.wait(30))

    stop = fakemail.transcript.follow(told)
    result = fakemail.sweep(lambda: sends_in_two(fakemail.smtp, counted.begin), only="silence")
    stop()
    assert {row.said for row in result.rows if row.step != "QUIT"} == {"done"}


class Retrying:
    """An app that tries twice; its second MAIL is answered late."""

    def __init__(self, fakemail: FakeMail, began_again: Callable[[], None]) -> None:
        self._server = fakemail.smtp
        self._pop3 = fakemail.pop3
        self._began_again = began_again

    def leaves_it_open(self) -> bool:
        """Forget to close what has timed out."""
        with ExitStack() as opened:
            for _ in range(2):
                client = smtplib.SMTP(*self._server.address, timeout=30)
                opened.callback(client.close)
                held = client.sock
                assert held is not None
                client.sock = held.dup()  # which smtplib closes
                client.sock.settimeout(30)
                opened.callback(held.close)
                try:
                    client.sendmail("shop@x.test", "ann@x.test", "Subject: Order 7\n\n")
                except (OSError, smtplib.SMTPException):
                    self._began_again()
                    continue
                return True
        return False

    def reads_mail_too(self) -> bool:
        """Have a connection to another server all the time."""
        reader = poplib.POP3(*self._pop3.address, timeout=30)
        try:
            return sends_in_two(self._server, self._began_again)
        finally:
            reader.close()

    def leaves_it_open_in_a_loop(self) -> bool:
        return asyncio.run(self._in_a_loop())

    async def _in_a_loop(self) -> bool:
        opened = []
        try:
            for _ in range(2):
                reader, writer = await asyncio.open_connection(*self._server.address)
                opened.append(writer)
                try:
                    async with asyncio.timeout(30):
                        await reader.readline()
                        for line in _TO_SEND:
                            writer.write(line + b"\r\n")
                            await reader.readline()
                        writer.write(b"Subject: Order 7\r\n\r\n.\r\n")
                        await reader.readline()
                except TimeoutError:
                    self._began_again()
                    continue
                return True
            return False
        finally:
            for one in opened:
                one.close()
                await one.wait_closed()


@pytest.mark.parametrize("way", ["leaves_it_open", "reads_mail_too", "leaves_it_open_in_a_loop"])
def test_an_answer_may_be_late_though_a_connection_is_open_since(
    fakemail: FakeMail, looks: MakeLooks, way: str
) -> None:
    """Be it the silent one, from which the app waits for nothing any more, or another."""
    fakemail.clock.freeze()
    counted = looks(lambda: fakemail.clock.advance("1m"))
    action = getattr(Retrying(fakemail, counted.begin), way)
    fakemail.smtp.when("MAIL", nth=2).delay("1m").optional()
    result = fakemail.sweep(action, only="silence")
    rows = [row for row in result.rows if row.step in ("DATA", "end-of-data")]
    assert [row.said for row in rows] == ["done"] * 3
