"""What a relay hears that it should not: the mail is kept, tried again or returned."""

import smtplib
from collections.abc import Iterator

import pytest

from pytest_fakemail import FakeMail
from pytest_fakemail.faults.points import SmtpPoint


@pytest.fixture
def a() -> Iterator[FakeMail]:
    with FakeMail(domain="a.test") as one:
        yield one


@pytest.fixture
def b(a: FakeMail) -> Iterator[FakeMail]:
    with FakeMail(domain="b.test", clock=a.clock) as one:
        yield one


def send(fakemail: FakeMail, recipient: str) -> None:
    with smtplib.SMTP(*fakemail.smtp.address) as client:
        client.sendmail("ann@a.test", [recipient], "Subject: hi\r\n\r\nHello\r\n")


@pytest.mark.parametrize(
    ("point", "said"),
    [
        *((point, b"hello there\r\n") for point in ("connect", "EHLO", "RCPT", "DATA", "RSET")),
        ("end-of-data", b"\x15\x03\x01\x00%\xff\r\n"),
        ("MAIL", b"-12 no\r\n"),
        ("MAIL", b"099 x\r\n"),
        ("MAIL", b"600 x\r\n"),
        ("MAIL", b"\r\n"),
    ],
)
def test_what_is_no_reply_is_not_taken_for_one(
    a: FakeMail, b: FakeMail, point: SmtpPoint, said: bytes
) -> None:
    """RFC 5321 §4.2.1: a reply's code begins with 2 to 5.  The mail is tried again."""
    a.clock.freeze()
    a.route("b.test", b)
    if point == "RSET":
        b.smtp.when("MAIL", nth=1).reply(450, "4.3.0 later")
    rule = b.smtp.when(point).send(said)
    send(a, "bob@b.test")
    a.clock.advance("1s")
    rule.stop()
    assert rule.fired
    [item] = a.queue
    [attempt] = item.attempts
    if point != "RSET":
        assert f"non-SMTP response: {said.decode('latin-1').strip()!a}" in attempt.reply
    a.clock.advance("10m")
    b.outbox.wait_for(to="bob@b.test")
    assert not a.queue


def test_a_reply_out_of_place_is_a_protocol_error(a: FakeMail, b: FakeMail) -> None:
    a.route("b.test", b)
    b.smtp.when("RCPT").reply(354, "go ahead")
    inbox = a.account("ann@a.test").inbox
    send(a, "bob@b.test")
    report = inbox.wait_for(subject="Undelivered Mail Returned to Sender")
    assert b"Status: 5.5.0" in report.raw
