"""Sequence sets: which messages a command speaks of, and how a response names many.

A set is kept as ranges and never as its members: ``1:4294967295`` costs as little as ``1``.
"""

from bisect import bisect_right
from collections.abc import Container, Iterable, Iterator
from typing import TypeVar

from pytest_fakemail.dataclass import dataclass

STAR = 0
"""Stands for ``*``, the largest number in use; no message has number 0."""

LARGEST = 0xFFFFFFFF
"""The largest sequence number or UID (RFC 9051 §9, nz-number)."""


Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class SequenceSet:
    """Numbers as the client wrote them: ``(first, last)`` pairs in any order, overlaps allowed.

    `is_saved` is ``$``, the result of the last SEARCH RETURN (SAVE) (RFC 5182 §2.1); the
    session puts the numbers in.
    """

    ranges: tuple[tuple[int, int], ...] = ()
    is_saved: bool = False

    def __str__(self) -> str:
        """The set in IMAP's words."""
        return "$" if self.is_saved else ",".join(_written(*pair) for pair in self.ranges)

    def resolved(self, largest: int) -> list[range]:
        """Return it as ascending ranges that do not touch, `largest` standing in for ``*``.

        ``n:*`` includes `largest` even if n is larger (RFC 9051 §9, seq-range).  Numbers
        above `largest` are kept: UIDs may be asked for that are not in use.
        """
        spans = sorted(
            (first, last) if first <= last else (last, first)
            for first, last in ((first or largest, last or largest) for first, last in self.ranges)
        )
        return list(_merged(spans))

    def members(self, largest: int) -> Container[int]:
        """Return what can be asked for one number after the other; see `resolved`.

        It is as big as the set is long, however many numbers there are in it.
        """
        spans = self.resolved(largest)
        return spans[0] if len(spans) == 1 else _Members(spans)


class _Members(Container[int]):
    """Numbers in ascending ranges that do not touch."""

    __slots__ = ("_spans", "_starts")

    def __init__(self, spans: list[range]) -> None:
        self._spans = spans
        self._starts = [span.start for span in spans]

    def __contains__(self, number: object) -> bool:
        if not isinstance(number, int):
            return False
        place = bisect_right(self._starts, number) - 1
        return place >= 0 and number in self._spans[place]


def _merged(spans: Iterable[tuple[int, int]]) -> Iterator[range]:
    """Join ascending spans that overlap or touch."""
    start, end = 0, -1
    for first, last in spans:
        if first > end + 1:
            if end >= start:
                yield range(start, end + 1)
            start, end = first, last
        elif last > end:
            end = last
    if end >= start:
        yield range(start, end + 1)


def _written(first: int, last: int) -> str:
    left, right = str(first or "*"), str(last or "*")
    return left if left == right else f"{left}:{right}"


def encode_numbers(numbers: Iterable[int]) -> str:
    """Return numbers as a sequence set, runs joined, in the order given.

    ``[3, 4, 5, 9]`` is ``"3:5,9"``.  COPYUID and ESEARCH need the order kept where it was
    ascending; a falling step begins a new item.  No numbers are ``""``, which IMAP's grammar
    has no place for: the caller leaves the item out.
    """
    if isinstance(numbers, list) and numbers:
        first, count = numbers[0], len(numbers)
        if numbers[-1] - first == count - 1 and numbers == list(range(first, first + count)):
            return f"{first}:{numbers[-1]}" if count > 1 else str(first)
    pieces: list[str] = []
    start = previous = -1
    for number in numbers:
        if number == previous + 1:
            previous = number
            continue
        if start >= 0:
            pieces.append(str(start) if start == previous else f"{start}:{previous}")
        start = previous = number
    if start >= 0:
        pieces.append(str(start) if start == previous else f"{start}:{previous}")
    return ",".join(pieces)


def page(found: list[Item], wanted: tuple[int, int]) -> list[Item]:
    """Return a page of what was found: places from 1, or from the end, ``(-1, -9)`` (RFC 9394).

    Always in the order of `found`.
    """
    first, last = map(abs, wanted)
    if wanted[0] > 0:
        return found[first - 1 : last]
    return found[max(len(found) - last, 0) : max(len(found) - first + 1, 0)]
