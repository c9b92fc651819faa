"""An invoice filer on imaplib: mail with a PDF is moved to the mailbox Invoices.

It remembers up to which UID it has looked, and begins anew when the server has numbered the
mailbox anew.  A mail counts as looked at once it is where it belongs, so that a run that was
cut short is simply repeated.
"""

import imaplib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email import message_from_bytes, policy
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from pytest_fakemail import AccountHandle, FakeMail

ATTEMPTS = 3
INVOICES = "Invoices"


class InvoiceFiler:
    """Files the invoices of one account, as often as it is run."""

    def __init__(self, imap_url: str) -> None:
        self.server = urlsplit(imap_url)
        self.uidvalidity = 0
        self.last_uid = 0

    def run(self) -> None:
        """File what came since the last run; a failure is tried again."""
        for attempt in range(1, ATTEMPTS + 1):
            try:
                with self.logged_in() as client:
                    self.file_new(client)
            except (imaplib.IMAP4.error, OSError):
                if attempt == ATTEMPTS:
                    raise
            else:
                return

    @contextmanager
    def logged_in(self) -> Iterator[imaplib.IMAP4]:
        """Give a connection, and close it in any case."""
        client = imaplib.IMAP4(self.server.hostname or "", self.server.port or 143)
        try:
            client.login(unquote(self.server.username or ""), unquote(self.server.password or ""))
            yield client
            client.logout()
        finally:
            with suppress(OSError):  # it is closed already
                client.shutdown()

    def file_new(self, client: imaplib.IMAP4) -> None:
        """Look at every mail that was not looked at yet."""
        client.create(INVOICES)  # NO, if it is there
        done(client.select("INBOX"))
        uidvalidity = int(client.response("UIDVALIDITY")[1][0])
        if uidvalidity != self.uidvalidity:
            self.uidvalidity, self.last_uid = uidvalidity, 0
        [found] = done(client.uid("SEARCH", f"UID {self.last_uid + 1}:*"))
        for uid in map(int, found.split()):
            if uid > self.last_uid:  # n:* has the last message in any case
                self.look_at(client, uid)
                self.last_uid = uid

    @staticmethod
    def look_at(client: imaplib.IMAP4, uid: int) -> None:
        """Move a mail to where it belongs."""
        fetched = done(client.uid("FETCH", str(uid), "(BODY.PEEK[])"))
        mails = [item[1] for item in fetched if isinstance(item, tuple)]
        if any(has_pdf(mail) for mail in mails):  # none, if it is gone in the meantime
            done(client.uid("STORE", str(uid), "+FLAGS", r"(\Seen)"))
            done(client.uid("MOVE", str(uid), INVOICES))


def done(answer: tuple[str, list[Any]]) -> list[Any]:
    """Return the data of a command that was answered OK."""
    status, data = answer
    if status != "OK":
        raise imaplib.IMAP4.error(f"{status} {data}")
    return data


def has_pdf(raw: bytes) -> bool:
    mail = message_from_bytes(raw, policy=policy.default)
    return any(part.get_content_type() == "application/pdf" for part in mail.walk())


PDF = {"invoice.pdf": b"%PDF-1.7 Please pay."}


@pytest.fixture
def shop(fakemail: FakeMail) -> AccountHandle:
    return fakemail.account("shop@example.test", password="s3cret/%")


@pytest.fixture
def filer(fakemail: FakeMail, shop: AccountHandle) -> InvoiceFiler:
    return InvoiceFiler(fakemail.imap.url_for(shop))


def test_invoices_are_filed(shop: AccountHandle, filer: InvoiceFiler) -> None:
    shop.inbox.deliver(subject="Invoice 7", attachments=PDF)

    filer.run()

    shop.inbox.assert_empty()
    shop.mailbox(INVOICES).assert_one(subject="Invoice 7", seen=True)


def test_other_mail_stays_as_it_is(shop: AccountHandle, filer: InvoiceFiler) -> None:
    shop.inbox.deliver(subject="Holiday", attachments={"beach.png": b"\x89PNG"})

    filer.run()

    shop.inbox.assert_one(subject="Holiday", seen=False)
    shop.mailbox(INVOICES).assert_empty()


def test_a_mail_is_looked_at_once(
    fakemail: FakeMail, shop: AccountHandle, filer: InvoiceFiler
) -> None:
    shop.inbox.deliver(subject="Holiday")
    filer.run()
    filer.run()
    assert len(fakemail.transcript.commands("FETCH")) == 1


def test_a_refusal_is_tried_again(
    fakemail: FakeMail, shop: AccountHandle, filer: InvoiceFiler
) -> None:
    shop.inbox.deliver(subject="Invoice 7", attachments=PDF)
    fakemail.imap.when("MOVE").no("[UNAVAILABLE] Try again").once()

    filer.run()

    shop.inbox.assert_empty()
    shop.mailbox(INVOICES).assert_one(subject="Invoice 7")


def test_a_connection_lost_in_the_middle_of_a_mail_loses_nothing(
    fakemail: FakeMail, shop: AccountHandle, filer: InvoiceFiler
) -> None:
    shop.inbox.deliver_many(
        [{"subject": f"Invoice {number}", "attachments": PDF} for number in (7, 8, 9)]
    )
    fakemail.imap.when("FETCH", uid=2).drop(in_literal=100).once()

    filer.run()

    shop.inbox.assert_empty()
    shop.mailbox(INVOICES).assert_count(3)


def test_an_answer_lost_doubles_nothing(
    fakemail: FakeMail, shop: AccountHandle, filer: InvoiceFiler
) -> None:
    shop.inbox.deliver(subject="Invoice 7", attachments=PDF)
    fakemail.imap.when("MOVE").lose_reply().once()  # it is moved, but nobody says so

    filer.run()

    shop.inbox.assert_empty()
    shop.mailbox(INVOICES).assert_one(subject="Invoice 7")


def test_a_mailbox_that_is_numbered_anew(shop: AccountHandle, filer: InvoiceFiler) -> None:
    shop.inbox.deliver_many([{"subject": "Holiday"}, {"subject": "Weather"}])
    filer.run()
    shop.inbox.expunge(subject="Weather")
    shop.inbox.deliver(subject="Invoice 7", attachments=PDF)
    shop.inbox.change_uidvalidity()  # the invoice is number 2 now, as the weather was

    filer.run()

    shop.mailbox(INVOICES).assert_one(subject="Invoice 7")


def test_it_gives_up_in_the_end(
    fakemail: FakeMail, shop: AccountHandle, filer: InvoiceFiler
) -> None:
    shop.inbox.deliver(subject="Invoice 7", attachments=PDF)
    refusal = fakemail.imap.when("LOGIN").no("[UNAVAILABLE] Try again")

    with pytest.raises(imaplib.IMAP4.error, match="UNAVAILABLE"):
        filer.run()

    assert refusal.fired == ATTEMPTS
    shop.inbox.assert_one(subject="Invoice 7", seen=False)
