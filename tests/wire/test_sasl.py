"""The mechanisms as a protocol uses them: through `mechanism` and `step`."""

import hashlib
import hmac

import pytest
from wire.services import make_service
from wire.steps import USER, challenge, only_step, reason, start, user, with_certificate

from pytest_fakemail.wire import sasl_mechanisms
from pytest_fakemail.wire.exchange import Connection
from pytest_fakemail.wire.sasl import (
    Reason,
    decode_initial_response,
    decode_response,
    encode_challenge,
    mechanism,
)
from pytest_fakemail.wire.sasl_offers import offered
from pytest_fakemail.wire.session import Service


@pytest.fixture
def service() -> Service:
    return make_service()


# --- PLAIN -----------------------------------------------------------------------------


@pytest.mark.parametrize("authzid", [b"", b"user@example.test", b"USER@Example.Test"])
def test_plain_lets_in_who_has_the_password(service: Service, authzid: bytes) -> None:
    response = authzid + b"\0user@example.test\0password"
    assert user(only_step(service, "PLAIN", response)) == USER


def test_plain_without_initial_response_asks_for_one(service: Service) -> None:
    plain = start(service, "plain")
    assert challenge(plain.step(None)) == b""
    assert user(plain.step(b"\0user@example.test\0password")) == USER


@pytest.mark.parametrize(
    ("response", "why"),
    [
        (b"\0user@example.test\0wrong", Reason.INVALID),
        (b"\0nobody\0password", Reason.INVALID),
        (b"\0user@example.test\0", Reason.INVALID),
        (b"other\0user@example.test\0password", Reason.UNAUTHORIZED),
        (b"", Reason.MALFORMED),
        (b"user@example.test", Reason.MALFORMED),
        (b"user@example.test\0password", Reason.MALFORMED),
        (b"\0\0password", Reason.MALFORMED),
        (b"\0user@example.test\0pass\0word", Reason.MALFORMED),
        (b"\0user@example.test\0\xff", Reason.MALFORMED),
    ],
)
def test_plain_refuses_with_a_reason(service: Service, response: bytes, why: Reason) -> None:
    assert reason(only_step(service, "PLAIN", response)) is why


def test_a_password_may_be_typed_in_another_unicode_form(service: Service) -> None:
    service.store.add_account("zoë", "cafe\u0301")
    for password in ("cafe\u0301", "caf\u00e9"):
        response = f"\0zoë\0{password}".encode()
        assert user(only_step(service, "PLAIN", response)) == "zoë"
    assert reason(only_step(service, "PLAIN", "\0zoë\0cafè".encode())) is Reason.INVALID


def test_a_name_may_be_typed_in_another_unicode_form(service: Service) -> None:
    service.store.add_account("zo\u00eb", "pw")
    assert user(only_step(service, "PLAIN", "\0zoe\u0308\0pw".encode())) == "zo\u00eb"


def test_a_password_that_saslprep_forbids_is_wrong(service: Service) -> None:
    assert reason(only_step(service, "PLAIN", "\0zoë\0\ue000".encode())) is Reason.INVALID


def test_a_locked_account_is_told_only_to_its_owner(service: Service) -> None:
    service.store.add_account(USER, "password").lock()
    right, wrong = b"\0user@example.test\0password", b"\0user@example.test\0wrong"
    assert reason(only_step(service, "PLAIN", right)) is Reason.LOCKED
    assert reason(only_step(service, "PLAIN", wrong)) is Reason.INVALID


def test_any_login_makes_the_account() -> None:
    service = make_service(accept_any_login=True)
    assert user(only_step(service, "PLAIN", b"\0new\0secret")) == "new"
    assert service.store.account("new@example.test") is not None


# --- LOGIN -----------------------------------------------------------------------------


def test_login_asks_for_user_and_password(service: Service) -> None:
    login = start(service, "LOGIN")
    assert challenge(login.step(None)) == b"Username:"
    assert challenge(login.step(USER.encode())) == b"Password:"
    assert user(login.step(b"password")) == USER


def test_login_takes_the_user_at_once(service: Service) -> None:
    login = start(service, "LOGIN")
    assert challenge(login.step(USER.encode())) == b"Password:"
    assert user(login.step(b"password")) == USER


def test_login_refuses_a_wrong_password(service: Service) -> None:
    login = start(service, "LOGIN")
    login.step(USER.encode())
    assert reason(login.step(b"wrong")) is Reason.INVALID


# --- CRAM-MD5 --------------------------------------------------------------------------


def cram_response(name: str, password: str, data: bytes) -> bytes:
    digest = hmac.new(password.encode(), data, hashlib.md5).hexdigest()
    return f"{name} {digest}".encode()


@pytest.mark.parametrize("name", [USER, "User@Example.Test"])
def test_cram_md5_proves_the_password(service: Service, name: str) -> None:
    cram = start(service, "CRAM-MD5")
    data = challenge(cram.step(None))
    assert user(cram.step(cram_response(name, "password", data))) == USER


def test_cram_md5_challenges_with_a_message_id(service: Service) -> None:
    data = challenge(start(service, "CRAM-MD5").step(None))
    assert data == b"<7.1767323045000000@mail.example.test>"
    service.clock.advance(1)
    assert challenge(start(service, "CRAM-MD5").step(None)) != data


def test_the_example_of_rfc_2195(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """RFC 2195 §2, whose server said this to Tim."""
    msg_id = "<1896.697170952@postoffice.reston.mci.net>"
    monkeypatch.setattr(sasl_mechanisms, "unique_msg_id", lambda *_: msg_id)
    service.store.add_account("tim", "tanstaaftanstaaf")
    cram = start(service, "CRAM-MD5")
    cram.step(None)
    assert user(cram.step(b"tim b913a602c7eda7a495b4e6e7334d3890")) == "tim"


@pytest.mark.parametrize(
    ("response", "why"),
    [
        (b"user@example.test 00000000000000000000000000000000", Reason.INVALID),
        (b"user@example.test", Reason.MALFORMED),
        (b"", Reason.MALFORMED),
        (b"nobody 5da9af8d2a35cd9e8ec1a24b2eb7b2a6", Reason.INVALID),
        ("user@example.test ä".encode(), Reason.INVALID),
        (b"\xff 00", Reason.MALFORMED),
    ],
)
def test_cram_md5_refuses_with_a_reason(service: Service, response: bytes, why: Reason) -> None:
    cram = start(service, "CRAM-MD5")
    cram.step(None)
    assert reason(cram.step(response)) is why


def test_cram_md5_does_not_let_the_unknown_in_with_an_empty_password(service: Service) -> None:
    cram = start(service, "CRAM-MD5")
    data = challenge(cram.step(None))
    assert reason(cram.step(cram_response("nobody", "", data))) is Reason.INVALID


def test_cram_md5_takes_no_initial_response(service: Service) -> None:
    assert reason(only_step(service, "CRAM-MD5", b"user digest")) is Reason.MALFORMED


def test_cram_md5_tells_a_locked_account(service: Service) -> None:
    service.store.add_account(USER, "password").lock()
    cram = start(service, "CRAM-MD5")
    data = challenge(cram.step(None))
    assert reason(cram.step(cram_response(USER, "password", data))) is Reason.LOCKED


# --- EXTERNAL --------------------------------------------------------------------------


@pytest.mark.parametrize("authzid", [b"", USER.encode()])
def test_external_believes_the_certificate(service: Service, authzid: bytes) -> None:
    external = start(service, "EXTERNAL", with_certificate("elsewhere.test", USER))
    assert challenge(external.step(None)) == b""
    assert user(external.step(authzid)) == USER


@pytest.mark.parametrize(
    ("names", "authzid", "why"),
    [
        ((), b"", Reason.INVALID),
        (("nobody",), b"", Reason.INVALID),
        ((USER,), b"ann", Reason.UNAUTHORIZED),
        ((USER,), b"nobody", Reason.UNAUTHORIZED),
        ((USER,), b"\xff", Reason.MALFORMED),
    ],
)
def test_external_refuses_with_a_reason(
    service: Service, names: tuple[str, ...], authzid: bytes, why: Reason
) -> None:
    service.store.add_account("ann", "password")
    external = start(service, "EXTERNAL", with_certificate(*names))
    assert reason(external.step(authzid)) is why


# --- the table -------------------------------------------------------------------------


def test_mechanisms_are_offered_in_the_order_of_the_settings() -> None:
    service = make_service(mechanisms=("XOAUTH2", "PLAIN", "EXTERNAL"))
    assert offered(service, Connection(1, "imap")) == ["XOAUTH2", "PLAIN"]
    assert offered(service, with_certificate(USER)) == ["XOAUTH2", "PLAIN", "EXTERNAL"]


def test_nothing_is_offered_before_tls_where_tls_is_required() -> None:
    service = make_service(require_tls=True)
    assert offered(service, Connection(1, "imap")) == []
    assert "PLAIN" in offered(service, with_certificate())


def test_any_login_offers_nothing_that_needs_a_known_password() -> None:
    service = make_service(accept_any_login=True)
    assert offered(service, Connection(1, "imap")) == ["PLAIN", "LOGIN", "XOAUTH2", "OAUTHBEARER"]


def test_a_mechanism_outside_the_settings_does_not_exist() -> None:
    service = make_service(mechanisms=("PLAIN",))
    assert mechanism("plain", service, Connection(1, "imap")) is not None
    assert mechanism("LOGIN", service, Connection(1, "imap")) is None
    assert mechanism("DIGEST-MD5", service, Connection(1, "imap")) is None


def test_who_speaks_first_is_known(service: Service) -> None:
    first = {name: start(service, name).client_first for name in service.settings.mechanisms}
    assert [name for name, is_client in first.items() if not is_client] == ["LOGIN", "CRAM-MD5"]


def test_secrets_are_not_shown(service: Service) -> None:
    plain = start(service, "PLAIN")
    outcome = plain.step(b"\0user@example.test\0password")
    assert "password" not in repr(plain) + repr(outcome)


# --- base64 ----------------------------------------------------------------------------


@pytest.mark.parametrize("line", [b"*", b"a", b"YQ", b"YQ==\n", b"Y Q==", b"YQ==YQ==", b"\xff"])
def test_malformed_base64_is_told(line: bytes) -> None:
    assert decode_response(line) is None
    assert decode_initial_response(line) is None


def test_base64_there_and_back() -> None:
    assert decode_response(encode_challenge(b"\0a\0b")) == b"\0a\0b"
    assert (encode_challenge(b""), decode_response(b"")) == (b"", b"")
    assert (decode_initial_response(b"="), decode_response(b"=")) == (b"", None)
