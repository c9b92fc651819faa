"""Too much of everything: refused in words, and memory stays within what settings allow."""

import re
import tracemalloc
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest
from hostile.attacker import ENVELOPE, Attacker, Bystander, are_replies, captured, settled

from pytest_fakemail import FakeMail

KIB = 1024
MIB = 1024 * KIB
BLOCK = b"x" * MIB


@contextmanager
def memory_within(limit: int) -> Iterator[None]:
    """Fail if more octets than this are in use at any time in the block."""
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        yield
        peak = tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()
    assert peak < limit, f"{peak:,} octets at its peak"


@pytest.mark.parametrize("begin", [b"", b"MAIL FROM:<", b"EHLO ", b"AUTH PLAIN ", b"HELP "])
def test_a_command_line_of_ten_megabytes(fakemail: FakeMail, begin: bytes) -> None:
    with Attacker(fakemail).greet() as attacker, memory_within(MIB):
        attacker.say(begin, *[BLOCK] * 10, b"\r\n")
        assert attacker.codes(1) == [500]
        assert attacker.ask(b"NOOP") == 250
    assert len(str(fakemail.transcript)) < 100 * KIB


def test_a_command_line_that_never_ends(fakemail: FakeMail, bystander: Bystander) -> None:
    with Attacker(fakemail).greet() as attacker, memory_within(MIB):
        attacker.say(*[BLOCK] * 10)
        settled(bystander)
        attacker.end_input()
        assert attacker.rest() == b""


def test_thousands_of_command_lines_at_once(fakemail: FakeMail) -> None:
    with Attacker(fakemail).greet() as attacker:
        attacker.say(b"NOOP\r\n" * 5000)
        assert attacker.codes(5000) == [250] * 5000


@pytest.mark.fakemail(max_message_size=MIB)
@pytest.mark.parametrize(
    "block",
    [BLOCK, b"X-Header: more\r\n" * (64 * KIB), b"\r\n" * (512 * KIB), b".\r" * (512 * KIB)],
    ids=["one line", "a header", "empty lines", "dots"],
)
def test_a_message_beyond_the_limit_is_not_kept(fakemail: FakeMail, block: bytes) -> None:
    with Attacker(fakemail).begin_data() as attacker, memory_within(5 * MIB):
        attacker.say(*[block] * 20, b"\r\n.\r\n")
        assert attacker.codes(1) == [552]
        assert attacker.ask(b"NOOP") == 250
    assert captured(fakemail) == []


@pytest.mark.fakemail(max_message_size=MIB)
def test_a_chunk_beyond_the_limit_is_not_kept(fakemail: FakeMail) -> None:
    with Attacker(fakemail).begin() as attacker, memory_within(3 * MIB):
        attacker.say(b"BDAT %d LAST\r\n" % (20 * MIB), *[BLOCK] * 20)
        assert attacker.codes(1) == [552]
    assert captured(fakemail) == []


@pytest.mark.fakemail(max_message_size=MIB)
def test_chunks_within_the_limit_do_not_pile_up(fakemail: FakeMail) -> None:
    with Attacker(fakemail).begin() as attacker, memory_within(5 * MIB):
        for _ in range(20):
            attacker.say(b"BDAT %d\r\n" % (MIB // 2), BLOCK[: MIB // 2])
            attacker.reply()
    assert captured(fakemail) == []


@pytest.mark.fakemail(transcript_limit=MIB)
def test_the_transcript_of_a_flood_is_abridged(fakemail: FakeMail) -> None:
    with memory_within(6 * MIB):
        for _ in range(10):
            with Attacker(fakemail).begin_data() as attacker:
                attacker.say(BLOCK)
                attacker.reset()
        with Attacker(fakemail).greet() as attacker:
            for _ in range(20):
                attacker.say(b"NOOP\r\n" * 500)
                assert attacker.codes(500) == [250] * 500
    assert captured(fakemail) == []


def test_a_hundred_thousand_recipients(fakemail: FakeMail) -> None:
    codes: Counter[int] = Counter()
    with Attacker(fakemail).begin() as attacker:
        for start in range(0, 100_000, 1000):
            numbers = range(start, start + 1000)
            attacker.say(b"".join(b"RCPT TO:<r%d@example.test>\r\n" % one for one in numbers))
            codes.update(attacker.codes(1000))
        assert codes == {250: 999, 452: 99_001}
        assert attacker.ask(b"DATA") == 354
        attacker.say(b"Subject: to many\r\n\r\n.\r\n")
        assert attacker.codes(1) == [250]
    assert len(fakemail.outbox.one(subject="to many").recipients) == 1000


@pytest.mark.fakemail(max_recipients=100_000)
def test_recipients_within_the_limit_do_not_get_slower(fakemail: FakeMail) -> None:
    """A command has no list of all recipients: with 10,000 that would be 50,000,000 names."""
    with Attacker(fakemail).begin() as attacker, memory_within(20 * MIB):
        for start in range(0, 10_000, 1000):
            numbers = range(start, start + 1000)
            attacker.say(b"".join(b"RCPT TO:<r%d@example.test>\r\n" % one for one in numbers))
            assert set(attacker.codes(1000)) == {250}


@pytest.mark.fakemail(max_received=100)
def test_a_header_of_nothing_but_received_is_a_loop(fakemail: FakeMail) -> None:
    with Attacker(fakemail).begin_data() as attacker:
        attacker.say(b"Received: by x\r\n" * 100_000 + b"\r\n.\r\n")
        assert attacker.codes(1) == [554]


@pytest.mark.fakemail(transcript_limit=64 * KIB)
def test_a_client_that_never_reads_is_not_written_for(
    fakemail: FakeMail, bystander: Bystander
) -> None:
    """Its answers stay unmade and its commands with the kernel; others are served."""
    with Attacker(fakemail).greet() as attacker, memory_within(2 * MIB):
        attacker.socket.setblocking(False)  # noqa: FBT003  (the socket module's way)
        commands = b"EHLO evil.test\r\n" * (4 * KIB)
        for _ in range(60):
            with suppress(BlockingIOError):
                attacker.socket.send(commands)
            bystander.is_served()
        attacker.reset()


def test_a_reply_is_whole_whenever_it_is_read(fakemail: FakeMail, bystander: Bystander) -> None:
    count = 2000
    with Attacker(fakemail).greet() as attacker:
        attacker.socket.settimeout(60)
        attacker.say(b"EHLO evil.test\r\n" * count)
        settled(bystander)
        attacker.end_input()
        said = attacker.rest()
    assert are_replies(said)
    assert len(re.findall(rb"^250 ", said, re.MULTILINE)) == count


def test_many_small_messages_on_one_connection(fakemail: FakeMail) -> None:
    one = ENVELOPE + b"DATA\r\nSubject: one of many\r\n\r\n.\r\n"
    fakemail.smtp.capabilities.on("PIPELINING")
    with Attacker(fakemail).greet() as attacker:
        attacker.say(one * 500)
        assert attacker.codes(2000) == [250, 250, 354, 250] * 500
    assert len(captured(fakemail)) == 500
