"""What clients do badly is found, each once, and what comes near it is not."""

import imaplib
import poplib
import smtplib
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from pytest_fakemail import BadArgument, FakeMail, UnmetExpectation
from pytest_fakemail.conduct.finding import SOURCES

REFERENCE = Path(__file__).parents[2] / "docs" / "reference" / "conduct.md"
MAIL = b"Message-ID: <%d@x.test>\r\nSubject: Hi\r\n\r\nHello\r\n"
Act = Callable[[FakeMail], object]


def names(fakemail: FakeMail) -> list[str]:
    return [one.name for one in fakemail.conduct()]


class Raw:
    """A client of a few octets, which reads what it has asked for."""

    def __init__(self, address: tuple[str, int]) -> None:
        self.socket = socket.create_connection(address, timeout=10)
        self.file = self.socket.makefile("rb")
        self.line()

    def line(self) -> bytes:
        return self.file.readline()

    def say(self, data: bytes, lines: int = 1) -> list[bytes]:
        self.socket.sendall(data)
        return [self.line() for _ in range(lines)]

    def ehlo(self) -> None:
        self.socket.sendall(b"EHLO x.test\r\n")
        self.rest()

    def rest(self) -> bytes:
        while (line := self.line())[3:4] == b"-":
            pass
        return line

    def close(self) -> None:
        self.file.close()
        self.socket.close()


def smtp(fakemail: FakeMail, count: int = 1, first: int = 0) -> None:
    with smtplib.SMTP(*fakemail.smtp.address) as client:
        for place in range(first, first + count):
            client.sendmail("a@x.test", ["b@x.test"], MAIL % place)


def imap(fakemail: FakeMail, *messages: str) -> imaplib.IMAP4:
    """Return a client in INBOX, over TLS."""
    account = fakemail.account()
    for text in messages:
        account.inbox.deliver(subject=text, text=text)
    client = imaplib.IMAP4_SSL(
        fakemail.imap.host, fakemail.imap.tls_port, ssl_context=fakemail.tls.client_context()
    )
    client.login(account.user, account.password)
    client.select()
    return client


def refused(act: Callable[[], object]) -> None:
    with pytest.raises((smtplib.SMTPException, imaplib.IMAP4.error)):
        act()


# --- one finding each ----------------------------------------------------------------------


def smtp_plain_login(fakemail: FakeMail) -> None:
    fakemail.account()
    with smtplib.SMTP(*fakemail.smtp.address) as client:
        client.ehlo()
        client.user, client.password = "user@example.test", "password"
        client.auth("PLAIN", client.auth_plain)


def imap_login(fakemail: FakeMail) -> None:
    account = fakemail.account()
    client = imaplib.IMAP4(*fakemail.imap.address)
    client.login(account.user, account.password)
    client.logout()


def pop3_login(fakemail: FakeMail) -> None:
    account = fakemail.account()
    client = poplib.POP3(*fakemail.pop3.address)
    client.user(account.user)
    client.pass_(account.password)
    client.quit()


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


def poll(fakemail: FakeMail) -> None:
    client = imap(fakemail, "Hi")
    for _ in range(3):
        client.noop()
        client.search(None, "UNSEEN")
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


def two_readers(fakemail: FakeMail) -> tuple[imaplib.IMAP4, imaplib.IMAP4]:
    """Return two clients in INBOX that both know the UIDs of its two messages."""
    first, second = imap(fakemail, "Hi", "Ho"), imap(fakemail)
    for client in (first, second):
        client.fetch("1:2", "(UID)")
    return first, second


def expunge_of_others(fakemail: FakeMail) -> None:
    first, second = two_readers(fakemail)
    first.uid("STORE", "1", "+FLAGS.SILENT", r"(\Deleted)")
    second.uid("STORE", "2", "+FLAGS", r"(\Deleted)")
    second.expunge()
    second.logout()
    first.logout()


def again_after_550(fakemail: FakeMail) -> None:
    fakemail.smtp.when("RCPT").reply(550, "5.1.1 No such user").times(2)
    with smtplib.SMTP(*fakemail.smtp.address) as client:
        for _ in range(2):
            refused(lambda: client.sendmail("a@x.test", ["b@x.test"], MAIL % 1))


def again_after_554(fakemail: FakeMail) -> None:
    fakemail.smtp.when("end-of-data").reply(554, "5.7.1 Spam").times(2)
    with smtplib.SMTP(*fakemail.smtp.address) as client:
        for _ in range(2):
            refused(lambda: client.sendmail("a@x.test", ["b@x.test"], MAIL % 1))


def at_once_after_450(fakemail: FakeMail) -> None:
    fakemail.smtp.when("RCPT").reply(450, "4.2.1 Busy").once()
    with smtplib.SMTP(*fakemail.smtp.address) as client:
        refused(lambda: client.sendmail("a@x.test", ["b@x.test"], MAIL % 1))
        client.sendmail("a@x.test", ["b@x.test"], MAIL % 1)


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
    ("fetch-without-peek", fetch_a_body),
    ("polling", poll),
    ("select-per-message", select_a_message),
    ("uidvalidity-ignored", old_uids),
    ("foreign-expunge", expunge_of_others),
    ("retry-of-permanent", again_after_550),
    ("retry-of-permanent", again_after_554),
    ("retry-at-once", at_once_after_450),
]


@pytest.mark.parametrize(("name", "act"), BAD, ids=[act.__name__ for _, act in BAD])
def test_it_is_found_once_and_alone(fakemail: FakeMail, name: str, act: Act) -> None:
    act(fakemail)
    [found] = fakemail.conduct()
    assert found.name == name
    assert found.source == SOURCES[name]
    assert any(" C: " in line for line in found.lines)
    assert "password" not in "".join(found.lines)


def test_each_finding_has_a_client_that_does_it() -> None:
    assert {name for name, _ in BAD} == set(SOURCES)


# --- near it, and well ---------------------------------------------------------------------


def login_by_challenge(fakemail: FakeMail) -> None:
    account = fakemail.account()
    with smtplib.SMTP(*fakemail.smtp.address) as client:
        client.login(account.user, account.password)  # CRAM-MD5


def login_after_starttls(fakemail: FakeMail) -> None:
    account = fakemail.account()
    context = fakemail.tls.client_context()
    with smtplib.SMTP(*fakemail.smtp.address) as client:
        client.starttls(context=context)
        client.login(account.user, account.password)
    reader = imaplib.IMAP4(*fakemail.imap.address)
    reader.starttls(context)
    reader.login(account.user, account.password)
    reader.logout()
    popper = poplib.POP3(*fakemail.pop3.address)
    popper.stls(context)
    popper.user(account.user)
    popper.pass_(account.password)
    popper.quit()


def login_without_tls_on_offer(fakemail: FakeMail) -> None:
    fakemail.imap.capabilities.off("STARTTLS")
    fakemail.pop3.capabilities.off("STLS")
    fakemail.smtp.capabilities.off("STARTTLS")
    smtp_plain_login(fakemail)
    imap_login(fakemail)
    pop3_login(fakemail)


def look_whether_the_port_is_open(fakemail: FakeMail) -> None:
    Raw(fakemail.smtp.address).close()


def go_when_told_to(fakemail: FakeMail) -> None:
    fakemail.smtp.when("MAIL").reply(421, "4.3.2 Going down")
    client = smtplib.SMTP(*fakemail.smtp.address)
    client.ehlo()
    client.mail("a@x.test")
    client.close()


def give_up_waiting(fakemail: FakeMail) -> None:
    fakemail.smtp.when("NOOP").stall()
    client = smtplib.SMTP(*fakemail.smtp.address, timeout=10)
    client.ehlo()
    client.putcmd("NOOP")
    fakemail.smtp.wait_for_command("NOOP")
    client.close()


def refuse_a_certificate(fakemail: FakeMail) -> None:
    client = smtplib.SMTP(*fakemail.smtp.address)
    with pytest.raises(OSError, match="certificate"):
        client.starttls(context=__import__("ssl").create_default_context())
    client.close()


def two_connections(fakemail: FakeMail) -> None:
    smtp(fakemail)
    smtp(fakemail, first=1)


def connections_of_several(fakemail: FakeMail) -> None:
    for place in range(0, 6, 2):
        smtp(fakemail, count=2, first=place)


def a_connection_now_and_then(fakemail: FakeMail) -> None:
    for place in range(3):
        smtp(fakemail, first=place)
        fakemail.clock.advance("1m")


def a_good_group(fakemail: FakeMail) -> None:
    client = Raw(fakemail.smtp.address)
    client.ehlo()
    group = b"MAIL FROM:<a@x.test>\r\nRCPT TO:<b@x.test>\r\nDATA\r\n"
    client.say(group, 3)
    client.say(b"Subject: Hi\r\n\r\nHi\r\n.\r\n" + group, 4)
    client.say(b".\r\nMAIL FROM:<a@x.test>\r\nRCPT TO:<b@x.test>\r\n", 3)
    client.say(b"BDAT 4\r\nHi\r\nBDAT 0 LAST\r\n", 2)
    client.say(b"RSET\r\nQUIT\r\n", 2)
    client.close()


def chunks_without_pipelining(fakemail: FakeMail) -> None:
    fakemail.smtp.capabilities.off("PIPELINING")
    client = Raw(fakemail.smtp.address)
    client.ehlo()
    client.say(b"MAIL FROM:<a@x.test>\r\n")
    client.say(b"RCPT TO:<b@x.test>\r\n")
    client.say(b"BDAT 10 LAST\r\n\r\nNOOP\r\nHi")
    client.say(b"QUIT\r\n")
    client.close()


def read_with_care(fakemail: FakeMail) -> None:
    client = imap(fakemail, "Hi * 1 FETCH (FLAGS (\\Seen))")
    client.fetch("1", "(BODY.PEEK[])")
    client.select(readonly=True)
    client.fetch("1", "(BODY[])")
    client.select()
    client.store("1", "+FLAGS", r"(\Seen)")
    client.fetch("1", "(BODY[])")
    client.logout()


def look_twice(fakemail: FakeMail) -> None:
    client = imap(fakemail, "Hi")
    client.noop()
    client.noop()
    client.fetch("1", "(FLAGS)")
    client.noop()
    client.logout()


def poll_without_idle(fakemail: FakeMail) -> None:
    fakemail.imap.capabilities.off("IDLE")
    poll(fakemail)


def keep_alive_without_a_mailbox(fakemail: FakeMail) -> None:
    client = imap(fakemail)
    client.close()
    for _ in range(4):
        client.noop()
    client.logout()


def search_for_this_and_that(fakemail: FakeMail) -> None:
    client = imap(fakemail, "Hi")
    for word in ("a", "b", "c", "d"):
        client.search(None, "SUBJECT", word)
    client.logout()


def select_for_several(fakemail: FakeMail) -> None:
    client = imap(fakemail, "Hi", "Ho", "Ha")
    for _ in range(3):
        client.select()
        client.fetch("1", "(FLAGS)")
        client.fetch("2:3", "(FLAGS)")
    client.logout()


def select_this_and_that(fakemail: FakeMail) -> None:
    client = imap(fakemail, "Hi")
    fakemail.account().mailbox("Drafts").deliver(subject="Ho")
    for name in ("INBOX", "Drafts", "INBOX", "Drafts"):
        client.select(name)
        client.fetch("1", "(FLAGS)")
    client.logout()


def learn_the_new_uids(fakemail: FakeMail) -> None:
    client = imap(fakemail)
    inbox = fakemail.account().inbox
    inbox.deliver(subject="Hi", uid=7)
    for _ in range(2):
        client.select()
        _, found = client.uid("SEARCH", "ALL")
        client.uid("FETCH", found[0].decode(), "(FLAGS)")
        inbox.change_uidvalidity()
    client.select()
    client.uid("FETCH", "1:7", "(FLAGS)")  # its way through all of the mailbox
    client.logout()


def expunge_of_ones_own(fakemail: FakeMail) -> None:
    first, second = two_readers(fakemail)
    first.uid("STORE", "1", "+FLAGS", r"(\Deleted)")
    second.uid("STORE", "2", "+FLAGS", r"(\Deleted)")
    second.uid("EXPUNGE", "2")
    first.store("1", "+FLAGS", r"(\Deleted)")
    first.expunge()
    first.logout()
    second.logout()


def expunge_that_tells_of_others(fakemail: FakeMail) -> None:
    first, second = two_readers(fakemail)
    first.uid("STORE", "1", "+FLAGS", r"(\Deleted)")
    first.expunge()
    second.expunge()  # is told that 1 is gone
    first.logout()
    second.logout()


def expunge_in_a_later_session(fakemail: FakeMail) -> None:
    first = imap(fakemail, "Hi")
    first.uid("STORE", "1", "+FLAGS", r"(\Deleted)")
    first.unselect()
    first.logout()
    fakemail.conduct()  # waits until that is over
    second = imap(fakemail)
    second.fetch("1", "(UID)")
    second.expunge()
    second.logout()


def another_mail_to_them(fakemail: FakeMail) -> None:
    fakemail.smtp.when("RCPT").reply(550, "5.1.1 No such user").times(2)
    with smtplib.SMTP(*fakemail.smtp.address) as client:
        refused(lambda: client.sendmail("a@x.test", ["b@x.test"], MAIL % 1))
        refused(lambda: client.sendmail("a@x.test", ["c@x.test"], MAIL % 1))
        client.sendmail("a@x.test", ["b@x.test"], MAIL % 1000)


def log_in_when_told_to(fakemail: FakeMail) -> None:
    account = fakemail.account()
    fakemail.smtp.when("RCPT").reply(530, "5.7.0 Log in first").once()
    with smtplib.SMTP(*fakemail.smtp.address) as client:
        refused(lambda: client.sendmail("a@x.test", ["b@x.test"], MAIL % 1))
        client.login(account.user, account.password)
        client.sendmail("a@x.test", ["b@x.test"], MAIL % 1)


def another_recipient_twice(fakemail: FakeMail) -> None:
    fakemail.smtp.when("RCPT", to="b@x.test").reply(550, "5.1.1 No such user")
    with smtplib.SMTP(*fakemail.smtp.address) as client:
        client.sendmail("a@x.test", ["b@x.test", "b@x.test", "c@x.test"], MAIL % 1)


def later_after_450(fakemail: FakeMail) -> None:
    fakemail.smtp.when("RCPT").reply(450, "4.2.1 Busy").once()
    with smtplib.SMTP(*fakemail.smtp.address) as client:
        refused(lambda: client.sendmail("a@x.test", ["b@x.test"], MAIL % 1))
        fakemail.clock.advance("1m")
        client.sendmail("a@x.test", ["b@x.test"], MAIL % 1)


def the_rest_after_452(fakemail: FakeMail) -> None:
    fakemail.smtp.when("RCPT", to="c@x.test").reply(452, "4.5.3 Too many recipients").once()
    with smtplib.SMTP(*fakemail.smtp.address) as client:
        client.sendmail("a@x.test", ["b@x.test", "c@x.test"], MAIL % 1)
        client.sendmail("a@x.test", ["c@x.test"], MAIL % 1)


def under_a_clock_that_stands(fakemail: FakeMail) -> None:
    fakemail.clock.freeze()
    at_once_after_450(fakemail)
    for place in range(3):
        smtp(fakemail, first=place)


GOOD: list[Act] = [
    login_by_challenge,
    login_after_starttls,
    login_without_tls_on_offer,
    look_whether_the_port_is_open,
    go_when_told_to,
    give_up_waiting,
    refuse_a_certificate,
    two_connections,
    connections_of_several,
    a_connection_now_and_then,
    a_good_group,
    chunks_without_pipelining,
    read_with_care,
    look_twice,
    poll_without_idle,
    keep_alive_without_a_mailbox,
    search_for_this_and_that,
    select_for_several,
    select_this_and_that,
    learn_the_new_uids,
    expunge_of_ones_own,
    expunge_that_tells_of_others,
    expunge_in_a_later_session,
    another_mail_to_them,
    log_in_when_told_to,
    another_recipient_twice,
    later_after_450,
    the_rest_after_452,
    under_a_clock_that_stands,
]


@pytest.mark.parametrize("act", GOOD, ids=[act.__name__ for act in GOOD])
def test_what_comes_near_it_is_not_found(fakemail: FakeMail, act: Act) -> None:
    act(fakemail)
    assert fakemail.conduct() == []
    fakemail.assert_well_behaved()


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
