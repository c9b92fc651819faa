import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from transcript.traffic import BEGIN, Traffic

from pytest_fakemail import FakeMail
from pytest_fakemail.errors import BadArgument
from pytest_fakemail.transcript import transcript
from pytest_fakemail.transcript.record import Record
from pytest_fakemail.wire.exchange import Connection, Exchange


@pytest.fixture
def traffic() -> Traffic:
    return Traffic()


def test_commands_are_found_by_verb_in_order_of_time(traffic: Traffic) -> None:
    one, two = traffic.connect(1, "imap"), traffic.connect(2, "imap")
    traffic.say(Exchange(two, "UID FETCH", b"a UID FETCH 1 (FLAGS)\r\n", tag="a"), b"a OK\r\n")
    traffic.clock.advance("1s")
    traffic.say(Exchange(one, "FETCH", b"b FETCH 2 (UID)\r\n", tag="b"), b"b OK\r\n")
    traffic.say(Exchange(one, "NOOP", b"c NOOP\r\n", tag="c"), b"c OK\r\n")
    found = traffic.transcript.commands("fetch")
    assert [one.request for one in found] == [b"a UID FETCH 1 (FLAGS)\r\n", b"b FETCH 2 (UID)\r\n"]
    assert [one.verb for one in traffic.transcript.commands("uid  fetch")] == ["UID FETCH"]
    assert len(traffic.transcript.commands()) == 3


def test_moments_are_no_commands_but_are_found(traffic: Traffic) -> None:
    connection = traffic.connect(greeting=b"220 Hello\r\n")
    traffic.say(Exchange(connection, "end-of-data", payload=b"mail\r\n"), b"250 OK\r\n")
    assert traffic.transcript.commands() == []
    (found,) = traffic.transcript.commands("end-of-data")
    assert found.payload == b"mail\r\n"


def test_a_message_stands_before_the_dot_that_ends_it(traffic: Traffic) -> None:
    connection = traffic.connect()
    traffic.say(Exchange(connection, "DATA", b"DATA\r\n"), b"354 Go\r\n")
    traffic.say(Exchange(connection, "end-of-data", b".\r\n", b"Hello\r\n"), b"250 OK\r\n")
    data, end = traffic.transcript.exchanges
    assert (data.payload, end.payload, end.request) == (None, b"Hello\r\n", b".\r\n")
    assert "S: 354 Go\nC: Hello\nC: .\nS: 250 OK" in str(traffic.transcript)


def test_a_message_and_its_dot_are_told_as_two_whether_or_not_they_are_kept_as_one() -> None:
    told: list[list[str]] = []
    texts: list[str] = []
    for dot, rows in ((b".\r\n", 3), (b".\n", 4)):
        traffic = Traffic()
        told.append([])
        traffic.transcript.follow(lambda line: told[-1].append(line.replace("␊", "")))
        connection = traffic.connect()
        traffic.say(Exchange(connection, "end-of-data", dot, b"Hello\r\n" * 3), b"250 OK\r\n")
        (found,) = traffic.transcript.exchanges
        assert (found.request, found.payload) == (dot, b"Hello\r\n" * 3)
        texts.append(str(traffic.transcript).replace("␊", ""))
        assert [len(page) for page in traffic.record.pages] == [rows]
    assert told[0] == told[1]
    assert texts[0] == texts[1]


def test_what_may_be_a_secret_is_hidden_behind_a_message_too(traffic: Traffic) -> None:
    exchange = Exchange(traffic.connect(), "end-of-data", b".\r\n", b"Hello\r\n", is_secret=True)
    traffic.say(exchange, b"250 OK\r\n")
    assert "C: .\n" not in str(traffic.transcript)
    assert "redacted" in str(traffic.transcript)


def test_payload_is_shared_not_copied(traffic: Traffic) -> None:
    connection, mail = traffic.connect(), b"mail\r\n"
    traffic.say(Exchange(connection, "end-of-data", payload=mail), b"250 OK\r\n")
    assert traffic.transcript.exchanges[0].payload is mail


def test_connection_is_found_by_number(traffic: Traffic) -> None:
    traffic.connect(7, "pop3", b"+OK\r\n")
    assert traffic.transcript.for_connection(7).protocol == "pop3"
    with pytest.raises(BadArgument, match="no connection 1 in the transcript; there is 7"):
        traffic.transcript.for_connection(1)
    with pytest.raises(BadArgument, match="no connection 1 in the transcript; there is 7"):
        traffic.transcript.of_connection(1)


def test_a_note_may_name_octets_that_are_no_text(traffic: Traffic) -> None:
    connection = traffic.connect()
    traffic.record.noted(connection, b"an answer to \xff".decode("utf-8", "surrogateescape"))
    traffic.record.closed(connection, "closed for \udcfe")
    (found,) = traffic.transcript.connections
    assert (found.notes, found.closed) == ([r"an answer to \udcff"], r"closed for \udcfe")


def test_connection_knows_its_life(traffic: Traffic) -> None:
    connection = traffic.connect()
    connection.user = "ann"
    traffic.record.noted(connection, "TLS started: TLSv1.3")
    traffic.clock.advance("5s")
    traffic.record.closed(connection, "closed by the client")
    (found,) = traffic.transcript.connections
    assert (found.user, found.notes, found.closed) == (
        "ann",
        ["TLS started: TLSv1.3"],
        "closed by the client",
    )
    assert found.started == BEGIN
    assert repr(found) == "<smtp connection 1: 0 exchanges, closed by the client>"


def test_session_without_a_driver_is_recorded_too(traffic: Traffic) -> None:
    traffic.command(Connection(3, "smtp"), b"NOOP\r\n", b"250 OK\r\n")
    assert traffic.transcript.for_connection(3).commands("NOOP")[0].answer == b"250 OK\r\n"


def test_clear_forgets(traffic: Traffic) -> None:
    traffic.connect(greeting=b"220 Hello\r\n")
    traffic.transcript.clear()
    assert traffic.transcript.connections == []
    assert str(traffic.transcript) == ""


def test_transcript_reads_short(traffic: Traffic) -> None:
    traffic.connect(greeting=b"220 Hello\r\n")
    assert repr(traffic.transcript) == "<Transcript: 1 connections, 1 exchanges>"


def test_followers_hear_each_line_until_they_stop(traffic: Traffic) -> None:
    heard: list[str] = []
    stop = traffic.transcript.follow(heard.append)
    connection = traffic.connect(greeting=b"220 Hello\r\n")
    stop()
    traffic.command(connection, b"NOOP\r\n", b"250 OK\r\n")
    assert heard == [
        "connection 1: smtp, 127.0.0.1:50001 to 127.0.0.1:40025",
        "[1] -- connected at 2026-01-02 03:04:05 UTC",
        "[1] S: 220 Hello",
    ]


def test_long_answer_is_abridged_beyond_the_limit() -> None:
    traffic = Traffic(limit=100_000)
    connection = traffic.connect()
    traffic.say(Exchange(connection, "RETR", b"RETR 1\r\n"), b"x" * 200_000 + b"\r\n.\r\n")
    (found,) = traffic.transcript.exchanges
    assert found.is_abridged
    assert b"197,957 octets not kept" in found.answer
    assert found.answer.startswith(b"x" * 1000)
    assert found.answer.endswith(b"x\r\n.\r\n")


def test_pieces_of_a_long_answer_are_abridged_as_one() -> None:
    traffic = Traffic(limit=100_000)
    connection = traffic.connect(1, "pop3")
    traffic.say(Exchange(connection, "RETR", b"RETR 1\r\n"), *[b"y" * 65_536] * 1000, b"end\r\n")
    (found,) = traffic.transcript.exchanges
    assert len(found.answer) < 10_000
    assert found.answer.count(b"octets not kept") <= 2
    assert found.answer.endswith(b"yend\r\n")


def test_oldest_are_abridged_first() -> None:
    traffic = Traffic(limit=100_000)
    connection = traffic.connect()
    for _ in range(4):
        traffic.say(Exchange(connection, "RETR", b"RETR 1\r\n"), b"x" * 30_000)
    assert [one.is_abridged for one in traffic.transcript.exchanges] == [True, False, False, False]


def test_long_payload_is_abridged_beyond_the_limit() -> None:
    traffic = Traffic(limit=100_000)
    connection = traffic.connect()
    traffic.say(Exchange(connection, "end-of-data", payload=b"m" * 1_000_000), b"250 OK\r\n")
    payload = traffic.transcript.exchanges[0].payload
    assert payload is not None
    assert b"997,952 octets not kept" in payload


@pytest.mark.parametrize("limit", [0, 1, 50, 1000, 50_000])
def test_transcript_stays_bounded_however_many_commands(limit: int) -> None:
    traffic = Traffic(limit=limit)
    connection = traffic.connect()
    for number in range(5000):
        traffic.command(connection, b"NOOP %d\r\n" % number, b"250 OK\r\n")
    kept = traffic.transcript.exchanges
    assert len(kept) * 200 <= limit + 1000
    assert [one.argument for one in kept] == [str(5000 - len(kept) + n) for n in range(len(kept))]
    if limit:
        assert str(traffic.transcript).startswith(f"… the first {5000 - len(kept):,} exchanges, ")


def test_closed_connections_go_with_their_traffic() -> None:
    traffic = Traffic(limit=5000)
    for number in range(1, 1000):
        connection = traffic.connect(number, greeting=b"220 Hello\r\n")
        traffic.record.closed(connection, "closed by the client")
    assert len(traffic.transcript.connections) < 20


def test_readers_may_read_while_servers_write(traffic: Traffic) -> None:
    connection = traffic.connect()

    def write() -> None:
        for _ in range(1000):
            traffic.command(connection, b"NOOP\r\n", b"250 OK\r\n")

    thread = threading.Thread(target=write, daemon=True)
    thread.start()
    while thread.is_alive():
        assert all(one.request == b"NOOP\r\n" for one in traffic.transcript.commands())
        traffic.transcript.excerpt(most_lines=10)
    assert [one.reply_code for one in traffic.transcript.commands()] == [250] * 1000


def test_exchanges_are_in_order_while_time_stands_still(traffic: Traffic) -> None:
    traffic.clock.freeze()
    one, two = traffic.connect(1), traffic.connect(2)
    for connection, verb in ((one, "EHLO"), (two, "HELO"), (one, "MAIL"), (two, "QUIT")):
        traffic.command(connection, verb.encode() + b"\r\n", b"250 OK\r\n")
    assert [one.verb for one in traffic.transcript.exchanges] == ["EHLO", "HELO", "MAIL", "QUIT"]


def test_two_threads_that_read_first_have_the_same_transcript(
    fakemail: FakeMail, monkeypatch: pytest.MonkeyPatch
) -> None:
    both, made = threading.Barrier(2, timeout=30), transcript.Transcript

    def together(taken: Record) -> transcript.Transcript:
        both.wait()
        return made(taken)

    monkeypatch.setattr(transcript, "Transcript", together)
    with ThreadPoolExecutor(2) as pool:
        one, other = (pool.submit(lambda: fakemail.transcript) for _ in range(2))
    assert one.result() is other.result() is fakemail.transcript
