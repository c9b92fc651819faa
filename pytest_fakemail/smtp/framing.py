"""Input that has arrived and was not yet read; lines out of it, of bounded length.

Framing comes before parsing: a command's grammar sees whole lines only, whatever octets
they hold, and however the network cut them.
"""

import re

from pytest_fakemail.dataclass import dataclass

LONGEST_LINE = 16 * 1024
"""Octets of a command line that are kept; beyond, it is answered 500 and thrown away."""


@dataclass(frozen=True, slots=True)
class LongLine:
    """A line longer than is kept: how it began, and how many octets it had."""

    start: bytes
    size: int


class Input:
    """The octets received and not yet read."""

    __slots__ = ("_data", "_overlong", "_searched", "_skipped", "_start")

    def __init__(self) -> None:
        self.clear()

    def __bool__(self) -> bool:
        return self._start < len(self._data) or self._overlong is not None

    def clear(self) -> None:
        """Forget everything."""
        self._data = b""
        self._start = 0
        self._searched = 0
        self._overlong: bytes | None = None
        self._skipped = 0

    def feed(self, data: bytes) -> None:
        """Take what the client sent."""
        if self._start == len(self._data):
            self._data, self._searched = data, 0
        else:
            self._searched -= self._start
            self._data = self._data[self._start :] + data
        self._start = 0

    def is_passed_by(self, data: bytes) -> bool:
        """Whether these octets are one line, with nothing unread before it: need not be fed."""
        size = len(data)
        return (
            data.find(b"\n") == size - 1
            and self._start == len(self._data)
            and self._overlong is None
            and 0 < size <= LONGEST_LINE
        )

    def line(self) -> bytes | LongLine | None:
        """Read a line with its end, CRLF or LF; None if it is not whole yet."""
        end = self._data.find(b"\n", max(self._start, self._searched)) + 1
        if not end:
            self._searched = len(self._data)
            if self._overlong is not None or self._searched - self._start > LONGEST_LINE:
                self._skip(self._searched)
            return None
        if self._overlong is not None or end - self._start > LONGEST_LINE:
            self._skip(end)
            overlong = LongLine(self._overlong or b"", self._skipped)
            self._overlong, self._skipped = None, 0
            return overlong
        line = self._data[self._start : end]
        self._start = end
        return line

    def _skip(self, end: int) -> None:
        if self._overlong is None:
            self._overlong = self._data[self._start : min(end, self._start + LONGEST_LINE)]
        self._skipped += end - self._start
        self._start = end

    def read(self, size: int) -> bytes:
        """Read so many octets, fewer if there are no more."""
        data = self._data[self._start : self._start + size]
        self._start += len(data)
        return data

    def rest(self) -> bytes:
        """Read all there is."""
        return self.read(len(self._data) - self._start)

    def find(self, pattern: re.Pattern[bytes]) -> int:
        """Return the place of what comes next of a kind, -1 if there is none; nothing is read."""
        found = pattern.search(self._data, self._start)
        return -1 if found is None else found.start()

    def has(self, data: bytes, place: int) -> bool:
        """Whether this is at a place that was just found."""
        return place >= 0 and self._data.startswith(data, place)

    def read_up_to(self, place: int, *, skipping: int = 0) -> bytes:
        """Read to a place that was just found, or behind it, and past so many octets more."""
        data = self._data[self._start : place]
        self._start = place + skipping
        return data

    def starts_with(self, data: bytes) -> bool:
        """Whether this comes next."""
        return self._data.startswith(data, self._start)

    def unread(self) -> bytes:
        """Return what would be read next, a line's beginning thrown away included."""
        return (self._overlong or b"") + self._data[self._start :]
