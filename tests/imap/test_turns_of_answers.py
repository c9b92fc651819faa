"""What is answered in turns is answered as at once, and no turn has more than its share."""

import pytest
from imap.talk import Talk
from pop3.talk import Talk as Pop3Talk

from pytest_fakemail.imap.commands import expunge, order, search, store
from pytest_fakemail.pop3 import transaction
from pytest_fakemail.query import matching, turns
from pytest_fakemail.store import maildrop
from pytest_fakemail.wire.effects import More

COUNT = 12
SIZES = (expunge, order, search, store)


def mail(number: int) -> bytes:
    return b"Subject: %d\r\n\r\n.%d" % (number * 7 % 5, number)


@pytest.fixture
def _short_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (*SIZES, maildrop):
        monkeypatch.setattr(module, "_AT_ONCE", 2)
    monkeypatch.setattr(matching, "_MOST", 2)
    monkeypatch.setattr(matching, "MANY", 2)
    monkeypatch.setattr(matching, "FEW", 2)
    monkeypatch.setattr(turns, "_SORTED_AT_ONCE", 2)
    monkeypatch.setattr(maildrop, "_TURN", 2)
    monkeypatch.setattr(transaction, "_ROWS", 2)


IMAP = [
    "SEARCH ALL",
    "UID SEARCH FLAGGED",
    "SEARCH NOT FLAGGED",
    "UID SEARCH UID 3:9",
    "SEARCH 2:4,7",
    "SEARCH SUBJECT 2",
    "SORT (SUBJECT) UTF-8 ALL",
    "SORT (SUBJECT) UTF-8 UNFLAGGED",
    "STORE 2:* +FLAGS (\\Seen)",
    "EXPUNGE",
]
POP3 = ["STAT", "LIST", "UIDL", "DELE 1", "DELE 5", "DELE 6", "LIST", "UIDL", "STAT", "QUIT"]


def imap_answers() -> list[list[str]]:
    talk = Talk().log_in(*map(mail, range(COUNT)))
    talk.inbox.add_flags(talk.inbox.messages[::3], ["\\Flagged", "\\Deleted"])
    talk.say("SELECT INBOX")
    return [talk.say(command) for command in IMAP]


def pop3_answers() -> list[str]:
    talk = Pop3Talk().log_in(*map(mail, range(COUNT)))
    said = [talk.say(command) for command in POP3]
    return [*said, str([message.uid for message in talk.inbox.messages])]


def test_turns_change_no_answer(request: pytest.FixtureRequest) -> None:
    at_once = imap_answers(), pop3_answers()
    request.getfixturevalue("_short_turns")
    assert (imap_answers(), pop3_answers()) == at_once


@pytest.mark.usefixtures("_short_turns")
@pytest.mark.parametrize("command", IMAP[:-1])
def test_others_are_served_between_any_few_messages(command: str) -> None:
    talk = Talk().select(*map(mail, range(COUNT)))
    effects = list(talk.session.receive_data(f"a {command}\r\n".encode()))
    # A few turns are taken at once, and the last ones have nothing behind them.
    assert sum(isinstance(effect, More) for effect in effects) >= COUNT / 2 - 4


@pytest.mark.usefixtures("_short_turns")
@pytest.mark.parametrize("command", ["STAT", "LIST", "UIDL"])
def test_pop3_lets_others_be_served(command: str) -> None:
    talk = Pop3Talk().log_in(*map(mail, range(COUNT)))
    assert len(list(talk.session.receive_data(f"{command}\r\n".encode()))) >= COUNT / 2
