"""Line framing: octets in, cut anywhere; whole lines out, and never too much kept.

A line ends with LF; that it should be CRLF is for the reader to insist on or not.
"""


class LineTooLong(Exception):
    """A line was longer than allowed and is dropped; `beginning` is as much as was kept."""

    def __init__(self, beginning: bytes) -> None:
        super().__init__(f"a line longer than {len(beginning)} octets")
        self.beginning = beginning


class LineFramer:
    """Cuts a stream of octets into lines of at most `limit` octets, line ends included."""

    __slots__ = ("_beginning", "_data", "_searched", "_start", "limit")

    def __init__(self, *, limit: int) -> None:
        self.limit = limit
        self._data = b""
        self._start = 0
        self._searched = 0
        self._beginning: bytes | None = None

    @property
    def unfinished(self) -> bytes:
        """What has been received of lines that were not taken yet."""
        return (self._beginning or b"") + self._data[self._start :]

    def feed(self, data: bytes) -> None:
        """Take octets as they arrive."""
        if self._start == len(self._data):
            self._data = data
        else:
            self._data = self._data[self._start :] + data
        self._searched -= self._start
        self._start = 0

    def is_whole(self, data: bytes) -> bool:
        """Whether these octets, not fed, are one whole line, and nothing waits before them."""
        size = len(data)
        is_line = 0 < size <= self.limit and data.find(b"\n") + 1 == size
        return is_line and self._start == len(self._data) and self._beginning is None

    def take(self) -> bytes | None:
        """Return the next line with its end; None if it is not whole yet.

        Raises:
            LineTooLong: it is whole, and too long; the next call takes the one after it.
        """
        end = self._data.find(b"\n", self._searched) + 1
        if not end:
            self._searched = len(self._data)
            self._drop_overlong()
            return None
        line = self._data[self._start : end]
        self._start = self._searched = end
        if self._beginning is not None or len(line) > self.limit:
            beginning = line[: self.limit] if self._beginning is None else self._beginning
            self._beginning = None
            raise LineTooLong(beginning)
        return line

    def clear(self) -> None:
        """Forget all octets not taken, as when TLS starts."""
        self._data = b""
        self._start = self._searched = 0
        self._beginning = None

    def _drop_overlong(self) -> None:
        if self._beginning is None:
            if len(self._data) - self._start <= self.limit:
                return
            self._beginning = self._data[self._start : self._start + self.limit]
        self._data = b""
        self._start = self._searched = 0
