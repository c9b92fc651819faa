"""What a client has said and its session has not been given yet."""

HELD = 64 * 1024
"""Octets of input held while an answer is performed, before reading stops."""


class Held:
    """A client's octets, in the order of their coming."""

    __slots__ = ("_blind", "_pieces", "_size")

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._size = 0
        self._blind = 0  # how many of the pieces the client sent before our last write

    def add(self, data: bytes) -> None:
        """Take octets."""
        self._pieces.append(data)
        self._size += len(data)

    @property
    def is_full(self) -> bool:
        """Whether the rest is better left with the kernel."""
        return self._size > HELD

    def answered(self) -> None:
        """Take note that what comes from now on may be said in the light of what we write now."""
        self._blind = len(self._pieces)

    def take(self) -> bytes:
        """Return everything, and hold it no more."""
        pieces = self._pieces
        data = pieces[0] if len(pieces) == 1 else b"".join(pieces)
        pieces.clear()
        self._size = self._blind = 0
        return data

    def take_apart(self) -> tuple[bytes, bytes]:
        """Return what came before our last write, and what came after; hold it no more."""
        blind = b"".join(self._pieces[: self._blind])
        return blind, self.take()[len(blind) :]
