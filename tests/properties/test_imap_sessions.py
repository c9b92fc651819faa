"""A client that believes us knows the mailbox, whatever happens in how many sessions."""

from collections.abc import Callable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from imap.reader import Reader
from imap.talk import Talk, imap_service

from pytest_fakemail.wire.session import Service

_MAIL = b"Subject: x\r\n\r\nno line end, so that a literal is a part of a line"

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


def _readers(service: Service) -> list[Reader]:
    """One as in RFC 3501, one with QRESYNC, one with IMAP4rev2."""
    readers = []
    for enabled in ("", "ENABLE QRESYNC", "ENABLE IMAP4rev2"):
        talk = Talk(service).log_in()
        if enabled:
            talk.say(enabled)
        reader = Reader(talk, has_qresync="QRESYNC" in enabled, is_rev2="rev2" in enabled)
        reader.say("SELECT INBOX")
        reader.say("FETCH 1:* (UID FLAGS)")
        readers.append(reader)
    return readers


def _say(one: Reader, command: str) -> None:
    if command == "SELECT INBOX":
        one.say("UNSELECT")
        one.messages.clear()
    if one.messages or "1" not in command:
        one.say(command)


def _store_silently(one: Reader, count: int) -> None:
    one.say("NOOP")
    if one.messages:
        one.store_silently(range(1, min(count, len(one.messages)) + 1), "\\Answered")


def _flag(one: Reader, uid: int) -> None:
    message = one.talk.inbox.message(uid)
    if message is not None:
        one.talk.inbox.add_flags([message], ["\\Flagged", f"k{uid}"])


_ACTIONS: dict[str, Callable[[Reader, Any], object]] = {
    "say": _say,
    "idle": lambda one, _: one.idle(),
    "silent": _store_silently,
    "deliver": lambda one, count: [one.talk.inbox.append(_MAIL) for _ in range(count)],
    "expunge": lambda one, uid: one.talk.inbox.expunge([uid, uid + 1]),
    "flag": _flag,
    "check": lambda one, _: one.check(),
}


def _know_uids(one: Reader) -> None:
    """Let a client with QRESYNC ask for the UIDs without which VANISHED means nothing to it."""
    if any(known.uid is None for known in one.messages):
        one.say("FETCH 1:* (UID FLAGS)")


@settings(max_examples=100, deadline=None)
@given(_STEPS)
def test_a_client_that_believes_us_knows_the_mailbox(
    steps: list[tuple[str, int, object]],
) -> None:
    service = imap_service()
    readers = _readers(service)
    for what, who, argument in steps:
        _ACTIONS[what](readers[who], argument)
        for one in readers:
            if one.talk.wakes and one.is_idle:
                one.woken()
            one.talk.wakes = 0
        _know_uids(readers[1])
    assert not service.bugs
    for one in readers:
        one.check()
