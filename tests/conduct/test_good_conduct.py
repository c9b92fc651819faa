"""What comes near to bad conduct, and is none, is not found."""

import imaplib
import poplib
import smtplib

import pytest
from conduct.clients import (
    MAIL,
    Act,
    Raw,
    at_once_after_450,
    imap,
    imap_login,
    poll,
    pop3_login,
    refused,
    smtp,
    smtp_plain_login,
    two_readers,
)

from pytest_fakemail import FakeMail


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


def uids_that_other_mailboxes_have_too(fakemail: FakeMail) -> None:
    """A client remembers a UID; that it hears the same one of other mailboxes makes it no older."""
    fakemail.imap.capabilities.on("MULTISEARCH")
    client = imap(fakemail)
    account = fakemail.account()
    account.inbox.deliver(subject="Hi", uid=7)
    account.mailbox("Archive").deliver(subject="Hi", uid=7)
    account.mailbox("Sent").deliver(subject="Hi", uid=2)
    client.select()
    client.append("Sent", "", None, MAIL % 1)
    client.send(b"x ESEARCH IN (mailboxes Archive) ALL\r\n")
    assert b"ALL 7" in client.readline()
    client.readline()
    client.uid("FETCH", "7", "(FLAGS)")
    client.uid("FETCH", "3", "(FLAGS)")
    client.logout()


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


def close_that_removes_nothing_of_others(fakemail: FakeMail) -> None:
    first, second = two_readers(fakemail)
    first.uid("STORE", "1:2", "+FLAGS", r"(\Deleted)")
    first.uid("STORE", "1", "-FLAGS", r"(\Deleted)")
    first.uid("STORE", "2", "FLAGS", r"(\Seen)")
    second.close()  # nothing is marked any more
    first.uid("STORE", "1", "+FLAGS", r"(\Deleted)")
    second.select(readonly=True)
    second.close()  # removes nothing
    second.select()
    first.expunge()
    second.close()  # it is gone already
    first.logout()
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
    uids_that_other_mailboxes_have_too,
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
    close_that_removes_nothing_of_others,
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


@pytest.mark.parametrize("size", [0, 100_000])
def test_a_literal8_may_hold_any_octets(fakemail: FakeMail, size: int) -> None:
    """RFC 3516 §4.4, with a message of each length that the transcript keeps in its own way."""
    client = fakemail.imap.client(security="starttls")
    mail = b"Subject: Hi\r\nContent-Transfer-Encoding: binary\r\n\r\na\nb\rc" + b"x" * size
    client.send(b"x APPEND Drafts ~{%d+}\r\n%s\r\n" % (len(mail), mail))
    assert client.readline().startswith(b"x OK")
    client.logout()
    assert fakemail.conduct() == []


def test_a_long_message_with_a_bare_lf_is_found_as_a_short_one(fakemail: FakeMail) -> None:
    client = fakemail.imap.client(security="starttls")
    mail = b"Subject: Hi\r\n\r\n" + b"x\n" * 50_000
    client.send(b"x APPEND Drafts {%d+}\r\n%s\r\n" % (len(mail), mail))
    assert client.readline().startswith(b"x OK")
    client.logout()
    assert [found.text for found in fakemail.conduct()] == ["a message with a bare LF"]


def test_rows_of_a_sweep_try_nothing_again(fakemail: FakeMail) -> None:
    """Each sends the same mail anew, as nobody does who was refused for good."""

    def send() -> None:
        with smtplib.SMTP(*fakemail.smtp.address, timeout=30) as client:
            client.sendmail("app@example.test", ["ann@example.test"], MAIL)

    fakemail.sweep(send)
    fakemail.assert_well_behaved()

    fakemail.smtp.when("RCPT").reply(550, "5.1.1 No such user").times(2)
    for _ in range(2):
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            send()
    assert [one.name for one in fakemail.conduct()] == ["retry-of-permanent"]


def test_the_first_run_of_a_sweep_is_judged(fakemail: FakeMail) -> None:
    def send() -> None:
        with smtplib.SMTP(*fakemail.smtp.address, timeout=30) as client:
            client.send(b"NOOP\n")
            client.getreply()
            client.sendmail("app@example.test", ["ann@example.test"], MAIL)

    fakemail.sweep(send, only="refuse")
    [finding] = fakemail.conduct()
    assert (finding.name, finding.connection) == ("bare-newline", 1)
