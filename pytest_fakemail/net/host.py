"""What a connection's driver knows of the listener that accepted it."""

from typing import Protocol

from pytest_fakemail.net.thread import ServerThread
from pytest_fakemail.net.tls import TlsAuthority


class Host(Protocol):
    """The listener that accepted the connection."""

    thread: ServerThread

    def tls(self) -> TlsAuthority:
        """What presents certificates here."""

    def left(self, driver: object) -> None:
        """The connection has ended and its socket is closed."""

    def other_port(self) -> int | None:
        """The port of the same server with TLS where this has none, or without; None if closed."""
