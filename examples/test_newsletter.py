"""A newsletter sender that neither loses nor doubles a mail when an acknowledgement is lost.

When the connection breaks after the end of the data, the sender cannot know whether the
server took the mail.  This one asks: it keeps its own Message-ID for each reader and looks
into the archive mailbox, to which every mail is copied, before it sends again.
"""

import imaplib
import smtplib
from collections.abc import Iterable
from dataclasses import dataclass
from email.message import EmailMessage

import pytest

from pytest_fakemail import FakeMail

ARCHIVE = "archive@example.test"


@dataclass
class Sender:
    """Send one issue of a newsletter to each reader, once."""

    smtp: tuple[str, int]
    imap: tuple[str, int]
    password: str

    def send(self, issue: int, readers: Iterable[str]) -> None:
        """Send an issue to each reader who has not got it yet."""
        for reader in readers:
            mail = self.compose(issue, reader)
            while not self.was_sent(mail):
                try:
                    self.submit(mail)
                except (OSError, smtplib.SMTPException):
                    continue  # was it taken?  The archive knows.
                break

    @staticmethod
    def compose(issue: int, reader: str) -> EmailMessage:
        """Return the mail, with the Message-ID by which it is known again."""
        mail = EmailMessage()
        mail["From"] = "news@example.test"
        mail["To"] = reader
        mail["Bcc"] = ARCHIVE
        mail["Subject"] = f"Newsletter {issue}"
        mail["Message-ID"] = f"<{issue}.{reader.replace('@', '.at.')}@news.example.test>"
        mail.set_content("All the news that fits.")
        return mail

    def submit(self, mail: EmailMessage) -> None:
        """Hand the mail to the server."""
        with smtplib.SMTP(*self.smtp) as client:
            client.send_message(mail)

    def was_sent(self, mail: EmailMessage) -> bool:
        """Look for the mail in the archive."""
        with imaplib.IMAP4(*self.imap) as client:
            client.login(ARCHIVE, self.password)
            client.select("INBOX", readonly=True)
            _, [found] = client.search(None, "HEADER", "Message-ID", f'"{mail["Message-ID"]}"')
            return bool(found)


READERS = ["ann@example.test", "bob@example.test", "eve@example.test"]


@pytest.fixture
def sender(fakemail: FakeMail) -> Sender:
    fakemail.account(ARCHIVE, password="paper")
    return Sender(fakemail.smtp.address, fakemail.imap.address, "paper")


def readers_reached(fakemail: FakeMail) -> list[str]:
    return [mail.to[0] for mail in fakemail.outbox]


def test_every_reader_gets_one(fakemail: FakeMail, sender: Sender) -> None:
    sender.send(7, READERS)
    assert readers_reached(fakemail) == READERS
    for mail in fakemail.outbox:
        mail.assert_bcc_hidden()


def test_a_lost_acknowledgement_doubles_nothing(fakemail: FakeMail, sender: Sender) -> None:
    fakemail.smtp.when("end-of-data", to="bob@example.test").lose_reply().once()
    sender.send(7, READERS)
    assert readers_reached(fakemail) == READERS


def test_a_mail_that_was_not_taken_is_sent_again(fakemail: FakeMail, sender: Sender) -> None:
    fakemail.smtp.when("end-of-data", to="bob@example.test").close().once()
    sender.send(7, READERS)
    assert readers_reached(fakemail) == READERS
