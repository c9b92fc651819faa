"""Faults as the standard library's clients meet them, over sockets."""

import imaplib
import poplib
import smtplib
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest

from pytest_fakemail.errors import UnfiredFault
from pytest_fakemail.fakemail import FakeMail
from pytest_fakemail.faults.rules import Rule

MAIL = b"Subject: Hello\r\n\r\nHi\r\n"
TO = "ann@example.test"


@pytest.fixture
def house() -> Iterator[FakeMail]:
    with FakeMail() as fakemail:
        yield fakemail


def send(house: FakeMail) -> None:
    client = smtplib.SMTP(timeout=5)
    try:
        code, text = client.connect(house.smtp.host, house.smtp.port)
        if code != 220:
            raise smtplib.SMTPConnectError(code, text)
        client.sendmail("me@example.test", TO, MAIL)
        client.quit()
    finally:
        client.close()


FATAL: dict[str, tuple[Callable[[FakeMail], Rule], type[Exception], int]] = {
    "refused": (
        lambda house: house.smtp.when("connect").reply(421, "4.3.2 Try later").close(),
        smtplib.SMTPConnectError,
        0,
    ),
    "busy": (
        lambda house: house.smtp.when("RCPT", to=TO.upper()).reply(450, "4.2.1 Busy"),
        smtplib.SMTPRecipientsRefused,
        0,
    ),
    "gone at a command": (
        lambda house: house.smtp.when("MAIL").close(),
        smtplib.SMTPServerDisconnected,
        0,
    ),
    "broken off": (
        lambda house: house.smtp.when("RCPT").reset(),
        smtplib.SMTPServerDisconnected,
        0,
    ),
    "354, then gone": (
        lambda house: house.smtp.when("DATA").close(after_answer=True),
        smtplib.SMTPServerDisconnected,
        0,
    ),
    "250 for 354": (
        lambda house: house.smtp.when("DATA").reply(250, "OK"),
        smtplib.SMTPDataError,
        0,
    ),
    "too late to be refused": (
        lambda house: house.smtp.when("end-of-data").reply(554, "5.7.1 Spam"),
        smtplib.SMTPDataError,
        0,
    ),
    "acknowledgement lost": (
        lambda house: house.smtp.when("end-of-data").lose_reply(),
        smtplib.SMTPServerDisconnected,
        1,
    ),
    "gone instead of storing": (
        lambda house: house.smtp.when("end-of-data").close(),
        smtplib.SMTPServerDisconnected,
        0,
    ),
    "half a reply": (
        lambda house: house.smtp.when("EHLO").drop(after_bytes=9),
        smtplib.SMTPServerDisconnected,
        0,
    ),
}


@pytest.mark.parametrize("name", FATAL)
def test_smtplib_meets_a_fault(house: FakeMail, name: str) -> None:
    misbehave, error, stored = FATAL[name]
    rule = misbehave(house)
    with pytest.raises(error):
        send(house)
    assert rule.fired == 1
    assert len(house.outbox) == stored


@pytest.mark.parametrize(
    "misbehave",
    [
        lambda house: house.smtp.when("any").split(8),
        lambda house: house.smtp.when("any").split(size=1),
        lambda house: house.smtp.when("MAIL").trickle(10_000),
        lambda house: house.smtp.when("MAIL").delay("1ms"),
        lambda house: house.smtp.when("QUIT").close(after_answer=True),
    ],
)
def test_smtplib_bears_with_slowness(
    house: FakeMail, misbehave: Callable[[FakeMail], Rule]
) -> None:
    rule = misbehave(house)
    send(house)
    assert rule.fired
    assert house.outbox.one(to=TO).raw == MAIL


def test_retry_after_two_refusals(house: FakeMail) -> None:
    house.smtp.when("RCPT").reply(450, "4.2.1 Busy").times(2)
    for _ in range(3):
        with suppress(smtplib.SMTPRecipientsRefused):
            send(house)
    assert len(house.outbox) == 1


def test_strike_is_seen_in_the_transcript(house: FakeMail) -> None:
    house.smtp.when("MAIL").reply(451, "4.3.0 No")
    with pytest.raises(smtplib.SMTPSenderRefused):
        send(house)
    assert "-- fault: smtp.when('MAIL').reply(451, '4.3.0 No')\nS: 451 4.3.0 No" in str(
        house.transcript
    )


def test_fault_that_nothing_met_is_told(house: FakeMail) -> None:
    house.smtp.when("RCPT", to="bob@example.test").reply(450, "4.2.1 Busy")
    send(house)
    with pytest.raises(UnfiredFault) as failure:
        house.check()
    house.clear_faults()
    what, where, why = str(failure.value).splitlines()
    assert what == (
        "a fault never fired: smtp.when('RCPT', to='bob@example.test').reply(450, '4.2.1 Busy')"
    )
    assert "test_clients.py:" in where
    assert why == (
        "  RCPT came once, but to was 'ann@example.test', not 'bob@example.test' "
        "(the nearest, on connection 1)"
    )


def test_pop3_login_is_refused(house: FakeMail) -> None:
    house.pop3.when("PASS", user="user@example.test").err("[IN-USE] Mailbox is locked")
    client = poplib.POP3(house.pop3.host, house.pop3.port, timeout=5)
    try:
        client.user("user@example.test")
        with pytest.raises(poplib.error_proto, match="IN-USE"):
            client.pass_("password")
    finally:
        client.close()


def test_imap_answer_is_cut_in_its_literal(house: FakeMail) -> None:
    house.account().inbox.deliver(MAIL)
    rule = house.imap.when("FETCH").drop(in_literal=5)
    client = imaplib.IMAP4(house.imap.host, house.imap.port, timeout=5)
    try:
        client.login("user@example.test", "password")
        client.select()
        with pytest.raises(imaplib.IMAP4.abort):
            client.fetch("1", "(BODY.PEEK[])")
    finally:
        client.shutdown()
    assert rule.fired == 1
    assert house.transcript.commands("FETCH")[0].answer.endswith(b"}\r\nSubje")


@contextmanager
def idler(house: FakeMail) -> Iterator[Callable[[bytes], bytes]]:
    """A client that says a line, unless it is empty, and reads one."""
    address = (house.imap.host, house.imap.port)
    with socket.create_connection(address, 5) as sock, sock.makefile("rwb") as stream:

        def ask(line: bytes) -> bytes:
            if line:
                stream.write(line + b"\r\n")
                stream.flush()
            return stream.readline()

        ask(b"")
        ask(b"a LOGIN user@example.test password")
        answer = ask(b"b SELECT INBOX")
        while not answer.startswith(b"b "):
            assert answer, "the connection has ended"
            answer = ask(b"")
        yield ask


def test_idle_ends_in_virtual_time_only(house: FakeMail) -> None:
    rule = house.imap.when("IDLE").bye("Session expired").after("29m")
    with idler(house) as ask:
        assert ask(b"c IDLE").startswith(b"+ ")
        house.clock.advance("10m")
        house.account().inbox.deliver(MAIL)
        assert ask(b"") == b"* 1 EXISTS\r\n"
        house.clock.advance("19m")
        answer = ask(b"")
        while answer.startswith(b"* 1 "):
            answer = ask(b"")
        assert answer == b"* BYE Session expired\r\n"
        assert ask(b"") == b""
    assert rule.fired == 1


def test_idle_begun_anew_is_not_ended(house: FakeMail) -> None:
    house.imap.when("IDLE").bye("Session expired").after("29m").optional()
    with idler(house) as ask:
        for _ in range(3):
            assert ask(b"c IDLE").startswith(b"+ ")
            house.clock.advance("28m")
            assert ask(b"DONE").startswith(b"c OK")
        house.clock.advance("2m")
        assert ask(b"d NOOP").startswith(b"d OK")
