"""Connections that end in every state: nothing half is delivered, nothing acknowledged is lost."""

import socket

import pytest
from hostile.attacker import ENVELOPE, Attacker, Bystander, captured, settled

from pytest_fakemail import FakeMail

LOGIN = b"AUTH PLAIN AHVzZXJAZXhhbXBsZS50ZXN0AHBhc3N3b3Jk\r\n"
HELLO = b"EHLO evil.test\r\n"
DATA = HELLO + ENVELOPE + b"DATA\r\n"
STATES = {
    "connected": b"",
    "half a command": b"EHL",
    "greeted": HELLO,
    "half a login": HELLO + b"AUTH LOGIN\r\ndXNl",
    "asked for a password": HELLO + b"AUTH LOGIN\r\ndXNlcg==\r\n",
    "logged in": HELLO + LOGIN,
    "starting TLS": HELLO + b"STARTTLS\r\n",
    "MAIL": HELLO + b"MAIL FROM:<a@b.test>\r\n",
    "RCPT": HELLO + ENVELOPE,
    "DATA": DATA,
    "half a message": DATA + b"Subject: half",
    "a message without end": DATA + b"Subject: half\r\n\r\nof it\r\n",
    "half an end": DATA + b"Subject: half\r\n\r\nof it\r\n.",
    "all but a line feed": DATA + b"Subject: half\r\n\r\nof it\r\n.\r",
    "BDAT": HELLO + ENVELOPE + b"BDAT 10 LAST\r\n",
    "half a chunk": HELLO + ENVELOPE + b"BDAT 10 LAST\r\nSubje",
    "a chunk, not the last": HELLO + ENVELOPE + b"BDAT 5\r\nSubje",
    "half a last BDAT": HELLO + ENVELOPE + b"BDAT 5\r\nSubjeBDAT 0 LAST",
    "reset": HELLO + ENVELOPE + b"RSET\r\n",
}


@pytest.mark.parametrize("state", STATES)
def test_who_leaves_delivers_nothing(fakemail: FakeMail, bystander: Bystander, state: str) -> None:
    with Attacker(fakemail) as attacker:
        attacker.say(STATES[state])
        settled(bystander)
        attacker.end_input()
        attacker.rest()
    settled(bystander)
    assert captured(fakemail) == []
    assert fakemail.transcript.for_connection(2).closed is not None


@pytest.mark.parametrize("state", STATES)
def test_who_breaks_off_delivers_nothing(
    fakemail: FakeMail, bystander: Bystander, state: str
) -> None:
    with Attacker(fakemail) as attacker:
        attacker.say(STATES[state])
        settled(bystander)
        attacker.reset()
        settled(bystander)
    assert captured(fakemail) == []
    assert fakemail.transcript.for_connection(2).closed == "reset by the client"


@pytest.mark.parametrize("state", STATES)
def test_who_is_dropped_delivers_nothing(
    fakemail: FakeMail, bystander: Bystander, state: str
) -> None:
    with Attacker(fakemail) as attacker:
        attacker.say(STATES[state])
        settled(bystander)
        fakemail.smtp.drop_connections()
        attacker.rest()
    bystander.comes_again()
    assert captured(fakemail) == []


def test_an_unfinished_message_is_in_the_transcript(
    fakemail: FakeMail, bystander: Bystander
) -> None:
    with Attacker(fakemail).begin_data() as attacker:
        attacker.say(b"Subject: half\r\n\r\nof it")
        settled(bystander)
        attacker.reset()
        settled(bystander)
    assert "C: of it (no line end)" in str(fakemail.transcript)


def test_a_message_that_timed_out_is_in_the_transcript(
    fakemail: FakeMail, bystander: Bystander
) -> None:
    with Attacker(fakemail).begin_data() as attacker:
        attacker.say(b"Subject: half\r\n\r\nof it")
        settled(bystander)
        fakemail.clock.advance(fakemail.settings.smtp_timeout)
        assert attacker.codes(1) == [421]
    bystander.comes_again()
    assert "C: of it (no line end)\nS: 421 " in fakemail.transcript.text()
    assert captured(fakemail) == []


def test_who_says_all_and_closes_his_half_is_answered(fakemail: FakeMail) -> None:
    with Attacker(fakemail) as attacker:
        attacker.say(DATA + b"Subject: whole\r\n\r\n.\r\nQUIT\r\n")
        attacker.end_input()
        assert attacker.codes(6) == [220, 250, 250, 250, 354, 250]
        assert attacker.rest().startswith(b"221 ")
    assert captured(fakemail) == [b"Subject: whole\r\n\r\n"]


def test_who_closes_after_quit_is_bidden_farewell(fakemail: FakeMail) -> None:
    with Attacker(fakemail).greet() as attacker:
        attacker.say(b"QUIT\r\n")
        attacker.end_input()
        assert attacker.rest() == b"221 2.0.0 Bye\r\n"


def test_nothing_behind_quit_is_executed(fakemail: FakeMail) -> None:
    with Attacker(fakemail) as attacker:
        attacker.say(HELLO + b"QUIT\r\n" + ENVELOPE + b"DATA\r\nx\r\n.\r\n")
        assert attacker.codes(2) == [220, 250]
        assert attacker.rest() == b"221 2.0.0 Bye\r\n"
    assert captured(fakemail) == []


def test_every_acknowledged_message_of_who_breaks_off_is_kept(fakemail: FakeMail) -> None:
    with Attacker(fakemail).greet() as attacker:
        for number in range(20):
            attacker.say(ENVELOPE + b"DATA\r\n%d\r\n.\r\n" % number)
            assert attacker.codes(4) == [250, 250, 354, 250]
        attacker.say(ENVELOPE + b"DATA\r\nnever ackn")
        attacker.reset()
    assert captured(fakemail) == [b"%d\r\n" % number for number in range(20)]


def test_close_with_unread_answers_is_no_failure_of_ours(
    fakemail: FakeMail, bystander: Bystander
) -> None:
    for _ in range(20):
        with Attacker(fakemail) as attacker:
            attacker.say(b"EHLO evil.test\r\n" * 100)
        settled(bystander, range(1))


def test_a_client_that_shuts_its_reading_half_is_served(fakemail: FakeMail) -> None:
    with Attacker(fakemail).greet() as attacker:
        attacker.socket.shutdown(socket.SHUT_RD)
        attacker.say(ENVELOPE + b"DATA\r\nblind\r\n.\r\nQUIT\r\n")
        fakemail.outbox.wait_for(sender="mallory@evil.test")
    assert captured(fakemail) == [b"blind\r\n"]
