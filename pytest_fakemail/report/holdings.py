"""What a FakeMail holds, as a report shows it."""

from collections.abc import Iterator

from pytest_fakemail.asserts.account import AccountHandle
from pytest_fakemail.asserts.mailbox import MailboxHandle
from pytest_fakemail.fakemail import FakeMail


def mailboxes(one: FakeMail) -> Iterator[tuple[str, MailboxHandle]]:
    """Yield every mailbox with the name of whose it is, and last those of nobody."""
    for account in one.store.holders:
        for mailbox in AccountHandle(account, one.store).mailboxes.values():
            yield account.name, mailbox
