"""SELECT, EXAMINE, CLOSE, CHECK: into a mailbox and out of it (RFC 3501 §6.3.1, §6.4.1)."""

from collections.abc import Iterator

from pytest_fakemail.imap.client import Client
from pytest_fakemail.imap.commands.expunge import expunged_in_turns
from pytest_fakemail.imap.commands.listing import select_line
from pytest_fakemail.imap.commands.telling import tell_deleted, tell_mailbox
from pytest_fakemail.imap.grammar.mailboxes import QResync, Select, select
from pytest_fakemail.imap.grammar.rules import no_arguments
from pytest_fakemail.imap.responses.updates import enable_condstore, flags_and_permanent_flags
from pytest_fakemail.imap.responses.values import encode_flags
from pytest_fakemail.imap.responses.vanished import vanished_earlier
from pytest_fakemail.imap.table import AUTHENTICATED, SELECTED, Answer, Done, Refused, Table
from pytest_fakemail.store.numbers import ModSeq
from pytest_fakemail.store.view import View

table = Table()

_BATCH = 512


@table.command("SELECT", select, states=AUTHENTICATED, tell=tell_mailbox)
def select_command(client: Client, arguments: Select) -> Answer:
    """Select a mailbox, to read and change it."""
    return _select(client, arguments, is_read_only=False)


@table.command("EXAMINE", select, states=AUTHENTICATED, tell=tell_mailbox)
def examine(client: Client, arguments: Select) -> Answer:
    """Select a mailbox, to read it only."""
    return _select(client, arguments, is_read_only=True)


@table.command("CLOSE", no_arguments, states=SELECTED, tell=tell_deleted)
def close(client: Client, _: None) -> Answer:
    r"""Return to the authenticated state; messages with ``\Deleted`` go without a word."""
    view = client.selected
    if not (view.is_read_only or view.mailbox.rights.is_read_only):
        yield from expunged_in_turns(view, client.deleted())
    client.deselect()
    # RFC 7162 §3.2.8: no HIGHESTMODSEQ here, or the client would believe that it knows of
    # the expunges, which nobody told it.
    return Done()


@table.command("CHECK", no_arguments, states=SELECTED, capability="IMAP4rev1")
def check(_client: Client, _: None) -> Done:
    """Do nothing: the mailbox is always in order (RFC 3501 §6.4.1; not in IMAP4rev2)."""
    return Done()


def _select(client: Client, arguments: Select, *, is_read_only: bool) -> Answer:
    if arguments.qresync is not None and "QRESYNC" not in client.enabled:
        # RFC 7162 §3.2.5.
        raise Refused("QRESYNC was not enabled", status="BAD")
    if client.view is not None:
        # Whatever comes of this, nothing is selected from here on (RFC 3501 §6.3.1).
        client.deselect()
        yield b"* OK [CLOSED] Previous mailbox is now closed\r\n"
    mailbox = client.mailbox(arguments.mailbox)
    if arguments.is_condstore:
        enable_condstore(client)
    is_read_only = is_read_only or mailbox.rights.is_read_only
    view = View(mailbox, is_read_only=is_read_only)
    client.select(view)
    yield _facts(client, view)
    if client.is_rev2:
        yield select_line(client, mailbox)
    if arguments.qresync is not None and arguments.qresync.uidvalidity == mailbox.uidvalidity:
        yield from _resynchronised(client, view, arguments.qresync)
    return Done(code="READ-ONLY" if is_read_only else "READ-WRITE")


def _facts(client: Client, view: View) -> bytes:
    """Return what every SELECT tells (RFC 3501 §6.3.1, RFC 9051 §6.3.2)."""
    mailbox = view.mailbox
    lines = [f"* {view.exists} EXISTS"]
    if not client.is_rev2:
        lines.append(f"* {view.recent_count} RECENT")
        first_unseen = mailbox.first_unseen()
        if first_unseen is not None:
            lines.append(f"* OK [UNSEEN {first_unseen + 1}] First unseen")
    lines.append(f"* OK [UIDVALIDITY {mailbox.uidvalidity}] UIDs valid")
    lines.append(f"* OK [UIDNEXT {mailbox.uidnext}] Predicted next UID")
    if "CONDSTORE" in client.granted:
        lines.append(f"* OK [HIGHESTMODSEQ {mailbox.highest_modseq}] Highest")
    if "OBJECTID" in client.granted:
        lines.append(f"* OK [MAILBOXID ({mailbox.mailbox_id})] Ok")
    return flags_and_permanent_flags(view) + "".join(f"{line}\r\n" for line in lines).encode()


def _resynchronised(client: Client, view: View, known: QResync) -> Iterator[bytes]:
    """Tell what happened since the client was last here (RFC 7162 §3.2.5)."""
    if known.modseq >= view.mailbox.highest_modseq:
        return
    yield vanished_earlier(view, ModSeq(known.modseq), known.known_uids)
    uids = ((1, 0),) if known.known_uids is None else known.known_uids.ranges
    numbers, messages = view.by_uid(uids)
    recent = frozenset() if client.is_rev2 else view.recent
    lines = [
        b"* %d FETCH (UID %d FLAGS %b MODSEQ (%d))\r\n"
        % (
            number,
            message.uid,
            encode_flags(message.flags, is_recent=message.uid in recent),
            message.modseq,
        )
        for number, message in zip(numbers, messages, strict=True)
        if message.modseq > known.modseq
    ]
    for start in range(0, len(lines), _BATCH):
        yield b"".join(lines[start : start + _BATCH])
