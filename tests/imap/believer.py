"""What a client believes of its mailbox that keeps a picture of it from what it is told alone.

Message numbers, UIDs, flags, and with QRESYNC the mod-sequence up to which it knows everything.
What it cannot believe is an assertion.  `imap.reader` speaks to a session, `hostile_reading.remote`
over a socket.
"""

import re
from dataclasses import dataclass, field

FETCH = re.compile(rb"\* (\d+) FETCH \((.*)\)\r\n\Z", re.DOTALL)
_COUNT = re.compile(rb"\* (\d+) (EXISTS|EXPUNGE|RECENT)\r\n\Z")
VANISHED = re.compile(rb"\* VANISHED (\(EARLIER\) )?([\d:,]+)\r\n\Z")
_CODE = re.compile(rb"\[(UIDVALIDITY|HIGHESTMODSEQ) (\d+)\]")
_BODY = re.compile(rb"BODY\[\] \{(\d+)\}\r\n")
_FLAGS = re.compile(rb"FLAGS \(([^)]*)\)")
_UID = re.compile(rb"UID (\d+)")
_MODSEQ = re.compile(rb"MODSEQ \((\d+)\)")
_HELD = ("FETCH", "STORE", "SEARCH", "SORT", "THREAD")


@dataclass
class Known:
    """What a client knows of one message; None where it was told nothing yet."""

    uid: int | None = None
    flags: frozenset[str] | None = None


@dataclass(kw_only=True)
class Believer:
    """A client's picture of the selected mailbox; `bodies` are by UIDVALIDITY and UID."""

    has_qresync: bool = False
    messages: list[Known] = field(default_factory=list)
    bodies: dict[tuple[int, int], bytes] = field(default_factory=dict)
    uidvalidity: int = 0
    modseq: int = 0
    recent: int = 0
    is_idle: bool = False

    def hear(self, line: bytes, command: str) -> None:
        """Believe a line, with the literals in it, that came while a command was carried out."""
        self.codes(line)
        if found := _COUNT.match(line):
            self._counted(int(found[1]), found[2], command)
        elif vanished := VANISHED.match(line):
            self._vanished(vanished[2], command, is_earlier=bool(vanished[1]))
        elif fetched := FETCH.match(line):
            self._fetched(int(fetched[1]), fetched[2])

    def _counted(self, number: int, what: bytes, command: str) -> None:
        if what == b"RECENT":
            self.recent = number
            return
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
            for first, last in ranges_in(text):
                assert numbered.isdisjoint(range(first, last + 1)), "has a number and is gone"
            return
        assert self.has_qresync, "VANISHED where nobody asked for it"
        for first, last in ranges_in(text):
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
            known.flags = flags_in(flags[1])
        if modseq := _MODSEQ.search(items):
            self.modseq = max(self.modseq, int(modseq[1]))
        if octets is not None and known.uid is not None:
            assert self.bodies.setdefault((self.uidvalidity, known.uid), octets) == octets

    def _place(self, number: int) -> int:
        assert 1 <= number <= len(self.messages), f"told of number {number}"
        return number - 1

    def codes(self, line: bytes) -> None:
        """Believe the response codes of a line."""
        for name, value in _CODE.findall(line):
            if name == b"UIDVALIDITY":
                self.uidvalidity = int(value)
            else:
                self.modseq = int(value)


def flags_in(text: bytes) -> frozenset[str]:
    """Return the flags of a list, without that of one session."""
    return frozenset(text.decode().split()) - {"\\Recent"}


def ranges_in(text: bytes) -> list[tuple[int, int]]:
    """Return the first and last number of each range of a set."""
    spans = [item.partition(b":") for item in text.split(b",")]
    return [(int(first), int(last or first)) for first, _, last in spans]
