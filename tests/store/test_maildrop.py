from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st
from store.stores import MAIL, default_account, make_store

from pytest_fakemail.store.account import Account
from pytest_fakemail.store.maildrop import Maildrop, MaildropLocked


@pytest.fixture
def account() -> Account:
    account = default_account(make_store())
    for _ in range(3):
        account.inbox.append(MAIL)
    return account


def test_numbers_are_frozen_at_the_login(account: Account) -> None:
    maildrop = Maildrop(account)
    account.inbox.append(MAIL)
    account.inbox.expunge([1])
    assert len(maildrop) == 3
    assert [(number, message.uid) for number, message in maildrop] == [(1, 1), (2, 2), (3, 3)]


def test_deletions_happen_at_the_end_in_order_and_not_before(account: Account) -> None:
    maildrop = Maildrop(account)
    maildrop.delete(2)
    assert maildrop.get(2) is None
    assert maildrop.is_deleted(2)
    assert [number for number, _ in maildrop] == [1, 3]
    assert len(account.inbox) == 3
    assert [message.uid for message in maildrop.update()] == [2]
    assert [message.uid for message in account.inbox.messages] == [1, 3]


@pytest.mark.parametrize("turns", [0, 1, 2, 9])
def test_deletions_in_turns_are_all_done_whoever_stops(
    account: Account, monkeypatch: pytest.MonkeyPatch, turns: int
) -> None:
    monkeypatch.setattr("pytest_fakemail.store.maildrop._AT_ONCE", 1)
    account.inbox.append(MAIL)
    maildrop = Maildrop(account)
    for number in (1, 2, 4):
        maildrop.delete(number)
    account.inbox.expunge([2])
    updating = maildrop.update_in_turns()
    left = [2, 2]
    for _ in range(turns + 1):
        if next(updating, 0) is None:
            assert len(account.inbox) == left.pop(0)
    updating.close()  # type: ignore[attr-defined]  # it is a generator
    assert [message.uid for message in account.inbox.messages] == [3]
    assert Maildrop(account).get(1) is account.inbox.messages[0]


def test_a_maildrop_released_deletes_nothing(account: Account) -> None:
    maildrop = Maildrop(account)
    maildrop.delete(1)
    maildrop.release()
    maildrop.release()
    assert len(account.inbox) == 3


def test_reset_forgets_the_marks(account: Account) -> None:
    maildrop = Maildrop(account)
    maildrop.delete(1)
    maildrop.reset()
    assert maildrop.update() == []
    assert len(account.inbox) == 3


def test_what_others_expunged_is_not_deleted_again(account: Account) -> None:
    maildrop = Maildrop(account)
    maildrop.delete(1)
    maildrop.delete(2)
    account.inbox.expunge([1])
    assert [message.uid for message in maildrop.update()] == [2]


def test_what_was_numbered_anew_is_not_mistaken_for_another(account: Account) -> None:
    maildrop = Maildrop(account)
    maildrop.delete(2)
    account.inbox.expunge([1])
    account.inbox.change_uidvalidity()
    assert maildrop.update() == []
    assert len(account.inbox) == 2


def test_numbers_that_are_none_have_no_message(account: Account) -> None:
    maildrop = Maildrop(account)
    assert [maildrop.get(number) for number in (-1, 0, 4)] == [None] * 3


def test_a_second_session_is_refused_until_the_first_ends(account: Account) -> None:
    first = Maildrop(account)
    with pytest.raises(MaildropLocked):
        Maildrop(account)
    first.release()
    Maildrop(account).update()
    Maildrop(account)


def test_a_second_session_can_share(account: Account) -> None:
    first, second = Maildrop(account, policy="shared"), Maildrop(account, policy="shared")
    first.delete(1)
    second.delete(1)
    second.delete(2)
    assert [message.uid for message in first.update()] == [1]
    assert [message.uid for message in second.update()] == [2]


def test_a_second_session_can_be_read_only(account: Account) -> None:
    first, second = Maildrop(account, policy="read-only"), Maildrop(account, policy="read-only")
    assert not first.is_read_only
    assert second.is_read_only
    second.delete(1)
    assert second.update() == []
    assert len(account.inbox) == 3


def test_unique_ids_stay_and_differ(account: Account) -> None:
    maildrop = Maildrop(account)
    ids = [maildrop.unique_id(message) for _, message in maildrop]
    assert len(set(ids)) == 3
    maildrop.release()
    account.inbox.expunge([1])
    again = Maildrop(account)
    assert [again.unique_id(message) for _, message in again] == ids[1:]


@given(st.lists(st.sampled_from(["1", "2", "3", "reset", "ask"]), max_size=12))
def test_the_total_follows_marks(steps: list[str]) -> None:
    account = default_account(make_store())
    for size in (3, 50, 700):
        account.inbox.append(b"x" * size)
    maildrop = Maildrop(account)
    for step in steps:
        if step == "reset":
            maildrop.reset()
        elif step == "ask":
            list(maildrop.measure(len))
        else:
            maildrop.delete(int(step))
    list(maildrop.measure(len))
    left = [(number, len(message.content)) for number, message in maildrop]
    assert maildrop.total() == (len(left), sum(size for _, size in left))
    assert maildrop.listed(0, 99) == [*chain.from_iterable(left)]
    assert maildrop.listed(1, 2) == [*chain.from_iterable(row for row in left if row[0] == 2)]
    validity = account.inbox.uidvalidity
    uids = [(number, validity, message.uid) for number, message in maildrop]
    assert maildrop.unique_ids(0, 99) == [*chain.from_iterable(uids)]


@given(st.lists(st.sampled_from(["append", "open", "measure", "1", "2", "3", "anew", "pop"])))
def test_sizes_that_an_earlier_session_found_are_those_of_its_messages(steps: list[str]) -> None:
    account = default_account(make_store())
    inbox = account.inbox
    for place, step in enumerate(steps):
        match step:
            case "append":
                inbox.append(b"x" * place)
            case "open" | "measure" | "pop":
                maildrop = Maildrop(account)
                if step == "measure":
                    list(maildrop.measure(len))
                elif step == "pop" and len(maildrop):
                    maildrop.show_no_more([1])
                if maildrop.is_measured:
                    sizes = [len(message.content) for _, message in maildrop]
                    assert maildrop.listed(0, 99)[1::2] == sizes
                    assert maildrop.total() == (len(sizes), sum(sizes))
                maildrop.release()
            case "anew":
                inbox.change_uidvalidity()
            case number:
                inbox.expunge([int(number)])


def test_only_what_is_new_is_measured(account: Account) -> None:
    measured: list[bytes] = []

    def size_of(raw: bytes) -> int:
        measured.append(raw)
        return len(raw)

    def session() -> Maildrop:
        maildrop = Maildrop(account)
        list(maildrop.measure(size_of))
        maildrop.release()
        return maildrop

    session()
    assert measured == [MAIL] * 3
    account.inbox.append(b"new")
    session()
    assert measured == [MAIL] * 3 + [b"new"]
    assert Maildrop(account).is_measured
