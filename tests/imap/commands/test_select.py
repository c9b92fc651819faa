"""SELECT: how it reads its arguments, and what it does."""

import pytest
from imap.cursors import parsed, refusal
from imap.talk import MAIL, Talk

from pytest_fakemail.imap.commands.select import QResync, Select, select
from pytest_fakemail.imap.grammar.numbers import SequenceSet
from pytest_fakemail.store.changes import ChangeLog

KNOWN = SequenceSet(((41, 41), (43, 211)))
MATCHES = (SequenceSet(((1, 1), (5, 5))), SequenceSet(((10, 10), (20, 20))))


def resync(talk: Talk, parameters: str) -> list[str]:
    """Return what a SELECT with QRESYNC tells besides the usual."""
    lines = talk.say(f"SELECT INBOX (QRESYNC ({parameters}))")
    return [line for line in lines[:-1] if "VANISHED" in line or "FETCH" in line]


def known(*messages: bytes) -> Talk:
    talk = Talk().log_in(*messages)
    talk.say("ENABLE QRESYNC")
    return talk


def test_qresync_tells_what_changed_since() -> None:
    talk = known(*[MAIL] * 5)
    modseq = talk.inbox.highest_modseq
    talk.inbox.expunge([2, 3])
    talk.inbox.add_flags(talk.inbox.messages[-1:], ["\\Seen"])
    assert resync(talk, f"{talk.inbox.uidvalidity} {modseq}") == [
        "* VANISHED (EARLIER) 2:3",
        f"* 3 FETCH (UID 5 FLAGS (\\Seen \\Recent) MODSEQ ({modseq + 2}))",
    ]
    assert resync(talk, f"{talk.inbox.uidvalidity} {modseq} 3:4") == ["* VANISHED (EARLIER) 3"]
    assert resync(talk, f"{talk.inbox.uidvalidity} {modseq + 2}") == []


def test_qresync_of_another_uidvalidity_is_a_plain_select() -> None:
    talk = known(MAIL, MAIL)
    talk.inbox.expunge([1])
    assert resync(talk, "77 1") == []


def test_what_the_log_has_forgotten_vanished_too() -> None:
    talk = known(*[MAIL] * 6)
    modseq = talk.inbox.highest_modseq
    talk.inbox.log = ChangeLog(limit=2)
    for uid in (1, 4, 5):
        talk.inbox.expunge([uid])
    assert resync(talk, f"{talk.inbox.uidvalidity} {modseq}") == ["* VANISHED (EARLIER) 1,4:5"]


def test_qresync_has_to_be_enabled() -> None:
    talk = Talk().log_in(MAIL)
    assert talk.say("SELECT INBOX (QRESYNC (1 1))")[-1] == "BAD QRESYNC was not enabled"


def test_a_select_that_fails_leaves_nothing_selected() -> None:
    talk = Talk().select(MAIL)
    assert talk.say("SELECT nowhere") == [
        "* OK [CLOSED] Previous mailbox is now closed",
        "NO [NONEXISTENT] There is no such mailbox",
    ]
    assert talk.say("FETCH 1 FLAGS")[-1].startswith("BAD FETCH is not allowed")


def test_close_expunges_without_a_word_unless_read_only() -> None:
    talk = Talk().select(MAIL, MAIL)
    talk.say("STORE 1 +FLAGS.SILENT (\\Deleted)")
    talk.say("EXAMINE INBOX")
    assert talk.say("CLOSE") == ["OK CLOSE completed"]
    assert len(talk.inbox) == 2
    talk.say("SELECT INBOX")
    assert talk.say("CLOSE") == ["OK CLOSE completed"]
    assert len(talk.inbox) == 1


def test_close_spares_what_the_client_never_saw() -> None:
    talk = Talk().select(MAIL)
    talk.inbox.append(MAIL, flags=["\\Deleted"])
    talk.say("CLOSE")
    assert len(talk.inbox) == 2


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (b" inbox", Select("inbox")),
        (b" a (CONDSTORE)", Select("a", is_condstore=True)),
        (b" a (qresync (7 8))", Select("a", qresync=QResync(7, 8))),
        (b" a (QRESYNC (7 8 41,43:211))", Select("a", qresync=QResync(7, 8, KNOWN))),
        (
            b" a (QRESYNC (7 8 (1,5 10,20)) CONDSTORE)",
            Select("a", is_condstore=True, qresync=QResync(7, 8, None, MATCHES)),
        ),
        (
            b" a (QRESYNC (7 8 41,43:211 (1,5 10,20)))",
            Select("a", qresync=QResync(7, 8, KNOWN, MATCHES)),
        ),
    ],
)
def test_select_takes_parameters(text: bytes, wanted: Select) -> None:
    assert parsed(select, text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b" a ()",
        b" a CONDSTORE",
        b" a (FOO)",
        b" a (QRESYNC)",
        b" a (QRESYNC (7))",
        b" a (QRESYNC (7 8 1:*))",
        b" a (QRESYNC (7 8 $))",
        b" a (QRESYNC (7 8 (1)))",
        b" a (QRESYNC (7 8 (1:* 1:2)))",
        b" a (QRESYNC (7 8) QRESYNC (7 8))",
    ],
)
def test_select_refuses_what_it_does_not_know(text: bytes) -> None:
    assert refusal(select, text).status == "BAD"


@pytest.mark.parametrize("text", [b" a (CONDSTORE)", b" a (QRESYNC (7 8))"])
def test_parameters_need_their_capability(text: bytes) -> None:
    assert refusal(select, text, ()).status == "BAD"
