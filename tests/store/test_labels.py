r"""Labels: where a message is to be seen, and what becomes of it."""

from datetime import UTC, datetime

import pytest

from pytest_fakemail.clock import Clock
from pytest_fakemail.settings import Settings
from pytest_fakemail.store.account import Account
from pytest_fakemail.store.arrivals import Arrival
from pytest_fakemail.store.delivery import Delivery, Recipient
from pytest_fakemail.store.impossible import Impossible
from pytest_fakemail.store.labels import LabelMailbox
from pytest_fakemail.store.mailbox import Mailbox
from pytest_fakemail.store.store import Store

ALL, BIN, SPAM = "[Gmail]/All Mail", "[Gmail]/Trash", "[Gmail]/Spam"
STARRED, SENT = "[Gmail]/Starred", "[Gmail]/Sent Mail"


def gmail(**settings: object) -> Account:
    store = Store(Settings(gmail_labels=True, **settings), Clock())  # type: ignore[arg-type]
    account = next(iter(store.accounts.values()))
    account.mailboxes.create("Work")
    return account


def shown(account: Account) -> dict[str, int]:
    """Return in how many messages each mailbox has that has any."""
    tree = account.mailboxes
    return {name: len(tree[name]) for name in tree if len(tree[name])}


def test_without_the_setting_mailboxes_are_what_they_are() -> None:
    account = next(iter(Store(Settings(), Clock()).accounts.values()))
    assert {type(account.mailboxes[name]) for name in account.mailboxes} == {Mailbox}
    assert account.inbox.labels_of is None


def test_a_message_that_comes_is_in_all_mail_too_and_counts_once() -> None:
    account = gmail()
    first, second = account.inbox.append(b"one"), account.mailboxes["Work"].append(b"two")
    assert shown(account) == {"INBOX": 1, "Work": 1, ALL: 2}
    assert (account.usage.messages, account.usage.octets) == (2, 6)
    assert account.mailboxes[ALL].messages[0].email_id == first.email_id != second.email_id
    assert [one.uid for one in account.mailboxes[ALL].messages] == [1, 2]


def test_the_same_octets_twice_are_two_messages() -> None:
    account = gmail()
    content = account.inbox.append(b"one").content
    account.inbox.append_many([Arrival(content), Arrival(content)])
    assert len({one.content.number for one in account.mailboxes[ALL].messages}) == 3


@pytest.mark.parametrize("name", [BIN, SPAM])
def test_what_comes_to_trash_or_spam_is_there_alone(name: str) -> None:
    account = gmail()
    account.mailboxes[name].append(b"x", flags=["\\Flagged"])
    assert shown(account) == {name: 1}


def test_copying_adds_a_label_once() -> None:
    account = gmail()
    message = account.inbox.append(b"x")
    work = account.mailboxes["Work"]
    (first,) = account.inbox.copy([message], work)
    (again,) = account.inbox.copy([message], work)
    assert first is again is work.messages[0]
    (here,) = account.inbox.copy([message], account.inbox)
    assert here is message
    assert account.inbox.labels_of is not None
    assert account.inbox.labels_of(message) == ["\\Inbox", "Work"]


def test_copies_are_told_in_the_order_of_what_was_copied() -> None:
    account = gmail()
    one, two, three = (account.inbox.append(octets) for octets in (b"1", b"2", b"3"))
    account.inbox.copy([two], account.mailboxes["Work"])
    copies = account.inbox.copy([one, two, three], account.mailboxes["Work"])
    assert [(each.raw, each.uid) for each in copies] == [(b"1", 2), (b"2", 1), (b"3", 3)]


def test_messages_of_another_account_come_as_new_ones() -> None:
    account, other = gmail(), gmail()
    mine, his = account.inbox.append(b"mine"), other.inbox.append(b"his")
    his.content.number = 99
    copies = account.inbox.copy([his, mine], account.mailboxes["Work"])
    assert [each.raw for each in copies] == [b"his", b"mine"]
    assert shown(account) == {"INBOX": 1, "Work": 2, ALL: 2}


def test_moving_swaps_a_label_whatever_the_last_one_means() -> None:
    account = gmail(gmail_expunge="delete")
    message = account.inbox.append(b"x")
    account.inbox.move([message], account.inbox)
    assert account.inbox.messages == [message]
    account.inbox.move([message], account.mailboxes["Work"])
    assert shown(account) == {"Work": 1, ALL: 1}
    account.mailboxes["Work"].move(account.mailboxes["Work"].messages, account.mailboxes[ALL])
    assert shown(account) == {ALL: 1}
    account.mailboxes[ALL].move(account.mailboxes[ALL].messages, account.inbox)
    assert shown(account) == {"INBOX": 1, ALL: 1}
    account.mailboxes.rename("INBOX", "Old")
    assert shown(account) == {"Old": 1, ALL: 1}


@pytest.mark.parametrize(
    ("at_last", "left"),
    [("archive", {ALL: 1}), ("trash", {BIN: 1}), ("delete", {})],
)
def test_the_last_label_decides(at_last: str, left: dict[str, int]) -> None:
    account = gmail(gmail_expunge=at_last)
    message = account.inbox.append(b"x")
    account.inbox.copy([message], account.mailboxes["Work"])
    account.inbox.expunge([message.uid])
    assert shown(account) == {"Work": 1, ALL: 1}
    account.mailboxes["Work"].expunge([1])
    assert shown(account) == left


@pytest.mark.parametrize(
    ("at_last", "left"), [("archive", {BIN: 1}), ("trash", {BIN: 1}), ("delete", {})]
)
def test_what_is_expunged_from_all_mail_leaves_it(at_last: str, left: dict[str, int]) -> None:
    account = gmail(gmail_expunge=at_last)
    account.inbox.append(b"x")
    account.mailboxes["Work"].append(b"y", flags=["\\Flagged"])
    account.mailboxes[ALL].expunge([1, 2])
    assert shown(account) == dict.fromkeys(left, 2)


@pytest.mark.parametrize("name", [BIN, SPAM])
def test_trash_and_spam_take_all_labels_and_expunge_for_ever(name: str) -> None:
    account = gmail()
    message = account.inbox.append(b"x", flags=["\\Flagged"])
    account.inbox.copy([message], account.mailboxes["Work"])
    account.inbox.copy([message], account.mailboxes[name])
    assert shown(account) == {name: 1}
    assert account.usage.messages == 1
    account.mailboxes[name].expunge([1])
    assert shown(account) == {}
    assert account.usage.octets == 0


def test_what_is_taken_out_of_trash_is_in_all_mail_again() -> None:
    account = gmail()
    account.mailboxes[BIN].append(b"x", flags=["\\Flagged"])
    account.mailboxes[BIN].copy(account.mailboxes[BIN].messages, account.inbox)
    assert shown(account) == {"INBOX": 1, ALL: 1, STARRED: 1}
    account.inbox.copy(account.inbox.messages, account.mailboxes[BIN])
    account.mailboxes[BIN].detach([account.mailboxes[BIN].messages[0].uid])
    assert shown(account) == {ALL: 1, STARRED: 1}


def test_flags_are_shared_but_deleted_is_of_one_mailbox() -> None:
    account = gmail(gmail_auto_expunge=False)
    message = account.inbox.append(b"x")
    account.inbox.copy([message], account.mailboxes["Work"])
    account.inbox.add_flags([message], ["\\Seen", "$Mine", "\\Deleted"])
    other = account.mailboxes["Work"].messages[0]
    assert message.flags == {"\\Seen", "$Mine", "\\Deleted"}
    assert other.flags == {"\\Seen", "$Mine"} == account.mailboxes[ALL].messages[0].flags
    account.mailboxes["Work"].set_flags([other], ["\\Answered"])
    assert message.flags == {"\\Answered", "\\Deleted"}
    assert account.mailboxes["Work"].keywords == ("$Mine",)


def test_starred_is_flagged() -> None:
    account = gmail()
    starred = account.mailboxes[STARRED]
    message = account.inbox.append(b"x", flags=["\\Flagged"])
    assert len(starred) == 1
    account.inbox.remove_flags([message], ["\\Flagged"])
    assert not len(starred)
    account.inbox.copy([message], starred)
    assert "\\Flagged" in message.flags
    starred.expunge([starred.messages[0].uid])
    assert message.flags == set()
    starred.append(b"y")
    assert account.mailboxes[ALL].messages[1].flags == {"\\Flagged"}


def test_with_auto_expunge_deleted_is_as_good_as_an_expunge() -> None:
    account = gmail()
    message = account.inbox.append(b"x")
    account.inbox.add_flags([message], ["\\Deleted"])
    assert message.is_expunged
    assert shown(account) == {ALL: 1}
    account.mailboxes[ALL].add_flags(account.mailboxes[ALL].messages, ["\\Flagged"])
    starred = account.mailboxes[STARRED]
    starred.add_flags(starred.messages, ["\\Deleted"])
    assert shown(account) == {ALL: 1}
    assert account.mailboxes[ALL].messages[0].flags == set()


def test_gmails_own_mailboxes_stay() -> None:
    account = gmail()
    with pytest.raises(Impossible, match="server's own"):
        account.mailboxes.delete(BIN)
    for name in (ALL, "[Gmail]"):
        with pytest.raises(Impossible, match="server's own"):
            account.mailboxes.rename(name, "Google")
    second = account.mailboxes.create("Second", attributes=["\\Trash"])
    assert isinstance(second, LabelMailbox)
    assert not second.is_apart
    account.mailboxes.delete("Second")


def test_a_label_that_is_deleted_leaves_its_messages_in_all_mail() -> None:
    account = gmail(gmail_expunge="delete")
    account.mailboxes["Work"].append(b"x")
    account.mailboxes.delete("Work")
    assert shown(account) == {ALL: 1}


def test_renumbering_one_mailbox_leaves_the_others_joined() -> None:
    account = gmail()
    account.inbox.append(b"x")
    account.inbox.change_uidvalidity()
    account.mailboxes[ALL].add_flags(account.mailboxes[ALL].messages, ["\\Seen"])
    assert account.inbox.messages[0].flags == {"\\Seen"}


def test_conversations_join_answers_with_the_same_subject() -> None:
    account = gmail()
    first = account.inbox.append(b"Message-ID: <1@x>\r\nSubject: Plan\r\n\r\n")
    reply = account.inbox.append(
        b"Message-ID: <2@x>\r\nIn-Reply-To: <1@x>\r\nSubject: Re: plan\r\n\r\n"
    )
    # Only of the reply it says that it answers it.
    third = account.inbox.append(b"References: <2@x>\r\nSubject: RE: Plan\r\n\r\n")
    new = account.inbox.append(b"References: <1@x>\r\nSubject: Other plan\r\n\r\n")
    early = account.inbox.append(b"References: <9@x>\r\nSubject: Re: Late\r\n\r\n")
    late = account.inbox.append(b"Message-ID: <9@x>\r\nSubject: Late\r\n\r\n")
    assert first.thread_id == reply.thread_id == third.thread_id == f"T{first.content.number}"
    assert new.thread_id == f"T{new.content.number}"
    assert early.thread_id == late.thread_id == f"T{early.content.number}"


@pytest.mark.parametrize(
    ("language", "name"),
    [
        ("en", "[Gmail]/All Mail"),
        ("en-gb", "[Google Mail]/Bin"),
        ("de", "[Gmail]/Alle Nachrichten"),
        ("fr", "[Gmail]/Tous les messages"),
        ("es", "[Gmail]/Papelera"),
    ],
)
def test_gmails_mailboxes_have_names_in_languages(language: str, name: str) -> None:
    account = gmail(gmail_language=language)
    assert name in account.mailboxes
    uses = {use for one in account.mailboxes for use in account.mailboxes[one].attributes}
    assert uses == {
        *("\\All", "\\Drafts", "\\Important", "\\Sent", "\\Junk", "\\Flagged", "\\Trash")
    }


def deliver(store: Store, user: str | None, *recipients: str) -> None:
    store.deliver(
        Delivery(
            b"Subject: hello\r\n\r\n",
            sender="user@example.test",
            recipients=[Recipient(one) for one in recipients],
            user=user,
            received_at=datetime(2026, 1, 1, tzinfo=UTC),
        )
    )


def test_sent_mail_is_saved_for_who_logged_in() -> None:
    store = Store(Settings(gmail_labels=True, saves_sent=True), Clock())
    account = next(iter(store.accounts.values()))
    deliver(store, None, "bob@elsewhere.test")
    deliver(store, "nobody", "bob@elsewhere.test")
    assert shown(account) == {}
    deliver(store, account.name, "bob@elsewhere.test")
    assert shown(account) == {SENT: 1, ALL: 1}
    assert account.mailboxes[SENT].messages[0].flags == {"\\Seen"}


def test_sent_mail_is_saved_without_labels_too_where_there_is_a_mailbox_for_it() -> None:
    store = Store(Settings(saves_sent=True), Clock())
    account = next(iter(store.accounts.values()))
    deliver(store, account.name, account.address)
    assert shown(account) == {"INBOX": 1, "Sent": 1}
    account.mailboxes.delete("Sent")
    deliver(store, account.name, account.address)
    assert shown(account) == {"INBOX": 2}


def test_mail_to_oneself_is_one_message() -> None:
    store = Store(Settings(gmail_labels=True, saves_sent=True), Clock())
    account = next(iter(store.accounts.values()))
    deliver(store, account.name, account.address)
    assert shown(account) == {"INBOX": 1, SENT: 1, ALL: 1}
