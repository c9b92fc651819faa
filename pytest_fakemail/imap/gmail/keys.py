"""The search keys of X-GM-EXT-1."""

from pytest_fakemail.imap.client import Client
from pytest_fakemail.imap.gmail.labels import labels, message_number, thread_number
from pytest_fakemail.imap.gmail.query import query_key
from pytest_fakemail.imap.grammar.keys import GmailKey
from pytest_fakemail.query.search import Satisfies, SearchKey
from pytest_fakemail.store.label_names import label
from pytest_fakemail.store.mailbox import Mailbox


def gmail_key(client: Client, mailbox: Mailbox, key: GmailKey) -> SearchKey:
    """Return the search key that X-GM-MSGID, X-GM-THRID, X-GM-LABELS or X-GM-RAW comes to."""
    match key.name:
        case "X-GM-MSGID":
            return Satisfies(lambda message: message_number(message) == int(key.value))
        case "X-GM-THRID":
            return Satisfies(lambda message: thread_number(message) == int(key.value))
        case "X-GM-LABELS":
            return label_key(client, mailbox, key.value)
        case _:
            return query_key(key.value, lambda name: label_key(client, mailbox, name))


def label_key(client: Client, mailbox: Mailbox, name: str) -> SearchKey:
    """Return the key of messages with a label; all have that of the mailbox searched."""
    selected = label(mailbox)
    labels_of = labels(client)
    wanted = name.lower()
    return Satisfies(
        lambda message: wanted in {one.lower() for one in [selected, *labels_of(message)]}
    )
