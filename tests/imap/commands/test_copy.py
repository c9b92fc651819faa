"""COPY: how it reads its arguments, and what it does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from imap.cursors import parsed, refusal
from imap.talk import MAIL, Talk

from pytest_fakemail.imap.commands.copy import Copy, copy
from pytest_fakemail.imap.grammar.numbers import SequenceSet, encode_numbers

ONE = SequenceSet(((1, 1),))


@pytest.mark.parametrize("verb", ["COPY", "UID COPY", "MOVE", "UID MOVE"])
def test_a_missing_mailbox_could_be_created(verb: str) -> None:
    talk = Talk().select(MAIL)
    assert talk.say(f"{verb} 1 nowhere")[-1] == "NO [TRYCREATE] There is no such mailbox"
    assert len(talk.inbox) == 1


def test_over_quota_nothing_is_copied_but_moving_is_free() -> None:
    talk = Talk().select(MAIL, MAIL)
    talk.account.quota = 3 * len(MAIL) - 1
    assert talk.say("COPY 1 Trash")[-1] == "NO [OVERQUOTA] Over quota"
    assert len(talk.account.mailboxes["Trash"]) == 0
    assert talk.say("MOVE 1 Trash")[-1] == "OK MOVE completed"


def test_a_message_gone_elsewhere_lets_nothing_be_copied() -> None:
    talk = Talk().select(MAIL, MAIL)
    talk.inbox.expunge([1])
    assert talk.say("COPY 1:2 Trash")[-1].startswith("NO [EXPUNGEISSUED]")
    assert len(talk.account.mailboxes["Trash"]) == 0
    assert talk.say("UID COPY 1:2 Trash")[-1].startswith("OK [COPYUID ")
    assert len(talk.account.mailboxes["Trash"]) == 1


def test_moving_tells_the_uids_before_the_messages_go() -> None:
    talk = Talk().select(MAIL, MAIL, MAIL)
    trash = talk.account.mailboxes["Trash"]
    assert talk.say("MOVE 1,3 Trash") == [
        f"* OK [COPYUID {trash.uidvalidity} 1,3 1:2] Moved",
        "* 1 EXPUNGE",
        "* 2 EXPUNGE",
        "* 1 RECENT",
        "OK MOVE completed",
    ]


def test_a_mailbox_examined_can_be_copied_from_but_not_moved_from() -> None:
    talk = Talk().log_in(MAIL)
    talk.say("EXAMINE INBOX")
    assert talk.say("COPY 1 Trash")[-1].startswith("OK [COPYUID ")
    assert talk.say("MOVE 1 Trash")[-1].startswith("NO [READ-ONLY]")


@pytest.mark.parametrize("verb", ["COPY", "MOVE"])
def test_no_messages_are_no_mistake_by_uid(verb: str) -> None:
    talk = Talk().select(MAIL)
    assert talk.say(f"UID {verb} 7:9 Trash")[-1].startswith("OK No messages")


def test_copying_into_the_selected_mailbox_shows_the_copies() -> None:
    talk = Talk().select(MAIL)
    assert talk.say("COPY 1 INBOX")[:2] == ["* 2 EXISTS", "* 2 RECENT"]
    assert talk.say("MOVE 1 INBOX")[1:3] == ["* 1 EXPUNGE", "* 2 EXISTS"]


def test_without_uidplus_no_uids_are_told() -> None:
    talk = Talk(imap_without=("UIDPLUS",)).select(MAIL)
    assert talk.say("COPY 1 Trash") == ["OK COPY completed"]
    assert talk.say("MOVE 1 Trash") == ["* 1 EXPUNGE", "* 0 RECENT", "OK MOVE completed"]
    assert talk.say("UID EXPUNGE 1") == ["BAD Unknown command"]


def test_copy_takes_a_set_and_a_name() -> None:
    assert parsed(copy, b" 1 inbox") == Copy(ONE, "INBOX")
    assert refusal(copy, b" 1").status == "BAD"
    assert refusal(copy, b" a 1").status == "BAD"


@given(st.sets(st.integers(1, 6), max_size=3), st.sets(st.integers(1, 6), min_size=1))
def test_copyuid_names_each_message_and_its_copy(gone: set[int], wanted: set[int]) -> None:
    talk = Talk().select(*[MAIL] * 6)
    talk.inbox.expunge(gone)
    talk.say("NOOP")
    trash = talk.account.mailboxes["Trash"]
    said = talk.say(f"UID COPY {','.join(map(str, wanted))} Trash")[-1]
    there = sorted(wanted - gone)
    copies = [message.uid for message in trash.messages]
    named = f"{encode_numbers(there)} {encode_numbers(copies)}"
    assert said.startswith(f"OK [COPYUID {trash.uidvalidity} {named}]" if there else "OK No")
