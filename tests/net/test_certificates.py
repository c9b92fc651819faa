"""The process's CA: made once, from whatever thread asks first."""

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from pytest_fakemail.net.certificates import CertificateAuthority, shared
from pytest_fakemail.net.tls import TlsAuthority
from pytest_fakemail.settings import Settings


def test_certificates_are_made_once_for_all_threads() -> None:
    authority = CertificateAuthority()

    def ask(_: int) -> tuple[str, str]:
        return authority.file, authority.server_file("valid", "mail.example.test")

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(ask, range(32)))) == 1


def test_each_host_name_has_a_certificate_of_its_own() -> None:
    authority = CertificateAuthority()
    path = authority.server_file("valid", "one.example.test")
    assert path != authority.server_file("valid", "two.example.test")
    assert path != authority.server_file("expired", "one.example.test")
    certificate = x509.load_pem_x509_certificate(Path(path).read_bytes())
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["one.example.test", "localhost"]
    common = certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    assert [attribute.value for attribute in common] == ["localhost"]
    addresses = names.get_values_for_type(x509.IPAddress)
    assert [str(address) for address in addresses] == ["127.0.0.1", "::1"]


@pytest.mark.parametrize("kind", ["valid", "self-signed"])
def test_long_host_name_has_a_certificate_too(kind: str) -> None:
    path = CertificateAuthority().server_file(kind, f"{'a' * 60}.{'b' * 60}.example.test")
    assert Path(path).exists()


def test_keys_are_elliptic() -> None:
    authority = CertificateAuthority()
    ca = x509.load_pem_x509_certificate(authority.certificate.encode())
    leaf = x509.load_pem_x509_certificate(
        Path(authority.server_file("valid", "mail.example.test")).read_bytes()
    )
    assert isinstance(ca.public_key(), ec.EllipticCurvePublicKey)
    assert isinstance(leaf.public_key(), ec.EllipticCurvePublicKey)


def test_authorities_do_not_trust_each_other() -> None:
    assert CertificateAuthority().certificate != CertificateAuthority().certificate


def test_apps_under_other_users_can_read_certificates_and_no_keys() -> None:
    authority = CertificateAuthority()
    certificate, key = authority.client_files("ann@example.test")
    public = [authority.file, authority.bundle, certificate]
    private = [key, authority.server_file("valid", "mail.example.test")]
    assert {stat.S_IMODE(Path(path).stat().st_mode) for path in public} == {0o644}
    assert {stat.S_IMODE(Path(path).stat().st_mode) for path in private} == {0o600}
    assert stat.S_IMODE(Path(authority.file).parent.stat().st_mode) == 0o755


def test_modes_do_not_depend_on_the_umask() -> None:
    before = os.umask(0o077)
    try:
        test_apps_under_other_users_can_read_certificates_and_no_keys()
    finally:
        os.umask(before)


def names_in(path: str) -> list[str]:
    """The names and addresses that a certificate is for."""
    found = x509.load_pem_x509_certificates(Path(path).read_bytes())[0]
    names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    addresses = map(str, names.get_values_for_type(x509.IPAddress))
    return [*names.get_values_for_type(x509.DNSName), *addresses]


@pytest.mark.parametrize(
    ("host", "added"),
    [
        ("127.0.0.1", []),
        ("localhost", []),
        ("127.0.0.2", ["127.0.0.2"]),
        ("0:0:0:0:0:0:0:5", ["::5"]),
        ("fe80::1%eth0", ["fe80::1"]),
        ("mail.internal", ["mail.internal"]),
        ("0.0.0.0", []),  # noqa: S104  (nobody listens)
        ("::", []),
        ("", []),
        ("no_name", []),
    ],
)
@pytest.mark.parametrize("kind", ["valid", "self-signed"])
def test_a_certificate_is_for_where_the_server_listens(
    kind: str, host: str, added: list[str]
) -> None:
    names = names_in(shared.server_file(kind, "mail.example.test", host))
    assert sorted(names) == sorted(["mail.example.test", "localhost", "127.0.0.1", "::1", *added])


def test_a_server_that_is_called_by_its_address_has_that_in_its_certificate() -> None:
    for kind in ("valid", "self-signed"):
        assert "192.0.2.7" in names_in(shared.server_file(kind, "192.0.2.7"))


def test_servers_present_one_for_the_host_of_their_settings() -> None:
    context = TlsAuthority(Settings(host="127.0.0.2")).server_context()
    assert "127.0.0.2" in names_in(context.file)  # type: ignore[attr-defined]
