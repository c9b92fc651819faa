"""The throw-away CA of a process, and every certificate that servers present.

A certificate is made when it is first asked for and kept for the life of the process, as
are the files that others read; the directory of those goes at exit.  The CA's key never
leaves the process.

Files are read and written by `os` alone: OpenSSL knows the real ones only, and where a test has
pyfakefs put others in their place, this module's `os` stays the real one (`faked_files`).
"""

import atexit
import datetime as dt
import os
import shutil
import ssl
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cached_property, partial
from importlib import import_module
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import TYPE_CHECKING, Any

from pytest_fakemail.errors import BadSetting

if TYPE_CHECKING:
    import trustme

_DATETIME = ("datetime", "datetime")

LOCAL = ("localhost", "127.0.0.1", "::1")
"""Names by which a server is reached, besides its own."""


_FOR_US = 0o600
_FOR_ALL = 0o644
_AS_IT_IS: int = getattr(os, "O_BINARY", 0)
"""Windows would change line ends."""


class CertificateAuthority:
    """A CA made on first need, with the certificates it has issued.  Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._servers: dict[tuple[str, str, str], str] = {}
        self._clients: dict[str, tuple[str, str]] = {}
        self._files: dict[str, str] = {}

    @cached_property
    def _ca(self) -> "trustme.CA":
        with _unpatched_datetime():
            import trustme  # and cryptography: 100 ms that most suites never need

            return trustme.CA(organization_name="pytest-fakemail")

    @cached_property
    def _directory(self) -> str:
        with real_files():
            path = tempfile.mkdtemp(prefix="fakemail-")
            os.chmod(path, 0o755)  # noqa: S103  (an app under another user reads the CA's certificate)
        atexit.register(_remove, path, os.getpid())
        return path

    @property
    def certificate(self) -> str:
        """The CA's certificate, as PEM."""
        with self._lock:
            return self._ca.cert_pem.bytes().decode()

    @property
    def file(self) -> str:
        """Path of a PEM file with the CA's certificate alone."""
        return self._file("ca.pem", self.certificate.encode, mode=_FOR_ALL)

    @property
    def bundle(self) -> str:
        """Path of a PEM file with the CA's certificate and those that are trusted anyway."""
        return self._file(
            "bundle.pem", lambda: _system() + self.certificate.encode(), mode=_FOR_ALL
        )

    def server_file(self, kind: str, hostname: str, host: str = LOCAL[0]) -> str:
        """Return the path of a private key with the certificates to present for `kind`.

        Args:
            kind: ``"valid"`` or a flaw.
            hostname: what the server calls itself.
            host: where it listens.

        Raises:
            BadSetting: a host name that no certificate can carry.
        """
        with self._lock:
            asked = kind, hostname, host
            if asked not in self._servers:
                name = f"server-{len(self._servers) + 1}.pem"
                chain = self._issue(kind, hostname, host)
                self._servers[asked] = self._file(name, lambda: chain)
            return self._servers[asked]

    def client_files(self, name: str) -> tuple[str, str]:
        """Return paths of a client's certificate, issued to `name`, and of its private key."""
        with self._lock:
            if name not in self._clients:
                leaf = self._ca.issue_cert(name, common_name=name)
                stem = f"client-{len(self._clients) + 1}"
                chain = b"".join(blob.bytes() for blob in leaf.cert_chain_pems)
                self._clients[name] = (
                    self._file(f"{stem}.pem", lambda: chain, mode=_FOR_ALL),
                    self._file(f"{stem}.key", leaf.private_key_pem.bytes),
                )
            return self._clients[name]

    def _issue(self, kind: str, hostname: str, host: str) -> bytes:
        names = tuple(dict.fromkeys((hostname, *LOCAL, *_reached_by(host))))
        # Names are those of the extension; but fetchmail wants a common name, too, of 64
        # characters at most.
        issue = partial(self._ca.issue_cert, common_name=LOCAL[0])
        now = self._now()
        day = dt.timedelta(days=1)
        try:
            match kind:
                case "expired":
                    leaf = issue(*names, not_before=now - 365 * day, not_after=now - day)
                case "not-yet-valid":
                    leaf = issue(*names, not_before=now + day, not_after=now + 365 * day)
                case "wrong-host":
                    leaf = issue("elsewhere.invalid", common_name="elsewhere.invalid")
                case "untrusted":
                    leaf = self._stranger.issue_cert(*names)
                case "incomplete-chain":
                    leaf = self._ca.create_child_ca().issue_cert(*names)
                    return leaf.private_key_pem.bytes() + leaf.cert_chain_pems[0].bytes()
                case "self-signed":
                    return _self_signed(names, now)
                case "weak-key" | "common-name-only":
                    return self._odd(kind, names, now)
                case _:
                    leaf = issue(*names)
        except ValueError as error:
            raise BadSetting(f"hostname={hostname!r}: no certificate has it: {error}") from None
        return leaf.private_key_and_cert_chain_pem.bytes()

    def _odd(self, kind: str, names: tuple[str, ...], now: dt.datetime) -> bytes:
        """Return what trustme does not issue: a key of 1024 bits, or no names but the common."""
        from cryptography import x509  # as below
        from cryptography.hazmat.primitives.asymmetric import rsa
        from cryptography.hazmat.primitives.serialization import load_pem_private_key

        issuer = x509.load_pem_x509_certificate(self._ca.cert_pem.bytes())
        authority = load_pem_private_key(self._ca.private_key_pem.bytes(), None)
        is_weak = kind == "weak-key"
        key = rsa.generate_private_key(65537, 1024) if is_weak else _new_key()  # noqa: S505
        return _issued(names if is_weak else (), now, key, issuer, authority)

    @property
    def strangers(self) -> str:
        """The certificate of a CA that has issued nothing to clients, as PEM."""
        with self._lock:
            return self._stranger.cert_pem.bytes().decode()

    def _now(self) -> dt.datetime:
        """Return the file system's idea of now: OpenSSL goes by it, even if a test does not."""
        mark = os.path.join(self._directory, "now")
        with suppress(FileNotFoundError):
            os.unlink(mark)
        _write(mark, b"", _FOR_US)
        return dt.datetime.fromtimestamp(os.stat(mark).st_mtime, dt.UTC)

    @cached_property
    def _stranger(self) -> "trustme.CA":
        import trustme  # as above

        return trustme.CA(organization_name="a stranger")

    def _file(self, name: str, content: Callable[[], bytes], *, mode: int = _FOR_US) -> str:
        with self._lock:
            if name not in self._files:
                path = os.path.join(self._directory, name)
                _write(path, content(), mode)
                self._files[name] = path
            return self._files[name]


@contextmanager
def real_files() -> Iterator[None]:
    """See the real files while a test has pyfakefs put others in their place.

    All of the process sees them: not for where an app may be writing meanwhile.
    """
    module = sys.modules.get("pyfakefs.fake_filesystem_unittest")
    patcher = None if module is None else module.Patcher.PATCHER
    if module is None or patcher is None or not patcher.is_patching:
        yield
    else:
        with module.Pause(patcher):
            yield


def read_file(path: str) -> bytes:
    """Return what is in a file that is there, whatever a test has put into the place of files."""
    handle = os.open(path, os.O_RDONLY | _AS_IT_IS)
    try:
        return b"".join(iter(lambda: os.read(handle, 65536), b""))
    finally:
        os.close(handle)


def _write(path: str, data: bytes, mode: int) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _AS_IT_IS
    handle = os.open(path, flags, _FOR_US)  # so that nobody reads a key meanwhile
    try:
        while data:
            data = data[os.write(handle, data) :]
    finally:
        os.close(handle)
    os.chmod(path, mode)


@contextmanager
def _unpatched_datetime() -> Iterator[None]:
    """Let cryptography meet the real `datetime` first.

    It keeps the class that it finds at its first certificate.  Were that freezegun's, it would
    refuse every date of the real one, for the rest of the process.
    """
    found = dt.datetime
    # A stand-in is derived from the real one.
    real = [one for one in found.__mro__ if (one.__module__, one.__name__) == _DATETIME]
    dt.datetime = real[-1] if real else found  # type: ignore[misc,assignment]
    try:
        yield
    finally:
        dt.datetime = found  # type: ignore[misc]


def _system() -> bytes:
    """The certificates that this process trusts without us, as far as they are in a file."""
    path = os.environ.get("SSL_CERT_FILE") or ssl.get_default_verify_paths().cafile
    try:
        # Where OpenSSL has no file of its own, Python's HTTP clients bring certifi's.
        return read_file(path or import_module("certifi").where()) + b"\n"
    except (ImportError, OSError):
        return b""


def _self_signed(names: tuple[str, ...], now: dt.datetime) -> bytes:
    """Return PEM of a key and of a certificate that vouches for itself."""
    return _issued(names, now, _new_key(), None, None)


def _new_key() -> Any:  # noqa: ANN401  (cryptography's types are not loaded)
    from cryptography.hazmat.primitives.asymmetric import ec  # comes with trustme; loaded as late

    return ec.generate_private_key(ec.SECP256R1())


def _address(name: str) -> IPv4Address | IPv6Address | None:
    """Return the IP address that a name is; None if it is a name."""
    try:
        return ip_address(name.partition("%")[0])  # a zone is no part of it in a certificate
    except ValueError:
        return None


def _reached_by(host: str) -> tuple[str, ...]:
    """Return the name of whom listens there: nobody is reached by 0.0.0.0."""
    address = _address(host)
    if address is not None:
        return () if address.is_unspecified else (str(address),)
    labels = host.removesuffix(".").split(".")
    is_name = host.isascii() and all(label.replace("-", "").isalnum() for label in labels)
    return (host,) if is_name else ()


def _issued(
    names: tuple[str, ...],
    now: dt.datetime,
    key: Any,  # noqa: ANN401  (cryptography's types are not loaded)
    issuer: Any,  # noqa: ANN401
    authority: Any,  # noqa: ANN401
) -> bytes:
    """Return PEM of a key and of a certificate by this issuer, or by itself without one."""
    from cryptography import x509  # as above
    from cryptography.hazmat.primitives import hashes, serialization

    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, LOCAL[0])])
    found = [(name, _address(name)) for name in names]
    addresses = [x509.IPAddress(address) for _, address in found if address is not None]
    hosts = [x509.DNSName(name) for name, address in found if address is None]
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject if issuer is None else issuer.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=365))
    )
    if names:
        alternatives = x509.SubjectAlternativeName([*hosts, *addresses])
        builder = builder.add_extension(alternatives, critical=False)
    if issuer is not None:  # strict clients want to be told whose key vouches for it
        vouching = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.public_key())
        builder = builder.add_extension(vouching, critical=False)
    certificate = builder.sign(authority or key, hashes.SHA256())
    pem = serialization.Encoding.PEM
    private = key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return bytes(private + certificate.public_bytes(pem))


def _remove(directory: str, owner: int) -> None:
    """Remove the directory at exit, but not when a forked child exits."""
    if os.getpid() == owner:
        shutil.rmtree(directory, ignore_errors=True)


shared = CertificateAuthority()
