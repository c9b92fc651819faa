"""What a mailbox counts is what is there, whatever happened to it."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from store.stores import MAIL, default_account, make_store

from pytest_fakemail.store.mailbox import Mailbox
from pytest_fakemail.store.view import View

_FLAGS = st.lists(st.sampled_from(["\\Seen", "\\Deleted", "work", "WORK"]), max_size=3)
_UIDS = st.lists(st.integers(1, 12), max_size=4)
_STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("append"), _FLAGS),
        st.tuples(st.sampled_from(["set_flags", "add_flags", "remove_flags"]), _UIDS, _FLAGS),
        st.tuples(st.sampled_from(["expunge", "copy", "move"]), _UIDS),
        st.tuples(st.just("change_uidvalidity")),
    ),
    max_size=30,
)


def _messages(mailbox: Mailbox, uids: list[int]) -> list[Any]:
    found = [mailbox.message(uid) for uid in dict.fromkeys(uids)]
    return [message for message in found if message is not None]


def _take(inbox: Mailbox, target: Mailbox, step: tuple[Any, ...]) -> None:
    match step:
        case ("append", flags):
            inbox.append(MAIL, flags=flags)
        case ("copy" | "move" as what, uids):
            getattr(inbox, what)(_messages(inbox, uids), target)
        case ("expunge", uids):
            inbox.expunge(uids)
        case (what, uids, flags):
            getattr(inbox, what)(_messages(inbox, uids), flags)
        case _:
            inbox.change_uidvalidity()


@settings(max_examples=150, deadline=None)
@given(_STEPS)
def test_counts_are_what_is_there(steps: list[tuple[Any, ...]]) -> None:
    account = default_account(make_store())
    inbox, trash = account.inbox, account.mailboxes["Trash"]
    modseq = inbox.highest_modseq
    for step in steps:
        _take(inbox, trash, step)
        for mailbox in (inbox, trash):
            messages = mailbox.messages
            uids = [message.uid for message in messages]
            seen = ["\\Seen" in message.flags for message in messages]
            assert uids == sorted(set(uids))
            assert all(uid < mailbox.uidnext for uid in uids)
            assert mailbox.unseen_count == seen.count(False)
            assert mailbox.first_unseen() == (seen.index(False) if False in seen else None)
            assert mailbox.deleted == {one.uid for one in messages if "\\Deleted" in one.flags}
            assert mailbox.octets == sum(len(message.raw) for message in messages)
            assert all(message.modseq <= mailbox.highest_modseq for message in messages)
        assert inbox.highest_modseq >= modseq
        modseq = inbox.highest_modseq
    assert account.usage.messages == len(inbox) + len(trash)
    assert account.usage.octets == inbox.octets + trash.octets


@settings(max_examples=150, deadline=None)
@given(_STEPS, st.lists(st.booleans(), max_size=30))
def test_a_view_that_caught_up_is_the_mailbox(
    steps: list[tuple[Any, ...]], allowed: list[bool]
) -> None:
    account = default_account(make_store())
    inbox = account.inbox
    view = View(inbox)
    for step, is_allowed in zip(steps, allowed, strict=False):
        _take(inbox, account.mailboxes["Trash"], step)
        if view.is_void:
            view = View(inbox)
        told = [message.uid for message in view.messages]
        view.catch_up(expunges_allowed=is_allowed)
        if not is_allowed:
            assert [message.uid for message in view.messages][: len(told)] == told
    if not view.is_void:
        view.catch_up(expunges_allowed=True)
        assert list(view.messages) == inbox.messages
        assert not view.has_news
