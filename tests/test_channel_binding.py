"""SCRAM's -PLUS mechanisms in all three protocols, with a client that we did not write."""

import hashlib
import imaplib
import poplib
import smtplib
import ssl
from base64 import b64decode, b64encode
from collections.abc import Callable
from contextlib import nullcontext, suppress
from functools import partial

import pytest
from imap.talk import Talk
from scramp import ScramClient

from pytest_fakemail import FakeMail
from pytest_fakemail.net.layer import TlsLayer
from pytest_fakemail.net.tls import TlsAuthority
from pytest_fakemail.settings import Settings
from pytest_fakemail.wire.exchange import Connection, Tls
from pytest_fakemail.wire.sasl import mechanism as sasl_mechanism
from pytest_fakemail.wire.sasl_mechanisms import anonymous

BINDING = "tls-server-end-point"
MECHANISMS = ["SCRAM-SHA-1-PLUS", "SCRAM-SHA-256-PLUS"]


class Login:
    """One SCRAM login: called with what the server says, says what the client does."""

    def __init__(self, mechanism: str, binding: bytes, password: str, kind: str = BINDING) -> None:
        self._client = ScramClient(
            [mechanism], "user@example.test", password, channel_binding=(kind, binding)
        )
        self._steps = 0

    def __call__(self, said: bytes | None = None) -> str:
        self._steps += 1
        if self._steps == 1:
            return str(self._client.get_client_first())
        if self._steps == 2:
            self._client.set_server_first((said or b"").decode())
            return str(self._client.get_client_final())
        self._client.set_server_final((said or b"").decode())  # raises if it knows no password
        return ""


Begin = Callable[[object], Login]
"""Makes a login for the socket of a connection."""


def by_imap(fakemail: FakeMail, mechanism: str, begin: Begin) -> None:
    context, port = fakemail.tls.client_context(), fakemail.imap.tls_port
    with imaplib.IMAP4_SSL("localhost", port, ssl_context=context) as client:
        assert f"AUTH={mechanism}" in client.capabilities
        steps = begin(client.socket())
        client.authenticate(mechanism, lambda data: steps(data).encode())


def by_smtp(fakemail: FakeMail, mechanism: str, begin: Begin) -> None:
    with smtplib.SMTP("localhost", fakemail.smtp.port) as client:
        client.ehlo()
        assert "-PLUS" not in client.esmtp_features["auth"]
        client.starttls(context=fakemail.tls.client_context())
        client.ehlo()
        assert mechanism in client.esmtp_features["auth"].split()
        client.auth(mechanism, begin(client.sock))


def by_pop3(fakemail: FakeMail, mechanism: str, begin: Begin) -> None:
    context = fakemail.tls.client_context()
    client = poplib.POP3_SSL("localhost", fakemail.pop3.tls_port, context=context)
    try:
        assert mechanism in client.capa()["SASL"]
        steps = begin(client.sock)
        shortcmd: Callable[[str], bytes] = client._shortcmd  # type: ignore[attr-defined]
        answer = shortcmd(f"AUTH {mechanism} {b64encode(steps().encode()).decode()}")
        while answer.startswith(b"+ "):
            answer = shortcmd(b64encode(steps(b64decode(answer[2:])).encode()).decode())
        assert answer.startswith(b"+OK")
    finally:
        client.close()


def begun(mechanism: str, password: str, sock: object, *, flips: bool = False) -> Login:
    assert isinstance(sock, ssl.SSLSocket)
    binding = hashlib.sha256(sock.getpeercert(binary_form=True) or b"").digest()
    return Login(mechanism, binding[::-1] if flips else binding, password)


BY = {"imap": by_imap, "smtp": by_smtp, "pop3": by_pop3}
REFUSALS = (imaplib.IMAP4.error, smtplib.SMTPAuthenticationError, poplib.error_proto)


@pytest.mark.parametrize("protocol", BY)
@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_a_login_is_bound_to_the_servers_certificate(protocol: str, mechanism: str) -> None:
    with FakeMail(mechanisms=["PLAIN", *MECHANISMS]) as fakemail:
        fakemail.account()
        BY[protocol](fakemail, mechanism, partial(begun, mechanism, "password"))
        with pytest.raises(REFUSALS):
            BY[protocol](fakemail, mechanism, partial(begun, mechanism, "wrong"))
        with pytest.raises(REFUSALS):  # somebody between them has shown another certificate
            BY[protocol](fakemail, mechanism, partial(begun, mechanism, "password", flips=True))


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_a_login_is_bound_to_the_handshake(mechanism: str) -> None:
    """RFC 5802 §6.1: servers MUST implement tls-unique, if they implement any channel binding."""

    def begun(sock: object, *, flips: bool = False) -> Login:
        assert isinstance(sock, ssl.SSLSocket)
        binding = sock.get_channel_binding() or b""
        return Login(mechanism, binding[::-1] if flips else binding, "password", "tls-unique")

    with FakeMail(mechanisms=MECHANISMS) as fakemail:
        fakemail.account()
        context, port = fakemail.tls.client_context(), fakemail.imap.tls_port
        with pytest.raises(REFUSALS, match="Channel binding is by tls-server-end-point here"):
            by_imap(fakemail, mechanism, begun)  # TLS 1.3
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        for flips in (False, True):
            with imaplib.IMAP4_SSL("localhost", port, ssl_context=context) as client:
                steps = begun(client.socket(), flips=flips)
                with pytest.raises(REFUSALS) if flips else nullcontext():
                    client.authenticate(mechanism, lambda data: steps(data).encode())  # noqa: B023


def test_the_end_point_is_that_of_the_certificate_presented() -> None:
    authority = TlsAuthority(Settings())
    digests = set()
    for kind in ("valid", "self-signed", "wrong-host"):
        authority.present(kind)
        client = authority.opportunistic_context()
        digests.add(_end_point(authority, client))
        authority.forget_unmet()
    assert len(digests) == 3


def _end_point(authority: TlsAuthority, context: ssl.SSLContext) -> bytes:
    server = TlsLayer(authority.server_context())
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = context.wrap_bio(incoming, outgoing)
    for _ in range(4):
        with suppress(ssl.SSLWantReadError):
            client.do_handshake()
        server.feed(outgoing.read())
        server.handshake()
        incoming.write(server.outgoing())
    found = client.getpeercert(binary_form=True) or b""
    assert server.described().end_point() == hashlib.sha256(found).digest()
    return found


@pytest.mark.parametrize(
    ("name", "first", "is_let_on"),
    [
        ("SCRAM-SHA-256-PLUS", "p=tls-server-end-point,,n=user,r=x", True),
        ("SCRAM-SHA-256-PLUS", "p=tls-unique,,n=user,r=x", False),
        ("SCRAM-SHA-256-PLUS", "n,,n=user,r=x", False),
        ("SCRAM-SHA-256", "p=tls-server-end-point,,n=user,r=x", False),
        ("SCRAM-SHA-256", "n,,n=user,r=x", True),
        ("SCRAM-SHA-256", "y,,n=user,r=x", False),  # -PLUS was taken out of what it was told
        ("SCRAM-SHA-1", "y,,n=user,r=x", True),
    ],
)
def test_the_flag_has_to_fit_the_mechanism(name: str, first: str, *, is_let_on: bool) -> None:
    """RFC 5802 §6, the server's side."""
    talk = Talk(mechanisms=("SCRAM-SHA-1", "SCRAM-SHA-256", "SCRAM-SHA-256-PLUS"))
    connection = Connection(1, "imap", tls=Tls("TLSv1.3", "AES", end_point=lambda: b"point"))
    found = sasl_mechanism(name, talk.service, connection)
    assert found is not None
    assert hasattr(found.step(first.encode()), "data") is is_let_on


def test_a_client_may_be_sure_that_there_is_no_binding_where_it_is_off() -> None:
    talk = Talk(mechanisms=("SCRAM-SHA-256", "SCRAM-SHA-256-PLUS"))
    talk.service.capabilities.off("AUTH=SCRAM-SHA-256-PLUS")
    connection = Connection(1, "imap", tls=Tls("TLSv1.3", "AES"))
    found = sasl_mechanism("SCRAM-SHA-256", talk.service, connection)
    assert found is not None
    assert hasattr(found.step(b"y,,n=user,r=x"), "data")


def test_without_tls_there_is_nothing_to_bind_to() -> None:
    talk = Talk(mechanisms=("SCRAM-SHA-256-PLUS",))
    assert "PLUS" not in talk.say("CAPABILITY")[0]
    assert talk.say("AUTHENTICATE SCRAM-SHA-256-PLUS")[-1].startswith("NO [CANNOT]")
    assert sasl_mechanism("SCRAM-SHA-256-PLUS", talk.service, talk.connection) is None


@pytest.mark.parametrize("protocol", ["smtp", "pop3", "imap"])
def test_who_is_anonymous_gets_the_account_of_that_name(protocol: str) -> None:
    talk = Talk(mechanisms=("ANONYMOUS",))
    steps = anonymous(talk.service, Connection(1, protocol))
    next(steps)
    with pytest.raises(StopIteration) as done:
        steps.send(b"sirhc")
    assert done.value.value.account.address == "anonymous@example.test"
