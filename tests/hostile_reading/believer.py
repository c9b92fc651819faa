"""An IMAP client over a socket that believes what it is told, and a POP3 one beside it.

The believer keeps a picture of the selected mailbox from the responses alone: message
numbers, UIDs, flags, and with QRESYNC the mod-sequence up to which it knows everything, so
that it can come back after a lost connection.  What it cannot believe is an assertion.
"""

import re
import socket
from dataclasses import dataclass, field
from typing import Self

TIMEOUT = 60
"""Seconds that a client waits for anything; a server that is well needs milliseconds."""

_LITERAL = re.compile(rb"\{(\d+)\}\r\n\Z")
_FETCH = re.compile(rb"\* (\d+) FETCH \((.*)\)\r\n\Z", re.DOTALL)
_COUNT = re.compile(rb"\* (\d+) (EXISTS|EXPUNGE)\r\n\Z")
_VANISHED = re.compile(rb"\* VANISHED (\(EARLIER\) )?([\d:,]+)\r\n\Z")
_CODE = re.compile(rb"\[(UIDVALIDITY|HIGHESTMODSEQ) (\d+)\]")
_BODY = re.compile(rb"BODY\[\] \{(\d+)\}\r\n")
_FLAGS = re.compile(rb"FLAGS \(([^)]*)\)")
_FETCHED = re.compile(rb"UID (\d+) FLAGS \(([^)]*)\)")
_UID = re.compile(rb"UID (\d+)")
_MODSEQ = re.compile(rb"MODSEQ \((\d+)\)")
_HELD = ("FETCH", "STORE", "SEARCH", "SORT", "THREAD")


class Gone(Exception):
    """The server said BYE or hung up."""


@dataclass
class Known:
    """What a client knows of one message; None where it was told nothing yet."""

    uid: int | None = None
    flags: frozenset[bytes] | None = None


@dataclass
class Believer:
    """One client; `user` and `password` are said as they are."""

    host: str
    port: int
    login: str = "user@example.test password"
    has_qresync: bool = False
    messages: list[Known] = field(default_factory=list)
    bodies: dict[tuple[int, int], bytes] = field(default_factory=dict)
    uidvalidity: int = 0
    modseq: int = 0
    mailbox: str = ""
    is_idle: bool = False

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
        exists = [int(count[1]) for line in answer if (count := _COUNT.match(line))]
        told: dict[int, frozenset[bytes]] = {}
        for line in answer:
            self._codes(line)
            if vanished := _VANISHED.match(line):
                assert vanished[1], f"unasked for {line!r}"
                for first, last in _ranges(vanished[2]):
                    known = {uid: one for uid, one in known.items() if not first <= uid <= last}
            elif fetched := _FETCH.match(line):
                found = _FETCHED.search(fetched[2])
                assert found, line
                told[int(found[1])] = _flags(found[2])
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
            self._hear(line, command)
        self._codes(answer[-1])
        return answer[-1].partition(b" ")[2]

    def store_silently(self, numbers: range, flag: str) -> None:
        """Add a flag, and believe that it was added, as the server says nothing of it."""
        self.done()
        for number in numbers:
            known = self.messages[number - 1]
            if known.flags is not None:
                known.flags |= {flag.encode()}
        self.say(f"STORE {numbers[0]}:{numbers[-1]} +FLAGS.SILENT ({flag})")

    def idle(self) -> None:
        """Go idle; what comes is heard when the client ends it."""
        if not self.is_idle:
            self._tags += 1
            self._socket.sendall(b"i%d IDLE\r\n" % self._tags)
            while not (line := self._line()).startswith(b"+"):
                self._hear(line, "IDLE")
            self.is_idle = True

    def done(self) -> None:
        """End IDLE, if that is what the client is in."""
        if self.is_idle:
            self.is_idle = False
            self._socket.sendall(b"DONE\r\n")
            while not (line := self._line()).startswith(b"i%d " % self._tags):
                self._hear(line, "IDLE")

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

    # --- what is believed ----------------------------------------------------------------

    def _hear(self, line: bytes, command: str) -> None:
        self._codes(line)
        if found := _COUNT.match(line):
            self._counted(int(found[1]), found[2], command)
        elif vanished := _VANISHED.match(line):
            self._vanished(vanished[2], command, is_earlier=bool(vanished[1]))
        elif fetched := _FETCH.match(line):
            self._fetched(int(fetched[1]), fetched[2])

    def _counted(self, number: int, what: bytes, command: str) -> None:
        if what == b"EXISTS":
            assert number >= len(self.messages), f"{number} EXISTS after {len(self.messages)}"
            self.messages += [Known() for _ in range(number - len(self.messages))]
            return
        assert not command.startswith(_HELD), f"{number} EXPUNGE during {command}"
        assert not self.has_qresync, "EXPUNGE where VANISHED was asked for"
        del self.messages[self._place(number)]

    def _vanished(self, text: bytes, command: str, *, is_earlier: bool) -> None:
        assert is_earlier or not command.startswith(_HELD), f"VANISHED during {command}"
        if is_earlier:
            numbered = {one.uid for one in self.messages}
            for first, last in _ranges(text):
                assert numbered.isdisjoint(range(first, last + 1)), "has a number and is gone"
            return
        assert self.has_qresync, "VANISHED where nobody asked for it"
        for first, last in _ranges(text):
            for uid in range(first, last + 1):
                places = [place for place, one in enumerate(self.messages) if one.uid == uid]
                del self.messages[places[0] if places else self._stranger(uid)]

    def _stranger(self, uid: int) -> int:
        """Return the place of a message of unknown UID that could have this one."""
        for place, one in enumerate(self.messages):
            if one.uid is None and all(
                later.uid is None or later.uid > uid for later in self.messages[place:]
            ):
                return place
        raise AssertionError(f"{uid} vanished, and nobody knew it")

    def _fetched(self, number: int, items: bytes) -> None:
        known = self.messages[self._place(number)]
        octets = None
        if body := _BODY.search(items):
            end = body.end() + int(body[1])
            octets, items = items[body.end() : end], items[: body.start()] + items[end:]
        if uid := _UID.search(items):
            assert known.uid in (None, int(uid[1])), f"{number} is {known.uid}, not {uid[1]!r}"
            known.uid = int(uid[1])
        if flags := _FLAGS.search(items):
            known.flags = _flags(flags[1])
        if modseq := _MODSEQ.search(items):
            self.modseq = max(self.modseq, int(modseq[1]))
        if octets is not None and known.uid is not None:
            assert self.bodies.setdefault((self.uidvalidity, known.uid), octets) == octets

    def _place(self, number: int) -> int:
        assert 1 <= number <= len(self.messages), f"told of number {number}"
        return number - 1

    def _codes(self, line: bytes) -> None:
        for name, value in _CODE.findall(line):
            if name == b"UIDVALIDITY":
                self.uidvalidity = int(value)
            else:
                self.modseq = int(value)


def _flags(text: bytes) -> frozenset[bytes]:
    return frozenset(text.split()) - {b"\\Recent"}


def _ranges(text: bytes) -> list[tuple[int, int]]:
    spans = [item.partition(b":") for item in text.split(b",")]
    return [(int(first), int(last or first)) for first, _, last in spans]
