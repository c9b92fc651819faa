"""The stage with sockets: a whole `FakeMail`, and clients that read until something comes."""

import socket
import ssl
import zlib

from pytest_fakemail.fakemail import FakeMail
from pytest_fakemail.policies.policy import Policy
from pytest_fakemail.settings import Settings
from pytest_fakemail.wire.capabilities import Capabilities

_PATIENCE = 10  # seconds; what has to come comes at once


class SocketLine:
    """One connection of a client."""

    def __init__(self, fakemail: FakeMail, protocol: str) -> None:
        self.protocol = protocol
        self._fakemail = fakemail
        self._socket: socket.socket = socket.create_connection(
            getattr(fakemail, protocol).address, timeout=_PATIENCE
        )
        self._received = b""
        self._deflate: zlib._Compress | None = None
        self._inflate: zlib._Decompress | None = None

    def say(self, data: bytes) -> None:
        """Say this."""
        if self._deflate is not None:
            data = self._deflate.compress(data) + self._deflate.flush(zlib.Z_SYNC_FLUSH)
        try:
            self._socket.sendall(data)
        except ConnectionError:
            return  # what the server did will be read

    def hear(self) -> bytes | None:
        """Return the next line without its end, or event; None if nothing comes."""
        while b"\r\n" not in self._received:
            try:
                data = self._socket.recv(65536)
            except TimeoutError:
                return None
            except ConnectionResetError:
                return b"[reset]"
            if not data:
                return b"[close]"
            self._received += data if self._inflate is None else self._inflate.decompress(data)
        line, _, self._received = self._received.partition(b"\r\n")
        return line

    def overhear(self) -> bytes | None:
        """Return the next line if it is here already."""
        self._socket.settimeout(0)
        try:
            return self.hear()
        except (BlockingIOError, ssl.SSLWantReadError):
            return None
        finally:
            self._socket.settimeout(_PATIENCE)

    def start_tls(self) -> bool:
        """Begin TLS as the client."""
        context = self._fakemail.tls.client_context()
        self._socket = context.wrap_socket(self._socket, server_hostname="localhost")
        return True

    def compress(self, *, is_begun: bool) -> bool:
        """Compress, or end both streams."""
        assert not self._received
        if is_begun:
            self._deflate = zlib.compressobj(wbits=-15)
            self._inflate = zlib.decompressobj(wbits=-15)
            return True
        assert self._deflate is not None
        assert self._inflate is not None
        self._socket.sendall(self._deflate.flush())
        while not self._inflate.eof:
            octet = self._socket.recv(1)
            assert octet, "the connection has ended within the stream"
            self._received += self._inflate.decompress(octet)
        self._deflate = self._inflate = None
        return not self._received

    def time_out(self) -> None:
        """Let the inactivity timer run out."""
        self._fakemail.clock.advance(getattr(self._fakemail.settings, f"{self.protocol}_timeout"))

    def leave(self) -> None:
        """Close the connection, and wait until the server knows."""
        self._socket.shutdown(socket.SHUT_WR)
        while self.hear() not in {b"[close]", b"[reset]", None}:
            pass

    def close(self) -> None:
        """Let go of the socket."""
        self._socket.close()


class Sockets:
    """A FakeMail and its clients."""

    def __init__(self, settings: Settings) -> None:
        self._fakemail = FakeMail(settings)
        self.clock = self._fakemail.clock
        self.store = self._fakemail.store
        self._lines: list[SocketLine] = []

    def capabilities(self, protocol: str) -> Capabilities:
        """Return what a server can do."""
        capabilities = getattr(self._fakemail, protocol).capabilities
        assert isinstance(capabilities, Capabilities)
        return capabilities

    def connect(self, _number: int, protocol: str) -> SocketLine:
        """Open a connection."""
        line = SocketLine(self._fakemail, protocol)
        self._lines.append(line)
        return line

    def enforce(self, protocol: str, policy: Policy) -> None:
        """Let a policy stand."""
        getattr(self._fakemail, protocol).enforce(policy)

    def notes(self, number: int) -> list[str]:
        """Return what the transcript notes of a connection."""
        (found,) = (one for one in self._fakemail.transcript.connections if one.number == number)
        return list(found.notes)

    def settle(self) -> None:
        """Everything happens by itself."""

    def end(self) -> None:
        """Close everything; check that the servers made no mistake of their own."""
        for line in self._lines:
            line.close()
        self._fakemail.close()
        self._fakemail.check()
