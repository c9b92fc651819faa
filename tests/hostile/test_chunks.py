"""BDAT with sizes that are none, or lies (RFC 3030 §2)."""

import pytest
from hostile.attacker import Attacker, Bystander, captured, settled

from pytest_fakemail import FakeMail

HUGE = b"9" * 20


@pytest.mark.parametrize(
    "argument",
    [
        b"",
        b" ",
        b"-1",
        b"-1 LAST",
        b"+5",
        b"5.0",
        b"1e3",
        b"0x10",
        b"5 FIRST",
        b"LAST",
        b"LAST 5",
        b"5 LAST LAST",
        b"5LAST",
        b"9" * 21,
        b"9" * 5000 + b" LAST",
        b"\xd9\xa3",  # an Arabic three
        b"\xc2\xb2",  # a superscript two
    ],
)
def test_a_size_that_is_none_is_refused(fakemail: FakeMail, argument: bytes) -> None:
    with Attacker(fakemail).begin() as attacker:
        assert attacker.ask(b"BDAT " + argument) == 501
        assert attacker.ask(b"NOOP") == 250
    assert captured(fakemail) == []


@pytest.mark.parametrize("size", [HUGE, b"9223372036854775808", b"4294967296", b"134217729"])
def test_a_chunk_that_never_ends_delivers_nothing(
    fakemail: FakeMail, bystander: Bystander, size: bytes
) -> None:
    with Attacker(fakemail).begin() as attacker:
        attacker.say(b"BDAT " + size + b" LAST\r\n", b"x" * 1000, b"\r\n.\r\nQUIT\r\n")
        settled(bystander)
        attacker.end_input()
        assert attacker.rest() == b""
    assert captured(fakemail) == []


def test_a_last_chunk_without_octets_makes_an_empty_message(fakemail: FakeMail) -> None:
    with Attacker(fakemail).begin() as attacker:
        assert attacker.ask(b"BDAT 0 LAST") == 250
        assert attacker.ask(b"BDAT 0 LAST") == 503
    assert captured(fakemail) == [b""]


def test_chunks_without_octets_are_chunks(fakemail: FakeMail) -> None:
    with Attacker(fakemail).begin() as attacker:
        attacker.say(b"BDAT 0\r\n" * 1000 + b"BDAT 2 last\r\nhiBDAT 0 LAST\r\n")
        assert attacker.codes(1002) == [250] * 1001 + [503]
    assert captured(fakemail) == [b"hi"]


def test_octets_beyond_a_chunk_are_commands(fakemail: FakeMail) -> None:
    with Attacker(fakemail).begin() as attacker:
        attacker.say(b"BDAT 2 LAST\r\nhello\r\nNOOP\r\n")
        assert attacker.codes(3) == [250, 500, 250]
    assert captured(fakemail) == [b"he"]


def test_octets_of_a_refused_chunk_are_no_commands(fakemail: FakeMail) -> None:
    smuggled = b"MAIL FROM:<a@b.test>\r\n"
    with Attacker(fakemail).greet() as attacker:
        attacker.say(b"BDAT %d LAST\r\n%bRSET\r\n" % (len(smuggled), smuggled))
        assert attacker.codes(2) == [503, 250]
    assert len(fakemail.transcript.commands("MAIL")) == 1  # the bystander's


def test_data_and_chunks_do_not_mix(fakemail: FakeMail) -> None:
    with Attacker(fakemail).begin() as attacker:
        attacker.say(b"BDAT 2\r\nhi", b"DATA\r\n", b"RCPT TO:<late@example.test>\r\n")
        assert attacker.codes(3) == [250, 503, 503]
        attacker.say(b"BDAT 1 LAST\r\n!")
        assert attacker.codes(1) == [250]
        attacker.say(b"MAIL FROM:<a@b.test>\r\nRCPT TO:<user@example.test>\r\nDATA\r\n")
        assert attacker.codes(3) == [250, 250, 354]
        attacker.say(b"BDAT 5 LAST\r\nhello\r\n.\r\n")
        assert attacker.codes(1) == [250]
    assert captured(fakemail) == [b"hi!", b"BDAT 5 LAST\r\nhello\r\n"]


@pytest.mark.fakemail(max_message_size=1000)
def test_small_chunks_do_not_add_up_to_more_than_the_limit(fakemail: FakeMail) -> None:
    with Attacker(fakemail).begin() as attacker:
        attacker.say(b"BDAT 400\r\n" + b"x" * 400)
        attacker.say(b"BDAT 400\r\n" + b"x" * 400)
        attacker.say(b"BDAT 400\r\n" + b"x" * 400)
        attacker.say(b"BDAT 0 LAST\r\n")
        assert attacker.codes(4) == [250, 250, 552, 503]
        assert attacker.ask(b"RSET") == 250
    assert captured(fakemail) == []
