"""What clients may change: read-only mailboxes, and flags that are not permanent."""

import pytest
from imap.talk import MAIL, Talk

from pytest_fakemail.store.flags import FLAGGED, SEEN


def test_a_read_only_mailbox_is_selected_as_such() -> None:
    talk = Talk().log_in(MAIL)
    talk.inbox.rights.is_read_only = True
    answer = talk.say("SELECT INBOX")
    assert answer[-1].startswith("OK [READ-ONLY]")
    assert "* OK [PERMANENTFLAGS ()] Nothing can be changed" in answer


@pytest.mark.parametrize(
    "command",
    ["STORE 1 +FLAGS (\\Seen)", "EXPUNGE", "UID EXPUNGE 1", "MOVE 1 Archive"],
)
@pytest.mark.parametrize("is_meanwhile", [False, True])
def test_nothing_in_a_read_only_mailbox_can_be_changed(command: str, is_meanwhile: bool) -> None:  # noqa: FBT001  (a case)
    talk = Talk().select(MAIL)
    talk.inbox.rights.is_read_only = True
    if not is_meanwhile:
        talk.say("SELECT INBOX")
    assert talk.say(command)[-1].startswith("NO [READ-ONLY]")
    talk.say("FETCH 1 BODY[]")
    assert [message.flags for message in talk.inbox.messages] == [frozenset()]


def test_nothing_comes_into_a_read_only_mailbox() -> None:
    """RFC 5530 §3: NOPERM."""
    talk = Talk().select(MAIL)
    talk.account.mailboxes["Archive"].rights.is_read_only = True
    for command in ("COPY 1 Archive", "MOVE 1 Archive", "APPEND Archive {1+}\r\nx"):
        assert talk.say(command)[-1].startswith("NO [NOPERM]")
    assert len(talk.account.mailboxes["Archive"]) == 0


def test_close_leaves_a_mailbox_that_became_read_only() -> None:
    talk = Talk().select(MAIL)
    talk.say("STORE 1 +FLAGS (\\Deleted)")
    talk.inbox.rights.is_read_only = True
    talk.say("CLOSE")
    assert len(talk.inbox) == 1


def test_flags_that_are_not_permanent_are_left_alone() -> None:
    """RFC 9051 §7.1: the server ignores the change."""
    talk = Talk().log_in(MAIL)
    talk.inbox.rights.permanent_flags = (SEEN, "$Todo")
    talk.inbox.add_flags(talk.inbox.messages, [FLAGGED])
    answer = talk.say("SELECT INBOX")
    assert "* OK [PERMANENTFLAGS (\\Seen $Todo)] Flags permitted" in answer
    assert answer[-1].startswith("OK [READ-WRITE]")
    for command, flags in {
        "STORE 1 +FLAGS (\\Seen \\Answered $Todo $Other)": {SEEN, FLAGGED, "$Todo"},
        "STORE 1 -FLAGS (\\Flagged $Todo)": {SEEN, FLAGGED},
        "STORE 1 FLAGS (\\Draft $TODO)": {FLAGGED, "$Todo"},
        "STORE 1 FLAGS ()": {FLAGGED},
    }.items():
        assert talk.say(command)[-1].startswith("OK")
        assert talk.inbox.messages[0].flags == flags
    talk.say("APPEND INBOX (\\Seen \\Draft) {1+}\r\nx")
    assert talk.inbox.messages[1].flags == {SEEN}


def test_new_keywords_can_be_permitted() -> None:
    talk = Talk().log_in(MAIL)
    talk.inbox.rights.permanent_flags = ("\\*",)
    talk.say("SELECT INBOX")
    talk.say("STORE 1 +FLAGS ($New \\Seen)")
    talk.say("FETCH 1 BODY[]")
    assert talk.inbox.messages[0].flags == {"$New"}
    assert talk.inbox.rights.listed(talk.inbox.keywords) == ["$New", "\\*"]
