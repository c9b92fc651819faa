r"""The copy of what a user sent, in a mailbox of his with ``\Sent`` (RFC 6154 §2)."""

from collections.abc import Container
from typing import TYPE_CHECKING

from pytest_fakemail.store.account import Account
from pytest_fakemail.store.flags import SEEN
from pytest_fakemail.store.special_uses import SENT

if TYPE_CHECKING:
    from pytest_fakemail.store.delivery import Delivery


def keep_sent(delivery: "Delivery", account: Account | None, addressed: Container[Account]) -> None:
    r"""Put what a user sent into the first of his mailboxes with ``\Sent``, seen.

    With labels, what he sent to himself is one message.
    """
    if account is None:
        return
    tree, inbox, forwarding = account.mailboxes, account.inbox, account.forwarding
    is_received = account in addressed and (forwarding is None or forwarding.keeps_copy)
    for mailbox in map(tree.__getitem__, tree):
        if SENT in mailbox.attributes:
            if is_received and inbox.labels_of is not None:
                inbox.copy(inbox.messages[-1:], mailbox)
            else:
                date = delivery.received_at
                mailbox.append(delivery.raw, flags=[SEEN], internal_date=date)
            return
