"""What a loop waits with on systems other than Linux; and under gevent, which takes epoll away."""

import selectors
import socket
from contextlib import suppress


class Selector:
    """What waits for descriptors to become ready."""

    def __init__(self, read: int, write: int) -> None:
        """Make one; that it is ready to be read or written has these numbers, as with epoll."""
        self._read, self._write = read, write
        self._selector = selectors.DefaultSelector()

    def change(self, descriptor: int, old: int, new: int) -> None:
        """Watch for these events instead of those; none is 0."""
        wanted = bool(new & self._read) * selectors.EVENT_READ
        wanted |= bool(new & self._write) * selectors.EVENT_WRITE
        if not old:
            self._selector.register(descriptor, wanted)
        elif new:
            self._selector.modify(descriptor, wanted)
        else:
            self._selector.unregister(descriptor)

    def poll(self, seconds: float | None) -> list[tuple[int, int]]:
        """Return descriptors with events; wait for one so many seconds, or for ever."""
        return [
            (
                key.fd,
                bool(event & selectors.EVENT_READ) * self._read
                | bool(event & selectors.EVENT_WRITE) * self._write,
            )
            for key, event in self._selector.select(seconds)
        ]

    def close(self) -> None:
        """Watch no more."""
        self._selector.close()


class SocketBell:
    """What rouses a loop: two sockets that are connected."""

    __slots__ = ("_bell", "_pull")

    def __init__(self) -> None:
        self._bell, self._pull = socket.socketpair()
        self._bell.settimeout(0)
        self._pull.settimeout(0)

    def fileno(self) -> int:
        """Return the descriptor, which is ready while it rings."""
        return self._bell.fileno()

    def ring(self) -> None:
        """Begin to ring, or go on."""
        with suppress(OSError):  # it rings already, or is closed
            self._pull.send(b"\0")

    def hush(self) -> None:
        """Stop ringing."""
        with suppress(OSError):
            self._bell.recv(4096)

    def close(self) -> None:
        """Give back the descriptors."""
        self._bell.close()
        self._pull.close()
