"""Servers that go down and come back, that are closed, and that are forgotten."""

import gc
import imaplib
import logging
import os
import poplib
import re
import smtplib
import socket
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from children import PATIENCE

from pytest_fakemail import FakeMail
from pytest_fakemail.errors import BadArgument, BadSetting, NotRunning
from pytest_fakemail.net.thread import shared
from pytest_fakemail.server import Server

if TYPE_CHECKING:
    from pytest_fakemail.net.thread import Member


def by_smtp(one: FakeMail, port: int, *, tls: bool) -> int:
    context = one.tls.client_context()
    connect: Callable[[], smtplib.SMTP] = (
        (lambda: smtplib.SMTP_SSL("127.0.0.1", port, context=context))
        if tls
        else (lambda: smtplib.SMTP("127.0.0.1", port))
    )
    with connect() as client:
        client.sendmail("a@x.test", ["user@example.test"], "Subject: x\r\n\r\nx\r\n")
    return len(one.outbox)


def by_pop3(one: FakeMail, port: int, *, tls: bool) -> int:
    client: poplib.POP3 = (
        poplib.POP3_SSL("127.0.0.1", port, context=one.tls.client_context())
        if tls
        else poplib.POP3("127.0.0.1", port)
    )
    client.user("user@example.test")
    client.pass_("password")
    count = client.stat()[0]
    client.quit()
    return count


def by_imap(one: FakeMail, port: int, *, tls: bool) -> int:
    client: imaplib.IMAP4 = (
        imaplib.IMAP4_SSL("127.0.0.1", port, ssl_context=one.tls.client_context())
        if tls
        else imaplib.IMAP4("127.0.0.1", port)
    )
    client.login("user@example.test", "password")
    _, data = client.select()
    client.logout()
    return int(data[0] or b"")


CLIENTS = {"smtp": by_smtp, "pop3": by_pop3, "imap": by_imap}


TOLD = "a TLS handshake on the plain port: for TLS from the first octet, the client wants "


def port_of(server: Server, *, tls: bool) -> int:
    return server.tls_port if tls else server.port


@pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])
@pytest.mark.parametrize("protocol", CLIENTS)
def test_server_goes_down_and_comes_back_on_its_port_with_its_mail(
    protocol: str, *, tls: bool
) -> None:
    with FakeMail() as one:
        server: Server = getattr(one, protocol)
        one.account().inbox.deliver(subject="kept")
        port = port_of(server, tls=tls)
        before = CLIENTS[protocol](one, port, tls=tls)
        server.close()
        server.close()
        with pytest.raises(OSError, match="refused"):
            CLIENTS[protocol](one, port, tls=tls)
        server.listen(tls=tls)
        assert port_of(server, tls=tls) == port
        after = CLIENTS[protocol](one, port, tls=tls)
        assert after == (before + 1 if protocol == "smtp" else before)
        assert before == 1


@pytest.mark.parametrize("protocol", ["smtp", "lmtp", "pop3", "imap"])
def test_both_ports_come_back_and_another_can_be_chosen(protocol: str) -> None:
    with FakeMail() as one:
        server: Server = getattr(one, protocol)
        plain, tls = server.port, server.tls_port
        server.close()
        server.listen(plain)
        assert server.tls_port == tls  # where it was, when it is asked for again
        with pytest.raises(BadArgument, match="listens already"):
            server.listen()
        server.close()
        server.listen(0)
        assert server.port > 0


@pytest.mark.parametrize("protocol", ["smtp", "lmtp", "pop3", "imap"])
def test_closed_server_has_no_port(protocol: str) -> None:
    with FakeMail() as one:
        server: Server = getattr(one, protocol)
        assert server.port
        server.close()
        for name in ("port", "tls_port", "address", "url", "tls_url"):
            with pytest.raises(
                NotRunning, match=rf"^this {protocol} server is closed .*listen\(\)"
            ):
                getattr(server, name)
        assert repr(server) == f"<{protocol} server on 127.0.0.1: closed>"
    with pytest.raises(NotRunning, match="closed for good"):
        assert server.port
    with pytest.raises(NotRunning, match="closed for good"):
        server.listen()


def test_reset_brings_a_server_back_where_it_was() -> None:
    with FakeMail() as one:
        ports = one.imap.port, one.imap.tls_port
        one.imap.close()
        one.pop3.close()
        one.reset()
        assert (one.imap.port, one.imap.tls_port) == ports
        assert by_imap(one, ports[0], tls=False) == 0
        assert by_pop3(one, one.pop3.port, tls=False) == 0


def test_client_of_a_server_that_goes_down_sees_the_end() -> None:
    with FakeMail() as one:
        client = one.imap.client()
        one.imap.close()
        with pytest.raises(imaplib.IMAP4.abort):
            client.noop()
        one.imap.listen()
        assert one.imap.client().noop()[0] == "OK"


def made_and_forgotten() -> int:
    return FakeMail().smtp.port


def forget(deed: Callable[[], object], others: "AbstractSet[Member]") -> None:
    """Do something that leaves garbage, and collect it: another thread may be at it, too.

    `others` are the listeners that stay.
    """
    deed()
    late = time.monotonic() + PATIENCE
    gc.collect()
    while not shared._members <= others:
        assert time.monotonic() < late, "somebody keeps a FakeMail"
        gc.collect()  # which does nothing while another thread is at it
    for thread in threading.enumerate():
        if thread.name == "pytest-fakemail-closing":
            thread.join(60)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "mail.example.test", "127.evil"])  # noqa: S104
def test_host_beyond_loopback_is_refused_unless_allowed(host: str) -> None:
    with pytest.raises(BadSetting, match=f"^host='{re.escape(host)}': .* unless allow_network"):
        FakeMail(host=host)
    FakeMail(host=host, allow_network=True)


@pytest.mark.parametrize("host", ["127.0.0.2", "localhost", "127.0.0.1"])
def test_every_loopback_address_will_do(host: str) -> None:
    with FakeMail(host=host) as one:
        assert one.smtp.client(security="none").noop()[0] == 250
        assert one.smtp.address[0] == host


def test_all_addresses_are_reached_at_loopback() -> None:
    with FakeMail(host="0.0.0.0", allow_network=True) as one:  # noqa: S104
        assert one.imap.host == "0.0.0.0"  # noqa: S104
        assert one.imap.url.startswith("imap://127.0.0.1:")
        assert one.imap.client(security="implicit").noop()[0] == "OK"


def test_forgotten_fakemail_is_closed_and_says_where_it_was_made() -> None:
    descriptors = Path("/dev/fd")
    before = len(os.listdir(descriptors))  # noqa: PTH208
    threads = set(threading.enumerate())  # a whole run may have a server of its own
    others = shared._members.copy()
    line = made_and_forgotten.__code__.co_firstlineno + 1
    with pytest.warns(ResourceWarning) as warned:
        forget(lambda: [made_and_forgotten() for _ in range(50)], others)
    ours = [str(one.message) for one in warned if "FakeMail" in str(one.message)]
    assert set(ours) == {f"a FakeMail made at {__file__}:{line} was never closed"}
    assert len(ours) == 50
    assert set(threading.enumerate()) <= threads
    assert len(os.listdir(descriptors)) == before  # noqa: PTH208


def test_forgotten_fakemail_with_open_connections_is_closed() -> None:
    others = shared._members.copy()
    with smtplib.SMTP() as client:
        with pytest.warns(ResourceWarning):
            forget(lambda: client.connect("127.0.0.1", made_and_forgotten()), others)
        with pytest.raises(smtplib.SMTPServerDisconnected):
            client.noop()


def test_forgotten_fakemail_lets_the_process_end() -> None:
    """Of a script or a module, with clients: it is collected when no thread can begin any more."""
    program = (
        "from pytest_fakemail import FakeMail\n"
        "mail = FakeMail()\n"
        "clients = [mail.smtp.client(), mail.imap.client()]\n"
    )
    ended = subprocess.run(
        [sys.executable, "-W", "default", "-c", program],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert "ResourceWarning: a FakeMail made at <string>:2 was never closed" in ended.stderr


def test_fakemail_without_open_ports_is_forgotten_in_silence() -> None:
    one = FakeMail()
    one.account()
    assert one.smtp.protocol
    gone = weakref.ref(one)
    del one
    gc.collect()
    assert gone() is None


def test_server_in_hand_keeps_its_fakemail() -> None:
    others = shared._members.copy()
    one = FakeMail()
    servers = [one.pop3]
    del one
    assert servers[0].port
    gc.collect()
    assert servers[0].client().stat() == (0, 0)
    with pytest.warns(ResourceWarning):
        forget(servers.clear, others)


def test_servers_log_nothing(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with FakeMail() as one:
        one.account()
        for protocol, client in CLIENTS.items():
            server: Server = getattr(one, protocol)
            client(one, server.port, tls=False)
            client(one, server.tls_port, tls=True)
    assert caplog.records == []


@pytest.mark.parametrize("protocol", ["smtp", "pop3", "imap"])
def test_client_that_leaves_has_closed_the_connection(protocol: str) -> None:
    with FakeMail() as one:
        client = getattr(one, protocol).client()
        client.shutdown() if protocol == "imap" else client.close()
        wait_until_closed(one)
        (connection,) = one.transcript.connections
        assert connection.closed == "closed by the client"


def test_client_that_says_goodbye_is_closed_by_the_server() -> None:
    with FakeMail() as one:
        one.smtp.client().quit()
        one.pop3.client().quit()
        one.imap.client().logout()
        wait_until_closed(one)
        ends = {connection.closed for connection in one.transcript.connections}
        assert ends == {"closed by the server"}


def test_client_is_there_though_no_name_server_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    def wait_for_ever(_: str = "") -> str:
        raise AssertionError("the machine's name was looked up")

    monkeypatch.setattr(socket, "getfqdn", wait_for_ever)
    with FakeMail() as one:
        for client in (
            *(one.smtp.client(security=how) for how in ("none", "starttls", "implicit")),
            *(one.lmtp.client(security=how) for how in ("none", "starttls")),
        ):
            assert client.noop()[0] == 250
        hello = {one.argument for one in one.transcript.commands("EHLO")}
        assert hello == {"[127.0.0.1]"}


def test_client_of_an_unfinished_transaction_has_closed_the_connection() -> None:
    with FakeMail() as one:
        client = one.smtp.client()
        client.mail("a@x.test")
        client.close()
        wait_until_closed(one)
        assert one.transcript.connections[0].closed == "closed by the client"


@pytest.mark.parametrize("protocol", ["smtp", "pop3", "imap"])
def test_handshake_on_the_plain_port_is_told(protocol: str) -> None:
    with FakeMail() as one:
        server: Server = getattr(one, protocol)
        wanted = server.tls_port
        with pytest.raises(OSError, match=r"(?i)wrong.version|record layer|packet length"):
            CLIENTS[protocol](one, server.port, tls=True)
        wait_until_closed(one)
        notes = one.transcript.connections[0].notes
        assert [note for note in notes if "handshake" in note] == [TOLD + f"the TLS port, {wanted}"]


def test_handshake_on_the_only_port_is_told() -> None:
    with FakeMail() as one:
        with suppress(OSError):
            by_imap(one, one.imap.port, tls=True)
        wait_until_closed(one)
        notes = one.transcript.connections[0].notes
        (note,) = (note for note in notes if "handshake" in note)
        assert note.endswith("the TLS port, where nothing listens yet")


@pytest.mark.parametrize("protocol", ["smtp", "pop3", "imap"])
def test_client_that_waits_in_the_clear_on_the_tls_port_is_told(protocol: str) -> None:
    with FakeMail() as one:
        server: Server = getattr(one, protocol)
        with socket.create_connection(("127.0.0.1", server.tls_port)):
            wanted = server.port
        wait_until_closed(one)
        assert one.transcript.connections[0].notes[0] == (
            "the client has said nothing on the TLS port: if it waits for a greeting in the clear, "
            f"it wants the plain port, {wanted}"
        )


def test_client_that_speaks_in_the_clear_on_the_tls_port_is_told() -> None:
    with FakeMail() as one:
        wanted = one.smtp.port
        with socket.create_connection(("127.0.0.1", one.smtp.tls_port), timeout=60) as client:
            client.sendall(b"EHLO me\r\n")
            while client.recv(100):
                pass
        wait_until_closed(one)
        notes = one.transcript.connections[0].notes
        (note,) = (note for note in notes if note.startswith("TLS"))
        assert re.fullmatch(r"TLS failed: the client speaks in the clear.* it wants .*", note)
        assert note.endswith(f"the plain port, {wanted}")


def wait_until_closed(one: FakeMail) -> None:
    """Wait until the servers have seen connections, and the ends of all of them."""
    listener = next(iter(one._plumbing.listeners))
    for _ in range(100_000):
        seen = one.transcript.connections
        if seen and all(connection.closed for connection in seen):
            return
        listener.thread.run(int)
    raise AssertionError(one.transcript.connections)
