"""An SMTP client whose conversation stands in the transcript, as a connection of its own."""

import smtplib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pytest_fakemail.wire.exchange import END_OF_DATA, Connection, Exchange
from pytest_fakemail.wire.silences import SILENCES, Ends

if TYPE_CHECKING:
    from pytest_fakemail.wire.parties import Recorder

_SECRET = ("AUTH",)
_KINDS = range(2, 6)  # RFC 5321 §4.2.1
_SHOWN = 60


class RecordedClient(smtplib.SMTP):
    """Python's client; what it says is ``C:``, what it hears is ``S:``."""

    def __init__(
        self,
        recorder: "Recorder",
        number: int,
        *,
        hostname: str,
        timeout: float,
        stop_reading: Callable[[Any], None],
    ) -> None:
        """`stop_reading` ends a wait for what comes in a socket, from another thread."""
        super().__init__(timeout=timeout, local_hostname=hostname)
        self._stop_reading = stop_reading
        self._recorder = recorder
        self.connection = Connection(number, "smtp")
        self._is_data = False
        self.is_encrypted = False
        self.verb = ""  # of the command that was sent last
        self.used_at = 0.0

    def connect(self, host: str = "localhost", port: int = 0, source_address: Any = None) -> Any:  # noqa: ANN401  (smtplib's own)
        """Connect, and take note of the greeting."""
        self._host = host  # which smtplib sets only when it connects at once, and TLS needs
        self.connection.local = (host, port)
        self._recorder.connected(self.connection)
        self._recorder.noted(self.connection, f"relay to {host}:{port}")
        self._recorder.opened(Exchange(self.connection, "connect", b""))
        try:
            return super().connect(host, port, source_address)
        except OSError as error:
            if self.sock is None:
                self._recorder.noted(self.connection, f"nobody there: {error.strerror or error}")
            raise

    def _patiently(self) -> None:
        """Read replies so that those which will never come are not waited for."""
        if self.file is None and self.sock is not None:
            self.file = _Replies(self.sock, self._stop_reading)

    def send(self, s: Any) -> None:  # noqa: ANN401  (smtplib's own)
        """Send, and take note."""
        data = s if isinstance(s, bytes) else s.encode(self.command_encoding)
        verb = data.split(None, 1)[0].decode("ascii", "replace").upper() if data.strip() else ""
        self.verb = END_OF_DATA if self._is_data else verb
        if self._is_data:
            message = data.removesuffix(b".\r\n")
            exchange = Exchange(self.connection, END_OF_DATA, b".\r\n", payload=message)
        else:
            line, _, chunk = data.partition(b"\r\n")
            argument = line.decode("utf-8", "replace").partition(" ")[2].strip()
            request = line + b"\r\n"
            exchange = Exchange(self.connection, verb, request, chunk or None, argument=argument)
            exchange.is_secret = verb in _SECRET or verb not in _PLAIN
        self._recorder.opened(exchange)
        super().send(data)

    def getreply(self) -> tuple[int, bytes]:
        """Read a reply, and take note.

        Raises:
            smtplib.SMTPException: it is none, or there is none.
        """
        if self.sock is not None and not self.connection.peer[1]:  # its own port, once it has one
            self.connection.peer = self.sock.getsockname()[:2]
        self._patiently()
        code, text = super().getreply()
        if code // 100 not in _KINDS:
            replies: Any = self.file  # ours, since there was one
            self._recorder.sent(self.connection, replies.last)
            said = ascii(replies.last[:_SHOWN].decode("latin-1").strip())
            raise smtplib.SMTPException(f"non-SMTP response: {said}")
        lines = text.split(b"\n")
        reply = b"".join(b"%d-%b\r\n" % (code, line) for line in lines[:-1])
        self._recorder.sent(self.connection, reply + b"%d %b\r\n" % (code, lines[-1]))
        return code, text

    def start_tls(self, context: Any) -> None:  # noqa: ANN401  (an SSLContext; `net` knows ssl)
        """Do as STARTTLS says, and take note."""
        self.starttls(context=context)
        self.is_encrypted = True
        self._recorder.noted(self.connection, "TLS started")

    def send_message_octets(self, message: bytes) -> tuple[int, bytes]:
        """Send what follows 354: the message, its dots stuffed, and the end; return the reply."""
        stuffed = (b"\r\n" + message).replace(b"\r\n.", b"\r\n..")[2:]
        self._is_data = True
        try:
            self.send(stuffed + (b"" if stuffed.endswith(b"\r\n") else b"\r\n") + b".\r\n")
        finally:
            self._is_data = False
        return self.getreply()

    def send_chunk(self, message: bytes) -> tuple[int, bytes]:
        """Send a message as one chunk, as it is (RFC 3030 §2); return the reply."""
        self.send(b"BDAT %d LAST\r\n" % len(message) + message)
        return self.getreply()

    def hang_up(self, say: Callable[[], object] | None = None) -> None:
        """Close, politely if `say` is given; whatever comes of it."""
        try:
            if say is not None:
                say()
        except (OSError, smtplib.SMTPException):
            pass
        finally:
            self.close()
            self._recorder.closed(self.connection, "closed by the relay")


class _Replies:
    """A socket's lines; reading one ends as by time-out once the server has fallen silent."""

    def __init__(self, sock: Any, stop_reading: Callable[[Any], None]) -> None:  # noqa: ANN401  (a socket; `net` knows those)
        self._sock, self._file = sock, sock.makefile("rb")
        self._stop_reading = stop_reading
        self._ends: Ends = sock.getsockname()[:2], sock.getpeername()[1]
        self._is_over = False
        self.last = b""
        SILENCES.await_on(self._ends, self._give_up)

    def _give_up(self, seconds: float) -> None:
        if seconds < self._sock.gettimeout():
            return
        self._is_over = True
        self._stop_reading(self._sock)

    def readline(self, size: int = -1) -> bytes:
        """Read a line."""
        line: bytes = self._file.readline(size)
        if self._is_over and not line.endswith(b"\n"):
            raise TimeoutError("timed out")
        self.last = line
        return line

    def close(self) -> None:
        """Wait no more."""
        SILENCES.forget(self._ends)
        self._file.close()


_PLAIN = frozenset(
    ("MAIL", "RCPT", "DATA", "BDAT", "RSET", "NOOP", "QUIT", "EHLO", "HELO", "STARTTLS")
)
