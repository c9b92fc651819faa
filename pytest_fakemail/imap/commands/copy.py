"""COPY and MOVE, by number and by UID (RFC 3501 §6.4.7, RFC 6851, RFC 4315 §3)."""

from collections.abc import Sequence

from pytest_fakemail.imap.client import Client
from pytest_fakemail.imap.commands.telling import tell_copy
from pytest_fakemail.imap.grammar.numbers import encode_numbers
from pytest_fakemail.imap.grammar.store import Copy, copy
from pytest_fakemail.imap.responses.updates import highest_modseq_code, news
from pytest_fakemail.imap.table import Answer, Done, Refused, Table
from pytest_fakemail.store.mailbox import Mailbox
from pytest_fakemail.store.message import Message

table = Table()
move_table = Table("MOVE")


@table.pair("COPY", copy, tell=tell_copy)
def copy_command(client: Client, wanted: Copy, *, is_uid: bool) -> Done:
    """Copy messages to a mailbox, all or none."""
    target, messages = _decided(client, wanted, is_uid=is_uid)
    octets = sum(len(message.raw) for message in messages)
    if client.owner.is_over_quota(octets, len(messages)):
        raise Refused("Over quota", code="OVERQUOTA")
    if not messages:
        return Done("No messages to copy")
    copies = client.selected.mailbox.copy(messages, target)
    return Done(code=_copyuid(client, target, messages, copies))


@move_table.pair("MOVE", copy, tell=tell_copy)
def move(client: Client, wanted: Copy, *, is_uid: bool) -> Answer:
    """Move messages to a mailbox, all or none."""
    client.require_write()
    target, messages = _decided(client, wanted, is_uid=is_uid)
    if not messages:
        return Done("No messages to move")
    copies = client.selected.mailbox.move(messages, target)
    if "UIDPLUS" in client.granted:
        # RFC 6851 §4.3: in an untagged OK, before the EXPUNGEs.
        yield f"* OK [{_copyuid(client, target, messages, copies)}] Moved\r\n".encode()
    yield news(client, expunges_allowed=True)
    return Done(code=highest_modseq_code(client))


def _decided(client: Client, wanted: Copy, *, is_uid: bool) -> tuple[Mailbox, list[Message]]:
    target = client.target(wanted.mailbox)
    _, messages = client.resolve(wanted.numbers, is_uid=is_uid)
    present = [message for message in messages if not message.is_expunged]
    if len(present) < len(messages) and not is_uid:
        raise Refused("Some of the messages no longer exist", code="EXPUNGEISSUED")
    return target, present


def _copyuid(
    client: Client, target: Mailbox, messages: Sequence[Message], copies: Sequence[Message]
) -> str:
    if "UIDPLUS" not in client.granted:
        return ""
    sources = encode_numbers(message.uid for message in messages)
    return f"COPYUID {target.uidvalidity} {sources} {encode_numbers(one.uid for one in copies)}"
