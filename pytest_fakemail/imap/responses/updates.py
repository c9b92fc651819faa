"""The untagged responses that a client gets unasked: what happened to its mailbox."""

from collections.abc import Container

from pytest_fakemail.imap.client import Client
from pytest_fakemail.imap.grammar.numbers import encode_numbers
from pytest_fakemail.imap.responses.values import encode_flags
from pytest_fakemail.store.flags import SYSTEM_FLAGS
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


def news(client: Client, *, expunges_allowed: bool) -> bytes:
    """Bring the view up to date and return the untagged responses that tell the client."""
    view = client.view
    if view is None or view.is_void or not view.has_news:
        return b""
    updates = view.catch_up(expunges_allowed=expunges_allowed)
    told = untagged(updates, view, client.enabled, is_rev2=client.is_rev2)
    if "QRESYNC" in client.enabled and view.has_news:
        # RFC 7162 §6: or the client would take the mod-sequences told for its own.
        told += f"* OK [HIGHESTMODSEQ {view.told_modseq}] VANISHED waits\r\n".encode()
    return told


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
    flags = " ".join((*SYSTEM_FLAGS, *view.mailbox.keywords))
    listed = view.rights.listed(view.mailbox.keywords)
    permanent = "" if view.is_read_only else " ".join(listed)
    text = "Nothing can be changed" if view.is_read_only else "Flags permitted"
    return f"* FLAGS ({flags})\r\n* OK [PERMANENTFLAGS ({permanent})] {text}\r\n".encode()


def untagged(updates: Updates, view: View, enabled: Container[str], *, is_rev2: bool) -> bytes:
    """Return the responses that tell a client of updates.

    EXPUNGE comes before EXISTS, so that the numbers in each are those of its moment; with
    QRESYNC enabled VANISHED takes EXPUNGE's place (RFC 7162 §3.2.10).
    """
    has_qresync = "QRESYNC" in enabled
    lines: list[str] = []
    if updates.uids and has_qresync:
        lines.append(f"* VANISHED {encode_numbers(updates.uids)}\r\n")
    else:
        # One formatting for all of them is by far the fastest way to write many numbers.
        lines.append("* %d EXPUNGE\r\n" * len(updates.numbers) % updates.numbers)
    if updates.exists is not None:
        lines.append(f"* {updates.exists} EXISTS\r\n")
    if updates.recent is not None and not is_rev2:
        lines.append(f"* {updates.recent} RECENT\r\n")
    if updates.has_new_keywords:
        lines.append(flags_and_permanent_flags(view).decode())
    if updates.flagged:
        lines += _flag_lines(updates, view, enabled, is_rev2=is_rev2)
    return "".join(lines).encode()


def _flag_lines(
    updates: Updates, view: View, enabled: Container[str], *, is_rev2: bool
) -> list[str]:
    """Return a FETCH for each message whose flags changed.

    RFC 9051 appendix E, 21: with the UID under IMAP4rev2; RFC 7162 §3.2.4 wants it with
    QRESYNC, §3.2 the mod-sequence with CONDSTORE.
    """
    recent = frozenset() if is_rev2 else view.recent
    has_uid = is_rev2 or "QRESYNC" in enabled
    has_modseq = "CONDSTORE" in enabled
    lines = []
    for number, message in updates.flagged:
        uid = f"UID {message.uid} " if has_uid else ""
        modseq = f" MODSEQ ({message.modseq})" if has_modseq else ""
        flags = encode_flags(message.flags, is_recent=message.uid in recent).decode()
        lines.append(f"* {number} FETCH ({uid}FLAGS {flags}{modseq})\r\n")
    return lines
