"""`mechanisms` decides who gets in by which way, whatever a protocol calls that way."""

import hashlib
from base64 import b64encode

import pytest
from imap.talk import Talk as ImapTalk
from pop3.talk import Talk as Pop3Talk
from smtp.talk import Talk as SmtpTalk

USER, PASSWORD = "user@example.test", "password"
PLAIN = b64encode(f"\0{USER}\0{PASSWORD}".encode()).decode()

BY_TOKEN = ("XOAUTH2",)
BY_PASSWORD = ("PLAIN", "XOAUTH2")
BY_PROOF = ("SCRAM-SHA-256", "XOAUTH2")
NO_SASL = ()


@pytest.mark.parametrize(
    ("mechanisms", "is_open"),
    [
        (BY_TOKEN, False),
        (BY_PASSWORD, True),
        (BY_PROOF, False),
        (NO_SASL, True),
        (("LOGIN",), True),
    ],
)
def test_imaps_login_is_open_where_sasl_takes_passwords(
    mechanisms: tuple[str, ...], *, is_open: bool
) -> None:
    talk = ImapTalk(mechanisms=mechanisms)
    assert ("LOGINDISABLED" in talk.greeting) is not is_open
    assert ("LOGINDISABLED" in talk.say("CAPABILITY")[0]) is not is_open
    assert talk.say(f"LOGIN {USER} {PASSWORD}")[-1].startswith("OK " if is_open else "NO ")


@pytest.mark.parametrize(
    ("mechanisms", "is_open"),
    [
        (BY_TOKEN, False),
        (BY_PASSWORD, True),
        (BY_PROOF, False),
        (NO_SASL, True),
        (("LOGIN",), True),
    ],
)
def test_pop3s_user_and_pass_likewise(mechanisms: tuple[str, ...], *, is_open: bool) -> None:
    talk = Pop3Talk(mechanisms=mechanisms)
    capabilities = talk.say("CAPA").split("\r\n")
    assert ("USER" in capabilities) is is_open
    assert ("UTF8 USER" in capabilities) is is_open
    indicator = "+OK" if is_open else "-ERR"
    assert talk.say(f"USER {USER}").startswith(indicator)
    assert talk.say(f"PASS {PASSWORD}").startswith(indicator)


@pytest.mark.parametrize(
    ("mechanisms", "is_open"),
    [(BY_TOKEN, False), (("EXTERNAL",), False), (BY_PASSWORD, True), (BY_PROOF, True)],
)
def test_apop_is_open_where_a_password_is_of_any_use(
    mechanisms: tuple[str, ...], *, is_open: bool
) -> None:
    talk = Pop3Talk(mechanisms=mechanisms)
    timestamp = talk.greeting.split()[-1]
    assert timestamp.startswith("<") is is_open
    digest = hashlib.md5((timestamp + PASSWORD).encode(), usedforsecurity=False).hexdigest()
    assert talk.say(f"APOP {USER} {digest}").startswith("+OK" if is_open else "-ERR")


@pytest.mark.parametrize("mechanisms", [BY_TOKEN, BY_PROOF, NO_SASL])
def test_a_mechanism_that_is_not_named_lets_nobody_in(mechanisms: tuple[str, ...]) -> None:
    smtp = SmtpTalk(mechanisms=mechanisms).hello()
    assert smtp.code(f"AUTH PLAIN {PLAIN}") == "504 5.5.4"
    pop3, imap = Pop3Talk(mechanisms=mechanisms), ImapTalk(mechanisms=mechanisms)
    assert pop3.say(f"AUTH PLAIN {PLAIN}").startswith("-ERR")
    assert imap.say(f"AUTHENTICATE PLAIN {PLAIN}")[-1].startswith("NO ")
    assert [one.connection.user for one in (smtp, pop3, imap)] == [None] * 3
