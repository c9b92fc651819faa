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
from pytest_fakemail.wire.sasl_offers import BOUND_TO_TLS
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
]

CANCEL = b"*"
"""What a client sends instead of a response to end the exchange."""


_STEPS: Mapping[str, Callable[[Service, Connection], Steps]] = {
    "PLAIN": plain,
    "LOGIN": login,
    "CRAM-MD5": cram_md5,
    "SCRAM-SHA-1": scram_sha_1,
    "SCRAM-SHA-256": scram_sha_256,
    "SCRAM-SHA-1-PLUS": scram_sha_1_plus,
    "SCRAM-SHA-256-PLUS": scram_sha_256_plus,
    "XOAUTH2": xoauth2,
    "OAUTHBEARER": oauthbearer,
    "EXTERNAL": external,
    "ANONYMOUS": anonymous,
    "DIGEST-MD5": digest_md5,
}
"""All that settings can name."""

# In LOGIN clients do send the user name at once; draft-murchison-sasl-login does not forbid it.
_SERVER_FIRST = frozenset(("LOGIN", "CRAM-MD5", "DIGEST-MD5"))
_WITHOUT_INITIAL = frozenset(("CRAM-MD5", "DIGEST-MD5"))
"""No initial response may come with the command."""


class Mechanism:
    """One authentication exchange; of no use after it has come to success or failure."""

    __slots__ = ("_is_started", "_steps", "name")

    def __init__(self, name: str, steps: Steps) -> None:
        self.name = name
        self._steps = steps
        self._is_started = False

    def __repr__(self) -> str:
        return f"<Mechanism {self.name}>"

    @property
    def client_first(self) -> bool:
        """Whether the client speaks first: then its first challenge is empty."""
        return self.name not in _SERVER_FIRST

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
                if self.name in _WITHOUT_INITIAL:
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
    if name not in map(str.upper, service.settings.mechanisms) or name not in _STEPS:
        return None
    if name in BOUND_TO_TLS and connection.tls is None:
        return None
    return Mechanism(name, _STEPS[name](service, connection))


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
