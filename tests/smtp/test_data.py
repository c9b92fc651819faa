import tracemalloc

import pytest

from pytest_fakemail.smtp.commands.chunks import ChunkOctets
from pytest_fakemail.smtp.data import MessageOctets, received_fields, unstuffed
from pytest_fakemail.smtp.framing import Input
from pytest_fakemail.smtp.limits import has_line_beyond
from pytest_fakemail.smtp.newlines import bare_newlines, normalised


def received(*pieces: bytes, limit: int = 10_000) -> tuple[bytes | None, bytes]:
    octets, arrived = MessageOctets(limit), Input()
    for piece in pieces:
        arrived.feed(piece)
        message = octets.take(arrived)
        if message is not None:
            return message, arrived.rest()
    return None, arrived.rest()


def octet_by_octet(data: bytes) -> list[bytes]:
    return [data[index : index + 1] for index in range(len(data))]


@pytest.mark.parametrize(
    "message",
    [b"", b"a\r\n", b"..\r\n", b"a\r\n..b\r\n", b"\r\n", b"a\n.\nb\r\n", b"\n.\r\n.x\r\n"],
)
@pytest.mark.parametrize("rest", [b"", b"NOOP\r\n", b".\r\n"])
def test_a_message_ends_at_crlf_dot_crlf(message: bytes, rest: bytes) -> None:
    data = message + b".\r\n" + rest
    assert received(data) == (message, rest)
    for cut in range(len(data) - len(rest)):
        assert received(data[:cut], data[cut:]) == (message, rest), cut
    assert received(*octet_by_octet(message + b".\r\n")) == (message, b"")


@pytest.mark.parametrize(
    "content", [b"a\n.\nb", b"a\n.\r\nb", b"a\r.\rb", b"a\r\n.\nb", b"a\r\n.\rb", b".\nb", b".\rb"]
)
def test_nothing_else_ends_it(content: bytes) -> None:
    assert received(content)[0] is None
    assert received(*octet_by_octet(content))[0] is None
    assert received(content, b"\r\n.\r\n") == (content + b"\r\n", b"")


@pytest.mark.parametrize("pieces", [1, 7, 64, 5000])
def test_what_is_too_big_is_thrown_away_and_still_ends(pieces: int) -> None:
    data = b"x" * 4000 + b"\r\n.\r\nNOOP\r\n"
    octets, arrived = MessageOctets(1000), Input()
    message = None
    for start in range(0, len(data), pieces):
        arrived.feed(arrived.rest() + data[start : start + pieces])
        if message is None:
            message = octets.take(arrived)
            assert len(octets.kept()) <= 1340
    assert octets.size == 4002
    assert arrived.rest() == b"NOOP\r\n"
    assert octets.is_too_big == (pieces < 5000), "one that comes whole is its receiver's"


def test_stuffing_does_not_make_a_message_too_big() -> None:
    message = b"..\r\n" * 300
    octets, arrived = MessageOctets(900), Input()
    for octet in octet_by_octet(message + b".\r\n"):
        arrived.feed(octet)
        taken = octets.take(arrived)
    assert taken == message
    assert not octets.is_too_big


def test_a_big_message_is_not_copied() -> None:
    piece = (b"x" * 70 + b"\r\n") * 1000
    octets, arrived = MessageOctets(100_000_000), Input()
    tracemalloc.start()
    try:
        for _ in range(300):
            arrived.feed(piece)
            assert octets.take(arrived) is None
        arrived.feed(b".\r\n")
        message = octets.take(arrived)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert message == piece * 300
    assert peak < 1.3 * len(message)


@pytest.mark.parametrize(
    ("sent", "meant"),
    [
        (b"a\r\n", b"a\r\n"),
        (b"..\r\n", b".\r\n"),
        (b".a\r\n", b"a\r\n"),
        (b"a\r\n..b\r\n...c\r\n", b"a\r\n.b\r\n..c\r\n"),
        (b"a\n..b\r\n", b"a\n..b\r\n"),
        (b"a\r\n.\nb\r\n", b"a\r\n\nb\r\n"),
        (b"", b""),
    ],
)
def test_one_dot_goes_from_each_line_that_begins_with_one(sent: bytes, meant: bytes) -> None:
    assert unstuffed(sent) == meant


def test_a_message_without_dots_is_the_same_object() -> None:
    message = b"a. b.\r\nc\r\n" * 100
    assert unstuffed(message) is message


def test_a_chunk_has_as_many_octets_as_were_counted() -> None:
    octets, arrived = ChunkOctets(5, is_kept=True), Input()
    arrived.feed(b"ab")
    assert octets.take(arrived) is None
    assert octets.kept() == b"ab"
    arrived.feed(b"\r\nx.\r\nNOOP")
    assert octets.take(arrived) == b"ab\r\nx"
    assert arrived.rest() == b".\r\nNOOP"


def test_a_chunk_that_is_not_to_be_kept_is_swallowed() -> None:
    octets, arrived = ChunkOctets(10**20, is_kept=False), Input()
    arrived.feed(b"x" * 1000)
    assert octets.take(arrived) is None
    assert octets.kept() == b""
    assert not arrived


def test_an_empty_chunk_waits_for_nothing() -> None:
    assert ChunkOctets(0, is_kept=True).take(Input()) == b""


def test_bare_newlines_are_counted() -> None:
    assert bare_newlines(b"a\r\nb\nc\rd\n\re\r\r\n") == (2, 3)
    assert normalised(b"a\r\nb\nc\rd\r\n") == b"a\r\nb\r\nc\r\nd\r\n"


def test_received_fields_are_counted_in_the_header_only() -> None:
    message = b"RECEIVED: a\r\nX: b\r\nreceived: c\r\n Received: d\r\n\r\nReceived: e\r\n"
    assert received_fields(message) == 2


def test_a_long_line_is_found() -> None:
    lines = [b"x" * 998, b"y" * 10, b"z" * 998]
    message = b"".join(line + b"\r\n" for line in lines)
    assert not has_line_beyond(message, 998)
    for index in range(len(lines)):
        longer = [*lines]
        longer[index] = b"w" * 999
        assert has_line_beyond(b"".join(line + b"\r\n" for line in longer), 998)
    assert has_line_beyond(b"x" * 1001, 998)
