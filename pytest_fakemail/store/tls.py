"""What is told of the TLS layer that a mail came through."""

from typing import Protocol


class Tls(Protocol):
    """What a delivery tells of the TLS layer that it came through (`wire.exchange.Tls`)."""

    @property
    def version(self) -> str:
        """The protocol version, as ``"TLSv1.3"``."""

    @property
    def cipher(self) -> str:
        """The name of the cipher suite."""

    @property
    def server_name(self) -> str | None:
        """The server name that the client asked for (SNI)."""

    @property
    def client_names(self) -> tuple[str, ...]:
        """The names in the client's certificate."""
