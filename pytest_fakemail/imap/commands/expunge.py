# ruff: noqa: D400, D415  (the docstring of a rule is its ABNF)
"""EXPUNGE and UID EXPUNGE (RFC 3501 §6.4.3, RFC 4315 §2.1)."""

from collections.abc import Generator

from pytest_fakemail.imap.client import Client
from pytest_fakemail.imap.commands.limits import newest, told
from pytest_fakemail.imap.commands.telling import tell_deleted, tell_set
from pytest_fakemail.imap.grammar.cursor import Cursor
from pytest_fakemail.imap.grammar.numbers import SequenceSet
from pytest_fakemail.imap.grammar.rules import no_arguments, sequence_set
from pytest_fakemail.imap.responses.updates import highest_modseq_code, news
from pytest_fakemail.imap.table import SELECTED, Answer, Done, Table
from pytest_fakemail.store.numbers import Uid
from pytest_fakemail.store.view import View

table = Table()

_AT_ONCE = 16 * 1024


@table.command("EXPUNGE", no_arguments, states=SELECTED, tell=tell_deleted)
def expunge(client: Client, _: None) -> Answer:
    r"""Remove the messages with ``\Deleted`` that the client knows of."""
    return _expunge(client, client.deleted())


def uid_expunge(cursor: Cursor) -> SequenceSet:
    """``uid-expunge = "UID" SP "EXPUNGE" SP sequence-set`` (RFC 4315 §2.1)"""
    cursor.expect(b" ")
    return sequence_set(cursor)


@table.command("UID EXPUNGE", uid_expunge, states=SELECTED, capability="UIDPLUS", tell=tell_set)
def uid_expunge_command(client: Client, numbers: SequenceSet) -> Answer:
    r"""Remove those of the messages named that have ``\Deleted``."""
    _, messages = client.resolve(numbers, is_uid=True)
    deleted = client.selected.mailbox.deleted
    named, limit = newest(client, [one for one in messages if one.uid in deleted])
    return _expunge(client, [one.uid for one in named], limit)


def _expunge(client: Client, uids: list[Uid], limit: str = "") -> Answer:
    client.require_write("e")
    expunged = yield from expunged_in_turns(client.selected, uids)
    yield news(client, expunges_allowed=True)
    # RFC 7162 §3.2.7: so the client knows up to where it is told.
    before, code = told(highest_modseq_code(client) if expunged else "", limit)
    if before:
        yield before
    return Done(code=code)


def expunged_in_turns(view: View, uids: list[Uid]) -> Generator[bytes, None, bool]:
    """Remove messages, a part of them at a time, and say whether any was there.

    No RFC has EXPUNGE be one step for others, nor is it with servers in use.
    """
    has_expunged = False
    for start in range(0, len(uids), _AT_ONCE):
        if start:
            yield b""
        if view.is_void:  # others have these UIDs now
            break
        has_expunged = bool(view.mailbox.expunge(uids[start : start + _AT_ONCE])) or has_expunged
    if len(uids) > _AT_ONCE:  # to tell of so many is work, too
        yield b""
    return has_expunged
