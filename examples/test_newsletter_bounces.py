"""A newsletter stops writing to an address that bounced, whichever mail system returned it.

Five dialects: four are delivery reports of RFC 3464, qmail's is a text.  A report of a delay,
an auto-reply and a full mailbox are no reason to stop.
"""

import re
import smtplib
from collections.abc import Iterator
from email.message import Message

import pytest

from pytest_fakemail import AccountHandle, FakeMail, MailboxMessage, notices

SENDER = "news@example.test"
DIALECTS: tuple[notices.Dialect, ...] = ("postfix", "exchange", "gmail", "exim", "qmail")


class Newsletter:
    """The app: it sends to its subscribers and reads what comes back."""

    def __init__(self, smtp: tuple[str, int]) -> None:
        self.smtp = smtp
        self.subscribers: list[str] = []

    def send(self, subject: str) -> None:
        """Write to every subscriber."""
        with smtplib.SMTP(*self.smtp) as client:
            for address in self.subscribers:
                message = f"From: {SENDER}\r\nTo: {address}\r\nSubject: {subject}\r\n\r\nNews!\r\n"
                client.sendmail(SENDER, [address], message)

    def read(self, messages: list[MailboxMessage]) -> None:
        """Take those who do not exist from the subscribers."""
        for message in messages:
            for address in dead_addresses(message):
                if address in self.subscribers:
                    self.subscribers.remove(address)


def dead_addresses(mail: MailboxMessage) -> Iterator[str]:
    """Yield the addresses of which a mail says that they do not exist."""
    parsed = mail.message
    for part in parsed.walk():
        if part.get_content_type() == "message/delivery-status":
            yield from map(recipient, filter(is_dead, part.get_payload()))
    if mail.text.startswith("Hi. This is the qmail-send program"):
        yield from re.findall(r"^<([^>]+)>:\n.*\n.*5\.1\.1", mail.text, re.MULTILINE)


def is_dead(fields: Message) -> bool:
    """Exim's Status says nothing (5.0.0); what the server said is in Diagnostic-Code."""
    return (
        fields["Action"] == "failed"
        and "5.1.1" in f"{fields['Status']} {fields['Diagnostic-Code']}"
    )


def recipient(fields: Message) -> str:
    return str(fields["Final-Recipient"]).partition(";")[2].strip()


@pytest.fixture
def news(fakemail: FakeMail) -> AccountHandle:
    return fakemail.account(SENDER)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_who_bounced_is_not_written_to_again(
    fakemail: FakeMail, news: AccountHandle, dialect: notices.Dialect
) -> None:
    fakemail.bounces("dead@x.test", "5.1.1", dialect=dialect, after="10m")
    app = Newsletter(fakemail.smtp.address)
    app.subscribers = ["ann@x.test", "dead@x.test"]

    app.send("May")
    fakemail.clock.advance("11m")
    app.read(news.inbox.messages)
    app.send("June")

    fakemail.outbox.assert_count(2, to="ann@x.test")
    fakemail.outbox.one(to="dead@x.test")


def test_a_delay_is_no_reason_to_stop(fakemail: FakeMail, news: AccountHandle) -> None:
    fakemail.route("slow.test", "unreachable")
    app = Newsletter(fakemail.smtp.address)
    app.subscribers = ["bob@slow.test"]
    app.send("May")
    fakemail.clock.advance("6h")
    news.inbox.assert_one(subject="Delayed Mail (still being retried)")
    app.read(news.inbox.messages)
    assert app.subscribers == ["bob@slow.test"]


def test_an_auto_reply_is_no_reason_to_stop(fakemail: FakeMail, news: AccountHandle) -> None:
    fakemail.account("ann@x.test").auto_reply("550 5.1.1 reasons why I am away")
    app = Newsletter(fakemail.smtp.address)
    app.subscribers = ["ann@x.test"]
    app.send("May")
    app.read(news.inbox.messages)
    assert app.subscribers == ["ann@x.test"]


def test_a_full_mailbox_is_no_reason_to_stop(fakemail: FakeMail, news: AccountHandle) -> None:
    fakemail.bounces("full@x.test", "5.2.2")
    app = Newsletter(fakemail.smtp.address)
    app.subscribers = ["full@x.test"]
    app.send("May")
    news.inbox.wait_for()
    app.read(news.inbox.messages)
    assert app.subscribers == ["full@x.test"]
