"""imap-tools, whose messages are parsed and whose mailbox names are decoded."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import imap_tools
import pytest
from clients.programs import TIMEOUT

from pytest_fakemail import AccountHandle, FakeMail


@pytest.fixture
def account(fakemail: FakeMail) -> AccountHandle:
    return fakemail.account()


@pytest.fixture
def box(fakemail: FakeMail) -> Iterator[imap_tools.BaseMailBox]:
    unencrypted = imap_tools.MailBoxUnencrypted(*fakemail.imap.address)
    with unencrypted.login("user@example.test", "password") as box:
        yield box


def test_it_reads(box: imap_tools.BaseMailBox, account: AccountHandle) -> None:
    account.inbox.deliver(
        from_="Jürgen <juergen@example.test>",
        subject="Grüße",
        text="Hallo",
        html="<p>Hallo</p>",
        attachments={"Ärger.pdf": b"%PDF"},
        flags="flagged",
    )
    box.folder.set("INBOX")
    [message] = box.fetch(imap_tools.AND(subject="Grüße", seen=False), charset="UTF-8")
    assert message.uid == "1"
    assert message.from_values is not None
    assert message.from_values.name == "Jürgen"
    assert (message.text.strip(), message.html.strip()) == ("Hallo", "<p>Hallo</p>")
    assert [(file.filename, file.payload) for file in message.attachments] == [
        ("Ärger.pdf", b"%PDF")
    ]
    assert account.inbox.messages[0].seen


def test_it_searches(box: imap_tools.BaseMailBox, account: AccountHandle) -> None:
    account.inbox.deliver_many(
        [
            {"subject": "old", "received_at": datetime(2020, 1, 1, tzinfo=UTC)},
            {"subject": "new", "flags": ["flagged", "$Paid"]},
        ]
    )
    box.folder.set("INBOX")
    assert box.uids(imap_tools.AND(date_gte=date(2026, 1, 1))) == ["2"]
    assert box.uids(imap_tools.OR(subject="old", keyword="$Paid")) == ["1", "2"]
    assert box.uids(imap_tools.NOT(flagged=True)) == ["1"]
    assert box.uids(sort="REVERSE ARRIVAL") == ["2", "1"]


def test_it_changes(box: imap_tools.BaseMailBox, account: AccountHandle) -> None:
    account.inbox.deliver_many([{"subject": f"mail {place}"} for place in range(4)])
    box.folder.set("INBOX")
    box.folder.create("Größe")
    box.flag(["1", "2"], imap_tools.MailMessageFlags.ANSWERED, value=True)
    box.copy("1", "Größe")
    box.move("2", "Größe")
    box.delete(["3"])
    box.append(b"Subject: mine\r\n\r\nText\r\n", "INBOX", flag_set=["\\Seen"])
    assert [message.uid for message in account.inbox] == [1, 4, 5]
    account.mailbox("Größe").assert_count(2, answered=True)
    assert box.folder.status("Größe")["MESSAGES"] == 2
    box.folder.rename("Größe", "Archive/Größe")
    assert {one.name for one in box.folder.list("Archive")} >= {"Archive/Größe"}


def test_idle(box: imap_tools.BaseMailBox, account: AccountHandle) -> None:
    box.folder.set("INBOX")
    with box.idle as idle:
        account.inbox.deliver(subject="new")
        heard = idle.poll(timeout=TIMEOUT)
    assert b"* 1 EXISTS" in heard
