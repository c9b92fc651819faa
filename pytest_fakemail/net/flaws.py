"""A handshake that goes wrong on purpose: what the server does when octets of the client come."""

import ssl
from contextlib import suppress

from pytest_fakemail.net.layer import TlsLayer

_PARTINGS = {
    "close-after-client-hello": b"",
    # A fatal alert, handshake_failure: RFC 5246 §7.2, read likewise by TLS 1.3.
    "handshake-failure": b"\x15\x03\x03\x00\x02\x02\x28",
}


class Flaw:
    """One handshake's; stands between the client's octets and the TLS layer."""

    __slots__ = ("_clear", "_has_begun", "kind")

    def __init__(self, kind: str, clear: bytes) -> None:
        self.kind = kind
        self._clear = clear
        self._has_begun = False

    @property
    def closes(self) -> bool:
        """Whether the connection ends after the ClientHello."""
        return self.kind in _PARTINGS

    @property
    def parting(self) -> bytes:
        """What is said before that."""
        return _PARTINGS[self.kind]

    @property
    def is_silent_at_the_end(self) -> bool:
        """Whether there is no close_notify (RFC 8446 §6.1)."""
        return self.kind == "no-close-notify"

    def answer(self, tls: TlsLayer) -> bytes:
        """Return what is sent for octets of a handshake that the layer has been fed."""
        if self._has_begun or self.kind == "stall-after-client-hello":
            return b""
        self._has_begun = True
        if self.kind == "in-the-clear":
            return self._clear
        with suppress(ssl.SSLError):
            tls.handshake()
        flight = tls.outgoing()
        return flight[: len(flight) // 2] if self.kind == "stall-within-server-flight" else flight
