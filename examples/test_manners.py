"""A ticket reader that works and has bad manners, what they are, and the one that was brought up.

Both make a ticket of each new mail.  Every test of what they find is green for both: only the
servers see that the first one marks mail as read that it has not handled, hangs up without a word,
and sends the password for all to read.
"""

import imaplib
import ssl
from collections.abc import Sequence
from email import message_from_bytes, policy

import pytest

from pytest_fakemail import AccountHandle, FakeMail


class RudeReader:
    """Fetches what is unread, any old how."""

    def __init__(self, address: tuple[str, int], account: AccountHandle) -> None:
        self.address, self.account = address, account

    def connect(self) -> imaplib.IMAP4:
        """Return a client that has logged in."""
        client = imaplib.IMAP4(*self.address)
        client.login(self.account.user, self.account.password)
        return client

    def new_tickets(self) -> list[str]:
        """Return the subjects of the new mails."""
        client = self.connect()
        client.select("INBOX")
        _, [numbers] = client.search(None, "UNSEEN")
        tickets = [self.ticket(client, number) for number in numbers.decode().split()]
        client.shutdown()
        return tickets

    def ticket(self, client: imaplib.IMAP4, number: str) -> str:
        """Return the subject of a mail; that marks it as read."""
        _, data = client.fetch(number, "(BODY[HEADER])")
        return subject_of(data)


class PoliteReader(RudeReader):
    """The same; says goodbye, and marks a mail as read when its ticket is made."""

    def connect(self) -> imaplib.IMAP4:
        """Return a client that has logged in where nobody reads along."""
        client = imaplib.IMAP4(*self.address)
        client.starttls(ssl.create_default_context())
        client.login(self.account.user, self.account.password)
        return client

    def new_tickets(self) -> list[str]:
        """Return the subjects of the new mails."""
        with self.connect() as client:  # which says LOGOUT
            client.select("INBOX")
            _, [numbers] = client.search(None, "UNSEEN")
            return [self.ticket(client, number) for number in numbers.decode().split()]

    def ticket(self, client: imaplib.IMAP4, number: str) -> str:
        """Return the subject of a mail, and mark it when that is done."""
        _, data = client.fetch(number, "(BODY.PEEK[HEADER])")
        subject = subject_of(data)
        client.store(number, "+FLAGS", r"(\Seen)")
        return subject


def subject_of(data: Sequence[object]) -> str:
    raw = next(item[1] for item in data if isinstance(item, tuple))
    return str(message_from_bytes(raw, policy=policy.default)["Subject"])


@pytest.fixture
def desk(fakemail: FakeMail) -> AccountHandle:
    account = fakemail.account("desk@example.test", password="s3cret")
    account.inbox.deliver(subject="The printer is on fire")
    return account


@pytest.mark.usefixtures("fakemail_trust")
@pytest.mark.parametrize("kind", [RudeReader, PoliteReader])
def test_both_find_the_new_mail(
    fakemail: FakeMail, desk: AccountHandle, kind: type[RudeReader]
) -> None:
    reader = kind(fakemail.imap.address, desk)
    assert reader.new_tickets() == ["The printer is on fire"]
    assert reader.new_tickets() == []


def test_what_the_rude_one_does(fakemail: FakeMail, desk: AccountHandle) -> None:
    RudeReader(fakemail.imap.address, desk).new_tickets()

    found = {one.name: one.source for one in fakemail.conduct()}
    assert found == {
        "login-in-the-clear": "RFC 4616 §1, RFC 9051 §6.2.3",
        "fetch-without-peek": "RFC 9051 §6.4.5",
        "no-quit": "RFC 9051 §3.4",
    }
    with pytest.raises(AssertionError, match="3 findings: login-in-the-clear, "):
        fakemail.assert_well_behaved()


@pytest.mark.usefixtures("fakemail_trust")
def test_the_polite_one_does_nothing_of_the_kind(fakemail: FakeMail, desk: AccountHandle) -> None:
    PoliteReader(fakemail.imap.address, desk).new_tickets()
    fakemail.assert_well_behaved()
