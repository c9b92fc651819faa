import pytest
from store.stores import MAIL, make_inbox

from pytest_fakemail.imap.grammar.numbers import SequenceSet
from pytest_fakemail.imap.responses.vanished import vanished_earlier
from pytest_fakemail.store.changes import ChangeLog
from pytest_fakemail.store.mailbox import Mailbox
from pytest_fakemail.store.numbers import ModSeq
from pytest_fakemail.store.view import View


def told(inbox: Mailbox, modseq: int, *ranges: tuple[int, int]) -> str:
    known = SequenceSet(ranges) if ranges else None
    line = vanished_earlier(View(inbox), ModSeq(modseq), known).decode()
    return line.removeprefix("* VANISHED (EARLIER) ").removesuffix("\r\n")


@pytest.fixture
def inbox() -> Mailbox:
    inbox = make_inbox(*[MAIL] * 10)
    inbox.expunge([2, 3, 6])
    inbox.expunge([10])
    return inbox


def test_what_the_log_remembers_is_told(inbox: Mailbox) -> None:
    assert told(inbox, inbox.highest_modseq - 2) == "2:3,6,10"
    assert told(inbox, inbox.highest_modseq - 1) == "10"
    assert told(inbox, inbox.highest_modseq) == ""


def test_only_what_the_client_knows_is_told(inbox: Mailbox) -> None:
    modseq = inbox.highest_modseq - 2
    assert told(inbox, modseq, (3, 5)) == "3"
    assert told(inbox, modseq, (1, 2), (6, 0)) == "2,6,10"
    assert told(inbox, modseq, (11, 0)) == "10"
    assert told(inbox, modseq, (4, 5)) == ""


def test_where_the_log_has_forgotten_all_that_is_not_there_has_vanished() -> None:
    inbox = make_inbox(MAIL, MAIL)
    inbox.append(MAIL, uid=4_000_000_000)
    inbox.log = ChangeLog(limit=1)
    for uid in (1, 4_000_000_000):
        inbox.expunge([uid])
    assert told(inbox, 1) == "1,3:4000000000"
    assert told(inbox, 1, (2, 7), (9, 9)) == "3:7,9"
