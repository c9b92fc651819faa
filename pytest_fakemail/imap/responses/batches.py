"""FETCH responses, some 64 KiB of them at a time: how many messages go into one piece.

A batch is what the server works on before others have their turn, and what is in memory of an
answer.  Columns say how many messages fill one; what cuts octets out of messages fills it by
their size.  A message of megabytes is a batch by itself and is not copied.
"""

from collections.abc import Callable, Iterator, Sequence

from pytest_fakemail.imap.responses.fetching import Column, Octets, long_row, rows
from pytest_fakemail.imap.responses.naming import FETCH
from pytest_fakemail.store.message import Message

_BATCH_OCTETS = 64 * 1024
_LONG = 512 * 1024
_SMALL = 32
_SOME = 64
_SOME_OCTETS = 4 * _BATCH_OCTETS
"""So many messages are a batch unseen, if all of their octets together are no more than this."""

Before = Callable[[Sequence[Message]], Octets | None]
"""Is called with each batch before it is written; returns what ends its lines, or nothing."""


def responses(
    columns: Sequence[Column],
    numbers: Sequence[int],
    messages: Sequence[Message],
    before: Before | None = None,
    word: bytes = FETCH,
) -> Iterator[bytes]:
    """Yield the FETCH responses of messages."""
    for start, end, is_long in _batches(columns, messages):
        batch = messages[start:end]
        tail = None if before is None else before(batch)
        if is_long:
            yield from long_row(columns, numbers[start], batch[0], tail, word)
        else:
            yield rows(columns, numbers[start:end], batch, tail, word)


def _batches(
    columns: Sequence[Column], messages: Sequence[Message]
) -> Iterator[tuple[int, int, bool]]:
    """Cut the messages where their answers fill a batch; say of each whether it is one long one."""
    step = min([column.at_once for column in columns])
    if step:
        for start in range(0, len(messages), step):
            yield start, min(start + step, len(messages)), False
        return
    # A client may ask for the whole of a message, or in the words of a mile-long list of fields,
    # as often as a command has room for.
    cut = [len(column.form) + _SMALL for column in columns if not column.at_once]
    words, times = sum(cut), len(cut)
    are_pieces = any(column.octets is not None for column in columns)
    start = 0
    while start < len(messages):
        some = messages[start : start + _SOME]
        # What is asked for is a header's fields, most likely, and much smaller than this.
        most = times * sum([len(one.content.raw) for one in some]) + words * len(some)
        if are_pieces or most > _SOME_OCTETS:
            yield from _by_size(messages, start, times, words)
            return
        yield start, start + len(some), False
        start += len(some)


def _by_size(
    messages: Sequence[Message], start: int, times: int, words: int
) -> Iterator[tuple[int, int, bool]]:
    """Do as `_batches` from the message at `start` on, by the size of each.

    An answer is reckoned as `times` the message, and `words` octets besides.
    """
    octets = 0
    for place in range(start, len(messages)):
        size = times * len(messages[place].plain.raw) + words
        is_long = size > _LONG
        if is_long and start < place:
            yield start, place, False
            start, octets = place, 0
        octets += size
        if octets >= _BATCH_OCTETS:
            yield start, place + 1, is_long
            start, octets = place + 1, 0
    if start < len(messages):
        yield start, len(messages), False
