"""An app's own time-outs come at once; what has none is left waiting."""

import asyncio
import imaplib
import os
import poplib
import smtplib
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial

import aiosmtplib
import pytest

from pytest_fakemail import FakeMail
from pytest_fakemail.net.timeouts import interrupt
from pytest_fakemail.sweep.result import SweepRow

HOUR = 3600


@pytest.fixture
def traced() -> Iterator[None]:
    """Trace every function of every thread, as coverage and debuggers do."""
    before, of_threads = sys.gettrace(), threading.gettrace()

    def trace(*_: object) -> None:
        """Look at nothing."""

    threading.settrace(trace)
    sys.settrace(trace)
    yield
    sys.settrace(before)
    threading.settrace(of_threads)


def silent_rows(fakemail: FakeMail, action: Callable[[], object]) -> list[SweepRow]:
    """Sweep with silence; no row may hang, though there is a minute to do so."""
    rows = list(fakemail.sweep(action, only="silence", patience="60s").rows)
    assert {row.verdict for row in rows}.isdisjoint({"hung", "unhandled exception", "not met"})
    told = [row for row in rows if "imed out" in row.said or "imeout" in row.said]
    assert len(told) >= len(rows) - 1  # QUIT and LOGOUT may be none of the client's business
    return rows


def test_a_time_out_of_asyncio(fakemail: FakeMail) -> None:
    async def send() -> None:
        host, port = fakemail.smtp.address
        client = aiosmtplib.SMTP(hostname=host, port=port, timeout=HOUR, start_tls=False)
        async with client:
            await client.sendmail("a@x.test", "b@x.test", "Subject: x\n\n")

    def action() -> None:
        asyncio.run(send())

    silent_rows(fakemail, action)


def test_a_time_out_of_asyncio_comes_though_another_connection_is_at_rest(
    fakemail: FakeMail,
) -> None:
    async def send() -> None:
        host, port = fakemail.smtp.address
        _, resting = await asyncio.open_connection(host, port)
        client = aiosmtplib.SMTP(hostname=host, port=port, timeout=HOUR, start_tls=False)
        try:
            async with client:
                await client.sendmail("a@x.test", "b@x.test", "Subject: x\n\n")
        finally:
            resting.close()
            await resting.wait_closed()

    result = fakemail.sweep(lambda: asyncio.run(send()), only="silence", patience="60s")
    told = {row.step.partition(" ")[0] for row in result.rows if "imed out" in row.said}
    assert told >= {"connect", "EHLO", "MAIL", "RCPT", "DATA"}
    assert "hung" not in result.verdicts


def test_a_pause_of_asyncio_is_not_waited_for(fakemail: FakeMail) -> None:
    async def send() -> bool:
        for _ in range(3):
            try:
                async with asyncio.timeout(HOUR):
                    reader, writer = await asyncio.open_connection(*fakemail.smtp.address)
                    await reader.readline()
                writer.close()
            except TimeoutError:
                await asyncio.sleep(HOUR)
                continue
            return True
        return False

    result = fakemail.sweep(lambda: asyncio.run(send()), only="silence", patience="60s")
    assert [(row.step, row.said) for row in result.rows] == [("connect", "done")]


def test_a_time_out_of_imaplib_and_poplib(fakemail: FakeMail) -> None:
    account = fakemail.account()
    account.inbox.deliver(subject="one")

    def imap() -> None:
        client = imaplib.IMAP4(*fakemail.imap.address, timeout=HOUR)
        client.login(account.user, account.password)
        client.select()
        client.fetch("1", "(BODY.PEEK[])")
        client.logout()

    def pop3() -> None:
        client = poplib.POP3(*fakemail.pop3.address, timeout=HOUR)
        client.user(account.user)
        client.pass_(account.password)
        client.retr(1)
        client.quit()

    silent_rows(fakemail, imap)
    silent_rows(fakemail, pop3)


@pytest.mark.usefixtures("traced")
def test_a_time_out_comes_at_once_in_a_traced_thread(fakemail: FakeMail) -> None:
    def action() -> None:
        with smtplib.SMTP(*fakemail.smtp.address, timeout=HOUR) as client:
            client.sendmail("a@x.test", "b@x.test", "Subject: x\n\n")

    silent_rows(fakemail, action)


@pytest.mark.usefixtures("traced")
def test_a_traced_loop_that_never_ends_is_ended(fakemail: FakeMail) -> None:
    clean: list[object] = []

    def action() -> None:
        if len(clean) < 2:  # the sweep has two clean runs
            with smtplib.SMTP(*fakemail.smtp.address) as client:
                clean.append(client)
            return
        while True:
            with suppress(OSError, smtplib.SMTPException):
                smtplib.SMTP(*fakemail.smtp.address).close()

    result = fakemail.sweep(action, only="close", sample=1)
    assert result.verdicts == {"hung": 1}


@pytest.mark.parametrize("security", ["starttls", "implicit"])
def test_a_time_out_within_tls(fakemail: FakeMail, security: str) -> None:
    context = fakemail.tls.client_context()

    def action() -> None:
        host = fakemail.smtp.host
        if security == "implicit":
            port = fakemail.smtp.tls_port
            client: smtplib.SMTP = smtplib.SMTP_SSL(host, port, context=context, timeout=HOUR)
        else:
            client = smtplib.SMTP(host, fakemail.smtp.port, timeout=HOUR)
            client.starttls(context=context)
        client.sendmail("a@x.test", "b@x.test", "Subject: x\n\n")
        client.quit()

    rows = silent_rows(fakemail, action)
    assert "tls" in {row.step for row in rows}


def test_a_time_out_in_a_thread_of_the_action(fakemail: FakeMail) -> None:
    def send() -> None:
        with smtplib.SMTP(*fakemail.smtp.address, timeout=HOUR) as client:
            client.sendmail("a@x.test", "b@x.test", "Subject: x\n\n")

    def action() -> None:
        with ThreadPoolExecutor(1) as pool:
            pool.submit(send).result()

    silent_rows(fakemail, action)


def test_what_swallows_everything_is_ended_all_the_same(fakemail: FakeMail) -> None:
    def action() -> bool:
        for _ in range(3):
            try:
                with smtplib.SMTP(*fakemail.smtp.address) as client:
                    client.noop()
            except BaseException:  # noqa: BLE001, S112  (the planted bug)
                continue
            return True
        return False

    result = fakemail.sweep(action, only="silence", patience="50ms")
    assert "hung" in result.verdicts
    assert not [one for one in threading.enumerate() if one.name == "fakemail sweep"]


@pytest.fixture(params=["nobody wakes it up", "the socket is gone", "it is woken up"])
def wake_up(request: pytest.FixtureRequest) -> Callable[[], object]:
    """How `interrupt` can find a thread that sleeps on all the same."""
    if request.param == "the socket is gone":
        return partial(os.close, -1)
    return partial(int, 1) if request.param == "nobody wakes it up" else list[int]().clear


def interrupted(wake_up: Callable[[], object]) -> Callable[[], list[str]]:
    """Interrupt a thread that sleeps on; return what wakes it, and tells what it met then."""
    asleep = threading.Lock()
    asleep.acquire()
    met: list[str] = []

    def sleep() -> None:
        try:
            asleep.acquire()
            for _ in range(2):
                pass  # it is raised by here
            met.append("nothing")
        except KeyError:
            met.append("the exception")

    sleeper = threading.Thread(target=sleep)
    sleeper.start()
    interrupt(sleeper, KeyError, wake_up)

    def wake() -> list[str]:
        asleep.release()
        sleeper.join(60)
        return met

    return wake


@pytest.mark.usefixtures("traced")
def test_a_traced_thread_goes_on_though_another_sleeps_on(wake_up: Callable[[], object]) -> None:
    wake = interrupted(wake_up)
    assert wake() == ["the exception"]  # functions begin, though nobody has met it


def test_what_is_traced_later_goes_on_too(
    wake_up: Callable[[], object], request: pytest.FixtureRequest
) -> None:
    """As where a debugger is started after a sweep that had to give an action up."""
    wake = interrupted(wake_up)
    try:
        request.getfixturevalue("traced")
    finally:
        assert wake() == ["the exception"]
