"""DEFLATE between two buffers (RFC 1951, RFC 4978): octets in, octets out, memory bounded.

What is short is squeezed by zlib's quickest level.  What is long leaves as stored blocks, which
is DEFLATE as well: over loopback the time to squeeze it is dearer than its octets, and RFC 4978
§3 leaves the rate to either side.
"""

import zlib

from pytest_fakemail.pattern import pattern

STORED = 16 * 1024
"""From so many octets on a piece is stored."""

_RAW = -zlib.MAX_WBITS
_MOST = 0xFFFF  # octets of a stored block (RFC 1951 §3.2.4)
_QUICKEST = 1


class Deflater:
    """One direction of a stream; each piece ends on an octet, so that it can be read at once."""

    __slots__ = ("_has_history", "_zlib")

    def __init__(self) -> None:
        self._zlib = zlib.compressobj(_QUICKEST, zlib.DEFLATED, _RAW)
        self._has_history = False

    def piece(self, data: bytes) -> bytes:
        """Return these octets, compressed."""
        if len(data) >= STORED:
            return b"".join([self._forgotten(), *_stored(data)])
        self._has_history = True
        return self._zlib.compress(data) + self._zlib.flush(zlib.Z_SYNC_FLUSH)

    def end(self) -> bytes:
        """Return what ends the stream."""
        return self._zlib.flush(zlib.Z_FINISH)

    def _forgotten(self) -> bytes:
        """Have zlib refer to nothing from before what it is not told of."""
        if not self._has_history:
            return b""
        self._has_history = False
        return self._zlib.flush(zlib.Z_FULL_FLUSH)


def _stored(data: bytes) -> list[bytes | memoryview]:
    """``BFINAL = 0, BTYPE = 00``, LEN, NLEN, the octets; as often as it takes."""
    view = memoryview(data)
    pieces: list[bytes | memoryview] = []
    for start in range(0, len(data), _MOST):
        block = view[start : start + _MOST]
        size = len(block)
        pieces += [b"\0", size.to_bytes(2, "little"), (size ^ _MOST).to_bytes(2, "little"), block]
    return pieces


class NotDeflate(Exception):
    """What came is no such stream."""


_BEGINNING = 64  # octets that tell what a stream is instead
_CLEAR_LINE = pattern(rb"[!-~]+ [!-~][ -~]*\r?\n")


def _taken_for(begins: bytes) -> str:
    """Return what a stream is that is none, as far as its beginning tells."""
    head = int.from_bytes(begins[:2], "big")
    if begins[:1] == b"\x78" and not head % 31:
        return "it begins as zlib's format does (RFC 1950), where RFC 4978 wants RFC 1951 alone: "
    if begins.startswith(b"\x1f\x8b"):
        return "it begins as gzip's format does (RFC 1952), where RFC 4978 wants RFC 1951 alone: "
    if _CLEAR_LINE.match(begins):
        return "it is clear text: "
    return ""


_ENDS = (b"\x03\0", b"\x01\0\0\xff\xff")
"""How a stream without anything left to say ends (RFC 1951 §3.2.3)."""


class Inflater:
    """The other direction; a bomb comes out piece by piece."""

    __slots__ = ("_begins", "_has_stopped", "_is_full", "_rest", "_zlib")

    def __init__(self) -> None:
        self._zlib = zlib.decompressobj(_RAW)
        self._begins = b""
        self._rest = b""
        self._is_full = False  # the last piece was cut where there may be more
        self._has_stopped = False

    @property
    def has_more(self) -> bool:
        """Whether `piece` has anything to do."""
        return bool(self._rest) or self._is_full

    def feed(self, data: bytes) -> None:
        """Take octets of the stream, cut anywhere."""
        if len(self._begins) < _BEGINNING:
            self._begins = (self._begins + data)[:_BEGINNING]
        self._rest = self._rest + data if self._rest else data

    def stop(self) -> None:
        """Take what comes for clear; the client may or may not say that its stream ends."""
        self._has_stopped = True

    def clear(self) -> None:
        """Have nothing more to do."""
        self._rest, self._is_full = b"", False

    def piece(self, most: int) -> bytes:
        """Return up to so many octets that are clear now, none if the next one is not whole.

        Raises:
            NotDeflate: what was fed is no such stream.
        """
        if self._has_stopped and not self._zlib.eof:
            self._skip_end()
        if self._has_stopped or self._zlib.eof:
            data, self._rest = self._rest[:most], self._rest[most:]
            self._is_full = False
            return data
        try:
            data = self._zlib.decompress(self._rest, most)
        except zlib.error as error:
            raise NotDeflate(f"{_taken_for(self._begins)}{error}") from None
        self._rest = self._zlib.unused_data if self._zlib.eof else self._zlib.unconsumed_tail
        self._is_full = len(data) == most
        return data

    def _skip_end(self) -> None:
        """Step over what ends a stream that has nothing left; no command begins like that."""
        for end in _ENDS:
            if self._rest.startswith(end):
                self._rest = self._rest[len(end) :]
                self._zlib.decompress(end)
                return
