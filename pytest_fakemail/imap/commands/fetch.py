r"""FETCH and UID FETCH (RFC 3501 §6.4.5), with CHANGEDSINCE and VANISHED (RFC 7162)."""

from collections.abc import Callable, Iterator, Sequence

from pytest_fakemail.imap.client import Client
from pytest_fakemail.imap.commands.telling import tell_numbers
from pytest_fakemail.imap.grammar.fetch import (
    Attribute,
    BinarySection,
    BodySection,
    Fetch,
    FetchItem,
    fetch,
)
from pytest_fakemail.imap.grammar.numbers import page
from pytest_fakemail.imap.responses.fetching import Octets, column, flag_lists, long_row, rows
from pytest_fakemail.imap.responses.sections import label
from pytest_fakemail.imap.responses.updates import enable_condstore, news
from pytest_fakemail.imap.responses.vanished import vanished_earlier
from pytest_fakemail.imap.table import Answer, Done, Refused, Table
from pytest_fakemail.store.flags import SEEN
from pytest_fakemail.store.message import Message
from pytest_fakemail.store.numbers import ModSeq, SeqNum

table = Table()

_BATCH_OCTETS = 64 * 1024
_BATCH_MESSAGES = 512
_LONG = 512 * 1024
_SMALL = 32
# ENVELOPE and BODYSTRUCTURE are some of these; so a batch of them fills a chunk.
_STRUCTURE_MESSAGES = 64


def _check_modifiers(client: Client, wanted: Fetch, *, is_uid: bool) -> None:
    if wanted.is_vanished and not (is_uid and "QRESYNC" in client.enabled):
        # RFC 7162 §3.2.6.
        raise Refused("VANISHED is for UID FETCH with QRESYNC enabled", status="BAD")
    if wanted.partial is not None and not is_uid:
        # RFC 9394 §3.3.
        raise Refused("PARTIAL is for UID FETCH", status="BAD")


@table.pair("FETCH", fetch, holds_expunges=True, looks_first=True, tell=tell_numbers)
def fetch_command(client: Client, wanted: Fetch, *, is_uid: bool) -> Answer:
    """Fetch items of messages."""
    _check_modifiers(client, wanted, is_uid=is_uid)
    if wanted.is_vanished:
        # VANISHED (EARLIER) renumbers nothing (RFC 7162 §3.2.10.1): what still has a number
        # has to lose it before it is told of in there.
        yield news(client, expunges_allowed=True)
    view = client.selected
    numbers, messages = client.resolve(wanted.numbers, is_uid=is_uid)
    rights = view.mailbox.rights
    may_see = not (view.is_read_only or rights.is_read_only) and rights.permits(SEEN)
    sets_seen = may_see and any(
        isinstance(item, BodySection | BinarySection) and not item.is_peek for item in wanted.items
    )
    items = _items(client, wanted, is_uid=is_uid, tells_flags=sets_seen)
    if Attribute.MODSEQ in items:
        yield enable_condstore(client)
    if wanted.changed_since is not None:
        if wanted.is_vanished:
            yield vanished_earlier(view, ModSeq(wanted.changed_since), wanted.numbers)
        numbers, messages = _changed(numbers, messages, wanted.changed_since)
    if wanted.partial is not None:
        numbers, messages = page(numbers, wanted.partial), page(messages, wanted.partial)
    columns = [column(item, items, client) for item in items]
    weigh = _weigher(items)
    for start, end in _batches(messages, items, weigh):
        batch = messages[start:end]
        tail = _read(client, batch) if sets_seen else None
        if Attribute.FLAGS in items:
            tail = None
        if len(batch) == 1 and weigh(batch[0]) > _LONG:
            yield from long_row(columns, numbers[start], batch[0], tail)
        else:
            yield rows(columns, numbers[start:end], batch, tail)
    return Done()


def _items(
    client: Client, wanted: Fetch, *, is_uid: bool, tells_flags: bool
) -> Sequence[FetchItem]:
    """Return the items to answer with: those asked for and those that go with them."""
    items = list(wanted.items)
    if is_uid and Attribute.UID not in items:
        items.insert(0, Attribute.UID)
    has_modseq = wanted.changed_since is not None or (
        "CONDSTORE" in client.enabled and (tells_flags or Attribute.FLAGS in items)
    )
    if has_modseq and Attribute.MODSEQ not in items:
        items.append(Attribute.MODSEQ)
    return items


def _changed(
    numbers: Sequence[SeqNum], messages: Sequence[Message], since: int
) -> tuple[list[SeqNum], list[Message]]:
    kept = [
        (number, message)
        for number, message in zip(numbers, messages, strict=True)
        if message.modseq > since
    ]
    return [number for number, _ in kept], [message for _, message in kept]


def _weigher(items: Sequence[FetchItem]) -> Callable[[Message], int]:
    """Return what says how many octets the answer for a message may have, ENVELOPE and such apart.

    A client may ask for the whole of a message, or in the words of a mile-long list of fields,
    as often as a command has room for.
    """
    cut = [item for item in items if not isinstance(item, Attribute)]
    words = sum(len(label(item)) + _SMALL for item in cut)
    times = len(cut)
    return lambda message: times * len(message.content.plain.raw) + words


def _batches(
    messages: Sequence[Message], items: Sequence[FetchItem], weigh: Callable[[Message], int]
) -> Iterator[tuple[int, int]]:
    """Cut the messages where their answers fill some 64 KiB."""
    if all(isinstance(item, Attribute) for item in items):
        is_short = not {Attribute.ENVELOPE, Attribute.BODY, Attribute.BODYSTRUCTURE} & set(items)
        step = _BATCH_MESSAGES if is_short else _STRUCTURE_MESSAGES
        for start in range(0, len(messages), step):
            yield start, min(start + step, len(messages))
        return
    start = octets = 0
    for place, message in enumerate(messages, 1):
        size = weigh(message)
        if size > _LONG and place - 1 > start:
            yield start, place - 1
            start, octets = place - 1, 0
        octets += size
        if octets >= _BATCH_OCTETS:
            yield start, place
            start, octets = place, 0
    if start < len(messages):
        yield start, len(messages)


def _read(client: Client, messages: Sequence[Message]) -> Octets | None:
    r"""Set ``\Seen``; return what tells it, in the lines of the messages that it is new to.

    RFC 3501 §6.4.5: "the new flags SHOULD be included as part of the FETCH responses".
    """
    view = client.selected
    changed = frozenset(view.mailbox.add_flags(messages, [SEEN], author=view))
    if not changed:
        return None
    written = flag_lists(client)
    return lambda batch: [
        b" FLAGS " + flags if message in changed else b""
        for message, flags in zip(batch, written(batch), strict=True)
    ]
