# ruff: noqa: D400, D415  (the docstring of a rule is its ABNF)
"""REPLACE and UID REPLACE: APPEND in the place of a message, in one step (RFC 8508)."""

from pytest_fakemail.dataclass import dataclass
from pytest_fakemail.imap.client import Client
from pytest_fakemail.imap.commands.append import appenduid, require_ascii_header
from pytest_fakemail.imap.commands.catenate import assembled
from pytest_fakemail.imap.commands.room import require_room
from pytest_fakemail.imap.commands.telling import tell_uids
from pytest_fakemail.imap.grammar.append import Appended, append_message
from pytest_fakemail.imap.grammar.cursor import Cursor
from pytest_fakemail.imap.grammar.numbers import STAR, SequenceSet
from pytest_fakemail.imap.grammar.rules import named_mailbox, nz_number
from pytest_fakemail.imap.responses.updates import highest_modseq_code, news
from pytest_fakemail.imap.table import Answer, Done, Refused, Table
from pytest_fakemail.store.mailbox import Mailbox
from pytest_fakemail.store.message import Message
from pytest_fakemail.wire.exchange import Exchange

table = Table("REPLACE")


@dataclass(frozen=True, slots=True)
class Replace:
    """The arguments of REPLACE; `number` is a sequence number or UID, or `STAR`."""

    number: int
    mailbox: str
    message: Appended


def replace(cursor: Cursor) -> Replace:
    """``replace = "REPLACE" SP seq-number SP mailbox append-message`` (RFC 8508 §5)"""
    cursor.expect(b" ")
    number = STAR if cursor.skip(b"*") else nz_number(cursor)
    name = named_mailbox(cursor)
    cursor.expect(b" ")
    return Replace(number, name, append_message(cursor))


def tell_replace(client: Client, exchange: Exchange, asked: Replace) -> None:
    """A message of the selected mailbox gives way to one in the mailbox that is named."""
    exchange.mailbox = asked.mailbox
    tell_uids(client, exchange, SequenceSet(((asked.number, asked.number),)))


@table.pair("REPLACE", replace, tell=tell_replace)
def replace_command(client: Client, arguments: Replace, *, is_uid: bool) -> Answer:
    """Replace a message."""
    client.require_write("te")  # RFC 8508 §4.1
    new = assembled(client, arguments.message)
    replaced, target, warning = _decided(client, arguments, new, is_uid=is_uid)
    flags = target.rights.of(client.owner).permitted(new.flags)
    added = target.append(new.raw, flags=flags, internal_date=new.internal_date)
    client.selected.mailbox.expunge([replaced.uid])
    if warning:
        yield warning
    code = appenduid(client, target, [added])
    if code:
        yield f"* OK [{code}] Replacement message ready\r\n".encode()
    yield news(client, expunges_allowed=True)
    return Done(code=highest_modseq_code(client))


def _decided(
    client: Client, arguments: Replace, new: Appended, *, is_uid: bool
) -> tuple[Message, Mailbox, bytes]:
    """Return the message to replace, the mailbox for the new one, and a warning to be told.

    Raises:
        Refused: either fails.
    """
    target = client.target(arguments.mailbox)
    numbers = SequenceSet(((arguments.number, arguments.number),))
    _, found = client.resolve(numbers, is_uid=is_uid)
    if not found or found[0].is_expunged:
        raise Refused("The message to replace is gone", code="EXPUNGEISSUED")
    if not new.raw:
        raise Refused("A message without octets cannot be appended", code="CANNOT")
    require_ascii_header(client, new)
    usage, octets, messages = client.usage(target), len(new.raw), 1
    if usage is client.usage(client.selected.mailbox):
        # RFC 8508 §3.4: only the net consumption counts.
        octets, messages = octets - len(found[0].raw), 0
    return found[0], target, require_room(usage, octets, messages)
