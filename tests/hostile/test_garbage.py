"""Octets that are no SMTP: answered or hung up on, never executed, never a failure of ours."""

import random

import pytest
from hostile.attacker import ENVELOPE, Attacker, Bystander, are_replies, captured, settled

from pytest_fakemail import FakeMail

SOME = bytes(range(256))


def noise(seed: int, size: int = 5000) -> bytes:
    """Return random octets with line ends and the beginnings of commands among them."""
    chance = random.Random(seed)  # noqa: S311  (repeatable, not secret)
    words = [
        b"\r\n",
        b"\n",
        b"\r",
        b"MAIL FROM:<",
        b"RCPT TO:",
        b"AUTH PLAIN ",
        b"DATA",
        b"BDAT 5 ",
    ]
    pieces = [
        chance.choice(words) if chance.random() < 0.2 else chance.randbytes(chance.randrange(30))
        for _ in range(size // 15)
    ]
    return b"".join(pieces)


@pytest.mark.parametrize("seed", range(15))
def test_noise_is_answered_with_replies(fakemail: FakeMail, seed: int) -> None:
    with Attacker(fakemail) as attacker:
        attacker.say(noise(seed))
        attacker.end_input()
        said = attacker.rest()
    assert said.startswith(b"220 ")
    assert are_replies(said)


@pytest.mark.parametrize("before", [b"AUTH LOGIN\r\n", b"AUTH SCRAM-SHA-256\r\n", ENVELOPE])
def test_noise_in_the_middle_is_answered_with_replies(fakemail: FakeMail, before: bytes) -> None:
    for seed in range(5):
        with Attacker(fakemail).greet() as attacker:
            attacker.say(before + noise(seed))
            attacker.end_input()
            assert are_replies(attacker.rest())


def test_what_comes_before_the_greeting_is_answered_after_it(
    fakemail: FakeMail, bystander: Bystander
) -> None:
    fakemail.smtp.when("connect").delay("1m")
    fakemail.clock.freeze()
    with Attacker(fakemail) as attacker:
        attacker.say(b"EHLO early.test\r\n" + ENVELOPE + b"DATA\r\n")
        settled(bystander)
        fakemail.clock.advance("1m")
        assert attacker.codes(5) == [220, 250, 250, 250, 354]
        attacker.say(b"early\r\n.\r\n")
        assert attacker.codes(1) == [250]
    assert captured(fakemail) == [b"early\r\n"]


def test_early_talkers_are_refused_without_pipelining(fakemail: FakeMail) -> None:
    fakemail.smtp.capabilities.off("PIPELINING")
    with Attacker(fakemail).greet() as attacker:
        attacker.say(ENVELOPE)
        assert attacker.codes(2) == [250, 503]
    fakemail.smtp.capabilities.on("PIPELINING")


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"EH\0LO me", 500),
        (b"\0", 500),
        (b"MAIL FROM:<a\0@b.test>", 501),
        (b"MAIL FROM:<a@b.test>\0", 501),
        (b"MAIL FROM:<a@b.test> SIZE=\0", 501),
        (b"MAIL FROM:<a@b.test> \0=1", 501),
        (b"MAIL FROM:<\xff@b.test> SMTPUTF8", 501),
        (b"MAIL FROM:<\xed\xa0\x80@b.test> SMTPUTF8", 501),
        (b"MAIL FROM:<a@b.test\r> BODY=7BIT", 501),
        (b"RCPT TO:<a@b.test\0>", 501),
        (b"VRFY \0\xff", 553),
        (b"EXPN \0", 553),
        (b"HELP \0", 504),
        (b"STARTTLS \0", 501),
        (b"DATA \0", 501),
        (b"BDAT \0", 501),
        (b"QUIT \0", 501),
        (b"AUTH \0", 504),
        (b"AUTH PLAIN \0", 501),
        (b"AUTH PLAIN \xff\xfe", 501),
        (b"\xff\xfe\xfd", 500),
        ("\u041cAIL FROM:<a@b.test>".encode(), 500),  # with a Cyrillic letter
        ("\ufb01ll".encode(), 500),  # a ligature, whose upper case is two letters
    ],
)
def test_nul_and_invalid_utf8_in_commands(fakemail: FakeMail, line: bytes, code: int) -> None:
    with Attacker(fakemail).greet() as attacker:
        assert attacker.ask(line) == code
        assert attacker.ask(b"NOOP \0\xff") == 250


def test_a_client_may_call_itself_anything(fakemail: FakeMail) -> None:
    with Attacker(fakemail).greet() as attacker:
        assert attacker.ask(b"EHLO \0\xff\r\x1b[2J") == 250
        attacker.say(ENVELOPE + b"DATA\r\n.\r\n")
        assert attacker.codes(4) == [250, 250, 354, 250]
    (mail,) = fakemail.outbox.all(sender="mallory@evil.test")
    assert mail.helo.encode(errors="surrogateescape") == b"\0\xff\r\x1b[2J"
    assert "\x1b" not in str(fakemail.transcript)


def test_any_octets_in_a_message_are_kept(fakemail: FakeMail) -> None:
    raw = b"\0: " + SOME * 20 + b"\r\n"
    with Attacker(fakemail).begin_data() as attacker:
        attacker.say(raw + b".\r\n")
        assert attacker.codes(1) == [250]
    (mail,) = fakemail.outbox.all(sender="mallory@evil.test")
    assert mail.raw == raw
    for view in ("subject", "text", "html", "links", "attachments", "bcc", "message", "headers"):
        getattr(mail, view)  # garbage is no reason to raise
    str(fakemail.transcript)
    fakemail.outbox.assert_none(text="no such thing")


def test_a_browser_is_sent_away(fakemail: FakeMail) -> None:
    with Attacker(fakemail) as attacker:
        attacker.say(
            b"POST / HTTP/1.1\r\nHost: x\r\n\r\n" + b"EHLO me\r\n" + ENVELOPE + b"DATA\r\n"
        )
        assert [line[:3] for line in attacker.rest().splitlines()] == [b"220", b"221"]


def test_who_makes_mistakes_only_is_hung_up_on(fakemail: FakeMail) -> None:
    with Attacker(fakemail).greet() as attacker:
        attacker.say(b"NONSENSE\r\n" * 1000)
        said = attacker.rest()
    assert are_replies(said)
    assert said.splitlines()[-1].startswith(b"421 ")
    assert said.count(b"\r\n") < 100
