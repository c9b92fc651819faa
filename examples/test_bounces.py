"""A bounce processor: it reads delivery reports (RFC 3464) and closes addresses that failed.

Only a permanent failure counts; "not yet" does not.  A report speaks of the address that was
written to (Original-Recipient), if it knows it, and of the one that mail was forwarded to
(Final-Recipient).  Whatever is no delivery report is left unread, for a human.
"""

import imaplib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from urllib.parse import unquote, urlsplit

import pytest

from pytest_fakemail import AccountHandle, FakeMail


def process_bounces(imap_url: str, subscribers: set[str]) -> None:
    """Take those to whom mail cannot be delivered from the subscribers."""
    with logged_in(imap_url) as client:
        client.select("INBOX")
        _, [unread] = client.search(None, "UNSEEN")
        for number in unread.decode().split():
            _, fetched = client.fetch(number, "(BODY.PEEK[])")
            raw = next(item[1] for item in fetched if isinstance(item, tuple))
            mail = message_from_bytes(raw, policy=policy.default)
            if is_delivery_report(mail):
                subscribers.difference_update(failed_recipients(mail))
                client.store(number, "+FLAGS", r"(\Seen)")


@contextmanager
def logged_in(imap_url: str) -> Iterator[imaplib.IMAP4]:
    server = urlsplit(imap_url)
    client = imaplib.IMAP4(server.hostname or "", server.port or 143)
    try:
        client.login(unquote(server.username or ""), unquote(server.password or ""))
        yield client
        client.logout()
    finally:
        with suppress(OSError):  # it is closed already
            client.shutdown()


def is_delivery_report(mail: EmailMessage) -> bool:
    return (
        mail.get_content_type() == "multipart/report"
        and mail.get_param("report-type") == "delivery-status"
    )


def failed_recipients(report: EmailMessage) -> Iterator[str]:
    for part in report.walk():
        if part.get_content_type() == "message/delivery-status":
            # One group of fields is about the message, each other about a recipient.
            for fields in part.iter_parts():
                if is_failure(fields):
                    yield recipient(fields)


def is_failure(fields: Message) -> bool:
    action, status = fields.get("Action", ""), fields.get("Status", "")
    return action.strip().lower() == "failed" and status.startswith("5")


def recipient(fields: Message) -> str:
    address = fields["Original-Recipient"] or fields["Final-Recipient"]
    return str(address).partition(";")[2].strip().lower()


REPORT = """\
From: Mail Delivery System <mailer-daemon@mx.example.test>
To: news-bounces@example.test
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="part"

--part
Content-Type: text/plain

This is the mail system. I am sorry.

--part
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.test
Arrival-Date: Sun, 22 Nov 2026 10:00:00 +0000

{recipients}

--part
Content-Type: text/rfc822-headers

From: news@example.test
Subject: Newsletter 7

--part--
"""
FAILED = "Final-Recipient: rfc822; {0}\nAction: failed\nStatus: 5.1.1\n"
DELAYED = "Final-Recipient: rfc822; {0}\nAction: delayed\nStatus: 4.2.2\n"
FORWARDED = "Original-Recipient: rfc822; {0}\n" + FAILED.format("elsewhere@example.org")


def report(*recipients: str) -> bytes:
    return REPORT.format(recipients="\n".join(recipients)).replace("\n", "\r\n").encode()


@pytest.fixture
def bounces(fakemail: FakeMail) -> AccountHandle:
    return fakemail.account("news-bounces@example.test")


@pytest.fixture
def url(fakemail: FakeMail, bounces: AccountHandle) -> str:
    return fakemail.imap.url_for(bounces)


@pytest.fixture
def subscribers() -> set[str]:
    return {"ann@example.test", "bob@example.test", "eve@example.test"}


def test_an_address_that_failed_is_closed(
    bounces: AccountHandle, url: str, subscribers: set[str]
) -> None:
    bounces.inbox.deliver(report(FAILED.format("Ann@Example.test")))

    process_bounces(url, subscribers)

    assert subscribers == {"bob@example.test", "eve@example.test"}
    bounces.inbox.assert_count(1, seen=True)


def test_a_delay_closes_nothing(bounces: AccountHandle, url: str, subscribers: set[str]) -> None:
    bounces.inbox.deliver(report(DELAYED.format("ann@example.test")))

    process_bounces(url, subscribers)

    assert len(subscribers) == 3


def test_one_report_may_tell_of_several(
    bounces: AccountHandle, url: str, subscribers: set[str]
) -> None:
    several = [
        FAILED.format("ann@example.test"),
        DELAYED.format("bob@example.test"),
        FORWARDED.format("eve@example.test"),
    ]
    bounces.inbox.deliver(report(*several))

    process_bounces(url, subscribers)

    assert subscribers == {"bob@example.test"}


def test_a_letter_is_left_to_a_human(
    bounces: AccountHandle, url: str, subscribers: set[str]
) -> None:
    bounces.inbox.deliver(subject="Out of office", text="Status: 5.1.1")

    process_bounces(url, subscribers)

    bounces.inbox.assert_one(subject="Out of office", seen=False)
    assert len(subscribers) == 3


def test_a_report_is_not_lost_with_the_connection(
    fakemail: FakeMail, bounces: AccountHandle, url: str, subscribers: set[str]
) -> None:
    bounces.inbox.deliver_many([report(FAILED.format(name)) for name in sorted(subscribers)])
    fakemail.imap.when("FETCH", nth=2).drop(in_literal=200)
    with pytest.raises(imaplib.IMAP4.abort):
        process_bounces(url, subscribers)
    bounces.inbox.assert_count(1, seen=True)

    process_bounces(url, subscribers)

    assert subscribers == set()
