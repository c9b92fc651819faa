"""One login is one thing that an app does, whatever its lines: counts and faults follow that."""

import base64
import imaplib
import smtplib
import socket
from collections.abc import Callable

import pytest

from pytest_fakemail import FakeMail

USER, PASSWORD = "user@example.test", "password"


def smtp_login(fakemail: FakeMail, mechanism: str = "login") -> bool:
    with smtplib.SMTP(*fakemail.smtp.address, timeout=10) as client:
        client.ehlo()
        client.user, client.password = USER, PASSWORD
        authobject = getattr(client, f"auth_{mechanism}")
        try:
            client.auth(mechanism.replace("_", "-").upper(), authobject, initial_response_ok=False)
        except (smtplib.SMTPAuthenticationError, smtplib.SMTPServerDisconnected):
            return False
    return True


def pop3_login(fakemail: FakeMail) -> bool:
    with socket.create_connection(fakemail.pop3.address, timeout=10) as client:
        answers = client.makefile("rb")
        answers.readline()
        for line in ("AUTH LOGIN", coded(USER), coded(PASSWORD)):
            client.sendall(f"{line}\r\n".encode())
            if not answers.readline().startswith(b"+"):
                return False
    return True


def imap_login(fakemail: FakeMail) -> bool:
    client = imaplib.IMAP4(*fakemail.imap.address, timeout=10)
    responses = iter((USER.encode(), PASSWORD.encode()))
    try:
        client.authenticate("LOGIN", lambda _: next(responses))
    except imaplib.IMAP4.error:  # abort is one
        return False
    finally:
        client.shutdown()
    return True


def coded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


LOGINS: dict[str, tuple[str, Callable[[FakeMail], bool]]] = {
    "smtp": ("AUTH", smtp_login),
    "pop3": ("AUTH", pop3_login),
    "imap": ("AUTHENTICATE", imap_login),
}


@pytest.fixture(params=LOGINS)
def protocol(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def refusing(fakemail: FakeMail, protocol: str, **conditions: object) -> None:
    verb, _ = LOGINS[protocol]
    rule = getattr(fakemail, protocol).when(verb, **conditions)
    answers = {"smtp": ("reply", 535, "5.7.8 No"), "pop3": ("err", "no"), "imap": ("no", "no")}
    word, *arguments = answers[protocol]
    getattr(rule, str(word))(*arguments)


def test_a_login_is_one_exchange(fakemail: FakeMail, protocol: str) -> None:
    verb, login = LOGINS[protocol]
    assert [login(fakemail), login(fakemail)] == [True, True]
    first, second = fakemail.transcript.commands(verb)
    success = {"smtp": 235, "pop3": "+OK", "imap": "OK"}[protocol]
    assert [first.reply_code, second.reply_code] == [success, success]
    assert first.request.count(b"\r\n") == 3
    assert coded(PASSWORD).encode() in first.request
    assert "LOGIN" in first.argument
    assert coded(PASSWORD) not in first.argument + repr(first) + str(fakemail.transcript)


def test_cram_md5_is_one_exchange(fakemail: FakeMail) -> None:
    assert smtp_login(fakemail, "cram_md5")
    [login] = fakemail.transcript.commands("AUTH")
    assert login.reply_code == 235


def test_a_count_is_of_logins(fakemail: FakeMail, protocol: str) -> None:
    refusing(fakemail, protocol, nth=2)
    _, login = LOGINS[protocol]
    assert [login(fakemail) for _ in range(3)] == [True, False, True]


def test_a_login_is_struck_once_its_user_is_known(fakemail: FakeMail) -> None:
    rule = fakemail.smtp.when("AUTH", user=USER).reply(535, "5.7.8 No").once()
    assert [smtp_login(fakemail), smtp_login(fakemail)] == [False, True]
    assert rule.fired == 1


def test_a_lost_reply_is_that_of_the_whole_login(fakemail: FakeMail, protocol: str) -> None:
    verb, login = LOGINS[protocol]
    rule = getattr(fakemail, protocol).when(verb).lose_reply().once()
    assert not login(fakemail)
    assert rule.fired == 1
    connection = fakemail.transcript.connections[0]
    assert connection.user == USER  # it happened
    assert login(fakemail)


def test_a_login_that_is_given_up_has_struck_nothing(fakemail: FakeMail) -> None:
    rule = fakemail.smtp.when("AUTH").lose_reply().optional()
    client = smtplib.SMTP(*fakemail.smtp.address, timeout=10)
    client.ehlo()
    assert client.docmd("AUTH", "LOGIN")[0] == 334
    client.close()
    assert rule.fired == 0


def test_a_login_that_is_cancelled_is_answered_too(fakemail: FakeMail) -> None:
    rule = fakemail.smtp.when("AUTH").rewrite(b"501", b"599")
    with smtplib.SMTP(*fakemail.smtp.address, timeout=10) as client:
        client.ehlo()
        assert client.docmd("AUTH", "LOGIN")[0] == 334
        assert client.docmd("*")[0] == 599
    assert rule.fired == 1
