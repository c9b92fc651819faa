"""A client of POP3 or IMAP without manners: says any octets, reads or does not."""

import socket
from contextlib import suppress
from typing import Self

from hostile_reading.remote import TIMEOUT


class Hostile:
    """One connection; the greeting has been read."""

    def __init__(self, host: str, port: int) -> None:
        self.socket = socket.create_connection((host, port), timeout=TIMEOUT)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._file = self.socket.makefile("rb")
        self.line()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
        self.socket.close()

    def say(self, data: bytes) -> None:
        """Send octets; that the server hung up meanwhile is as good as that it did not."""
        with suppress(ConnectionError):
            self.socket.sendall(data)

    def line(self) -> bytes:
        """Return the next line, empty if the server hung up."""
        try:
            return self._file.readline()
        except ConnectionError:
            return b""

    def until(self, start: bytes) -> list[bytes]:
        """Return the lines up to the one that starts so, or up to the end."""
        lines = [self.line()]
        while lines[-1] and not lines[-1].startswith(start):
            lines.append(self.line())
        return lines

    def stuff(self, data: bytes) -> None:
        """Send the same again and again, reading nothing, until the server takes no more."""
        self.socket.settimeout(0.2)
        with suppress(OSError):
            for _ in range(100_000):
                self.socket.sendall(data)
        self.socket.settimeout(TIMEOUT)
