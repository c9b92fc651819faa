"""Attacks on the border between clear and encrypted (RFC 3207 §4.2, §6)."""

import ssl

import pytest
from hostile.attacker import ENVELOPE, Attacker, Bystander, are_replies, captured, settled

from pytest_fakemail import FakeMail

INJECTED = b"EHLO injected.test\r\n" + ENVELOPE


@pytest.mark.parametrize("injected", [INJECTED, b"N", b"\n", b"\x16\x03\x01\x00\x05"])
def test_commands_pipelined_behind_starttls_are_refused(
    fakemail: FakeMail, injected: bytes
) -> None:
    with Attacker(fakemail).greet() as attacker:
        attacker.say(b"STARTTLS\r\n" + injected)
        assert attacker.codes(1) == [454]
        assert attacker.ask(b"RCPT TO:<user@example.test>") == 503  # no MAIL has happened
        assert attacker.ask(b"STARTTLS") == 220
        attacker.start_tls(fakemail.tls.client_context())
        assert attacker.ask(b"NOOP") == 250
    assert [one.argument for one in fakemail.transcript.commands("MAIL")][1:] == []


def test_nothing_said_before_the_go_ahead_happens_under_tls(
    fakemail: FakeMail, bystander: Bystander
) -> None:
    fakemail.smtp.when("STARTTLS").delay("1m")
    fakemail.clock.freeze()
    with Attacker(fakemail).greet() as attacker:
        attacker.say(b"STARTTLS\r\n")
        settled(bystander)
        attacker.say(INJECTED)
        settled(bystander)
        fakemail.clock.advance("1m")
        assert attacker.codes(1) == [220]
        attacker.start_tls(fakemail.tls.client_context())
        assert attacker.ask(b"MAIL FROM:<a@b.test>") == 503  # EHLO is forgotten, or never was
        assert attacker.ask(b"EHLO honest.test") == 250
        assert attacker.ask(b"RCPT TO:<user@example.test>") == 503
    commands = fakemail.transcript.for_connection(2).commands()
    assert b"injected" not in b"".join(one.request for one in commands)


def test_clear_text_instead_of_a_handshake_is_not_executed(fakemail: FakeMail) -> None:
    with Attacker(fakemail).greet() as attacker:
        assert attacker.ask(b"STARTTLS") == 220
        attacker.say(INJECTED + b"DATA\r\n\r\n.\r\n")
        assert b"250" not in attacker.rest()
    assert captured(fakemail) == []
    assert "TLS failed" in str(fakemail.transcript)


def test_a_login_in_the_clear_is_forgotten_under_tls(fakemail: FakeMail) -> None:
    with Attacker(fakemail).greet() as attacker:
        assert attacker.ask(b"AUTH PLAIN AHVzZXJAZXhhbXBsZS50ZXN0AHBhc3N3b3Jk") == 235
        assert attacker.ask(b"MAIL FROM:<a@b.test>") == 250
        assert attacker.ask(b"STARTTLS") == 220
        attacker.start_tls(fakemail.tls.client_context())
        assert attacker.ask(b"RCPT TO:<user@example.test>") == 503
        attacker.say(b"EHLO me\r\n")
        attacker.reply()
        attacker.say(ENVELOPE + b"DATA\r\n")
        assert attacker.codes(3) == [250, 250, 354]
        attacker.say(b".\r\n")
        assert attacker.codes(1) == [250]
    (mail,) = fakemail.outbox.all(sender="mallory@evil.test")
    assert mail.user is None


@pytest.mark.parametrize(
    "garbage",
    [
        b"EHLO me\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
        b"\0" * 1000,
        b"\xff" * 1000,
        b"\x16\x03\x01\xff\xff" + b"\x01" * 1000,
        b"\x16\x03\x01\x00\x05\x01\x00\x00\x01\x00",
        b"\x80\x2e\x01\x03\x01",
    ],
)
def test_garbage_instead_of_a_client_hello_ends_the_connection(
    fakemail: FakeMail, garbage: bytes
) -> None:
    with Attacker(fakemail, is_tls=True) as attacker:
        attacker.say(garbage)
        attacker.end_input()
        assert b"220" not in attacker.rest()


def test_a_client_hello_to_the_plain_port_is_answered_in_smtp(fakemail: FakeMail) -> None:
    outgoing = ssl.MemoryBIO()
    layer = ssl.create_default_context().wrap_bio(
        ssl.MemoryBIO(), outgoing, server_hostname="localhost"
    )
    with pytest.raises(ssl.SSLWantReadError):
        layer.do_handshake()
    with Attacker(fakemail) as attacker:
        attacker.say(outgoing.read() + b"\r\nQUIT\r\n")
        said = attacker.rest()
    assert are_replies(said)
    assert said.startswith(b"220 ")
    assert b"\r\n221 " in said


def test_a_client_that_leaves_within_the_handshake_leaves_nothing(fakemail: FakeMail) -> None:
    with Attacker(fakemail).greet() as attacker:
        assert attacker.ask(b"STARTTLS") == 220
        attacker.say(b"\x16\x03\x01\x02\x00\x01")
        attacker.reset()
    with Attacker(fakemail, is_tls=True) as other:
        other.say(b"\x16")
        other.reset()
