"""What happened, a thing at a time, as who reads a transcript sees it."""

from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from pytest_fakemail.transcript.abridged import Data
from pytest_fakemail.transcript.pages import DOT, KIND_BITS, Page, RowKind, Words


class Row(NamedTuple):
    """One thing that happened.  `kind` is a `RowKind`, `time` is in seconds since the epoch."""

    kind: int
    connection: int
    time: float
    data: Data
    words: Words

    @property
    def verb(self) -> str:
        """A request's verb."""
        return self.words if isinstance(self.words, str) else self.words[0]

    @property
    def argument(self) -> str | None:
        """A request's argument, if the request does not tell it."""
        return None if isinstance(self.words, str) else self.words[1]


def rows_of(kind: int, connection: int, time: float, data: Data, words: Words) -> tuple[Row, ...]:
    """Return what one row of a page is for who reads."""
    if kind == RowKind.DOTTED:
        message = Row(RowKind.MESSAGE, connection, time, data, "")
        return message, Row(RowKind.REQUEST, connection, time, DOT, words)
    return (Row(kind, connection, time, data, words),)


def rows_in(page: Page, count: int, begin: int = 0) -> Iterator[Row]:
    """Return the rows from `begin` to `count`, also while others are added."""
    columns = zip(page.sources, page.times, page.data, page.words, strict=False)
    for source, time, data, words in islice(columns, begin, count):
        kind = source & (1 << KIND_BITS) - 1
        yield from rows_of(kind, source >> KIND_BITS, time, data, words)
