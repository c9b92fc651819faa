"""Gmail keeps a message once and shows it by its labels: readers that know it, and that do not."""

from collections.abc import Iterator

import pytest
from imapclient import IMAPClient

from pytest_fakemail import FakeMail
from pytest_fakemail.asserts.account import AccountHandle

pytestmark = pytest.mark.fakemail(gmail_labels=True)
ALL, TRASH = "[Gmail]/All Mail", "[Gmail]/Trash"


def count_unread(client: IMAPClient) -> int:
    """Count what was not read, over all mailboxes: as an app does it that knows no labels."""
    total = 0
    for _, _, name in client.list_folders():
        if name != "[Gmail]":
            total += client.folder_status(name, ["UNSEEN"])[b"UNSEEN"]
    return total


def count_unread_once(client: IMAPClient) -> int:
    """Count them where each is once."""
    everything = client.find_special_folder(b"\\All")
    return int(client.folder_status(everything, ["UNSEEN"])[b"UNSEEN"])


def delete(client: IMAPClient, uid: int) -> None:
    r"""Delete a message as on any server, which at Gmail only takes it out of the INBOX."""
    client.select_folder("INBOX")
    client.delete_messages([uid])
    client.expunge()


def delete_for_ever(client: IMAPClient, uid: int) -> None:
    """Delete a message by way of Trash, and what is there already."""
    client.select_folder("INBOX")
    client.copy([uid], TRASH)
    client.select_folder(TRASH)
    client.delete_messages(client.search())


@pytest.fixture
def account(fakemail: FakeMail) -> AccountHandle:
    account = fakemail.account("ann@gmail.test")
    account.inbox.deliver(subject="Invoice 42")
    account.inbox.deliver(subject="Invoice 43")
    return account


@pytest.fixture
def client(fakemail: FakeMail, account: AccountHandle) -> Iterator[IMAPClient]:
    with IMAPClient(*fakemail.imap.address, ssl=False) as client:
        client.login(account.user, account.password)
        yield client


def test_one_message_counts_in_each_mailbox(client: IMAPClient) -> None:
    assert count_unread(client) == 4
    assert count_unread_once(client) == 2


def test_deleted_mail_is_still_in_all_mail(account: AccountHandle, client: IMAPClient) -> None:
    delete(client, 1)
    account.inbox.assert_none(subject="Invoice 42")
    assert account.mailbox(ALL).assert_one(subject="Invoice 42").labels == set()


def test_trash_is_the_way_out(account: AccountHandle, client: IMAPClient) -> None:
    delete_for_ever(client, 1)
    account.mailbox(ALL).assert_none(subject="Invoice 42")
    account.mailbox(TRASH).assert_none()
    assert len(account.mailbox(ALL)) == 1


def test_an_invoice_gets_labels(account: AccountHandle, client: IMAPClient) -> None:
    client.select_folder("INBOX")
    client.add_gmail_labels([1], ["Invoices", "\\Starred"])
    client.remove_gmail_labels([1], ["\\Inbox"])
    account.mailbox("Invoices").assert_one(labels=["Invoices", "\\Starred"])
