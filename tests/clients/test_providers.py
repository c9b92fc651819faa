"""Clients of other loops and languages do a day's work with each personality."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import aioimaplib
import pytest
from clients import running
from clients.installed import needs
from clients.programs import TIMEOUT
from clients.readers import imapflow
from clients.senders import Trial, by_nodemailer
from clients.visit import Visit

from pytest_fakemail import FakeMail, UnmetExpectation
from pytest_fakemail.providers.speaking.personality import NAMES, personality

SENDING = [name for name in NAMES if personality(name).smtp is not None]
RAW = b"Subject: draft\r\n\r\nText\r\n"
READABLE = [name for name in NAMES if personality(name).imap is not None]


@pytest.mark.parametrize("provider", READABLE)
def test_aioimaplib_works_a_day(provider: str) -> None:
    with FakeMail(provider=provider) as fakemail:
        fakemail.account().inbox.deliver(subject="Invoice", text="Hello")

        async def scenario() -> None:
            client = aioimaplib.IMAP4(*fakemail.imap.address)
            await client.wait_hello_from_server()
            assert (await client.login("user@example.test", "password")).result == "OK"
            assert (await client.list('""', "*")).result == "OK"
            if provider == "netease":  # where nobody reads who has not said ID
                assert (await client.select("INBOX")).result == "NO"
            if client.has_capability("ID"):
                assert (await client.id(name="app")).result == "OK"
            assert (await client.select("INBOX")).result == "OK"
            found = await client.search("SUBJECT Invoice")
            assert found.lines[0] == b"1"
            fetched = await client.fetch("1", "(BODY.PEEK[])")
            assert any(b"Subject: Invoice" in line for line in fetched.lines)
            assert (await client.create(done)).result == "OK"
            assert (await client.copy("1", done)).result == "OK"
            assert (await client.append(RAW, done)).result == "OK"
            if client.has_capability("IDLE"):
                idle = await client.idle_start(timeout=TIMEOUT)
                fakemail.account().inbox.deliver(subject="news")
                assert b"2 EXISTS" in await client.wait_server_push()
                client.idle_done()
                await idle
            assert (await client.store("1:*", "+FLAGS (\\Deleted)")).result == "OK"
            assert (await client.expunge()).result == "OK"
            await client.logout()

        done = f"{fakemail.settings.personal_namespace}Done"
        running.run(scenario())
        fakemail.account().inbox.assert_empty()
        assert len(fakemail.account().mailbox(done).messages) == 2


Days = dict[str, tuple[FakeMail, Any]]


@pytest.fixture(scope="module")
def days(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Days]:
    """What each server has seen of imapflow's day, and what imapflow says of it; one process."""
    with ExitStack() as stack:
        servers = [stack.enter_context(FakeMail(provider=one)) for one in READABLE]
        for fakemail in servers:
            fakemail.account().inbox.deliver_many([
                {"subject": "keep"},
                {"subject": "Invoice für Mai", "from_": "Jürgen <juergen@example.test>",
                 "text": "Hallo", "attachments": {"a.pdf": b"%PDF"}},
                {"subject": "spam"},
            ])  # fmt: skip
        visit = Visit(servers[0], "starttls", None, tmp_path_factory.mktemp("imapflow"))
        ports = [fakemail.imap.port for fakemail in servers]
        with ThreadPoolExecutor() as pool:
            answer = pool.submit(imapflow, visit, "day", ports=ports)
            for fakemail in servers:
                with suppress(UnmetExpectation):  # what went wrong before, the client says
                    if "IDLE" in fakemail.imap.capabilities:
                        fakemail.imap.wait_for_idle(timeout=TIMEOUT)
                    else:
                        fakemail.imap.wait_for_command("NOOP", timeout=TIMEOUT)
                    fakemail.account().inbox.deliver(subject="news")
        yield dict(zip(READABLE, zip(servers, answer.result(), strict=True), strict=True))


@needs("node:imapflow")
@pytest.mark.parametrize("provider", READABLE)
def test_imapflow_works_a_day(provider: str, days: Days) -> None:
    """It says ID by itself, so that 163 lets it read."""
    fakemail, done = days[provider]
    assert "error" not in done
    account = fakemail.account()
    work = account.mailbox(done["work"])
    assert [mail.subject for mail in account.inbox.messages] == ["keep", "news"]
    assert [mail.subject for mail in work.messages] == ["keep", "Invoice für Mai", "draft"]
    work.assert_one(subject="Invoice für Mai", seen=True, flagged=True)
    work.assert_one(subject="draft", draft=True)
    assert done["found"] == ([1, 2, 3] if provider == "qq" else [2])  # which ignores criteria
    assert done["subject"] == "Invoice für Mai"
    assert done["attachment"] == "%PDF"
    assert done["heard"] == 2
    size, octets = done["size"]
    assert (size == octets) == (provider not in ("m365", "m365-rev2", "exchange-2007"))
    inbox = next(one for one in done["mailboxes"] if one[0].upper() == "INBOX")
    assert inbox[1:] == ["\\Inbox", None if provider == "netease" else 3]  # an empty STATUS


@needs("node:nodemailer")
@pytest.mark.parametrize("provider", SENDING)
def test_nodemailer_sends(provider: str, tmp_path: Path) -> None:
    """All of them take LOGIN; Microsoft no PLAIN, and only behind STARTTLS do others."""
    raw = b"Subject: Invoice\r\n\r\nHello\r\n"
    with FakeMail(provider=provider) as fakemail:
        by_nodemailer(Trial(fakemail, raw, "starttls", "LOGIN", tmp_path))
        mail = fakemail.outbox.one()
        assert (mail.raw, mail.user) == (raw, "user@example.test")
