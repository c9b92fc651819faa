# ruff: noqa: D400, D415  (the docstring of a rule is its ABNF)
"""COPY and MOVE, by number and by UID (RFC 3501 §6.4.7, RFC 6851, RFC 4315 §3)."""

from collections.abc import Generator, Sequence

from pytest_fakemail.dataclass import dataclass
from pytest_fakemail.imap.client import Client
from pytest_fakemail.imap.commands.limits import newest, require_few, told
from pytest_fakemail.imap.commands.room import require_room
from pytest_fakemail.imap.commands.telling import tell_uids
from pytest_fakemail.imap.grammar.cursor import Cursor
from pytest_fakemail.imap.grammar.numbers import SequenceSet, encode_numbers
from pytest_fakemail.imap.grammar.rules import named_mailbox, sequence_set
from pytest_fakemail.imap.responses.updates import highest_modseq_code, news
from pytest_fakemail.imap.table import Answer, Done, Refused, Table
from pytest_fakemail.store.arrivals import Copies
from pytest_fakemail.store.mailbox import Mailbox
from pytest_fakemail.store.message import Message
from pytest_fakemail.wire.exchange import Exchange

_FEW = 1024
"""Others are served once more before the COPYUID of more messages than this is written."""

table = Table()
move_table = Table("MOVE")


@dataclass(frozen=True, slots=True)
class Copy:
    """The arguments of COPY and MOVE, with UID or without."""

    numbers: SequenceSet
    mailbox: str


def copy(cursor: Cursor) -> Copy:
    """``copy = "COPY" SP sequence-set SP mailbox``; MOVE's are the same (RFC 6851 §6)"""
    cursor.expect(b" ")
    numbers = sequence_set(cursor)
    return Copy(numbers, named_mailbox(cursor))


def tell_copy(client: Client, exchange: Exchange, asked: Copy) -> None:
    """Messages of the selected mailbox go to another one."""
    exchange.target = asked.mailbox
    tell_uids(client, exchange, asked.numbers)


@table.pair("COPY", copy, tell=tell_copy)
def copy_command(client: Client, arguments: Copy, *, is_uid: bool) -> Answer:
    """Copy messages to a mailbox, all or none."""
    chosen = yield from _chosen(client, arguments, is_uid=is_uid)
    require_few(client, chosen.messages)
    is_small = chosen.target.is_mere_label
    warning = b"" if is_small else _require_room(client, chosen)
    if not chosen.messages:
        return Done("No messages to copy")
    admitted = chosen.target.admit(chosen.copies)
    if warning or len(admitted) > _FEW:
        yield warning
    return Done(code=_copyuid(client, chosen, admitted))


@move_table.pair("MOVE", copy, tell=tell_copy)
def move(client: Client, arguments: Copy, *, is_uid: bool) -> Answer:
    """Move messages to a mailbox, all or none."""
    client.require_write("te")  # RFC 6851 §4.2
    chosen = yield from _chosen(client, arguments, is_uid=is_uid, is_partial=True)
    if not chosen.messages:
        return Done("No messages to move")
    client.require_write("te")
    is_same = client.usage(chosen.target) is client.usage(client.selected.mailbox)
    warning = b"" if is_same else _require_room(client, chosen)
    uids = [message.uid for message in chosen.messages]
    admitted = client.selected.mailbox.hand_over(uids, chosen.copies, chosen.target)
    if warning:
        yield warning
    if "UIDPLUS" in client.granted:
        # RFC 6851 §4.3: in an untagged OK, before the EXPUNGEs.
        yield f"* OK [{_copyuid(client, chosen, admitted)}] Moved\r\n".encode()
    yield news(client, expunges_allowed=True)
    before, code = told(highest_modseq_code(client), chosen.limit)
    if before:
        yield before
    return Done(code=code)


@dataclass(frozen=True, slots=True)
class _Chosen:
    """Messages that are there, their copies, and the mailbox that these go into."""

    target: Mailbox
    messages: list[Message]
    copies: Copies
    limit: str = ""
    """The response code that tells that there are more."""


def _chosen(
    client: Client, arguments: Copy, *, is_uid: bool, is_partial: bool = False
) -> Generator[bytes, None, _Chosen]:
    """Make the copies, while others are served; what they did meanwhile counts.

    From the last turn on nothing has changed: what follows at once is decided by what is there.
    """
    target = client.target(arguments.mailbox)
    _, named = client.resolve(arguments.numbers, is_uid=is_uid)
    messages = _present(named, is_uid=is_uid)
    limit = ""
    if is_partial:
        messages, limit = newest(client, messages)
    now = client.service.clock.now()
    while True:
        copies = Copies(target.uidnext, target.highest_modseq + 1)
        for _ in copies.made(messages, now):
            yield b""
        if client.selected.is_void:
            raise Refused("The selected mailbox is gone", code="NONEXISTENT")
        rights = target.rights.of(client.owner)
        if target.is_deleted:
            raise Refused("There is no such mailbox", code="TRYCREATE")
        if not rights.may("i"):
            raise Refused("The mailbox is read-only", code="NOPERM")
        left = _present(messages, is_uid=is_uid)
        if len(left) == len(messages):
            if not rights.permits_all:  # RFC 4314 §4: the message comes, such a flag does not
                copies.lose(rights.forbids)
            return _Chosen(target, messages, copies, limit)
        messages = left


def _require_room(client: Client, chosen: _Chosen) -> bytes:
    copies = chosen.copies
    return require_room(client.usage(chosen.target), copies.octets, len(copies.messages))


def _present(messages: list[Message], *, is_uid: bool) -> list[Message]:
    """Leave out what was expunged elsewhere, which a message number must not mean."""
    present = [message for message in messages if not message.is_expunged]
    if len(present) < len(messages) and not is_uid:
        raise Refused("Some of the messages no longer exist", code="EXPUNGEISSUED")
    return present


def _copyuid(client: Client, chosen: _Chosen, admitted: Sequence[Message]) -> str:
    if "UIDPLUS" not in client.granted:
        return ""
    sources = _named(chosen.messages, are_ascending=True)
    copies = _named(admitted, are_ascending=admitted is chosen.copies.messages)
    return f"COPYUID {chosen.target.uidvalidity} {sources} {copies}"


def _named(messages: Sequence[Message], *, are_ascending: bool) -> str:
    """Return the UIDs of messages as a set, in their order."""
    first, last = messages[0].uid, messages[-1].uid
    if are_ascending and first < last == first + len(messages) - 1:
        return f"{first}:{last}"
    return encode_numbers([message.uid for message in messages])
