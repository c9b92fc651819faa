"""Python's own imaplib, command by command."""

import imaplib
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from pytest_fakemail import AccountHandle, FakeMail, Settings


@pytest.fixture
def account(fakemail: FakeMail) -> AccountHandle:
    return fakemail.account()


@pytest.fixture
def client(fakemail: FakeMail) -> Iterator[imaplib.IMAP4]:
    with imaplib.IMAP4(*fakemail.imap.address) as client:
        client.login("user@example.test", "password")
        yield client


def uids(answer: tuple[str, list[bytes]]) -> list[int]:
    status, [line] = answer
    assert status == "OK"
    return [int(word) for word in line.split()]


def test_append_and_fetch(client: imaplib.IMAP4, account: AccountHandle) -> None:
    when = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    status, [told] = client.append("Drafts", r"(\Draft $Mine)", when, b"Subject: x\n\nText\n")
    assert status == "OK"
    drafts = account.mailbox("Drafts")
    assert told == b"[APPENDUID %d 1] APPEND completed" % drafts.uidvalidity
    assert drafts.messages[0].raw == b"Subject: x\r\n\r\nText\r\n"
    assert drafts.messages[0].received_at == when

    client.select("Drafts")
    _, [item, _] = client.fetch("1", "(UID FLAGS INTERNALDATE BODY[TEXT])")
    assert isinstance(item, tuple)
    told, text = item
    assert text == b"Text\r\n"
    assert set(imaplib.ParseFlags(told)) == {b"\\Draft", b"\\Seen", b"\\Recent", b"$Mine"}
    assert imaplib.Internaldate2tuple(told) == time.localtime(when.timestamp())
    drafts.assert_flags(1, "draft", "seen", "$Mine")


def test_search_by_flag_header_body_and_literal(
    client: imaplib.IMAP4, account: AccountHandle
) -> None:
    account.inbox.deliver_many(
        [
            {"subject": "Rechnung", "text": "über 20 Euro"},
            {"subject": "other", "flags": "seen"},
        ]
    )
    client.select()
    assert uids(client.uid("SEARCH", "UNSEEN")) == [1]
    assert uids(client.uid("SEARCH", "SUBJECT", '"other"')) == [2]
    client.literal = "über".encode()  # type: ignore[assignment]  # typeshed is wrong about it
    assert uids(client.uid("SEARCH", "CHARSET", "UTF-8", "BODY")) == [1]
    assert uids(client.sort("REVERSE SUBJECT", "UTF-8", "ALL")) == [1, 2]
    assert client.thread("REFERENCES", "UTF-8", "ALL")[1] == [b"(1)(2)"]


def test_copy_store_and_expunge(client: imaplib.IMAP4, account: AccountHandle) -> None:
    account.inbox.deliver_many([{"subject": "one"}, {"subject": "two"}])
    client.select()
    assert client.copy("1", "Archive")[0] == "OK"
    assert client.store("1", "+FLAGS", r"(\Deleted)")[1] == [b"1 (FLAGS (\\Deleted \\Recent))"]
    assert client.expunge() == ("OK", [b"1"])
    assert client.uid("MOVE", "2", "Trash")[0] == "OK"

    account.inbox.assert_empty()
    account.mailbox("Archive").assert_one(subject="one")
    account.mailbox("Trash").assert_one(subject="two")
    assert client.close()[0] == "OK"


def test_mailboxes(client: imaplib.IMAP4, account: AccountHandle) -> None:
    assert client.create('"Work/Gr&APYA3w-e"')[0] == "OK"
    assert client.rename("Work", "Arbeit")[0] == "OK"
    assert "Arbeit/Größe" in account.mailboxes
    assert client.list('""', "Arbeit/%") == ("OK", [b'(\\HasNoChildren) "/" "Arbeit/Gr&APYA3w-e"'])
    assert client.subscribe("Arbeit")[0] == "OK"
    assert b'() "/" Arbeit' in client.lsub()[1]
    assert client.status("Arbeit", "(MESSAGES UIDNEXT)") == (
        "OK",
        [b"Arbeit (MESSAGES 0 UIDNEXT 1)"],
    )
    assert client.namespace() == ("OK", [b'(("" "/")) NIL NIL'])
    assert client.delete("Arbeit/Gr&APYA3w-e")[0] == "OK"
    status, [told] = client.select("Nowhere")
    assert (status, told) == ("NO", b"[NONEXISTENT] There is no such mailbox")


@pytest.mark.parametrize(
    ("separator", "told"),
    [
        ("/", b'"/"'),
        (".", b'"."'),
        ("|", b'"|"'),
        ("\\", rb'"\\"'),
        ("^", b'"^"'),
    ],
)
def test_levels_of_mailboxes_with_any_separator(separator: str, told: bytes) -> None:
    name = f"Work{separator}2026"
    quoted = '"{}"'.format(name.replace("\\", "\\\\"))
    with (
        FakeMail(Settings(separator=separator)) as fakemail,
        imaplib.IMAP4(*fakemail.imap.address) as client,
    ):
        client.login("user@example.test", "password")
        assert client.namespace()[1] == [b'(("" %b)) NIL NIL' % told]
        assert client.list('""', '""')[1] == [rb'(\Noselect) %b ""' % told]
        assert client.create(quoted)[0] == "OK"
        assert client.list('""', "W%")[1] == [rb"(\HasChildren) %b Work" % told]
        assert client.subscribe(quoted)[0] == "OK"
        assert client.lsub('""', "W%")[1] == [rb"(\Noselect) %b Work" % told]
        assert client.append(quoted, "", "", b"Subject: one\n\n")[0] == "OK"
        assert client.rename("Work", "Old")[0] == "OK"

        fakemail.account().mailbox(f"Old{separator}2026").assert_one(subject="one")
        inner = fakemail.account().mailbox(f"inbox{separator}x", create=True)
        assert inner.name == f"INBOX{separator}x"


def test_mailboxes_without_levels() -> None:
    with (
        FakeMail(Settings(separator="NIL")) as fakemail,
        imaplib.IMAP4(*fakemail.imap.address) as client,
    ):
        client.login("user@example.test", "password")
        assert client.namespace()[1] == [b'(("" NIL)) NIL NIL']
        assert client.create("Work/2026.a")[0] == "OK"
        assert client.list('""', "W%")[1] == [rb"(\HasNoChildren) NIL Work/2026.a"]
        assert "Work/2026.a" in fakemail.account().mailboxes
        assert "Work" not in fakemail.account().mailboxes


def test_utf8_names_once_enabled(client: imaplib.IMAP4, account: AccountHandle) -> None:
    assert client.enable("UTF8=ACCEPT")[0] == "OK"
    assert client.create('"Größe"')[0] == "OK"
    assert "Größe" in account.mailboxes


def test_it_hears_of_changes_elsewhere(client: imaplib.IMAP4, account: AccountHandle) -> None:
    account.inbox.deliver_many([{"subject": "one"}, {"subject": "two"}])
    client.select()
    account.inbox.expunge(1)
    account.inbox.deliver(subject="three")
    client.noop()
    assert client.response("EXPUNGE") == ("EXPUNGE", [b"1"])
    assert client.response("EXISTS")[1][-1] == b"2"


def test_quota(client: imaplib.IMAP4, account: AccountHandle) -> None:
    account.quota = 100 * 1024
    roots, quotas = client.getquotaroot("INBOX")[1]
    assert roots == [b'INBOX ""']
    assert quotas == [b'"" (STORAGE 0 100)']
    status, [told] = client.append("INBOX", "", "", b"x" * 200 * 1024)
    assert status == "NO"
    assert told.startswith(b"[OVERQUOTA]")
