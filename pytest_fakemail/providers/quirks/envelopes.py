"""Quirks of ENVELOPE (RFC 9051 §7.5.2): addresses, and what is there or is not."""

from collections.abc import Callable, Iterator

from pytest_fakemail.providers.quirks.quirk import Quirk
from pytest_fakemail.providers.quirks.tree import (
    Node,
    fetched,
    is_message,
    parts,
    values,
    with_literals,
)

_FROM, _SENDER, _REPLY_TO, _BCC, _IN_REPLY_TO, _MESSAGE_ID = 2, 3, 4, 7, 8, 9
_NAME, _MAILBOX, _HOST = 0, 2, 3
_FETCH = ("FETCH",)


def _envelopes(root: Node) -> Iterator[list[Node]]:
    """Yield the fields of each envelope, those of messages within the message too."""
    for envelope in values(root, b"ENVELOPE"):
        yield envelope.inside
    for part in parts(root):
        if is_message(part):
            yield part.inside[7].inside


def _address_lists(root: Node) -> Iterator[Node]:
    for fields in _envelopes(root):
        yield from fields[_FROM : _BCC + 1]


def _each_address(root: Node) -> Iterator[list[Node]]:
    for one in _address_lists(root):
        yield from (address.inside for address in one.inside)


def _empty_for_nil(root: Node) -> None:
    for one in _address_lists(root):
        if not one.is_list:
            one.members = []


def _nil_among(root: Node) -> None:
    for one in _address_lists(root):
        if one.is_list:
            one.inside.append(Node(b"NIL"))


def _no_fallbacks(root: Node) -> None:
    for fields in _envelopes(root):
        for one in fields[_SENDER : _REPLY_TO + 1]:
            one.become(b"NIL")


def _swapped(root: Node) -> None:
    for address in _each_address(root):
        name, mailbox = address[_NAME], address[_MAILBOX]
        name.raw, mailbox.raw = mailbox.raw, name.raw


def _missing_host(root: Node) -> None:
    """Name hosts as Exchange does, and as c-client did before it."""
    for address in _each_address(root):
        if address[_HOST].raw in (b'"MISSING_DOMAIN"', b"NIL"):
            address[_HOST].raw = b'".MISSING-HOST-NAME."'
        if address[_MAILBOX].raw == b'"MISSING_MAILBOX"':
            address[_MAILBOX].raw = b"NIL"


def _spaced(root: Node) -> None:
    for one in _address_lists(root):
        for address in one.inside[1:]:
            address.gap = b" "


def _space_after_all(root: Node) -> None:
    for one in _address_lists(root):
        if one.is_list:
            one.end = b" "


def _no_addresses(root: Node) -> None:
    for one in _address_lists(root):
        one.become(b"NIL")


def _no_mailbox(root: Node) -> None:
    for address in _each_address(root):
        address[_MAILBOX].become(b"NIL")


def _no_field(place: int) -> Callable[[Node], None]:
    """Return what leaves a field out, so that those behind it are where it was."""

    def change(root: Node) -> None:
        for fields in _envelopes(root):
            del fields[place : place + 1]

    return change


def _odd_date(root: Node) -> None:
    for fields in _envelopes(root):
        fields[0].become(b'"some day"')


def _literals(root: Node) -> None:
    with_literals(one for fields in _envelopes(root) for one in fields)


# fmt: off
ROWS = (
    Quirk("env.empty_list_for_nil", "imap", _FETCH, "() where no address is",
          "grammars that want NIL or an address", "C JM (Yahoo)", fetched(_empty_for_nil)),
    Quirk("env.nil_in_address_list", "imap", _FETCH, "NIL among the addresses",
          "clients that want each to be a list", "T MK#991 (SmarterMail)", fetched(_nil_among)),
    Quirk("env.missing_sender", "imap", _FETCH, "NIL for Sender and Reply-To, not From again",
          "clients that take the fallback for granted", "C JM (Exchange)", fetched(_no_fallbacks)),
    Quirk("env.swapped_name_mailbox", "imap", _FETCH, "name and mailbox in each other's place",
          "clients that show or answer senders", "T MK PR1319 (Gmail)", fetched(_swapped)),
    Quirk("env.missing_host_name", "imap", _FETCH,
          'NIL and ".MISSING-HOST-NAME." for an address without @', "clients that answer it",
          "T MK#1451 (Exchange)", fetched(_missing_host)),
    Quirk("env.space_between_addresses", "imap", _FETCH, "a space between two addresses",
          "strict parsers", "C ICQ", fetched(_spaced)),
    Quirk("env.space_after_addresses", "imap", _FETCH, "a space behind the last address",
          "strict parsers", "C JM (Yahoo)", fetched(_space_after_all)),
    Quirk("env.nil_lists", "imap", _FETCH, "NIL for all addresses", "clients that want a sender",
          "K no capture", fetched(_no_addresses)),
    Quirk("env.nil_mailbox", "imap", _FETCH, "NIL for the mailbox of each address",
          "clients that put addresses together", "K no capture", fetched(_no_mailbox)),
    Quirk("env.missing_in_reply_to", "imap", _FETCH, "no In-Reply-To, not even NIL",
          "clients that count its fields", "K no capture", fetched(_no_field(_IN_REPLY_TO))),
    Quirk("env.missing_message_id", "imap", _FETCH, "the envelope ends before Message-ID",
          "clients that count its fields", "K no capture", fetched(_no_field(_MESSAGE_ID))),
    Quirk("env.bad_date", "imap", _FETCH, '"some day" for the date', "parsers of dates",
          "K no capture", fetched(_odd_date)),
    Quirk("lit.in_envelope", "imap", _FETCH, "every string of the envelope as a literal",
          "clients that read lines", "K no capture", fetched(_literals)),
)
