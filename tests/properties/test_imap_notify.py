"""A client that said NOTIFY once and then only listens knows the mailboxes (RFC 5465)."""

import re
from contextlib import suppress
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from imap.reader import Reader
from imap.talk import Talk, imap_service

from pytest_fakemail.store.impossible import Impossible

_MAIL = b"Subject: x\r\n\r\n"
_SELECTED = "NOTIFY SET ({} (MessageNew (UID FLAGS) MessageExpunge FlagChange))"
_ALL = "(MessageNew MessageExpunge FlagChange MailboxName SubscriptionChange)"
_STATUS = re.compile(r'\* STATUS "?([^ "]+)"? \((.*)\)')
_LIST = re.compile(r'\* LIST \(([^)]*)\) "/" "?([^ "]+)"?(?: \("OLDNAME" \("?([^ "]+)"?\)\))?')
_NAMES = st.sampled_from(["Trash", "Lists", "Lists/a", "Lists/a/b", "New"])
_WHO = st.integers(0, 1)
_STEPS = st.lists(
    st.one_of(
        st.tuples(
            st.just("say"),
            _WHO,
            st.sampled_from(
                [
                    "UID STORE 1:9 +FLAGS.SILENT (\\Answered)",
                    "UID FETCH 1:* (FLAGS)",
                    "UID SEARCH DELETED",
                    "UID EXPUNGE 2:5",
                    "UID MOVE 3:4 Trash",
                    "UID COPY 1:9 INBOX",
                    "APPEND INBOX {1+}\r\nx",
                    "IDLE",
                ]
            ),
        ),
        st.tuples(st.just("deliver"), st.sampled_from(["INBOX", "Trash", "New"]), st.just("")),
        st.tuples(st.just("flag"), st.sampled_from(["INBOX", "Trash"]), st.integers(1, 9)),
        st.tuples(st.just("expunge"), st.sampled_from(["INBOX", "Trash"]), st.integers(1, 9)),
        st.tuples(st.just("create"), _NAMES, st.just("")),
        st.tuples(st.just("delete"), _NAMES, st.just("")),
        st.tuples(st.just("rename"), _NAMES, _NAMES),
        st.tuples(st.just("subscribe"), _NAMES, st.just("")),
        st.tuples(st.just("unsubscribe"), _NAMES, st.just("")),
    ),
    min_size=15,
    max_size=30,
)


class Onlooker:
    """A client with nothing selected, which knows what STATUS and LIST told it unasked."""

    def __init__(self, talk: Talk) -> None:
        self.talk = talk
        self.status: dict[str, dict[str, str]] = {}
        self.names: set[str] = set()
        self.subscribed: set[str] = set()
        self.hear(talk.say('LIST "" "*" RETURN (SUBSCRIBED)'))
        talk.say("ENABLE CONDSTORE")
        self.hear(talk.say(f"NOTIFY SET STATUS (personal {_ALL})"))

    def hear(self, lines: list[str]) -> None:
        for line in lines:
            if match := _STATUS.fullmatch(line):
                words = match[2].split()
                told = dict(zip(words[::2], words[1::2], strict=True))
                self.status.setdefault(match[1], {}).update(told)
            elif match := _LIST.fullmatch(line):
                self._named(match[1], match[2], match[3])

    def _named(self, attributes: str, name: str, old_name: str | None) -> None:
        if old_name is not None and old_name != "INBOX":
            for old in [one for one in self.names if f"{one}/".startswith(f"{old_name}/")]:
                self.names.remove(old)
                self.names.add(name + old[len(old_name) :])
                if old in self.status:
                    self.status[name + old[len(old_name) :]] = self.status.pop(old)
        if "\\NonExistent" in attributes or "\\Noselect" in attributes:
            self.names.discard(name)
            self.status.pop(name, None)
        else:
            self.names.add(name)
        (self.subscribed.add if "\\Subscribed" in attributes else self.subscribed.discard)(name)

    def check(self) -> None:
        tree = self.talk.account.mailboxes
        assert self.names == set(tree)
        assert self.subscribed == tree.subscribed
        for name in tree:
            mailbox, told = tree[name], self.status.get(name, {})
            assert int(told.get("MESSAGES", 0)) == len(mailbox)
            assert int(told.get("UIDNEXT", 1)) == mailbox.uidnext
            assert int(told.get("UNSEEN", 0)) == mailbox.unseen_count
            assert int(told.get("HIGHESTMODSEQ", 1)) == mailbox.highest_modseq


def _change(talk: Talk, what: str, name: str, argument: Any) -> None:  # noqa: ANN401
    tree = talk.account.mailboxes
    mailbox = tree.get(name)
    with suppress(Impossible):  # of a name that is taken, or is not there
        if what in {"create", "delete", "subscribe", "unsubscribe"}:
            getattr(tree, what)(name)
        elif what == "rename":
            tree.rename(name, argument)
        elif mailbox is not None and what == "deliver":
            mailbox.append(_MAIL)
        elif mailbox is not None and what == "expunge":
            mailbox.expunge([argument, argument + 1])
        elif mailbox is not None and (message := mailbox.message(argument)) is not None:
            mailbox.add_flags([message], ["\\Seen", "\\Deleted", f"k{argument}"])


def _say(one: Reader, command: str) -> None:
    if command == "IDLE":
        one.idle()
    else:
        one.say(command)
        if "SILENT" in command:
            # RFC 3501 §6.4.6: it knows what it set.
            for known in one.messages:
                if known.uid is not None and known.uid <= 9 and known.flags is not None:
                    known.flags |= {"\\Answered"}


@settings(max_examples=40, deadline=None)
@given(_STEPS)
def test_a_client_that_only_listens_knows_the_mailboxes(
    steps: list[tuple[str, Any, Any]],
) -> None:
    service = imap_service(imap_capabilities="all")
    believers = []
    for which in ("selected", "selected-delayed"):
        talk = Talk(service).log_in()
        believer = Reader(talk)
        believer.say("SELECT INBOX")
        believer.say(_SELECTED.format(which))
        believers.append(believer)
    onlooker = Onlooker(Talk(service).log_in())
    for what, who, argument in steps:
        if what == "say":
            _say(believers[who], argument)
        else:
            _change(onlooker.talk, what, who, argument)
        for one in believers:
            while one.talk.wakes:
                one.talk.wakes = 0
                one.woken()
        onlooker.hear(onlooker.talk.pushed().split("\r\n"))
        assert not service.bugs
        onlooker.check()
        # Who wants all of it at once knows without asking.
        truth = onlooker.talk.inbox.messages
        now = believers[0].messages
        assert len(now) == len(truth)
        for known, message in zip(now, truth, strict=True):
            assert known.uid in (None, message.uid)
            assert known.flags is None or known.flags == message.flags
    for one in believers:
        one.check()
