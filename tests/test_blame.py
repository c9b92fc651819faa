"""Whose mistake an exception in a server is."""

import smtplib
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from functools import partial
from operator import attrgetter, methodcaller
from typing import Any

import pytest

from pytest_fakemail import BadArgument, FakeMail, policies
from pytest_fakemail.servers import SmtpServer

Give = Callable[[SmtpServer, Callable[..., Any]], object]

PLACES: list[Give] = [
    lambda server, function: server.when("end-of-data", where=function).reply(450),
    lambda server, function: server.when("end-of-data", to=function).reply(450),
    lambda server, function: server.when("end-of-data").do(function),
    lambda server, function: server.when("end-of-data").rewrite(function),
    lambda server, function: server.when("end-of-data").send(function),
    lambda server, function: server.enforce(policies.content(function)),
    lambda server, function: server.enforce(policies.spf(function)),
    lambda server, function: server.enforce(policies.dmarc(function)),
    lambda server, function: server.enforce(policies.greylisting(), where=function),
]


async def later(*_: object) -> bool:
    """What nobody awaits is true."""
    return False


async def several_later(*_: object) -> AsyncIterator[bool]:
    """So is what nobody goes through."""
    yield False


def by_pieces(*_: object) -> Iterator[bool]:
    """Nothing of it has run, and it is true, too."""
    yield False


class Eventually:
    """What can be awaited, as a future can."""

    def __await__(self) -> Iterator[None]:
        yield


@pytest.mark.parametrize(
    "function", [attrgetter("nonsense"), methodcaller("nonsense"), later, by_pieces]
)
@pytest.mark.parametrize("give", PLACES)
def test_a_function_without_a_frame_of_its_own_is_its_authors(
    give: Give, function: Callable[..., Any]
) -> None:
    """Those written in C, async ones and generators leave no frame of theirs in a traceback."""
    fakemail = FakeMail()
    give(fakemail.smtp, function)
    with (
        suppress(smtplib.SMTPException),
        smtplib.SMTP(*fakemail.smtp.address, timeout=30) as client,
    ):
        client.sendmail("app@example.test", "ann@example.test", "Subject: x\n\nHi\n")
    fakemail.close()
    notes = [note for one in fakemail.transcript.connections for note in one.notes]
    assert not any("of the server's" in note for note in notes)
    with pytest.raises(BadArgument, match="a function given by the test failed"):
        fakemail.check(faults=False)


@pytest.mark.parametrize(
    "ask",
    [
        lambda one: one.outbox.all(where=later),
        lambda one: one.outbox.all(where=several_later),
        lambda one: one.outbox.wait_for(subject=later),
        lambda one: one.outbox.assert_none(to=later),
        lambda one: one.outbox.one().link(later),
        lambda one: one.account("ann@example.test").inbox.all(subject=later),
        lambda one: one.sweep(later),
        lambda one: one.sweep(partial(later, 1)),
        lambda one: one.sweep(one.smtp.client, before_each=later),
        lambda one: one.sweep(one.smtp.client, processed=later),
    ],
)
def test_an_async_function_is_not_taken_for_true(
    fakemail: FakeMail, ask: Callable[[FakeMail], object]
) -> None:
    fakemail.account("ann@example.test")
    fakemail.smtp.client().sendmail(
        "app@x.test", "ann@example.test", "Subject: x\n\nhttp://x.test\n"
    )
    with pytest.raises(BadArgument, match="later is async"):
        ask(fakemail)


@pytest.mark.parametrize(
    "ask",
    [
        lambda one: one.outbox.one(where=by_pieces),
        lambda one: one.outbox.one(where=lambda mail: (word for word in mail.text.split())),
        lambda one: one.outbox.one(where=lambda _: Eventually()),
        lambda one: one.outbox.one().link(by_pieces),
    ],
)
def test_what_is_still_to_be_run_is_not_taken_for_true(
    fakemail: FakeMail, ask: Callable[[FakeMail], object]
) -> None:
    fakemail.smtp.client().sendmail("app@x.test", "ann@x.test", "Subject: x\n\nhttp://x.test\n")
    with pytest.raises(BadArgument, match=r"returned a (generator|Eventually), of which nothing"):
        ask(fakemail)


def test_what_a_function_for_send_returns_is_looked_at(fakemail: FakeMail) -> None:
    fakemail.smtp.when("MAIL").send(lambda _: 250)  # type: ignore[arg-type, return-value]
    with suppress(smtplib.SMTPException):
        fakemail.smtp.client().sendmail("app@x.test", "ann@x.test", "Subject: x\n\n")
    with pytest.raises(BadArgument, match=r"send's function returned 250; wanted bytes"):
        fakemail.check(faults=False)
