import binascii
import hmac
from hashlib import pbkdf2_hmac, sha256

import pytest
from smtp.talk import Talk

from pytest_fakemail.wire.sasl import Mechanism

PLAIN = "AHVzZXJAZXhhbXBsZS50ZXN0AHBhc3N3b3Jk"


def b64(text: str) -> str:
    return binascii.b2a_base64(text.encode(), newline=False).decode()


def test_plain_with_an_initial_response() -> None:
    talk = Talk().hello()
    assert talk.say(f"AUTH PLAIN {PLAIN}") == "235 2.7.0 Authentication successful"
    assert talk.connection.user == "user@example.test"
    talk.begin().data()
    assert (talk.delivery.user, talk.delivery.protocol) == ("user@example.test", "ESMTPA")


def test_plain_without() -> None:
    talk = Talk().hello()
    assert talk.say("AUTH PLAIN") == "334 "
    assert talk.code(PLAIN) == "235 2.7.0"


def test_login_asks_for_name_and_password() -> None:
    talk = Talk().hello()
    assert talk.say("AUTH LOGIN") == "334 VXNlcm5hbWU6"
    assert talk.say(b64("user@example.test")) == "334 UGFzc3dvcmQ6"
    assert talk.code(b64("password")) == "235 2.7.0"


def test_each_line_of_a_dialogue_is_a_secret_exchange() -> None:
    talk = Talk().hello()
    talk.say("AUTH LOGIN", b64("user@example.test"), b64("password"))
    talk.again().hello().say(f"AUTH plain {PLAIN}")
    first, second, third, *_, whole = talk.exchanges[2:]
    verbs = [one.verb for one in (first, second, third, whole)]
    assert verbs == ["AUTH", "response", "response", "AUTH"]
    assert all(one.is_secret for one in (first, second, third, whole))
    assert [one.argument for one in (first, second, third, whole)] == [
        "LOGIN",
        "LOGIN",
        "LOGIN",
        "plain",
    ]


@pytest.mark.parametrize(
    ("mechanism", "responses"),
    [
        ("PLAIN", ["\0ann\0secret"]),
        ("PLAIN", ["boss\0ann\0secret"]),
        ("LOGIN", ["ann", "secret"]),
        ("CRAM-MD5", ["ann 0123456789abcdef"]),
        ("SCRAM-SHA-1", ["n,,n=ann,r=abc"]),
        ("XOAUTH2", ["user=ann\1auth=Bearer x\1\1"]),
        ("OAUTHBEARER", ["n,a=ann,\1auth=Bearer x\1\1"]),
    ],
)
def test_a_fault_may_know_who_wants_to_log_in(mechanism: str, responses: list[str]) -> None:
    talk = Talk().hello()
    talk.say(f"AUTH {mechanism}", *map(b64, responses))
    assert [one.user for one in talk.exchanges[3:]] == ["ann"] * len(responses)
    if mechanism != "CRAM-MD5":
        talk = Talk().hello()
        talk.say(f"AUTH {mechanism} {b64(responses[0])}", *map(b64, responses[1:]))
        assert [one.user for one in talk.exchanges[2:]] == ["ann"] * len(responses)


def test_nobody_is_named_by_nonsense() -> None:
    talk = Talk().hello()
    talk.say("AUTH PLAIN !!!", "AUTH PLAIN =", "AUTH NTLM AAAA", "AUTH")
    assert [one.user for one in talk.exchanges[2:]] == [None] * 4


@pytest.mark.parametrize(("size", "code"), [(12288, "501 5.5.2"), (12289, "500 5.5.6")])
def test_a_response_has_at_most_12288_octets(size: int, code: str) -> None:
    talk = Talk().hello()
    talk.say("AUTH PLAIN")
    assert talk.code("A" * (size - 2)) == code


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        (["AUTH"], "501 5.5.4"),
        (["AUTH PLAIN a b"], "501 5.5.4"),
        (["AUTH NTLM"], "504 5.5.4"),
        (["AUTH EXTERNAL"], "538 5.7.11"),
        (["AUTH PLAIN !!!"], "501 5.5.2"),
        (["AUTH PLAIN AGE"], "501 5.5.2"),
        (["AUTH PLAIN", "!!!"], "501 5.5.2"),
        (["AUTH PLAIN", "*"], "501 5.7.0"),
        (["AUTH LOGIN", "*"], "501 5.7.0"),
        (["AUTH LOGIN", "dXNlcg==", "*"], "501 5.7.0"),
        (["AUTH PLAIN " + b64("nonsense")], "501 5.5.2"),
        (["AUTH PLAIN " + b64("\0user@example.test\0wrong")], "535 5.7.8"),
        (["AUTH PLAIN " + b64("\0nobody\0password")], "535 5.7.8"),
        (["AUTH PLAIN " + b64("other\0user@example.test\0password")], "535 5.7.8"),
        (["AUTH CRAM-MD5 " + b64("x")], "501 5.5.2"),
        (["AUTH PLAIN", "QUJD" * 3073], "500 5.5.6"),
        (["AUTH PLAIN", "QUJD" * 5000], "500 5.5.6"),
    ],
)
def test_what_fails_fails_with_its_code(lines: list[str], code: str) -> None:
    talk = Talk().hello()
    assert talk.code(*lines) == code
    assert talk.connection.user is None
    assert talk.code(f"AUTH PLAIN {PLAIN}") == "235 2.7.0", "and may be tried again"


def test_a_locked_account_is_told() -> None:
    talk = Talk().hello()
    account = talk.service.store.account("user@example.test")
    assert account is not None
    account.lock()
    assert talk.code(f"AUTH PLAIN {PLAIN}") == "535 5.7.13"


def test_an_expired_token_is_told_by_a_challenge_first() -> None:
    talk = Talk().hello()
    account = talk.service.store.account("user@example.test")
    assert account is not None
    token = account.tokens.issue(expires_in="1h")
    words = b64(f"user=user@example.test\1auth=Bearer {token}\1\1")
    assert talk.again().hello().code(f"AUTH XOAUTH2 {words}") == "235 2.7.0"
    talk.service.clock.advance("2h")
    challenge = talk.say(f"AUTH XOAUTH2 {words}")
    assert challenge.startswith("334 ey")
    assert b'"status"' in binascii.a2b_base64(challenge[4:])
    assert talk.code("") == "535 5.7.8"


def test_what_a_mechanism_says_last_is_a_challenge() -> None:
    """SMTP cannot carry data with success (RFC 4954 §4): SCRAM's server signature."""
    talk = Talk().hello()
    bare = "n=user@example.test,r=abc"
    server_first = binascii.a2b_base64(talk.say(f"AUTH SCRAM-SHA-256 {b64('n,,' + bare)}")[4:])
    nonce, salt, count = (part[2:] for part in server_first.decode().split(","))
    salted = pbkdf2_hmac("sha256", b"password", binascii.a2b_base64(salt), int(count))
    final = f"c=biws,r={nonce}"
    key = hmac.digest(salted, b"Client Key", "sha256")
    message = f"{bare},{server_first.decode()},{final}".encode()
    signature = hmac.digest(sha256(key).digest(), message, "sha256")
    proof = bytes(one ^ other for one, other in zip(key, signature, strict=True))
    answer = talk.say(b64(f"{final},p={binascii.b2a_base64(proof, newline=False).decode()}"))
    assert binascii.a2b_base64(answer[4:]).startswith(b"v=")
    assert talk.code("") == "235 2.7.0"


def test_there_is_no_auth_where_it_does_not_belong() -> None:
    assert Talk().code(f"AUTH PLAIN {PLAIN}") == "503 5.5.1"
    talk = Talk()
    talk.say("HELO me")
    assert talk.code(f"AUTH PLAIN {PLAIN}") == "503 5.5.1"
    assert Talk().begin().code(f"AUTH PLAIN {PLAIN}") == "503 5.5.1"
    talk = Talk().hello()
    assert talk.code(f"AUTH PLAIN {PLAIN}", f"AUTH PLAIN {PLAIN}") == "503 5.5.1"


def test_a_mechanism_that_settings_do_not_name_is_unknown() -> None:
    assert Talk(mechanisms=("LOGIN",)).hello().code(f"AUTH PLAIN {PLAIN}") == "504 5.5.4"


def test_a_response_is_no_command() -> None:
    talk = Talk().hello()
    talk.say("AUTH LOGIN")
    assert talk.code("QUIT") == "334 UGFzc3dvcmQ6", "QUIT is good base64"
    assert talk.code("NOOP") == "501 5.5.2", "but no user name in UTF-8"


def test_a_bug_in_a_mechanism_is_a_temporary_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    talk = Talk().hello()
    monkeypatch.setattr(Mechanism, "step", lambda *_: 1 // 0)
    assert talk.code(f"AUTH PLAIN {PLAIN}") == "454 4.7.0"
    assert len(talk.service.bugs) == 1


def test_a_login_that_is_refused_out_of_hand_is_a_secret_too() -> None:
    talk = Talk(line_limits=True, bare_newlines="refuse").hello()
    talk.send(f"AUTH PLAIN {PLAIN}\n".encode())
    talk.send(f"AUTH PLAIN {'QUJD' * 3072}\r\n".encode())
    talk.send(f"AUTHORIZE PLAIN {PLAIN}\r\n".encode())
    assert [(one.argument, one.is_secret) for one in talk.exchanges[2:]] == [("PLAIN", True)] * 3


def test_nothing_shows_a_password() -> None:
    talk = Talk().hello()
    talk.say("AUTH PLAIN")
    assert repr(talk.client.expected) == "a SASL response"
    assert PLAIN not in repr([exchange.argument for exchange in talk.exchanges])
