"""The TLS that goes wrong: each kind as real clients meet it, for whom, how often, and told."""

import imaplib
import poplib
import smtplib
import socket
import ssl
from contextlib import nullcontext
from typing import Any

import pytest

from pytest_fakemail import BadArgument, FakeMail, UnfiredFault, any_of
from pytest_fakemail.net.presenting import HANDSHAKES, KINDS, STARTTLS, without_starttls

SECURITY = ("starttls", "implicit")


def connect(fakemail: FakeMail, protocol: str, security: str) -> Any:  # noqa: ANN401
    return getattr(fakemail, protocol).client(security=security)


def secured(fakemail: FakeMail, timeout: float = 5) -> ssl.SSLSocket:
    sock = socket.create_connection(("127.0.0.1", fakemail.smtp.tls_port), timeout=timeout)
    try:
        return fakemail.tls.client_context().wrap_socket(sock, server_hostname="localhost")
    except BaseException:
        sock.close()
        raise


def talk(address: tuple[str, int], *commands: str) -> str:
    """Say something, each when the one before is answered; return all that the server said."""
    with socket.create_connection(address, timeout=5) as sock:
        said = sock.recv(4000)
        for command in commands:
            sock.sendall(command.encode())
            said += sock.recv(4000)
    return said.decode()


@pytest.mark.parametrize("security", SECURITY)
@pytest.mark.parametrize("protocol", ["smtp", "pop3", "imap"])
@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("weak-key", "key too weak|ee key too small"),
        ("in-the-clear", "(?i)wrong.version.number|packet length too long|record layer failure"),
        ("close-after-client-hello", "(?i)eof|unexpected|reset"),
        ("handshake-failure", "(?i)alert.handshake.failure"),
    ],
)
def test_handshakes_that_fail(
    fakemail: FakeMail,
    protocol: str,
    kind: Any,  # noqa: ANN401
    text: str,
    security: str,
) -> None:
    fakemail.tls.present(kind)
    with pytest.raises(OSError, match=text):
        connect(fakemail, protocol, security)
    assert f"fault: tls.present({kind!r})" in str(fakemail.transcript)


def test_a_name_that_is_only_the_common_one(fakemail: FakeMail) -> None:
    fakemail.tls.present("common-name-only")
    context = fakemail.tls.client_context()
    context.hostname_checks_common_name = False  # RFC 9525 §6.3: as it should be
    with pytest.raises(ssl.SSLCertVerificationError, match="Hostname mismatch"):
        secured(fakemail)


@pytest.mark.parametrize("kind", ["stall-after-client-hello", "stall-within-server-flight"])
def test_handshakes_that_stall(fakemail: FakeMail, kind: Any) -> None:  # noqa: ANN401
    fakemail.tls.present(kind)
    with pytest.raises(TimeoutError):
        secured(fakemail, timeout=0.2)


def test_how_far_a_stalled_handshake_goes(fakemail: FakeMail) -> None:
    sizes = []
    for kind in ("stall-after-server-flight", "stall-within-server-flight"):
        fakemail.tls.present(kind)
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        client = fakemail.tls.client_context().wrap_bio(
            incoming, outgoing, server_hostname="localhost"
        )
        with pytest.raises(ssl.SSLWantReadError):
            client.do_handshake()
        hello = outgoing.read()
        with socket.create_connection(("127.0.0.1", fakemail.smtp.tls_port), timeout=5) as sock:
            sock.sendall(hello)
            sizes.append(len(sock.recv(65536)))
            sock.sendall(b"\x16\x03\x03\x00\x01\x00")
            sock.settimeout(0.05)
            with pytest.raises(TimeoutError):
                sock.recv(1)
    assert sizes[0] > 500
    assert abs(sizes[0] // 2 - sizes[1]) < 20


def test_the_end_without_a_word(fakemail: FakeMail) -> None:
    fakemail.tls.present("no-close-notify", times=1)
    for is_abrupt in (True, False):
        with secured(fakemail) as client:
            client.suppress_ragged_eofs = False  # type: ignore[attr-defined]  # it has
            client.sendall(b"QUIT\r\n")
            try:
                while client.recv(1000):
                    pass
                assert not is_abrupt
            except ssl.SSLEOFError:
                assert is_abrupt


@pytest.mark.parametrize("kind", ["client-certificate-required", "client-certificate-refused"])
def test_a_certificate_is_demanded_of_the_client(fakemail: FakeMail, kind: Any) -> None:  # noqa: ANN401
    fakemail.tls.present(kind)
    with (
        pytest.raises(ssl.SSLError, match=r"(?i)certificate.required"),
        secured(fakemail) as client,
    ):
        client.recv(1)
    shown = fakemail.tls.issue_client_certificate("ann@example.test").context()
    sock = socket.create_connection(("127.0.0.1", fakemail.smtp.tls_port), timeout=5)
    with shown.wrap_socket(sock, server_hostname="localhost") as client:
        if kind.endswith("required"):
            assert client.recv(3) == b"220"
        else:
            with pytest.raises(ssl.SSLError, match=r"(?i)unknown.ca"):
                client.recv(1)


def test_starttls_is_refused(fakemail: FakeMail) -> None:
    fakemail.tls.present("starttls-refused")
    with pytest.raises(smtplib.SMTPResponseException, match="454"):
        connect(fakemail, "smtp", "starttls")
    with pytest.raises(poplib.error_proto, match="SYS/TEMP"):
        connect(fakemail, "pop3", "starttls")
    with pytest.raises(imaplib.IMAP4.error, match=r"Couldn't establish TLS|not available"):
        connect(fakemail, "imap", "starttls")
    connect(fakemail, "imap", "implicit")


def test_starttls_is_stripped(fakemail: FakeMail) -> None:
    fakemail.tls.present("starttls-stripped")
    with pytest.raises(smtplib.SMTPNotSupportedError):
        connect(fakemail, "smtp", "starttls")
    with pytest.raises(poplib.error_proto, match=r"(?i)not supported"):
        connect(fakemail, "pop3", "starttls")
    with pytest.raises(imaplib.IMAP4.error, match=r"(?i)not supported"):
        connect(fakemail, "imap", "starttls")
    client = fakemail.smtp.client()
    client.ehlo()
    assert "pipelining" in client.esmtp_features
    assert client.docmd("STARTTLS")[0] == 502


def test_a_response_is_injected_ahead_of_tls(fakemail: FakeMail) -> None:
    fakemail.tls.present("starttls-injection")
    with socket.create_connection(fakemail.smtp.address, timeout=5) as sock:
        sock.recv(1000)
        sock.sendall(b"EHLO x\r\n")
        sock.recv(1000)
        sock.sendall(b"STARTTLS\r\n")
        said = sock.recv(1000)
        assert said == b"220 2.0.0 Ready to start TLS\r\n250 injected ahead of TLS\r\n"
        with fakemail.tls.client_context().wrap_socket(sock, server_hostname="localhost") as tls:
            tls.sendall(b"NOOP\r\n")
            assert tls.recv(100).startswith(b"250")


def test_preauth_with_starttls_on_offer(fakemail: FakeMail) -> None:
    fakemail.tls.present("preauth", connection=1)
    client = imaplib.IMAP4(*fakemail.imap.address)
    assert client.state == "AUTH"
    assert "STARTTLS" in client.capabilities or "STARTTLS" in str(client.welcome)
    assert client.select()[0] == "OK"  # it is in earnest
    client.logout()
    assert imaplib.IMAP4(*fakemail.imap.address).logout()[0] == "BYE"


def test_for_one_protocol_one_connection_or_so_often(fakemail: FakeMail) -> None:
    fakemail.tls.present("expired", protocol="imap")
    connect(fakemail, "smtp", "starttls")
    with pytest.raises(ssl.SSLCertVerificationError):
        connect(fakemail, "imap", "starttls")
    fakemail.tls.present("valid").present("self-signed", times=1)
    with pytest.raises(ssl.SSLCertVerificationError):
        connect(fakemail, "pop3", "implicit")
    connect(fakemail, "pop3", "implicit")
    fakemail.tls.present("starttls-refused", times=2, protocol="smtp")
    for _ in range(2):
        with pytest.raises(smtplib.SMTPResponseException):
            connect(fakemail, "smtp", "starttls")
    connect(fakemail, "smtp", "starttls")


@pytest.mark.parametrize("nth", [any_of(1, 3), {1, 3}, lambda number: number % 2])
def test_which_handshakes_is_said_in_the_language_of_criteria(
    fakemail: FakeMail,
    nth: Any,  # noqa: ANN401
) -> None:
    fakemail.tls.present("expired", nth=nth)
    for is_bad in (True, False, True, False):
        with pytest.raises(ssl.SSLCertVerificationError) if is_bad else nullcontext():
            connect(fakemail, "smtp", "implicit")
    fakemail.check()
    with pytest.raises(BadArgument, match="nth=0: wanted a number from 1"):
        fakemail.tls.present("expired", nth=0)


@pytest.mark.parametrize("nth", [any_of(1, 3), {1, 3}])
def test_each_handshake_that_is_named_is_to_come(nth: Any) -> None:  # noqa: ANN401
    with FakeMail() as one:
        one.tls.present("expired", nth=nth)
        with pytest.raises(ssl.SSLCertVerificationError):
            connect(one, "smtp", "implicit")
        with pytest.raises(UnfiredFault, match="did not meet 'expired' 2 times, but 1"):
            one.check()
        one.clear_faults()


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"valid"}))
def test_what_nobody_met_is_told(kind: Any) -> None:  # noqa: ANN401
    with FakeMail() as one:
        one.smtp.client()
        one.tls.present(kind)
        one.imap.port  # noqa: B018
        assert one.unfired_faults() or one.tls.unmet
        with pytest.raises(UnfiredFault, match=f"(?s)met {kind!r}.*test_presenting.py"):
            one.check()
        one.clear_faults()
        one.check()


def test_what_was_met_too_seldom_is_told(fakemail: FakeMail) -> None:
    fakemail.tls.present("expired", times=3)
    with pytest.raises(ssl.SSLCertVerificationError):
        connect(fakemail, "smtp", "implicit")
    with pytest.raises(UnfiredFault, match="did not meet 'expired' 3 times, but 1"):
        fakemail.check()
    fakemail.clear_faults()


@pytest.mark.parametrize("kind", ["starttls-refused", "starttls-injection", "preauth"])
def test_what_another_rule_kept_from_happening_was_not_met(fakemail: FakeMail, kind: Any) -> None:  # noqa: ANN401
    point: Any = "connect" if kind == "preauth" else "STARTTLS"
    first = fakemail.imap.when(point).bye("Not today").once()
    fakemail.tls.present(kind, protocol="imap", times=1)
    with pytest.raises(imaplib.IMAP4.error):
        connect(fakemail, "imap", "starttls")
    assert first.fired == 1
    assert len(fakemail.tls.unmet) == 1
    # A client may well drop what was slipped in, as it should.
    with nullcontext() if kind == "starttls-injection" else pytest.raises(imaplib.IMAP4.error):
        connect(fakemail, "imap", "starttls")
    assert fakemail.tls.unmet == []
    connect(fakemail, "imap", "starttls")


@pytest.mark.parametrize("protocol", ["smtp", "lmtp", "pop3", "imap"])
def test_where_no_starttls_was_offered_none_was_taken(protocol: Any) -> None:  # noqa: ANN401
    with FakeMail() as one:
        server = getattr(one, protocol)
        name = "STLS" if protocol == "pop3" else "STARTTLS"
        server.capabilities.off(name)
        one.tls.present("starttls-stripped", times=1)
        asking = f"x {name}\r\n" if protocol == "imap" else f"{name}\r\n"
        hello = {"smtp": "EHLO x", "lmtp": "LHLO x", "pop3": "CAPA", "imap": "c CAPABILITY"}
        said = talk(server.address, f"{hello[protocol]}\r\n", asking)
        assert name not in said
        with pytest.raises(UnfiredFault, match="no client met 'starttls-stripped'"):
            one.check()
        server.capabilities.on(name)
        said = talk(server.address, f"{hello[protocol]}\r\n", asking)
        assert name not in said
        assert one.tls.last.met == 1
        assert name in talk(server.address, f"{hello[protocol]}\r\n")  # it was for one alone


@pytest.mark.parametrize(
    ("protocol", "asking", "answer"),
    [
        ("smtp", "STARTTLS\r\n", "502 5.5.1 Command not implemented"),
        ("pop3", "STLS\r\n", "-ERR Unknown command"),
        ("imap", "x STARTTLS\r\n", "x BAD Unknown command"),
    ],
)
def test_who_asks_for_tls_without_a_look_at_the_list_meets_it_too(
    protocol: Any,  # noqa: ANN401
    asking: str,
    answer: str,
) -> None:
    with FakeMail(provider="gmail" if protocol == "imap" else "none") as one:
        server = getattr(one, protocol)
        one.tls.present("starttls-stripped")
        goes_on = {"smtp": "NOOP", "pop3": "NOOP", "imap": "y NOOP"}[protocol]
        said = talk(server.address, asking, f"{goes_on}\r\n")
        assert answer in said
        assert said.count("\n") == 3  # it is still in the clear
        assert one.tls.last.met == 1


def test_one_that_was_chosen_and_has_asked_for_no_list_yet_is_one_of_them() -> None:
    with FakeMail(provider="gmail") as one:
        one.tls.present("starttls-stripped", protocol="imap", times=1)
        with socket.create_connection(one.imap.address, timeout=5) as chosen:
            assert b"CAPABILITY" not in chosen.recv(1000)
            assert "STARTTLS" in talk(one.imap.address, "c CAPABILITY\r\n")
            chosen.sendall(b"c CAPABILITY\r\n")
            assert b"STARTTLS" not in chosen.recv(1000)
        assert one.tls.last.met == 1


@pytest.mark.parametrize("how", ["off", "refused"])
def test_where_tls_does_not_begin_nothing_is_slipped_in(how: str) -> None:
    with FakeMail() as one:
        if how == "off":
            one.smtp.capabilities.off("STARTTLS")
        else:
            one.smtp.when("STARTTLS").reply(454, "4.7.0 Not now")
        one.tls.present("starttls-injection")
        assert "injected" not in talk(one.smtp.address, "EHLO x\r\n", "STARTTLS\r\n")
        with pytest.raises(UnfiredFault, match="no client met 'starttls-injection'"):
            one.check()
        one.clear_faults()


@pytest.mark.parametrize("said", [b"", b"\x16", b"EHLO x\r\n"])
@pytest.mark.parametrize("limit", [{"times": 1}, {"nth": 1}, {}])
def test_a_look_at_the_port_is_no_handshake(said: bytes, limit: dict[str, Any]) -> None:
    with FakeMail() as one:
        one.tls.present("expired", **limit)
        with socket.create_connection(("127.0.0.1", one.smtp.tls_port), timeout=5) as probe:
            probe.sendall(said)
            probe.shutdown(socket.SHUT_WR)
            while probe.recv(1000):
                pass
        with pytest.raises(UnfiredFault, match="no TLS handshake met 'expired'"):
            one.check()
        with pytest.raises(ssl.SSLCertVerificationError):
            connect(one, "smtp", "implicit")
        assert one.tls.last.met == 1


def test_clear_faults_and_reset_take_it_back(fakemail: FakeMail) -> None:
    fakemail.tls.present("starttls-refused")
    fakemail.clear_faults()
    connect(fakemail, "smtp", "starttls")
    fakemail.tls.present("expired", times=2)
    with pytest.raises(UnfiredFault):
        fakemail.reset()
    connect(fakemail, "smtp", "starttls")


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (("expired",), None),
        (("expierd",), "did you mean 'expired'"),
        (("expired", "pop"), "did you mean 'pop3'"),
        (("preauth", "smtp"), "is for imap"),
    ],
)
def test_mistakes(fakemail: FakeMail, arguments: Any, text: str | None) -> None:  # noqa: ANN401
    kind, protocol = (*arguments, None)[:2]
    if text is not None:
        with pytest.raises(BadArgument, match=text):
            fakemail.tls.present(kind, protocol=protocol)
    for times in (0, True, "1"):
        with pytest.raises(BadArgument, match="from 1"):
            fakemail.tls.present("expired", times=times)  # type: ignore[arg-type]


def test_the_last_line_of_a_list_can_be_the_one(fakemail: FakeMail) -> None:
    del fakemail
    assert without_starttls(b"250-x\r\n250-A\r\n250 STARTTLS\r\n") == b"250-x\r\n250 A\r\n"
    assert without_starttls(b"250-x\r\n250-STARTTLS\r\n250 A\r\n") == b"250-x\r\n250 A\r\n"
    assert without_starttls(b"+OK\r\nSTLS\r\nUIDL\r\n.\r\n") == b"+OK\r\nUIDL\r\n.\r\n"
    assert without_starttls(b"* OK [CAPABILITY A STARTTLS]\r\n") == b"* OK [CAPABILITY A]\r\n"
    assert {*HANDSHAKES, *STARTTLS} < set(KINDS)
