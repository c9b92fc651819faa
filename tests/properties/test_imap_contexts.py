"""A result that is kept up to date equals a fresh search after every step (RFC 5267).

Three sessions of two users share the mailbox; one asks by ESEARCH, which names it (RFC 7377).
"""

import re
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from imap.talk import Talk, imap_service

from pytest_fakemail.store.acl import ALL
from pytest_fakemail.store.mailbox import Mailbox
from pytest_fakemail.wire.session import Service

_ESEARCH = re.compile(r'\* ESEARCH \(TAG "(\w+)"(?: MAILBOX .*?)?\)(?: UID)?(.*)')
_BOX = "Users/ann/Box"
_PAIRS = re.compile(r"(ADDTO|REMOVEFROM) \(([^)]*)\)|ALL (\S+)")
_EXPUNGE = re.compile(r"\* (\d+) EXPUNGE")
_KEYS = (
    "UNSEEN",
    "NOT DELETED",
    "OR SUBJECT a FLAGGED",
    "UID 3:*",
    "UID *",
    "2:3 UNSEEN",
    "YOUNGER 100",
    "SUBJECT b",
    "FUZZY (SUBJECT a FLAGGED)",
    "FUZZY YOUNGER 100",
)
_ORDERS = (
    "SUBJECT",
    "REVERSE SUBJECT ARRIVAL",
    "SIZE REVERSE ARRIVAL",
    "RELEVANCY",
    "REVERSE RELEVANCY SUBJECT",
)
_COMMANDS = (
    "NOOP",
    "STORE 1:2 +FLAGS.SILENT (\\Seen)",
    "STORE 1:* -FLAGS (\\Seen)",
    "UID STORE 2:4 +FLAGS (\\Deleted)",
    "FETCH 1 BODY[]",
    "EXPUNGE",
    "UID COPY 1:9 {box}",
    "IDLE",
)
_STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("say"), st.integers(0, 2), st.sampled_from(_COMMANDS)),
        st.tuples(st.just("deliver"), st.sampled_from("abB"), st.integers(0, 30)),
        st.tuples(st.just("flag"), st.integers(1, 12), st.just("\\Flagged")),
        st.tuples(st.just("expunge"), st.integers(1, 12), st.just("")),
        st.tuples(st.just("advance"), st.integers(1, 60), st.just("")),
    ),
    min_size=6,
    max_size=14,
)


def _numbers(text: str) -> list[int]:
    spans = [item.partition(":") for item in text.split(",")]
    return [
        number for first, _, last in spans for number in range(int(first), int(last or first) + 1)
    ]


class Follower:
    """A client with some results that it keeps as it is told."""

    def __init__(
        self,
        service: Service,
        user: str,
        searches: list[str],
        *,
        is_uid: bool,
        notify: str,
        comparator: str = "default",
    ) -> None:
        self.talk = talk = Talk(service)
        talk.say(f"LOGIN {user} secret")
        self.box = "Box" if user == "ann" else _BOX
        self.mailbox = _box(service)
        self.is_uid = is_uid
        self.results: dict[str, list[int]] = {}
        self.fresh: dict[str, str] = {}
        self.hear(talk.say(f"SELECT {self.box}"))
        talk.say(f"COMPARATOR {comparator}")
        if notify:
            self.hear(talk.say(notify))
        for search in searches:
            name, rest = search.split(" ", 1)
            prefix = "UID " if is_uid else ""
            if prefix and name == "SEARCH":
                prefix, name = "", "ESEARCH"
            # What names messages by number means those of this moment for ever.
            asked = rest
            if "2:3" in rest:
                uids = [one.uid for one in self.mailbox.messages][1:3]
                rest = rest.replace("2:3", f"UID {','.join(map(str, uids)) or 9999}")
            self.hear(talk.say(f"{prefix}{name} RETURN (UPDATE ALL) {asked}"))
            tag = f"a{talk._tags}"
            self.results.setdefault(tag, [])
            self.fresh[tag] = f"{prefix}{name} RETURN (ALL) {rest}"

    def hear(self, lines: list[str]) -> None:
        for line in lines:
            if (gone := _EXPUNGE.match(line)) and not self.is_uid:
                number = int(gone[1])
                for result in self.results.values():
                    assert number not in result, f"{line} before REMOVEFROM"
                    result[:] = [one - (one > number) for one in result]
            elif match := _ESEARCH.match(line):
                for what, pairs, everything in _PAIRS.findall(match[2]):
                    self._update(self.results.setdefault(match[1], []), what, pairs, everything)

    def _update(self, result: list[int], what: str, pairs: str, everything: str) -> None:
        if everything:
            result[:] = _numbers(everything)
        words = pairs.split()
        for place, text in zip(map(int, words[::2]), words[1::2], strict=True):
            for offset, number in enumerate(_numbers(text)):
                if what == "ADDTO":
                    assert number not in result
                    result.insert(place - 1 + offset if place else len(result), number)
                elif place:
                    assert result.pop(place - 1) == number
                else:
                    result.remove(number)
            if not place:
                result.sort()

    def say(self, command: str) -> None:
        if command != "IDLE":
            self.hear(self.talk.say(command.format(box=self.box)))
            return
        self.hear(self.talk.send(b"i IDLE\r\n").split("\r\n"))
        self.mailbox.append(b"Subject: a\r\n\r\n")
        self.hear(self.talk.pushed().split("\r\n"))
        self.hear(self.talk.send(b"DONE\r\n").split("\r\n"))

    def check(self) -> None:
        self.hear(self.talk.say("NOOP"))
        for tag, search in self.fresh.items():
            result = self.results[tag]
            self.hear(answer := self.talk.say(search))
            fresh = self.results.pop(f"a{self.talk._tags}", [])
            assert result == fresh, (search, answer)


def _box(service: Service) -> Mailbox:
    ann = service.store.account("ann")
    assert ann is not None
    return ann.mailboxes["Box"]


def _change(service: Service, what: str, who: Any, argument: Any) -> None:  # noqa: ANN401
    box = _box(service)
    if what == "deliver":
        box.append(b"Subject: %b\r\n\r\n%b" % (who.encode(), b"x" * argument))
    elif what == "expunge":
        box.expunge([who])
    elif what == "advance":
        service.clock.advance(who)
    elif (message := box.message(who)) is not None:
        box.add_flags([message], [argument])


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.sampled_from(_KEYS), min_size=1, max_size=3),
    st.sampled_from(_ORDERS),
    st.sampled_from(_KEYS),
    _STEPS,
    st.sampled_from(["everyone", "per-user"]),
)
def test_a_result_that_is_kept_up_to_date_is_a_fresh_one(
    keys: list[str],
    order: str,
    sorted_key: str,
    steps: list[tuple[str, Any, Any]],
    shared_seen: str,
) -> None:
    service = imap_service(imap_capabilities="all", shared_seen=shared_seen)
    service.clock.freeze()
    ann = service.store.add_account("ann", "secret")
    service.store.add_account("bob", "secret")
    service.store.share().grant(ann, "Box", "bob", ALL)
    for subject in (b"a", b"b", b"a"):
        _box(service).append(b"Subject: %b\r\n\r\n" % subject)
    if "RELEVANCY" in order:
        sorted_key = f"FUZZY ({sorted_key} FLAGGED)"
    searches = [*(f"SEARCH {key}" for key in keys), f"SORT ({order}) UTF-8 {sorted_key}"]
    notify = "NOTIFY SET (selected{} (MessageNew MessageExpunge FlagChange))"
    followers = [
        Follower(service, "ann", searches, is_uid=True, notify=""),
        Follower(service, "bob", searches, is_uid=False, notify=notify.format("-delayed")),
        Follower(
            service,
            "bob",
            searches,
            is_uid=False,
            notify=notify.format(""),
            comparator="-i;octet",
        ),
    ]
    for what, who, argument in steps:
        if what == "say":
            followers[who].say(argument)
        else:
            _change(service, what, who, argument)
        for one in followers:
            while one.talk.wakes:
                one.talk.wakes = 0
                one.hear(one.talk.pushed().split("\r\n"))
        assert not service.bugs, service.bugs
        if len(steps) % 2:
            for one in followers:
                one.check()
    for one in followers:
        one.check()
