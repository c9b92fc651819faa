# ruff: noqa: D400, D415  (the docstring of a rule is its ABNF)
"""APPEND: messages from the client, one or several (RFC 3501 §6.3.11, RFC 3502)."""

from collections.abc import Sequence

from pytest_fakemail.dataclass import dataclass
from pytest_fakemail.imap.client import Client
from pytest_fakemail.imap.commands.catenate import assembled
from pytest_fakemail.imap.commands.limits import require_few
from pytest_fakemail.imap.commands.room import require_room
from pytest_fakemail.imap.commands.telling import tell_mailbox
from pytest_fakemail.imap.grammar.append import Appended, append_message
from pytest_fakemail.imap.grammar.cursor import Cursor
from pytest_fakemail.imap.grammar.numbers import encode_numbers
from pytest_fakemail.imap.grammar.rules import named_mailbox
from pytest_fakemail.imap.table import AUTHENTICATED, Answer, Done, Refused, Table
from pytest_fakemail.mime.headers import body_start
from pytest_fakemail.store.arrivals import Arrival
from pytest_fakemail.store.mailbox import Mailbox
from pytest_fakemail.store.message import Message

table = Table()


@dataclass(frozen=True, slots=True)
class Append:
    """The arguments of APPEND."""

    mailbox: str
    messages: tuple[Appended, ...]


def append(cursor: Cursor) -> Append:
    """``append = "APPEND" SP mailbox 1*(SP append-message)`` (RFC 4466 §2.3, RFC 3502 §7)"""
    name = named_mailbox(cursor)
    cursor.expect(b" ")
    messages = [append_message(cursor)]
    while "MULTIAPPEND" in cursor.capabilities and cursor.skip(b" "):
        cursor.skip(b" ")  # IMAPClient writes two between literals, and Dovecot takes them
        messages.append(append_message(cursor))
    return Append(name, tuple(messages))


@table.command("APPEND", append, states=AUTHENTICATED, tell=tell_mailbox)
def append_command(client: Client, arguments: Append) -> Answer:
    """Add messages to a mailbox, all or none.

    Too big a message was refused when its literal was announced.
    """
    mailbox = client.target(arguments.mailbox)
    require_few(client, arguments.messages)
    messages = [assembled(client, message) for message in arguments.messages]
    if not all(message.raw for message in messages):
        # RFC 3502 §6.3.11: a client that thinks better of it sends a literal of no octets.
        raise Refused("A message without octets cannot be appended", code="CANNOT")
    for message in messages:
        require_ascii_header(client, message)
    octets = sum(len(message.raw) for message in messages)
    warning = require_room(client.usage(mailbox), octets, len(messages))
    rights = mailbox.rights.of(client.owner)
    added = mailbox.append_many(
        Arrival(message.raw, rights.permitted(message.flags), message.internal_date)
        for message in messages
    )
    if warning:
        yield warning
    return Done(code=appenduid(client, mailbox, added))


def require_ascii_header(client: Client, message: Appended) -> None:
    """Refuse octets beyond ASCII in header fields, with the setting for it (RFC 6855 §4).

    In UTF-8 they may come from a client that has enabled it, in the form that is made for them.

    Raises:
        Refused: there are some.
    """
    if client.service.settings.imap_8bit_headers == "accept" or message.is_utf8 or client.is_rev2:
        return
    if not message.raw[: body_start(message.raw)].isascii():
        raise Refused("8-bit header fields want ENABLE UTF8=ACCEPT and UTF8 (~{n})")


def appenduid(client: Client, mailbox: Mailbox, added: Sequence[Message]) -> str:
    """Return the response code that tells where messages came to (RFC 4315 §3)."""
    if "UIDPLUS" not in client.granted:
        return ""
    uids = encode_numbers(message.uid for message in added)
    return f"APPENDUID {mailbox.uidvalidity} {uids}"
