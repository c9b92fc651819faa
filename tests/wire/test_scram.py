"""SCRAM against the RFCs' own examples, and against every way of cheating."""

import hashlib
import hmac
import secrets
from base64 import b64decode, b64encode

import pytest
from wire.services import make_service

from pytest_fakemail.wire import scram
from pytest_fakemail.wire.exchange import Connection
from pytest_fakemail.wire.sasl import Challenge, Failure, Mechanism, Outcome, Reason, Success
from pytest_fakemail.wire.sasl import mechanism as sasl_mechanism
from pytest_fakemail.wire.session import Service

NAMES = {"SCRAM-SHA-1": "sha1", "SCRAM-SHA-256": "sha256"}


@pytest.fixture
def service() -> Service:
    service = make_service()
    service.store.add_account("ann", "s3crët")
    return service


def start(service: Service, name: str = "SCRAM-SHA-256") -> Mechanism:
    found = sasl_mechanism(name, service, Connection(1, "imap"))
    assert found is not None
    return found


def text(outcome: Outcome) -> str:
    assert isinstance(outcome, Challenge), outcome
    return outcome.data.decode()


def reason(outcome: Outcome) -> Reason:
    assert isinstance(outcome, Failure), outcome
    return outcome.reason


class Client:
    """RFC 5802 as the client does it, written apart from the server's."""

    def __init__(
        self, algorithm: str, password: str, *, name: str = "ann", gs2: str = "n,,"
    ) -> None:
        self.algorithm = algorithm
        self.password = password
        self.gs2 = gs2
        self.bare = f"n={name},r=fyko"

    @property
    def first(self) -> bytes:
        return (self.gs2 + self.bare).encode()

    def final(self, server_first: str, *, binding: str | None = None, nonce: str = "") -> bytes:
        parts = dict(part.split("=", 1) for part in server_first.split(","))
        assert parts["r"].startswith("fyko")
        assert len(parts["r"]) > 20
        encoded = b64encode((self.gs2 if binding is None else binding).encode()).decode()
        without_proof = f"c={encoded},r={nonce or parts['r']}"
        message = f"{self.bare},{server_first},{without_proof}".encode()
        salted = hashlib.pbkdf2_hmac(
            self.algorithm, self.password.encode(), b64decode(parts["s"]), int(parts["i"])
        )
        client_key = hmac.digest(salted, b"Client Key", self.algorithm)
        stored_key = hashlib.new(self.algorithm, client_key).digest()
        signature = hmac.digest(stored_key, message, self.algorithm)
        proof = bytes(a ^ b for a, b in zip(client_key, signature, strict=True))
        server_key = hmac.digest(salted, b"Server Key", self.algorithm)
        verifier = b64encode(hmac.digest(server_key, message, self.algorithm)).decode()
        self.expected = f"v={verifier}"
        return f"{without_proof},p={b64encode(proof).decode()}".encode()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("gs2", ["n,,", "y,,", "n,a=ann,"])
@pytest.mark.parametrize("is_initial", [True, False])
def test_both_sides_prove_that_they_know_the_password(
    service: Service, name: str, gs2: str, *, is_initial: bool
) -> None:
    client, server = Client(NAMES[name], "s3crët", gs2=gs2), start(service, name)
    if not is_initial:
        assert text(server.step(None)) == ""
    server_first = text(server.step(client.first))
    assert text(server.step(client.final(server_first))) == client.expected
    outcome = server.step(b"")
    assert isinstance(outcome, Success)
    assert outcome.account.name == "ann"


@pytest.mark.parametrize(
    ("name", "nonce", "salt", "expected"),
    [
        (
            "SCRAM-SHA-1",
            "3rfcNHYJY1ZVvWVs7j",
            "QSXCR+Q6sek8bf92",
            "v=rmF9pqV8S7suAoZWja4dJRkFsKQ=",
        ),
        (
            "SCRAM-SHA-256",
            "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0",
            "W22ZaJ0SNY7soEsUEjb6gQ==",
            "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=",
        ),
    ],
)
def test_the_examples_of_the_rfcs(
    monkeypatch: pytest.MonkeyPatch, name: str, nonce: str, salt: str, expected: str
) -> None:
    """RFC 5802 §5 and RFC 7677 §3, whose server chose these nonces and salts."""
    service = make_service()
    service.store.add_account("user", "pencil")
    monkeypatch.setattr(secrets, "token_urlsafe", lambda _: nonce)
    monkeypatch.setattr(scram, "salt_of", lambda *_: b64decode(salt))
    client_nonce, proof = {
        "SCRAM-SHA-1": ("fyko+d2lbbFgONRv9qkxdawL", "v0X8v3Bz2T0CJGbJQyF0X+HI4Ts="),
        "SCRAM-SHA-256": (
            "rOprNGfwEbeRWgbNEkqO",
            "dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
        ),
    }[name]
    server = start(service, name)
    server_first = text(server.step(f"n,,n=user,r={client_nonce}".encode()))
    assert server_first == f"r={client_nonce}{nonce},s={salt},i=4096"
    assert text(server.step(f"c=biws,r={client_nonce}{nonce},p={proof}".encode())) == expected
    assert isinstance(server.step(b""), Success)


def test_a_nonce_of_one_character_is_one(service: Service) -> None:
    assert text(start(service).step(b"n,,n=ann,r=x")).startswith("r=x")


def test_escaped_names_are_understood(service: Service) -> None:
    service.store.add_account("a,b=c", "pw")
    client, server = Client("sha256", "pw", name="a=2Cb=3Dc"), start(service)
    assert text(server.step(client.final(text(server.step(client.first))))) == client.expected


@pytest.mark.parametrize("name", ["ann", "nobody"])
def test_a_wrong_proof_is_refused_without_telling_who_exists(service: Service, name: str) -> None:
    client, server = Client("sha256", "wrong", name=name), start(service)
    final = client.final(text(server.step(client.first)))
    assert reason(server.step(final)) is Reason.INVALID


def test_the_salt_of_a_user_stays_the_same(service: Service) -> None:
    def salt(name: str) -> str:
        client, server = Client("sha256", "x", name=name), start(service)
        return text(server.step(client.first)).split(",")[1]

    assert salt("nobody") == salt("nobody")
    assert salt("nobody") != salt("ann")


def test_a_locked_account_is_refused_before_the_server_proves_itself(service: Service) -> None:
    service.store.add_account("ann", "s3crët").lock()
    client, server = Client("sha256", "s3crët"), start(service)
    assert reason(server.step(client.final(text(server.step(client.first))))) is Reason.LOCKED


def test_nobody_acts_as_another(service: Service) -> None:
    client, server = Client("sha256", "s3crët", gs2="n,a=user@example.test,"), start(service)
    final = client.final(text(server.step(client.first)))
    assert reason(server.step(final)) is Reason.UNAUTHORIZED


@pytest.mark.parametrize("tampered", [{"binding": "y,,"}, {"nonce": "fyko"}])
def test_tampering_is_found_out(service: Service, tampered: dict[str, str]) -> None:
    client, server = Client("sha256", "s3crët"), start(service)
    final = client.final(text(server.step(client.first)), **tampered)
    assert reason(server.step(final)) is Reason.MALFORMED


@pytest.mark.parametrize(
    "first",
    [
        b"",
        b"n",
        b"n,,",
        b"n,,n=ann",
        b"n,,n=ann,r=",
        b"n,,r=x,n=ann",
        b"n,,m=ext,n=ann,r=x",
        b"n,,n=a=nn,r=x",
        b"x,,n=ann,r=x",
        b"p=tls-unique,,n=ann,r=x",
        b"n,b=c,n=ann,r=x",
        b"\xff",
    ],
)
def test_malformed_first_messages_are_refused(service: Service, first: bytes) -> None:
    assert reason(start(service).step(first)) is Reason.MALFORMED


@pytest.mark.parametrize("final", [b"", b"c=biws", b"p=x", b"c=biws,r=x", b"\xff", b",,,p="])
def test_malformed_final_messages_are_refused(service: Service, final: bytes) -> None:
    server = start(service)
    server.step(b"n,,n=ann,r=fyko")
    assert reason(server.step(final)) is Reason.MALFORMED
