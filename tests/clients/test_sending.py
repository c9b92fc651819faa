"""Clients that we did not write send; the octets received are the octets sent."""

import smtplib
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet
from clients.installed import needs
from clients.senders import RECIPIENT, SENDER, SENDERS, Trial

from pytest_fakemail import FakeMail

RAW = (
    b"Date: Sun, 22 Nov 2026 10:00:00 +0000\r\n"
    b"Message-ID: <1@example.test>\r\n"
    b"From: app@example.test\r\n"
    b"To: ann@example.test\r\n"
    b"Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n"
    b"MIME-Version: 1.0\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\n"
    b"Content-Transfer-Encoding: 8bit\r\n"
    b"\r\n"
    b".a dot begins this line\r\n"
    b"..two this one\r\n"
    b".\r\n"
    b"From the start \xc3\xbcber alles, with a trailing space \r\n"
    b"\r\n"
    b"a line of " + b"x" * 900 + b"\r\n"
    b"the last one\r\n"
)
SECURITIES = ("none", "starttls", "implicit")


def case(name: str, *more: object) -> ParameterSet:
    """Return the parameters of a test with this client, which is skipped where it is not."""
    return pytest.param(name, *more, marks=needs(*SENDERS[name].programs))


LOGINS = [
    case(name, security, mechanism)
    for name, sender in SENDERS.items()
    for mechanism in sender.mechanisms
    for security in SECURITIES
]


@pytest.mark.parametrize("security", SECURITIES)
@pytest.mark.parametrize("name", [case(name) for name in SENDERS])
def test_what_is_sent_is_received(
    fakemail: FakeMail, tmp_path: Path, name: str, security: str
) -> None:
    SENDERS[name].send(Trial(fakemail, RAW, security, None, tmp_path))
    mail = fakemail.outbox.one()
    assert mail.raw == RAW
    assert (mail.sender, mail.recipients) == (SENDER, [RECIPIENT])
    assert (mail.tls is not None) == (security != "none")


@pytest.mark.fakemail(require_auth=True)
@pytest.mark.parametrize(("name", "security", "mechanism"), LOGINS)
def test_each_mechanism_that_a_client_knows_logs_in(
    fakemail: FakeMail, tmp_path: Path, name: str, security: str, mechanism: str
) -> None:
    SENDERS[name].send(Trial(fakemail, RAW, security, mechanism, tmp_path))
    mail = fakemail.outbox.one()
    assert mail.raw == RAW
    assert mail.user == "user@example.test"
    login = fakemail.transcript.commands("AUTH")[0]
    assert login.argument.split()[0].upper() == mechanism


@pytest.mark.fakemail(require_auth=True)
@pytest.mark.parametrize("name", [case(name) for name in SENDERS])
def test_a_client_tells_of_a_wrong_password(fakemail: FakeMail, tmp_path: Path, name: str) -> None:
    fakemail.account(password="changed")
    with pytest.raises(Exception, match=r"(?i)535|credentials|denied|login"):
        SENDERS[name].send(Trial(fakemail, RAW, "starttls", "PLAIN", tmp_path))
    fakemail.outbox.assert_none()
    assert fakemail.transcript.commands("AUTH")[-1].reply_code == 535


def test_smtplib_uses_smtputf8_for_addresses_beyond_ascii(fakemail: FakeMail) -> None:
    with smtplib.SMTP(*fakemail.smtp.address) as client:
        client.sendmail(
            "grüße@example.test",
            ["ännchen@example.test"],
            RAW,
            mail_options=["SMTPUTF8", "BODY=8BITMIME"],
        )
    mail = fakemail.outbox.one()
    assert mail.sender == "grüße@example.test"
    assert mail.recipients == ["ännchen@example.test"]
    assert "SMTPUTF8" in mail.parameters


@needs("swaks")
def test_swaks_pipelines(fakemail: FakeMail, tmp_path: Path) -> None:
    SENDERS["swaks"].send(Trial(fakemail, RAW, "none", None, tmp_path))
    verbs = [one.verb for one in fakemail.transcript.commands()]
    assert verbs == ["EHLO", "MAIL", "RCPT", "DATA", "QUIT"]
