"""A client that said NOTIFY once and then only listens knows the mailboxes (RFC 5465)."""

from contextlib import suppress
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from imap.onlooker import Onlooker
from imap.reader import Reader
from imap.talk import Talk, imap_service

from pytest_fakemail.store.impossible import Impossible

_MAIL = b"Subject: x\r\n\r\n"
_SELECTED = "NOTIFY SET ({} (MessageNew (UID FLAGS) MessageExpunge FlagChange))"
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
    onlooker = Onlooker(Talk(service).log_in(), "personal")
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
        tree = onlooker.talk.account.mailboxes
        assert onlooker.names == set(tree)
        assert onlooker.subscribed == tree.subscribed
        for name in tree:
            onlooker.check_status(name, tree[name])
        # Who wants all of it at once knows without asking.
        truth = onlooker.talk.inbox.messages
        now = believers[0].messages
        assert len(now) == len(truth)
        for known, message in zip(now, truth, strict=True):
            assert known.uid in (None, message.uid)
            assert known.flags is None or known.flags == message.flags
    for one in believers:
        one.check()
