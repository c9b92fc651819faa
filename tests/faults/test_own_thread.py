"""A function of the test on the servers' thread: it may end connections, and never waits there."""

import asyncio
import imaplib
import poplib
import smtplib
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest

from pytest_fakemail import BadArgument, FakeMail

Deed = Callable[[Any], object]
LOST = (
    *(OSError, EOFError, smtplib.SMTPException),
    *(imaplib.IMAP4.error, poplib.error_proto),
)

ENDS: dict[str, Deed] = {
    "drop_connections": lambda server: server.drop_connections(),
    "go_down": lambda server: server.go_down("reset"),
}
WAITS: dict[str, Callable[[FakeMail], object]] = {
    "client": lambda one: one.pop3.client(),
    "client, implicit TLS": lambda one: one.imap.client(security="implicit"),
    "client, LMTP": lambda one: one.lmtp.client(),
    "outbox": lambda one: one.outbox.wait_for(subject="x", timeout=60),
    "absence": lambda one: one.outbox.assert_none(within=60),
    "mailbox": lambda one: one.account().inbox.wait_for(subject="x", timeout=60),
    "command": lambda one: one.smtp.wait_for_command("RCPT", timeout=60),
    "idle": lambda one: one.imap.wait_for_idle(timeout=60),
    "rule": lambda one: one.smtp.when("QUIT").ignore().optional().wait_fired(timeout=60),
    "awaited": lambda one: asyncio.run(one.outbox.wait_for_async(subject="x", timeout=60)),
}


@pytest.fixture
def fakemail() -> Iterator[FakeMail]:
    with FakeMail() as one:
        yield one


@pytest.mark.parametrize("deed", ENDS)
@pytest.mark.parametrize("security", ["none", "starttls", "implicit"])
@pytest.mark.parametrize("protocol", ["smtp", "pop3", "imap"])
def test_it_may_end_the_connection_that_it_is_called_for(
    fakemail: FakeMail, protocol: str, security: str, deed: str
) -> None:
    server = getattr(fakemail, protocol)
    client = server.client(security=security)
    server.when("NOOP").do(lambda _: ENDS[deed](server)).once()
    with pytest.raises(LOST):
        client.noop()
    fakemail.check()
    with suppress(BadArgument):
        server.come_back()
    server.client(security=security).noop()


@pytest.mark.parametrize("use", WAITS)
def test_it_does_not_wait_where_nobody_is_served(fakemail: FakeMail, use: str) -> None:
    client = fakemail.smtp.client()
    fakemail.smtp.when("NOOP").do(lambda _: WAITS[use](fakemail)).once()
    assert client.noop()[0] == 451
    with pytest.raises(BadArgument, match="waits for the servers, in their own thread"):
        fakemail.check()
    assert client.noop()[0] == 250


def test_what_is_there_is_not_waited_for(fakemail: FakeMail) -> None:
    fakemail.account().inbox.deliver(subject="Hello")
    found: list[str] = []
    fakemail.smtp.when("NOOP").do(
        lambda _: found.append(fakemail.account().inbox.wait_for(subject="Hello").subject)
    )
    assert fakemail.smtp.client().noop()[0] == 250
    assert found == ["Hello"]
