"""Whatever several sessions do with labels: each message is in its places once, as all know."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from imap.reader import Reader
from imap.talk import Talk, imap_service

from pytest_fakemail.store.account import Account
from pytest_fakemail.store.flags import DELETED, FLAGGED

_ALL, _STARRED = "[Gmail]/All Mail", "[Gmail]/Starred"
_APART = ("[Gmail]/Trash", "[Gmail]/Spam")
_PLACES = ("INBOX", "Work", _ALL, _STARRED, *_APART)
_NUMBERS = st.sampled_from(["1", "2", "1:2", "2:4", "1:*"])
_QUOTED = st.sampled_from([f'"{name}"' for name in _PLACES])
_FLAGS = st.sampled_from(["\\Deleted", "\\Flagged", "\\Seen", "\\Seen \\Deleted", "$Word"])
_LABELS = st.sampled_from(["\\Inbox", "\\Starred", "\\Trash", "\\Spam", "Work", "New", "Work New"])
_SIGN = st.sampled_from(["+", "-", ""])
_UID = st.sampled_from(["", "UID "])
_COMMANDS = st.one_of(
    st.builds("{}COPY {} {}".format, _UID, _NUMBERS, _QUOTED),
    st.builds("{}MOVE {} {}".format, _UID, _NUMBERS, _QUOTED),
    st.builds("{}STORE {} {}FLAGS ({})".format, _UID, _NUMBERS, _SIGN, _FLAGS),
    st.builds("{}STORE {} {}X-GM-LABELS ({})".format, _UID, _NUMBERS, _SIGN, _LABELS),
    st.builds("SELECT {}".format, _QUOTED),
    st.sampled_from(["EXPUNGE", "NOOP", "FETCH 1:* (UID FLAGS X-GM-LABELS)", "FETCH 1 BINARY[1]"]),
)
_WHO = st.integers(0, 2)
_STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("say"), _WHO, _COMMANDS),
        st.tuples(st.just("say"), _WHO, _COMMANDS),
        st.tuples(st.just("say"), _WHO, _COMMANDS),
        st.tuples(st.just("idle"), _WHO, st.just("")),
        st.tuples(st.just("append"), _WHO, st.sampled_from(_PLACES)),
        st.tuples(st.just("expunge"), _WHO, st.sampled_from(_PLACES)),
        st.tuples(st.just("delete"), _WHO, st.sampled_from(["Work", "New"])),
    ),
    min_size=10,
    max_size=30,
)


def _say(one: Reader, command: str) -> None:
    if command.startswith("SELECT"):
        one.say("UNSELECT")
        one.messages.clear()
        one.say(command)
        return
    _learn(one)
    numbers = command.split()[1:2] or ["0"]
    highest = max((int(word) for word in numbers[0].split(":") if word.isdigit()), default=0)
    if "UID " in command[:4] or len(one.messages) >= max(highest, "*" in command):
        one.say(command)


def _learn(one: Reader) -> None:
    """Hear the news, and the UIDs without which VANISHED means nothing to a client."""
    one.say("NOOP")
    if any(each.uid is None for each in one.messages):
        one.say("FETCH 1:* (UID FLAGS)")


def _delete(one: Reader, name: str) -> None:
    """Delete a mailbox that no session has selected, and that is there."""
    tree = one.talk.account.mailboxes
    if name == "New" and name in tree:
        tree.delete(name)


_ACTIONS: dict[str, Callable[[Reader, Any], object]] = {
    "say": _say,
    "idle": lambda one, _: one.idle(),
    "append": lambda one, name: one.talk.account.mailboxes[name].append(
        b"Subject: x\r\n\r\n", flags=[FLAGGED] if name == "Work" else []
    ),
    "expunge": lambda one, name: one.talk.account.mailboxes[name].expunge([1, 3, 4]),
    "delete": _delete,
}


def _check_places(account: Account) -> None:
    """See that each message is in All Mail once, or in Trash or Spam alone; and so on."""
    tree = account.mailboxes
    held = {name: [one.content.number for one in tree[name].messages] for name in tree}
    for name, numbers in held.items():
        assert len(set(numbers)) == len(numbers), f"twice in {name}"
        uids = [one.uid for one in tree[name].messages]
        assert uids == sorted(set(uids))
    apart = [number for name in _APART for number in held[name]]
    assert len(set(apart)) == len(apart)
    everything = set(held[_ALL])
    assert not everything & set(apart)
    shown = {one for name, numbers in held.items() if name not in _APART for one in numbers}
    assert shown == everything
    flags: dict[int, set[frozenset[str]]] = {}
    for name in tree:
        for one in tree[name].messages:
            flags.setdefault(one.content.number, set()).add(one.flags - {DELETED})
            assert not one.is_expunged
    assert all(len(each) == 1 for each in flags.values()), "flags differ between mailboxes"
    starred = {one for one in everything if FLAGGED in next(iter(flags[one]))}
    assert set(held[_STARRED]) == starred
    assert account.usage.messages == len(everything) + len(apart)
    octets = Counter(len(one.raw) for name in (_ALL, *_APART) for one in tree[name].messages)
    assert account.usage.octets == sum(size * count for size, count in octets.items())


def _readers(names: tuple[str, ...], **gmail: object) -> list[Reader]:
    """One as in RFC 3501, one with QRESYNC, one with IMAP4rev2; with mail in each mailbox."""
    service = imap_service(gmail_labels=True, **gmail)
    talks = [Talk(service).log_in() for _ in names]
    tree = talks[0].account.mailboxes
    tree.create("Work")
    for name in _PLACES:
        tree[name].append(b"Subject: x\r\n\r\n")
    readers: list[Reader] = []
    enabled = ("", "ENABLE QRESYNC", "ENABLE IMAP4rev2")
    for talk, word, name in zip(talks, enabled, names, strict=True):
        talk.say(word or "NOOP")
        reader = Reader(talk, has_qresync="QRESYNC" in word, is_rev2="rev2" in word)
        reader.say(f"SELECT {name}")
        reader.say("FETCH 1:* (UID FLAGS)")
        readers.append(reader)
    return readers


@settings(max_examples=120, deadline=None)
@given(
    st.tuples(_QUOTED, _QUOTED, _QUOTED),
    st.booleans(),
    st.sampled_from(["archive", "trash", "delete"]),
    _STEPS,
)
def test_messages_are_in_their_places_and_clients_know(
    selected: tuple[str, ...],
    auto: bool,  # noqa: FBT001
    at_last: str,
    steps: list[tuple[str, int, object]],
) -> None:
    readers = _readers(selected, gmail_auto_expunge=auto, gmail_expunge=at_last)
    account = readers[0].talk.account
    known: dict[str, int] = {}
    for what, who, argument in steps:
        _ACTIONS[what](readers[who], argument)
        _check_places(account)
        for one in readers:
            if one.talk.wakes and one.is_idle:
                one.woken()
            one.talk.wakes = 0
        _learn(readers[1])
        for message in account.mailboxes[_ALL].messages:
            number = known.setdefault(message.email_id, message.content.number)
            assert number == message.content.number
    assert not readers[0].talk.service.bugs
    for one in readers:
        one.check()
