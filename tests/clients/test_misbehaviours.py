"""What test suites of mail clients program by hand, a line each: two libraries meet it.

For each misbehaviour: what `smtplib` makes of it, what aiosmtplib does, and how many mails
were stored; for a mail that was stored and not acknowledged is the one that apps send twice.
An outcome is the code of the reply that the client reports, or a word.
"""

import smtplib
import ssl
from collections.abc import Callable
from typing import NamedTuple

import aiosmtplib
import pytest
from clients import running

from pytest_fakemail import FakeMail
from pytest_fakemail.faults.rules import Rule
from pytest_fakemail.servers import SmtpServer

IMPATIENCE, PATIENCE = 0.5, 60
"""Seconds after which the clients give up, where that is the outcome and where it is not."""

SENT = "sent"
GONE = "the connection is closed"
LATE = "timeout"
TLS = "TLS error"

SENDER, RECIPIENTS = "app@example.test", ["ann@example.test", "bob@example.test"]
MAIL = "Subject: Hello\r\n\r\nHello\r\n"

Outcome = int | str


class Case(NamedTuple):
    """A misbehaviour and what comes of it."""

    misbehave: Callable[[SmtpServer], Rule]
    smtplib: Outcome
    aiosmtplib: Outcome
    stored: int = 0
    starttls: bool = False
    login: bool = False

    @property
    def timeout(self) -> float:
        return IMPATIENCE if LATE in (self.smtplib, self.aiosmtplib) else PATIENCE


CASES = {
    "no greeting": Case(lambda smtp: smtp.when("connect").stall(), LATE, LATE),
    "gone before the greeting": Case(lambda smtp: smtp.when("connect").close(), GONE, GONE),
    "421 as greeting": Case(lambda smtp: smtp.when("connect").reply(421, "4.3.2 Later"), 421, 421),
    "554 as greeting": Case(lambda smtp: smtp.when("connect").reply(554, "5.3.2 Never"), 554, 554),
    "late reply": Case(lambda smtp: smtp.when("EHLO").delay("50ms"), SENT, SENT, stored=1),
    "reply too late": Case(lambda smtp: smtp.when("EHLO").delay("1h"), LATE, LATE),
    "half a multi-line reply, then silence": Case(
        lambda smtp: smtp.when("EHLO").stall(after_bytes=40), LATE, LATE
    ),
    "half a multi-line reply, then gone": Case(
        lambda smtp: smtp.when("EHLO").drop(after_bytes=40), GONE, GONE
    ),
    "end of file": Case(lambda smtp: smtp.when("MAIL").close(), GONE, GONE),
    "reset": Case(lambda smtp: smtp.when("MAIL").reset(), GONE, GONE),
    # Both clients say -1 for what is no reply.
    "gibberish": Case(lambda smtp: smtp.when("MAIL").send(b"\x16\x03\xff?!\r\n"), -1, -1),
    "reply without code": Case(lambda smtp: smtp.when("MAIL").send(b"hello\r\n"), -1, -1),
    "reply without end": Case(lambda smtp: smtp.when("EHLO").rewrite(b"250 ", b"250-"), LATE, LATE),
    "line too long": Case(lambda smtp: smtp.when("MAIL").reply(250, "x" * 10_000), 500, -1),
    "421 and gone": Case(lambda smtp: smtp.when("RCPT").reply(421, "4.7.0 Slow down"), 421, GONE),
    "451 for one recipient": Case(
        lambda smtp: smtp.when("RCPT", to=RECIPIENTS[0]).reply(451, "4.7.1 Greylisted"),
        SENT,
        SENT,
        stored=1,
    ),
    "550 for all recipients": Case(
        lambda smtp: smtp.when("RCPT").reply(550, "5.1.1 No such user"), 550, 550
    ),
    "EHLO unknown": Case(lambda smtp: smtp.when("EHLO").reply(502), SENT, SENT, stored=1),
    "TLS refused": Case(
        lambda smtp: smtp.when("STARTTLS").reply(454, "4.7.0 Not now"), 454, 454, starttls=True
    ),
    "TLS agreed, then gone": Case(lambda smtp: smtp.when("tls").close(), TLS, GONE, starttls=True),
    "TLS agreed, then silence": Case(
        lambda smtp: smtp.when("tls").stall(), LATE, LATE, starttls=True
    ),
    "TLS agreed, then clear text": Case(
        lambda smtp: smtp.when("tls").send(b"250 Hello\r\n" * 10), TLS, TLS, starttls=True
    ),
    "login refused": Case(
        lambda smtp: smtp.when("AUTH").reply(535, "5.7.8 Wrong"), 535, 535, login=True
    ),
    "login interrupted": Case(lambda smtp: smtp.when("AUTH").close(), GONE, GONE, login=True),
    "250 instead of 354": Case(lambda smtp: smtp.when("DATA").reply(250, "Ok"), 250, 250),
    "354, then gone": Case(lambda smtp: smtp.when("DATA").close(after_answer=True), GONE, GONE),
    "552 after the message": Case(
        lambda smtp: smtp.when("end-of-data").reply(552, "5.2.2 Full"), 552, 552
    ),
    "421 after the message": Case(
        lambda smtp: smtp.when("end-of-data").reply(421, "4.3.0 Going down"), 421, 421
    ),
    "acknowledgement lost": Case(
        lambda smtp: smtp.when("end-of-data").lose_reply(), GONE, GONE, stored=1
    ),
    "acknowledgement too late": Case(
        lambda smtp: smtp.when("end-of-data").delay("1h"), LATE, LATE, stored=1
    ),
    "octet by octet": Case(lambda smtp: smtp.when("any").split(size=1), SENT, SENT, stored=1),
    "no answer to QUIT": Case(lambda smtp: smtp.when("QUIT").close(), GONE, GONE, stored=1),
}


@pytest.mark.parametrize("name", CASES)
def test_smtplib_meets(fakemail: FakeMail, name: str) -> None:
    case = CASES[name]
    rule = case.misbehave(fakemail.smtp)
    assert outcome(lambda: by_smtplib(fakemail, case)) == case.smtplib
    assert rule.fired
    assert len(fakemail.outbox) == case.stored


@pytest.mark.parametrize("name", CASES)
def test_aiosmtplib_meets(fakemail: FakeMail, name: str) -> None:
    case = CASES[name]
    rule = case.misbehave(fakemail.smtp)
    assert outcome(lambda: running.run(by_aiosmtplib(fakemail, case))) == case.aiosmtplib
    assert rule.fired
    assert len(fakemail.outbox) == case.stored


def by_smtplib(fakemail: FakeMail, case: Case) -> None:
    with smtplib.SMTP(*fakemail.smtp.address, timeout=case.timeout) as client:
        if case.starttls:
            client.starttls(context=fakemail.tls.client_context())
        if case.login:
            client.login("user@example.test", "password")
        client.sendmail(SENDER, RECIPIENTS, MAIL)
        client.quit()


async def by_aiosmtplib(fakemail: FakeMail, case: Case) -> None:
    client = aiosmtplib.SMTP(
        hostname="localhost",
        port=fakemail.smtp.port,
        timeout=case.timeout,
        start_tls=case.starttls,
        tls_context=fakemail.tls.client_context(),
        username="user@example.test" if case.login else None,
        password="password" if case.login else None,
    )
    async with client:
        await client.sendmail(SENDER, RECIPIENTS, MAIL)
        await client.quit()


def outcome(send: Callable[[], None]) -> Outcome:
    """Return what the client says of its sending."""
    try:
        send()
    except smtplib.SMTPRecipientsRefused as error:
        return next(code for code, _ in error.recipients.values())
    except aiosmtplib.SMTPRecipientsRefused as error:
        return error.recipients[0].code
    except smtplib.SMTPResponseException as error:
        return error.smtp_code
    except aiosmtplib.SMTPResponseException as error:
        return error.code
    except (smtplib.SMTPException, aiosmtplib.SMTPException, OSError) as error:
        return what_broke(error)
    return SENT


def what_broke(error: BaseException) -> str:
    """Return what kind of failure it is; the clients wrap them in each other."""
    one: BaseException | None = error
    while one is not None:
        if isinstance(one, TimeoutError):
            return LATE
        if isinstance(one, ssl.SSLError):
            return TLS
        one = one.__cause__ or one.__context__
    return GONE
