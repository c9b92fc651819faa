"""Clients for hostile tests: one that does anything, one that stands by and must be served."""

import re
import socket
import ssl
import struct
from collections.abc import Iterable
from typing import Self

from pytest_fakemail import FakeMail

TIMEOUT = 60
"""Seconds that a client waits for anything; a server that is well needs milliseconds."""

REPLY = re.compile(rb"(?:\d{3}-[^\r\n]*\r\n)*\d{3}(?: [^\r\n]*)?\r\n")
ENVELOPE = b"MAIL FROM:<mallory@evil.test>\r\nRCPT TO:<user@example.test>\r\n"


class Attacker:
    """A client without manners: says any octets, reads whole replies or does not."""

    def __init__(self, fakemail: FakeMail, *, is_tls: bool = False) -> None:
        """Connect; with `is_tls` to the port of implicit TLS, without a handshake."""
        port = fakemail.smtp.tls_port if is_tls else fakemail.smtp.port
        self.socket = socket.create_connection((fakemail.smtp.host, port), timeout=TIMEOUT)
        # Nagle's algorithm would keep back a second write until the first is acknowledged.
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._read = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def say(self, *data: bytes) -> None:
        """Send octets, each of the arguments in a write of its own."""
        for one in data:
            self.socket.sendall(one)

    def reply(self) -> bytes:
        """Return the next reply, all lines of it; what has come, if the server hangs up."""
        while not (whole := REPLY.match(self._read)):
            piece = self._receive()
            if not piece:
                rest, self._read = self._read, b""
                return rest
            self._read += piece
        self._read = self._read[whole.end() :]
        return whole[0]

    def codes(self, count: int) -> list[int]:
        """Return the codes of the next replies."""
        return [int(self.reply()[:3] or b"0") for _ in range(count)]

    def ask(self, line: bytes) -> int:
        """Send a line; return the code of its reply, 0 if the server hung up."""
        self.say(line + b"\r\n")
        return self.codes(1)[0]

    def rest(self) -> bytes:
        """Return everything up to the end of the connection, however it ends."""
        pieces = [self._read]
        while piece := self._receive():
            pieces.append(piece)
        self._read = b""
        return b"".join(pieces)

    def greet(self) -> Self:
        """Read the greeting and say EHLO."""
        assert self.reply().startswith(b"220 ")
        assert self.ask(b"EHLO evil.test") == 250
        return self

    def begin(self) -> Self:
        """Go as far as the recipient."""
        self.greet().say(ENVELOPE)
        assert self.codes(2) == [250, 250]
        return self

    def begin_data(self) -> Self:
        """Go as far as DATA."""
        assert self.begin().ask(b"DATA") == 354
        return self

    def start_tls(self, context: ssl.SSLContext) -> None:
        """Shake hands."""
        assert not self._read
        self.socket = context.wrap_socket(self.socket, server_hostname="localhost")

    def end_input(self) -> None:
        """Close our half, by FIN."""
        self.socket.shutdown(socket.SHUT_WR)

    def reset(self) -> None:
        """Break the connection off, by RST."""
        linger = struct.pack("ii", 1, 0)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.socket.close()

    def _receive(self) -> bytes:
        try:
            return self.socket.recv(1 << 16)
        except ConnectionError:
            return b""


class Bystander:
    """A client with one long connection; every mail that was acknowledged to it is expected."""

    SENDER = "good@example.test"

    def __init__(self, fakemail: FakeMail) -> None:
        self._fakemail = fakemail
        self._sent: list[bytes] = []
        self._client = Attacker(fakemail).greet()

    def __enter__(self) -> Self:
        self.is_served()
        return self

    def __exit__(self, *_: object) -> None:
        self._client.socket.close()

    def is_served(self) -> None:
        """Send a mail over the old connection."""
        raw = b"Subject: number %d\r\n\r\nAs if nothing were.\r\n" % len(self._sent)
        self._client.say(
            b"MAIL FROM:<good@example.test>\r\nRCPT TO:<user@example.test>\r\nDATA\r\n",
            raw + b".\r\n",
        )
        assert self._client.codes(4) == [250, 250, 354, 250]
        self._sent.append(raw)

    def comes_again(self) -> None:
        """Connect anew, when all connections were dropped."""
        self._client.socket.close()
        self._client = Attacker(self._fakemail).greet()

    def has_lost_nothing(self) -> None:
        """Compare what is there with what was acknowledged."""
        self.is_served()
        there = self._fakemail.outbox.all(sender=self.SENDER)
        assert [mail.raw for mail in there] == self._sent
        inbox = [message.raw for message in self._fakemail.account().inbox.messages]
        assert [raw for raw in inbox if raw in self._sent] == self._sent
        self._fakemail.check()


def captured(fakemail: FakeMail) -> list[bytes]:
    """Return what was accepted from attackers."""
    return [mail.raw for mail in fakemail.outbox if mail.sender != Bystander.SENDER]


def are_replies(data: bytes) -> bool:
    """Whether these octets are replies and nothing else."""
    return re.fullmatch(rb"(?:%b)*" % REPLY.pattern, data) is not None


def unsmuggled(raw: bytes) -> bytes:
    """Return a message as it is after CRLF.CRLF alone ended it, its dots unstuffed."""
    return raw.replace(b"\r\n.", b"\r\n").removeprefix(b".")


def settled(bystander: Bystander, rounds: Iterable[int] = range(2)) -> None:
    """Return when the server has read what any client had sent before.

    The loop reads all sockets that are readable in one turn, so a conversation on one
    connection outlasts what lay waiting on another.
    """
    for _ in rounds:
        bystander.is_served()
