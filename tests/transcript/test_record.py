import threading

import pytest
from transcript.talk import BEGIN, Talk

from pytest_fakemail.errors import BadArgument
from pytest_fakemail.wire.exchange import Connection, Exchange


@pytest.fixture
def talk() -> Talk:
    return Talk()


def test_commands_are_found_by_verb_in_order_of_time(talk: Talk) -> None:
    one, two = talk.connect(1, "imap"), talk.connect(2, "imap")
    talk.say(Exchange(two, "UID FETCH", b"a UID FETCH 1 (FLAGS)\r\n", tag="a"), b"a OK\r\n")
    talk.clock.advance("1s")
    talk.say(Exchange(one, "FETCH", b"b FETCH 2 (UID)\r\n", tag="b"), b"b OK\r\n")
    talk.say(Exchange(one, "NOOP", b"c NOOP\r\n", tag="c"), b"c OK\r\n")
    found = talk.transcript.commands("fetch")
    assert [one.request for one in found] == [b"a UID FETCH 1 (FLAGS)\r\n", b"b FETCH 2 (UID)\r\n"]
    assert [one.verb for one in talk.transcript.commands("uid  fetch")] == ["UID FETCH"]
    assert len(talk.transcript.commands()) == 3


def test_moments_are_no_commands_but_are_found(talk: Talk) -> None:
    connection = talk.connect(greeting=b"220 Hello\r\n")
    talk.say(Exchange(connection, "end-of-data", payload=b"mail\r\n"), b"250 OK\r\n")
    assert talk.transcript.commands() == []
    (found,) = talk.transcript.commands("end-of-data")
    assert found.payload == b"mail\r\n"


def test_a_message_stands_before_the_dot_that_ends_it(talk: Talk) -> None:
    connection = talk.connect()
    talk.say(Exchange(connection, "DATA", b"DATA\r\n"), b"354 Go\r\n")
    talk.say(Exchange(connection, "end-of-data", b".\r\n", b"Hello\r\n"), b"250 OK\r\n")
    data, end = talk.transcript.exchanges
    assert (data.payload, end.payload, end.request) == (None, b"Hello\r\n", b".\r\n")
    assert "S: 354 Go\nC: Hello\nC: .\nS: 250 OK" in str(talk.transcript)


def test_payload_is_shared_not_copied(talk: Talk) -> None:
    connection, mail = talk.connect(), b"mail\r\n"
    talk.say(Exchange(connection, "end-of-data", payload=mail), b"250 OK\r\n")
    assert talk.transcript.exchanges[0].payload is mail


def test_connection_is_found_by_number(talk: Talk) -> None:
    talk.connect(7, "pop3", b"+OK\r\n")
    assert talk.transcript.for_connection(7).protocol == "pop3"
    with pytest.raises(BadArgument, match="no connection 1 in the transcript; there is 7"):
        talk.transcript.for_connection(1)


def test_connection_knows_its_life(talk: Talk) -> None:
    connection = talk.connect()
    connection.user = "ann"
    talk.transcript.noted(connection, "TLS started: TLSv1.3")
    talk.clock.advance("5s")
    talk.transcript.closed(connection, "closed by the client")
    (found,) = talk.transcript.connections
    assert (found.user, found.notes, found.closed) == (
        "ann",
        ["TLS started: TLSv1.3"],
        "closed by the client",
    )
    assert found.started == BEGIN
    assert repr(found) == "<smtp connection 1: 0 exchanges, closed by the client>"


def test_session_without_a_driver_is_recorded_too(talk: Talk) -> None:
    talk.command(Connection(3, "smtp"), b"NOOP\r\n", b"250 OK\r\n")
    assert talk.transcript.for_connection(3).commands("NOOP")[0].answer == b"250 OK\r\n"


def test_clear_forgets(talk: Talk) -> None:
    talk.connect(greeting=b"220 Hello\r\n")
    talk.transcript.clear()
    assert talk.transcript.connections == []
    assert str(talk.transcript) == ""


def test_transcript_reads_short(talk: Talk) -> None:
    talk.connect(greeting=b"220 Hello\r\n")
    assert repr(talk.transcript) == "<Transcript: 1 connections, 1 exchanges>"


def test_followers_hear_each_line_until_they_stop(talk: Talk) -> None:
    heard: list[str] = []
    stop = talk.transcript.follow(heard.append)
    connection = talk.connect(greeting=b"220 Hello\r\n")
    stop()
    talk.command(connection, b"NOOP\r\n", b"250 OK\r\n")
    assert heard == [
        "connection 1: smtp, 127.0.0.1:50001 to 127.0.0.1:40025",
        "[1] -- connected at 2026-01-02 03:04:05 UTC",
        "[1] S: 220 Hello",
    ]


def test_long_answer_is_abridged_beyond_the_limit() -> None:
    talk = Talk(limit=100_000)
    connection = talk.connect()
    talk.say(Exchange(connection, "RETR", b"RETR 1\r\n"), b"x" * 200_000 + b"\r\n.\r\n")
    (found,) = talk.transcript.exchanges
    assert found.is_abridged
    assert b"197,957 octets not kept" in found.answer
    assert found.answer.startswith(b"x" * 1000)
    assert found.answer.endswith(b"x\r\n.\r\n")


def test_pieces_of_a_long_answer_are_abridged_as_one() -> None:
    talk = Talk(limit=100_000)
    connection = talk.connect(1, "pop3")
    talk.say(Exchange(connection, "RETR", b"RETR 1\r\n"), *[b"y" * 65_536] * 1000, b"end\r\n")
    (found,) = talk.transcript.exchanges
    assert len(found.answer) < 10_000
    assert found.answer.count(b"octets not kept") <= 2
    assert found.answer.endswith(b"yend\r\n")


def test_oldest_are_abridged_first() -> None:
    talk = Talk(limit=100_000)
    connection = talk.connect()
    for _ in range(4):
        talk.say(Exchange(connection, "RETR", b"RETR 1\r\n"), b"x" * 30_000)
    assert [one.is_abridged for one in talk.transcript.exchanges] == [True, False, False, False]


def test_long_payload_is_abridged_beyond_the_limit() -> None:
    talk = Talk(limit=100_000)
    connection = talk.connect()
    talk.say(Exchange(connection, "end-of-data", payload=b"m" * 1_000_000), b"250 OK\r\n")
    payload = talk.transcript.exchanges[0].payload
    assert payload is not None
    assert b"997,952 octets not kept" in payload


@pytest.mark.parametrize("limit", [0, 1, 50, 1000, 50_000])
def test_transcript_stays_bounded_however_many_commands(limit: int) -> None:
    talk = Talk(limit=limit)
    connection = talk.connect()
    for number in range(5000):
        talk.command(connection, b"NOOP %d\r\n" % number, b"250 OK\r\n")
    kept = talk.transcript.exchanges
    assert len(kept) * 200 <= limit + 1000
    assert [one.argument for one in kept] == [str(5000 - len(kept) + n) for n in range(len(kept))]
    if limit:
        assert str(talk.transcript).startswith(f"… the first {5000 - len(kept):,} exchanges, ")


def test_closed_connections_go_with_their_traffic() -> None:
    talk = Talk(limit=5000)
    for number in range(1, 1000):
        connection = talk.connect(number, greeting=b"220 Hello\r\n")
        talk.transcript.closed(connection, "closed by the client")
    assert len(talk.transcript.connections) < 20


def test_readers_may_read_while_servers_write(talk: Talk) -> None:
    connection = talk.connect()

    def write() -> None:
        for _ in range(1000):
            talk.command(connection, b"NOOP\r\n", b"250 OK\r\n")

    thread = threading.Thread(target=write)
    thread.start()
    while thread.is_alive():
        assert all(one.request == b"NOOP\r\n" for one in talk.transcript.commands())
        talk.transcript.excerpt(most_lines=10)
    assert [one.reply_code for one in talk.transcript.commands()] == [250] * 1000


def test_exchanges_are_in_order_while_time_stands_still(talk: Talk) -> None:
    talk.clock.freeze()
    one, two = talk.connect(1), talk.connect(2)
    for connection, verb in ((one, "EHLO"), (two, "HELO"), (one, "MAIL"), (two, "QUIT")):
        talk.command(connection, verb.encode() + b"\r\n", b"250 OK\r\n")
    assert [one.verb for one in talk.transcript.exchanges] == ["EHLO", "HELO", "MAIL", "QUIT"]
