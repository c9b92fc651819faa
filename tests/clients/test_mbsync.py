"""mbsync keeps maildirs and mailboxes the same, whichever side changed."""

import mailbox
import re
from pathlib import Path

import pytest
from clients.installed import needs
from clients.readers import mbsync
from clients.visit import Visit

from pytest_fakemail import AccountHandle, FakeMail

pytestmark = needs("mbsync")


@pytest.fixture
def visit(fakemail: FakeMail, tmp_path: Path) -> Visit:
    return Visit(fakemail, "none", None, tmp_path)


@pytest.fixture
def account(fakemail: FakeMail) -> AccountHandle:
    return fakemail.account()


def maildir(visit: Visit, name: str = "INBOX") -> mailbox.Maildir:
    return mailbox.Maildir(visit.home / "mail" / name, create=False)


def subjects(visit: Visit, name: str = "INBOX") -> list[str]:
    return sorted(message["Subject"] for message in maildir(visit, name))


def near(visit: Visit, subject: str, name: str = "INBOX") -> str:
    """Return the key of the one message of this subject in the maildir."""
    [key] = [key for key, mail in maildir(visit, name).iteritems() if mail["Subject"] == subject]
    return key


def give_flags(visit: Visit, subject: str, flags: str) -> None:
    key = near(visit, subject)
    message = maildir(visit)[key]
    message.set_subdir("cur")
    message.set_flags(flags)
    maildir(visit)[key] = message


def flags_of(visit: Visit, subject: str) -> str:
    return maildir(visit)[near(visit, subject)].get_flags()


def add(visit: Visit, subject: str) -> None:
    maildir(visit).add(f"From: me@example.test\nSubject: {subject}\n\nHello\n".encode())


def test_a_second_run_has_nothing_to_do(visit: Visit, account: AccountHandle) -> None:
    account.inbox.deliver_many([{"subject": "one"}, {"subject": "two", "flags": "seen"}])
    mbsync(visit)
    before = account.inbox.messages

    mbsync(visit)

    assert subjects(visit) == ["one", "two"]
    assert account.inbox.messages == before
    for verb in ("STORE", "UID STORE", "APPEND", "EXPUNGE", "UID EXPUNGE"):
        assert not visit.fakemail.transcript.commands(verb)


def test_new_mail_goes_both_ways(visit: Visit, account: AccountHandle) -> None:
    account.inbox.deliver(subject="from the server")
    mbsync(visit)
    add(visit, "from the maildir")
    account.inbox.deliver(subject="from the server, later")

    mbsync(visit)

    everything = ["from the maildir", "from the server", "from the server, later"]
    assert subjects(visit) == everything
    assert sorted(message.subject for message in account.inbox) == everything
    account.inbox.assert_one(subject="from the maildir", text="Hello")


def test_flags_go_both_ways(visit: Visit, account: AccountHandle) -> None:
    account.inbox.deliver_many([{"subject": name} for name in ("one", "two", "three")])
    mbsync(visit)
    give_flags(visit, "one", "RS")
    account.inbox.set_flags(2, "flagged", "draft")
    account.inbox.add_flags(3, "$Forwarded")

    mbsync(visit)

    account.inbox.assert_flags(1, "answered", "seen")
    assert flags_of(visit, "two") == "DF"
    assert flags_of(visit, "three") in {"", "P"}  # $Forwarded is kept since isync 1.5


def test_deletions_go_both_ways(visit: Visit, account: AccountHandle) -> None:
    account.inbox.deliver_many([{"subject": name} for name in ("one", "two", "three")])
    mbsync(visit)
    maildir(visit).remove(near(visit, "one"))
    account.inbox.expunge(2)

    mbsync(visit)

    account.inbox.assert_one(subject="three")
    account.inbox.assert_count(1)
    assert subjects(visit) == ["three"]


def test_mailboxes_are_made_on_both_sides(visit: Visit, account: AccountHandle) -> None:
    account.mailbox("Work/Größe & Co", create=True).deliver(subject="far")
    mbsync(visit, "*", create="Both")
    mailbox.Maildir(visit.home / "mail" / "Travel").add(b"Subject: near\n\nHello\n")

    mbsync(visit, "*", create="Both")

    assert subjects(visit, "Work/Gr&APYA3w-e &- Co") == ["far"]  # mbsync lets names as they are
    account.mailbox("Travel").assert_one(subject="near")


def test_a_renamed_mailbox_is_a_new_one(visit: Visit, account: AccountHandle) -> None:
    account.mailbox("Work", create=True).deliver(subject="one")
    mbsync(visit, "*")
    account.mailbox("Work").rename("Archive/Work")

    mbsync(visit, "*")

    assert subjects(visit, "Archive/Work") == ["one"]
    account.mailbox("Archive/Work").assert_count(1)


def test_mail_is_recognised_after_a_change_of_uidvalidity(
    visit: Visit, account: AccountHandle
) -> None:
    account.inbox.deliver_many(
        [
            {"subject": f"mail {place}", "headers": {"Message-ID": f"<{place}@x>"}}
            for place in range(30)
        ]
    )
    mbsync(visit)
    account.inbox.change_uidvalidity()

    mbsync(visit)

    assert len(maildir(visit)) == 30
    account.inbox.assert_count(30)


def test_a_dropped_connection_loses_nothing(visit: Visit, account: AccountHandle) -> None:
    account.inbox.deliver_many([{"subject": f"mail {place}"} for place in range(9)])
    visit.fakemail.imap.when("FETCH", uid=5).drop(in_literal=50).once()
    with pytest.raises(AssertionError, match=r"unexpected EOF|IMAP error"):
        mbsync(visit)
    answers = [fetch.answer for fetch in visit.fakemail.transcript.commands("FETCH")]
    assert any(re.search(rb"UID 5 .*\{\d+\}\r\n(?s:.{50})\Z", one) for one in answers)

    mbsync(visit)

    assert subjects(visit) == [f"mail {place}" for place in range(9)]
    account.inbox.assert_count(9)
