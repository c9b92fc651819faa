"""Clients of other loops and languages do a day's work with each personality."""

from pathlib import Path

import aioimaplib
import pytest
from clients import running
from clients.installed import needs
from clients.readers import imapflow
from clients.senders import Trial, by_nodemailer
from clients.visit import Visit

from pytest_fakemail import FakeMail
from pytest_fakemail.providers.speaking.personality import NAMES, personality

SENDING = [name for name in NAMES if personality(name).smtp is not None]
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
            assert (await client.store("1", "+FLAGS (\\Deleted)")).result == "OK"
            assert (await client.expunge()).result == "OK"
            await client.logout()

        running.run(scenario())
        fakemail.account().inbox.assert_empty()


@needs("node:imapflow")
@pytest.mark.parametrize("provider", READABLE)
def test_imapflow_looks_around(provider: str, tmp_path: Path) -> None:
    """It says ID by itself, so that 163 lets it read."""
    with FakeMail(provider=provider) as fakemail:
        fakemail.account().inbox.deliver(
            from_="Jürgen <juergen@example.test>", subject="Grüße", text="Hallo",
            attachments={"a.pdf": b"%PDF"},
        )  # fmt: skip
        seen = imapflow(Visit(fakemail, "starttls", None, tmp_path), "look")
        assert seen["subject"] == "Grüße"
        assert "INBOX" in {one["path"].upper() for one in seen["mailboxes"]}


@needs("node:nodemailer")
@pytest.mark.parametrize("provider", SENDING)
def test_nodemailer_sends(provider: str, tmp_path: Path) -> None:
    """All of them take LOGIN; Microsoft no PLAIN, and only behind STARTTLS do others."""
    raw = b"Subject: Invoice\r\n\r\nHello\r\n"
    with FakeMail(provider=provider) as fakemail:
        by_nodemailer(Trial(fakemail, raw, "starttls", "LOGIN", tmp_path))
        mail = fakemail.outbox.one()
        assert (mail.raw, mail.user) == (raw, "user@example.test")
