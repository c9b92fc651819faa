"""What a FakeMail holds, as a report shows it."""

from collections.abc import Iterator

from pytest_fakemail.asserts.account import AccountHandle
from pytest_fakemail.asserts.mailbox import MailboxHandle
from pytest_fakemail.asserts.queue import described
from pytest_fakemail.fakemail import FakeMail


def mailboxes(one: FakeMail) -> Iterator[tuple[str, MailboxHandle]]:
    """Yield every mailbox with the name of whose it is, and last those of nobody."""
    for account in one.store.holders:
        for mailbox in AccountHandle(account, one.store).mailboxes.values():
            yield account.name, mailbox


def queued(one: FakeMail) -> list[str]:
    """Return a line for each item that waits to be sent on, or waited at the end."""
    items = one._queued()  # noqa: SLF001  (our own; `queue` would open one)
    return [f"queue[{place}]  {described(item)}" for place, item in enumerate(items)]
