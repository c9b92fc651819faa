"""A client that keeps a picture of its mailbox from what it is told, and nothing else."""

import re
from dataclasses import dataclass, field

from imap.talk import Talk

_LITERAL = re.compile(r"\{\d+\}\r\n")
_FETCH = re.compile(r"\* (\d+) FETCH \((.*)\)")
_FLAGS = re.compile(r"FLAGS \(([^)]*)\)")
_UID = re.compile(r"UID (\d+)")
_HELD = ("FETCH", "STORE", "SEARCH", "SORT")


@dataclass
class Known:
    """What a client knows of one message; None where it was told nothing yet."""

    uid: int | None = None
    flags: frozenset[str] | None = None


@dataclass
class Believer:
    """A client that keeps a picture of the mailbox from what it is told, and nothing else."""

    talk: Talk
    messages: list[Known] = field(default_factory=list)
    is_idle: bool = False
    is_rev2: bool = False
    recent: int = 0

    def say(self, command: str) -> None:
        if self.is_idle:
            self.hear(self.talk.send(b"DONE\r\n").split("\r\n"), "DONE")
            self.is_idle = False
        self.hear(self.talk.say(command), command)

    def idle(self) -> None:
        if not self.is_idle:
            self.hear(self.talk.send(b"i IDLE\r\n").split("\r\n"), "IDLE")
            self.is_idle = True

    def woken(self) -> None:
        self.hear(self.talk.pushed().split("\r\n"), "IDLE")

    def hear(self, lines: list[str], command: str) -> None:
        text = _LITERAL.sub("{}", "\r\n".join(lines))
        for line in text.split("\r\n"):
            words = line.split(" ", 2)
            if words[0] != "*" or len(words) < 3:
                continue
            if words[2] == "EXISTS":
                assert int(words[1]) >= len(self.messages), f"{line} unasked for shrinking"
                more = int(words[1]) - len(self.messages)
                self.messages += [Known() for _ in range(more)]
            elif words[2] == "RECENT":
                self.recent = int(words[1])
            elif words[2] == "EXPUNGE":
                assert not command.startswith(_HELD), f"{line} during {command}"
                del self.messages[self._place(int(words[1]))]
            elif words[1] == "VANISHED":
                assert not command.startswith(_HELD), f"{line} during {command}"
                self._vanished(words[2])
            elif match := _FETCH.match(line):
                self._fetched(int(match[1]), match[2])

    def _place(self, number: int) -> int:
        assert 1 <= number <= len(self.messages), f"told of number {number}"
        return number - 1

    def _vanished(self, text: str) -> None:
        gone: set[int | None] = set()
        for item in text.removeprefix("(EARLIER) ").split(","):
            first, _, last = item.partition(":")
            gone.update(range(int(first), int(last or first) + 1))
        assert gone <= {one.uid for one in self.messages}, "told that strangers vanished"
        self.messages = [one for one in self.messages if one.uid not in gone]

    def _fetched(self, number: int, items: str) -> None:
        known = self.messages[self._place(number)]
        if uid := _UID.search(items):
            assert known.uid in (None, int(uid[1])), f"{number} is {known.uid}, not {uid[1]}"
            known.uid = int(uid[1])
        if flags := _FLAGS.search(items):
            known.flags = frozenset(flags[1].split()) - {"\\Recent"}

    def store_silently(self, numbers: range, flag: str) -> None:
        """Add a flag, and believe that it is added, as the server says nothing of it."""
        self.say(f"STORE {numbers[0]}:{numbers[-1]} +FLAGS.SILENT ({flag})")
        for number in numbers:
            known = self.messages[number - 1]
            if known.flags is not None:
                known.flags |= {flag}

    def check(self) -> None:
        """Compare with the truth, after a word from the server that all is told."""
        self.say("NOOP")
        view = self.talk.session._client.view
        truth = (view.mailbox if view else self.talk.inbox).messages
        assert len(self.messages) == len(truth)
        assert self.recent == (view.recent_count if view and not self.is_rev2 else 0)
        for known, message in zip(self.messages, truth, strict=True):
            assert known.uid in (None, message.uid)
            assert known.flags is None or known.flags == message.flags
