"""A newsletter sender that looked right, the bug that a sweep finds in it, and the one mended.

Both know a mail again by its Message-ID, in the archive to which a blind copy of each mail goes,
and send no mail that is there already; so a lost acknowledgement doubles nothing.  The first one
passes every test that its author had thought of.
"""

import imaplib
import smtplib
from dataclasses import dataclass
from email.message import EmailMessage

import pytest

from pytest_fakemail import FakeMail, UnmetExpectation

ARCHIVE = "archive@example.test"
TROUBLE = (OSError, smtplib.SMTPException, imaplib.IMAP4.error)


def compose(reader: str) -> EmailMessage:
    """Return the newsletter for a reader, with the Message-ID by which it is known again."""
    mail = EmailMessage()
    mail["From"] = "news@example.test"
    mail["To"] = reader
    mail["Subject"] = "Newsletter 7"
    mail["Message-ID"] = f"<7.{reader.replace('@', '.at.')}@news.example.test>"
    mail.set_content("All the news that fits.")
    return mail


@dataclass
class HastySender:
    """Send a newsletter to a reader, once."""

    smtp: tuple[str, int]
    imap: tuple[str, int]

    def send(self, reader: str) -> bool:
        """Return whether the reader has got it; try five times."""
        mail = compose(reader)
        for _ in range(5):
            try:
                if not self.was_sent(mail):
                    self.submit(mail)
            except TROUBLE:
                continue  # was it taken?  The archive knows.
            return True
        return False

    def was_sent(self, mail: EmailMessage) -> bool:
        """Look for the mail in the archive."""
        with imaplib.IMAP4(*self.imap, timeout=10) as client:
            client.login(ARCHIVE, "paper")
            client.select("INBOX", readonly=True)
            _, [found] = client.search(None, "HEADER", "Message-ID", f'"{mail["Message-ID"]}"')
            return bool(found)

    def submit(self, mail: EmailMessage) -> None:
        """Hand the mail to the server."""
        with smtplib.SMTP(*self.smtp, timeout=10) as client:
            client.send_message(mail, to_addrs=[mail["To"], ARCHIVE])


class CarefulSender(HastySender):
    """The same, with a look at every answer."""

    def was_sent(self, mail: EmailMessage) -> bool:
        """Look for the mail in the archive; a refused search has found nothing out."""
        with imaplib.IMAP4(*self.imap, timeout=10) as client:
            client.login(ARCHIVE, "paper")
            client.select("INBOX", readonly=True)
            status, [found] = client.search(None, "HEADER", "Message-ID", f'"{mail["Message-ID"]}"')
            if status != "OK":
                raise imaplib.IMAP4.error(found)
            return bool(found)

    def submit(self, mail: EmailMessage) -> None:
        """Hand the mail to the server for both recipients, or for none of them."""
        client = smtplib.SMTP(*self.smtp, timeout=10)
        try:
            client.ehlo_or_helo_if_needed()
            client.mail("news@example.test")
            for recipient in (mail["To"], ARCHIVE):
                code, text = client.rcpt(recipient)
                if code != 250:
                    raise smtplib.SMTPResponseException(code, text)
            code, text = client.data(mail.as_bytes())
            if code != 250:
                raise smtplib.SMTPResponseException(code, text)
        finally:
            client.close()


@pytest.fixture
def addresses(fakemail: FakeMail) -> tuple[tuple[str, int], tuple[str, int]]:
    fakemail.account(ARCHIVE, password="paper")
    return fakemail.smtp.address, fakemail.imap.address


Addresses = tuple[tuple[str, int], tuple[str, int]]


def test_the_hasty_one_doubles_nothing(fakemail: FakeMail, addresses: Addresses) -> None:
    fakemail.smtp.when("end-of-data", nth=1).lose_reply()
    assert HastySender(*addresses).send("ann@example.test")
    fakemail.outbox.one()


def test_the_sweep_finds_what_the_hasty_one_does_not_look_at(
    fakemail: FakeMail, addresses: Addresses
) -> None:
    result = fakemail.sweep(lambda: HastySender(*addresses).send("ann@example.test"), only="refuse")

    result.assert_nothing_doubled()
    with pytest.raises(UnmetExpectation, match=r"no mail to ann@example\.test"):
        result.assert_nothing_lost()
    unseen = [(row.step.split()[0], row.fault) for row in result.rows if not row.is_fine]
    assert unseen == [
        ("SEARCH", "refuse NO"),  # its text is taken for message numbers: "was sent"
        ("RCPT", "refuse 450"),  # one recipient of two: smtplib returns it, and raises nothing
        ("RCPT", "refuse 550"),
        ("RCPT", "refuse 450"),
        ("RCPT", "refuse 550"),
    ]


def test_the_careful_one_is_right_at_every_step(fakemail: FakeMail, addresses: Addresses) -> None:
    result = fakemail.sweep(lambda: CarefulSender(*addresses).send("ann@example.test"))
    result.assert_fine()
