"""Work that is done in turns, so that others need not wait for the end of it.

A long question about a mailbox is a generator that yields whenever a good moment for others
has come, some hundred microseconds of work apart, and returns the answer.
"""

from bisect import bisect_right
from collections.abc import Callable, Generator, Sequence
from itertools import repeat
from typing import Any, TypeVar

_T = TypeVar("_T")

Turns = Generator[None, None, _T]

FEW = 32
"""How many messages a turn has if each takes tens of microseconds, as decoding does."""
MANY = 1024
"""How many if each takes less than one."""


def at_once(turns: Turns[_T]) -> _T:
    """Do all of the work now."""
    while True:
        try:
            next(turns)
        except StopIteration as done:
            answer: _T = done.value
            return answer


def in_order(
    items: Sequence[_T], key: Callable[[_T], Any], *, is_reverse: bool = False
) -> Turns[list[_T]]:
    """Sort as `sorted` does: what is equal stays in its order, in reverse too.

    Many items are first dealt out, by values that divide them into parts of some size.
    """
    if len(items) <= _SORTED_AT_ONCE:
        return sorted(items, key=key, reverse=is_reverse)
    step = len(items) // (_PER_PART * (len(items) // _SORTED_AT_ONCE + 1)) + 1
    sample = sorted(key(item) for item in items[::step])
    borders = sample[_PER_PART::_PER_PART]
    parts: list[list[_T]] = [[] for _ in range(len(borders) + 1)]
    for start in range(0, len(items), MANY):
        yield
        turn = items[start : start + MANY]
        places = map(bisect_right, repeat(borders), map(key, turn))
        for item, place in zip(turn, places, strict=True):
            parts[place].append(item)
    if is_reverse:
        parts.reverse()
    ordered: list[_T] = []
    for part in parts:
        yield
        ordered += sorted(part, key=key, reverse=is_reverse)
    return ordered


_SORTED_AT_ONCE = 16 * 1024
_PER_PART = 16
