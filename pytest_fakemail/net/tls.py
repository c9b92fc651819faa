"""What a FakeMail's servers present in a TLS handshake, and how a client may trust it.

The CA is the process's (`net.certificates`); what is presented is each FakeMail's own.
"""

import ssl
import warnings
from functools import cache
from os import PathLike
from pathlib import Path
from typing import Self

from pytest_fakemail.arguments import text
from pytest_fakemail.dataclass import dataclass
from pytest_fakemail.errors import BadArgument, NotRunning
from pytest_fakemail.faults.engine import FaultEngine  # noqa: TC001  (public)
from pytest_fakemail.net.certificates import shared as certificates
from pytest_fakemail.net.layer import ServerContext, ServerObject, remember_server_name
from pytest_fakemail.net.presenting import (
    HANDSHAKES,
    STARTTLS,
    Presentation,
    Presented,
    make_rules,
)
from pytest_fakemail.query.comparing import Number
from pytest_fakemail.settings import Settings
from pytest_fakemail.wire.exchange import Connection

_VERSIONS = {
    "tls1.0": ssl.TLSVersion.TLSv1,
    "tls1.1": ssl.TLSVersion.TLSv1_1,
    "tls1.2": ssl.TLSVersion.TLSv1_2,
}


@dataclass(frozen=True, slots=True)
class Manner:
    """How a handshake is done: by which context, and with which flaw if not by that."""

    context: ssl.SSLContext
    kind: str = "valid"
    flaw: str = ""


@dataclass(frozen=True, slots=True)
class ClientCertificate:
    """A certificate of the CA for a client: paths of PEM files, as most libraries want them."""

    name: str
    cert_file: str
    key_file: str
    ca_file: str

    def context(self) -> ssl.SSLContext:
        """Return a new client context that shows this certificate and trusts the CA."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(self.ca_file)
        context.load_cert_chain(self.cert_file, self.key_file)
        return context


class TlsAuthority:
    """The TLS of one FakeMail.  Costs nothing until it is used; usable from any thread.

    Attributes:
        faults: those of the FakeMail: what happens around a handshake is done by rules.
        is_closed: whether the FakeMail is closed, so that no handshake can come.
    """

    def __init__(self, settings: Settings) -> None:
        self._hostname = settings.hostname
        self._asks_clients = settings.client_certificates
        self._presented: list[Presented] = []
        self.faults: FaultEngine | None = None
        self.is_closed = False
        self._client_context: ssl.SSLContext | None = None
        self._own: ssl.SSLContext | None = None

    def __repr__(self) -> str:
        return f"<TlsAuthority presenting {self.presented!r}>"

    @property
    def ca_file(self) -> str:
        """Path of a PEM file with the CA's certificate, there until the process ends."""
        return certificates.file

    @property
    def presented(self) -> str:
        """What `present` was asked for last: ``"valid"`` at first."""
        return self._presented[-1].kind if self._presented else "valid"

    def client_context(self) -> ssl.SSLContext:
        """Return a context that trusts this CA and no other; the same one at every call."""
        if self._client_context is None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.load_verify_locations(cadata=certificates.certificate)
            self._client_context = context
        return self._client_context

    def opportunistic_context(self) -> ssl.SSLContext:
        """Return a context that takes any certificate, as relays do between servers (RFC 7435)."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return context

    def present(
        self,
        kind: Presentation,
        *,
        protocol: str | None = None,
        connection: Number = None,
        times: int | None = None,
        nth: int | None = None,
    ) -> Self:
        """Present this in every handshake from now on, or in some; return self.

        Certificates that a client must refuse: ``expired``, ``not-yet-valid``, ``wrong-host``,
        ``self-signed``, ``untrusted``, ``incomplete-chain``, ``weak-key``,
        ``common-name-only``; old versions: ``tls1.0`` … ``tls1.2``; a server that wants one of
        the client: ``client-certificate-required``, ``client-certificate-refused``; handshakes
        and STARTTLS that go wrong: docs/how-to/tls-and-trust.md has them all.  What was said
        last goes first; ``valid`` is as at the beginning.  Validity is by the real time,
        whatever the FakeMail's clock says.

        Args:
            kind: what is wrong.
            protocol: only with this protocol's clients: ``"imap"``.
            connection: only with connections of this number, in the language of criteria.
            times: only so many times; less often fails the test.
            nth: only the handshake of this number, from 1 and from now on, of those that it is for;
                with ``starttls-stripped`` the connection that begins in the clear.

        Raises:
            BadArgument: a kind, a protocol or a number that there is not.
            NotRunning: the FakeMail is closed.
        """
        self._require_open()
        one = Presented(kind, protocol, connection, times, nth)
        if kind in STARTTLS:
            if self.faults is None:
                raise BadArgument(f"{kind!r} is for the servers of a FakeMail")
            make_rules(one, self.faults)
        elif kind not in HANDSHAKES:
            self._context(kind)
        self._presented.append(one)
        return self

    def use_certificate(
        self, cert_file: str | PathLike[str], key_file: str | PathLike[str] | None = None
    ) -> Self:
        """Present a certificate of your own where `present` asks for no flaw; return self.

        It stays until `reset`, and takes effect with the next handshake.  Whether a client trusts
        it is the client's matter: neither `ca_file` nor `fakemail_trust` knows it.

        Args:
            cert_file: a PEM file with the certificate, then those between it and its CA.
            key_file: a PEM file with its private key, without a passphrase; if none is given, the
                key stands in `cert_file`.

        Raises:
            BadArgument: files that are not there, or hold no such certificate and key.
            NotRunning: the FakeMail is closed.
        """
        self._require_open()
        own = _bare_context()
        try:
            own.load_cert_chain(cert_file, key_file, password=_no_passphrase)
        except (OSError, TypeError, ValueError) as error:  # an SSLError is an OSError
            named = f"cert_file={cert_file!r}, key_file={key_file!r}"
            raise BadArgument(f"no certificate to present: {named}: {error}") from None
        if self._asks_clients:
            own.verify_mode = ssl.CERT_OPTIONAL
            own.load_verify_locations(cadata=certificates.certificate)
        own.file = str(Path(cert_file).resolve())
        self._own = own
        return self

    @property
    def last(self) -> Presented:
        """What `present` was asked for last, with how often it was met."""
        return self._presented[-1]

    @property
    def unmet(self) -> list[str]:
        """What was presented and met no handshake, a text for each."""
        return [str(one) for one in self._presented if not one.is_met and not one.is_forgotten]

    def forget_unmet(self) -> None:
        """Expect no handshake any more for what was presented."""
        for one in self._presented:
            one.is_forgotten = True
        # Of what is done by rules nothing is left when those are cleared.
        self._presented = [one for one in self._presented if one.kind not in STARTTLS]

    def reset(self) -> None:
        """Present what is valid and our own, and expect no handshake any more."""
        self._presented = []
        self._own = None

    def manner(self, connection: Connection) -> Manner:
        """Return how the handshake with this client is to be, which begins now."""
        for one in reversed(self._presented):
            if one.kind not in STARTTLS and one.takes(connection):
                one.met += 1
                if one.kind in HANDSHAKES:
                    return Manner(self._context("valid"), one.kind, one.kind)
                return Manner(self._context(one.kind), one.kind)
        return Manner(self._context("valid"))

    def server_context(self) -> ssl.SSLContext:
        """Return the context of what is presented to everyone."""
        kind = self.presented
        return self._context("valid" if kind in (*HANDSHAKES, *STARTTLS) else kind)

    def issue_client_certificate(self, name: str) -> ClientCertificate:
        """Return a certificate for AUTH EXTERNAL; `name` is an e-mail address or a host name.

        Servers ask for it only with the setting ``client_certificates``.

        Raises:
            BadArgument: a name that no certificate can carry.
        """
        text("name", name, "an e-mail address or a host name")
        try:
            cert_file, key_file = certificates.client_files(name)
        except ValueError as error:
            raise BadArgument(f"no certificate for {name!r}: {error}") from None
        return ClientCertificate(name, cert_file, key_file, self.ca_file)

    def trust_environment(self) -> dict[str, str]:
        """Return the environment in which programs trust the CA, besides whom they trust anyway.

        In this process, too: `ssl.create_default_context` reads SSL_CERT_FILE each time.
        Contexts made before are not changed by it, nor are programs that read none of these.
        """
        bundle = certificates.bundle
        replaced = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "AWS_CA_BUNDLE")
        return {
            **dict.fromkeys(replaced, bundle),
            "NODE_EXTRA_CA_CERTS": self.ca_file,  # Node adds it to its own list
        }

    def _require_open(self) -> None:
        if self.is_closed:
            raise NotRunning("this FakeMail is closed")

    def _context(self, kind: str) -> ssl.SSLContext:
        if kind == "valid" and self._own is not None:
            return self._own
        return _server_context(kind, self._hostname, asks_clients=self._asks_clients)


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
def _server_context(kind: str, hostname: str, *, asks_clients: bool) -> ssl.SSLContext:
    context = _bare_context()
    if kind in _VERSIONS:
        _speak_only(context, _VERSIONS[kind])
    if kind == "weak-key":
        context.set_ciphers("DEFAULT:@SECLEVEL=0")  # or OpenSSL would not load it
    context.file = certificates.server_file(kind, hostname)
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
