import pytest
from store.stores import MAIL, make_inbox

from pytest_fakemail.store.changes import ChangeLog
from pytest_fakemail.store.mailbox import Mailbox
from pytest_fakemail.store.numbers import SeqNum, Uid
from pytest_fakemail.store.view import STAR, OutOfRange, Updates, View


def uids(view: View) -> list[int]:
    return [message.uid for message in view.messages]


def test_a_view_shows_what_was_there_until_it_catches_up() -> None:
    inbox = make_inbox(MAIL, MAIL)
    view = View(inbox)
    inbox.append(MAIL)
    assert view.has_news
    assert (view.exists, uids(view)) == (2, [1, 2])
    updates = view.catch_up(expunges_allowed=False)
    assert updates == Updates(exists=3, recent=3)
    assert uids(view) == [1, 2, 3]
    assert view.catch_up(expunges_allowed=True) == Updates()


def test_expunges_wait_until_they_are_allowed() -> None:
    inbox = make_inbox(MAIL, MAIL, MAIL)
    view = View(inbox)
    inbox.expunge([2])
    assert view.catch_up(expunges_allowed=False) == Updates()
    assert uids(view) == [1, 2, 3]
    assert view.has_pending_expunges
    assert view.has_news
    updates = view.catch_up(expunges_allowed=True)
    assert updates == Updates(numbers=(SeqNum(2),), uids=(Uid(2),), recent=2)
    assert uids(view) == [1, 3]


def test_arrivals_are_told_while_expunges_wait() -> None:
    inbox = make_inbox(MAIL, MAIL)
    view = View(inbox)
    inbox.expunge([1])
    inbox.append(MAIL)
    assert view.catch_up(expunges_allowed=False).exists == 3
    assert uids(view) == [1, 2, 3]
    inbox.append(MAIL)
    assert view.catch_up(expunges_allowed=False).exists == 4
    updates = view.catch_up(expunges_allowed=True)
    assert updates == Updates(numbers=(SeqNum(1),), uids=(Uid(1),), recent=3)
    assert uids(view) == [2, 3, 4]


@pytest.mark.parametrize("count", [3, 50])
def test_numbers_count_those_before_as_gone(count: int) -> None:
    inbox = make_inbox(*[MAIL] * 60)
    view = View(inbox)
    inbox.expunge(range(2, 2 + count))
    assert view.catch_up(expunges_allowed=True).numbers == (2,) * count
    assert uids(view) == [1, *range(2 + count, 61)]


def test_what_came_and_went_unseen_is_not_told() -> None:
    inbox = make_inbox(MAIL)
    view = View(inbox)
    inbox.append(MAIL)
    inbox.expunge([2])
    assert view.catch_up(expunges_allowed=True) == Updates()
    inbox.append(MAIL)
    assert view.catch_up(expunges_allowed=True).exists == 2
    assert uids(view) == [1, 3]


def test_flags_changed_by_others_are_told_and_ones_own_are_not() -> None:
    inbox = make_inbox(MAIL, MAIL)
    mine, other = View(inbox), View(inbox)
    inbox.add_flags(inbox.messages[:1], ["\\Seen"], author=mine)
    assert mine.catch_up(expunges_allowed=True) == Updates()
    told = other.catch_up(expunges_allowed=True)
    assert told.flagged == ((1, inbox.messages[0]),)
    inbox.add_flags(inbox.messages, ["\\Flagged"])
    assert [number for number, _ in mine.catch_up(expunges_allowed=True).flagged] == [1, 2]


def test_flags_of_a_message_that_is_gone_are_not_told() -> None:
    inbox = make_inbox(MAIL, MAIL)
    view = View(inbox)
    inbox.add_flags(inbox.messages, ["\\Seen"])
    inbox.expunge([1])
    told = view.catch_up(expunges_allowed=False)
    assert [number for number, _ in told.flagged] == [2]


def test_new_keywords_are_told_once() -> None:
    inbox = make_inbox(MAIL)
    view = View(inbox)
    inbox.add_flags(inbox.messages, ["new"])
    assert view.catch_up(expunges_allowed=True).has_new_keywords
    assert not view.take_keywords()


def short_of_memory(inbox: Mailbox) -> View:
    inbox.log = ChangeLog(limit=2)
    return View(inbox)


def test_who_fell_behind_the_log_compares_instead() -> None:
    inbox = make_inbox(MAIL, MAIL, MAIL)
    view = short_of_memory(inbox)
    inbox.add_flags(inbox.messages[2:], ["\\Seen"])
    inbox.expunge([1])
    for _ in range(4):
        inbox.append(MAIL)
    assert inbox.log.since(0) is None
    told = view.catch_up(expunges_allowed=True)
    assert (told.numbers, told.exists) == ((1,), 6)
    assert told.flagged == ((2, inbox.message(3)),)


def test_sets_name_messages_in_any_order_and_once() -> None:
    inbox = make_inbox(*[MAIL] * 6)
    inbox.expunge([2])
    view = View(inbox)
    assert view.by_number([(5, 4), (1, 1), (4, STAR)])[0] == [1, 4, 5]
    numbers, messages = view.by_uid([(2, 3), (STAR, 6), (900, STAR)])
    assert (numbers, [message.uid for message in messages]) == ([2, 5], [3, 6])
    assert view.everything()[0] == [1, 2, 3, 4, 5]
    assert view.by_uid([(2, 2), (7, 9)]) == ([], [])


@pytest.mark.parametrize("ranges", [[(3, 3)], [(1, 3)], [(3, STAR)]])
def test_numbers_beyond_the_mailbox_are_out_of_range(ranges: list[tuple[int, int]]) -> None:
    with pytest.raises(OutOfRange):
        View(make_inbox(MAIL, MAIL)).by_number(ranges)


def test_an_empty_mailbox_has_no_number_at_all() -> None:
    view = View(make_inbox())
    with pytest.raises(OutOfRange):
        view.by_number([(1, STAR)])
    assert view.by_uid([(1, STAR)]) == ([], [])
    assert view.number(1) is None


def test_the_first_session_told_has_the_recent_messages() -> None:
    inbox = make_inbox(MAIL, MAIL)
    looking = View(inbox, is_read_only=True)
    assert {*looking.recent} == {1, 2}
    first, second = View(inbox), View(inbox)
    assert (first.recent_count, second.recent_count) == (2, 0)
    inbox.append(MAIL)
    assert second.catch_up(expunges_allowed=True).recent == 1
    assert first.catch_up(expunges_allowed=True).recent is None
    assert {*first.recent} == {1, 2}
    assert {*second.recent} == {3}


def test_a_deleted_or_renumbered_mailbox_makes_a_view_void() -> None:
    inbox = make_inbox(MAIL)
    view = View(inbox)
    before = view.is_void
    inbox.change_uidvalidity()
    assert (before, view.is_void) == (False, True)
    again = View(inbox)
    inbox.discard()
    assert again.is_void
