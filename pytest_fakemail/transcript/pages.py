"""Where a transcript keeps what happened: columns, a page of them at a time.

A row costs some 40 octets beside the octets themselves, which are shared with whoever
made them.  Rows are only added at the end, so a reader that knows how many there were
can read while the loop writes.
"""

from array import array
from collections.abc import Iterator
from enum import IntEnum
from itertools import islice
from typing import NamedTuple

from pytest_fakemail.dataclass import dataclass

ROW_COST = 100
"""Octets that a row and its objects are taken to cost beside their content."""

_KEPT = 1024

DOT = b".\r\n"
"""What ends a message behind DATA."""


class RowKind(IntEnum):
    """What a row tells."""

    CONNECTED = 0
    REQUEST = 1
    SECRET = 2
    """A request that may hold credentials."""
    PAYLOAD = 3
    """Octets received behind the request."""
    SENT = 4
    NOTED = 5
    CLOSED = 6
    MESSAGE = 7
    """Octets received ahead of the request, which ends them: the closing dot."""
    GUARDED = 8
    """Octets sent in answer to a SECRET, which can repeat it."""
    DOTTED = 9
    """A MESSAGE and the request that ends it, which is `DOT`: one in a page, two for who reads."""


@dataclass(frozen=True, slots=True)
class Abridged:
    """Long octets, of which only both ends are kept."""

    head: bytes
    tail: bytes
    missing: int

    def __len__(self) -> int:
        return len(self.head) + len(self.tail)


Data = bytes | Abridged


def abridged(data: Data) -> Data:
    """Return long octets without their middle, others as they are."""
    if isinstance(data, Abridged) or len(data) <= 2 * _KEPT + ROW_COST:
        return data
    return Abridged(data[:_KEPT], data[-_KEPT:], len(data) - 2 * _KEPT)


def joined(data: Data, more: bytes) -> Data:
    """Return octets with more of them behind, abridged."""
    if isinstance(data, bytes):
        return abridged(data + more)
    tail = (data.tail + more)[-_KEPT:]
    return Abridged(data.head, tail, data.missing + len(data.tail) + len(more) - len(tail))


def octets(data: Data) -> bytes:
    """Return octets, with a remark where some were not kept."""
    if isinstance(data, bytes):
        return data
    remark = f"\r\n… {data.missing:,} octets not kept …\r\n".encode()
    return data.head + remark + data.tail


class Row(NamedTuple):
    """One thing that happened.  `time` is in seconds since the epoch.

    `words` are a request's verb and, where the request alone does not tell it, its argument.
    """

    kind: RowKind
    connection: int
    time: float
    data: Data
    words: "Words"

    @property
    def verb(self) -> str:
        """A request's verb."""
        return _verb(self.words)

    @property
    def argument(self) -> str | None:
        """A request's argument, if the request does not tell it."""
        return None if isinstance(self.words, str) else self.words[1]


Words = str | tuple[str, str]


def rows_of(
    kind: RowKind, connection: int, time: float, data: Data, words: Words
) -> tuple[Row, ...]:
    """Return what one row of a page is for who reads."""
    if kind is RowKind.DOTTED:
        message = Row(RowKind.MESSAGE, connection, time, data, "")
        return message, Row(RowKind.REQUEST, connection, time, DOT, words)
    return (Row(kind, connection, time, data, words),)


def _verb(words: Words) -> str:
    return words if isinstance(words, str) else words[0]


_KINDS = tuple(RowKind)
_KIND_BITS = 4


class Page:
    """Some hundred kilobytes of conversation, with the octets of long answers.

    `add` is on the way of everything that any client says: kind and connection share a
    column, and the columns are plain.
    """

    __slots__ = ("_data", "_sources", "_times", "_words", "is_final", "octets")

    def __init__(self) -> None:
        self.octets = 0
        self.is_final = False  # abridged, and nothing will be added
        self._sources = array("Q")
        self._times = array("d")
        self._data: list[Data] = []
        self._words: list[Words] = []

    def __len__(self) -> int:
        return len(self._sources)

    def add(self, kind: int, number: int, time: float, data: bytes, words: Words) -> int:
        """Append a row; return how many octets the page now keeps."""
        self._times.append(time)
        self._data.append(data)
        self._words.append(words)
        self._sources.append(number << _KIND_BITS | kind)
        self.octets = octets = self.octets + len(data) + ROW_COST
        return octets

    def extend(self, number: int, data: bytes) -> bool:
        """Make one abridged row of an answer's pieces; False if the last row is none of them."""
        if not self._data or self._sources[-1] != number << _KIND_BITS | RowKind.SENT:
            return False
        last = self._data[-1]
        self._data[-1] = whole = joined(last, data)
        self.octets += len(whole) - len(last)
        return True

    def abridge(self) -> None:
        """Keep only both ends of what is long."""
        for place, data in enumerate(self._data):
            shorter = abridged(data)
            if shorter is not data:
                self._data[place] = shorter
                self._words[place] = _verb(self._words[place])  # an argument can be as long
                self.octets -= len(data) - len(shorter)

    def rows(self, count: int, begin: int = 0) -> Iterator[Row]:
        """Return the rows from `begin` to `count`, also while others are added."""
        columns = zip(self._sources, self._times, self._data, self._words, strict=False)
        for source, time, data, words in islice(columns, begin, count):
            kind = _KINDS[source & (1 << _KIND_BITS) - 1]
            yield from rows_of(kind, source >> _KIND_BITS, time, data, words)
