"""Mail within mail: only CRLF.CRLF ends a message (RFC 5321 §4.1.1.4)."""

import pytest
from hostile.attacker import ENVELOPE, Attacker, Bystander, captured, settled, unsmuggled

from pytest_fakemail import FakeMail

HEAD = b"Subject: innocent\r\n\r\nHello"
SMUGGLED = ENVELOPE + b"DATA\r\nSubject: smuggled\r\n\r\nyou see me?"
ENDS = [
    b"\n.\n",
    b"\n.\r\n",
    b"\n.\r",
    b"\r.\r",
    b"\r.\r\n",
    b"\r.\n",
    b"\r\n.\n",
    b"\r\n.\r",
    b"\r\n\0.\r\n",
    b"\r\n.\0\r\n",
    b"\r\n\r.\r\n",
    b"\r\r\n.\r\r\n",
]
PLAIN_CRLF = (b"\r\n\0.\r\n", b"\r\n.\0\r\n")


def message(end: bytes) -> bytes:
    return HEAD + end + SMUGGLED + b"\r\n"


@pytest.mark.parametrize("end", ENDS)
def test_other_ends_are_none(fakemail: FakeMail, end: bytes) -> None:
    with Attacker(fakemail).begin_data() as attacker:
        attacker.say(message(end) + b".\r\n")
        assert attacker.codes(1) == [250]
        assert attacker.ask(b"NOOP") == 250
    assert captured(fakemail) == [unsmuggled(message(end))]


@pytest.mark.parametrize("end", ENDS)
def test_other_ends_are_none_octet_by_octet(
    fakemail: FakeMail, bystander: Bystander, end: bytes
) -> None:
    with Attacker(fakemail).begin_data() as attacker:
        attacker.say(HEAD)
        for octet in end:
            attacker.say(bytes([octet]))
            settled(bystander)
        attacker.say(SMUGGLED, b"\r", b"\n", b".", b"\r", b"\n")
        assert attacker.codes(1) == [250]
        assert attacker.ask(b"NOOP") == 250
    assert captured(fakemail) == [unsmuggled(message(end))]


@pytest.mark.fakemail(bare_newlines="refuse")
@pytest.mark.parametrize("end", ENDS)
def test_bare_newlines_may_be_refused(fakemail: FakeMail, end: bytes) -> None:
    is_bare = end not in PLAIN_CRLF
    with Attacker(fakemail).begin_data() as attacker:
        attacker.say(message(end) + b".\r\n")
        assert attacker.codes(1) == [550 if is_bare else 250]
        assert attacker.ask(b"NOOP") == 250
    assert captured(fakemail) == ([] if is_bare else [unsmuggled(message(end))])


@pytest.mark.fakemail(bare_newlines="normalise")
@pytest.mark.parametrize("end", ENDS)
def test_normalised_newlines_end_nothing(fakemail: FakeMail, end: bytes) -> None:
    with Attacker(fakemail).begin_data() as attacker:
        attacker.say(message(end) + b".\r\n")
        assert attacker.codes(1) == [250]
        assert attacker.ask(b"NOOP") == 250
    (raw,) = captured(fakemail)
    assert b"you see me?" in raw
    assert raw.count(b"\r\n") == raw.count(b"\r") == raw.count(b"\n")


def test_the_one_true_end_is_one_wherever_it_is_cut(
    fakemail: FakeMail, bystander: Bystander
) -> None:
    end = b"\r\n.\r\n"
    for cut in range(1, len(end)):
        with Attacker(fakemail).begin_data() as attacker:
            attacker.say(HEAD + end[:cut])
            settled(bystander)
            attacker.say(end[cut:] + b"NOOP\r\n")
            assert attacker.codes(2) == [250, 250]
    assert captured(fakemail) == [HEAD + b"\r\n"] * (len(end) - 1)
