"""What clients do badly is found, each once."""

import poplib
import smtplib
from pathlib import Path

import pytest
from conduct.clients import (
    MAIL,
    Act,
    Raw,
    at_once_after_450,
    imap,
    imap_login,
    names,
    poll,
    pop3_login,
    refused,
    smtp,
    smtp_plain_login,
    two_readers,
)

from pytest_fakemail import BadArgument, FakeMail, UnmetExpectation
from pytest_fakemail.conduct.finding import SOURCES, source

REFERENCE = Path(__file__).parents[2] / "docs" / "reference" / "conduct.md"


# --- one finding each ----------------------------------------------------------------------


def smtp_hangs_up(fakemail: FakeMail) -> None:
    client = smtplib.SMTP(*fakemail.smtp.address)
    client.sendmail("a@x.test", ["b@x.test"], MAIL % 1)
    client.close()


def pop3_hangs_up(fakemail: FakeMail) -> None:
    client = poplib.POP3(*fakemail.pop3.address)
    client.capa()
    client.close()


def imap_hangs_up(fakemail: FakeMail) -> None:
    imap(fakemail).shutdown()


def a_connection_a_mail(fakemail: FakeMail) -> None:
    for place in range(3):
        smtp(fakemail, first=place)


def mail_behind_ehlo(fakemail: FakeMail) -> None:
    client = Raw(fakemail.smtp.address)
    client.socket.sendall(b"EHLO x.test\r\nMAIL FROM:<a@x.test>\r\n")
    assert client.rest().startswith(b"250")
    assert client.line().startswith(b"250")
    client.say(b"QUIT\r\n")
    client.close()


def text_behind_data(fakemail: FakeMail) -> None:
    client = Raw(fakemail.smtp.address)
    client.ehlo()
    client.say(b"MAIL FROM:<a@x.test>\r\nRCPT TO:<b@x.test>\r\n", 2)
    client.say(b"DATA\r\nSubject: Hi\r\n\r\nHi\r\n.\r\n", 2)
    client.say(b"QUIT\r\n")
    client.close()


def a_group_without_pipelining(fakemail: FakeMail) -> None:
    fakemail.smtp.capabilities.off("PIPELINING")
    client = Raw(fakemail.smtp.address)
    client.ehlo()
    client.say(b"MAIL FROM:<a@x.test>\r\nRCPT TO:<b@x.test>\r\n", 2)
    client.say(b"QUIT\r\n")
    client.close()


def a_bare_lf(fakemail: FakeMail) -> None:
    client = Raw(fakemail.smtp.address)
    client.ehlo()
    client.say(b"NOOP\n")
    client.say(b"QUIT\r\n")
    client.close()


def a_bare_lf_in_mail(fakemail: FakeMail) -> None:
    client = Raw(fakemail.smtp.address)
    client.ehlo()
    client.say(b"MAIL FROM:<a@x.test>\r\nRCPT TO:<b@x.test>\r\n", 2)
    client.say(b"DATA\r\n")
    client.say(b"Subject: Hi\r\n\r\nHi\nthere\r\n.\r\n")
    client.say(b"QUIT\r\n")
    client.close()


def a_bare_lf_by_pop3(fakemail: FakeMail) -> None:
    client = Raw(fakemail.pop3.address)
    client.say(b"QUIT\n")
    client.close()


def fetch_a_body(fakemail: FakeMail) -> None:
    client = imap(fakemail, "Hi")
    client.fetch("1", "(RFC822)")
    client.logout()


def select_a_message(fakemail: FakeMail) -> None:
    client = imap(fakemail, "Hi", "Ho", "Ha")
    for number in "123":
        client.select()
        client.fetch(number, "(BODY.PEEK[])")
    client.logout()


def old_uids(fakemail: FakeMail) -> None:
    client = imap(fakemail)
    inbox = fakemail.account().inbox
    inbox.deliver(subject="Hi", uid=7)
    client.select()
    client.uid("SEARCH", "ALL")
    inbox.change_uidvalidity()
    client.select()
    client.uid("FETCH", "7", "(FLAGS)")
    client.logout()


def old_uids_that_are_anothers(fakemail: FakeMail) -> None:
    """What is found in another mailbox says nothing of this one."""
    fakemail.imap.capabilities.on("MULTISEARCH")
    client = imap(fakemail)
    account = fakemail.account()
    account.inbox.deliver(subject="Hi", uid=7)
    account.mailbox("Archive").deliver(subject="Hi", uid=7)
    client.select()
    client.uid("SEARCH", "ALL")
    account.inbox.change_uidvalidity()
    client.select()
    client.send(b"x ESEARCH IN (mailboxes Archive) ALL\r\n")
    assert b"ALL 7" in client.readline()
    client.readline()
    client.uid("FETCH", "7", "(FLAGS)")
    client.logout()


def expunge_of_others(fakemail: FakeMail) -> None:
    first, second = two_readers(fakemail)
    first.uid("STORE", "1", "+FLAGS.SILENT", r"(\Deleted)")
    second.uid("STORE", "2", "+FLAGS", r"(\Deleted)")
    second.expunge()
    second.logout()
    first.logout()


def expunge_of_others_after_a_search(fakemail: FakeMail) -> None:
    """Who asks for all UIDs knows by them which message has which number."""
    account = fakemail.account()
    for subject in ("Hi", "Ho", "Ha"):
        account.inbox.deliver(subject=subject)
    first, second = (fakemail.imap.client(account, security="starttls") for _ in range(2))
    for client in (first, second):
        client.select()
        client.uid("SEARCH", "ALL")
    first.store("3", "+FLAGS", r"(\Deleted)")
    second.store("1", "+FLAGS", r"(\Deleted)")
    second.expunge()
    second.logout()
    first.logout()


def close_over_what_others_marked(fakemail: FakeMail) -> None:
    first, second = two_readers(fakemail)
    first.uid("STORE", "1", "+FLAGS", r"(\Deleted)")
    second.close()
    second.logout()
    first.logout()


def expunge_of_another_persons(fakemail: FakeMail) -> None:
    """A shared mailbox, which each calls as it likes."""
    ann = fakemail.account("ann")
    work = ann.share("Work", with_="bob", rights="lrswite")
    for subject in ("Hi", "Ho"):
        work.deliver(subject=subject)
    people = (ann, fakemail.account("bob"))
    clients = [fakemail.imap.client(one, security="starttls") for one in people]
    for client, name in zip(clients, ("Work", '"Users/ann/Work"'), strict=True):
        client.select(name)
        client.uid("SEARCH", "ALL")
    clients[0].store("2", "+FLAGS", r"(\Deleted)")
    clients[1].store("1", "+FLAGS", r"(\Deleted)")
    clients[1].expunge()
    for client in clients:
        client.logout()


def append_with_bare_lf(fakemail: FakeMail) -> None:
    client = fakemail.imap.client(security="starttls")
    client.send(b"x APPEND {6+}\r\nDrafts (\\Seen) {19+}\r\nSubject: Hi\n\nHello\n\r\n")
    assert client.readline().startswith(b"x OK")
    client.logout()


def a_bare_cr_in_mail(fakemail: FakeMail) -> None:
    client = Raw(fakemail.smtp.address)
    client.ehlo()
    client.say(b"MAIL FROM:<a@x.test>\r\nRCPT TO:<b@x.test>\r\n", 2)
    client.say(b"DATA\r\n")
    client.say(b"Subject: Hi\r\n\r\nHi\rthere\r\n.\r\n")
    client.say(b"QUIT\r\n")
    client.close()


def again_after_550(fakemail: FakeMail) -> None:
    fakemail.smtp.when("RCPT").reply(550, "5.1.1 No such user").times(2)
    with smtplib.SMTP(*fakemail.smtp.address) as client:
        client.ehlo()
        for _ in range(2):
            client.docmd("MAIL", "FROM:<a@x.test>")
            client.docmd("RCPT", "TO:<b@x.test>")
            client.rset()


def again_after_554(fakemail: FakeMail) -> None:
    fakemail.smtp.when("end-of-data").reply(554, "5.7.1 Spam").times(2)
    with smtplib.SMTP(*fakemail.smtp.address) as client:
        for _ in range(2):
            refused(lambda: client.sendmail("a@x.test", ["b@x.test"], MAIL % 1))


BAD: list[tuple[str, Act]] = [
    ("login-in-the-clear", smtp_plain_login),
    ("login-in-the-clear", imap_login),
    ("login-in-the-clear", pop3_login),
    ("no-quit", smtp_hangs_up),
    ("no-quit", pop3_hangs_up),
    ("no-quit", imap_hangs_up),
    ("connection-per-message", a_connection_a_mail),
    ("early-command", mail_behind_ehlo),
    ("early-command", text_behind_data),
    ("early-command", a_group_without_pipelining),
    ("bare-newline", a_bare_lf),
    ("bare-newline", a_bare_lf_in_mail),
    ("bare-newline", a_bare_lf_by_pop3),
    ("bare-newline", a_bare_cr_in_mail),
    ("bare-newline", append_with_bare_lf),
    ("fetch-without-peek", fetch_a_body),
    ("polling", poll),
    ("select-per-message", select_a_message),
    ("uidvalidity-ignored", old_uids),
    ("uidvalidity-ignored", old_uids_that_are_anothers),
    ("foreign-expunge", expunge_of_others),
    ("foreign-expunge", expunge_of_others_after_a_search),
    ("foreign-expunge", close_over_what_others_marked),
    ("foreign-expunge", expunge_of_another_persons),
    ("retry-of-permanent", again_after_550),
    ("retry-of-permanent", again_after_554),
    ("retry-at-once", at_once_after_450),
]


@pytest.mark.parametrize(("name", "act"), BAD, ids=[act.__name__ for _, act in BAD])
def test_it_is_found_once_and_alone(fakemail: FakeMail, name: str, act: Act) -> None:
    act(fakemail)
    [found] = fakemail.conduct()
    assert found.name == name
    assert found.source in SOURCES[name]
    assert any(" C: " in line for line in found.lines)
    assert "password" not in "".join(found.lines)


@pytest.mark.parametrize(
    ("protocol", "rule"),
    [
        ("smtp", "RFC 5321 §4.1.1.10"),
        ("lmtp", "RFC 5321 §4.1.1.10"),
        ("pop3", "RFC 1939 §6"),
        ("imap", "RFC 9051 §3.4"),
    ],
)
def test_the_source_is_that_of_the_protocol(protocol: str, rule: str) -> None:
    assert source("no-quit", protocol) == rule
    assert source("connection-per-message", protocol) == SOURCES["connection-per-message"]


def test_each_finding_has_a_client_that_does_it() -> None:
    assert {name for name, _ in BAD} == set(SOURCES)


# --- the assertion -------------------------------------------------------------------------


def test_the_text_begins_with_what_was_done_and_shows_it(fakemail: FakeMail) -> None:
    again_after_550(fakemail)
    with pytest.raises(UnmetExpectation) as failure:
        fakemail.assert_well_behaved()
    assert str(failure.value).split("\n") == [
        "retry-of-permanent: RCPT TO:<b@x.test> again after 550 (RFC 5321 §4.2.1)",
        "    [1] C: RCPT TO:<b@x.test>",
        "    [1] S: 550 5.1.1 No such user",
        "    [1] C: RCPT TO:<b@x.test>",
        "    [1] S: 550 5.1.1 No such user",
    ]


def test_several_are_counted_first(fakemail: FakeMail) -> None:
    imap_login(fakemail)
    smtp_hangs_up(fakemail)
    with pytest.raises(UnmetExpectation) as failure:
        fakemail.assert_well_behaved()
    first, *rows = str(failure.value).split("\n")
    assert first == "2 findings: login-in-the-clear, no-quit"
    assert rows[0].startswith("  login-in-the-clear: a login that anybody can read")
    assert rows[1] == "    [1] C: LOGIN user@example.test [redacted]"


def test_what_is_ignored_does_not_fail(fakemail: FakeMail) -> None:
    smtp_hangs_up(fakemail)
    fakemail.assert_well_behaved(ignore=["no-quit"])
    fakemail.assert_well_behaved(ignore="no-quit")
    with pytest.raises(UnmetExpectation):
        fakemail.assert_well_behaved(ignore=["polling"])


def test_a_name_that_is_none_is_refused_with_the_nearest(fakemail: FakeMail) -> None:
    with pytest.raises(BadArgument, match="no finding 'no-qit'; did you mean 'no-quit'"):
        fakemail.assert_well_behaved(ignore=["no-qit"])


def test_a_finding_is_in_the_list_by_its_name(fakemail: FakeMail) -> None:
    assert "no-quit" not in fakemail.conduct()
    smtp_hangs_up(fakemail)
    assert "no-quit" in fakemail.conduct()
    assert fakemail.conduct()[0] in fakemail.conduct()
    with pytest.raises(BadArgument, match="no finding 'no-qit'; did you mean 'no-quit'"):
        assert "no-qit" not in fakemail.conduct()


def test_nothing_used_is_nothing_found(fakemail: FakeMail) -> None:
    assert fakemail.conduct() == []


def test_it_can_be_asked_when_all_is_closed() -> None:
    with FakeMail() as fakemail:
        smtp_hangs_up(fakemail)
        assert names(fakemail) == ["no-quit"]
    assert names(fakemail) == ["no-quit"]


def test_every_finding_is_on_its_page() -> None:
    page = REFERENCE.read_text(encoding="utf-8").partition("## Leaks")[0]
    assert [row for row in page.split("\n") if row.startswith("| `")] == [
        f"| `{name}` | {source} |" for name, source in SOURCES.items()
    ]
