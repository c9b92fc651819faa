# ruff: noqa: D400, D415  (the docstring of a rule is its ABNF)
r"""FETCH and UID FETCH (RFC 3501 §6.4.5), with CHANGEDSINCE and VANISHED (RFC 7162)."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any

from pytest_fakemail.dataclass import dataclass
from pytest_fakemail.imap.client import Client
from pytest_fakemail.imap.commands.limits import newest_first, require_short
from pytest_fakemail.imap.commands.telling import tell_numbers
from pytest_fakemail.imap.grammar.cursor import Cursor
from pytest_fakemail.imap.grammar.fetch import (
    Attribute,
    BinarySection,
    BodySection,
    FetchItem,
    fetch_items,
)
from pytest_fakemail.imap.grammar.numbers import SequenceSet, page
from pytest_fakemail.imap.grammar.rules import (
    listed,
    mod_sequence_value,
    partial_range,
    sequence_set,
)
from pytest_fakemail.imap.responses.batches import responses
from pytest_fakemail.imap.responses.fetching import Octets, column, flag_lists
from pytest_fakemail.imap.responses.naming import named
from pytest_fakemail.imap.responses.sections import require_decodable
from pytest_fakemail.imap.responses.updates import enable_condstore, news
from pytest_fakemail.imap.responses.vanished import vanished_earlier
from pytest_fakemail.imap.table import Answer, Done, Refused, Table
from pytest_fakemail.store.flags import SEEN
from pytest_fakemail.store.message import Message
from pytest_fakemail.store.numbers import ModSeq, SeqNum
from pytest_fakemail.store.view import View

table = Table()


@dataclass(frozen=True, slots=True)
class Fetch:
    """The arguments of FETCH and UID FETCH; each of the `items` once.

    `partial` is a page of the messages named (RFC 9394 §3.3): positions from 1 or, negative,
    from the end.
    """

    numbers: SequenceSet
    items: tuple[FetchItem, ...]
    changed_since: int | None = None
    is_vanished: bool = False
    partial: tuple[int, int] | None = None


def fetch(cursor: Cursor) -> Fetch:
    """``fetch = "FETCH" SP sequence-set SP (macro / fetch-att / fetch-atts) [fetch-modifiers]``"""
    cursor.expect(b" ")
    numbers = sequence_set(cursor)
    cursor.expect(b" ")
    items = fetch_items(cursor)
    arguments = Fetch(numbers, items)
    if cursor.skip(b" "):
        modifiers = listed(cursor, _fetch_modifier)
        if len(dict(modifiers)) < len(modifiers):
            raise cursor.wants("each option once")
        arguments = replace(arguments, **dict(modifiers))
    if arguments.is_vanished and arguments.changed_since is None:
        # RFC 7162 §3.2.6: VANISHED without CHANGEDSINCE is answered with BAD.
        raise cursor.wants("CHANGEDSINCE with VANISHED")
    return arguments


def _fetch_modifier(cursor: Cursor) -> tuple[str, Any]:
    """``fetch-modifier = "CHANGEDSINCE" SP mod-sequence-value / "VANISHED" / "PARTIAL" SP …``"""
    if "CONDSTORE" in cursor.capabilities and cursor.skip_word("CHANGEDSINCE"):
        cursor.expect(b" ")
        return "changed_since", mod_sequence_value(cursor)
    if "QRESYNC" in cursor.capabilities and cursor.skip_word("VANISHED"):
        return "is_vanished", True
    if "PARTIAL" in cursor.capabilities and cursor.skip_word("PARTIAL"):
        cursor.expect(b" ")
        return "partial", partial_range(cursor)
    raise cursor.wants("a modifier that FETCH knows")


def _check_modifiers(client: Client, arguments: Fetch, *, is_uid: bool) -> None:
    if arguments.is_vanished and not (is_uid and "QRESYNC" in client.enabled):
        # RFC 7162 §3.2.6.
        raise Refused("VANISHED is for UID FETCH with QRESYNC enabled", status="BAD")


def _asks_modseq(arguments: Fetch) -> bool:
    return arguments.changed_since is not None or Attribute.MODSEQ in arguments.items


@table.pair(
    "FETCH",
    fetch,
    holds_expunges=True,
    looks_first=True,
    asks_modseq=_asks_modseq,
    tell=tell_numbers,
)
def fetch_command(client: Client, arguments: Fetch, *, is_uid: bool) -> Answer:
    """Fetch items of messages."""
    _check_modifiers(client, arguments, is_uid=is_uid)
    if arguments.is_vanished:
        # VANISHED (EARLIER) renumbers nothing (RFC 7162 §3.2.10.1): what still has a number
        # has to lose it before it is told of in there.
        yield news(client, expunges_allowed=True)
    view = client.selected
    numbers, messages = client.resolve(arguments.numbers, is_uid=is_uid)
    if arguments.partial is None:
        numbers, messages, code = newest_first(client, numbers, messages)
    else:
        code = ""
        require_short(client, abs(arguments.partial[0] - arguments.partial[1]) + 1)
    sets_seen = _sets_seen(view, arguments.items)
    items = _items(client, arguments, is_uid=is_uid, tells_flags=sets_seen)
    if Attribute.MODSEQ in items:
        yield enable_condstore(client)
    if arguments.partial is not None:
        # RFC 9394 §3.4: the page is of the messages that are named, not of those that changed.
        # §3.3 speaks of UID FETCH alone, §4's grammar of both; Cyrus and James take it in both.
        numbers, messages = page(numbers, arguments.partial), page(messages, arguments.partial)
    if arguments.changed_since is not None:
        if arguments.is_vanished:
            yield vanished_earlier(view, ModSeq(arguments.changed_since), arguments.numbers)
        numbers, messages = _changed(numbers, messages, arguments.changed_since)
    columns = [column(item, items, client) for item in items]
    read = partial(_read, client, is_told=Attribute.FLAGS in items) if sets_seen else None
    if sets_seen:
        yield from _decided(arguments.items, messages)
    word, names = named(client, numbers, messages)
    yield from responses(columns, names, messages, read, word)
    return Done(code=code)


def _decided(items: Sequence[FetchItem], messages: Sequence[Message]) -> Iterator[bytes]:
    """Refuse what cannot be decoded before any message is marked as read.

    Raises:
        UnknownEncoding: a part is in none that is known.
    """
    wanted = [item.part for item in items if isinstance(item, BinarySection) and item.part]
    if not wanted:
        return
    for message in messages:
        found = map(message.plain.part.numbered, wanted)
        for part in filter(None, found):
            require_decodable(part)
        yield b""


def fetched_unasked(
    client: Client,
    wanted: Sequence[FetchItem],
    numbers: Sequence[SeqNum],
    messages: Sequence[Message],
) -> bytes:
    """Return the items that a client wants of new messages, of those that have them (RFC 5465).

    The UID is added where a client may need it.
    """
    view = client.selected
    sets_seen = _sets_seen(view, wanted)
    has_uid = client.is_rev2 or "QRESYNC" in client.enabled
    arguments = Fetch(SequenceSet(), tuple(wanted))
    items = _items(client, arguments, is_uid=has_uid, tells_flags=sets_seen)
    columns = [column(item, items, client) for item in items]
    read = partial(_read, client, is_told=Attribute.FLAGS in items) if sets_seen else None
    lines: list[bytes] = []
    word, names = named(client, numbers, messages)
    for name, message in zip(names, messages, strict=True):
        with suppress(Refused):  # a part in an encoding that is none
            lines += responses(columns, [name], [message], read, word)
    return b"".join(lines)


def _items(
    client: Client, arguments: Fetch, *, is_uid: bool, tells_flags: bool
) -> Sequence[FetchItem]:
    """Return the items to answer with: those asked for and those that go with them."""
    items = list(arguments.items)
    if "fetch.partial_ignored" in client.connection.marks:
        items = [_whole(item) for item in items]
    if is_uid and Attribute.UID not in items and not client.is_uid_only:
        items.insert(0, Attribute.UID)
    has_modseq = arguments.changed_since is not None or (
        "CONDSTORE" in client.enabled and (tells_flags or Attribute.FLAGS in items)
    )
    if has_modseq and Attribute.MODSEQ not in items:
        items.append(Attribute.MODSEQ)
    return items


def _whole(item: FetchItem) -> FetchItem:
    """Return an item that asks for all of a section where a part of it was asked for."""
    if isinstance(item, BodySection | BinarySection):
        return replace(item, partial=None)
    return item


def _changed(
    numbers: Sequence[SeqNum], messages: Sequence[Message], since: int
) -> tuple[list[SeqNum], list[Message]]:
    kept = [
        (number, message)
        for number, message in zip(numbers, messages, strict=True)
        if message.modseq > since
    ]
    return [number for number, _ in kept], [message for _, message in kept]


def _sets_seen(view: View, items: Sequence[FetchItem]) -> bool:
    return _may_set_seen(view) and any(
        isinstance(item, BodySection | BinarySection) and not item.is_peek for item in items
    )


def _may_set_seen(view: View) -> bool:
    """Whether reading a message marks it: not with EXAMINE, nor in a mailbox that forbids it."""
    rights = view.rights
    return not (view.is_read_only or rights.is_read_only) and rights.permits(SEEN)


def _read(client: Client, messages: Sequence[Message], *, is_told: bool) -> Octets | None:
    r"""Set ``\Seen``; return what tells it, in the lines of the messages that it is new to.

    RFC 3501 §6.4.5: "the new flags SHOULD be included as part of the FETCH responses".
    `is_told`: they are there already, for the client asked for the flags.
    """
    view = client.selected
    changed = frozenset(view.mailbox.add_flags(messages, [SEEN], author=view))
    if is_told or not changed:
        return None
    written = flag_lists(client)
    return lambda batch: [
        b" FLAGS " + flags if message in changed else b""
        for message, flags in zip(batch, written(batch), strict=True)
    ]
