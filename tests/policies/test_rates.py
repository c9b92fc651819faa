"""Rates and connections: how much in which time, whose count it is, where it is refused."""

import imaplib
import poplib
import smtplib
import socket

import pytest
from policies.conversing import ANN, SENDER, notes, rcpt, send, send_on, smtp

from pytest_fakemail import FakeMail, policies


@pytest.fixture(autouse=True)
def _frozen(fakemail: FakeMail) -> None:
    fakemail.clock.freeze()


def test_messages_of_a_client_in_any_minute(fakemail: FakeMail) -> None:
    fakemail.smtp.enforce(policies.rate_limit(messages=2, per="1m"))
    assert send(fakemail) == 250
    fakemail.clock.advance("30s")
    assert [send(fakemail), send(fakemail)] == [250, 450]
    fakemail.clock.advance("30s")  # the first is a minute ago
    assert [send(fakemail), send(fakemail)] == [250, 450]
    fakemail.seen_from("192.0.2.7")
    assert send(fakemail) == 250
    assert notes(fakemail)[0].endswith("127.0.0.1, 30 s left")


def test_what_is_not_accepted_does_not_count(fakemail: FakeMail) -> None:
    fakemail.smtp.enforce(policies.rate_limit(messages=1, per="1d"))
    fakemail.smtp.when("end-of-data").reply(451, "4.3.0 No").once()
    assert [send(fakemail) for _ in range(3)] == [451, 250, 450]


def test_daily_limit_of_an_account_at_data(fakemail: FakeMail) -> None:
    fakemail.smtp.enforce(
        policies.rate_limit(
            messages=1, per="1d", by="account", at="DATA", reply="550 5.4.5 Daily limit exceeded"
        )
    )
    assert [send(fakemail), send(fakemail)] == [250, 250]  # nobody's account
    with fakemail.smtp.client(fakemail.account()) as client:
        assert [send_on(client), send_on(client)] == [250, 550]
    with fakemail.smtp.client(fakemail.account("ann@example.test")) as client:
        assert send_on(client) == 250
    fakemail.clock.advance("1d")
    with fakemail.smtp.client(fakemail.account()) as client:
        assert send_on(client) == 250


@pytest.mark.parametrize("at", ["MAIL", "RCPT", "DATA", "end-of-data"])
def test_is_refused_where_it_is_wanted(fakemail: FakeMail, at: str) -> None:
    fakemail.smtp.enforce(policies.rate_limit(messages=1, per="1m", at=at))
    assert [send(fakemail), send(fakemail)] == [250, 450]
    assert fakemail.transcript.commands(at)[-1].answer.startswith(b"450")
    assert len(fakemail.outbox) == 1


def test_recipients_by_sender_and_messages_by_recipient(fakemail: FakeMail) -> None:
    fakemail.smtp.enforce(policies.rate_limit(recipients=2, per="1m", by="sender"))
    with smtp(fakemail) as client:
        client.mail(SENDER)
        assert [client.rcpt(f"{name}@x.test")[0] for name in "abc"] == [250, 250, 450]
    assert rcpt(fakemail, sender="other@x.test")[0] == 250
    fakemail.lmtp.enforce(policies.rate_limit(messages=1, per="1m", by="recipient"))
    client = fakemail.lmtp.client()
    assert client.sendmail(SENDER, [ANN], "x") == {}
    assert client.sendmail(SENDER, [ANN, "eve@x.test"], "x").keys() == {ANN}


def test_by_connection_and_for_the_whole_server(fakemail: FakeMail) -> None:
    one = fakemail.smtp.enforce(policies.rate_limit(commands=3, per="1h", by="connection"))
    with smtp(fakemail) as client:
        assert [client.noop()[0] for _ in range(3)] == [250, 250, 450]
        assert client.quit()[0] == 221
    with smtp(fakemail) as client:
        assert client.noop()[0] == 250
    one.stop()
    fakemail.smtp.enforce(policies.rate_limit(messages=1, per="1m", by="server"))
    assert send(fakemail) == 250
    fakemail.seen_from("192.0.2.7")
    assert send(fakemail) == 450


def test_connections(fakemail: FakeMail) -> None:
    for server in (fakemail.smtp, fakemail.pop3, fakemail.imap):
        server.enforce(policies.rate_limit(connections=1, per="1m"))
        with socket.create_connection(server.address, timeout=5) as sock:
            assert b"ready" in sock.recv(1000)
        with socket.create_connection(server.address, timeout=5) as sock:
            lines = sock.makefile("rb").read()
        assert lines.startswith((b"421 4.7.0", b"-ERR [SYS/TEMP] Too", b"* BYE [UNAVAILABLE]"))
    fakemail.clock.advance("1m")
    assert send(fakemail) == 250


def test_logins(fakemail: FakeMail) -> None:
    fakemail.imap.enforce(policies.rate_limit(logins=1, per="15m", by="account"))
    ann = fakemail.account("ann@example.test")
    fakemail.imap.client()
    with pytest.raises(imaplib.IMAP4.error, match="LIMIT"):
        fakemail.imap.client()
    fakemail.imap.client(ann)
    fakemail.pop3.enforce(policies.rate_limit(logins=1, per="15m"))
    fakemail.pop3.client()
    with pytest.raises(poplib.error_proto, match="Too many login"):
        fakemail.pop3.client()


def test_octets_of_pop3_and_imap(fakemail: FakeMail) -> None:
    inbox = fakemail.account().inbox
    inbox.deliver(b"Subject: big\r\n\r\n" + b"x\r\n" * 2000)
    fakemail.pop3.enforce(policies.rate_limit(octets=5000, per="1d", by="account"))
    fakemail.imap.enforce(policies.rate_limit(octets=5000, per="1d", by="account"))
    client = fakemail.pop3.client()
    assert client.retr(1)[2] > 5000
    with pytest.raises(poplib.error_proto, match="Bandwidth"):
        client.retr(1)
    reader = fakemail.imap.client()
    reader.select()
    reader.fetch("1", "(BODY.PEEK[])")
    with pytest.raises(imaplib.IMAP4.abort, match="OVERQUOTA"):
        reader.fetch("1", "(BODY.PEEK[])")


def test_so_many_connections_of_a_client(fakemail: FakeMail) -> None:
    fakemail.smtp.enforce(policies.concurrent_connections(2))
    with smtp(fakemail), smtp(fakemail) as second:
        with pytest.raises(smtplib.SMTPConnectError) as refused:
            fakemail.smtp.client()
        assert refused.value.smtp_code == 421
        second.quit()
        with smtp(fakemail) as third:
            assert third.noop()[0] == 250
    with smtp(fakemail), smtp(fakemail):
        fakemail.seen_from("192.0.2.7", connection=lambda number: number > 5)
        assert send(fakemail) == 250


def test_who_has_hung_up_without_a_word_does_not_count(fakemail: FakeMail) -> None:
    fakemail.smtp.enforce(policies.concurrent_connections(1))
    for _ in range(200):
        with socket.create_connection(fakemail.smtp.address, timeout=5) as sock:
            assert sock.recv(3) == b"220"
    assert notes(fakemail) == []


def test_so_many_sessions_of_an_account(fakemail: FakeMail) -> None:
    fakemail.imap.enforce(policies.concurrent_connections(2, by="account"))
    first = fakemail.imap.client()
    fakemail.imap.client()
    with pytest.raises(imaplib.IMAP4.error, match=r"\[LIMIT\] Maximum"):
        fakemail.imap.client()
    fakemail.imap.client(fakemail.account("ann@example.test"))
    first.logout()
    fakemail.imap.client()


def test_a_session_too_many_is_refused_a_message_as_at_microsoft(fakemail: FakeMail) -> None:
    fakemail.smtp.enforce(policies.concurrent_connections(1, by="account", at="end-of-data"))
    account = fakemail.account()
    first, second = fakemail.smtp.client(account), fakemail.smtp.client(account)
    assert send_on(second) == 432
    first.quit()
    assert send_on(second) == 250


def test_messages_of_a_connection(fakemail: FakeMail) -> None:
    fakemail.smtp.enforce(policies.messages_per_connection(2))
    with smtp(fakemail) as client:
        assert [send_on(client), send_on(client)] == [250, 250]
        assert client.mail(SENDER) == (421, b"4.7.0 Too many messages in this connection")
        with pytest.raises(smtplib.SMTPServerDisconnected):
            client.noop()
    assert send(fakemail) == 250


def test_recipients_of_a_message(fakemail: FakeMail) -> None:
    fakemail.smtp.enforce(policies.recipients_per_message(2))
    with smtp(fakemail) as client:
        for _ in range(2):
            refused = client.sendmail(SENDER, [f"{name}@x.test" for name in "abc"], "x")
            assert refused == {"c@x.test": (452, b"4.5.3 Error: too many recipients")}
        client.mail(SENDER)
        client.rcpt("a@x.test")
        client.rset()
        client.mail(SENDER)
        assert [client.rcpt(f"{name}@x.test")[0] for name in "abc"] == [250, 250, 452]
