"""Places in an answer: after so many octets, into its literal, after so many lines.

An answer comes as octets in any pieces, perhaps a hundred megabytes of them; a place is
found without keeping more than the few octets that could begin a literal.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

from pytest_fakemail.wire.effects import Effect, Send
from pytest_fakemail.wire.exchange import Exchange

_LITERAL = re.compile(rb"\{(\d{1,19})\}\r\n")
_LONGEST_MARKER = 23  # "{" + 19 digits + "}" + CRLF


class Place(Protocol):
    """Looks for itself in an answer's octets, piece by piece."""

    def find(self, data: bytes) -> int | None:
        """Return the offset in this piece, or None if the place comes later."""


Places = Callable[[Exchange], Place]
"""Makes a `Place` for a new answer."""


class AfterOctets:
    """The place behind the first `count` octets."""

    def __init__(self, count: int) -> None:
        self._left = count

    def find(self, data: bytes) -> int | None:
        """Return the offset in this piece, or None if the place comes later."""
        if self._left <= len(data):
            return self._left
        self._left -= len(data)
        return None


class InLiteral:
    """The place behind the first `count` octets of the first literal of IMAP."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._tail = b""
        self._rest: AfterOctets | None = None

    def find(self, data: bytes) -> int | None:
        """Return the offset in this piece, or None if the place comes later."""
        if self._rest is None:
            seen = self._tail + data
            marker = _LITERAL.search(seen)
            if marker is None:
                self._tail = seen[-_LONGEST_MARKER:]
                return None
            self._rest = AfterOctets(marker.end() - len(self._tail) + self._count)
        return self._rest.find(data)


class AfterLines:
    """The place behind the first `count` lines; with literals, behind whole responses."""

    def __init__(self, count: int, *, has_literals: bool) -> None:
        self._left = count
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


class Behind:
    """A place that is looked for behind another one."""

    def __init__(self, first: Place, then: Place) -> None:
        self._first = first
        self._then = then
        self._is_behind = False

    def find(self, data: bytes) -> int | None:
        """Return the offset in this piece, or None if the place comes later."""
        begin = 0
        if not self._is_behind:
            offset = self._first.find(data)
            if offset is None:
                return None
            self._is_behind = True
            begin = offset
        found = self._then.find(data[begin:])
        return None if found is None else begin + found


class Cut:
    """An answer taken in two goes: what comes before a place, and the rest."""

    def __init__(self, effects: Iterable[Effect], place: Place) -> None:
        self._effects = iter(effects)
        self._place = place
        self._left = b""

    def before(self) -> Iterator[Effect]:
        """Take what comes before the place; all, if the answer ends sooner."""
        for effect in self._effects:
            offset = self._place.find(effect.data) if isinstance(effect, Send) else None
            if offset is None or not isinstance(effect, Send):
                yield effect
                continue
            self._left = effect.data[offset:]
            if offset:
                yield Send(effect.data[:offset])
            return

    def rest(self) -> Iterator[Effect]:
        """Take what comes after the place, once `before` has been taken."""
        if self._left:
            yield Send(self._left)
        yield from self._effects
