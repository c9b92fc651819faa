import pytest

from pytest_fakemail.transcript.redaction import redacted


@pytest.mark.parametrize(
    ("verb", "request_", "shown"),
    [
        ("AUTH", b"AUTH PLAIN AGFubgBzZWNyZXQ=\r\n", b"AUTH PLAIN [redacted]\r\n"),
        ("AUTH", b"auth login\r\n", b"auth login\r\n"),
        ("AUTH", b"AUTH LOGIN YW5u\r\n", b"AUTH LOGIN [redacted]\r\n"),
        ("AUTH", b"AUTH XOAUTH2 dXNlcj0=\n", b"AUTH XOAUTH2 [redacted]\n"),
        ("AUTH", b"AUTH\r\n", b"AUTH\r\n"),
        ("AUTH", b"c2VjcmV0\r\n", b"[redacted]\r\n"),
        ("AUTH", b"*\r\n", b"*\r\n"),
        ("AUTH", b"\r\n", b"\r\n"),
        ("PASS", b"PASS s3cret with spaces\r\n", b"PASS [redacted]\r\n"),
        ("PASS", b"pass  s3cret\r\n", b"pass [redacted]\r\n"),
        ("APOP", b"APOP ann c4c9334bac560ecc\r\n", b"APOP ann [redacted]\r\n"),
        ("LOGIN", b"a1 LOGIN ann s3cret\r\n", b"a1 LOGIN ann [redacted]\r\n"),
        ("LOGIN", b'a1 login "ann b" "s3 cret"\r\n', b'a1 login "ann b" [redacted]\r\n'),
        ("LOGIN", b'a1 LOGIN "a\\"b" x\r\n', b'a1 LOGIN "a\\"b" [redacted]\r\n'),
        ("LOGIN", b"a1 LOGIN {3+}\r\nann {6+}\r\ns3cret\r\n", b"a1 LOGIN [redacted]\r\n"),
        ("literal", b"ann {4}\r\n", b"[redacted]\r\n"),
        ("LOGIN", b"pass\r\n", b"[redacted]\r\n"),
        ("AUTHENTICATE", b"a AUTHENTICATE PLAIN\r\n", b"a AUTHENTICATE PLAIN\r\n"),
        ("AUTHENTICATE", b"a AUTHENTICATE PLAIN AGE=\r\n", b"a AUTHENTICATE PLAIN [redacted]\r\n"),
        ("AUTHENTICATE", b"AGFubgBzZWNyZXQ=\r\n", b"[redacted]\r\n"),
        ("eof", b"s3cr", b"[redacted]"),
    ],
)
def test_credentials_are_hidden(verb: str, request_: bytes, shown: bytes) -> None:
    assert redacted(verb, request_, is_secret=True) == shown


@pytest.mark.parametrize(
    ("request_", "shown"),
    [
        (b"PASS s3cr", b"PASS [redacted]"),
        (b"AUTH PLAIN AGFub", b"AUTH PLAIN [redacted]"),
        (b"a1 LOGIN ann s3c", b"a1 LOGIN ann [redacted]"),
    ],
)
def test_half_a_login_is_known_by_its_words(request_: bytes, shown: bytes) -> None:
    assert redacted("eof", request_, is_secret=False) == shown


@pytest.mark.parametrize(
    "request_",
    [
        b"MAIL FROM:<ann@example.test> AUTH=<>\r\n",
        b"a1 SEARCH SUBJECT pass BODY login\r\n",
        b"a1 LIST login pass\r\n",
        b"USER ann\r\n",
        b"EHLO pass\r\n",
        b"",
    ],
)
def test_other_commands_are_shown(request_: bytes) -> None:
    assert redacted("ANY", request_, is_secret=False) == request_
