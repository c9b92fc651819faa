"""SCRAM-SHA-1 and SCRAM-SHA-256 (RFC 5802, RFC 7677), the server's side.

The server proves as well that it knows the password; neither the password nor anything
worth stealing goes over the wire.  The -PLUS mechanisms bind the login to the TLS layer: by the
hash of the certificate that the server has shown in it (``tls-server-end-point``, RFC 5929 §4),
or by the handshake (``tls-unique``, §3), which is not defined for TLS 1.3 (RFC 9266 §3).  What is
for that, ``tls-exporter``, Python's ssl does not give.
"""

import hashlib
import hmac
import secrets
from binascii import b2a_base64
from collections.abc import Callable, Mapping
from functools import lru_cache

from pytest_fakemail.wire.exchange import Connection
from pytest_fakemail.wire.logins import acting_as, prepared, without_app_password, wrong_password
from pytest_fakemail.wire.sasl_mechanisms import authzid, decoded, saslname
from pytest_fakemail.wire.sasl_outcomes import (
    AuthenticationFailed,
    Challenge,
    Reason,
    Steps,
    Success,
)
from pytest_fakemail.wire.session import Service

ITERATIONS = 4096
"""How often a password is hashed; the least that RFC 7677 §4 allows."""


def scram_sha_1(service: Service, connection: Connection) -> Steps:
    """SCRAM with SHA-1 (RFC 5802)."""
    return _scram(service, connection, "sha1")


def scram_sha_1_plus(service: Service, connection: Connection) -> Steps:
    """SCRAM with SHA-1, bound to the TLS layer (RFC 5802 §6)."""
    return _scram(service, connection, "sha1", is_bound=True)


def scram_sha_256(service: Service, connection: Connection) -> Steps:
    """SCRAM with SHA-256 (RFC 7677)."""
    return _scram(service, connection, "sha256")


def scram_sha_256_plus(service: Service, connection: Connection) -> Steps:
    """SCRAM with SHA-256, bound to the TLS layer (RFC 7677)."""
    return _scram(service, connection, "sha256", is_bound=True)


def _scram(
    service: Service, connection: Connection, algorithm: str, *, is_bound: bool = False
) -> Steps:
    """The exchange of RFC 5802 §3 and §5, in four messages."""
    client_first = decoded((yield Challenge(b"")))
    gs2_header, client_first_bare = _gs2_header(client_first)
    flag, _, rest = gs2_header.partition(",")
    _check_flag(service, connection, algorithm, flag, is_bound=is_bound)
    act_as = authzid(f"n,{rest}" if is_bound else gs2_header)
    name, client_nonce = _client_first_bare(client_first_bare)
    account = service.store.account(name)

    nonce = client_nonce + secrets.token_urlsafe(18)
    salt = salt_of(algorithm, name)
    server_first = f"r={nonce},s={_base64(salt)},i={ITERATIONS}"
    client_final = decoded((yield Challenge(server_first.encode())))

    client_final_bare, _, proof = client_final.rpartition(",p=")
    bound_to = gs2_header.encode()
    if is_bound:
        bound_to += _bindings(connection)[flag.removeprefix("p=")]()
    if client_final_bare.split(",")[:2] != [f"c={_base64(bound_to)}", f"r={nonce}"]:
        raise AuthenticationFailed(Reason.MALFORMED, "Nonce or channel binding was tampered with")
    auth_message = f"{client_first_bare},{server_first},{client_final_bare}".encode()
    password = secrets.token_hex() if account is None else prepared(account.password)
    keys = _Keys(algorithm, password, salt)
    if account is None or not hmac.compare_digest(
        proof.encode(), _base64(keys.client_proof(auth_message)).encode()
    ):
        raise wrong_password(service, connection, account)
    account = acting_as(service, without_app_password(account), act_as)
    yield Challenge(f"v={_base64(keys.server_signature(auth_message))}".encode())
    return Success(account)


def _check_flag(
    service: Service, connection: Connection, algorithm: str, flag: str, *, is_bound: bool
) -> None:
    """Take the client's word on channel binding, or refuse it (RFC 5802 §6).

    Raises:
        AuthenticationFailed: it does not fit the mechanism, is of a type that there is not, or
            somebody has hidden -PLUS.
    """
    if is_bound:
        kinds = _bindings(connection)
        if not flag.startswith("p="):
            text = f"This mechanism wants p={next(iter(kinds))}"
            raise AuthenticationFailed(Reason.MALFORMED, text)
        if flag.removeprefix("p=") not in kinds:
            text = f"Channel binding is by {', '.join(kinds)} here"
            raise AuthenticationFailed(Reason.INVALID, text)
        return
    plus = f"SCRAM-SHA-{'1' if algorithm == 'sha1' else '256'}-PLUS"
    known = service.capabilities
    is_shown = not known.knows(f"AUTH={plus}") or known.shows(f"AUTH={plus}")
    is_offered = connection.tls is not None and plus in service.settings.mechanisms
    if flag == "y" and is_offered and is_shown:
        # The client could bind, and believes that the server cannot: the list of mechanisms
        # was tampered with.
        text = "The server does support channel binding"
        raise AuthenticationFailed(Reason.INVALID, text)


def _bindings(connection: Connection) -> Mapping[str, Callable[[], bytes]]:
    """Return by type what a login can be bound to on this connection."""
    tls = connection.tls
    if tls is None:
        return {}
    kinds: dict[str, Callable[[], bytes]] = {"tls-server-end-point": tls.end_point}
    if tls.unique:
        kinds["tls-unique"] = lambda: tls.unique
    return kinds


def salt_of(algorithm: str, name: str) -> bytes:
    """Return a user's salt, always the same; an unknown user's looks no different (§9)."""
    return hashlib.sha256(f"{algorithm} {name.lower()}".encode()).digest()[:16]


def _gs2_header(message: str) -> tuple[str, str]:
    """``client-first-message = gs2-header client-first-message-bare``."""
    flag, comma, rest = message.partition(",")
    name, second_comma, bare = rest.partition(",")
    return f"{flag}{comma}{name}{second_comma}", bare


def _client_first_bare(message: str) -> tuple[str, str]:
    """``client-first-message-bare = [reserved-mext ","] username "," nonce ["," extensions]``."""
    match message.split(","):
        case [username, nonce, *_] if username[:2] == "n=" and nonce[:2] == "r=" and nonce[2:]:
            return prepared(saslname(username[2:])), nonce[2:]
        case _:
            # A mandatory extension (m=) stands first, and there are none: RFC 5802 §5.1.
            raise AuthenticationFailed(Reason.MALFORMED, "Malformed first message")


class _Keys:
    """What a password and a salt come to (RFC 5802 §3)."""

    __slots__ = ("_algorithm", "_salted_password")

    def __init__(self, algorithm: str, password: str, salt: bytes) -> None:
        self._algorithm = algorithm
        self._salted_password = _salted_password(algorithm, password.encode(), salt)

    def client_proof(self, auth_message: bytes) -> bytes:
        """``ClientKey XOR HMAC(H(ClientKey), AuthMessage)``."""
        client_key = self._hmac(self._salted_password, b"Client Key")
        stored_key = hashlib.new(self._algorithm, client_key).digest()
        signature = self._hmac(stored_key, auth_message)
        return bytes(one ^ other for one, other in zip(client_key, signature, strict=True))

    def server_signature(self, auth_message: bytes) -> bytes:
        """``HMAC(ServerKey, AuthMessage)``."""
        return self._hmac(self._hmac(self._salted_password, b"Server Key"), auth_message)

    def _hmac(self, key: bytes, message: bytes) -> bytes:
        return hmac.digest(key, message, self._algorithm)


@lru_cache(maxsize=128)
def _salted_password(algorithm: str, password: bytes, salt: bytes) -> bytes:
    """``Hi(Normalize(password), salt, i)``, a millisecond's work that need not be done twice."""
    return hashlib.pbkdf2_hmac(algorithm, password, salt, ITERATIONS)


def _base64(data: bytes) -> str:
    return b2a_base64(data, newline=False).decode()
