"""A client that says UIDs only, and believes what it is told, knows the mailbox (RFC 9586)."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from imap.talk import Talk, imap_service

_FETCHED = re.compile(r"\* (\d+) UIDFETCH \(.*?FLAGS \(([^)]*)\).*\)")
_NUMBERED = re.compile(r"\* \d+ (?:FETCH|EXPUNGE)\b|\[UNSEEN ")
_LITERAL = re.compile(r"\{\d+\}\r\n")
_MAIL = b"Subject: x\r\n\r\nno line end, so that a literal is a part of a line"

_COMMANDS = st.sampled_from(
    [
        "NOOP",
        "UID FETCH 1:* (FLAGS)",
        "UID FETCH 2:4 (BODY[TEXT])",
        "UID STORE 1:9 +FLAGS (\\Deleted)",
        "UID STORE 3:5 FLAGS (new)",
        "UID SEARCH RETURN (ALL) DELETED",
        "EXPUNGE",
        "UID EXPUNGE 2:5",
        "UID COPY 2 INBOX",
        "UID MOVE 3:4 Trash",
        "UID MOVE 1:2 INBOX",
        "FETCH 1 FLAGS",
    ]
)
_STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("say"), _COMMANDS),
        st.tuples(st.just("other"), _COMMANDS),
        st.tuples(st.just("deliver"), st.just("")),
        st.tuples(st.just("idle"), st.just("")),
    ),
    min_size=5,
    max_size=25,
)


class Believer:
    """Keeps flags by UID, and a count; asks for what is new to it."""

    def __init__(self, talk: Talk, enabled: str) -> None:
        self.talk = talk
        self.known: dict[int, frozenset[str]] = {}
        self.count = 0
        talk.log_in()
        talk.say(f"ENABLE UIDONLY {enabled}")
        self.say("SELECT INBOX")

    def say(self, command: str) -> None:
        self.hear("\r\n".join(self.talk.say(command)))
        if len(self.known) < self.count:
            self.hear("\r\n".join(self.talk.say("UID FETCH 1:* FLAGS")))
        assert len(self.known) == self.count

    def idle(self) -> None:
        self.hear(self.talk.send(b"i IDLE\r\n"))
        self.talk.inbox.append(_MAIL)
        self.hear(self.talk.pushed())
        self.hear(self.talk.send(b"DONE\r\n"))
        self.say("NOOP")

    def hear(self, text: str) -> None:
        assert not _NUMBERED.search(text), text
        for line in _LITERAL.sub("{}", text).split("\r\n"):
            words = line.split(" ", 2)
            if words[2:] == ["EXISTS"]:
                self.count = int(words[1])
            elif words[1:2] == ["VANISHED"]:
                self._vanished(words[2])
            elif fetched := _FETCHED.match(line):
                self.known[int(fetched[1])] = frozenset(fetched[2].split()) - {"\\Recent"}

    def _vanished(self, text: str) -> None:
        for item in text.split(","):
            first, _, last = item.partition(":")
            for uid in range(int(first), int(last or first) + 1):
                self.known.pop(uid, None)
                self.count -= 1


@pytest.mark.parametrize("enabled", ["", "QRESYNC", "IMAP4rev2"])
@settings(max_examples=15, deadline=None)
@given(steps=_STEPS)
def test_a_client_that_says_uids_only_knows_the_mailbox(
    enabled: str, steps: list[tuple[str, str]]
) -> None:
    service = imap_service()
    service.capabilities.on("UIDONLY")
    one = Believer(Talk(service), enabled)
    other = Talk(service).log_in(*[_MAIL] * 4)
    other.say("SELECT INBOX")
    for what, command in steps:
        if what == "say":
            one.say(command)
        elif what == "other":
            other.say(command)
        elif what == "idle":
            one.idle()
        else:
            one.talk.inbox.append(_MAIL)
    one.say("NOOP")
    assert not service.bugs
    assert one.known == {message.uid: message.flags for message in one.talk.inbox.messages}
