"""What a FakeMail's servers present in a TLS handshake, and how a client may trust it.

The CA is the process's (`net.certificates`); what is presented is each FakeMail's own.
"""

import ssl
from collections.abc import Callable
from os import PathLike
from typing import TYPE_CHECKING, Self

from pytest_fakemail.dataclass import dataclass
from pytest_fakemail.errors import BadArgument, NotRunning
from pytest_fakemail.settings import Settings
from pytest_fakemail.spelling import Fixed, Spelt

if TYPE_CHECKING:  # a test without TLS loads none of it
    from pytest_fakemail.faults.engine import FaultEngine
    from pytest_fakemail.net.certificates import CertificateAuthority
    from pytest_fakemail.net.presenting import Presentation, Presented
    from pytest_fakemail.query.wanted import Number
    from pytest_fakemail.wire.exchange import Connection


def nothing_taken() -> None:
    """Give nothing back."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How a handshake is done: by which context, and with which flaw if not by that.

    `give_back` is for a client that has begun none: what was presented to it waits for another.
    """

    context: ssl.SSLContext
    kind: str = "valid"
    flaw: str = ""
    give_back: Callable[[], None] = nothing_taken


@dataclass(frozen=True, slots=True)
class ClientCertificate:
    """A certificate of the CA for a client: paths of PEM files, as most libraries want them.

    `name` is whom it names; `cert_file` and `key_file` are its own, `ca_file` is the CA's.
    """

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


class TlsAuthority(Fixed, Spelt):
    """The TLS of one FakeMail.  Costs nothing until it is used; usable from any thread.

    Attributes:
        faults: those of the FakeMail: what happens around a handshake is done by rules.
        is_closed: whether the FakeMail is closed, so that no handshake can come.
    """

    _settable = frozenset(("faults", "is_closed"))

    def __init__(self, settings: Settings) -> None:
        self._hostname, self._host = settings.hostname, settings.host
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
        return _certificates().file

    @property
    def presented(self) -> str:
        """What `present` was asked for last: ``"valid"`` at first."""
        return self._presented[-1].kind if self._presented else "valid"

    def client_context(self) -> ssl.SSLContext:
        """Return a context that trusts this CA and no other; the same one at every call."""
        if self._client_context is None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.load_verify_locations(cadata=_certificates().certificate)
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
        kind: "Presentation",
        *,
        protocol: str | None = None,
        connection: "Number" = None,
        times: int | None = None,
        nth: "Number" = None,
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
                with ``starttls-stripped`` the connection that begins in the clear; likewise in the
                language of criteria.

        Raises:
            BadArgument: a kind, a protocol or a number that there is not.
            NotRunning: the FakeMail is closed.
        """
        from pytest_fakemail.net.presenting import Presented, make_rules

        self._require_open()
        one = Presented(kind, protocol, connection, times, nth)
        if one.is_of_rules:
            if self.faults is None:
                raise BadArgument(f"{kind!r} is for the servers of a FakeMail")
            make_rules(one, self.faults)
        elif not one.is_of_handshake:
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
        from pytest_fakemail.net.contexts import own_context

        try:
            self._own = own_context(cert_file, key_file, asks_clients=self._asks_clients)
        except (OSError, TypeError, ValueError) as error:  # an SSLError is an OSError
            named = f"cert_file={cert_file!r}, key_file={key_file!r}"
            raise BadArgument(f"no certificate to present: {named}: {error}") from None
        return self

    @property
    def last(self) -> "Presented":
        """What `present` was asked for last, with how often it was met.

        Raises:
            BadArgument: it was asked for nothing since the beginning, or `reset`.
        """
        if not self._presented:
            raise BadArgument("nothing was presented yet; present() comes first")
        return self._presented[-1]

    @property
    def unmet(self) -> list[str]:
        """What was presented and met no handshake, a text for each."""
        return [str(one) for one in self._unmet]

    @property
    def _unmet(self) -> "list[Presented]":
        return [one for one in self._presented if one._why_unmet()]  # noqa: SLF001  (our own)

    def forget_unmet(self) -> None:
        """Expect no handshake any more for what was presented."""
        for one in self._presented:
            one.is_forgotten = True
        # Of what is done by rules nothing is left when those are cleared.
        self._presented = [one for one in self._presented if not one.is_of_rules]

    def reset(self) -> None:
        """Present what is valid and our own, and expect no handshake any more."""
        self._presented = []
        self._own = None

    def manner(self, connection: "Connection") -> Manner:
        """Return how the handshake with this client is to be, which begins now."""
        # All of them count it, whichever takes it, as rules do.
        taking = [one for one in self._presented if not one.is_of_rules and one.takes(connection)]
        if not taking:
            return Manner(self._context("valid"))
        one = taking[-1]
        one.meet()

        def give_back() -> None:
            for other in taking:
                other.give_back(is_met=other is one)

        if one.is_of_handshake:
            return Manner(self._context("valid"), one.kind, one.kind, give_back)
        return Manner(self._context(one.kind), one.kind, give_back=give_back)

    def server_context(self) -> ssl.SSLContext:
        """Return the context of what is presented to everyone."""
        last = self._presented[-1] if self._presented else None
        has_own = last is not None and not last.is_of_rules and not last.is_of_handshake
        return self._context(self.presented if has_own else "valid")

    def issue_client_certificate(self, name: str) -> ClientCertificate:
        """Return a certificate for AUTH EXTERNAL; `name` is an e-mail address or a host name.

        Servers ask for it only with the setting ``client_certificates``.

        Raises:
            BadArgument: a name that no certificate can carry.
        """
        from pytest_fakemail.arguments import text

        text("name", name, "an e-mail address or a host name")
        try:
            cert_file, key_file = _certificates().client_files(name)
        except ValueError as error:
            raise BadArgument(f"no certificate for {name!r}: {error}") from None
        return ClientCertificate(name, cert_file, key_file, self.ca_file)

    def trust_environment(self) -> dict[str, str]:
        """Return the environment in which programs trust the CA, besides whom they trust anyway.

        In this process, too: `ssl.create_default_context` reads SSL_CERT_FILE each time.
        Contexts made before are not changed by it, nor are programs that read none of these.
        """
        bundle = _certificates().bundle
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
        from pytest_fakemail.net.contexts import server_context

        return server_context(kind, self._hostname, self._host, asks_clients=self._asks_clients)


def _certificates() -> "CertificateAuthority":
    from pytest_fakemail.net.certificates import shared

    return shared
