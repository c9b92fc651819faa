# ruff: noqa: D400, D415  (the docstring of a rule is its ABNF)
"""SELECT, EXAMINE, CLOSE, CHECK: into a mailbox and out of it (RFC 3501 §6.3.1, §6.4.1)."""

from collections.abc import Iterator

from pytest_fakemail.dataclass import dataclass
from pytest_fakemail.imap.client import Client
from pytest_fakemail.imap.commands.expunge import expunged_in_turns
from pytest_fakemail.imap.commands.listing import name_line
from pytest_fakemail.imap.commands.telling import tell_deleted, tell_mailbox
from pytest_fakemail.imap.grammar.cursor import Cursor, uid_required
from pytest_fakemail.imap.grammar.numbers import STAR, SequenceSet
from pytest_fakemail.imap.grammar.rules import (
    capital_inbox,
    listed,
    mod_sequence_value,
    no_arguments,
    number,
    sequence_set,
    spelt_mailbox,
)
from pytest_fakemail.imap.responses.keys import hear_of_keys
from pytest_fakemail.imap.responses.naming import named
from pytest_fakemail.imap.responses.updates import enable_condstore, flags_and_permanent_flags
from pytest_fakemail.imap.responses.values import encode_flags
from pytest_fakemail.imap.responses.vanished import vanished_earlier
from pytest_fakemail.imap.table import AUTHENTICATED, DONE, SELECTED, Answer, Done, Refused, Table
from pytest_fakemail.store.numbers import ModSeq
from pytest_fakemail.store.view import View

table = Table()
_READ_WRITE, _READ_ONLY = Done(code="READ-WRITE"), Done(code="READ-ONLY")

_BATCH = 512


@dataclass(frozen=True, slots=True)
class QResync:
    """What a client knew of the mailbox when it saw it last (RFC 7162 §3.2.5).

    `known_uids` is None if it knew all; `matches` pairs some of its message numbers with
    their UIDs.
    """

    uidvalidity: int
    modseq: int
    known_uids: SequenceSet | None = None
    matches: tuple[SequenceSet, SequenceSet] | None = None


@dataclass(frozen=True, slots=True)
class Select:
    """The arguments of SELECT and EXAMINE; `spelt` is the mailbox as the client wrote it."""

    spelt: str
    is_condstore: bool = False
    qresync: QResync | None = None

    @property
    def mailbox(self) -> str:
        """The mailbox's name, INBOX in upper case."""
        return capital_inbox(self.spelt)


def select(cursor: Cursor) -> Select:
    """``select = "SELECT" SP mailbox [SP "(" select-param *(SP select-param) ")"]``"""
    cursor.expect(b" ")
    name = spelt_mailbox(cursor)
    if not cursor.skip(b" "):
        return Select(name)
    parameters = listed(cursor, _select_parameter)
    resyncs = [parameter for parameter in parameters if parameter is not None]
    if len(resyncs) > 1:
        raise cursor.wants("QRESYNC once")
    return Select(name, is_condstore=None in parameters, qresync=resyncs[0] if resyncs else None)


def _select_parameter(cursor: Cursor) -> QResync | None:
    """``select-param = condstore-param / "QRESYNC" SP "(" … ")"``; None is CONDSTORE"""
    if "CONDSTORE" in cursor.capabilities and cursor.skip_word("CONDSTORE"):
        return None
    if "QRESYNC" in cursor.capabilities and cursor.skip_word("QRESYNC"):
        cursor.expect(b" (")
        resync = _qresync(cursor)
        cursor.expect(b")")
        return resync
    raise cursor.wants("a parameter that this server knows")


def _qresync(cursor: Cursor) -> QResync:
    """``uidvalidity SP mod-sequence-value [SP known-uids] [SP seq-match-data]``"""
    uidvalidity = number(cursor)  # RFC 7162 wants none of 0; clients that know none send it
    cursor.expect(b" ")
    modseq = mod_sequence_value(cursor)
    known_uids = None
    if cursor.peek(b" ") and not cursor.peek(b" ("):
        cursor.skip(b" ")
        known_uids = _known_set(cursor)
    matches = _seq_match_data(cursor) if cursor.skip(b" ") else None
    return QResync(uidvalidity, modseq, known_uids, matches)


def _seq_match_data(cursor: Cursor) -> tuple[SequenceSet, SequenceSet]:
    """``seq-match-data = "(" known-sequence-set SP known-uid-set ")"``"""
    cursor.expect(b"(")
    numbers = _known_set(cursor)
    cursor.expect(b" ")
    uids = _known_set(cursor)
    cursor.expect(b")")
    return numbers, uids


def _known_set(cursor: Cursor) -> SequenceSet:
    """``known-uids = sequence-set ; "*" is not allowed``"""
    start = cursor.position
    known = sequence_set(cursor)
    if known.is_saved or any(STAR in pair for pair in known.ranges):
        cursor.position = start
        raise cursor.wants("a set without * and $")
    return known


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
    # RFC 4314 §4: without the right to expunge, CLOSE only closes.
    if not view.is_read_only and view.rights.may("e"):
        yield from expunged_in_turns(view, client.deleted())
    client.deselect()
    # RFC 7162 §3.2.8: no HIGHESTMODSEQ here, or the client would believe that it knows of
    # the expunges, which nobody told it.
    return DONE


@table.command("CHECK", no_arguments, states=SELECTED, capability="IMAP4rev1")
def check(_client: Client, _: None) -> Done:
    """Do nothing: the mailbox is always in order (RFC 3501 §6.4.1; not in IMAP4rev2)."""
    return DONE


def _select(client: Client, arguments: Select, *, is_read_only: bool) -> Answer:
    if arguments.qresync is not None and "QRESYNC" not in client.enabled:
        # RFC 7162 §3.2.5.
        raise Refused("QRESYNC was not enabled", status="BAD")
    if client.is_uid_only and arguments.qresync is not None and arguments.qresync.matches:
        raise uid_required()  # RFC 9586 §3.7
    if client.view is not None:
        # Whatever comes of this, nothing is selected from here on (RFC 3501 §6.3.1).
        client.deselect()
        yield b"* OK [CLOSED] Previous mailbox is now closed\r\n"
    mailbox = client.mailbox(arguments.mailbox)
    if arguments.is_condstore:
        enable_condstore(client)
    is_read_only = is_read_only or mailbox.rights.is_read_only
    view = View(mailbox, is_read_only=is_read_only, who=client.owner)
    client.select(view)
    yield _facts(client, view)
    if client.is_rev2:
        yield name_line(client, client.name_of(mailbox), spelt=arguments.spelt)
    if arguments.qresync is not None and arguments.qresync.uidvalidity == mailbox.uidvalidity:
        yield from _resynchronised(client, view, arguments.qresync)
    # RFC 4314 §5.2: a right to flags that are the user's alone makes no READ-WRITE.
    is_seen_shared = client.service.settings.shared_seen == "everyone" or client.is_own(mailbox)
    is_changing = not is_read_only and any(map(view.rights.may, "iewt" + "s" * is_seen_shared))
    return _READ_WRITE if is_changing else _READ_ONLY


def _facts(client: Client, view: View) -> bytes:
    """Return what every SELECT tells (RFC 3501 §6.3.1, RFC 9051 §6.3.2)."""
    mailbox, granted = view.mailbox, client.granted
    told = f"* {view.exists} EXISTS\r\n"
    if not client.is_rev2:
        told += f"* {view.recent_count} RECENT\r\n"
        first_unseen = mailbox.first_unseen()
        if first_unseen is not None and not client.is_uid_only:
            told += f"* OK [UNSEEN {first_unseen + 1}] First unseen\r\n"
    told += f"* OK [UIDVALIDITY {mailbox.uidvalidity}] UIDs valid\r\n"
    told += f"* OK [UIDNEXT {mailbox.uidnext}] Predicted next UID\r\n"
    if "CONDSTORE" in granted or "modseq.without_condstore" in client.connection.marks:
        told += f"* OK [HIGHESTMODSEQ {mailbox.highest_modseq}] Highest\r\n"
    if "URLAUTH" in granted:
        told += hear_of_keys(client)
    if "OBJECTID" in granted:
        told += f"* OK [MAILBOXID ({mailbox.mailbox_id})] Ok\r\n"
    return flags_and_permanent_flags(view) + told.encode()


def _resynchronised(client: Client, view: View, known: QResync) -> Iterator[bytes]:
    """Tell what happened since the client was last here (RFC 7162 §3.2.5)."""
    if known.modseq >= view.mailbox.highest_modseq:
        return
    yield vanished_earlier(view, ModSeq(known.modseq), known.known_uids)
    uids = ((1, 0),) if known.known_uids is None else known.known_uids.ranges
    numbers, messages = view.by_uid(uids)
    recent = frozenset() if client.is_rev2 else view.recent
    word, names = named(client, numbers, messages)
    lines = [
        b"* %d %b (%bFLAGS %b MODSEQ (%d))\r\n"
        % (
            name,
            word,
            b"" if client.is_uid_only else b"UID %d " % message.uid,
            encode_flags(message.flags, is_recent=message.uid in recent),
            message.modseq,
        )
        for name, message in zip(names, messages, strict=True)
        if message.modseq > known.modseq
    ]
    for start in range(0, len(lines), _BATCH):
        yield b"".join(lines[start : start + _BATCH])
