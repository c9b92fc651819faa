r"""X-GM-EXT-1: Gmail's numbers of messages and threads, and its labels.

Gmail keeps a message once and shows it in every mailbox whose label it has: so do ours with
``settings.gmail_labels`` (`store.labels`).  Without, copies in several mailboxes share their
content; the labels of a message are the mailboxes that hold a copy of it, and setting a label
makes or removes a copy.  Either way that of the selected mailbox is not listed, as with Gmail,
and ``\Starred`` is the flag ``\Flagged``.
"""

from collections.abc import Callable, Sequence

from pytest_fakemail.imap.client import Client
from pytest_fakemail.imap.grammar.store import Operation
from pytest_fakemail.store.flags import FLAGGED
from pytest_fakemail.store.impossible import Impossible
from pytest_fakemail.store.label_names import ALL, STARRED, label
from pytest_fakemail.store.mailbox import Mailbox
from pytest_fakemail.store.message import Message

# Gmail's numbers look like this; clients keep them in 64 bits.
_FIRST_NUMBER = 1_500_000_000_000_000_000


def message_number(message: Message) -> int:
    """Return X-GM-MSGID, the same for all copies."""
    return _FIRST_NUMBER + message.content.number


def thread_number(message: Message) -> int:
    """Return X-GM-THRID, the same for all messages of a thread."""
    name = message.thread_id.removeprefix("T")
    is_hash = len(name) == 16  # noqa: PLR2004 (the hexadecimal digits of a thread's hash)
    return int(name, 16) >> 1 if is_hash else _FIRST_NUMBER + int(name)


def labels(client: Client) -> Callable[[Message], list[str]]:
    """Return what tells the labels of a message, as things are now."""
    tree = client.owner.mailboxes
    selected = client.selected.mailbox
    labels_of_all = selected.labels_of
    if labels_of_all is not None:
        own = label(selected)
        return lambda message: [one for one in labels_of_all(message) if one != own]
    holders: dict[int, list[str]] = {}
    for mailbox in (tree[name] for name in tree):
        if mailbox is not selected:
            for number in {message.content.number for message in mailbox.messages}:
                holders.setdefault(number, []).append(label(mailbox))

    def labels_of(message: Message) -> list[str]:
        starred = [STARRED] if FLAGGED in message.flags else []
        return starred + holders.get(message.content.number, [])

    return labels_of


def change_labels(
    client: Client, messages: Sequence[Message], operation: Operation, wanted: Sequence[str]
) -> None:
    """Do what STORE X-GM-LABELS says; a label that is new gets a mailbox, as with Gmail.

    Raises:
        Impossible: a label whose mailbox cannot be.
    """
    view = client.selected
    present = [message for message in messages if not message.is_expunged]
    if operation is Operation.REPLACE:
        labels_of = labels(client)
        kept = {name.lower() for name in wanted}
        for message in present:
            surplus = [name for name in labels_of(message) if name.lower() not in kept]
            change_labels(client, [message], Operation.REMOVE, surplus)
    for name in wanted:
        if name.lower() == STARRED.lower():
            change = view.mailbox.remove_flags
            if operation is not Operation.REMOVE:
                change = view.mailbox.add_flags
            change(present, [FLAGGED])
        elif operation is Operation.REMOVE:
            _remove(client, present, name)
        else:
            _add(client, present, name)


def _labelled(client: Client, name: str) -> Mailbox | None:
    tree = client.owner.mailboxes
    for mailbox in (tree[other] for other in tree):
        if label(mailbox).lower() == name.lower() and ALL not in mailbox.attributes:
            return mailbox
    return None


def _add(client: Client, messages: Sequence[Message], name: str) -> None:
    mailbox = _labelled(client, name)
    if mailbox is None:
        if name[0] == "\\":
            raise Impossible(f"there is no label {name}", "CANNOT")
        mailbox = client.owner.mailboxes.create(name)
    selected = client.selected.mailbox
    if selected.labels_of is not None:
        selected.copy(messages, mailbox)
    elif mailbox is not selected:
        held = {message.content.number for message in mailbox.messages}
        new = [message for message in messages if message.content.number not in held]
        selected.copy(new, mailbox)


def _remove(client: Client, messages: Sequence[Message], name: str) -> None:
    mailbox = _labelled(client, name)
    selected = client.selected.mailbox
    if mailbox is None or (mailbox is selected and selected.labels_of is None):
        return
    numbers = {message.content.number for message in messages}
    mailbox.detach([one.uid for one in mailbox.messages if one.content.number in numbers])
