"""What outbox and mailboxes hold, as far as two runs of an action can be compared by it.

What was sent is known by its recipients, each counted.  A message that was there before is known
wherever it is, for a copy of it shares its octets; one that a client has put into a mailbox is
known by the mailbox and by whom it is addressed to.  Not looked at is what the test delivers into a
mailbox while the action runs, and what servers wrote themselves: whether a mail came back depends
on where it was going, not on who sent it.
"""

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from pytest_fakemail.dataclass import dataclass, field
from pytest_fakemail.mime.mail import Mail
from pytest_fakemail.store.hierarchy import INBOX
from pytest_fakemail.store.message import Message
from pytest_fakemail.store.store import Store


class Place(NamedTuple):
    """A mailbox of an account."""

    account: str
    mailbox: str

    def __str__(self) -> str:
        return f"{self.mailbox} of {self.account}"


Copies = Counter[tuple[Place, frozenset[str]]]
"""Where a message is, with which flags, so many times."""


@dataclass(slots=True)
class World:
    """What there is.

    `sent` counts the recipients of the mail that SMTP took, `copies` are of the messages that
    were there before, by number, `added` counts what clients have put into mailboxes.
    """

    sent: Counter[str] = field(default_factory=Counter)
    copies: dict[int, Copies] = field(default_factory=dict)
    subjects: dict[int, str] = field(default_factory=dict)
    added: Counter[tuple[Place, tuple[str, ...]]] = field(default_factory=Counter)


def observed(store: Store, beginning: World | None = None, taken: int = 0) -> World:
    """Look at a store.

    Args:
        store: with nobody connected.
        beginning: how it was before the action; all is old if none is given.
        taken: how many deliveries there were before the action.
    """
    world = World()
    with store.lock:
        deliveries = store.deliveries[taken:]
        for delivery in deliveries:
            world.sent.update(str(recipient).lower() for recipient in delivery.recipients)
        raws = [delivery.raw for delivery in deliveries]
        for place, message in _messages(store):
            content = message.content
            if beginning is None:
                world.subjects[content.number] = Mail(content.raw).subject
            if beginning is None or content.number in beginning.copies:
                copies = world.copies.setdefault(content.number, Counter())
                copies[place, message.flags] += 1
            elif content.number in store.posted or content.number in (store.seeded or ()):
                continue
            elif place.mailbox != INBOX or not any(content.raw.endswith(raw) for raw in raws):
                world.added[place, _addressed(content.raw)] += 1
    return world


def _messages(store: Store) -> Iterator[tuple[Place, Message]]:
    for account in store.holders:
        for name in account.mailboxes:
            for message in account.mailboxes[name].messages:
                yield Place(account.name, name), message


def _addressed(raw: bytes) -> tuple[str, ...]:
    headers = Mail(raw).headers
    named = {one.lower() for field in ("To", "Cc", "Bcc") for one in headers.addresses(field)}
    return tuple(sorted(named))
