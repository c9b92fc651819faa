"""A refused login tells the client nothing, and the transcript what is known."""

import base64

import pytest

from pytest_fakemail import FakeMail
from pytest_fakemail.wire.effects import Send
from pytest_fakemail.wire.exchange import Connection


def _plain(name: str, password: str) -> str:
    return base64.b64encode(f"\0{name}\0{password}".encode()).decode()


def notes(one: FakeMail, protocol: str, *lines: str) -> list[str]:
    connection = Connection(1, protocol)
    session = one._server(protocol)._desk.session(connection)
    one._world.record.connected(connection)
    list(session.greeting())
    for line in lines:
        for effect in session.receive_data(f"{line}\r\n".encode()):
            if isinstance(effect, Send):
                one._world.record.sent(connection, effect.data)
    return one.transcript.for_connection(1).notes


USER = "user@example.test"
WRONG = f"login refused: this is not the password of {USER}"
UNKNOWN = f"login refused: no account has this name; there is {USER}"


@pytest.mark.parametrize(
    ("protocol", "lines", "note"),
    [
        ("imap", [f"a LOGIN {USER} x"], WRONG),
        ("imap", ["a LOGIN bob x"], UNKNOWN),
        ("imap", [f"a AUTHENTICATE PLAIN {_plain('bob', 'x')}"], UNKNOWN),
        ("pop3", [f"USER {USER}", "PASS x"], WRONG),
        ("pop3", ["USER bob", "PASS x"], UNKNOWN),
        ("pop3", [f"APOP {USER} 0123"], WRONG),
        ("smtp", ["EHLO x", f"AUTH PLAIN {_plain(USER, 'x')}"], WRONG),
        ("smtp", ["EHLO x", "AUTH LOGIN", "Ym9i", "eA=="], UNKNOWN),
        ("smtp", ["EHLO x", "AUTH CRAM-MD5", "Ym9iIHg="], UNKNOWN),
    ],
)
def test_what_is_known_of_a_refused_login(protocol: str, lines: list[str], note: str) -> None:
    with FakeMail() as one:
        one.account()
        assert note in notes(one, protocol, *lines)


def test_what_is_known_of_a_token() -> None:
    with FakeMail() as one:
        account = one.account()
        expired, revoked = account.token(expires_in="1m"), account.token()
        account.revoke(revoked)
        one.clock.advance("1h")
        tokens = {
            expired: f"the token of {USER} has expired",
            revoked: f"the token of {USER} was revoked",
            "other": f"no such token was issued to {USER}",
        }
        for token, known in tokens.items():
            response = f"user={USER}\x01auth=Bearer {token}\x01\x01"
            line = base64.b64encode(response.encode()).decode()
            assert f"login refused: {known}" in notes(one, "smtp", "EHLO x", f"AUTH XOAUTH2 {line}")


def test_a_login_that_succeeds_has_no_note() -> None:
    with FakeMail(accept_any_login=True) as one:
        assert notes(one, "imap", "a LOGIN bob x") == []
