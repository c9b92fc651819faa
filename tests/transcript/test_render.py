from inspect import cleandoc

import pytest
from transcript.traffic import Traffic

from pytest_fakemail.transcript.render import duration
from pytest_fakemail.wire.exchange import Exchange, Tls


@pytest.fixture
def traffic() -> Traffic:
    return Traffic()


def two_connections(traffic: Traffic) -> None:
    smtp = traffic.connect(1, "smtp", b"220 mail.example.test\r\n")
    traffic.command(smtp, b"EHLO laptop\r\n", b"250-mail.example.test\r\n250 HELP\r\n")
    pop3 = traffic.connect(2, "pop3", b"+OK Hello\r\n")
    pop3.user = "ann"
    traffic.say(Exchange(smtp, "AUTH", b"AUTH PLAIN AGE=\r\n", is_secret=True), b"235 Welcome\r\n")
    traffic.say(Exchange(pop3, "PASS", b"PASS secret\r\n", is_secret=True), b"+OK\r\n")
    traffic.clock.advance("29m")
    traffic.record.closed(smtp, "closed by the client")


def test_text_is_one_connection_after_the_other(traffic: Traffic) -> None:
    two_connections(traffic)
    assert str(traffic.transcript) == cleandoc("""
        connection 1: smtp, 127.0.0.1:50001 to 127.0.0.1:40025
        -- connected at 2026-01-02 03:04:05 UTC
        S: 220 mail.example.test
        C: EHLO laptop
        S: 250-mail.example.test
        S: 250 HELP
        C: AUTH PLAIN [redacted]
        S: 235 Welcome
        -- 29m later
        -- closed by the client

        connection 2: pop3, 127.0.0.1:50002 to 127.0.0.1:40025, user ann
        -- connected at 2026-01-02 03:04:05 UTC
        S: +OK Hello
        C: PASS [redacted]
        S: +OK
    """)


def test_text_can_be_in_order_of_time(traffic: Traffic) -> None:
    two_connections(traffic)
    assert traffic.transcript.text(interleaved=True) == cleandoc("""
        connection 1: smtp, 127.0.0.1:50001 to 127.0.0.1:40025
        [1] -- connected at 2026-01-02 03:04:05 UTC
        [1] S: 220 mail.example.test
        [1] C: EHLO laptop
        [1] S: 250-mail.example.test
        [1] S: 250 HELP
        connection 2: pop3, 127.0.0.1:50002 to 127.0.0.1:40025, user ann
        [2] -- connected at 2026-01-02 03:04:05 UTC
        [2] S: +OK Hello
        [1] C: AUTH PLAIN [redacted]
        [1] S: 235 Welcome
        [2] C: PASS [redacted]
        [2] S: +OK
        [1] -- 29m later
        [1] -- closed by the client
    """)


def test_connection_alone_needs_no_number(traffic: Traffic) -> None:
    traffic.connect(1, "smtp", b"220 Hello\r\n")
    assert traffic.transcript.text(interleaved=True) == str(traffic.transcript)


def test_header_tells_of_tls(traffic: Traffic) -> None:
    connection = traffic.connect()
    connection.is_implicit_tls = True
    connection.tls = Tls("TLSv1.3", "TLS_AES_256_GCM_SHA384")
    assert str(traffic.transcript).splitlines()[0] == (
        "connection 1: smtp, 127.0.0.1:50001 to 127.0.0.1:40025, implicit TLS, TLSv1.3"
    )


def test_addresses_of_ipv6_are_bracketed(traffic: Traffic) -> None:
    connection = traffic.connect()
    connection.peer = connection.local = ("::1", 25)
    assert str(traffic.transcript).splitlines()[0] == "connection 1: smtp, [::1]:25 to [::1]:25"


def test_message_is_folded(traffic: Traffic) -> None:
    connection = traffic.connect()
    mail = b"Subject: Long\r\n\r\n" + b"text\r\n" * 500
    traffic.say(Exchange(connection, "end-of-data", payload=mail), b"250 OK\r\n")
    assert traffic.transcript.text(most_lines=3).splitlines()[2:] == [
        "C: Subject: Long",
        "C: ",
        "C: text",
        "C: … 498 more lines, 2,988 octets …",
        "C: text",
        "S: 250 OK",
    ]


def test_answer_in_pieces_is_joined_and_timed(traffic: Traffic) -> None:
    connection = traffic.connect()
    traffic.say(Exchange(connection, "NOOP", b"NOOP\r\n"))
    for octet in b"250\r\n":
        traffic.clock.advance("1s")
        traffic.record.sent(connection, bytes([octet]))
    assert str(traffic.transcript).splitlines()[2:] == [
        "C: NOOP",
        "-- 1s later",
        "S: 250",
        "-- sent in 5 pieces over 4s",
    ]


def test_notes_stand_where_they_happened(traffic: Traffic) -> None:
    connection = traffic.connect()
    traffic.record.opened(Exchange(connection, "RCPT", b"RCPT TO:<a@b>\r\n"))
    traffic.record.noted(connection, "fault: smtp.when('RCPT').reply(450)")
    traffic.record.sent(connection, b"450\r\n")
    assert str(traffic.transcript).splitlines()[2:] == [
        "C: RCPT TO:<a@b>",
        "-- fault: smtp.when('RCPT').reply(450)",
        "S: 450",
    ]


def test_long_secret_is_hidden_when_abridged() -> None:
    traffic = Traffic(limit=1000)
    connection = traffic.connect()
    token = b"AUTH XOAUTH2 " + b"s3cret" * 1000 + b"\r\n"
    traffic.say(Exchange(connection, "AUTH", token, is_secret=True), b"235 OK\r\n")
    assert "s3cret" not in str(traffic.transcript)


def test_excerpt_is_the_newest_with_its_headers(traffic: Traffic) -> None:
    two_connections(traffic)
    assert traffic.transcript.excerpt(most_lines=4) == cleandoc("""
        … 11 earlier lines not shown …
        connection 2: pop3, 127.0.0.1:50002 to 127.0.0.1:40025, user ann
        connection 1: smtp, 127.0.0.1:50001 to 127.0.0.1:40025
        [2] C: PASS [redacted]
        [2] S: +OK
        [1] -- 29m later
        [1] -- closed by the client
    """)


def test_excerpt_of_little_is_all(traffic: Traffic) -> None:
    two_connections(traffic)
    assert traffic.transcript.excerpt() == traffic.transcript.text(interleaved=True)


def test_excerpt_of_much_is_bounded(traffic: Traffic) -> None:
    connection = traffic.connect()
    for number in range(20_000):
        traffic.command(connection, b"NOOP %d\r\n" % number, b"250 OK\r\n")
    lines = traffic.transcript.excerpt(most_lines=50).splitlines()
    assert len(lines) == 52
    assert lines[-2:] == ["C: NOOP 19999", "S: 250 OK"]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0s"), (2.5, "2.5s"), (60, "1m"), (5400, "1h30m"), (90061, "1d1h1m1s"), (600.0007, "10m")],
)
def test_duration_reads_as_it_would_be_written(seconds: float, text: str) -> None:
    assert duration(seconds) == text
