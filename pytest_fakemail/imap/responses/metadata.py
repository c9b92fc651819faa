"""The METADATA response: values that were asked for, and entries that others changed (RFC 5464)."""

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from pytest_fakemail.imap.client import Client
from pytest_fakemail.imap.responses.values import (
    NIL,
    encode_astring,
    encode_literal8,
    encode_mailbox,
    encode_string,
)
from pytest_fakemail.store.annotations import PRIVATE, Spelt, book
from pytest_fakemail.store.mailbox import Mailbox

ADMIN: Final = "/shared/admin"
SPECIAL_USE: Final = "/private/specialuse"

_READING = "rswip"

Found = Sequence[tuple[str, bytes | None]]


def may_annotate(client: Client, mailbox: Mailbox) -> bool:
    """Whether the user may read and write annotations of a mailbox (RFC 5464 §3.3)."""
    return client.may(mailbox, "l") and any(client.may(mailbox, one) for one in _READING)


def known_values(client: Client, mailbox: Mailbox | None) -> Spelt:
    """Return all that the user can see; some of it is computed.

    That is the server's ``/shared/admin`` (§3.2.1.1), and what a mailbox of his own is for: the
    special uses that LIST tells are ``/private/specialuse`` (RFC 6154 §4).
    """
    known = book(client.registry).page(mailbox).of(client.owner.name)
    if mailbox is None:
        domain = client.service.settings.domain
        known[ADMIN] = ADMIN, f"mailto:postmaster@{domain}".encode()
    elif "SPECIAL-USE" in client.granted and client.is_own(mailbox):
        known.pop(SPECIAL_USE, None)
        if mailbox.attributes:
            known[SPECIAL_USE] = SPECIAL_USE, " ".join(mailbox.attributes).encode()
    return known


def metadata_line(client: Client, mailbox: Mailbox | None, found: Found) -> bytes:
    """Return the untagged METADATA with values; nothing without entries."""
    pairs = [b"%b %b" % (encode_astring(entry.encode()), _value(value)) for entry, value in found]
    name = _name(client, mailbox)
    return b"* METADATA %b (%b)\r\n" % (name, b" ".join(pairs)) if pairs else b""


def listed_metadata(client: Client, mailbox: Mailbox, entries: Sequence[str]) -> bytes:
    """Return what LIST tells of a mailbox's annotations (RFC 9590)."""
    if not may_annotate(client, mailbox):
        return b""
    known = known_values(client, mailbox)
    found = [(entry, known.get(entry.lower(), ("", None))[1]) for entry in entries]
    return metadata_line(client, mailbox, found)


def _value(value: bytes | None) -> bytes:
    if value is None:
        return NIL
    return encode_literal8(value) if b"\0" in value else encode_string(value)


def _name(client: Client, mailbox: Mailbox | None) -> bytes:
    if mailbox is None:
        return b'""'
    return encode_mailbox(client.name_of(mailbox), is_utf8=client.is_utf8)


class Changes:
    """What others changed since a client was told last (§4.4.2).

    One that enabled METADATA hears of all as its commands end; what NOTIFY `wants`, by the mailbox
    or None for the server, is told by whoever watches for it, and here only if it comes so late.
    """

    def __init__(self, client: Client) -> None:
        self.is_enabled = False
        self.wants: Callable[[Mailbox | None], bool] | None = None
        self._client = client
        self._waiting: dict[Mailbox | None, dict[str, None]] = {}
        book(client.registry).watchers.add(self)

    def annotated(self, mailbox: Mailbox | None, entries: tuple[str, ...], user: str) -> None:
        """Remember what is to be told; others' private entries are not."""
        client = self._client
        if client.account is None:
            return
        mine = user == client.account.name
        told = [one for one in entries if mine or not one.lower().startswith(PRIVATE)]
        if told:
            self._waiting.setdefault(mailbox, {}).update(dict.fromkeys(told))
            client.connection.wake()

    def told(self) -> bytes:
        """Return the untagged METADATA, without values, of what the client may know of."""
        return self._lines(lambda mailbox: self.is_enabled or self._is_wanted(mailbox))

    def news(self) -> bytes:
        """Return likewise what NOTIFY wants; the rest waits if METADATA is enabled."""
        return self._lines(self._is_wanted)

    def _is_wanted(self, mailbox: Mailbox | None) -> bool:
        return self.wants is not None and self.wants(mailbox)

    def _lines(self, is_meant: Callable[[Mailbox | None], bool]) -> bytes:
        """Return the lines of what is meant, once."""
        waiting = {one: self._waiting[one] for one in self._waiting if is_meant(one)}
        left = self._waiting.items() if self.is_enabled else ()
        self._waiting = {one: entries for one, entries in left if one not in waiting}
        lines = [
            self._line(mailbox, entries)
            for mailbox, entries in waiting.items()
            if self._concerns(mailbox)
        ]
        return b"".join(lines)

    def _concerns(self, mailbox: Mailbox | None) -> bool:
        client = self._client
        if mailbox is None or "METADATA" not in client.granted:
            return mailbox is None and "METADATA-SERVER" in client.granted
        found = client.find(client.name_of(mailbox))
        is_there = found is not None and found.mailbox_id == mailbox.mailbox_id
        return is_there and may_annotate(client, mailbox)

    def _line(self, mailbox: Mailbox | None, entries: Iterable[str]) -> bytes:
        spelt = b" ".join(encode_astring(entry.encode()) for entry in entries)
        return b"* METADATA %b %b\r\n" % (_name(self._client, mailbox), spelt)


def enable_metadata(client: Client) -> None:
    """Have the client hear of what others change from now on."""
    changes_heard(client).is_enabled = True


def changes_heard(client: Client) -> Changes:
    """Return what the client hears of changes of annotations by; there is one from now on."""
    heard = next((one for one in client.tellers if isinstance(one, Changes)), None)
    if heard is None:
        heard = Changes(client)
        client.tellers.append(heard)
    return heard


def hear_no_more(client: Client, heard: Changes) -> None:
    """End what NOTIFY wanted; of one that enabled METADATA the rest goes on."""
    heard.wants = None
    if not heard.is_enabled and heard in client.tellers:
        client.tellers.remove(heard)
