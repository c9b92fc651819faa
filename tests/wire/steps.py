"""A SASL exchange step by step, and what each came to."""

from pytest_fakemail.wire.exchange import Connection, Tls
from pytest_fakemail.wire.sasl import (
    Challenge,
    Failure,
    Mechanism,
    Outcome,
    Reason,
    Success,
    mechanism,
)
from pytest_fakemail.wire.session import Service

USER = "user@example.test"


def start(service: Service, name: str, connection: Connection | None = None) -> Mechanism:
    found = mechanism(name, service, connection or Connection(7, service.protocol))
    assert found is not None
    return found


def only_step(service: Service, name: str, response: bytes) -> Outcome:
    return start(service, name).step(response)


def reason(outcome: Outcome) -> Reason:
    assert isinstance(outcome, Failure), outcome
    assert outcome.text.isascii()
    assert "\n" not in outcome.text
    return outcome.reason


def user(outcome: Outcome) -> str:
    assert isinstance(outcome, Success), outcome
    return outcome.account.name


def challenge(outcome: Outcome) -> bytes:
    assert isinstance(outcome, Challenge), outcome
    return outcome.data


def with_certificate(*names: str) -> Connection:
    return Connection(7, "pop3", tls=Tls("TLSv1.3", "AES", client_names=names))
