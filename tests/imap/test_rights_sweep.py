"""Commands by rights by who: what RFC 4314 §4 allows happens, nothing else, and nothing leaks.

What is allowed is said here once more, from the RFC's table, a row for a command.
"""

import gc
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import FrameType

import pytest
from imap.talk import MAIL, Talk, imap_service

from pytest_fakemail import dataclass as dataclass_module
from pytest_fakemail.store.acl import ALL, RIGHTS
from pytest_fakemail.store.arrivals import Arrival
from pytest_fakemail.store.flags import DELETED

BOX, NONE = "Users/ann/Box", "Users/ann/Nix"
Needs = Callable[[frozenset[str]], bool]


def takes(rights: str) -> Needs:
    return lambda given: given.issuperset(rights)


def takes_any(rights: str, besides: str = "") -> Needs:
    return lambda given: bool(given & set(rights)) and given.issuperset(besides)


UNSELECTED: dict[str, Needs] = {
    "SELECT {box}": takes("r"),
    "EXAMINE {box}": takes("r"),
    "STATUS {box} (MESSAGES UNSEEN)": takes("r"),
    "SUBSCRIBE {box}": takes("l"),
    "CREATE {box}/New": takes("k"),
    "DELETE {box}": takes("x"),
    "RENAME {box}/Sub {box}/Other": takes("xk"),
    "RENAME {box} Users/ann/Other": takes("no"),  # nobody has k above it
    "APPEND {box} {{1+}}\r\nx": takes("i"),
    "GETACL {box}": takes("a"),
    "SETACL {box} eve lr": takes("a"),
    "DELETEACL {box} ann": takes("a"),
    "LISTRIGHTS {box} eve": takes("a"),
    "MYRIGHTS {box}": takes_any("lrikxa"),
    "GETQUOTAROOT {box}": takes("r"),
    "RESETKEY {box}": takes("r"),
    "GETMETADATA {box} /shared/comment": takes_any("rswip", "l"),
    'SETMETADATA {box} (/shared/comment "x")': takes_any("rswip", "l"),
}
FROM_INBOX: dict[str, Needs] = {
    "COPY 1 {box}": takes("i"),
    "UID COPY 1 {box}": takes("i"),
    "MOVE 1 {box}": takes("i"),
    "REPLACE 1 {box} {{1+}}\r\nx": takes("i"),
}
SELECTED: dict[str, Needs] = {
    "STORE 2 +FLAGS (\\Seen)": takes("s"),
    "STORE 2 +FLAGS.SILENT (\\Deleted)": takes("t"),
    "UID STORE 2 +FLAGS (\\Flagged $New)": takes("w"),
    "STORE 1 FLAGS (\\Answered \\Seen)": takes_any("sw"),
    "STORE 1 FLAGS ()": takes_any("swt"),
    "EXPUNGE": takes("e"),
    "UID EXPUNGE 1": takes("e"),
    "MOVE 1 INBOX": takes("te"),
    "UID MOVE 1 INBOX": takes("te"),
    "REPLACE 1 INBOX {{1+}}\r\nx": takes("te"),
    "COPY 1 INBOX": takes(""),
}


def rights_swept() -> Iterator[frozenset[str]]:
    """Yield none, all, each alone, each with `l`, and all without each."""
    yield from (frozenset(), ALL)
    for right in RIGHTS:
        yield from (frozenset(right), frozenset("l" + right), ALL - {right})


@dataclass
class World:
    """Ann has a mailbox and one below it; what Bob, Eve and nobody may do there is the question."""

    rights: frozenset[str]
    identifier: str = "bob"

    def __post_init__(self) -> None:
        self.service = imap_service(imap_capabilities="all")
        store = self.service.store
        self.ann = store.add_account("ann", "secret")
        for name in ("bob", "eve"):
            store.add_account(name, "secret").inbox.append(MAIL)
        for name in ("Box", "Box/Sub"):
            store.share().grant(self.ann, name, self.identifier, self.rights)
        self.box = self.ann.mailboxes["Box"]
        self.box.append(MAIL, flags=[DELETED])
        self.box.append(MAIL)

    def talk(self, user: str = "bob", *commands: str) -> Talk:
        talk = Talk(self.service)
        for command in (f"LOGIN {user} secret", *commands):
            assert talk.say(command)[-1].startswith("OK"), command
        return talk

    def state(self) -> object:
        """Return all that a command could change of Ann's."""
        tree, book = self.ann.mailboxes, self.service.store.registry.book
        mailboxes = [(name, tree[name], tree[name].rights.acl) for name in tree]
        return [
            (name, acl and acl.entries, [(one.uid, one.flags) for one in mailbox.messages])
            for name, mailbox, acl in mailboxes
        ], [page.shared for page in getattr(book, "pages", {}).values() if page.shared]


def swept(command: str, needs: Needs, *before: str) -> None:
    for rights in rights_swept():
        world = World(rights)
        talk, old = world.talk("bob", *before), world.state()
        answer = talk.say(command.format(box=BOX))
        is_allowed = needs(rights)
        assert answer[-1].startswith("OK") == is_allowed, (sorted(rights), answer)
        if is_allowed:
            continue
        assert world.state() == old, sorted(rights)
        if "l" in rights:
            assert answer[-1].startswith(("NO [NOPERM]", "NO [NONEXISTENT]")), answer
        elif not command.startswith("CREATE") and not ("x" in rights and "RENAME" in command):
            # A refused CREATE tells what is there, and who may delete a mailbox knows of it.
            other = world.talk("bob", *before).say(command.format(box=NONE))
            assert answer == other, sorted(rights)


@pytest.mark.parametrize("command", UNSELECTED)
def test_commands_that_name_a_mailbox(command: str) -> None:
    swept(command, UNSELECTED[command])


@pytest.mark.parametrize("command", FROM_INBOX)
def test_commands_that_put_messages_into_one(command: str) -> None:
    swept(command, FROM_INBOX[command], "SELECT INBOX")


@pytest.mark.parametrize("command", SELECTED)
def test_commands_in_a_selected_mailbox(command: str) -> None:
    for rights in rights_swept():
        if "r" not in rights:
            continue
        world = World(rights)
        talk, old = world.talk("bob", f"SELECT {BOX}"), world.state()
        answer = talk.say(command.replace("{{", "{").replace("}}", "}"))
        is_allowed = SELECTED[command](rights)
        assert answer[-1].startswith("OK" if is_allowed else "NO [NOPERM]"), (rights, answer)
        assert is_allowed or world.state() == old


def test_reading_and_closing_do_only_what_is_allowed() -> None:
    for rights in rights_swept():
        if "r" not in rights:
            continue
        world = World(rights)
        talk = world.talk("bob", f"SELECT {BOX}", "FETCH 2 BODY[]", "CLOSE")
        flags = {int(one.uid): one.flags for one in world.box.messages}
        assert ("\\Seen" in flags[2]) == ("s" in rights)
        assert (1 not in flags) == ("e" in rights)
        assert talk.say("NOOP")[-1].startswith("OK")


def test_flags_come_along_by_right() -> None:
    """RFC 4314 §4: the message is copied or appended, and has those of its flags that it may."""
    for rights in rights_swept():
        if "i" not in rights:
            continue
        world = World(rights)
        talk = world.talk("bob", "SELECT INBOX", "STORE 1 FLAGS (\\Seen \\Deleted \\Draft $Own)")
        talk.say(f"APPEND {BOX} (\\Seen \\Deleted \\Draft $Own) {{1+}}\r\nx")
        talk.say(f"COPY 1 {BOX}")
        wanted = {"s": {"\\Seen"}, "t": {"\\Deleted"}, "w": {"\\Draft", "$Own"}}
        flags = set().union(*(wanted[right] for right in rights & set("swt")))
        assert [one.flags for one in world.box.messages[2:]] == [flags, flags]


LISTS = (
    'LIST "" *',
    'LIST "" (Users/%/% Users/%/%/%) RETURN (STATUS (MESSAGES) MYRIGHTS SUBSCRIBED)',
    'LIST (SUBSCRIBED) "" *',
    'LIST (SUBSCRIBED RECURSIVEMATCH) "" % RETURN (METADATA (/shared/comment))',
    'LSUB "" *',
    'LSUB "" %',
    f'LIST "" {BOX}',
)


@pytest.mark.parametrize("command", LISTS)
def test_lists_show_what_may_be_looked_up(command: str) -> None:
    for rights in rights_swept():
        world = World(rights)
        account = world.service.store.account("bob")
        assert account is not None
        account.mailboxes.subscribe(BOX)
        lines = world.talk("bob").say(command)
        text = "\n".join(line for line in lines[:-1])
        assert ("Users" in text) == ("l" in rights), (sorted(rights), lines)
        assert ("* STATUS Users" in text) == ("STATUS" in command and rights >= set("lr"))
        if f"/ {BOX}\n" in text and "LSUB" not in command:
            assert ("\\Noselect" in text) == ("r" not in rights)
        assert "Users" not in "".join(world.talk("eve").say(command)[:-1])


SEARCHES: dict[str, dict[str, Needs]] = {
    "mailboxes {box}": {"Box": takes("r")},
    "mailboxes ({box} {box}/Sub)": {"Box": takes("r"), "Box/Sub": takes("r")},
    "subtree {box}": {"Box": takes("r"), "Box/Sub": takes("lr")},
    "subtree-one {box}": {"Box": takes("r"), "Box/Sub": takes("lr")},
    "subtree Users": {"Box": takes("lr"), "Box/Sub": takes("lr")},
    "subtree-one Users/ann": {"Box": takes("lr")},
    "subscribed": {"Box": takes("lr")},
    "personal inboxes": {},
}


@pytest.mark.parametrize("source", SEARCHES)
def test_mailboxes_that_may_not_be_read_are_not_searched(source: str) -> None:
    """RFC 7377 §2.2: what is named takes `r`, what is not takes `l`, too; no word of the rest."""
    for rights in rights_swept():
        world = World(rights)
        world.ann.mailboxes["Box/Sub"].append(MAIL)
        account = world.service.store.account("bob")
        assert account is not None
        account.mailboxes.subscribe(BOX)
        lines = world.talk("bob").say(f"ESEARCH IN ({source.format(box=BOX)}) ALL")
        found = {name for name, needs in SEARCHES[source].items() if needs(rights)}
        told = {line.split()[5] for line in lines[:-1]} - {"INBOX"}
        assert told == {f"Users/ann/{name}" for name in found}, (sorted(rights), lines)
        assert lines[-1] == "OK ESEARCH completed"


WHO = {
    "bob": {"bob"},
    "BOB@example.test": {"bob"},
    "anyone": {"bob", "eve", "anonymous"},
    "authenticated": {"bob", "eve"},
    "nobody": set(),
    "-bob": set(),
}


@pytest.mark.parametrize("identifier", WHO)
def test_an_identifier_is_for_whom_it_says(identifier: str) -> None:
    world = World(frozenset("lr"), identifier)
    world.service.store.add_account("anonymous", "secret")
    for user in ("bob", "eve", "anonymous"):
        answer = world.talk(user).say(f"SELECT {BOX}")[-1]
        assert answer.startswith("OK" if user in WHO[identifier] else "NO [NONEXISTENT]")


def test_negative_rights_take_what_others_give() -> None:
    world = World(frozenset("lrs"), "anyone")
    acl = world.box.rights.acl
    assert acl is not None
    acl.grant("-bob", "rs")
    assert world.talk("bob").say(f"MYRIGHTS {BOX}")[0] == f"* MYRIGHTS {BOX} l"
    assert world.talk("eve").say(f"MYRIGHTS {BOX}")[0] == f"* MYRIGHTS {BOX} lrs"
    acl.forget("-bob")
    assert world.talk("bob").say(f"MYRIGHTS {BOX}")[0] == f"* MYRIGHTS {BOX} lrs"


def test_what_is_not_shared_is_not_there() -> None:
    """No command tells Eve one word more of Ann's mailboxes than of what there is not."""
    world = World(frozenset("lr"))
    for command in (*UNSELECTED, "DELETE {box}/Sub", "UNSUBSCRIBE {box}", 'LIST "" {box}/*'):
        answers = [
            "\n".join(world.talk("eve").say(command.format(box=box))).replace(box, "BOX")
            for box in (BOX, "Users/ann/INBOX", NONE, "Users/nobody/Box", "Shared/Nix")
        ]
        assert len(set(answers)) == 1, answers


@pytest.fixture
def soon_initialised(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let classes have their initialisers with the first object: later ones take other calls."""
    monkeypatch.setattr(dataclass_module, "_FEW", 0)


def calls(talk: Talk, command: str) -> int:
    """Return how many calls it takes to answer a command: time that no other load disturbs."""
    count = 0

    def counting(frame: FrameType, event: str, _: object) -> None:
        nonlocal count
        count += event == "call" and "pytest_fakemail" in frame.f_code.co_filename

    talk.say(command)  # what is made once is made
    gc.disable()  # which may call what becomes of others' objects
    sys.setprofile(counting)
    try:
        talk.say(command)
    finally:
        sys.setprofile(None)
        gc.enable()
    return count


@pytest.mark.usefixtures("soon_initialised")
@pytest.mark.parametrize(
    "command",
    [*UNSELECTED, *LISTS, *(f"ESEARCH IN ({one}) UNSEEN TEXT x" for one in SEARCHES)],
)
def test_how_long_it_takes_tells_nothing_of_what_is_hidden(command: str) -> None:
    """It takes as long whatever is in a mailbox that the user may not look up, or read."""
    took = []
    for count in (1, 50):
        world = World(frozenset())
        world.box.append_many([Arrival(MAIL)] * count)
        took.append(calls(world.talk("bob"), command.format(box=BOX)))
    assert took[0] == took[1]


@pytest.mark.usefixtures("soon_initialised")
def test_what_others_keep_for_themselves_is_no_filter() -> None:
    """RFC 5466 §1: a private filter is only for whom it belongs to, a shared one for all."""
    keep = 'SETMETADATA "" (/{}/filters/values/found "ALL")'
    answers, took = [], []
    for before in ((), (keep.format("private"),)):
        world = World(frozenset())
        world.talk("ann", *before)
        talk = world.talk("bob", "SELECT INBOX")
        answers.append(talk.say("SEARCH FILTER found"))
        took.append(calls(talk, "SEARCH FILTER found"))
    assert answers[0] == answers[1] == ["NO [UNDEFINED-FILTER found] There is no such filter"]
    assert took[0] == took[1]
    world.talk("ann", keep.format("shared"))
    assert world.talk("bob", "SELECT INBOX").say("SEARCH FILTER found")[0] == "* SEARCH 1"


def test_the_owner_keeps_what_must_not_be_lost() -> None:
    world = World(frozenset("lr"))
    talk = world.talk("ann", "DELETEACL Box ann", "CREATE Other")
    assert talk.say("MYRIGHTS Box")[0] == "* MYRIGHTS Box la"
    for command in ("SELECT Box", "DELETE Box", "RENAME Box Other/Box", "CREATE Box/New"):
        assert talk.say(command)[-1].startswith("NO [NOPERM]"), command
    assert talk.say("SETACL Box ann +rx")[-1].startswith("OK")
    assert talk.say("SELECT Box")[-1].startswith("OK [READ-ONLY]")
