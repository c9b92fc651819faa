"""Clients meet Gmail's labels: each by what it has for them, and one that knows nothing of them."""

import imaplib
from collections.abc import Iterator
from pathlib import Path

import imap_tools
import imapclient
import pytest
from clients.installed import needs
from clients.programs import TIMEOUT
from clients.readers import imapflow
from clients.visit import Visit

from pytest_fakemail import AccountHandle, FakeMail

ALL, TRASH = "[Gmail]/All Mail", "[Gmail]/Trash"


@pytest.fixture
def gmail(fakemail: FakeMail) -> FakeMail:
    fakemail.pretend_to_be("gmail")
    return fakemail


@pytest.fixture
def account(gmail: FakeMail) -> AccountHandle:
    account = gmail.account()
    account.inbox.deliver_many([{"subject": "keep"}, {"subject": "file"}, {"subject": "spam"}])
    return account


@pytest.fixture
def client(gmail: FakeMail, account: AccountHandle) -> Iterator[imapclient.IMAPClient]:
    with imapclient.IMAPClient(*gmail.imap.address, ssl=False, timeout=TIMEOUT) as client:
        client.login(account.user, account.password)
        client.select_folder("INBOX")
        yield client


def test_imapclient_gets_adds_sets_and_removes_labels(
    client: imapclient.IMAPClient, account: AccountHandle
) -> None:
    assert client.get_gmail_labels([1, 2]) == {1: [], 2: []}
    assert client.add_gmail_labels([2], ["Größe", "\\Starred"]) == {2: ["\\Starred", "Größe"]}
    assert client.remove_gmail_labels([2], ["\\Starred"]) == {2: ["Größe"]}
    assert client.set_gmail_labels([2], ["Other"]) == {2: ["Other"]}
    assert client.gmail_search("label:other") == [2]
    assert account.inbox.message(2).labels == {"\\Inbox", "Other"}
    client.add_gmail_labels([3], ["\\Trash"], silent=True)
    client.noop()
    assert client.search() == [1, 2]
    account.mailbox(TRASH).assert_one(subject="spam", labels="trash")
    assert client.find_special_folder(b"\\Sent") == "[Gmail]/Sent Mail"


def test_imapclients_of_two_sessions_know_what_the_other_does(
    client: imapclient.IMAPClient, gmail: FakeMail, account: AccountHandle
) -> None:
    with imapclient.IMAPClient(*gmail.imap.address, ssl=False, timeout=TIMEOUT) as other:
        other.login(account.user, account.password)
        other.select_folder(ALL)
        client.add_flags([1], [imapclient.SEEN])
        client.move([3], TRASH)
        _, news = other.noop()
    assert (3, b"EXPUNGE") in news
    assert (1, b"FETCH", (b"FLAGS", (b"\\Seen",))) in [
        (one[0], one[1], (one[2][0], tuple(f for f in one[2][1] if f != b"\\Recent")))
        for one in news
        if len(one) > 2
    ]


def test_imap_tools_moves_and_deletes(gmail: FakeMail, account: AccountHandle) -> None:
    unencrypted = imap_tools.MailBoxUnencrypted(*gmail.imap.address)
    with unencrypted.login(account.user, account.password) as box:
        box.folder.create("Work")
        box.move("2", "Work")
        box.delete("3")
        box.folder.set(ALL)
        subjects = [message.subject for message in box.fetch(mark_seen=False)]
    assert subjects == ["keep", "file", "spam"]
    assert [one.subject for one in account.inbox] == ["keep"]
    account.mailbox(ALL).assert_one(subject="spam", labels=[])
    account.mailbox("Work").assert_one(subject="file", labels=["Work"])


def test_imaplib_deletes_by_way_of_trash(gmail: FakeMail, account: AccountHandle) -> None:
    with imaplib.IMAP4(*gmail.imap.address, timeout=TIMEOUT) as client:
        client.login(account.user, account.password)
        client.select("INBOX")
        client.uid("COPY", "3", f'"{TRASH}"')
        client.select(f'"{TRASH}"')
        client.store("1", "+FLAGS", r"(\Deleted)")
        assert client.expunge()[0] == "OK"
        assert client.status(f'"{ALL}"', "(MESSAGES)")[1] == [b'"[Gmail]/All Mail" (MESSAGES 2)']
    assert len(account.mailbox(TRASH)) == 0


@needs("node:imapflow")
def test_imapflow_labels(gmail: FakeMail, account: AccountHandle, tmp_path: Path) -> None:
    done = imapflow(Visit(gmail, "starttls", None, tmp_path), "label")
    first, labelled, kept = done["seen"]
    assert first["labels"] == []
    assert sorted(labelled["labels"]) == ["Work", "\\Starred"]
    assert sorted(kept["labels"]) == ["Work", "\\Starred"]
    assert first["emailId"] == labelled["emailId"] == kept["emailId"] == first["threadId"]
    assert "\\Flagged" in kept["flags"]
    assert (done["all"], done["found"], done["moved"]) == (ALL, [1], [[1, 1]])
    account.mailbox("Work").assert_one(subject="keep", labels=["Work", "starred"])
