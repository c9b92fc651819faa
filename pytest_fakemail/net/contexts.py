"""What a server brings to a handshake: an `ssl.SSLContext` for each kind of certificate.

Loaded with the first handshake, or when a test first asks for something of TLS.
"""

import ssl
import warnings
from functools import cache
from os import PathLike
from pathlib import Path

from pytest_fakemail.net.certificates import shared as certificates
from pytest_fakemail.net.layer import ServerContext, ServerObject, remember_server_name

_VERSIONS = {
    "tls1.0": ssl.TLSVersion.TLSv1,
    "tls1.1": ssl.TLSVersion.TLSv1_1,
    "tls1.2": ssl.TLSVersion.TLSv1_2,
}


def own_context(
    cert_file: str | PathLike[str],
    key_file: str | PathLike[str] | None = None,
    *,
    asks_clients: bool,
) -> ServerContext:
    """Return what presents a certificate from outside.

    Raises:
        OSError, TypeError, ValueError: files that are not there, or hold no such certificate.
    """
    own = _bare_context()
    own.load_cert_chain(cert_file, key_file, password=_no_passphrase)
    if asks_clients:
        own.verify_mode = ssl.CERT_OPTIONAL
        own.load_verify_locations(cadata=certificates.certificate)
    own.file = str(Path(cert_file).resolve())
    return own


def _no_passphrase() -> str:
    """Answer who asks for one; else OpenSSL would ask at the terminal."""
    raise ValueError("the key has a passphrase")


def _bare_context() -> ServerContext:
    context = ServerContext(ssl.PROTOCOL_TLS_SERVER)
    context.sslobject_class = ServerObject
    context.sni_callback = remember_server_name
    context.options |= ssl.OP_NO_RENEGOTIATION  # as OpenSSL 3 does by itself
    return context


@cache
def server_context(kind: str, hostname: str, host: str, *, asks_clients: bool) -> ssl.SSLContext:
    """Return what presents a certificate of the CA, or a flaw."""
    context = _bare_context()
    if kind in _VERSIONS:
        _speak_only(context, _VERSIONS[kind])
    if kind == "weak-key":
        context.set_ciphers("DEFAULT:@SECLEVEL=0")  # or OpenSSL would not load it
    context.file = certificates.server_file(kind, hostname, host)
    context.load_cert_chain(context.file)
    if asks_clients or kind.startswith("client-certificate-"):
        is_wanted = kind.startswith("client-certificate-")
        context.verify_mode = ssl.CERT_REQUIRED if is_wanted else ssl.CERT_OPTIONAL
        is_refused = kind == "client-certificate-refused"
        context.load_verify_locations(
            cadata=certificates.strangers if is_refused else certificates.certificate
        )
    return context


def _speak_only(context: ssl.SSLContext, version: ssl.TLSVersion) -> None:
    # Python warns of the versions that RFC 8996 deprecates, OpenSSL keeps their ciphers for
    # security level 0: rightly, but a test that wants a bad server knows.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = version
        context.maximum_version = version
    if version != ssl.TLSVersion.TLSv1_2:
        context.set_ciphers("DEFAULT:@SECLEVEL=0")
