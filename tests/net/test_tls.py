"""What is presented, and who trusts it."""

import os
import ssl
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from net.house import HELLO, House, read

from pytest_fakemail.errors import BadArgument, BadSetting
from pytest_fakemail.net.presenting import KINDS, STARTTLS
from pytest_fakemail.net.tls import TlsAuthority
from pytest_fakemail.settings import Settings


def greet(house: House, context: ssl.SSLContext, name: str) -> ssl.SSLSocket:
    """Shake hands, read the greeting, and let go."""
    with house.client(is_implicit_tls=True) as client:
        with context.wrap_socket(client, server_hostname=name) as secure:
            assert read(secure, len(HELLO)) == HELLO
        return secure


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1", "::1", "mx.example.test"])
def test_valid_certificate_is_good_for_every_name_of_the_server(name: str) -> None:
    with House(hostname="mx.example.test") as house:
        greet(house, house.tls.client_context(), name)


def test_valid_certificate_stands_strict_verification() -> None:
    """`ssl.create_default_context` asks for RFC 5280 to the letter from Python 3.13 on."""
    with House() as house:
        context = house.tls.client_context()
        context.verify_flags |= ssl.VERIFY_X509_STRICT | ssl.VERIFY_X509_PARTIAL_CHAIN
        greet(house, context, "localhost")


def test_certificate_is_for_no_other_name() -> None:
    with House() as house, pytest.raises(ssl.SSLCertVerificationError, match="Hostname mismatch"):
        greet(house, house.tls.client_context(), "mx.example.test")


@pytest.mark.parametrize(
    ("kind", "complaint"),
    [
        ("expired", "certificate has expired"),
        ("not-yet-valid", "certificate is not yet valid"),
        ("wrong-host", "Hostname mismatch"),
        ("self-signed", "self[- ]signed certificate"),
        ("untrusted", "unable to get local issuer certificate"),
        ("incomplete-chain", "unable to get local issuer certificate"),
        ("tls1.0", "(?i)protocol.version|unsupported protocol"),
        ("tls1.1", "(?i)protocol.version|unsupported protocol"),
    ],
)
def test_client_refuses_what_is_bad(kind: str, complaint: str) -> None:
    with House() as house:
        assert house.tls.present(kind) is house.tls  # type: ignore[arg-type]  # parametrised, or a mistake on purpose
        with pytest.raises(ssl.SSLError, match=complaint):
            greet(house, house.tls.client_context(), "localhost")
        assert house.events.wait_for("TLS failed: ")
        house.tls.present("valid")
        greet(house, house.tls.client_context(), "localhost")


def test_single_version_is_spoken() -> None:
    with House() as house:
        house.tls.present("tls1.2")
        with house.client(is_implicit_tls=True) as client:
            context = house.tls.client_context()
            with context.wrap_socket(client, server_hostname="localhost") as secure:
                assert secure.version() == "TLSv1.2"


@pytest.mark.parametrize("kind", ["expired", "not-yet-valid", "wrong-host", "self-signed"])
def test_bad_certificate_works_for_those_who_do_not_look(kind: str) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    with House() as house:
        house.tls.present(kind)  # type: ignore[arg-type]  # parametrised, or a mistake on purpose
        greet(house, context, "localhost")


def test_what_cannot_be_presented_is_told_at_the_call() -> None:
    authority = TlsAuthority(Settings())
    with pytest.raises(
        BadArgument, match=r"'expierd'; did you mean 'expired'. there is valid, expired, "
    ):
        authority.present("expierd")  # type: ignore[arg-type]  # parametrised, or a mistake on purpose
    assert repr(authority) == "<TlsAuthority presenting 'valid'>"


def test_host_name_that_no_certificate_can_carry_is_told() -> None:
    authority = TlsAuthority(Settings(hostname="two_words..test"))
    with pytest.raises(BadSetting, match="hostname='two_words"):
        authority.present("expired")
    assert authority.presented == "valid"


def test_presented_is_each_ones_own() -> None:
    one, other = TlsAuthority(Settings()), TlsAuthority(Settings())
    one.present("expired")
    assert (one.presented, other.presented) == ("expired", "valid")
    assert one.ca_file == other.ca_file


@pytest.mark.parametrize("kind", sorted(set(KINDS) - set(STARTTLS)))
def test_contexts_are_made_once(kind: str) -> None:
    one, other = TlsAuthority(Settings()), TlsAuthority(Settings())
    assert one.present(kind).server_context() is other.present(kind).server_context()  # type: ignore[arg-type]  # parametrised, or a mistake on purpose


def test_client_context_trusts_this_ca_alone() -> None:
    authority = TlsAuthority(Settings())
    context = authority.client_context()
    assert context.cert_store_stats() == {"x509": 1, "crl": 0, "x509_ca": 1}
    assert context is authority.client_context()
    assert context is not TlsAuthority(Settings()).client_context()
    assert context.check_hostname


def test_ca_file_is_the_certificate_alone() -> None:
    text = Path(TlsAuthority(Settings()).ca_file).read_text()
    assert text.count("BEGIN CERTIFICATE") == 1
    assert "PRIVATE" not in text


def test_client_certificate_names_its_holder() -> None:
    with House(client_certificates=True) as house:
        certificate = house.tls.issue_client_certificate("ann@example.test")
        greet(house, certificate.context(), "localhost")
        tls = house.sessions[0].connection.tls
        assert tls is not None
        assert tls.client_names == ("ann@example.test",)


def test_client_certificate_of_another_ca_is_refused() -> None:
    with House(client_certificates=True) as house:
        house.tls.present("self-signed")
        chain = house.tls.server_context()
        assert chain.verify_mode is ssl.CERT_OPTIONAL
        house.tls.present("valid")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(house.tls.ca_file)
        from pytest_fakemail.net.certificates import shared

        context.load_cert_chain(shared.server_file("self-signed", "mail.example.test"))
        with pytest.raises((ssl.SSLError, ConnectionError)):
            greet(house, context, "localhost")
        assert house.events.wait_for("TLS failed: certificate verify failed")


@pytest.mark.parametrize("is_asked", [True, False])
def test_client_without_certificate_has_no_names(*, is_asked: bool) -> None:
    with House(client_certificates=is_asked) as house:
        greet(house, house.tls.client_context(), "localhost")
        tls = house.sessions[0].connection.tls
        assert tls is not None
        assert tls.client_names == ()


def test_certificate_is_not_asked_for_unless_set() -> None:
    with House() as house:
        greet(house, house.tls.issue_client_certificate("ann@example.test").context(), "localhost")
        tls = house.sessions[0].connection.tls
        assert tls is not None
        assert tls.client_names == ()


def test_client_certificate_is_issued_once_to_a_name() -> None:
    authority = TlsAuthority(Settings())
    one = authority.issue_client_certificate("ann@example.test")
    assert one == authority.issue_client_certificate("ann@example.test")
    assert one != authority.issue_client_certificate("bob.example.test")
    assert stat.S_IMODE(os.stat(one.key_file).st_mode) == 0o600  # noqa: PTH116


def test_name_that_no_certificate_can_carry_is_told() -> None:
    with pytest.raises(BadArgument, match="no certificate for 'a b'"):
        TlsAuthority(Settings()).issue_client_certificate("a b")


def test_environment_makes_this_process_trust_the_ca(monkeypatch: pytest.MonkeyPatch) -> None:
    with House() as house:
        for name, path in house.tls.trust_environment().items():
            monkeypatch.setenv(name, path)
        greet(house, ssl.create_default_context(), "localhost")


def test_environment_adds_to_those_trusted_already(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from pytest_fakemail.net.certificates import CertificateAuthority

    elsewhere = CertificateAuthority()
    mine = tmp_path / "company.pem"
    mine.write_text(elsewhere.certificate)
    monkeypatch.setenv("SSL_CERT_FILE", str(mine))
    bundle = Path(CertificateAuthority().bundle).read_text()
    assert elsewhere.certificate in bundle
    assert bundle.count("BEGIN CERTIFICATE") == 2


def test_child_process_trusts_the_ca() -> None:
    program = (
        "import socket, ssl, sys\n"
        "with socket.create_connection(('127.0.0.1', int(sys.argv[1]))) as plain:\n"
        "    with ssl.create_default_context().wrap_socket(\n"
        "        plain, server_hostname='localhost'\n"
        "    ) as secure:\n"
        "        print(secure.recv(100))\n"
    )
    with House() as house:
        port = house.listen(is_implicit_tls=True).port
        environment = {**os.environ, **house.tls.trust_environment()}
        said = subprocess.run(
            [sys.executable, "-c", program, str(port)],
            env=environment,
            capture_output=True,
            check=True,
            text=True,
            timeout=30,
        )
    assert said.stdout.strip() == repr(HELLO)


def test_nothing_is_made_before_it_is_needed() -> None:
    program = (
        "import sys\n"
        "from pytest_fakemail.net.tls import TlsAuthority\n"
        "from pytest_fakemail.settings import Settings\n"
        "TlsAuthority(Settings()).presented\n"
        "assert 'trustme' not in sys.modules and 'cryptography' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=30)


def test_files_are_gone_when_the_process_is() -> None:
    program = (
        "import os\n"
        "from pytest_fakemail.net.certificates import shared\n"
        "print(shared.file, flush=True)\n"
        "if os.fork() == 0:\n"
        "    raise SystemExit\n"
        "os.wait()\n"
        "assert os.path.exists(shared.file)\n"
    )
    said = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True, text=True, timeout=30
    )
    path = Path(said.stdout.strip())
    assert path.name == "ca.pem"
    assert not path.parent.exists()


def test_resumed_session_cannot_hide_a_new_certificate() -> None:
    """A client with a ticket skips the certificate; tickets are good for one context only."""
    with House() as house:
        context = house.tls.client_context()
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        session = greet_and_keep(house, context, None)
        house.tls.present("expired")
        with pytest.raises(ssl.SSLCertVerificationError):
            greet_and_keep(house, context, session)


def greet_and_keep(
    house: House, context: ssl.SSLContext, session: ssl.SSLSession | None
) -> ssl.SSLSession | None:
    with (
        house.client(is_implicit_tls=True) as client,
        context.wrap_socket(client, server_hostname="localhost", session=session) as secure,
    ):
        assert read(secure, len(HELLO)) == HELLO
        return secure.session
