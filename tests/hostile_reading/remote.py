"""An IMAP client over a socket that believes what it is told.

It can come back after a lost connection.
"""

import re
import socket
from dataclasses import dataclass
from typing import Self

from imap.believer import FETCH, VANISHED, Believer, Known, flags_in, ranges_in

TIMEOUT = 60
"""Seconds that a client waits for anything; a server that is well needs milliseconds."""

_EXISTS = re.compile(rb"\* (\d+) EXISTS\r\n\Z")
_LITERAL = re.compile(rb"\{(\d+)\}\r\n\Z")
_FETCHED = re.compile(rb"UID (\d+) FLAGS \(([^)]*)\)")


class Gone(Exception):
    """The server said BYE or hung up."""


@dataclass
class RemoteReader(Believer):
    """One client; `user` and `password` are said as they are."""

    host: str
    port: int
    login: str = "user@example.test password"
    mailbox: str = ""

    def __post_init__(self) -> None:
        """Connect and log in."""
        self._tags = 0
        self.connect()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.hang_up()

    def connect(self) -> None:
        """Begin a session; what was known of the mailbox stays known."""
        self._socket = socket.create_connection((self.host, self.port), timeout=TIMEOUT)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._file = self._socket.makefile("rb")
        self.is_idle = False
        assert self._line().startswith(b"* OK ")
        self.say(f"LOGIN {self.login}")
        if self.has_qresync:
            self.say("ENABLE QRESYNC")

    def hang_up(self) -> None:
        """Go without a word."""
        self._file.close()
        self._socket.close()

    def select(self, mailbox: str = "INBOX") -> None:
        """Select a mailbox, with nothing known of it."""
        self.mailbox, self.messages, self.modseq = mailbox, [], 0
        self.say(f"SELECT {mailbox}")
        self.look()

    def come_back(self) -> None:
        """Lose the connection, and learn what happened meanwhile (RFC 7162 §3.2.5).

        What only EXISTS told of is asked for first: it is not known by a UID yet.
        """
        self.done()
        self.look()
        self.hang_up()
        self.connect()
        before, self.messages = self.messages, []
        known = {one.uid: one for one in before if one.uid is not None}
        if not self.has_qresync or not known or not self.modseq:
            self.select(self.mailbox)
            return
        uidvalidity = self.uidvalidity
        answer = self._answer(f"SELECT {self.mailbox} (QRESYNC ({uidvalidity} {self.modseq}))")
        exists = [int(count[1]) for line in answer if (count := _EXISTS.match(line))]
        told: dict[int, frozenset[str]] = {}
        for line in answer:
            self.codes(line)
            if vanished := VANISHED.match(line):
                assert vanished[1], f"unasked for {line!r}"
                for first, last in ranges_in(vanished[2]):
                    known = {uid: one for uid, one in known.items() if not first <= uid <= last}
            elif fetched := FETCH.match(line):
                found = _FETCHED.search(fetched[2])
                assert found, line
                told[int(found[1])] = flags_in(found[2])
        if self.uidvalidity != uidvalidity:
            self.messages = [Known() for _ in range(exists[-1])]
            self.look()
            return
        for number, flags in told.items():
            known[number] = Known(number, flags)
        assert len(known) == exists[-1], f"{sorted(map(str, known))} are not {exists[-1]}"
        self.messages = [known[uid] for uid in sorted(known)]

    def look(self) -> None:
        """Ask for the UID and flags of all messages."""
        if self.messages:
            self.say("FETCH 1:* (UID FLAGS)")

    def say(self, command: str, literal: bytes | None = None) -> bytes:
        """Say a command, take in all that comes; return the tagged response without its tag."""
        self.done()
        answer = self._answer(command, literal)
        for line in answer[:-1]:
            self.hear(line, command)
        self.codes(answer[-1])
        return answer[-1].partition(b" ")[2]

    def store_silently(self, numbers: range, flag: str) -> None:
        """Add a flag, and believe that it was added, as the server says nothing of it."""
        self.done()
        for number in numbers:
            known = self.messages[number - 1]
            if known.flags is not None:
                known.flags |= {flag}
        self.say(f"STORE {numbers[0]}:{numbers[-1]} +FLAGS.SILENT ({flag})")

    def idle(self) -> None:
        """Go idle; what comes is heard when the client ends it."""
        if not self.is_idle:
            self._tags += 1
            self._socket.sendall(b"i%d IDLE\r\n" % self._tags)
            while not (line := self._line()).startswith(b"+"):
                self.hear(line, "IDLE")
            self.is_idle = True

    def done(self) -> None:
        """End IDLE, if that is what the client is in."""
        if self.is_idle:
            self.is_idle = False
            self._socket.sendall(b"DONE\r\n")
            while not (line := self._line()).startswith(b"i%d " % self._tags):
                self.hear(line, "IDLE")

    def _answer(self, command: str, literal: bytes | None = None) -> list[bytes]:
        self._tags += 1
        tag = b"b%d " % self._tags
        sent = tag + command.encode()
        if literal is not None:
            sent += b" {%d+}\r\n" % len(literal) + literal
        self._socket.sendall(sent + b"\r\n")
        answer = [self._line()]
        while not answer[-1].startswith(tag):
            answer.append(self._line())
        assert b" BAD " not in answer[-1], (command, answer[-1])
        assert b"SERVERBUG" not in answer[-1], (command, answer[-1])
        return answer

    def _line(self) -> bytes:
        """Return the next line, with the literals in it."""
        try:
            line = self._file.readline()
            while found := _LITERAL.search(line):
                line += self._file.read(int(found[1])) + self._file.readline()
        except ConnectionError as error:
            raise Gone(str(error)) from None
        if not line or line.startswith(b"* BYE"):
            raise Gone(line.decode())
        return line
