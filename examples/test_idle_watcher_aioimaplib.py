"""A watcher on aioimaplib: it hears of new mail by IDLE and outlives its connections.

aioimaplib does not end a wait when the connection is lost, it only calls back.  So each
session runs beside a watch on that callback, and whichever ends first ends both.  The
watcher then reconnects and asks what is unread, so that it does not matter what it heard.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import pytest

from pytest_fakemail import FakeMail

if TYPE_CHECKING:
    from aioimaplib import IMAP4

aioimaplib = pytest.importorskip("aioimaplib", reason="aioimaplib is not installed")

RENEWAL = 29 * 60.0  # RFC 2177: servers may log out who idles for half an hour


@dataclass
class Watcher:
    """Calls `handle` with each mail that is unread, until its task is cancelled."""

    imap_url: str
    handle: Callable[[EmailMessage], Awaitable[None]]
    pause: float = 10.0
    is_listening: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        """Watch for ever, however often the connection is lost."""
        while True:
            try:
                await self.connect_and_watch()
            except (OSError, TimeoutError, aioimaplib.AioImapException):
                await asyncio.sleep(self.pause)

    async def connect_and_watch(self) -> None:
        """Watch until the connection is lost."""
        server = urlsplit(self.imap_url)
        is_lost = asyncio.Event()
        client = aioimaplib.IMAP4(
            server.hostname, server.port, conn_lost_cb=lambda _: is_lost.set()
        )
        await client.wait_hello_from_server()
        try:
            await client.login(unquote(server.username or ""), unquote(server.password or ""))
            await first_of(self.watch(client), is_lost.wait())
        finally:
            self.is_listening.clear()
            client.protocol.transport.close()

    async def watch(self, client: "IMAP4") -> None:
        """Handle what is unread, and wait for more."""
        await client.select("INBOX")
        while True:
            found = await client.uid_search("UNSEEN")
            for uid in found.lines[0].decode().split():
                fetched = await client.uid("fetch", uid, "(BODY.PEEK[])")
                await self.handle(message_from_bytes(fetched.lines[1], policy=policy.default))
                await client.uid("store", uid, r"+FLAGS (\Seen)")
            idle = await client.idle_start(RENEWAL)
            self.is_listening.set()
            await client.wait_server_push()
            self.is_listening.clear()
            client.idle_done()
            await idle


async def first_of(*coroutines: Awaitable[object]) -> None:
    """Await whichever is done first, and cancel the others."""
    tasks = [asyncio.ensure_future(coroutine) for coroutine in coroutines]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()


@asynccontextmanager
async def watching(fakemail: FakeMail) -> AsyncIterator[tuple[Watcher, list[str]]]:
    """Run a watcher; give it with the subjects of what it handled."""
    subjects: list[str] = []

    async def handle(mail: EmailMessage) -> None:
        subjects.append(mail["Subject"])

    watcher = Watcher(fakemail.imap.url_for(fakemail.account()), handle, pause=0)
    running = asyncio.create_task(watcher.run())
    try:
        async with asyncio.timeout(10):
            yield watcher, subjects
    finally:
        running.cancel()
        await asyncio.wait([running])


def test_mail_is_handled_at_once(fakemail: FakeMail) -> None:
    inbox = fakemail.account().inbox

    async def scenario() -> None:
        async with watching(fakemail) as (watcher, handled):
            await watcher.is_listening.wait()
            inbox.deliver(subject="Hello")

            await inbox.wait_for_async(subject="Hello", seen=True)
            assert handled == ["Hello"]

    asyncio.run(scenario())


def test_a_dropped_connection_is_survived(fakemail: FakeMail) -> None:
    inbox = fakemail.account().inbox

    async def scenario() -> None:
        async with watching(fakemail) as (watcher, handled):
            await watcher.is_listening.wait()
            fakemail.imap.drop_connections()
            inbox.deliver(subject="Hello")

            await inbox.wait_for_async(subject="Hello", seen=True)
            assert handled == ["Hello"]

    asyncio.run(scenario())


def test_a_session_that_expires_is_survived(fakemail: FakeMail) -> None:
    inbox = fakemail.account().inbox
    fakemail.imap.when("IDLE").bye("Session expired").after("24m").once()

    async def scenario() -> None:
        async with watching(fakemail) as (watcher, handled):
            await watcher.is_listening.wait()
            fakemail.clock.advance("24m")
            inbox.deliver(subject="Hello")

            await inbox.wait_for_async(subject="Hello", seen=True)
            assert handled == ["Hello"]

    asyncio.run(scenario())


def test_a_mail_cut_short_is_fetched_again(fakemail: FakeMail) -> None:
    inbox = fakemail.account().inbox
    inbox.deliver(subject="Hello")
    fakemail.imap.when("FETCH").drop(in_literal=50).once()

    async def scenario() -> None:
        async with watching(fakemail) as (_, handled):
            await inbox.wait_for_async(subject="Hello", seen=True)
            assert handled == ["Hello"]

    asyncio.run(scenario())
