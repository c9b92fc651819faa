"""Sessions that end by themselves, and answers that take their time."""

import imaplib
import poplib
import smtplib
from contextlib import suppress
from typing import Any

import pytest
from policies.conversing import ANN, SENDER, notes, smtp

from pytest_fakemail import FakeMail, policies

pytestmark = pytest.mark.fakemail(smtp_timeout="9h", pop3_timeout="9h", imap_timeout="9h")

LOST = (smtplib.SMTPServerDisconnected, imaplib.IMAP4.abort, poplib.error_proto, ConnectionError)


@pytest.fixture(autouse=True)
def _frozen(fakemail: FakeMail) -> None:
    fakemail.clock.freeze()


def client_of(fakemail: FakeMail, protocol: str) -> Any:  # noqa: ANN401
    return getattr(fakemail, protocol).client()


def assert_gone(client: Any) -> None:  # noqa: ANN401
    with suppress(*LOST):
        client.noop()  # poplib and smtplib take the farewell for its answer
    with pytest.raises(LOST):
        client.noop()


@pytest.mark.parametrize("protocol", ["smtp", "pop3", "imap"])
def test_ends_who_is_idle_and_nobody_else(fakemail: FakeMail, protocol: str) -> None:
    getattr(fakemail, protocol).enforce(policies.idle_timeout("10m"))
    client = client_of(fakemail, protocol)
    for _ in range(3):
        fakemail.clock.advance("9m")
        client.noop()
    fakemail.clock.advance("10m")
    assert_gone(client)
    assert notes(fakemail) == ["policy: idle_timeout: 600 s"]


def test_idle_counts_as_silence(fakemail: FakeMail) -> None:
    fakemail.imap.enforce(policies.idle_timeout("29m"))
    client = fakemail.imap.client()
    client.select()
    client.send(b"x1 IDLE\r\n")
    assert client.readline().startswith(b"+")
    fakemail.clock.advance("15m")
    fakemail.account().inbox.deliver(subject="news")
    assert b"EXISTS" in client.readline()
    while not (line := client.readline()).startswith(b"* BYE"):
        assert line, "the connection has ended"
        fakemail.clock.advance("14m")
    assert line == b"* BYE Disconnected for inactivity.\r\n"


@pytest.mark.parametrize("protocol", ["smtp", "pop3", "imap"])
def test_ends_a_session_that_is_old(fakemail: FakeMail, protocol: str) -> None:
    getattr(fakemail, protocol).enforce(policies.session_timeout("1h"))
    client = client_of(fakemail, protocol)
    for _ in range(3):
        fakemail.clock.advance("19m")
        client.noop()
    fakemail.clock.advance("3m")
    assert_gone(client)


def test_tarpit_on_refusals(fakemail: FakeMail) -> None:
    fakemail.clock.resume()
    fakemail.smtp.enforce(policies.tarpit("3ms", after=1))
    with smtp(fakemail) as client:
        client.mail(SENDER)
        assert [client.rcpt("<x")[0] for _ in range(3)] == [501] * 3
        assert client.rcpt(ANN)[0] == 250
    assert notes(fakemail) == ["policy: tarpit: 0.003 s"] * 2


def test_tarpit_slows_what_another_policy_refuses(fakemail: FakeMail) -> None:
    fakemail.clock.resume()
    fakemail.smtp.enforce(policies.tarpit("1ms"))
    fakemail.smtp.enforce(policies.greylisting())
    with smtp(fakemail) as client:
        client.mail(SENDER)
        client.rcpt(ANN)
    assert notes(fakemail)[-1] == "policy: tarpit: 0.001 s"


def test_tarpit_on_everything(fakemail: FakeMail) -> None:
    fakemail.clock.resume()
    standing = fakemail.pop3.enforce(policies.tarpit("1ms", on="everything"))
    fakemail.pop3.client().noop()
    assert standing.acted == 4  # greeting, USER, PASS, NOOP


def oauth(fakemail: FakeMail, token: str) -> imaplib.IMAP4:
    client = imaplib.IMAP4(*fakemail.imap.address, timeout=5)
    client.authenticate(
        "XOAUTH2", lambda _: f"user=user@example.test\1auth=Bearer {token}\1\1".encode()
    )
    return client


def test_a_session_ends_with_its_token_in_idle_too(fakemail: FakeMail) -> None:
    fakemail.imap.enforce(policies.token_expiry())
    client = oauth(fakemail, fakemail.account().token(expires_in="1h"))
    client.select()
    client.send(b"x1 IDLE\r\n")
    assert client.readline().startswith(b"+")
    fakemail.clock.advance("59m")
    fakemail.clock.advance("1m")
    assert client.readline() == b"* BYE Session expired, please login again.\r\n"
    assert notes(fakemail) == ["policy: token_expiry: expired: user@example.test"]
    client.shutdown()


def test_a_session_ends_with_its_token_revoked(fakemail: FakeMail) -> None:
    fakemail.imap.enforce(policies.token_expiry())
    account = fakemail.account()
    token = account.token()
    client, other = oauth(fakemail, token), oauth(fakemail, account.token())
    password = fakemail.imap.client()
    client.select()
    account.revoke(token)
    with pytest.raises(imaplib.IMAP4.abort, match="Session expired"):
        client.expunge()
    assert other.noop()[0] == password.noop()[0] == "OK"
    other.shutdown()
    client.shutdown()


@pytest.mark.parametrize("forgotten", ["by EHLO", "by TLS"])
def test_a_token_of_a_login_that_is_forgotten_ends_no_other(
    fakemail: FakeMail, forgotten: str
) -> None:
    fakemail.smtp.enforce(policies.token_expiry())
    fakemail.smtp.quirk("ehlo.after_auth_resets")
    account = fakemail.account()
    token = account.token()
    with smtplib.SMTP(*fakemail.smtp.address) as client:
        client.ehlo()
        said = f"user={account.user}\1auth=Bearer {token}\1\1"
        assert client.auth("XOAUTH2", lambda _=None: said)[0] == 235
        if forgotten == "by TLS":
            client.starttls(context=fakemail.tls.client_context())
        client.ehlo()
        client.login(account.user, account.password)
        account.revoke(token)
        assert client.noop()[0] == 250
        assert client.sendmail("a@x.test", account.address, "Subject: x\n\n") == {}
    assert fakemail.outbox.one().user == account.user


def test_without_the_policy_a_session_outlives_its_token(fakemail: FakeMail) -> None:
    client = oauth(fakemail, fakemail.account().token(expires_in="1h"))
    fakemail.clock.advance("2h")
    assert client.noop()[0] == "OK"
    client.shutdown()


def test_a_token_is_not_shown(fakemail: FakeMail) -> None:
    token = fakemail.account().token()
    oauth(fakemail, token).shutdown()
    assert token not in repr(fakemail.transcript.connections)
    assert token not in str(fakemail.transcript)
