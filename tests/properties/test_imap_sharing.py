"""Three sessions of two users in one mailbox, with rights that change: each knows the mailbox."""

from hypothesis import given, settings
from hypothesis import strategies as st
from imap.reader import Reader
from imap.talk import Talk, imap_service

from pytest_fakemail.store.acl import rights_in

_MAIL = b"Subject: x\r\n\r\nno line end, so that a literal is a part of a line"
_BOX = "Users/ann/Box"

_COMMANDS = st.sampled_from(
    [
        "NOOP",
        "FETCH 1:* (UID FLAGS)",
        "FETCH 1:* BODY[TEXT]",
        "STORE 1:* +FLAGS (\\Deleted)",
        "STORE 1 FLAGS (new \\Seen)",
        "UID STORE 1:9 -FLAGS (\\Deleted $Own)",
        "SEARCH UNSEEN",
        "EXPUNGE",
        "UID EXPUNGE 2:5",
        "UID MOVE 3:4 INBOX",
        "APPEND {box} (\\Seen $Own) {{1+}}\r\nx",
        "UID COPY 1 {box}",
    ]
)
_WHO = st.integers(0, 2)
_STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("say"), _WHO, _COMMANDS),
        st.tuples(st.just("say"), _WHO, _COMMANDS),
        st.tuples(st.just("idle"), _WHO, st.just("")),
        st.tuples(
            st.just("rights"), _WHO, st.sampled_from(["lr", "lrs", "lrwi", "lrste", "lrswite"])
        ),
    ),
    min_size=10,
    max_size=25,
)


def _readers(shared_seen: str) -> list[Reader]:
    service = imap_service(imap_capabilities="all", shared_seen=shared_seen)
    store = service.store
    ann = store.add_account("ann", "secret")
    store.add_account("bob", "secret")
    box = store.share().grant(ann, "Box", "bob", rights_in("lrswite"))
    for _ in range(3):
        box.append(_MAIL)
    readers = []
    for user, name, enabled in (
        ("ann", "Box", ""),
        ("bob", _BOX, "QRESYNC"),
        ("bob", _BOX, "IMAP4rev2"),
    ):
        talk = Talk(service)
        talk.say(f"LOGIN {user} secret")
        if enabled:
            talk.say(f"ENABLE {enabled}")
        reader = Reader(talk, has_qresync=enabled == "QRESYNC", is_rev2=enabled == "IMAP4rev2")
        reader.say(f"SELECT {name}")
        reader.say("FETCH 1:* (UID FLAGS)")
        readers.append(reader)
    return readers


def _do(one: Reader, ann: Reader, what: str, argument: str) -> None:
    if what == "rights":
        ann.say(f"SETACL Box bob {argument}")
    elif what == "idle":
        one.idle()
    elif one.messages or "1" not in argument:
        one.say(argument.format(box="Box" if one is ann else _BOX))


@settings(max_examples=30, deadline=None)
@given(_STEPS, st.sampled_from(["everyone", "per-user"]))
def test_who_shares_a_mailbox_knows_it(steps: list[tuple[str, int, str]], shared_seen: str) -> None:
    readers = _readers(shared_seen)
    for what, who, argument in steps:
        _do(readers[who], readers[0], what, argument)
        for one in readers:
            if one.talk.wakes and one.is_idle:
                one.woken()
            one.talk.wakes = 0
        if any(known.uid is None for known in readers[1].messages):
            readers[1].say("FETCH 1:* (UID FLAGS)")
    assert not readers[0].talk.service.bugs
    for one in readers:
        one.check()
    views = [one.talk.session._client.selected.mailbox.messages for one in readers]
    seen = {"\\Seen"} if shared_seen == "per-user" else set()
    first, *others = [[(one.uid, one.flags - seen) for one in messages] for messages in views]
    assert others == [first, first]
