"""Bearer tokens: XOAUTH2 and OAUTHBEARER (RFC 7628)."""

import pytest
from wire.services import make_service
from wire.steps import USER, challenge, only_step, reason, start, user

from pytest_fakemail.wire.sasl import (
    Failure,
    Reason,
)
from pytest_fakemail.wire.session import Service


@pytest.fixture
def service() -> Service:
    return make_service()


def xoauth2(name: str, token: str) -> bytes:
    return f"user={name}\x01auth=Bearer {token}\x01\x01".encode()


def oauthbearer(name: str, token: str) -> bytes:
    return f"n,a={name},\x01host=h\x01port=110\x01auth=Bearer {token}\x01\x01".encode()


BOTH = pytest.mark.parametrize(
    ("name", "written"), [("XOAUTH2", xoauth2), ("OAUTHBEARER", oauthbearer)]
)


@BOTH
def test_a_token_opens_its_account(service: Service, name: str, written: object) -> None:
    assert callable(written)
    token = service.store.add_account(USER, "password").tokens.issue()
    assert user(only_step(service, name, written(USER, token))) == USER
    in_two_steps = start(service, name)
    assert challenge(in_two_steps.step(None)) == b""
    assert user(in_two_steps.step(written(USER, token))) == USER


@BOTH
@pytest.mark.parametrize("answer", [b"", b"\x01", b"anything"])
def test_a_bad_token_gets_json_and_then_a_refusal(
    service: Service, name: str, written: object, answer: bytes
) -> None:
    assert callable(written)
    bearer = start(service, name)
    said = challenge(bearer.step(written(USER, "no-such-token")))
    assert said.startswith(b'{"status":')
    assert reason(bearer.step(answer)) is Reason.INVALID


@BOTH
def test_a_token_expires_by_the_clock(service: Service, name: str, written: object) -> None:
    assert callable(written)
    token = service.store.add_account(USER, "password").tokens.issue(expires_in="1h")
    assert user(only_step(service, name, written(USER, token))) == USER
    service.clock.advance("1h")
    bearer = start(service, name)
    challenge(bearer.step(written(USER, token)))
    assert reason(bearer.step(b"")) is Reason.EXPIRED


@BOTH
def test_a_revoked_token_is_worthless_even_to_any_login(name: str, written: object) -> None:
    assert callable(written)
    service = make_service(accept_any_login=True)
    account = service.store.add_account(USER, "password")
    token = account.tokens.issue()
    account.tokens.revoke(token)
    bearer = start(service, name)
    challenge(bearer.step(written(USER, token)))
    assert reason(bearer.step(b"")) is Reason.INVALID
    assert user(only_step(service, name, written("new", "whatever"))) == "new"


@BOTH
def test_the_owner_of_a_token_may_be_locked(service: Service, name: str, written: object) -> None:
    assert callable(written)
    account = service.store.add_account(USER, "password")
    token = account.tokens.issue()
    account.lock()
    bearer = start(service, name)
    challenge(bearer.step(written(USER, token)))
    assert reason(bearer.step(b"")) is Reason.LOCKED


@BOTH
def test_a_token_is_not_good_for_another_account(
    service: Service, name: str, written: object
) -> None:
    assert callable(written)
    token = service.store.add_account(USER, "password").tokens.issue()
    service.store.add_account("ann", "password")
    bearer = start(service, name)
    challenge(bearer.step(written("ann", token)))
    assert reason(bearer.step(b"")) is Reason.INVALID


def test_oauthbearer_finds_the_owner_of_a_token_itself(service: Service) -> None:
    token = service.store.add_account(USER, "password").tokens.issue()
    response = f"n,,\x01auth=bearer {token}\x01\x01".encode()
    assert user(only_step(service, "OAUTHBEARER", response)) == USER


def test_oauthbearer_unescapes_names(service: Service) -> None:
    token = service.store.add_account("a,b=c", "password").tokens.issue()
    assert user(only_step(service, "OAUTHBEARER", oauthbearer("a=2Cb=3Dc", token))) == "a,b=c"


@pytest.mark.parametrize(
    ("name", "response"),
    [
        ("XOAUTH2", b""),
        ("XOAUTH2", b"user=user@example.test\x01\x01"),
        ("XOAUTH2", b"auth=Bearer t\x01\x01"),
        ("XOAUTH2", b"user=u\x01auth=Basic t\x01\x01"),
        ("XOAUTH2", b"user=u\x01auth=Bearer\x01\x01"),
        ("XOAUTH2", b"\xff"),
        ("OAUTHBEARER", b""),
        ("OAUTHBEARER", b"\x01"),
        ("OAUTHBEARER", b"n,,"),
        ("OAUTHBEARER", b"x,,\x01auth=Bearer t\x01\x01"),
        ("OAUTHBEARER", b"p=tls-unique,,\x01auth=Bearer t\x01\x01"),
        ("OAUTHBEARER", b"n,a=u=2,\x01auth=Bearer t\x01\x01"),
        ("OAUTHBEARER", b"n,b=u,\x01auth=Bearer t\x01\x01"),
        ("OAUTHBEARER", b"n,a=u\x01auth=Bearer t\x01\x01"),
    ],
)
def test_malformed_token_responses_are_refused_at_once(
    service: Service, name: str, response: bytes
) -> None:
    assert reason(only_step(service, name, response)) is Reason.MALFORMED


def test_channel_binding_is_refused_by_name(service: Service) -> None:
    outcome = only_step(service, "SCRAM-SHA-256", b"p=tls-unique,,n=ann,r=x")
    assert outcome == Failure(Reason.MALFORMED, "Channel binding is not supported")
