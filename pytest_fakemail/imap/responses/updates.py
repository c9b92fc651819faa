"""The untagged responses that a client gets unasked: what happened to its mailbox."""

from collections.abc import Sequence
from functools import lru_cache

from pytest_fakemail.imap.client import Client
from pytest_fakemail.imap.grammar.numbers import encode_numbers
from pytest_fakemail.imap.hearing import Arrived
from pytest_fakemail.imap.responses.values import encode_flags
from pytest_fakemail.store.changes import Added, Expunged
from pytest_fakemail.store.flags import SYSTEM_FLAGS
from pytest_fakemail.store.rights import Rights
from pytest_fakemail.store.view import Updates, View


def enable_condstore(client: Client) -> bytes:
    """Do what follows from a first sign that the client knows of CONDSTORE.

    Returns the untagged response that this takes while a mailbox is selected
    (RFC 7162 §3.1).
    """
    if "CONDSTORE" in client.enabled or "CONDSTORE" not in client.granted:
        return b""
    client.enabled.add("CONDSTORE")
    if client.view is None:
        return b""
    return f"* OK [HIGHESTMODSEQ {client.view.told_modseq}] Highest\r\n".encode()


def highest_modseq_code(client: Client) -> str:
    """Return the response code HIGHESTMODSEQ of the selected mailbox, if CONDSTORE is on."""
    return f"HIGHESTMODSEQ {client.selected.told_modseq}" if "CONDSTORE" in client.enabled else ""


def unasked(client: Client, *, is_idle: bool) -> bytes:
    """Return what a client hears with no command in progress, or but IDLE (RFC 5465 §4)."""
    told, hearing = b"", client.hearing
    if is_idle or hearing.is_always:
        told = news(client, expunges_allowed=is_idle or not hearing.delays_expunges)
    return told if client.watcher is None else told + client.watcher.news()


def rest_of_news(client: Client, *, expunges_allowed: bool) -> bytes:
    """Return what a client hears as its command ends; what must wait longer wakes it again."""
    told = news(client, expunges_allowed=expunges_allowed)
    if client.watcher is None:
        return told
    hearing, view = client.hearing, client.view
    if hearing.is_always and not hearing.delays_expunges and view is not None and view.has_news:
        client.connection.wake()
    return told + client.watcher.news()


def news(client: Client, *, expunges_allowed: bool) -> bytes:
    """Bring the view up to date and return the untagged responses that tell the client."""
    view = client.view
    if view is None or not (view.has_news or client.followers) or view.is_void:
        return b""
    told = b"".join([follower.leaving() for follower in client.followers])
    updates = Updates()
    if client.hearing.messages or (expunges_allowed and _has_expunged(client, view)):
        position, exists = view.position, view.exists
        updates = view.catch_up(expunges_allowed=expunges_allowed)
        told += _told(client, view, updates)
        if updates.exists is not None and client.hearing.arrived is not None:
            first = exists - len(updates.numbers) + 1
            told += _arrived(client, view, client.hearing.arrived, position, first)
    return told + b"".join([follower.left(updates) for follower in client.followers])


def _told(client: Client, view: View, updates: Updates) -> bytes:
    told = untagged(updates, view, client)
    if "QRESYNC" in client.enabled and view.has_news:
        # RFC 7162 §6: or the client would take the mod-sequences told for its own.
        told += f"* OK [HIGHESTMODSEQ {view.told_modseq}] VANISHED waits\r\n".encode()
    return told


def _has_expunged(client: Client, view: View) -> bool:
    """Whether the client expunged messages that it was not told of; it has to be."""
    own = view.mailbox.log.by(view.position, client.reference)
    return own is None or any(isinstance(change, Expunged) for change in own)


def _arrived(client: Client, view: View, arrived: Arrived, position: int, first: int) -> bytes:
    """Tell of messages that are new to the client and not its own (RFC 5465 §5.2)."""
    own: set[int] = set()
    for change in view.mailbox.log.by(position, client.reference) or ():
        if isinstance(change, Added):
            own.update(change.uids)
    numbers, messages = view.by_number([(first, view.exists)])
    strange = [
        (number, message)
        for number, message in zip(numbers, messages, strict=True)
        if message.uid not in own
    ]
    return arrived([number for number, _ in strange], [message for _, message in strange])


def keyword_news(client: Client) -> bytes:
    """Return FLAGS and PERMANENTFLAGS if there are keywords that the client has not met."""
    view = client.selected
    if not view.take_keywords():
        return b""
    return flags_and_permanent_flags(view)


def flags_and_permanent_flags(view: View) -> bytes:
    r"""Return FLAGS and PERMANENTFLAGS of a mailbox (RFC 3501 §7.2.6, §7.1).

    New keywords can be made, ``\*``; a mailbox that was EXAMINEd lets nothing change.
    """
    keywords, rights = view.mailbox.keywords, view.rights
    if view.is_read_only:
        return _flag_facts(keywords, (), is_read_only=True)
    if rights.permits_all:
        return _all_permitted(keywords)
    return _flag_facts(keywords, rights.listed(keywords))


@lru_cache(maxsize=8)
def _all_permitted(keywords: tuple[str, ...]) -> bytes:
    return _flag_facts(keywords, Rights().listed(keywords))


def _flag_facts(
    keywords: Sequence[str], listed: Sequence[str], *, is_read_only: bool = False
) -> bytes:
    flags, permanent = " ".join((*SYSTEM_FLAGS, *keywords)), " ".join(listed)
    text = "Nothing can be changed" if is_read_only else "Flags permitted"
    return f"* FLAGS ({flags})\r\n* OK [PERMANENTFLAGS ({permanent})] {text}\r\n".encode()


def untagged(updates: Updates, view: View, client: Client) -> bytes:
    """Return the responses that tell a client of updates.

    EXPUNGE comes before EXISTS, so that the numbers in each are those of its moment; with
    QRESYNC or UIDONLY enabled VANISHED takes EXPUNGE's place (RFC 7162 §3.2.10, RFC 9586 §3.6).
    """
    has_qresync = "QRESYNC" in client.enabled or client.is_uid_only
    lines: list[str] = []
    if updates.uids and has_qresync:
        lines.append(f"* VANISHED {encode_numbers(updates.uids)}\r\n")
    else:
        # One formatting for all of them is by far the fastest way to write many numbers.
        lines.append("* %d EXPUNGE\r\n" * len(updates.numbers) % updates.numbers)
    if updates.exists is not None:
        lines.append(f"* {updates.exists} EXISTS\r\n")
    if updates.recent is not None and not client.is_rev2:
        lines.append(f"* {updates.recent} RECENT\r\n")
    if updates.has_new_keywords:
        lines.append(flags_and_permanent_flags(view).decode())
    if updates.flagged and client.hearing.flags:
        lines += _flag_lines(updates, view, client)
    return "".join(lines).encode()


def _flag_lines(updates: Updates, view: View, client: Client) -> list[str]:
    """Return a FETCH for each message whose flags changed.

    RFC 9051 appendix E, 21: with the UID under IMAP4rev2; RFC 7162 §3.2.4 wants it with
    QRESYNC, §3.2 the mod-sequence with CONDSTORE.
    """
    recent = frozenset() if client.is_rev2 else view.recent
    has_uid = client.is_rev2 or "QRESYNC" in client.enabled or client.hearing.has_uids
    has_modseq = "CONDSTORE" in client.enabled
    is_uid_only = client.is_uid_only
    lines = []
    for number, message in updates.flagged:
        uid = f"UID {message.uid} " if has_uid and not is_uid_only else ""
        modseq = f" MODSEQ ({message.modseq})" if has_modseq else ""
        flags = encode_flags(message.flags, is_recent=message.uid in recent).decode()
        name = f"{message.uid} UIDFETCH" if is_uid_only else f"{number} FETCH"
        lines.append(f"* {name} ({uid}FLAGS {flags}{modseq})\r\n")
    return lines
