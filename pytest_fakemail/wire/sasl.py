"""SASL (RFC 4422), the server's side, for all three protocols; no I/O.

A protocol asks `mechanism` for the one that the client named, gives it the client's
responses and is told what each comes to::

    outcome = mechanism.step(initial_response)      # None: the client sent none
    while isinstance(outcome, Challenge):
        outcome = mechanism.step(...)               # the client's answer to outcome.data

The protocol's business is base64 (`decode_response`, `encode_challenge`), the ``=`` that
stands for an empty initial response (`decode_initial_response`) and the client's ``*``.
None of SMTP, POP3 and IMAP can carry data with success, so what a mechanism has to say at
its end (SCRAM) is one more challenge, which the client answers with nothing (RFC 4422 §3.6).
"""

import binascii
from collections.abc import Callable, Mapping

from pytest_fakemail.dataclass import dataclass
from pytest_fakemail.settings import Settings
from pytest_fakemail.wire.exchange import Connection
from pytest_fakemail.wire.sasl_mechanisms import (
    anonymous,
    cram_md5,
    digest_md5,
    external,
    login,
    oauthbearer,
    plain,
    xoauth2,
)
from pytest_fakemail.wire.sasl_outcomes import (
    AuthenticationFailed,
    Challenge,
    Failure,
    Outcome,
    Reason,
    Steps,
    Success,
)
from pytest_fakemail.wire.scram import (
    scram_sha_1,
    scram_sha_1_plus,
    scram_sha_256,
    scram_sha_256_plus,
)
from pytest_fakemail.wire.session import Service

__all__ = [
    "CANCEL",
    "AuthenticationFailed",
    "Challenge",
    "Failure",
    "Mechanism",
    "Outcome",
    "Reason",
    "Success",
    "decode_initial_response",
    "decode_response",
    "encode_challenge",
    "mechanism",
    "offered",
    "takes_clear_passwords",
    "takes_digests",
]

CANCEL = b"*"
"""What a client sends instead of a response to end the exchange."""


@dataclass(frozen=True, slots=True)
class _Kind:
    """A mechanism as the table knows it.

    `client_first`: the client speaks first.  `takes_initial`: an initial response may come
    with the command.  `knows_password`: works only where the server knows the password.
    `needs_tls`, `needs_certificate`: works only in TLS, or with the client's certificate there.
    """

    steps: Callable[[Service, Connection], Steps]
    client_first: bool = True
    takes_initial: bool = True
    knows_password: bool = False
    needs_tls: bool = False
    needs_certificate: bool = False


_KINDS: Mapping[str, _Kind] = {
    "PLAIN": _Kind(plain),
    # Clients do send the user name at once; draft-murchison-sasl-login does not forbid it.
    "LOGIN": _Kind(login, client_first=False),
    "CRAM-MD5": _Kind(cram_md5, client_first=False, takes_initial=False, knows_password=True),
    "SCRAM-SHA-1": _Kind(scram_sha_1, knows_password=True),
    "SCRAM-SHA-256": _Kind(scram_sha_256, knows_password=True),
    "SCRAM-SHA-1-PLUS": _Kind(scram_sha_1_plus, knows_password=True, needs_tls=True),
    "SCRAM-SHA-256-PLUS": _Kind(scram_sha_256_plus, knows_password=True, needs_tls=True),
    "XOAUTH2": _Kind(xoauth2),
    "OAUTHBEARER": _Kind(oauthbearer),
    "EXTERNAL": _Kind(external, needs_certificate=True),
    "ANONYMOUS": _Kind(anonymous),
    "DIGEST-MD5": _Kind(digest_md5, client_first=False, takes_initial=False),
}


class Mechanism:
    """One authentication exchange; of no use after it has come to success or failure."""

    __slots__ = ("_is_started", "_kind", "_steps", "name")

    def __init__(self, name: str, kind: _Kind, steps: Steps) -> None:
        self.name = name
        self._kind = kind
        self._steps = steps
        self._is_started = False

    def __repr__(self) -> str:
        return f"<Mechanism {self.name}>"

    @property
    def client_first(self) -> bool:
        """Whether the client speaks first: then its first challenge is empty."""
        return self._kind.client_first

    def step(self, response: bytes | None) -> Outcome:
        """Take what the client said, out of its base64; say what comes of it.

        Args:
            response: at the first step None if the command brought no initial response.
        """
        try:
            if not self._is_started:
                self._is_started = True
                first = next(self._steps)
                if response is None:
                    return first
                if not self._kind.takes_initial:
                    return Failure(Reason.MALFORMED, f"{self.name} takes no initial response")
            return self._steps.send(response or b"")
        except StopIteration as end:
            success: Success = end.value
            return success
        except AuthenticationFailed as refusal:
            return refusal.failure


def mechanism(name: str, service: Service, connection: Connection) -> Mechanism | None:
    """Return the mechanism of this name, in any case; None if it is not among the settings'.

    Whether TLS is wanted first is the protocol's to ask.
    """
    name = name.upper()
    if name not in map(str.upper, service.settings.mechanisms) or name not in _KINDS:
        return None
    kind = _KINDS[name]
    if kind.needs_tls and connection.tls is None:
        return None
    return Mechanism(name, kind, kind.steps(service, connection))


def offered(service: Service, connection: Connection) -> list[str]:
    """Return the mechanisms to announce now, in the order of the settings.

    Before TLS none, if `settings.require_tls`, and none that is bound to it.  EXTERNAL only with
    a client certificate.
    With `settings.accept_any_login` none that needs a password known beforehand: a client
    that prefers it would fail where PLAIN lets it in.
    """
    settings = service.settings
    if settings.require_tls and connection.tls is None:
        return []
    has_certificate = connection.tls is not None and bool(connection.tls.client_names)
    return [
        name.upper()
        for name in settings.mechanisms
        if (kind := _KINDS.get(name.upper()))
        and (has_certificate or not kind.needs_certificate)
        and (connection.tls is not None or not kind.needs_tls)
        and not (kind.knows_password and settings.accept_any_login)
    ]


def takes_clear_passwords(settings: Settings) -> bool:
    """Whether the commands older than SASL that carry a password are open: LOGIN, USER and PASS.

    They are where PLAIN or LOGIN is, for to the user they are the same: an app that was told to
    use tokens must not get in by password.  Without any mechanism they are all that is left.
    """
    return not settings.mechanisms or not {"PLAIN", "LOGIN"}.isdisjoint(settings.mechanisms)


def takes_digests(settings: Settings) -> bool:
    """Whether APOP is open: where any mechanism is that proves to know a password."""
    proofs = {name for name, kind in _KINDS.items() if kind.knows_password}
    return takes_clear_passwords(settings) or not proofs.isdisjoint(settings.mechanisms)


def encode_challenge(data: bytes) -> bytes:
    """Return a challenge in base64, without line end; nothing for an empty one."""
    return binascii.b2a_base64(data, newline=False)


def decode_response(line: bytes) -> bytes | None:
    """Return what a base64 line without its end says; None if it is no base64 (RFC 4648 §4)."""
    try:
        return binascii.a2b_base64(line, strict_mode=True)
    except binascii.Error:
        return None


def decode_initial_response(argument: bytes) -> bytes | None:
    """Return what the argument behind a mechanism's name says; None if it is no base64.

    ``=`` is the empty response (RFC 4954 §4, RFC 5034 §4, RFC 4959 §3).
    """
    return b"" if argument == b"=" else decode_response(argument)
