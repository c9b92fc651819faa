"""AUTH with responses that are none (RFC 4954 §4, §6)."""

import base64

import pytest
from hostile.attacker import Attacker

from pytest_fakemail import FakeMail

MECHANISMS = (
    "PLAIN",
    "LOGIN",
    "CRAM-MD5",
    "SCRAM-SHA-1",
    "SCRAM-SHA-256",
    "XOAUTH2",
    "OAUTHBEARER",
)
GARBAGE = [
    b"not base64!",
    b"====",
    b"=",
    b"A",
    b"QQ",
    b"QQ==QQ==",
    b"\xff\xfe",
    b"\0",
    base64.b64encode(b""),
    base64.b64encode(b"\0"),
    base64.b64encode(b"\0\0"),
    base64.b64encode(b"\0\0\0\0"),
    base64.b64encode(b"\xff\xfe\0\xff\0\xff"),
    base64.b64encode(b"\0user@example.test\0wrong"),
    base64.b64encode(b"n,,n=user@example.test,r="),
    base64.b64encode(b"n,,n=\0,r=\xff"),
    base64.b64encode(b"user=\x01auth=Bearer \x01\x01"),
    base64.b64encode(b"a" * 9000),
]


def secret(response: bytes) -> str:
    return response.decode("latin-1")


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_garbage_gets_nobody_in(fakemail: FakeMail, mechanism: str) -> None:
    for garbage in GARBAGE:
        with Attacker(fakemail).greet() as attacker:
            code = attacker.ask(b"AUTH " + mechanism.encode() + b" " + garbage)
            while code == 334:
                code = attacker.ask(garbage)
            assert code in (501, 535, 504), (garbage, code)
            assert attacker.ask(b"AUTH PLAIN AHVzZXJAZXhhbXBsZS50ZXN0AHBhc3N3b3Jk") == 235
    text = str(fakemail.transcript)
    assert not [one for one in GARBAGE if len(one) > 8 and secret(one) in text]


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_a_star_cancels(fakemail: FakeMail, mechanism: str) -> None:
    with Attacker(fakemail).greet() as attacker:
        assert attacker.ask(b"AUTH " + mechanism.encode()) == 334
        assert attacker.ask(b"*") == 501
        assert attacker.ask(b"NOOP") == 250


@pytest.mark.parametrize("size", [12_300, 16_384, 1_000_000])
def test_a_huge_response_is_refused_and_not_shown(fakemail: FakeMail, size: int) -> None:
    with Attacker(fakemail).greet() as attacker:
        assert attacker.ask(b"AUTH PLAIN " + b"A" * size) in (500, 501)
        assert attacker.ask(b"AUTH LOGIN") == 334
        assert attacker.ask(b"A" * size) == 500
        assert attacker.ask(b"*") == 500  # the dialogue is over
        assert attacker.ask(b"NOOP") == 250
    assert "AAAA" not in str(fakemail.transcript)


@pytest.mark.parametrize(
    "line",
    [
        b"AUTH PLAIN AHUAcDRzc3cwcmQ=",
        b" AUTH PLAIN AHUAcDRzc3cwcmQ=",
        b"AUTH  PLAIN  AHUAcDRzc3cwcmQ=",
        b"AUTH\tPLAIN\tAHUAcDRzc3cwcmQ=",
        b"auth plain AHUAcDRzc3cwcmQ=",
        b"AUTH PLAIN AHUAcDRzc3cwcmQ= more",
        b"AUTH NONE AHUAcDRzc3cwcmQ=",
        b"AUTHENTICATE PLAIN AHUAcDRzc3cwcmQ=",
        b"LOGIN u AHUAcDRzc3cwcmQ=",
        b"PASS AHUAcDRzc3cwcmQ=",
    ],
)
def test_what_looks_like_a_login_is_not_shown(fakemail: FakeMail, line: bytes) -> None:
    with Attacker(fakemail).greet() as attacker:
        attacker.ask(line)
        attacker.say(line)  # and half of one
    assert "AHUAcDRzc3cwcmQ" not in str(fakemail.transcript)
    assert "AHUAcDRzc3cwcmQ" not in fakemail.transcript.excerpt()
