"""Gmail's daily limit at DATA, Microsoft's 432 for one connection too many: a queue copes."""

import smtplib

import pytest

from pytest_fakemail import Failure, FakeMail
from pytest_fakemail.providers import gmail, m365, ses


class Queue:
    """The app under test: keeps what can be tried again, and gives up what cannot."""

    def __init__(self, host: str, port: int) -> None:
        self.address = host, port
        self.waiting: list[str] = []
        self.given_up: list[str] = []

    def send(self, recipient: str) -> None:
        """Send a mail, or put its recipient where it belongs."""
        try:
            with smtplib.SMTP(*self.address, timeout=10) as server:
                server.sendmail("shop@example.test", recipient, "Subject: Hi\r\n\r\nHi")
        except smtplib.SMTPRecipientsRefused as refused:
            self._put(recipient, next(iter(refused.recipients.values()))[0])
        except smtplib.SMTPResponseException as refusal:
            self._put(recipient, refusal.smtp_code)

    def _put(self, recipient: str, code: int) -> None:
        (self.waiting if code < 500 else self.given_up).append(recipient)


@pytest.fixture
def queue(fakemail: FakeMail) -> Queue:
    return Queue(fakemail.smtp.host, fakemail.smtp.port)


def test_daily_limit_of_gmail_is_final(fakemail: FakeMail, queue: Queue) -> None:
    fakemail.smtp.fail(gmail.DAILY_LIMIT)
    queue.send("ann@example.test")
    assert (queue.waiting, queue.given_up) == ([], ["ann@example.test"])


def test_fourth_connection_to_microsoft_waits(fakemail: FakeMail, queue: Queue) -> None:
    fakemail.smtp.fail(m365.TOO_MANY_CONNECTIONS).once()
    queue.send("ann@example.test")
    assert queue.waiting == ["ann@example.test"]
    queue.send("ann@example.test")
    assert fakemail.outbox.one(to="ann@example.test")


AT_MESSAGES = [one for one in ses.failures(retry="transient") if one.belongs_at("end-of-data")]


@pytest.mark.parametrize("failure", AT_MESSAGES)
def test_what_passes_is_tried_again(fakemail: FakeMail, queue: Queue, failure: Failure) -> None:
    fakemail.smtp.fail(failure).once()
    queue.send("ann@example.test")
    assert queue.waiting == ["ann@example.test"]
