"""An app that waits for ever: where it hangs, and what it had said."""

import asyncio
import inspect
import smtplib
import socket
import sys
import threading
from contextlib import suppress

import pytest

from pytest_fakemail import FakeMail
from pytest_fakemail.sweep.places import place_of
from pytest_fakemail.sweep.running import Limits, Run, Traffic


async def spoken(address: tuple[str, int]) -> None:
    """Speak a little SMTP without a time-out; an app's helper.

    Over a plain socket: streams of a loop that is ended at once are left to the garbage collector.
    """
    loop = asyncio.get_running_loop()
    with socket.socket() as sock:
        sock.settimeout(0)
        await loop.sock_connect(sock, address)
        await loop.sock_recv(sock, 1000)
        await loop.sock_sendall(sock, b"NOOP\r\n")
        await loop.sock_recv(sock, 1000)


async def waits_itself(address: tuple[str, int]) -> None:
    await spoken(address)


async def waits_for_others(address: tuple[str, int]) -> None:
    async with asyncio.TaskGroup() as group:
        group.create_task(waits_itself(address))


def line_of(function: object, text: str) -> int:
    """Return the line of a function in which a text stands."""
    code = function.__code__  # type: ignore[attr-defined]
    with open(__file__, encoding="utf-8") as file:  # noqa: PTH123
        lines = file.read().splitlines()
    return 1 + next(n for n in range(code.co_firstlineno, len(lines)) if text in lines[n])


def test_the_coroutine_that_waits_is_told(fakemail: FakeMail) -> None:
    here = [line_of(spoken, "sock_recv"), line_of(spoken, "sock_sendall") + 1]
    for app in (waits_itself, waits_for_others):
        result = fakemail.sweep(
            lambda app=app: asyncio.run(app(fakemail.smtp.address)),  # type: ignore[misc]
            only="silence",
            patience="50ms",
        )
        said = [f"nothing; hung at {__file__}:{line} in spoken" for line in here]
        assert [row.said.partition(" and ")[0] for row in result.rows] == said


class Poller:
    """An app's own loop, called as asyncio calls one of its."""

    def _run_once(self) -> str:
        return place_of(inspect.currentframe())


def test_a_loop_of_the_apps_own_is_no_loop_of_asyncio(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "asyncio")  # an app may have loaded none of it
    line = line_of(Poller._run_once, "place_of")
    assert Poller()._run_once() == f"{__file__}:{line} in _run_once"


def test_what_it_says_when_it_is_given_up_is_not_in_its_row(fakemail: FakeMail) -> None:
    def action() -> None:
        for _ in range(3):
            with suppress(smtplib.SMTPException, OSError):
                smtplib.SMTP(*fakemail.smtp.address).quit()
                return

    result = fakemail.sweep(action, only="silence", patience="50ms")
    assert result.verdicts == {"hung": 2}
    for row in result.rows:
        assert row.conversation.count("connection ") == 1
        assert "stall()" in row.conversation.splitlines()[-1]


def test_who_is_given_up_keeps_no_lock_of_the_store(fakemail: FakeMail) -> None:
    """The exception that ends it may come between taking the lock and the block it is for."""

    def action() -> None:
        try:
            with smtplib.SMTP(*fakemail.smtp.address) as client:
                client.noop()
        except (OSError, smtplib.SMTPException):
            fakemail.store.registry.__enter__()  # and now it comes
            while True:
                pass

    verdicts: list[str] = []
    sweeping = threading.Thread(
        target=lambda: verdicts.extend(
            fakemail.sweep(action, only="close", patience="50ms").verdicts
        ),
        daemon=True,
    )
    sweeping.start()
    sweeping.join(60)
    assert "hung" in verdicts
    fakemail.account().inbox.deliver(subject="another's turn")


def test_the_thread_of_what_was_given_up_is_over_before_the_next_row() -> None:
    """Its objects would be collected in whatever test comes then, with a warning each."""
    joined = threading.Event()

    class Lingering(Run):
        def _work(self) -> None:
            super()._work()
            joined.wait(30)

    broken = threading.Event()
    run = Lingering(broken.wait, Traffic([]), lambda: None)
    join = run._thread.join

    def seen(timeout: float | None = None) -> None:
        joined.set()
        join(timeout)

    run._thread.join = seen  # type: ignore[method-assign]
    report = run.within(Limits(0.05, 1000), silence=None, hang_up=broken.set)
    assert report.hung_at
    assert joined.is_set()
    joined.set()
