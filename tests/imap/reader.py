"""A client that speaks to a session without a socket, and believes what it is told."""

import re
from dataclasses import dataclass

from imap.believer import Believer
from imap.talk import Talk

_LITERAL = re.compile(r"\{\d+\}\r\n")


@dataclass
class Reader(Believer):
    """One client; what it says and hears goes through `talk`."""

    talk: Talk
    is_rev2: bool = False

    def say(self, command: str) -> None:
        """Say a command, take in all that comes."""
        if self.is_idle:
            self._hear_all(self.talk.send(b"DONE\r\n").split("\r\n"), "DONE")
            self.is_idle = False
        self._hear_all(self.talk.say(command), command)

    def idle(self) -> None:
        """Go idle."""
        if not self.is_idle:
            self._hear_all(self.talk.send(b"i IDLE\r\n").split("\r\n"), "IDLE")
            self.is_idle = True

    def woken(self) -> None:
        """Hear what the server says by itself."""
        self._hear_all(self.talk.pushed().split("\r\n"), "IDLE")

    def store_silently(self, numbers: range, flag: str) -> None:
        """Add a flag, and believe that it was added, as the server says nothing of it."""
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

    def _hear_all(self, lines: list[str], command: str) -> None:
        for line in _LITERAL.sub("{}", "\r\n".join(lines)).split("\r\n"):
            self.hear(line.encode() + b"\r\n", command)
