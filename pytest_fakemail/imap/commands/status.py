# ruff: noqa: D400, D415  (the docstring of a rule is its ABNF)
"""STATUS: facts about a mailbox that is not selected (RFC 3501 §6.3.10)."""

from collections.abc import Callable, Iterable

from pytest_fakemail.dataclass import dataclass
from pytest_fakemail.imap.capabilities import append_limit
from pytest_fakemail.imap.client import Client
from pytest_fakemail.imap.commands.telling import tell_mailbox
from pytest_fakemail.imap.grammar.cursor import Cursor
from pytest_fakemail.imap.grammar.rules import named_mailbox
from pytest_fakemail.imap.grammar.status import status_items
from pytest_fakemail.imap.responses.updates import enable_condstore
from pytest_fakemail.imap.responses.values import encode_mailbox
from pytest_fakemail.imap.table import AUTHENTICATED, DONE, Answer, Table
from pytest_fakemail.store.departures import at_or_after
from pytest_fakemail.store.mailbox import Mailbox

table = Table()


def _recent(mailbox: Mailbox) -> int:
    return len(mailbox.messages) - at_or_after(mailbox.messages, mailbox.recent_from)


def _deleted_octets(mailbox: Mailbox) -> int:
    messages = map(mailbox.message, mailbox.deleted)
    return sum(len(message.raw) for message in messages if message is not None)


_ITEMS: dict[str, Callable[[Mailbox], object]] = {
    "MESSAGES": len,
    "UIDNEXT": lambda mailbox: mailbox.uidnext,
    "UIDVALIDITY": lambda mailbox: mailbox.uidvalidity,
    "UNSEEN": lambda mailbox: mailbox.unseen_count,
    "RECENT": _recent,
    "DELETED": lambda mailbox: len(mailbox.deleted),
    "DELETED-STORAGE": _deleted_octets,
    "SIZE": lambda mailbox: mailbox.octets,
    "HIGHESTMODSEQ": lambda mailbox: mailbox.highest_modseq,
    "MAILBOXID": lambda mailbox: f"({mailbox.mailbox_id})",
}


def status_line(client: Client, mailbox: Mailbox, items: Iterable[str]) -> bytes:
    """Return the untagged STATUS of a mailbox, with the items in the order asked for."""
    pairs = [f"{item} {_item(client, mailbox, item)}" for item in items]
    name = encode_mailbox(client.name_of(mailbox), is_utf8=client.is_utf8)
    return b"* STATUS %b (%b)\r\n" % (name, " ".join(pairs).encode())


def _item(client: Client, mailbox: Mailbox, item: str) -> object:
    if item == "APPENDLIMIT":
        return append_limit(client.service.settings)
    view = client.view
    if item == "RECENT" and view is not None and view.mailbox is mailbox:
        # RFC 3501 §2.3.2: to this session they are, and to no other.
        return view.recent_count + _recent(mailbox)
    return _ITEMS[item](mailbox)


@dataclass(frozen=True, slots=True)
class Status:
    """The arguments of STATUS; `items` in upper case, each once, in the order asked."""

    mailbox: str
    items: tuple[str, ...]


def status(cursor: Cursor) -> Status:
    """``status = "STATUS" SP mailbox SP "(" status-att *(SP status-att) ")"``"""
    name = named_mailbox(cursor)
    cursor.expect(b" ")
    return Status(name, status_items(cursor))


@table.command("STATUS", status, states=AUTHENTICATED, tell=tell_mailbox)
def status_command(client: Client, arguments: Status) -> Answer:
    """Tell what was asked of a mailbox."""
    mailbox = client.mailbox(arguments.mailbox)
    if "HIGHESTMODSEQ" in arguments.items:
        yield enable_condstore(client)
    yield status_line(client, mailbox, arguments.items)
    return DONE
