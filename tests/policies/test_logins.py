"""Wrong logins and what they cost; the delay between right ones."""

import base64
import imaplib
import poplib
import smtplib
import socket

import pytest
from policies.conversing import notes

from pytest_fakemail import FakeMail, policies
from pytest_fakemail.errors import FakeMailError
from pytest_fakemail.policies.policy import Policy

USER = "user@example.test"
REFUSED = (imaplib.IMAP4.error, poplib.error_proto, smtplib.SMTPAuthenticationError)


@pytest.fixture(autouse=True)
def _frozen(fakemail: FakeMail) -> None:
    fakemail.clock.freeze()


def log_in(fakemail: FakeMail, protocol: str, password: str = "password", user: str = USER) -> None:
    match protocol:
        case "smtp":
            with fakemail.smtp.client() as client:
                client.login(user, password)
        case "pop3":
            pop3 = poplib.POP3(*fakemail.pop3.address, timeout=5)
            try:
                pop3.user(user)
                pop3.pass_(password)
            finally:
                pop3.close()
        case _:
            imap = imaplib.IMAP4(*fakemail.imap.address, timeout=5)
            try:
                imap.login(user, password)
            finally:
                imap.shutdown()


@pytest.mark.parametrize("protocol", ["smtp", "pop3", "imap"])
def test_locks_out_after_so_many_and_for_so_long(fakemail: FakeMail, protocol: str) -> None:
    server = getattr(fakemail, protocol)
    server.enforce(policies.lockout(after=2, lasts="15m"))
    fakemail.account("ann@example.test", password="other")
    for _ in range(2):
        with pytest.raises(REFUSED):
            log_in(fakemail, protocol, "wrong")
    with pytest.raises(REFUSED, match=r"(?i)too many (failed logins|login attempts)"):
        log_in(fakemail, protocol)
    log_in(fakemail, protocol, "other", "ann@example.test")
    fakemail.clock.advance("15m")
    log_in(fakemail, protocol)


def test_a_right_login_begins_the_count_anew(fakemail: FakeMail) -> None:
    fakemail.imap.enforce(policies.lockout(after=2))
    for _ in range(3):
        with pytest.raises(REFUSED):
            log_in(fakemail, "imap", "wrong")
        log_in(fakemail, "imap")


def test_locks_out_a_client_whoever_it_says_to_be(fakemail: FakeMail) -> None:
    fakemail.imap.enforce(policies.lockout(after=2, by="client"))
    for user in ("a@x.test", "b@x.test"):
        with pytest.raises(REFUSED):
            log_in(fakemail, "imap", "wrong", user)
    with pytest.raises(REFUSED, match="UNAVAILABLE"):
        log_in(fakemail, "imap")
    fakemail.seen_from("192.0.2.7")
    log_in(fakemail, "imap")


@pytest.mark.parametrize("is_initial", [False, True])
@pytest.mark.parametrize("protocol", ["smtp", "pop3", "imap"])
def test_knows_who_it_is_from_sasl(fakemail: FakeMail, protocol: str, *, is_initial: bool) -> None:
    server = getattr(fakemail, protocol)
    server.enforce(policies.lockout(after=1))
    word = base64.b64encode(f"\0{USER}\0wrong".encode())
    right = base64.b64encode(f"\0{USER}\0password".encode())
    answers = [_sasl(fakemail, protocol, each, is_initial=is_initial) for each in (word, right)]
    assert "too many" not in answers[0].lower()
    assert "too many" in answers[1].lower()


def _sasl(fakemail: FakeMail, protocol: str, word: bytes, *, is_initial: bool) -> str:
    server = getattr(fakemail, protocol)
    verb = {"smtp": b"AUTH", "pop3": b"AUTH", "imap": b"a1 AUTHENTICATE"}[protocol] + b" PLAIN"
    with socket.create_connection(server.address, timeout=5) as sock:
        lines = sock.makefile("rwb")
        lines.readline()
        if protocol == "smtp":
            lines.write(b"EHLO x\r\n")
            lines.flush()
            while lines.readline()[3:4] == b"-":
                pass
        lines.write(verb + (b" " + word if is_initial else b"") + b"\r\n")
        lines.flush()
        if not is_initial:
            lines.readline()
            lines.write(word + b"\r\n")
            lines.flush()
        return lines.readline().decode()


def test_what_is_no_wrong_login_does_not_count(fakemail: FakeMail) -> None:
    fakemail.smtp.enforce(policies.lockout(after=1))
    with fakemail.smtp.client() as client:
        client.ehlo()
        assert client.docmd("AUTH", "UNKNOWN")[0] == 504
        assert client.docmd("AUTH", "PLAIN !")[0] == 501
    log_in(fakemail, "smtp")


def test_wrong_logins_take_longer_each_time(fakemail: FakeMail) -> None:
    fakemail.clock.resume()
    fakemail.imap.enforce(policies.login_penalty(first="2ms", most="5ms"))
    for _ in range(3):
        with pytest.raises(REFUSED):
            log_in(fakemail, "imap", "wrong")
    log_in(fakemail, "imap")
    with pytest.raises(REFUSED):
        log_in(fakemail, "imap", "wrong")
    waits = [note.rpartition("for ")[2] for note in notes(fakemail)]
    assert waits == ["0.002 s", "0.004 s", "0.005 s", "0.002 s"]


def test_the_penalty_is_waited_for_on_the_clock(fakemail: FakeMail) -> None:
    fakemail.imap.enforce(policies.login_penalty(first="10m", most="1h"))
    client = imaplib.IMAP4(*fakemail.imap.address, timeout=5)
    client.send(b"a1 LOGIN user@example.test wrong\r\n")
    fakemail.imap.wait_for_command("LOGIN")
    assert client.sock is not None
    client.sock.settimeout(0)
    with pytest.raises(BlockingIOError):
        client.sock.recv(1)
    client.sock.settimeout(5)
    fakemail.clock.advance("10m")
    assert client.sock.recv(100).startswith(b"a1 NO [AUTHENTICATIONFAILED]")
    client.shutdown()


def test_login_delay(fakemail: FakeMail) -> None:
    fakemail.pop3.enforce(policies.login_delay("15m"))
    fakemail.account("ann@example.test", password="other")
    with pytest.raises(REFUSED, match="AUTH"):
        log_in(fakemail, "pop3", "wrong")
    log_in(fakemail, "pop3")
    with pytest.raises(REFUSED, match=r"LOGIN-DELAY"):
        log_in(fakemail, "pop3")
    log_in(fakemail, "pop3", "other", "ann@example.test")
    fakemail.clock.advance("15m")
    log_in(fakemail, "pop3")
    with pytest.raises(FakeMailError):
        fakemail.imap.enforce(policies.login_delay("15m"))


@pytest.mark.parametrize("protocol", ["smtp", "pop3", "imap"])
@pytest.mark.parametrize(
    "policy",
    [policies.rate_limit(logins=2, per="1h", by="account"), policies.lockout(after=2)],
    ids=str,
)
def test_an_account_is_one_however_it_is_written(
    fakemail: FakeMail, protocol: str, policy: Policy
) -> None:
    fakemail.account("ann", password="right")  # whose address is ann@example.test
    standing = getattr(fakemail, protocol).enforce(policy)
    for user in ("ann", "ANN@Example.test"):
        with pytest.raises(REFUSED):
            log_in(fakemail, protocol, "wrong", user)
    before = standing.acted
    with pytest.raises(REFUSED):
        log_in(fakemail, protocol, "right", "ann@example.test")
    assert standing.acted > before
    log_in(fakemail, protocol)


@pytest.mark.parametrize(
    "policy",
    [policies.rate_limit(logins=1, per="1h", by="account"), policies.lockout(after=1)],
    ids=str,
)
@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN", "CRAM-MD5"])
@pytest.mark.parametrize("has_initial", [True, False])
def test_a_login_is_whose_it_says_it_is(
    fakemail: FakeMail, policy: Policy, mechanism: str, *, has_initial: bool
) -> None:
    """However late the name comes, and whoever was named on the same connection before."""
    fakemail.smtp.enforce(policy)
    for name in ("ann", "bob"):
        fakemail.account(f"{name}@example.test", password="right")

    def log_in_as(client: smtplib.SMTP, name: str, password: str) -> int:
        client.user, client.password = f"{name}@example.test", password
        authorize = getattr(client, "auth_" + mechanism.lower().replace("-", "_"))
        try:
            return client.auth(mechanism, authorize, initial_response_ok=has_initial)[0]
        except smtplib.SMTPAuthenticationError as refused:
            return refused.smtp_code

    with fakemail.smtp.client() as client:
        client.ehlo()
        assert log_in_as(client, "ann", "wrong") == 535
        assert log_in_as(client, "ann", "right") == 454
        assert log_in_as(client, "bob", "wrong") == 535
        assert log_in_as(client, "ann", "right") == 454


def test_the_delay_between_logins_is_an_accounts(fakemail: FakeMail) -> None:
    fakemail.account("ann", password="right")
    fakemail.pop3.enforce(policies.login_delay("1h"))
    log_in(fakemail, "pop3", "right", "ann")
    with pytest.raises(poplib.error_proto, match="LOGIN-DELAY"):
        log_in(fakemail, "pop3", "right", "Ann@example.test")
