import hashlib
import hmac
from base64 import b64decode, b64encode

import pytest
from pop3.talk import Talk

from pytest_fakemail.pop3.authorization import apop_digest
from pytest_fakemail.pop3.client import State
from pytest_fakemail.wire.effects import Send, StartTls

USER = "user@example.test"
BAD_LOGIN = "-ERR [AUTH] Invalid user name or password"


def base64(text: str) -> str:
    return b64encode(text.encode()).decode()


def digest(talk: Talk, password: str) -> str:
    timestamp = talk.greeting.split()[-1]
    return hashlib.md5((timestamp + password).encode()).hexdigest()  # noqa: S324 (RFC 1939)


# --- USER and PASS ---------------------------------------------------------------------


@pytest.mark.parametrize("user", ["USER user@example.test", "user USER@Example.Test"])
def test_user_and_password_open_the_maildrop(user: str) -> None:
    talk = Talk()
    assert talk.say(user) == "+OK Send the password"
    assert talk.say("PASS password") == "+OK Logged in, 0 messages"
    assert talk.session.client.state is State.TRANSACTION
    assert talk.connection.user == USER


def test_user_does_not_tell_who_exists() -> None:
    assert Talk().say("USER nobody") == Talk().say("USER user@example.test")


@pytest.mark.parametrize("password", ["wrong", "", "password ", " password", "PASSWORD"])
def test_a_wrong_password_is_refused_and_user_must_be_said_again(password: str) -> None:
    talk = Talk()
    talk.say("USER user@example.test")
    assert talk.say(f"PASS {password}") == BAD_LOGIN
    assert talk.say("PASS password") == "-ERR USER comes first"
    assert talk.connection.user is None


def test_a_password_may_have_spaces_around_and_in_it() -> None:
    talk = Talk(password=" pass  word ")
    talk.say("USER user@example.test")
    assert talk.say("PASS  pass  word ").startswith("+OK")


def test_names_and_passwords_may_be_utf_8() -> None:
    talk = Talk(user="zoë@example.test", password="pässwörd")
    talk.say("USER zoë@example.test")
    assert talk.say("PASS pässwörd").startswith("+OK")


def test_utf_8_names_are_refused_with_utf8_off() -> None:
    talk = Talk(user="zoë@example.test")
    talk.service.capabilities.off("UTF8")
    assert talk.say("USER zoë@example.test") == "-ERR Not text"


def test_user_wants_a_name() -> None:
    assert Talk().say("USER") == "-ERR USER needs a name"


def test_a_locked_account_is_refused() -> None:
    talk = Talk()
    talk.service.store.add_account(USER, "password").lock()
    talk.say("USER user@example.test")
    assert talk.say("PASS password") == "-ERR [AUTH] Account is locked"


def test_user_and_pass_go_with_their_capability() -> None:
    talk = Talk()
    talk.service.capabilities.off("USER")
    assert talk.say("USER user@example.test") == "-ERR Unknown command"
    assert talk.say("PASS password") == "-ERR Unknown command"


def test_any_login_is_accepted_if_the_settings_say_so() -> None:
    talk = Talk(accept_any_login=True)
    talk.say("USER new")
    assert talk.say("PASS secret") == "+OK Logged in, 0 messages"


# --- APOP ------------------------------------------------------------------------------


def test_the_greeting_has_a_timestamp_for_apop() -> None:
    talk = Talk()
    assert talk.greeting == (
        "+OK mail.example.test POP3 ready <1.1767323045000000@mail.example.test>\r\n"
    )
    assert talk.say(f"APOP {USER} {digest(talk, 'password')}") == "+OK Logged in, 0 messages"


def test_the_digest_of_rfc_1939() -> None:
    """RFC 1939 §7 has this example."""
    digest = apop_digest("<1896.697170952@dbc.mtview.ca.us>", "tanstaaf")
    assert digest == "c4c9334bac560ecc979e58001b3e22fb"


def test_apop_prepares_passwords() -> None:
    """RFC 6856 §2.2: both sides apply SASLprep before they make the digest."""
    talk = Talk(password="cafe\u0301")
    prepared = digest(talk, "caf\u00e9")
    assert talk.say(f"APOP {USER} {prepared}").startswith("+OK")


@pytest.mark.parametrize("name", [USER, "nobody"])
def test_apop_refuses_a_wrong_digest(name: str) -> None:
    talk = Talk()
    assert talk.say(f"APOP {name} {digest(talk, 'wrong')}") == BAD_LOGIN
    assert talk.say(f"APOP {name} {'é' * 16}") == BAD_LOGIN


def test_apop_refuses_the_unknown_with_an_empty_password() -> None:
    talk = Talk()
    assert talk.say(f"APOP nobody {digest(talk, '')}") == BAD_LOGIN


def test_apop_refuses_a_locked_account() -> None:
    talk = Talk()
    talk.service.store.add_account(USER, "password").lock()
    answer = talk.say(f"APOP {USER} {digest(talk, 'password')}")
    assert answer == "-ERR [AUTH] Account is locked"


def test_apop_wants_two_words() -> None:
    assert Talk().say("APOP name") == "-ERR APOP wants a name and a digest"


def test_without_apop_there_is_no_timestamp() -> None:
    first = Talk()
    first.service.capabilities.off("APOP")
    talk = first.again()
    assert talk.greeting == "+OK mail.example.test POP3 ready\r\n"
    assert talk.say(f"APOP {USER} {digest(first, 'password')}") == "-ERR Unknown command"


def test_apop_is_not_for_any_login() -> None:
    talk = Talk(accept_any_login=True)
    assert "<" not in talk.greeting
    assert talk.say("APOP a b") == "-ERR APOP wants a timestamp, and the greeting had none"


# --- AUTH ------------------------------------------------------------------------------


def test_auth_alone_lists_the_mechanisms() -> None:
    assert Talk(mechanisms=("PLAIN", "XOAUTH2")).say("AUTH").splitlines() == [
        "+OK Mechanisms follow",
        "PLAIN",
        "XOAUTH2",
        ".",
    ]


def test_auth_plain_in_one_line_and_in_two() -> None:
    credentials = base64("\0user@example.test\0password")
    assert Talk().say(f"AUTH plain {credentials}") == "+OK Logged in, 0 messages"
    talk = Talk()
    assert talk.say("AUTH PLAIN") == "+ "
    assert talk.say(credentials) == "+OK Logged in, 0 messages"


def test_auth_login_asks_for_both() -> None:
    talk = Talk()
    assert talk.say("AUTH LOGIN") == "+ VXNlcm5hbWU6"
    assert talk.say(base64(USER)) == "+ UGFzc3dvcmQ6"
    assert talk.say(base64("password")) == "+OK Logged in, 0 messages"


def test_auth_cram_md5() -> None:
    talk = Talk()
    challenge = b64decode(talk.say("AUTH CRAM-MD5")[2:])
    proof = hmac.new(b"password", challenge, hashlib.md5).hexdigest()
    assert talk.say(base64(f"{USER} {proof}")) == "+OK Logged in, 0 messages"


def test_auth_xoauth2_in_one_line_and_in_two() -> None:
    talk = Talk()
    token = talk.service.store.add_account(USER, "password").tokens.issue()
    response = base64(f"user={USER}\x01auth=Bearer {token}\x01\x01")
    assert talk.say(f"AUTH XOAUTH2 {response}") == "+OK Logged in, 0 messages"
    talk.say("QUIT")
    talk = talk.again()
    assert talk.say("AUTH XOAUTH2") == "+ "
    assert talk.say(response) == "+OK Logged in, 0 messages"


def test_auth_xoauth2_tells_of_an_expired_token_before_it_refuses() -> None:
    talk = Talk()
    token = talk.service.store.add_account(USER, "password").tokens.issue(expires_in=60)
    talk.service.clock.advance(60)
    answer = talk.say("AUTH XOAUTH2 " + base64(f"user={USER}\x01auth=Bearer {token}\x01\x01"))
    assert b64decode(answer[2:]) == b'{"status":"401","schemes":"bearer","scope":"mail"}'
    assert talk.say("") == "-ERR [AUTH] Access token has expired"
    assert talk.say("USER user@example.test").startswith("+OK")


def test_a_token_may_be_as_long_as_rfc_5034_allows() -> None:
    talk = Talk(accept_any_login=True)
    response = base64(f"user=new\x01auth=Bearer {'t' * 9000}\x01\x01")
    assert len(response) > 12_000
    assert talk.say(f"AUTH XOAUTH2 {response}") == "+OK Logged in, 0 messages"


def test_auth_external_believes_the_certificate() -> None:
    talk = Talk().start_tls(USER)
    assert "EXTERNAL" in talk.say("AUTH").splitlines()
    assert talk.say("AUTH EXTERNAL =") == "+OK Logged in, 0 messages"


def test_auth_can_be_cancelled() -> None:
    talk = Talk()
    talk.say("AUTH PLAIN")
    assert talk.say("*") == "-ERR Authentication cancelled"
    assert talk.say("QUIT") == "+OK Bye"


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("AUTH DIGEST-MD5", "-ERR Unknown authentication mechanism"),
        ("AUTH EXTERNAL =", "-ERR [AUTH] No client certificate was presented"),
        ("AUTH PLAIN !", "-ERR Not base64"),
        ("AUTH PLAIN AHVzZXI= AHVzZXI=", "-ERR Not base64"),
        ("AUTH PLAIN =", "-ERR PLAIN wants authorization, user and password"),
        ("AUTH PLAIN " + base64("\0user@example.test\0wrong"), BAD_LOGIN),
        ("AUTH CRAM-MD5 AAAA", "-ERR CRAM-MD5 takes no initial response"),
    ],
)
def test_auth_refuses(line: str, answer: str) -> None:
    talk = Talk()
    assert talk.say(line) == answer
    assert talk.say("QUIT") == "+OK Bye"


@pytest.mark.parametrize("response", ["!", "QUIT!", "a"])
def test_a_response_that_is_no_base64_ends_the_exchange(response: str) -> None:
    talk = Talk()
    talk.say("AUTH PLAIN")
    assert talk.say(response) == "-ERR Not base64"
    assert talk.say("QUIT") == "+OK Bye"


def test_a_fault_that_answers_a_response_ends_the_exchange() -> None:
    talk = Talk()
    talk.say("AUTH PLAIN")
    talk.fault.is_active = True
    talk.fault.answer = [Send(b"-ERR [SYS/TEMP] Later\r\n")]
    assert talk.say(base64("\0user@example.test\0password")) == "-ERR [SYS/TEMP] Later"
    talk.fault.answer = None
    assert talk.say("QUIT") == "+OK Bye"


def test_auth_goes_with_its_capability() -> None:
    talk = Talk()
    talk.service.capabilities.off("SASL")
    assert talk.say("AUTH") == "-ERR Unknown command"


# --- TLS -------------------------------------------------------------------------------


def test_stls_is_followed_by_a_handshake_and_forgets() -> None:
    talk = Talk()
    talk.say("USER user@example.test")
    answer = talk.send(b"STLS\r\nPASS password\r\nNOO")
    assert answer == "+OK Begin TLS negotiation\r\n"
    assert talk.effects[-1] == StartTls()
    talk.start_tls()
    assert talk.say("PASS password") == "-ERR USER comes first"
    talk.log_in()


def test_stls_is_refused_under_tls() -> None:
    assert Talk().start_tls().say("STLS") == "-ERR Command not permitted when TLS active"


def test_stls_is_refused_after_utf8() -> None:
    talk = Talk()
    talk.say("UTF8")
    assert talk.say("STLS") == "-ERR STLS comes before UTF8"


def test_stls_goes_with_its_capability() -> None:
    talk = Talk()
    talk.service.capabilities.off("STLS")
    assert talk.say("STLS") == "-ERR Unknown command"


@pytest.mark.parametrize("line", ["USER a", "PASS a", "APOP a b", "AUTH PLAIN"])
def test_logins_wait_for_tls_if_it_is_required(line: str) -> None:
    talk = Talk(require_tls=True)
    assert talk.say(line) == "-ERR [AUTH] TLS is required to log in"
    talk.start_tls().log_in()


# --- UTF8 ------------------------------------------------------------------------------


def test_utf8_switches_the_mode() -> None:
    talk = Talk()
    assert talk.say("UTF8") == "+OK UTF-8 mode"
    assert talk.session.client.is_utf8


@pytest.mark.parametrize("line", ["UTF8 please", "STLS now"])
def test_commands_without_argument_refuse_one(line: str) -> None:
    assert Talk().say(line) == f"-ERR {line.partition(' ')[0]} has no argument"


def test_utf8_goes_with_its_capability() -> None:
    talk = Talk()
    talk.service.capabilities.off("UTF8")
    assert talk.say("UTF8") == "-ERR Unknown command"
