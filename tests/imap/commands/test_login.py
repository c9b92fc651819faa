"""How LOGIN and AUTHENTICATE read their arguments."""

import pytest
from imap.cursors import parsed, refusal

from pytest_fakemail.imap.commands.login import Authenticate, Login, authenticate, login


@pytest.mark.parametrize(
    ("text", "user", "password"),
    [
        (b" ann secret", "ann", "secret"),
        (b' "ann@x.test" "a \\"b\\" c"', "ann@x.test", 'a "b" c'),
        (b" {3}\r\nann {6}\r\nsecret", "ann", "secret"),
        (b' {3+}\r\n\xc3\xa4n ""', "än", ""),
    ],
)
def test_login_takes_any_kind_of_string(text: bytes, user: str, password: str) -> None:
    assert parsed(login, text) == Login(user, password)


@pytest.mark.parametrize("text", [b"", b" ann", b" ann ", b" ann secret more", b"ann secret"])
def test_login_takes_two_strings(text: bytes) -> None:
    assert refusal(login, text).status == "BAD"


def test_credentials_that_are_not_utf8_are_nobodys() -> None:
    refused = refusal(login, b' ann "\xff"')
    assert (refused.status, refused.code) == ("NO", "AUTHENTICATIONFAILED")


def test_secrets_are_not_in_reprs() -> None:
    assert "secret" not in repr(Login("ann", "secret"))
    assert "c2VjcmV0" not in repr(Authenticate("PLAIN", b"c2VjcmV0"))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (b" plain", Authenticate("PLAIN")),
        (b" PLAIN AGFubgBz", Authenticate("PLAIN", b"AGFubgBz")),
        (b" EXTERNAL =", Authenticate("EXTERNAL", b"=")),
        (b" X YQ==", Authenticate("X", b"YQ==")),
    ],
)
def test_authenticate_may_have_an_initial_response(text: bytes, wanted: Authenticate) -> None:
    assert parsed(authenticate, text) == wanted


@pytest.mark.parametrize(
    "text", [b"", b" ", b' "PLAIN"', b" PLAIN *", b" PLAIN a b", b" PLAIN ==="]
)
def test_authenticate_refuses_what_is_no_base64(text: bytes) -> None:
    assert refusal(authenticate, text).status == "BAD"


def test_an_initial_response_needs_sasl_ir() -> None:
    assert parsed(authenticate, b" PLAIN", ()) == Authenticate("PLAIN")
    assert refusal(authenticate, b" PLAIN AGFubgBz", ()).status == "BAD"
