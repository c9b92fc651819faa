"""A QRESYNC client that went away knows on its return what one that stayed knows (RFC 7162).

Both are of one of two users who share a mailbox; the other one works in it all the time.
"""

from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st
from imap.believer import FETCH, VANISHED, flags_in, ranges_in
from imap.reader import Reader
from imap.talk import Talk, imap_service

from pytest_fakemail.store.acl import rights_in
from pytest_fakemail.wire.session import Service

_MAIL = b"Subject: x\r\n\r\nno line end, so that a literal is a part of a line"
_BOX = "Users/ann/Box"

_WORK = [
    "UID STORE 1:9 +FLAGS (\\Deleted)",
    "UID STORE 2:4 -FLAGS.SILENT (\\Deleted)",
    "UID STORE 1:3 FLAGS (\\Seen new)",
    "UID EXPUNGE 1:3",
    "UID EXPUNGE 5:12",
    "EXPUNGE",
    "APPEND {box} (\\Seen) {{1+}}\r\nx",
    "UID COPY 1:3 {box}",
    "UID FETCH 1:* BODY[TEXT]",
    "SEARCH UNSEEN",
    "FETCH 1:* FLAGS",
]
_STEPS = st.lists(
    st.tuples(st.integers(0, 1), st.sampled_from([*_WORK, "NOOP"])), min_size=2, max_size=8
)
_LEAVING = st.sampled_from(
    ["gone", "gone, then UIDONLY", "UNSELECT", "CLOSE", "SELECT INBOX", "EXAMINE {box}"]
)
_MATCH = st.sampled_from(["", "known", "known and numbers"])


@dataclass
class Memory:
    """What a client keeps of a mailbox while it is away."""

    uidvalidity: int
    modseq: int
    flags: dict[int, frozenset[str]] = field(default_factory=dict)

    def asked(self, match: str) -> str:
        """Return the parameter of SELECT, with as much match data as wanted (§3.2.5)."""
        uids = sorted(self.flags)
        known = f" {','.join(map(str, uids))}" if match and uids else ""
        if "numbers" in match and uids:
            some = sorted(range(len(uids) - 1, -1, -2))
            numbers = ",".join(str(place + 1) for place in some)
            known += f" ({numbers} {','.join(str(uids[place]) for place in some)})"
        return f"(QRESYNC ({self.uidvalidity} {self.modseq}{known}))"

    def come_back(self, talk: Talk, match: str) -> None:
        """Select the mailbox and bring this up to date; ask for nothing that is known."""
        exists = self.hear(talk.say(f"SELECT {_BOX} {self.asked(match)}"))
        if match and exists > len(self.flags):
            # §3.2.5.1: with a list of known UIDs those that are new are not told.
            newest = max(self.flags, default=0)
            self.hear(talk.say(f"UID FETCH {newest + 1}:* (FLAGS)"))
        assert len(self.flags) == exists

    def hear(self, lines: list[str]) -> int:
        """Believe what is told; return how many messages there are."""
        exists = 0
        for text in lines:
            line = text.encode() + b"\r\n"
            assert "[UIDVALIDITY" not in text or f"[UIDVALIDITY {self.uidvalidity}]" in text
            if vanished := VANISHED.match(line):
                assert vanished[1], text
                for first, last in ranges_in(vanished[2]):
                    for uid in range(first, last + 1):
                        self.flags.pop(uid, None)
            elif FETCH.match(line) or " UIDFETCH (" in text:
                named = text[2:] if " UIDFETCH (" in text else text.partition("UID ")[2]
                uid = int(named.partition(" ")[0].rstrip(")"))
                inside = text.partition("FLAGS (")[2].partition(")")[0]
                self.flags[uid] = flags_in(inside.encode())
            elif text.endswith(" EXISTS"):
                exists = int(text.split()[1])
        return exists


def _talk(service: Service, user: str) -> Talk:
    talk = Talk(service)
    talk.say(f"LOGIN {user} secret")
    talk.say("ENABLE QRESYNC")
    return talk


def _reader(service: Service, user: str, box: str) -> Reader:
    reader = Reader(_talk(service, user), has_qresync=True)
    reader.say(f"SELECT {box}")
    reader.say("FETCH 1:* (UID FLAGS)")
    return reader


def _know_all(reader: Reader) -> dict[int, frozenset[str]]:
    """Return what a client knows, by UID; what it has not met yet, it asks for."""
    if any(known.uid is None or known.flags is None for known in reader.messages):
        reader.say("UID FETCH 1:* (FLAGS)")
    return {
        known.uid: known.flags
        for known in reader.messages
        if known.uid is not None and known.flags is not None
    }


def _do(readers: list[Reader], step: tuple[int, str]) -> None:
    who, command = step
    if readers[who].messages or "1" not in command:
        readers[who].say(command.format(box=_BOX if who else "Box"))
        if "SILENT" in command:  # it knows what it took away (RFC 3501 §6.4.6)
            for known in readers[who].messages:
                if known.flags is not None and known.uid in range(2, 5):
                    known.flags -= {"\\Deleted"}
    for one in readers:
        _know_all(one)


@settings(max_examples=50, deadline=None)
@given(_STEPS, _STEPS, _LEAVING, _MATCH, st.sampled_from(["everyone", "per-user"]))
def test_who_went_away_knows_on_return_what_one_who_stayed_knows(
    before: list[tuple[int, str]],
    after: list[tuple[int, str]],
    how: str,
    match: str,
    shared_seen: str,
) -> None:
    service = imap_service(imap_capabilities="all", shared_seen=shared_seen)
    store = service.store
    ann = store.add_account("ann", "secret")
    store.add_account("bob", "secret")
    box = store.share().grant(ann, "Box", "bob", rights_in("lrswite"))
    for _ in range(5):
        box.append(_MAIL)
    owner = _reader(service, "ann", "Box")
    stays, goes = _reader(service, "bob", _BOX), _reader(service, "bob", _BOX)
    for step in before:
        _do([owner, goes], step)
        stays.say("NOOP")
    memory = Memory(goes.uidvalidity, goes.modseq, _know_all(goes))
    if how.startswith("gone"):
        goes.talk.session.receive_eof()
        goes.talk = _talk(service, "bob")
        if "UIDONLY" in how:  # RFC 9586 §3.3: no numbers then
            goes.talk.say("ENABLE UIDONLY")
            match = match.removesuffix(" and numbers")
    else:
        goes.talk.say(how.format(box=_BOX))  # CLOSE expunges what it does not tell
    for step in after:
        _do([owner, stays], step)
    stays.say("NOOP")
    memory.come_back(goes.talk, match)
    known = _know_all(stays)
    assert not service.bugs
    assert memory.flags == known
    truth = goes.talk.session._client.selected.mailbox.messages
    assert known == {one.uid: one.flags for one in truth}
