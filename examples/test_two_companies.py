"""Two companies write to each other by what DNS says; one of them is down for an hour."""

import smtplib
from collections.abc import Iterator

import pytest

from pytest_fakemail import FakeMail


def write(company: FakeMail, sender: str, recipient: str, subject: str) -> None:
    """Hand a mail to the company's own server, as its people do."""
    with smtplib.SMTP(*company.smtp.address) as client:
        message = f"From: {sender}\r\nTo: {recipient}\r\nSubject: {subject}\r\n\r\nHello!\r\n"
        client.sendmail(sender, [recipient], message)


@pytest.fixture
def acme() -> Iterator[FakeMail]:
    with FakeMail(domain="acme.test", hostname="mx.acme.test") as one:
        yield one


@pytest.fixture
def globex(acme: FakeMail) -> Iterator[FakeMail]:
    """The other company; both look at the same clock and the same DNS."""
    with FakeMail(domain="globex.test", hostname="mx.globex.test", clock=acme.clock) as one:
        acme.dns.mx("globex.test", one.smtp)
        acme.route("*", "mx")
        one.route("acme.test", acme)
        yield one


def test_a_question_and_its_answer(acme: FakeMail, globex: FakeMail) -> None:
    ann, bob = acme.account("ann@acme.test"), globex.account("bob@globex.test")
    write(acme, ann.address, bob.address, "Lunch?")
    bob.inbox.wait_for(subject="Lunch?")
    write(globex, bob.address, ann.address, "Re: Lunch?")
    ann.inbox.wait_for(subject="Re: Lunch?")
    acme.dns.queries.assert_any(type="MX", name="globex.test")


def test_one_of_them_is_down_for_an_hour(acme: FakeMail, globex: FakeMail) -> None:
    ann, bob = acme.account("ann@acme.test"), globex.account("bob@globex.test")
    globex.smtp.go_down()
    write(acme, ann.address, bob.address, "Lunch?")
    acme.clock.advance("59m")
    waiting = acme.queue.one(to=bob.address)
    assert waiting.tries == 4  # at once, after 5, 15 and 35 minutes

    globex.smtp.come_back()
    acme.clock.advance("20m")
    bob.inbox.assert_one(subject="Lunch?")
    ann.inbox.assert_empty()  # nobody was bothered


def test_a_company_that_takes_no_mail(acme: FakeMail, globex: FakeMail) -> None:
    ann = acme.account("ann@acme.test")
    acme.dns.null_mx("initech.test")
    write(acme, ann.address, "bill@initech.test", "Hello?")
    report = ann.inbox.wait_for(subject="Undelivered Mail Returned to Sender")
    assert b"5.1.10" in report.raw
    globex.outbox.assert_none()
