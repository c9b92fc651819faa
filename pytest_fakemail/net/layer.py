"""TLS between two buffers: what a channel puts between itself and its socket.

asyncio's own layer would do but for three things that servers here must be able to do: go on
sending to a client that has closed its half, stop at any point of a handshake, and end
without waiting for the client's close_notify.
"""

import hashlib
import ssl
from contextlib import suppress
from functools import cache, partial
from typing import Self

from pytest_fakemail.net.certificates import read_file
from pytest_fakemail.wire.exchange import Tls

_RECORD = 16 * 1024
"""Octets in the longest record (RFC 8446 §5.1); OpenSSL hands out one at a time."""


class ServerObject(ssl.SSLObject):
    """An SSLObject that remembers the name the client asked for (RFC 6066 §3)."""

    server_name: str | None = None

    def _sslsock(self) -> Self:
        """Stand for a socket where gevent has patched `ssl`: its SNI callback asks for one."""
        return self


class ServerContext(ssl.SSLContext):
    """A context that remembers the file with the certificate that it presents."""

    file = ""


def remember_server_name(
    layer: ssl.SSLObject | ssl.SSLSocket, name: str | None, _context: ssl.SSLContext
) -> None:
    """Keep the name of the SNI extension; any name is accepted."""
    if isinstance(layer, ServerObject):
        layer.server_name = name


class TlsLayer:
    """The server's end of TLS, from octets to octets."""

    __slots__ = ("_incoming", "_object", "_outgoing", "is_established")

    def __init__(self, context: ssl.SSLContext) -> None:
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self._object = context.wrap_bio(self._incoming, self._outgoing, server_side=True)
        self.is_established = False

    def feed(self, data: bytes) -> None:
        """Take octets from the socket."""
        self._incoming.write(data)

    def handshake(self) -> bool:
        """Take the handshake as far as it goes; return whether it is done.

        Raises:
            ssl.SSLError: it failed; an alert for the client may be `outgoing`.
        """
        try:
            self._object.do_handshake()
        except ssl.SSLWantReadError:
            return False
        self.is_established = True
        return True

    def decrypt(self) -> tuple[bytes, bool]:
        """Return what the client said, and whether it said close_notify.

        Raises:
            ssl.SSLError: what came is not TLS.
        """
        pieces = []
        try:
            while piece := self._object.read(_RECORD):
                pieces.append(piece)
        except ssl.SSLWantReadError:
            return b"".join(pieces), False
        return b"".join(pieces), True

    def encrypt(self, data: bytes | memoryview) -> None:
        """Make records of these octets; they become `outgoing`."""
        left = memoryview(data)
        while left:
            left = left[self._object.write(left) :]

    def close_notify(self) -> None:
        """Tell the client that nothing more will be said (RFC 8446 §6.1)."""
        with suppress(ssl.SSLError):  # the client's own close_notify is not waited for
            self._object.unwrap()

    def outgoing(self) -> bytes:
        """Return the octets for the socket that have piled up."""
        return self._outgoing.read()

    def described(self) -> Tls:
        """Return what was agreed in the handshake."""
        version, cipher = self._object.version(), self._object.cipher()
        return Tls(
            version=version or "",
            cipher=cipher[0] if cipher else "",
            server_name=getattr(self._object, "server_name", None),
            client_names=_names(self._object),
            end_point=partial(_end_point, getattr(self._object.context, "file", "")),
            unique=_unique(self._object),
        )


def _unique(layer: ssl.SSLObject) -> bytes:
    """Return what ``tls-unique`` binds to, nothing where there is none.

    It is not defined for TLS 1.3 (RFC 9266 §3), though OpenSSL would give something.
    """
    if layer.version() == "TLSv1.3":
        return b""
    return layer.get_channel_binding("tls-unique") or b""


@cache
def _end_point(file: str) -> bytes:
    """Return the hash of the first certificate in a file, as ``tls-server-end-point`` has it.

    RFC 5929 §4.1: by the hash function of its signature, SHA-256 in the place of MD5 and SHA-1.
    """
    from cryptography.hazmat.primitives.serialization import Encoding
    from cryptography.x509 import load_pem_x509_certificate

    certificate = load_pem_x509_certificate(read_file(file))
    used = certificate.signature_hash_algorithm
    name = "sha256" if used is None or used.name in {"md5", "sha1"} else used.name
    return hashlib.new(name, certificate.public_bytes(Encoding.DER)).digest()


def _names(layer: ssl.SSLObject) -> tuple[str, ...]:
    """The e-mail and DNS names and the common name in the client's certificate, each once."""
    certificate = layer.getpeercert()
    if not certificate:
        return ()
    alternatives = certificate.get("subjectAltName", ())
    subject = [pair for group in certificate.get("subject", ()) for pair in group]
    wanted = ("email", "DNS", "commonName")
    named = [
        (wanted.index(kind), str(name))
        for kind, name in (*alternatives, *subject)
        if kind in wanted
    ]
    return tuple(dict.fromkeys(name for _, name in sorted(named, key=lambda entry: entry[0])))
