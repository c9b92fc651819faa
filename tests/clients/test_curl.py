"""curl reads and writes mail by URL and by raw command."""

from pathlib import Path

import pytest
from clients.installed import needs
from clients.readers import curl
from clients.test_reading import MAILS
from clients.visit import Visit

from pytest_fakemail import FakeMail, MailboxHandle

pytestmark = needs("curl")


@pytest.fixture
def visit(fakemail: FakeMail, tmp_path: Path) -> Visit:
    return Visit(fakemail, "implicit", None, tmp_path)


@pytest.fixture
def inbox(fakemail: FakeMail) -> MailboxHandle:
    inbox = fakemail.account().inbox
    inbox.deliver_many(MAILS)
    return inbox


@pytest.mark.usefixtures("inbox")
def test_imap_sections_and_uids(visit: Visit) -> None:
    part = curl(visit, "imap", "INBOX;UID=2;SECTION=2")
    assert part == b"JVBERi0="
    assert curl(visit, "imap", "INBOX;MAILINDEX=1;SECTION=HEADER.FIELDS%20(SUBJECT)") == (
        b"Subject: Mail 1\r\n\r\n"
    )
    assert curl(visit, "imap", "INBOX?SUBJECT%20%22Mail%202%22") == b"* SEARCH 2\r\n"


def test_imap_lists_and_examines(visit: Visit, inbox: MailboxHandle) -> None:
    assert b'* LIST (\\HasNoChildren) "/" INBOX\r\n' in curl(visit, "imap", "")
    answer = curl(visit, "imap", "", "--request", "STATUS INBOX (MESSAGES UIDNEXT SIZE)")
    size = sum(len(message.raw) for message in inbox)
    assert answer == b"* STATUS INBOX (MESSAGES 2 UIDNEXT 3 SIZE %d)\r\n" % size


def test_imap_stores_and_expunges(visit: Visit, inbox: MailboxHandle) -> None:
    curl(visit, "imap", "INBOX", "--request", "STORE 1 +Flags \\Deleted")
    inbox.assert_flags(1, "deleted")
    curl(visit, "imap", "INBOX", "--request", "EXPUNGE")
    inbox.assert_count(1)
    inbox.assert_one(subject="Mail 2")


def test_imap_uploads(visit: Visit) -> None:
    mail = visit.home / "mail.eml"
    mail.write_bytes(MAILS[0])
    curl(visit, "imap", "Drafts", "--upload-file", str(mail))
    [draft] = visit.fakemail.account().mailbox("Drafts").messages
    assert draft.raw == MAILS[0]


def test_pop3_commands(visit: Visit, inbox: MailboxHandle) -> None:
    uids = curl(visit, "pop3", "", "--request", "UIDL")
    assert [line.split()[0] for line in uids.splitlines()] == [b"1", b"2"]
    top = curl(visit, "pop3", "", "--request", "TOP 1 0")
    assert top == MAILS[0].partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
    curl(visit, "pop3", "1", "--request", "DELE", "--head")
    inbox.assert_count(1)
    inbox.assert_one(subject="Mail 2")
