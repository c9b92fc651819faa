"""Policies and TLS that goes wrong, as aiosmtplib and IMAPClient meet them."""

import ssl

import aiosmtplib
import imapclient
import imapclient.exceptions
import pytest
from clients.running import run
from policies.conversing import ANN, SENDER

from pytest_fakemail import FakeMail, policies

MAIL = "Subject: hello\r\n\r\nhello\r\n"


async def send(fakemail: FakeMail, *, starttls: bool = False) -> None:
    client = aiosmtplib.SMTP(
        hostname="localhost",
        port=fakemail.smtp.port,
        start_tls=starttls,
        tls_context=fakemail.tls.client_context(),
        timeout=5,
    )
    async with client:
        await client.sendmail(SENDER, [ANN], MAIL)


def test_aiosmtplib_is_greylisted_and_comes_again(fakemail: FakeMail) -> None:
    fakemail.clock.freeze()
    fakemail.smtp.enforce(policies.greylisting(delay="5m"))
    with pytest.raises(aiosmtplib.SMTPRecipientsRefused) as refused:
        run(send(fakemail))
    assert refused.value.recipients[0].code == 450
    fakemail.clock.advance("5m")
    run(send(fakemail))
    fakemail.outbox.one(subject="hello")


def test_aiosmtplib_is_one_connection_too_many(fakemail: FakeMail) -> None:
    fakemail.smtp.enforce(policies.concurrent_connections(1))
    with fakemail.smtp.client(), pytest.raises(aiosmtplib.SMTPConnectResponseError) as refused:
        run(send(fakemail))
    assert refused.value.code == 421


def test_aiosmtplib_does_not_fall_back_to_the_clear(fakemail: FakeMail) -> None:
    for kind in ("starttls-refused", "starttls-stripped", "weak-key", "in-the-clear"):
        fakemail.tls.present(kind, times=1)
        with pytest.raises((aiosmtplib.SMTPException, OSError)):
            run(send(fakemail, starttls=True))
    fakemail.outbox.assert_none()
    run(send(fakemail, starttls=True))


def test_imapclient_is_locked_out(fakemail: FakeMail) -> None:
    fakemail.clock.freeze()
    fakemail.imap.enforce(policies.lockout(after=1, lasts="15m"))
    client = imapclient.IMAPClient(*fakemail.imap.address, ssl=False, timeout=5)
    for password in ("wrong", "password"):
        with pytest.raises(imapclient.exceptions.LoginError):
            client.login("user@example.test", password)
    fakemail.clock.advance("15m")
    client.login("user@example.test", "password")
    client.shutdown()


def test_imapclient_hears_that_its_idle_is_over(fakemail: FakeMail) -> None:
    fakemail.clock.freeze()
    fakemail.imap.enforce(policies.idle_timeout("29m"))
    client = imapclient.IMAPClient(*fakemail.imap.address, ssl=False, timeout=5)
    client.oauth2_login("user@example.test", fakemail.account().oauth("gmail").token())
    client.select_folder("INBOX")
    client.idle()
    fakemail.clock.advance("29m")
    assert client.idle_check(timeout=5) == [(b"BYE", b"Disconnected", b"for", b"inactivity.")]
    client.shutdown()


def test_imapclient_refuses_what_cannot_be_trusted(fakemail: FakeMail) -> None:
    fakemail.tls.present("weak-key", protocol="imap")
    with pytest.raises(ssl.SSLError):
        imapclient.IMAPClient(
            "localhost",
            fakemail.imap.tls_port,
            ssl_context=fakemail.tls.client_context(),
            timeout=5,
        )
