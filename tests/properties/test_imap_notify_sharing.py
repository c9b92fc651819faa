"""Clients of two users who share mailboxes, and only listen, know them, as far as they may."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from imap.onlooker import Onlooker
from imap.reader import Reader
from imap.talk import Talk, imap_service

from pytest_fakemail.store.acl import rights_in
from pytest_fakemail.wire.session import Service

_MAIL = b"Subject: x\r\n\r\n"
_HOME = "Users/ann/"
_LISTEN = "NOTIFY SET (selected (MessageNew (UID FLAGS) MessageExpunge FlagChange))"
_SUBS = st.sampled_from(["Box/Sub", "Box/Sup"])
_BOXES = st.sampled_from(["Box", "Box/Sub"])
_STEPS = st.lists(
    st.one_of(
        st.tuples(
            st.just("say"),
            st.integers(0, 1),
            st.sampled_from(
                [
                    "UID STORE 1:9 +FLAGS (\\Seen)",
                    "UID STORE 2:3 FLAGS (\\Deleted)",
                    "UID FETCH 1:* (FLAGS)",
                    "UID SEARCH UNSEEN",
                    "UID EXPUNGE 1:3",
                    "UID MOVE 3:4 {home}Box/Sub",
                    "UID COPY 1:9 {home}Box/Sub",
                    "APPEND {home}Box/Sub {{1+}}\r\nx",
                    "APPEND {home}Box (\\Seen) {{1+}}\r\nx",
                    "IDLE",
                ]
            ),
        ),
        st.tuples(st.just("deliver"), _BOXES, st.just("")),
        st.tuples(st.just("flag"), _BOXES, st.integers(1, 9)),
        st.tuples(st.just("expunge"), _BOXES, st.integers(1, 9)),
        st.tuples(
            st.just("SETACL {} bob {}"),
            _SUBS,
            st.sampled_from(['""', "l", "r", "lr", "lrs", "lrswite"]),
        ),
        st.tuples(st.just("CREATE {}"), _SUBS, st.just("")),
        st.tuples(st.just("DELETE {}"), _SUBS, st.just("")),
        st.tuples(st.just("RENAME {} {}"), _SUBS, _SUBS),
    ),
    min_size=10,
    max_size=25,
)


def _change(service: Service, what: str, name: str, argument: Any) -> None:  # noqa: ANN401
    ann = service.store.account("ann")
    mailbox = None if ann is None else ann.mailboxes.get(name)
    if mailbox is None:
        return
    if what == "deliver":
        mailbox.append(_MAIL)
    elif what == "expunge":
        mailbox.expunge([argument, argument + 1])
    elif (message := mailbox.message(argument)) is not None:
        mailbox.add_flags([message], ["\\Seen", "\\Answered", f"k{argument}"])


def _reader(service: Service, user: str, box: str, enabled: str) -> Reader:
    talk = Talk(service)
    talk.say(f"LOGIN {user} secret")
    if enabled:
        talk.say(f"ENABLE {enabled}")
    reader = Reader(talk, has_qresync=enabled == "QRESYNC", is_rev2=enabled == "IMAP4rev2")
    reader.say(f"SELECT {box}")
    reader.say("FETCH 1:* (UID FLAGS)")
    reader.say(_LISTEN)
    return reader


def _check_onlooker(onlooker: Onlooker) -> None:
    client = onlooker.talk.session._client
    sharing = client.sharing
    assert sharing is not None
    visible = sharing.reach(client.owner).visible()
    readable = {name: one for name, one in visible.items() if client.may(one, "r")}
    assert {name for name in onlooker.names if name.startswith("Users/")} == set(readable)
    assert {name for name in onlooker.status if name.startswith("Users/")} <= set(readable)
    for name, mailbox in readable.items():
        onlooker.check_status(name, mailbox)


def _check_reader(reader: Reader) -> None:
    """Who wants all of it at once knows without asking."""
    truth = reader.talk.session._client.selected.mailbox.messages
    assert len(reader.messages) == len(truth)
    for known, message in zip(reader.messages, truth, strict=True):
        assert known.uid in (None, message.uid)
        assert known.flags is None or known.flags == message.flags


@settings(max_examples=30, deadline=None)
@given(
    _STEPS,
    st.sampled_from(["everyone", "per-user"]),
    st.sampled_from(["", "QRESYNC", "IMAP4rev2"]),
)
def test_who_listens_knows_what_is_shared_and_may_be_read(
    steps: list[tuple[str, Any, Any]], shared_seen: str, enabled: str
) -> None:
    service = imap_service(imap_capabilities="all", shared_seen=shared_seen)
    ann = service.store.add_account("ann", "secret")
    service.store.add_account("bob", "secret")
    for name in ("Box", "Box/Sub"):
        service.store.share().grant(ann, name, "bob", rights_in("lrswite"))
        ann.mailboxes[name].append(_MAIL)
    readers = [_reader(service, "ann", "Box", ""), _reader(service, "bob", f"{_HOME}Box", enabled)]
    talk = Talk(service)
    talk.say("LOGIN bob secret")
    onlooker = Onlooker(talk, "subtree Users")
    for what, who, argument in steps:
        if argument == "IDLE":
            readers[who].idle()
        elif what == "say":
            readers[who].say(argument.format(home=_HOME if who else ""))
        elif "{}" in what:
            readers[0].say(what.format(who, argument))
        else:
            _change(service, what, who, argument)
        for one in readers:
            while one.talk.wakes:
                one.talk.wakes = 0
                one.woken()
        onlooker.hear(talk.pushed().split("\r\n"))
        assert not service.bugs
        _check_onlooker(onlooker)
        for one in readers:
            _check_reader(one)
