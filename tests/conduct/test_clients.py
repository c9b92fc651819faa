"""Clients that behave are not found fault with; of the others only what is true is said."""

import asyncio
import poplib
import shutil
import smtplib
import subprocess
from email.message import EmailMessage

import aiosmtplib
import imap_tools
import imapclient
import pytest

from pytest_fakemail import FakeMail


def names(fakemail: FakeMail) -> list[str]:
    return [one.name for one in fakemail.conduct()]


def mail(place: int = 0) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"] = "a@x.test", "b@x.test"
    message["Subject"] = f"Hello {place}"
    message.set_content("Hello")
    return message


def test_smtplib(fakemail: FakeMail) -> None:
    account = fakemail.account()
    with smtplib.SMTP(*fakemail.smtp.address) as client:
        client.starttls(context=fakemail.tls.client_context())
        client.login(account.user, account.password)
        for place in range(3):
            client.send_message(mail(place))
    with smtplib.LMTP(*fakemail.lmtp.address) as lmtp:
        lmtp.send_message(mail())
    assert names(fakemail) == []


def test_aiosmtplib(fakemail: FakeMail) -> None:
    account = fakemail.account()

    async def send() -> None:
        host, port = fakemail.smtp.address
        async with aiosmtplib.SMTP(
            hostname=host,
            port=port,
            start_tls=True,
            tls_context=fakemail.tls.client_context(),
            username=account.user,
            password=account.password,
        ) as client:
            for place in range(3):
                await client.send_message(mail(place))

    asyncio.run(send())
    assert names(fakemail) == []


def test_poplib(fakemail: FakeMail) -> None:
    account = fakemail.account()
    account.inbox.deliver(subject="Hi")
    account.inbox.deliver(subject="Ho")
    client = poplib.POP3(*fakemail.pop3.address)
    client.stls(fakemail.tls.client_context())
    client.user(account.user)
    client.pass_(account.password)
    for number in (1, 2):
        client.retr(number)
        client.dele(number)
    client.quit()
    assert names(fakemail) == []


def test_imapclient(fakemail: FakeMail) -> None:
    account = fakemail.account()
    account.inbox.deliver_many({"subject": f"Hi {place}"} for place in range(4))
    with imapclient.IMAPClient(
        fakemail.imap.host,
        fakemail.imap.tls_port,
        ssl_context=fakemail.tls.client_context(),
    ) as client:
        client.login(account.user, account.password)
        client.select_folder("INBOX")
        uids = client.search("UNSEEN")
        for uid in uids:
            client.fetch([uid], ["BODY.PEEK[]"])
        client.add_flags(uids, [imapclient.SEEN])
        client.idle()
        account.inbox.deliver(subject="New")
        client.idle_check(timeout=10)
        client.idle_done()
        client.delete_messages(uids[:1])
        client.expunge(uids[:1])
    assert names(fakemail) == []


def test_imap_tools(fakemail: FakeMail) -> None:
    account = fakemail.account()
    account.inbox.deliver(subject="Hi")
    with imap_tools.MailBox(
        fakemail.imap.host,
        fakemail.imap.tls_port,
        ssl_context=fakemail.tls.client_context(),
    ).login(account.user, account.password) as box:
        assert len(list(box.fetch(mark_seen=False))) == 1
    assert names(fakemail) == []


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_curl(fakemail: FakeMail) -> None:
    account = fakemail.account()
    account.inbox.deliver(subject="Hi")
    fetched = fakemail.imap.url_for(account, tls=True) + "/INBOX;MAILINDEX=1;SECTION=TEXT"
    for url in (fetched, fakemail.pop3.url_for(account, tls=True) + "/1"):
        subprocess.run(
            ["curl", "-sS", "--cacert", fakemail.tls.ca_file, url],
            check=True,
            timeout=60,
            capture_output=True,
        )
    # curl reads with BODY[], which sets \Seen.
    assert names(fakemail) == ["fetch-without-peek"]
