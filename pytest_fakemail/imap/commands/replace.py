"""REPLACE and UID REPLACE: APPEND in the place of a message, in one step (RFC 8508)."""

from pytest_fakemail.imap.client import Client
from pytest_fakemail.imap.commands.append import appenduid
from pytest_fakemail.imap.commands.telling import tell_replace
from pytest_fakemail.imap.grammar.append import Replace, replace
from pytest_fakemail.imap.grammar.numbers import SequenceSet
from pytest_fakemail.imap.responses.updates import highest_modseq_code, news
from pytest_fakemail.imap.table import Answer, Done, Refused, Table
from pytest_fakemail.store.mailbox import Mailbox
from pytest_fakemail.store.message import Message

table = Table("REPLACE")


@table.pair("REPLACE", replace, tell=tell_replace)
def replace_command(client: Client, arguments: Replace, *, is_uid: bool) -> Answer:
    """Replace a message."""
    client.require_write()
    replaced, target = _decided(client, arguments, is_uid=is_uid)
    new = arguments.message
    added = target.append(
        new.raw, flags=target.rights.permitted(new.flags), internal_date=new.internal_date
    )
    client.selected.mailbox.expunge([replaced.uid])
    code = appenduid(client, target, [added])
    if code:
        yield f"* OK [{code}] Replacement message ready\r\n".encode()
    yield news(client, expunges_allowed=True)
    return Done(code=highest_modseq_code(client))


def _decided(client: Client, arguments: Replace, *, is_uid: bool) -> tuple[Message, Mailbox]:
    """Return the message to replace and the mailbox for the new one; refuse if either fails."""
    target = client.target(arguments.mailbox)
    numbers = SequenceSet(((arguments.number, arguments.number),))
    _, found = client.resolve(numbers, is_uid=is_uid)
    if not found or found[0].is_expunged:
        raise Refused("The message to replace is gone", code="EXPUNGEISSUED")
    if not arguments.message.raw:
        raise Refused("A message without octets cannot be appended", code="CANNOT")
    # RFC 8508 §3.4: only the net consumption counts.
    octets = len(arguments.message.raw) - len(found[0].raw)
    if client.owner.is_over_quota(octets, 0):
        raise Refused("Over quota", code="OVERQUOTA")
    return found[0], target
