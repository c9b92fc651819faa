"""A client that believes us knows the mailbox, whatever happens in how many sessions."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from imap.talk import Talk, imap_service

from pytest_fakemail.wire.session import Service

_MAIL = b"Subject: x\r\n\r\nno line end, so that a literal is a part of a line"
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
        truth = self.talk.inbox.messages
        assert len(self.messages) == len(truth)
        view = self.talk.session._client.view
        assert self.recent == (view.recent_count if view and not self.is_rev2 else 0)
        for known, message in zip(self.messages, truth, strict=True):
            assert known.uid in (None, message.uid)
            assert known.flags is None or known.flags == message.flags


_COMMANDS = st.sampled_from(
    [
        "NOOP",
        "FETCH 1:* (UID FLAGS)",
        "UID FETCH 1:* (FLAGS)",
        "FETCH 1:* BINARY[1]",
        "STORE 1:* +FLAGS (\\Deleted)",
        "STORE 1 FLAGS (new)",
        "UID STORE 1:9 -FLAGS (\\Deleted)",
        "SEARCH UNSEEN",
        "UID SEARCH DELETED",
        "EXPUNGE",
        "UID EXPUNGE 2:5",
        "COPY 1 INBOX",
        "UID MOVE 3:4 Trash",
        "MOVE 1 INBOX",
        "SELECT INBOX",
    ]
)
_WHO = st.integers(0, 2)
_STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("say"), _WHO, _COMMANDS),
        st.tuples(st.just("say"), _WHO, _COMMANDS),
        st.tuples(st.just("idle"), _WHO, st.just("")),
        st.tuples(st.just("silent"), _WHO, st.integers(1, 3)),
        st.tuples(st.just("deliver"), _WHO, st.integers(1, 3)),
        st.tuples(st.just("expunge"), _WHO, st.integers(1, 12)),
        st.tuples(st.just("flag"), _WHO, st.integers(1, 12)),
        st.tuples(st.just("check"), _WHO, st.just("")),
    ),
    min_size=25,
    max_size=40,
)


def _believers(service: Service) -> list[Believer]:
    """One as in RFC 3501, one with QRESYNC, one with IMAP4rev2."""
    believers = []
    for enabled in ("", "ENABLE QRESYNC", "ENABLE IMAP4rev2"):
        talk = Talk(service).log_in()
        if enabled:
            talk.say(enabled)
        believer = Believer(talk, is_rev2="rev2" in enabled)
        believer.say("SELECT INBOX")
        believer.say("FETCH 1:* (UID FLAGS)")
        believers.append(believer)
    return believers


def _say(one: Believer, command: str) -> None:
    if command == "SELECT INBOX":
        one.say("UNSELECT")
        one.messages.clear()
    if one.messages or "1" not in command:
        one.say(command)


def _store_silently(one: Believer, count: int) -> None:
    one.say("NOOP")
    if one.messages:
        one.store_silently(range(1, min(count, len(one.messages)) + 1), "\\Answered")


def _flag(one: Believer, uid: int) -> None:
    message = one.talk.inbox.message(uid)
    if message is not None:
        one.talk.inbox.add_flags([message], ["\\Flagged", f"k{uid}"])


_ACTIONS: dict[str, Callable[[Believer, Any], object]] = {
    "say": _say,
    "idle": lambda one, _: one.idle(),
    "silent": _store_silently,
    "deliver": lambda one, count: [one.talk.inbox.append(_MAIL) for _ in range(count)],
    "expunge": lambda one, uid: one.talk.inbox.expunge([uid, uid + 1]),
    "flag": _flag,
    "check": lambda one, _: one.check(),
}


def _know_uids(one: Believer) -> None:
    """Let a client with QRESYNC ask for the UIDs without which VANISHED means nothing to it."""
    if any(known.uid is None for known in one.messages):
        one.say("FETCH 1:* (UID FLAGS)")


@settings(max_examples=100, deadline=None)
@given(_STEPS)
def test_a_client_that_believes_us_knows_the_mailbox(
    steps: list[tuple[str, int, object]],
) -> None:
    service = imap_service()
    believers = _believers(service)
    for what, who, argument in steps:
        _ACTIONS[what](believers[who], argument)
        for one in believers:
            if one.talk.wakes and one.is_idle:
                one.woken()
            one.talk.wakes = 0
        _know_uids(believers[1])
    assert not service.bugs
    for one in believers:
        one.check()
