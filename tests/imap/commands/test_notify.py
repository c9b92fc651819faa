"""NOTIFY as far as no transcript can show it: faults, and what it costs who does not use it."""

import gc
import imaplib
import weakref

import pytest
from imap.talk import MAIL, Talk, imap_service

from pytest_fakemail import FakeMail
from pytest_fakemail.imap.commands.watching import Watch


def watching(groups: str, **settings: object) -> Talk:
    talk = Talk(imap_service(imap_capabilities="all", **settings)).select(MAIL)
    assert talk.say(f"NOTIFY SET {groups}")[-1].startswith("OK")
    return talk


def test_a_fault_can_say_that_it_is_too_much() -> None:
    with (
        FakeMail(imap_capabilities="all") as fakemail,
        imaplib.IMAP4(fakemail.imap.host, fakemail.imap.port) as client,
    ):
        inbox = fakemail.account().inbox
        client.login("user@example.test", "password")
        client.select()
        client.xatom("NOTIFY", "SET (selected (MessageNew MessageExpunge))")
        fakemail.imap.when("push").ok("[NOTIFICATIONOVERFLOW] Too much").once()
        inbox.deliver(subject="one")
        assert client.readline() == b"* OK [NOTIFICATIONOVERFLOW] Too much\r\n"
        inbox.deliver(subject="two")
        client.noop()  # as if NOTIFY NONE had been said
        assert client.untagged_responses.get("EXISTS") == [b"0"]


def test_nobody_is_woken_who_has_not_asked() -> None:
    talk = Talk(imap_service(imap_capabilities="all")).select(MAIL)
    talk.inbox.append(MAIL)
    assert talk.wakes == 0


def test_only_what_is_watched_wakes() -> None:
    talk = watching("(mailboxes Trash (MessageNew MessageExpunge))")
    talk.inbox.append(MAIL)
    assert talk.wakes == 0
    talk.account.mailboxes["Trash"].append(MAIL)
    assert talk.wakes == 1


def test_an_ended_connection_is_forgotten() -> None:
    talk = watching("(selected (MessageNew MessageExpunge)) (personal (MailboxName))")
    watcher = talk.session._client.watcher
    assert isinstance(watcher, Watch)
    gone = weakref.ref(watcher)
    del watcher
    talk.text(talk.session.receive_eof())
    talk.inbox.append(MAIL)
    talk.account.mailboxes.create("New")
    assert talk.wakes == 0
    gc.collect()
    assert gone() is None


def test_a_log_of_names_that_was_forgotten_is_too_much() -> None:
    talk = watching("(personal (MailboxName))")
    for number in range(2000):
        talk.account.mailboxes.subscribe(f"n{number}")
    assert talk.pushed() == "* OK [NOTIFICATIONOVERFLOW] Too much to tell\r\n"
    assert talk.session._client.watcher is None


def test_a_log_of_a_mailbox_that_was_forgotten_is_told_by_its_state() -> None:
    talk = watching("(mailboxes Trash (MessageNew MessageExpunge))")
    trash = talk.account.mailboxes["Trash"]
    for _ in range(3000):
        trash.append(MAIL)
    assert talk.pushed().endswith("UIDNEXT 3001 MESSAGES 3000)\r\n")


@pytest.mark.parametrize("item", ["BINARY[1]", "BODY[]", "BODY[TEXT]"])
def test_items_that_set_seen_do(item: str) -> None:
    talk = watching(f"(selected (MessageNew ({item}) MessageExpunge FlagChange))")
    talk.inbox.append(MAIL)
    assert " FLAGS (\\Seen \\Recent))\r\n" in talk.pushed()
    assert talk.inbox.messages[-1].flags == {"\\Seen"}


def test_a_part_that_cannot_be_decoded_is_not_told() -> None:
    talk = watching("(selected (MessageNew (BINARY.PEEK[1]) MessageExpunge))")
    talk.inbox.append(b"Content-Transfer-Encoding: none\r\n\r\nx")
    assert talk.pushed() == "* 2 EXISTS\r\n* 2 RECENT\r\n"
    assert talk.service.bugs == []
