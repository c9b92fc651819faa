"""The process's CA: made once, from whatever thread asks first."""

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from pytest_fakemail.net.certificates import CertificateAuthority


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
