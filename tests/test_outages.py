"""Servers that are down for a while: what clients meet, and that all is as before afterwards."""

import imaplib
import poplib
import smtplib
import socket
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest

from pytest_fakemail import FakeMail
from pytest_fakemail.errors import BadArgument, NotRunning
from pytest_fakemail.net.listener import OUTAGES, Listener
from pytest_fakemail.server import Server
from pytest_fakemail.wire.exchange import Exchange

if TYPE_CHECKING:
    from pytest_fakemail.net.turning_away import Outage

PROTOCOLS = ("smtp", "lmtp", "pop3", "imap")
LOST = (ConnectionError, smtplib.SMTPServerDisconnected, imaplib.IMAP4.abort)


@pytest.fixture
def server(fakemail: FakeMail, protocol: str) -> Server:
    found: Server = getattr(fakemail, protocol)
    return found


def greeting(address: tuple[str, int], timeout: float = 5) -> bytes:
    with socket.create_connection(address, timeout=timeout) as sock:
        return sock.recv(1000)


def others_are_served() -> None:
    """Return when the servers' thread has seen all that was sent so far."""
    with FakeMail() as other:
        greeting(other.smtp.address)


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("is_tls", [False, True])
def test_refuses_resets_or_says_nothing_on_the_same_port(server: Server, *, is_tls: bool) -> None:
    port = server.tls_port if is_tls else server.port
    with server.go_down("refuse"), pytest.raises(ConnectionRefusedError):
        greeting((server.host, port))
    with server.go_down("reset"), pytest.raises(ConnectionResetError):
        greeting((server.host, port))
    with server.go_down("silent"), socket.create_connection((server.host, port)) as sock:
        sock.sendall(b"EHLO anybody\r\n")
        others_are_served()
        sock.settimeout(0)
        with pytest.raises(BlockingIOError):
            sock.recv(1)
    assert (server.tls_port if is_tls else server.port) == port
    if not is_tls:
        assert b"ready" in greeting(server.address)


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("how", ["refuse", "reset"])
def test_what_is_open_is_reset(server: Server, how: "Outage") -> None:
    with socket.create_connection(server.address, timeout=5) as sock:
        assert b"ready" in sock.recv(1000)
        with server.go_down(how), pytest.raises(ConnectionResetError):
            sock.recv(1)


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_what_is_open_hangs_and_is_reset_when_it_is_back(
    fakemail: FakeMail, server: Server
) -> None:
    with socket.create_connection(server.address, timeout=5) as sock:
        assert b"ready" in sock.recv(1000)
        server.go_down("silent")
        sock.sendall(b"NOOP\r\n")
        others_are_served()
        sock.settimeout(0)
        with pytest.raises(BlockingIOError):
            sock.recv(1)
        fakemail.clock.advance("3h")  # nor does it tell of the time-out
        others_are_served()
        with pytest.raises(BlockingIOError):
            sock.recv(1)
        server.come_back()
        sock.settimeout(5)
        with pytest.raises(ConnectionResetError):
            sock.recv(1)


def test_silence_comes_in_the_middle_of_an_answer(fakemail: FakeMail) -> None:
    fakemail.imap.when("NOOP").delay("10s")
    client = fakemail.imap.client()
    client.send(b"a1 NOOP\r\n")
    fakemail.imap.wait_for_command("NOOP")
    fakemail.imap.go_down("silent")
    fakemail.clock.advance("1m")
    others_are_served()
    client.sock.settimeout(0)
    with pytest.raises(BlockingIOError):
        client.sock.recv(1)


def test_mail_is_there_when_it_is_back(fakemail: FakeMail) -> None:
    account = fakemail.account()
    account.inbox.deliver(subject="one")
    url = fakemail.imap.url
    with fakemail.imap.go_down(), pytest.raises(ConnectionRefusedError):
        fakemail.imap.client()
    assert fakemail.imap.url == url
    assert fakemail.imap.client().select()[1] == [b"1"]
    assert fakemail.pop3.client().stat()[0] == 1


def test_a_transaction_that_was_begun_does_not_happen(fakemail: FakeMail) -> None:
    client = fakemail.smtp.client()
    client.mail("a@x.test")
    client.rcpt("b@x.test")
    client.putcmd("DATA")
    client.getreply()
    client.send(b"Subject: half\r\n")
    fakemail.smtp.go_down()
    with suppress(*LOST):
        client.send(b"\r\n.\r\n")
    others_are_served()
    fakemail.outbox.assert_none()


def test_removed_mail_stays_until_quit(fakemail: FakeMail) -> None:
    fakemail.account().inbox.deliver(subject="one")
    client = fakemail.pop3.client()
    client.dele(1)
    with fakemail.pop3.go_down("reset"), pytest.raises((*LOST, poplib.error_proto)):
        client.quit()
    assert fakemail.pop3.client().stat()[0] == 1  # and nobody holds the maildrop


@pytest.mark.parametrize("how", OUTAGES)
def test_ports_can_be_had_while_it_is_down(fakemail: FakeMail, how: "Outage") -> None:
    with fakemail.smtp.go_down(how):
        address = fakemail.smtp.address
        with suppress(OSError, TimeoutError), socket.create_connection(address, timeout=1) as sock:
            assert how == "silent" or sock.recv(1) == b""
    assert b"ready" in greeting(address)


def test_one_server_is_down_and_the_others_are_not(fakemail: FakeMail) -> None:
    with fakemail.imap.go_down():
        assert fakemail.pop3.client().stat()[0] == 0


def test_reset_brings_it_back(fakemail: FakeMail) -> None:
    address = fakemail.smtp.address
    fakemail.smtp.go_down()
    fakemail.reset()
    assert b"ready" in greeting(address)


@pytest.mark.parametrize("how", OUTAGES)
def test_closes_while_it_is_down(how: "Outage") -> None:
    with FakeMail() as one:
        address = one.smtp.address
        one.smtp.go_down(how)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(address)


def test_a_condition_may_ask_for_the_port_meanwhile(
    fakemail: FakeMail, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The servers' thread asks while another has begun to go down and waits for that thread."""
    is_asked, has_begun = threading.Event(), threading.Event()
    begin = Listener.go_down

    def go_down(self: Listener, how: "Outage") -> None:
        has_begun.set()
        begin(self, how)

    def is_here(exchange: Exchange) -> bool:
        is_asked.set()
        has_begun.wait(60)
        return exchange.connection.local[1] == fakemail.smtp.port

    monkeypatch.setattr(Listener, "go_down", go_down)
    rule = fakemail.smtp.when("NOOP", where=is_here).reply(450, "Busy")
    with fakemail.smtp.client() as client:
        client.putcmd("NOOP")
        assert is_asked.wait(60)
        fakemail.smtp.go_down()
        client.close()
    assert rule.fired == 1


def test_says_what_is_wrong(fakemail: FakeMail) -> None:
    wrong: Any = "refused"
    with pytest.raises(BadArgument, match="did you mean 'refuse'"):
        fakemail.imap.go_down(wrong)
    with pytest.raises(BadArgument, match="is not down"):
        fakemail.imap.come_back()
    fakemail.imap.go_down()
    assert "down: refuse" in repr(fakemail.imap) or "not started" in repr(fakemail.imap)
    with pytest.raises(BadArgument, match="is down already"):
        fakemail.imap.go_down()
    fakemail.imap.close()
    with pytest.raises(NotRunning, match="cannot go down"):
        fakemail.imap.go_down()


def test_the_transcript_tells(fakemail: FakeMail) -> None:
    fakemail.imap.client()
    fakemail.imap.go_down("reset")
    assert "reset by the server, which is down" in str(fakemail.transcript)
    with pytest.raises(LOST):
        greeting(fakemail.imap.address)
    assert "down: reset" in str(fakemail.transcript)
