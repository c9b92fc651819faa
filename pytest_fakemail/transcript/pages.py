"""Where a transcript keeps what happened: columns, a page of them at a time.

A row costs some 40 octets beside the octets themselves, which are shared with whoever
made them.  Rows are only added at the end, so a reader that knows how many there were
can read while the loop writes.
"""

from array import array
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest_fakemail.transcript.abridged import Data

ROW_COST = 100
"""Octets that a row and its objects are taken to cost beside their content."""

DOT = b".\r\n"
"""What ends a message behind DATA."""

KIND_BITS = 4

Words = str | tuple[str, str]
"""A request's verb and, where the request alone does not tell it, its argument."""


class RowKind:
    """What a row tells, as a number: an attribute of an enumeration costs more than a row."""

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


class Page:
    """Some hundred kilobytes of conversation, with the octets of long answers.

    `add` is on the way of everything that any client says: kind and connection share a
    column, and the columns are plain.  `octets` is what the page keeps; with `is_final` it is
    abridged, and nothing will be added.
    """

    __slots__ = ("data", "is_final", "octets", "sources", "times", "words")

    def __init__(self) -> None:
        self.octets = 0
        self.is_final = False
        self.sources = array("Q")
        self.times = array("d")
        self.data: list[Data] = []
        self.words: list[Words] = []

    def __len__(self) -> int:
        return len(self.sources)

    def add(self, kind: int, number: int, time: float, data: bytes, words: Words) -> int:
        """Append a row; return how many octets the page now keeps."""
        self.times.append(time)
        self.data.append(data)
        self.words.append(words)
        self.sources.append(number << KIND_BITS | kind)
        self.octets = octets = self.octets + len(data) + ROW_COST
        return octets
