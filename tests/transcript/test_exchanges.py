import pytest
from transcript.traffic import BEGIN, Traffic

from pytest_fakemail.errors import BadArgument
from pytest_fakemail.transcript.exchanges import RecordedExchange
from pytest_fakemail.wire.exchange import Exchange


def recorded(protocol: str, verb: str, request: bytes, *answer: bytes) -> RecordedExchange:
    traffic = Traffic()
    traffic.say(Exchange(traffic.connect(1, protocol), verb, request), *answer)
    return traffic.transcript.exchanges[0]


@pytest.mark.parametrize(
    ("protocol", "answer", "code"),
    [
        ("smtp", b"250 OK\r\n", 250),
        ("smtp", b"250-SIZE\r\n250 HELP\r\n", 250),
        ("smtp", b"250\r\n", 250),
        ("smtp", b"250-SIZE\r\n", None),
        ("smtp", b"gibberish\r\n", None),
        ("smtp", b"", None),
        ("pop3", b"+OK 2 messages\r\na\r\nb\r\n.\r\n", "+OK"),
        ("pop3", b"-ERR [IN-USE] No\r\n", "-ERR"),
        ("pop3", b"+ \r\n", "+"),
        ("pop3", b"", None),
        ("imap", b"* 1 FETCH (FLAGS ())\r\na1 OK done\r\n", "OK"),
        ("imap", b"a1 no [TRYCREATE] No\r\n", "NO"),
        ("imap", b"a1 BAD\r\n", "BAD"),
        ("imap", b"* BYE See you\r\n", "BYE"),
        ("imap", b"+ idling\r\n", None),
        ("imap", b"", None),
    ],
)
@pytest.mark.parametrize("size", [1, 1000])
def test_reply_code_is_the_protocols(
    protocol: str, answer: bytes, code: int | str | None, size: int
) -> None:
    pieces = [answer[at : at + size] for at in range(0, len(answer), size)]
    assert recorded(protocol, "NOOP", b"NOOP\r\n", *pieces).reply_code == code


@pytest.mark.parametrize(
    ("verb", "request_", "argument"),
    [
        (
            "RCPT",
            b"rcpt TO:<ann@example.test> NOTIFY=NEVER\r\n",
            "TO:<ann@example.test> NOTIFY=NEVER",
        ),
        ("QUIT", b"QUIT\r\n", ""),
        ("NOOP", b"NOOP  two\n", "two"),
        ("MAIL", b"MAIL FROM:<\xff>\r\n", "FROM:<\\xff>"),
        ("connect", b"", ""),
    ],
)
def test_argument_is_what_follows_the_verb(verb: str, request_: bytes, argument: str) -> None:
    assert recorded("smtp", verb, request_).argument == argument


def test_argument_of_a_tagged_command_is_the_sessions() -> None:
    traffic = Traffic()
    exchange = Exchange(traffic.connect(1, "imap"), "SEARCH", b"Hello\r\n")
    exchange.tag, exchange.argument = "a1", 'SUBJECT "Hello"'
    traffic.say(exchange)
    (found,) = traffic.transcript.exchanges
    assert found.argument == 'SUBJECT "Hello"'


def test_answer_is_joined_and_timed() -> None:
    traffic = Traffic()
    connection = traffic.connect()
    traffic.say(Exchange(connection, "EHLO", b"EHLO x\r\n"), b"250-one\r\n")
    traffic.clock.advance("2s")
    traffic.record.sent(connection, b"250 two\r\n")
    (found,) = traffic.transcript.exchanges
    assert found.answer == b"250-one\r\n250 two\r\n"
    assert found.started == BEGIN
    assert found.answered_at == BEGIN.timestamp() + 2


def test_exchange_reads_short() -> None:
    found = recorded("smtp", "RCPT", b"RCPT TO:<ann@example.test>\r\n", b"250 OK\r\n")
    assert repr(found) == "<exchange on connection 1: 'RCPT TO:<ann@example.test>' -> 250>"


def test_argument_of_a_login_keeps_what_may_be_shown() -> None:
    traffic = Traffic()
    connection = traffic.connect(1, "imap")
    login = Exchange(connection, "LOGIN", b"a1 LOGIN ann s3cret\r\n", is_secret=True)
    login.tag, login.argument = "a1", "ann s3cret"
    traffic.say(login, b"a1 OK\r\n")
    (found,) = traffic.transcript.exchanges
    assert found.argument == "ann [redacted]"


def test_exchange_does_not_show_secrets() -> None:
    traffic = Traffic()
    connection = traffic.connect(1, "pop3")
    traffic.say(Exchange(connection, "PASS", b"PASS s3cret\r\n", is_secret=True), b"+OK\r\n")
    (found,) = traffic.transcript.exchanges
    assert "s3cret" not in repr(found)
    assert found.argument == "[redacted]"
    assert found.request == b"PASS s3cret\r\n"


def test_a_slip_of_the_pen_is_no_verb_that_never_came() -> None:
    traffic = Traffic()
    connection = traffic.connect(1, "imap")
    traffic.say(Exchange(connection, "FETCH", b"a FETCH 1 FLAGS\r\n"), b"a OK\r\n")
    traffic.say(Exchange(connection, "SELCT", b"b SELCT x\r\n"), b"b BAD\r\n")
    transcript = traffic.transcript
    for commands in (transcript.commands, transcript.for_connection(1).commands):
        with pytest.raises(BadArgument, match="no verb 'FECTH'; did you mean 'FETCH'"):
            commands("FECTH")
        with pytest.raises(BadArgument, match="no verb 5; wanted a text"):
            commands(5)  # type: ignore[arg-type]
        assert [one.verb for one in commands("selct")] == ["SELCT"]  # the client's slip
        for wrong, meant in (("MAIL FROM", "MAIL"), ("mail from:", "MAIL"), ("FETCH 1:*", "FETCH")):
            with pytest.raises(BadArgument, match=f"no verb '.*'; did you mean '{meant}'"):
                commands(wrong)
        assert commands("UID SEARCH") == []
        assert commands("XYZZY") == commands("AUTHENTICATE") == commands("end-of-data") == []
        assert [one.verb for one in commands("any")] == ["FETCH", "SELCT"]
