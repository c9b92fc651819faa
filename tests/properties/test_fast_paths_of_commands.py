"""A command that comes by itself, or that was said before, is read as any other is."""

import re
from collections import deque
from types import SimpleNamespace

from hypothesis import example, given, settings
from hypothesis import strategies as st
from imap.talk import MAIL, Talk, imap_service

from pytest_fakemail.imap import capabilities
from pytest_fakemail.imap.capabilities import AFTER_LOGIN, BEFORE_LOGIN, OFF_AT_FIRST, REVISIONS
from pytest_fakemail.imap.client import Client
from pytest_fakemail.imap.framing import Command, Framer
from pytest_fakemail.imap.reading import Reader
from pytest_fakemail.imap.responses.updates import flags_and_permanent_flags
from pytest_fakemail.imap.table import State
from pytest_fakemail.store.flags import SYSTEM_FLAGS
from pytest_fakemail.store.rights import Rights, RightsOfOne
from pytest_fakemail.transcript.record import Record
from pytest_fakemail.transcript.transcript import Transcript
from pytest_fakemail.wire.exchange import Connection

_ENDS = st.sampled_from(["\r\n", "\r\n", "\n", " \r\n", "\r\r\n"])
_TEXTS = st.sampled_from(
    [
        "NOOP",
        "noop",
        "UID  FETCH 1 (FLAGS)",
        "FETCH 1:* (FLAGS MODSEQ)",
        "FETCH 1 BINARY.PEEK[]",
        "UID SEARCH RETURN (SAVE) ALL",
        "SEARCH CHARSET utf-8 SUBJECT {3+}\r\none SEEN",
        "SEARCH SUBJECT {3}",
        "SEARCH SUBJECT ab}",
        'SELECT INBOX (QRESYNC (1 1)) "',
        "SELECT INBOX (CONDSTORE)",
        "STATUS &- (MESSAGES)",
        'STATUS "INBOX" (MESSAGES SIZE)',
        "CREATE &AOQ-",
        "CREATE ä",
        "STORE 1 +FLAGS (\\Seen)",
        'LIST (SUBSCRIBED) "" * RETURN (CHILDREN)',
        "MOVE 1 Trash",
        "UNSELECT",
        "LOGIN user@example.test password",
        "ENABLE UTF8=ACCEPT",
        "IDLE\r\nDONE",
        "",
    ]
)
_TAGS = st.sampled_from(["a", "a1", "a]", "*", "+", "", 'a"', "ä", "a a"])
_LINES = st.builds("{} {}{}".format, _TAGS, _TEXTS, _ENDS)
_CUT = re.compile(r"(?<=\n)|(?<= SUBJECT \{3\+\}\r\none)")


@given(st.lists(_LINES, max_size=8), st.booleans())
def test_lines_by_themselves_are_answered_as_in_a_row(lines: list[str], is_known: bool) -> None:  # noqa: FBT001
    def told(pieces: list[str]) -> str:
        talk = Talk(imap_service())
        if is_known:
            talk.select(MAIL, MAIL)
        return "".join([talk.send(piece.encode()) for piece in pieces])

    pieces = [piece for line in lines for piece in _CUT.split(line)]
    assert told(pieces) == told(["".join(lines)])


class Attentive(Record):
    """A record that wants an exchange of everything, as faults do."""

    def heard(self, *_: object) -> bool:
        return False


def _recorded(kind: type[Record], pieces: list[str]) -> list[object]:
    """Return what was said, what the transcript has of it, and what is in the mailbox."""
    service = imap_service(imap_capabilities="all")
    service.recorder = record = kind(service.clock, limit=1024 * 1024)
    talk = Talk(service)
    talk.inbox.append(MAIL)
    talk.inbox.append(MAIL)
    said = [talk.greeting]
    for piece in pieces:
        said.append(talk.send(piece.encode()))
        record.sent(talk.connection, said[-1].encode())
    deque(talk.session.receive_eof())
    assert service.bugs == []
    flags = [(one.uid, one.flags) for one in talk.inbox.messages]
    return [said, [*Transcript(record)._snapshot()[0]], flags]


@given(st.lists(_LINES, max_size=10), st.booleans(), st.booleans())
@settings(max_examples=100)
def test_what_nobody_looks_at_is_recorded_as_if_somebody_did(
    lines: list[str],
    is_known: bool,  # noqa: FBT001
    is_whole: bool,  # noqa: FBT001
) -> None:
    begin = ["a LOGIN user@example.test password\r\n", "b SELECT INBOX\r\n"] if is_known else []
    pieces = begin + [piece for line in lines for piece in _CUT.split(line)]
    pieces = ["".join(pieces)] if is_whole else pieces
    assert _recorded(Record, pieces) == _recorded(Attentive, pieces)


_SAID = [
    b"a NOOP\r\n",
    b"a FETCH 1 (FLAGS MODSEQ)\r\n",
    b"a FETCH 1 BINARY.PEEK[]\r\n",
    b"a SEARCH RETURN (ALL) ALL\r\n",
    b"a SELECT INBOX (CONDSTORE)\r\n",
    b"a STATUS &AOQ- (MESSAGES)\r\n",
    b"a MOVE 1 Trash\r\n",
    b"a LOGIN user@example.test password\r\n",
    b"a] NOOP\r\n",
    b" NOOP\r\n",
]
_SWITCHES = st.sampled_from(["off", "on", "enable", "unauthenticate"])
_NAMES = st.sampled_from(["CONDSTORE", "MOVE", "UIDONLY", "BINARY", "IMAP4rev1", "UTF8=ACCEPT"])


@given(st.lists(st.one_of(st.sampled_from(State), st.tuples(_SWITCHES, _NAMES)), max_size=6))
def test_what_was_said_before_means_what_it_means_now(steps: list[State | tuple[str, str]]) -> None:
    service = imap_service()
    client = Client(service, Connection(1, "imap"), Framer())
    reader = Reader(client)
    for step in steps:
        match step:
            case State():
                client.state = step
            case "enable", name:
                client.enabled.add(name.upper())
            case "unauthenticate", _:
                client.forget_login()
            case switch, name:
                getattr(service.capabilities, switch)(name)
        for said in _SAID:
            command = Command((said,))
            assert reader.read(command) == Reader(client).read(command)


_CAPABILITIES = st.sampled_from([*AFTER_LOGIN, *OFF_AT_FIRST, *REVISIONS, *BEFORE_LOGIN])


@given(st.lists(st.tuples(st.sampled_from(["on", "off"]), _CAPABILITIES), max_size=5))
@example([("off", "METADATA"), ("on", "METADATA-SERVER")])
@example([("off", "IMAP4rev1"), ("off", "MOVE")])
def test_what_is_granted_is_what_is_on_now(switches: list[tuple[str, str]]) -> None:
    on = imap_service().capabilities
    granted = capabilities.Granted(on, set())
    for switch, switched in switches:
        getattr(on, switch)(switched)
        for name in (*AFTER_LOGIN, *OFF_AT_FIRST, *BEFORE_LOGIN, "METADATA"):
            part_of = capabilities.PART_OF.get(name, "")
            is_on = capabilities._is_on(name, on) or capabilities._is_on(part_of, on)
            is_implied = name in capabilities.IMPLIED_BY_REV2 and granted.is_rev2
            assert (name in granted) == (is_on or is_implied)


@given(
    st.lists(st.sampled_from(["work", "$Junk", "a" * 70_000]), unique=True).map(tuple),
    st.none() | st.just(()) | st.just(("\\Seen", "\\*")),
    st.none() | st.frozensets(st.sampled_from("swte")),
    st.booleans(),
)
@example(("work",), None, frozenset("swt"), False)  # noqa: FBT003
def test_flags_that_are_all_permitted_are_told_as_others(
    keywords: tuple[str, ...],
    permanent: tuple[str, ...] | None,
    letters: frozenset[str] | None,
    is_read_only: bool,  # noqa: FBT001
) -> None:
    everybodys = Rights(permanent_flags=permanent)
    rights = everybodys if letters is None else RightsOfOne(everybodys, letters)
    mailbox = SimpleNamespace(keywords=keywords)
    view = SimpleNamespace(mailbox=mailbox, rights=rights, is_read_only=is_read_only)
    told = flags_and_permanent_flags(view).decode()  # type: ignore[arg-type]
    listed = "" if is_read_only else " ".join(rights.listed(keywords))
    assert told.startswith(f"* FLAGS ({' '.join((*SYSTEM_FLAGS, *keywords))})\r\n")
    assert f"[PERMANENTFLAGS ({listed})] " in told
    assert ("Nothing can be changed" in told) == is_read_only


def test_what_was_said_before_is_remembered_but_no_password() -> None:
    client = Client(imap_service(), Connection(1, "imap"), Framer())
    reader = Reader(client)
    client.state = State.SELECTED
    said = [reader.read(Command((b"%b FETCH 1 FLAGS\r\n" % tag,))) for tag in (b"a", b"b")]
    assert [tag for tag, _ in said] == ["a", "b"]
    assert said[0][1] is said[1][1]
    client.state = State.NOT_AUTHENTICATED
    (_, first), (_, again) = (reader.read(Command((b"a LOGIN ann secret\r\n",))) for _ in range(2))
    assert first.arguments is not again.arguments
