"""STORE: how it reads its arguments, and what it does."""

import pytest
from imap.cursors import parsed, refusal
from imap.talk import MAIL, Talk

from pytest_fakemail.imap.commands.store import StoreFlags, store
from pytest_fakemail.imap.grammar.numbers import SequenceSet
from pytest_fakemail.imap.grammar.store import Operation
from pytest_fakemail.store.flags import MOST_KEYWORDS

ONE = SequenceSet(((1, 1),))
SEEN = ("\\Seen",)


def test_a_conditional_store_spares_what_changed_meanwhile() -> None:
    talk = Talk().select(MAIL, MAIL, MAIL)
    modseq = talk.inbox.highest_modseq
    talk.inbox.add_flags(talk.inbox.messages[1:2], ["\\Flagged"])
    answer = talk.say(f"UID STORE 1:3 (UNCHANGEDSINCE {modseq}) +FLAGS.SILENT (\\Seen)")
    assert answer[-1] == "OK [MODIFIED 2] Conditional STORE failed for some"
    fetched = [line for line in answer if "FETCH" in line]
    assert fetched == [
        f"* 1 FETCH (UID 1 MODSEQ ({modseq + 2}))",
        f"* 3 FETCH (UID 3 MODSEQ ({modseq + 2}))",
        f"* 2 FETCH (FLAGS (\\Flagged \\Recent) MODSEQ ({modseq + 1}))",
    ]
    assert "\\Seen" not in talk.inbox.messages[1].flags


def test_keywords_beyond_the_limit_change_nothing() -> None:
    talk = Talk().select(MAIL, MAIL)
    words = " ".join(f"k{number}" for number in range(MOST_KEYWORDS))
    answer = talk.say(f"STORE 1 +FLAGS.SILENT ({words})")
    assert answer[-1] == "OK STORE completed"
    assert " \\*)" not in next(line for line in answer if "PERMANENTFLAGS" in line)
    kept = talk.inbox.messages[0].flags
    trash = talk.account.mailboxes["Trash"]
    trash.append(MAIL, flags=["other"])
    for command in ("STORE 2 +FLAGS (\\Seen new)", "STORE 1 FLAGS (new)", "COPY 1 Trash"):
        assert talk.say(command)[-1].startswith("NO [LIMIT] too many keywords")
    assert talk.say("STORE 1 -FLAGS.SILENT (new)") == ["OK STORE completed"]
    assert [one.flags for one in talk.inbox.messages] == [kept, frozenset()]
    assert trash.keywords == ("other",)
    assert len(trash) == 1


def test_a_message_gone_elsewhere_is_told_and_the_others_are_changed() -> None:
    talk = Talk().select(MAIL, MAIL)
    talk.inbox.expunge([1])
    assert talk.say("STORE 1:2 +FLAGS.SILENT (\\Seen)") == ["OK [EXPUNGEISSUED] STORE completed"]
    assert talk.inbox.messages[0].flags == {"\\Seen"}
    assert talk.say("UID STORE 1 +FLAGS.SILENT (\\Seen)") == [
        "* 1 EXPUNGE",
        "* 1 RECENT",
        "OK UID STORE completed",
    ]


def test_a_message_gone_elsewhere_is_not_answered_for() -> None:
    talk = Talk().select(MAIL, MAIL, MAIL)
    talk.inbox.expunge([1])
    # RFC 2180 §4.2.3 lets a mixture be done; the others are told, the tagged response says why.
    assert talk.say("STORE 1:2 +FLAGS (\\Seen)") == [
        "* 2 FETCH (FLAGS (\\Seen \\Recent))",
        "OK [EXPUNGEISSUED] STORE completed",
    ]
    # §4.2.2: "only a tagged NO".
    assert talk.say("STORE 1 +FLAGS (\\Seen)") == [
        "NO [EXPUNGEISSUED] None of the messages exists any more"
    ]
    # §4.2.1: with .SILENT it is OK whatever is left.
    assert talk.say("STORE 1 +FLAGS.SILENT (\\Seen)") == ["OK [EXPUNGEISSUED] STORE completed"]
    assert talk.say("STORE 3 +FLAGS.SILENT (\\Seen)") == ["OK STORE completed"]


def test_a_message_gone_elsewhere_is_not_called_modified() -> None:
    """RFC 7162 §3.1.3: MODIFIED names messages that can be tried again."""
    talk = Talk().select(MAIL, MAIL)
    talk.inbox.add_flags(talk.inbox.messages, ["x"])
    talk.inbox.expunge([1])
    talk.say("FETCH 2 MODSEQ")
    answer = talk.say("STORE 1:2 (UNCHANGEDSINCE 1) +FLAGS (\\Seen)")
    assert answer == ["OK [MODIFIED 2] Conditional STORE failed for some"]


def test_a_new_keyword_is_announced_before_it_is_used() -> None:
    talk = Talk().select(MAIL)
    answer = talk.say("STORE 1 +FLAGS (new)")
    assert answer[0] == "* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft new)"
    assert answer[2] == "* 1 FETCH (FLAGS (new \\Recent))"
    other = talk.again().select()
    talk.say("STORE 1 +FLAGS (newer)")
    assert other.say("NOOP")[0].endswith(" new newer)")


def test_others_are_told_even_if_the_client_wants_silence() -> None:
    talk = Talk().select(MAIL)
    other = talk.again().select()
    assert talk.say("STORE 1 FLAGS.SILENT (\\Seen)") == ["OK STORE completed"]
    assert talk.say("NOOP") == ["OK NOOP completed"]
    assert other.say("NOOP")[0] == "* 1 FETCH (FLAGS (\\Seen))"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (b"FLAGS (\\Seen)", StoreFlags(ONE, Operation.REPLACE, SEEN)),
        (b"flags ()", StoreFlags(ONE, Operation.REPLACE, ())),
        (b"+FLAGS \\seen x", StoreFlags(ONE, Operation.ADD, ("\\Seen", "x"))),
        (b"-Flags.Silent \\Seen", StoreFlags(ONE, Operation.REMOVE, SEEN, is_silent=True)),
        (
            b"(UNCHANGEDSINCE 0) +FLAGS.SILENT (\\Seen)",
            StoreFlags(ONE, Operation.ADD, SEEN, is_silent=True, unchanged_since=0),
        ),
        (
            b'+X-GM-LABELS (\\Inbox "a b" &Jjo-)',
            StoreFlags(ONE, Operation.ADD, ("\\Inbox", "a b", "☺"), are_labels=True),
        ),
        (b"X-GM-LABELS foo", StoreFlags(ONE, Operation.REPLACE, ("foo",), are_labels=True)),
    ],
)
def test_store_sets_adds_and_removes(text: bytes, wanted: StoreFlags) -> None:
    assert parsed(store, b" 1 " + text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b" 1",
        b" 1 FLAGS",
        b" 1 FLAGS (\\Recent)",
        b" 1 FLAGS (\\Seen",
        b" 1 *FLAGS (\\Seen)",
        b" 1 ++FLAGS (\\Seen)",
        b" 1 FLAGS.LOUD (\\Seen)",
        b" 1 KEYWORDS (x)",
        b" 1 (UNCHANGEDSINCE) FLAGS (x)",
        b" 1 (FOO 1) FLAGS (x)",
        b" 1 (UNCHANGEDSINCE 1)FLAGS (x)",
        b" x FLAGS (x)",
    ],
)
def test_store_refuses_anything_else(text: bytes) -> None:
    assert refusal(store, text).status == "BAD"


@pytest.mark.parametrize("text", [b" 1 (UNCHANGEDSINCE 5) FLAGS (x)", b" 1 X-GM-LABELS (x)"])
def test_extensions_of_store_need_their_capability(text: bytes) -> None:
    assert refusal(store, text, ()).status == "BAD"
