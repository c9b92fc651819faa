"""The METADATA response: values that were asked for, and entries that others changed (RFC 5464)."""

from collections.abc import Iterable, Sequence

from pytest_fakemail.imap.client import Client
from pytest_fakemail.imap.responses.values import (
    NIL,
    encode_astring,
    encode_literal8,
    encode_mailbox,
    encode_string,
)
from pytest_fakemail.store.annotations import PRIVATE, book
from pytest_fakemail.store.mailbox import Mailbox

_READING = "rswip"

Found = Sequence[tuple[str, bytes | None]]


def may_annotate(client: Client, mailbox: Mailbox) -> bool:
    """Whether the user may read and write annotations of a mailbox (RFC 5464 §3.3)."""
    return client.may(mailbox, "l") and any(client.may(mailbox, one) for one in _READING)


def metadata_line(client: Client, mailbox: Mailbox | None, found: Found) -> bytes:
    """Return the untagged METADATA with values; nothing without entries."""
    pairs = [b"%b %b" % (encode_astring(entry.encode()), _value(value)) for entry, value in found]
    name = _name(client, mailbox)
    return b"* METADATA %b (%b)\r\n" % (name, b" ".join(pairs)) if pairs else b""


def listed_metadata(client: Client, mailbox: Mailbox, entries: Sequence[str]) -> bytes:
    """Return what LIST tells of a mailbox's annotations (RFC 9590)."""
    if not may_annotate(client, mailbox):
        return b""
    known = book(client.registry).page(mailbox).of(client.owner.name)
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
    """What others changed since a client, who enabled METADATA, was told last (§4.4.2)."""

    def __init__(self, client: Client) -> None:
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
        waiting, self._waiting = self._waiting, {}
        lines = [
            self._line(mailbox, entries)
            for mailbox, entries in waiting.items()
            if self._concerns(mailbox)
        ]
        return b"".join(lines)

    def _concerns(self, mailbox: Mailbox | None) -> bool:
        client = self._client
        if "METADATA" not in client.granted:
            return mailbox is None
        if mailbox is None:
            return True
        found = client.find(client.name_of(mailbox))
        is_there = found is not None and found.mailbox_id == mailbox.mailbox_id
        return is_there and may_annotate(client, mailbox)

    def _line(self, mailbox: Mailbox | None, entries: Iterable[str]) -> bytes:
        spelt = b" ".join(encode_astring(entry.encode()) for entry in entries)
        return b"* METADATA %b %b\r\n" % (_name(self._client, mailbox), spelt)


def enable_metadata(client: Client) -> None:
    """Have the client hear of what others change from now on."""
    if not client.enabled & {"METADATA", "METADATA-SERVER"}:
        client.tellers.append(Changes(client))
