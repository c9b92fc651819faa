"""aioimaplib on an asyncio loop."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aioimaplib
from clients import running
from clients.programs import TIMEOUT

from pytest_fakemail import FakeMail


@asynccontextmanager
async def logged_in(fakemail: FakeMail) -> AsyncIterator[aioimaplib.IMAP4]:
    client = aioimaplib.IMAP4(*fakemail.imap.address)
    await client.wait_hello_from_server()
    await client.login("user@example.test", "password")
    try:
        yield client
    finally:
        await client.logout()


def test_it_reads_and_files(fakemail: FakeMail) -> None:
    account = fakemail.account()
    account.inbox.deliver_many([{"subject": "one"}, {"subject": "two", "text": "x" * 100_000}])

    async def scenario() -> None:
        async with logged_in(fakemail) as client:
            await client.select("INBOX")
            assert (await client.search("SUBJECT two")).lines[0] == b"2"
            fetched = await client.uid("fetch", "2", "(FLAGS BODY.PEEK[])")
            assert bytes(fetched.lines[1]) == account.inbox.messages[1].raw
            await client.uid("store", "1", r"+FLAGS.SILENT (\Flagged $Mine)")
            assert (await client.move("1", "Archive")).result == "OK"
            await client.append(b"Subject: draft\r\n\r\nText\r\n", "Drafts", r"(\Draft)")
            assert (await client.getquotaroot("INBOX")).result == "OK"
            assert (await client.id(name="trial")).result == "OK"

    running.run(scenario())
    account.inbox.assert_one(subject="two")
    account.mailbox("Archive").assert_one(subject="one", flagged=True)
    account.mailbox("Drafts").assert_one(subject="draft", draft=True)


def test_idle_hears_at_once(fakemail: FakeMail) -> None:
    inbox = fakemail.account().inbox
    inbox.deliver_many([{"subject": "one"}, {"subject": "two"}])

    flagged = rb"1 FETCH (FLAGS (\Flagged \Recent))"

    async def scenario() -> None:
        async with logged_in(fakemail) as client:
            await client.select("INBOX")
            idle = await client.idle_start()
            inbox.expunge(1)
            inbox.add_flags(2, "flagged")
            inbox.deliver(subject="three")
            heard: set[bytes] = set()
            while not heard >= {b"1 EXPUNGE", flagged, b"2 EXISTS"}:
                heard |= set(await client.wait_server_push(TIMEOUT))
            client.idle_done()
            await idle

    running.run(scenario())
