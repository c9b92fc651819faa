"""Places in an answer: after so many octets, into its literal, after so many lines.

An answer comes as octets in any pieces, perhaps a hundred megabytes of them; a place is
found without keeping more than the few octets that could begin a literal.  How far an answer
came that ends before the place is told.
"""

import math
import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple, Protocol

from pytest_fakemail.wire.effects import Close, Effect, Pause, Send
from pytest_fakemail.wire.exchange import Exchange

_LITERAL = re.compile(rb"\{(\d{1,19})\}\r\n")
_LONGEST_MARKER = 23  # "{" + 19 digits + "}" + CRLF


class Shortage(NamedTuple):
    """What there was of the thing that ended before a place; of none at all -1."""

    size: int
    text: str


class Place(Protocol):
    """Looks for itself in an answer's octets, piece by piece."""

    def find(self, data: bytes) -> int | None:
        """Return the offset in this piece, or None if the place comes later."""

    @property
    def shortage(self) -> Shortage | None:
        """What there was instead, once all has been looked through; None if the place was there."""


Places = Callable[[Exchange], Place]
"""Makes a `Place` for a new answer."""


class AfterOctets:
    """The place behind the first `count` octets."""

    def __init__(self, count: int, *, of: str = "answer") -> None:
        self._count = self._left = count
        self._of = of

    def find(self, data: bytes) -> int | None:
        """Return the offset in this piece, or None if the place comes later."""
        offset = self._left
        self._left = max(0, offset - len(data))
        return offset if offset <= len(data) else None

    @property
    def shortage(self) -> Shortage | None:
        """How many octets there were, if too few."""
        if not self._left:
            return None
        size = self._count - self._left
        return Shortage(size, f"the longest {self._of} had {_counted(size, 'octet')}")


class InLiteral:
    """The place behind the first `count` octets of IMAP's first literal that has so many."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._tail = b""
        self._longest = -1
        self._passing = 0
        """How many octets of a shorter literal are still to come."""
        self._within: AfterOctets | None = None

    def find(self, data: bytes) -> int | None:
        """Return the offset in this piece, or None if the place comes later."""
        position = 0
        while self._within is None:
            passed = min(self._passing, len(data) - position)
            self._passing -= passed
            position += passed
            seen = self._tail + data[position:]
            marker = _LITERAL.search(seen)
            if marker is None:
                self._tail = seen[-_LONGEST_MARKER:]
                return None
            position += marker.end() - len(self._tail)
            self._tail = b""
            self._begin(int(marker[1]))
        offset = self._within.find(data[position:])
        return None if offset is None else position + offset

    def _begin(self, size: int) -> None:
        self._longest = max(self._longest, size)
        if size < self._count:
            self._passing = size
        else:
            self._within = AfterOctets(self._count)

    @property
    def shortage(self) -> Shortage | None:
        """How long the longest literal was, if too short."""
        if self._longest >= self._count:
            return None
        if self._longest < 0:
            return Shortage(-1, "no answer had a literal")
        return Shortage(
            self._longest, f"the longest literal had {_counted(self._longest, 'octet')}"
        )


class AfterLines:
    """The place behind the first `count` lines; with literals, behind whole responses."""

    def __init__(self, count: int, *, has_literals: bool) -> None:
        self._count = self._left = count
        self._has_literals = has_literals
        self._tail = b""
        self._literal = 0

    def find(self, data: bytes) -> int | None:
        """Return the offset in this piece, or None if the place comes later."""
        position = 0
        while self._left:
            skipped = min(self._literal, len(data) - position)
            self._literal -= skipped
            position += skipped
            end = data.find(b"\n", position) + 1
            if not end:
                self._tail = (self._tail + data[position:])[-_LONGEST_MARKER:]
                return None
            self._end_line(data[position:end])
            position = end
        return position

    @property
    def shortage(self) -> Shortage | None:
        """How many lines there were, if too few."""
        if not self._left:
            return None
        size = self._count - self._left
        return Shortage(size, f"the longest answer had {_counted(size, 'line')}")

    def _end_line(self, line: bytes) -> None:
        ending = (self._tail + line[-_LONGEST_MARKER:])[-_LONGEST_MARKER:]
        self._tail = b""
        marker = None
        if self._has_literals and ending.endswith(b"}\r\n"):
            marker = _LITERAL.match(ending, ending.rfind(b"{"))
        if marker:
            self._literal = int(marker[1])
        else:
            self._left -= 1


class Cut:
    """An answer taken in two goes: what comes before a place, and the rest."""

    def __init__(self, effects: Iterable[Effect], place: Place) -> None:
        self._effects = iter(effects)
        self._place = place
        self._left: list[Effect] = []
        self._says_something = self._is_ended = False

    def before(self) -> Iterator[Effect]:
        """Take what comes before the place; all that is said, if the answer ends sooner."""
        for effect in self._effects:
            if is_last(effect):
                self._left = [effect]
                self._is_ended = True
                return
            if not isinstance(effect, Send):
                yield effect
                continue
            self._says_something = True
            offset = self._place.find(effect.data)
            if offset is None:
                yield effect
                continue
            self._left = _sent(effect.data[offset:])
            yield from _sent(effect.data[:offset])
            return

    @property
    def shortage(self) -> Shortage | None:
        """What there was instead of the place, once `before` has been taken.

        An answer that says nothing and goes on has every place: its end is all that there is.
        """
        if self._says_something:
            return self._place.shortage
        return Shortage(-1, "no answer had an octet") if self._is_ended else None

    def rest(self) -> Iterator[Effect]:
        """Take what comes after the place, once `before` has been taken."""
        yield from self._left
        yield from self._effects


def is_last(effect: Effect) -> bool:
    """Whether nothing that comes behind it reaches the client: the end, or silence for ever."""
    return isinstance(effect, Close) or (isinstance(effect, Pause) and effect.seconds == math.inf)


def _sent(data: bytes) -> list[Effect]:
    return [Send(data)] if data else []


def _counted(size: int, unit: str) -> str:
    return f"{size} {unit}{'' if size == 1 else 's'}"
