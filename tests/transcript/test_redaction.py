"""What may be shown of a request: what is known to be harmless, and nothing else."""

import pytest
from transcript.traffic import Traffic

from pytest_fakemail.transcript.redaction import redacted, without
from pytest_fakemail.wire.exchange import Exchange

NO_COMMAND = b"[redacted: not a command]"


@pytest.mark.parametrize(
    ("protocol", "verb", "request_", "shown"),
    [
        ("smtp", "AUTH", b"AUTH PLAIN AGFubgBzZWNyZXQ=\r\n", b"AUTH PLAIN [redacted]\r\n"),
        ("smtp", "AUTH", b"auth login\r\n", b"auth login\r\n"),
        ("smtp", "AUTH", b"AUTH LOGIN YW5u\r\n", b"AUTH LOGIN [redacted]\r\n"),
        ("smtp", "AUTH", b"AUTH XOAUTH2 dXNlcj0=\n", b"AUTH XOAUTH2 [redacted]\n"),
        ("smtp", "AUTH", b"AUTH\r\n", b"AUTH\r\n"),
        ("smtp", "AUTH", b"AUTH c2VjcmV0\r\n", b"AUTH [redacted]\r\n"),
        ("smtp", "AUTH", b"c2VjcmV0\r\n", b"[redacted]\r\n"),
        ("smtp", "AUTH", b"*\r\n", b"*\r\n"),
        ("smtp", "AUTH", b"\r\n", b"\r\n"),
        ("smtp", "eof", b"AUTH PLAIN AGFub", b"AUTH PLAIN [redacted]"),
        ("smtp", "eof", b"AUTH PLA", b"AUTH [redacted]"),
        ("smtp", "", b"AUTH PLAIN AGFub\r\n", b"AUTH PLAIN [redacted]\r\n"),
        ("pop3", "PASS", b"PASS s3cret with spaces\r\n", b"PASS [redacted]\r\n"),
        ("pop3", "PASS", b"pass  s3cret\r\n", b"pass [redacted]\r\n"),
        ("pop3", "PASS", b"PASS\r\n", b"PASS\r\n"),
        ("pop3", "USER", b"USER ann\r\n", b"USER ann\r\n"),
        ("pop3", "USER", b"USER ann s3cret\r\n", b"USER ann [redacted]\r\n"),
        ("pop3", "APOP", b"APOP ann c4c9334bac560ecc\r\n", b"APOP ann [redacted]\r\n"),
        ("pop3", "APOP", b"APOP c4c9334bac560ecc\r\n", b"APOP [redacted]\r\n"),
        ("pop3", "eof", b"PASS s3cr", b"PASS [redacted]"),
        ("imap", "LOGIN", b"a1 LOGIN ann s3cret\r\n", b"a1 LOGIN ann [redacted]\r\n"),
        ("imap", "LOGIN", b'a1 login "a b" "s3 c"\r\n', b'a1 login "a b" [redacted]\r\n'),
        ("imap", "LOGIN", b'a1 LOGIN "a\\"b" x\r\n', b'a1 LOGIN "a\\"b" [redacted]\r\n'),
        ("imap", "LOGIN", b"a1 LOGIN s3cret\r\n", b"a1 LOGIN [redacted]\r\n"),
        ("imap", "LOGIN", b"a LOGIN {3+}\r\nann {6+}\r\ns3cret\r\n", b"a LOGIN [redacted]\r\n"),
        ("imap", "literal", b"ann {4}\r\n", NO_COMMAND + b"\r\n"),
        ("imap", "LOGIN", b"pass\r\n", b"[redacted]\r\n"),
        ("imap", "AUTHENTICATE", b"a AUTHENTICATE PLAIN\r\n", b"a AUTHENTICATE PLAIN\r\n"),
        ("imap", "AUTHENTICATE", b"AGFubgBzZWNyZXQ=\r\n", b"[redacted]\r\n"),
        ("imap", "eof", b"a1 LOGIN ann s3c", b"a1 LOGIN ann [redacted]"),
        ("imap", "eof", b"s3cr", NO_COMMAND),
    ],
)
def test_credentials_are_hidden(protocol: str, verb: str, request_: bytes, shown: bytes) -> None:
    assert redacted(protocol, verb, request_, is_secret=True).data == shown


@pytest.mark.parametrize(
    ("protocol", "request_"),
    [
        ("smtp", b"s3cret\r\n"),
        ("smtp", b"AUTHPLAIN s3cret\r\n"),
        ("smtp", b"\x16\x03\x01s3cret\r\n"),
        ("pop3", b"PASSs3cret\r\n"),
        ("pop3", b"LOGIN ann s3cret\r\n"),
        ("imap", b"s3cret\r\n"),
        ("imap", b"ann s3cret\r\n"),
        ("imap", b"a1 UID LOGIN ann s3cret\r\n"),
    ],
)
def test_what_is_no_command_is_hidden_whole(protocol: str, request_: bytes) -> None:
    verb = request_.split()[0].decode("latin-1").upper()
    assert redacted(protocol, verb, request_, is_secret=True).data == NO_COMMAND + b"\r\n"


@pytest.mark.parametrize(
    ("protocol", "verb", "request_"),
    [
        ("smtp", "MAIL", b"MAIL FROM:<ann@example.test> AUTH=<>\r\n"),
        ("smtp", "EHLO", b"EHLO pass\r\n"),
        ("smtp", "GET", b"GET / HTTP/1.1\r\n"),
        ("imap", "SEARCH", b"a1 SEARCH SUBJECT {4+}\r\npass BODY login\r\n"),
        ("imap", "LIST", b"a1 LIST login pass\r\n"),
        ("imap", "XLIST", b"a1 XLIST x y\r\n"),
        ("imap", "LIST", b"a1 LIST {0+}\r\n {1+}\r\n*\r\n"),
        ("imap", "LIST", b"INBOX\r\n"),
        ("imap", "UID FETCH", b"a UID  FETCH 1 (BODY[HEADER.FIELDS ({4+}\r\nDate)])\r\n"),
        ("imap", "APPEND", b"a APPEND x {8+}\r\na: b\r\n\r\n\r\n"),
        ("imap", "DONE", b"DONE\r\n"),
        ("smtp", "connect", b""),
        ("smtp", "end-of-data", b".\r\n"),
    ],
)
def test_other_commands_are_shown(protocol: str, verb: str, request_: bytes) -> None:
    traffic = Traffic()
    connection = traffic.connect(1, protocol)
    traffic.say(Exchange(connection, verb, request_))
    (found,) = traffic.transcript.exchanges
    assert not found.is_secret
    assert redacted(protocol, verb, request_, is_secret=False).data == request_


@pytest.mark.parametrize(
    ("protocol", "verb", "request_", "shown"),
    [
        ("smtp", "QUIT", b"QUIT s3cret\r\n", b"QUIT [redacted]\r\n"),
        ("imap", "IDLE", b"a IDLE s3cret\r\n", b"a IDLE [redacted]\r\n"),
        ("imap", "DONE", b"s3cret\r\n", NO_COMMAND + b"\r\n"),
        ("smtp", "MAIL", b"MAIL FROM:<a@b>\rAUTH s3cret\r\n", b"MAIL FROM:<a@b> [redacted]\r\n"),
        ("imap", "NOOP", b"a NOOP s3cret\r\n", b"a NOOP [redacted]\r\n"),
        ("pop3", "NOOP", b"NOOP PASS s3cret\r\n", b"NOOP [redacted]\r\n"),
        (
            "imap",
            "SELECT",
            b"a SELECT {7+}\r\nINBOX\r\nb LOGIN ann s3cret\r\n",
            b"a SELECT {7+}\r\nINBOX\r\n [redacted]\r\n",
        ),
        (
            "imap",
            "CREATE",
            b"a CREATE {3+}\r\nINBOX LOGIN ann s3cret\r\n",
            b"a CREATE {3+}\r\nINB [redacted]\r\n",
        ),
        ("imap", "LIST", b"INBOX\r\nb LOGIN ann s3cret\r\n", b"INBOX\r\n [redacted]\r\n"),
    ],
)
def test_what_has_no_place_in_a_command_is_hidden(
    protocol: str, verb: str, request_: bytes, shown: bytes
) -> None:
    assert redacted(protocol, verb, request_, is_secret=False).data == shown


@pytest.mark.parametrize(
    ("hidden", "answer", "shown"),
    [
        (b"s3cret\r\n", b"500 what is S3CRET\r\n", b"500 what is [redacted]\r\n"),
        (b"s3cret-and-more", b"500 s3cret-a...\r\n", b"500 [redacted]...\r\n"),
        (b"password", b"535 Wrong password\r\n", b"535 Wrong password\r\n"),
        (b"abc", b"a OK abc\r\n", b"a OK abc\r\n"),
    ],
)
def test_answers_do_not_repeat_what_was_hidden(hidden: bytes, answer: bytes, shown: bytes) -> None:
    assert without(hidden, answer) == shown


def test_an_answer_in_pieces_does_not_repeat_it_either() -> None:
    traffic = Traffic()
    followed: list[str] = []
    traffic.transcript.follow(followed.append)
    connection, other = traffic.connect(1), traffic.connect(2)
    traffic.say(Exchange(connection, "S3CRET", b"s3cret\r\n"), b"500 no s3")
    traffic.command(other, b"NOOP\r\n", b"250 OK\r\n")
    traffic.record.sent(connection, b"cret here\r\n")
    lines = str(traffic.transcript).splitlines()
    assert "S: 500 no [redacted] here" in lines
    for shown in (
        *lines,
        traffic.transcript.excerpt(),
        str(traffic.transcript.json(secrets=False)),
    ):
        assert "s3" not in shown.lower()
    assert "s3" not in "".join(followed).lower()


def test_pieces_of_an_answer_with_nothing_to_hide_keep_their_times() -> None:
    traffic = Traffic()
    connection = traffic.connect()
    traffic.say(Exchange(connection, "AUTH", b"AUTH PLAIN AHgAeQ==\r\n"), b"235 ")
    traffic.clock.advance("2s")
    traffic.record.sent(connection, b"Welcome\r\n")
    assert str(traffic.transcript).splitlines()[-2:] == [
        "S: 235 Welcome",
        "-- sent in 2 pieces over 2s",
    ]


def test_an_answer_whose_request_is_gone_is_hidden() -> None:
    traffic = Traffic(limit=20_000)
    connection = traffic.connect()
    traffic.say(Exchange(connection, "S3CRET", b"s3cret\r\n"))
    for _ in range(300):
        traffic.record.sent(connection, b"500 s3cret\r\n")
    assert "not kept" in str(traffic.transcript)
    assert "s3cret" not in str(traffic.transcript)


def test_a_password_as_long_literal_is_hidden() -> None:
    traffic = Traffic()
    connection = traffic.connect(1, "imap")
    login = Exchange(connection, "LOGIN", b"\r\n", b"s3cret" * 1000, tag="a", is_secret=True)
    traffic.say(login, b"a NO\r\n")
    assert "s3cret" not in str(traffic.transcript)
    assert traffic.transcript.exchanges[0].payload == b"s3cret" * 1000
