from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from store.stores import MAIL, NOW, default_account, make_inbox, make_store

from pytest_fakemail.errors import BadArgument
from pytest_fakemail.store.arrivals import Arrival
from pytest_fakemail.store.changes import Flagged
from pytest_fakemail.store.view import View


def test_uids_grow_and_are_never_used_again() -> None:
    inbox = make_inbox(MAIL, MAIL)
    inbox.expunge([2])
    assert inbox.append(MAIL).uid == 3
    assert inbox.uidnext == 4


def test_a_message_is_kept_as_it_came() -> None:
    inbox = make_inbox()
    raw = b"\0no header\nand bare \r ends"
    message = inbox.append(raw, flags=["\\sEEN", "Work"])
    assert message.raw is raw
    assert message.flags == {"\\Seen", "Work"}
    assert message.internal_date == message.save_date == NOW


def test_a_uid_can_be_given_if_it_is_new() -> None:
    inbox = make_inbox()
    assert inbox.append(MAIL, uid=7).uid == 7
    for uid in (0, 7, 2**32):
        with pytest.raises(BadArgument, match="it must be 8 or more"):
            inbox.append(MAIL, uid=uid)
    assert len(inbox) == 1


def test_several_messages_come_all_or_none() -> None:
    inbox = make_inbox()
    with pytest.raises(BadArgument, match="no time zone"):
        inbox.append_many([Arrival(MAIL), Arrival(MAIL, internal_date=datetime(2026, 1, 1))])  # noqa: DTZ001
    assert len(inbox) == 0
    modseq = inbox.highest_modseq
    inbox.append_many([Arrival(MAIL), Arrival(MAIL)])
    assert inbox.highest_modseq == modseq + 1
    assert inbox.append_many([]) == []


def test_keywords_are_known_by_their_first_spelling() -> None:
    inbox = make_inbox(MAIL, MAIL)
    inbox.add_flags(inbox.messages[:1], ["Work"])
    inbox.add_flags(inbox.messages[1:], ["wORK"])
    assert inbox.messages[1].flags == {"Work"}
    assert inbox.messages[0].flags is inbox.messages[1].flags
    assert inbox.keywords == ("Work",)


def test_changing_flags_returns_the_messages_that_changed() -> None:
    inbox = make_inbox(MAIL, MAIL)
    one, two = inbox.messages
    assert inbox.add_flags([one], ["\\Seen"]) == [one]
    modseq = one.modseq
    assert inbox.add_flags([one, two], ["\\Seen"]) == [two]
    assert one.modseq == modseq < two.modseq == inbox.highest_modseq
    assert inbox.remove_flags([one, two], ["\\Seen"]) == [one, two]
    assert inbox.set_flags([one], ["\\Flagged", "x"]) == [one]
    assert one.flags == {"\\Flagged", "x"}
    assert inbox.set_flags([one], ["X", "\\flagged"]) == []


def test_a_message_named_twice_changes_once() -> None:
    inbox = make_inbox(MAIL)
    message = inbox.messages[0]
    assert inbox.add_flags([message, message], ["\\Seen"]) == [message]
    assert inbox.unseen_count == 0


@given(
    st.lists(st.sampled_from(["", "\\Flagged", "a", "b"]), min_size=1, max_size=6),
    st.sets(st.integers(1, 6), max_size=2),
    st.booleans(),
)
def test_flags_change_in_the_order_of_uids_whatever_flags_there_were(
    flags: list[str],
    gone: set[int],
    has_author: bool,  # noqa: FBT001
) -> None:
    inbox = make_inbox()
    for flag in flags:
        inbox.append(MAIL, flags=[flag] if flag else [])
    inbox.expunge(gone)
    author = View(inbox) if has_author else None
    others = [message for message in inbox.messages if "\\Flagged" not in message.flags]
    end = inbox.log.end
    assert inbox.add_flags(inbox.messages, ["\\Flagged"], author=author) == others
    changes = inbox.log.since(end) or []
    told = [[*change.uids] for change in changes if isinstance(change, Flagged)]
    assert told == ([[message.uid for message in others]] if others else [])
    assert {message.modseq for message in others} <= {inbox.highest_modseq}


def test_an_expunged_message_changes_no_more() -> None:
    inbox = make_inbox(MAIL)
    message = inbox.messages[0]
    inbox.expunge([1])
    assert inbox.add_flags([message], ["\\Seen"]) == []
    assert inbox.unseen_count == 0


def test_counts_follow_every_change() -> None:
    inbox = make_inbox(MAIL, MAIL, MAIL)
    inbox.add_flags(inbox.messages[:2], ["\\Seen"])
    inbox.add_flags(inbox.messages[1:], ["\\Deleted"])
    assert (inbox.unseen_count, inbox.deleted, inbox.octets) == (1, {2, 3}, 3 * len(MAIL))
    inbox.expunge([3])
    assert (inbox.unseen_count, inbox.deleted, inbox.octets) == (0, {2}, 2 * len(MAIL))


def test_the_first_unseen_is_found_after_any_change() -> None:
    inbox = make_inbox(MAIL, MAIL, MAIL)
    assert inbox.first_unseen() == 0
    inbox.add_flags(inbox.messages[:2], ["\\Seen"])
    assert inbox.first_unseen() == 2
    inbox.remove_flags(inbox.messages[1:2], ["\\Seen"])
    assert inbox.first_unseen() == 1
    inbox.add_flags(inbox.messages, ["\\Seen"])
    assert inbox.first_unseen() is None
    inbox.append(MAIL)
    assert inbox.first_unseen() == 3


@pytest.mark.parametrize("count", [3, 40])
def test_expunge_takes_what_is_there(count: int) -> None:
    inbox = make_inbox(*[MAIL] * 100)
    before = inbox.messages
    assert inbox.expunge([*range(2, 2 + count), 500]) == list(range(2, 2 + count))
    assert [message.uid for message in inbox.messages] == [1, *range(2 + count, 101)]
    assert len(before) == 100, "who holds the old list sees the past"
    modseq = inbox.highest_modseq
    assert inbox.expunge([2, 3]) == []
    assert inbox.highest_modseq == modseq


def test_copies_share_their_content_and_keep_flags_and_date() -> None:
    account = default_account(make_store())
    received = datetime(2020, 1, 1, tzinfo=UTC)
    message = account.inbox.append(MAIL, flags=["\\Seen", "Work"], internal_date=received)
    [copy] = account.inbox.copy([message], account.mailboxes["Archive"])
    assert copy.content is message.content
    assert (copy.flags, copy.internal_date, copy.save_date) == (message.flags, received, NOW)
    assert copy.email_id == message.email_id


def test_moving_leaves_nothing_behind_even_within_a_mailbox() -> None:
    account = default_account(make_store())
    message = account.inbox.append(MAIL)
    [moved] = account.inbox.move([message], account.mailboxes["Trash"])
    assert account.inbox.messages == []
    assert account.mailboxes["Trash"].messages == [moved]
    trash = account.mailboxes["Trash"]
    trash.move([moved], trash)
    assert [message.uid for message in trash.messages] == [2]


def test_a_new_uidvalidity_numbers_messages_anew() -> None:
    inbox = make_inbox(MAIL, MAIL, MAIL)
    inbox.add_flags(inbox.messages[2:], ["\\Deleted"])
    inbox.expunge([1])
    before = inbox.uidvalidity
    inbox.change_uidvalidity()
    assert inbox.uidvalidity > before
    assert [message.uid for message in inbox.messages] == [1, 2]
    assert (inbox.uidnext, inbox.deleted) == (3, {2})
    inbox.change_uidvalidity(77)
    assert inbox.uidvalidity == 77
    for value in (77, 0, 2**32):
        with pytest.raises(BadArgument, match="no new UIDVALIDITY"):
            inbox.change_uidvalidity(value)


def test_numbered_anew_no_message_is_recent() -> None:
    inbox = make_inbox(MAIL, MAIL, MAIL)
    assert View(inbox, is_read_only=True).recent_count == 3
    inbox.change_uidvalidity()
    assert View(inbox).recent_count == 0
    inbox.append(MAIL)
    assert {*View(inbox).recent} == {4}
    # Fewer messages than UIDs were used: the next arrival is recent all the same.
    inbox.expunge([1, 2, 3])
    inbox.change_uidvalidity()
    inbox.append(MAIL)
    assert {*View(inbox).recent} == {2}


def test_subscribers_hear_of_each_change_of_their_mailbox() -> None:
    account = default_account(make_store())
    heard: list[str] = []
    unsubscribe = account.inbox.subscribe(lambda: heard.append("inbox"))
    message = account.inbox.append(MAIL)
    account.mailboxes["Sent"].append(MAIL)
    account.inbox.add_flags([message], ["\\Seen"])
    account.inbox.add_flags([message], ["\\Seen"])
    account.inbox.expunge([1])
    assert heard == ["inbox"] * 3
    unsubscribe()
    unsubscribe()
    account.inbox.append(MAIL)
    assert heard == ["inbox"] * 3


def test_messages_of_a_thread_share_its_identifier() -> None:
    inbox = make_inbox(
        b"Message-ID: <1@x>\r\n\r\n",
        b"Message-ID: <2@x>\r\nIn-Reply-To: <1@x>\r\n\r\n",
        b"message-id: <3@x>\r\nReferences: <1@x>\r\n\t<2@x>\r\n\r\n",
        b"Subject: no identifier\r\n\r\nReferences: <1@x>\r\n",
        b"Subject: no identifier\r\n\r\n",
    )
    first, second, third, alone, other = [message.thread_id for message in inbox.messages]
    assert first == second == third
    assert len({first, alone, other}) == 3
