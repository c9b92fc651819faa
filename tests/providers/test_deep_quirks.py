"""Quirks that the command itself carries out, as clients see them."""

import imaplib
import smtplib

import pytest

from pytest_fakemail import FakeMail


@pytest.fixture
def client(fakemail: FakeMail) -> imaplib.IMAP4:
    fakemail.account().inbox.deliver_many(
        [
            {"subject": "Invoice 2026-17", "from_": "ann@example.test", "text": "Grüße, Ann"},
            {"subject": "Invoices", "from_": "bob@example.test", "html": "<p>pre-paid</p>"},
            {"subject": "Café au lait", "text": "x"},
        ]
    )
    client = fakemail.imap.client()
    client.select()
    return client


@pytest.mark.parametrize(
    ("criteria", "found", "by_parts"),
    [
        ("SUBJECT invoice", "1", "1 2"),
        ("SUBJECT voice", "", "1 2"),
        ('SUBJECT "INVOICE 2026"', "1", "1"),
        ('SUBJECT "invoice 17"', "", ""),
        ("SUBJECT cafe", "3", "3"),
        ("SUBJECT caf", "", "3"),
        ("FROM ann", "1", "1"),
        ("FROM ann@example.test", "1", "1"),
        ("FROM exam", "", "1 2 3"),
        ("BODY grusse", "1", ""),
        ('BODY "pre paid"', "2", ""),
        ("BODY paid", "2", "2"),
        ("TEXT bob", "2", "2"),
        ("TEXT bo", "", "2"),
        ("NOT SUBJECT voice", "1 2 3", "3"),
        ("OR SUBJECT voice SUBJECT lait", "3", "1 2 3"),
        ("HEADER Subject invoice UNSEEN", "1", "1 2"),
        ('HEADER Subject ""', "1 2 3", "1 2 3"),
        ('TEXT "@"', "1 2 3", "1 2 3"),
    ],
)
def test_whole_words_are_found(
    fakemail: FakeMail, client: imaplib.IMAP4, criteria: str, found: str, by_parts: str
) -> None:
    assert client.search(None, criteria)[1] == [by_parts.encode()]
    fakemail.imap.quirk("search.token_only")
    assert client.search(None, criteria)[1] == [found.encode()]


def test_words_in_other_letters_are_found(fakemail: FakeMail, client: imaplib.IMAP4) -> None:
    fakemail.imap.quirk("search.token_only")
    client.literal = "GRÜSSE".encode()  # type: ignore[assignment]  # octets, in fact
    assert client.search("UTF-8", "TEXT")[1] == [b"1"]


def test_scripts_without_blanks_have_no_words(fakemail: FakeMail) -> None:
    fakemail.account().inbox.deliver(subject="2026年請求書", text="x")
    client = fakemail.imap.client()
    client.select()
    fakemail.imap.quirk("search.token_only")
    client.literal = "請求".encode()  # type: ignore[assignment]  # octets, in fact
    assert client.search("UTF-8", "SUBJECT")[1] == [b"1"]


def test_a_part_of_a_body_is_all_of_it(fakemail: FakeMail, client: imaplib.IMAP4) -> None:
    whole = fakemail.account().inbox.messages[0].raw
    parts = client.fetch("1", "(BODY.PEEK[]<3.5>)")[1]
    assert parts == [(b"1 (BODY[]<3> {5}", whole[3:8]), b")"]
    fakemail.imap.quirk("fetch.partial_ignored")
    parts = client.fetch("1", "(BODY.PEEK[]<3.5>)")[1]
    assert parts == [(b"1 (BODY[] {%d}" % len(whole), whole), b")"]


def test_the_reference_of_list_is_ignored(fakemail: FakeMail) -> None:
    account = fakemail.account()
    account.mailbox("Sent/2026", create=True)
    client = fakemail.imap.client()
    assert client.list("Sent/", "%")[1] == [b'(\\HasNoChildren) "/" Sent/2026']
    fakemail.imap.quirk("list.reference_ignored")
    assert client.list("Sent/", "%")[1] == client.list('""', "%")[1]


def test_highest_modseq_without_condstore(fakemail: FakeMail) -> None:
    fakemail.imap.capabilities.off("CONDSTORE")
    client = fakemail.imap.client()
    client.select()
    assert client.response("HIGHESTMODSEQ")[1] == [None]
    fakemail.imap.quirk("modseq.without_condstore")
    client.select()
    assert client.response("HIGHESTMODSEQ")[1] == [b"1"]
    with pytest.raises(imaplib.IMAP4.error, match="BAD"):
        client.fetch("1:*", "(MODSEQ)")


def test_ehlo_is_the_end_of_a_login(fakemail: FakeMail) -> None:
    fakemail.smtp.quirk("ehlo.after_auth_resets")
    client = fakemail.smtp.client(fakemail.account())
    assert client.docmd("AUTH", "PLAIN")[0] == 503
    client.ehlo()
    client.login("user@example.test", "password")
    client.sendmail("a@x.test", "b@x.test", "Subject: x\n\n")
    assert fakemail.outbox.one().user == "user@example.test"
    client.ehlo()
    client.sendmail("a@x.test", "c@x.test", "Subject: x\n\n")
    assert fakemail.outbox.one(to="c@x.test").user is None


@pytest.mark.fakemail(require_auth=True)
def test_who_says_ehlo_behind_auth_has_to_log_in_again(fakemail: FakeMail) -> None:
    fakemail.smtp.quirk("ehlo.after_auth_resets")
    client = fakemail.smtp.client(fakemail.account())
    client.ehlo()
    with pytest.raises(smtplib.SMTPSenderRefused, match="530"):
        client.sendmail("a@x.test", "b@x.test", "Subject: x\n\n")


def test_expunge_in_the_midst_of_fetch(fakemail: FakeMail, client: imaplib.IMAP4) -> None:
    """The numbers behind it are those that are left, and the server counts so from then on."""
    other = fakemail.imap.client()
    other.select()
    fakemail.imap.quirk("unsol.expunge_mid_fetch")
    fakemail.account().inbox.expunge(2)
    client.fetch("1,3", "(UID)")
    (fetch,) = fakemail.transcript.commands("FETCH")
    assert fetch.answer.split(b"\r\n")[:3] == [
        b"* 1 FETCH (UID 1)", b"* 2 EXPUNGE", b"* 2 FETCH (UID 3)"
    ]  # fmt: skip
    assert client.fetch("2", "(UID)")[1] == [b"2 (UID 3)"]
    assert other.search(None, "ALL")[1] == [b"1 3"]  # ahead of * 2 EXPUNGE
    assert b"* 2 EXPUNGE" in fakemail.transcript.commands("SEARCH")[0].answer


def test_a_command_that_another_quirk_refuses_leaves_nothing_of_it(
    fakemail: FakeMail, client: imaplib.IMAP4
) -> None:
    """Nothing of a quirk outlives it, in connections that last."""
    fakemail.imap.quirk("fetch.partial_ignored", "set.descending_bad")
    with pytest.raises(imaplib.IMAP4.error, match="BAD"):
        client.fetch("2:1", "(BODY.PEEK[]<3.5>)")
    fakemail._end_troubles()
    (part, _) = client.fetch("1", "(BODY.PEEK[]<3.5>)")[1]
    assert part == (b"1 (BODY[]<3> {5}", fakemail.account().inbox.messages[0].raw[3:8])
