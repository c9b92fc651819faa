"""POP3 under any input: no exception, one reply a command, however the octets are cut."""

import re
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st
from pop3.talk import Talk

from pytest_fakemail.pop3 import octets
from pytest_fakemail.pop3.commands import BARE, COMMANDS
from pytest_fakemail.store.content import Content
from pytest_fakemail.wire.effects import Effect, StartTls, sent
from pytest_fakemail.wire.lines import LineFramer, LineTooLong

MAILS = (b"Subject: one\r\n\r\n.text\r\n", b"no header", b"", "Subject: ä\n\n.\n".encode())

ARGUMENTS = st.sampled_from(
    [
        "",
        "1",
        "2 0",
        "3",
        "4 1",
        "5",
        "0",
        "-1",
        "x",
        "user@example.test",
        "password",
        "PLAIN",
        "PLAIN AHVzZXJAZXhhbXBsZS50ZXN0AHBhc3N3b3Jk",
        "LOGIN",
        "*",
        "en",
        "²",
    ]
)
COMMAND_LINES = st.builds(
    lambda verb, argument, end: f"{verb} {argument}".strip().encode() + end,
    st.sampled_from(sorted(COMMANDS)),
    ARGUMENTS,
    st.sampled_from([b"\r\n", b"\n"]),
)
LINES = st.one_of(
    COMMAND_LINES,
    st.just(b"USER user@example.test\r\nPASS password\r\n"),
    st.binary(max_size=30).map(lambda data: data + b"\r\n"),
)
STREAMS = st.lists(LINES, max_size=15).map(b"".join)


def fresh() -> Talk:
    talk = Talk()
    for raw in MAILS:
        talk.inbox.append(raw)
    return talk


def cut(data: bytes, places: list[int]) -> list[bytes]:
    ends = sorted({0, len(data), *(place % (len(data) + 1) for place in places)})
    return [data[start:end] for start, end in pairwise(ends)]


def effects_of(talk: Talk, pieces: list[bytes]) -> list[Effect]:
    effects: list[Effect] = []
    for piece in pieces:
        effects += talk.session.receive_data(piece)
        if StartTls() in effects:  # what comes now is a handshake, and the driver's business
            break
    return effects


def mail_left(talk: Talk) -> list[int]:
    return [message.uid for message in talk.inbox.messages]


@settings(max_examples=150, deadline=None)
@given(STREAMS, st.lists(st.integers(0, 10_000), max_size=8))
def test_chunking_does_not_matter(data: bytes, places: list[int]) -> None:
    whole, pieces = fresh(), fresh()
    assert effects_of(whole, [data]) == effects_of(pieces, cut(data, places))
    assert mail_left(whole) == mail_left(pieces)
    assert whole.service.bugs == []


@settings(max_examples=100, deadline=None)
@given(st.lists(st.binary(max_size=200), max_size=10), st.booleans())
def test_no_octets_raise(pieces: list[bytes], is_logged_in: bool) -> None:  # noqa: FBT001 (Hypothesis passes it)
    talk = fresh().log_in() if is_logged_in else fresh()
    effects_of(talk, pieces)
    list(talk.session.receive_eof())
    assert talk.service.bugs == []
    assert mail_left(talk) == [1, 2, 3, 4]


@settings(max_examples=150, deadline=None)
@given(st.booleans(), st.lists(COMMAND_LINES, max_size=15))
def test_commands_that_nothing_applies_to_are_answered_as_others(
    is_logged_in: bool,  # noqa: FBT001 (Hypothesis passes it)
    lines: list[bytes],
) -> None:
    short, long = (fresh().log_in() if is_logged_in else fresh() for _ in range(2))
    short.notebook.wants_all = False
    for line in lines:
        is_bare = line in BARE and long.session.client.awaited is None
        spelt = line.replace(b"\r\n", b" \r\n") if is_bare else line
        assert effects_of(short, [line]) == effects_of(long, [spelt])
    assert mail_left(short) == mail_left(long)


@settings(max_examples=150, deadline=None)
@given(st.lists(COMMAND_LINES, max_size=20))
def test_every_command_has_one_reply(lines: list[bytes]) -> None:
    talk = fresh()
    for line in lines:
        if talk.session.client.is_over:
            assert effects_of(talk, [line]) == []
            continue
        reply = sent(effects_of(talk, [line])).decode()
        first, _, rest = reply.partition("\r\n")
        assert re.match(r"\+OK |-ERR |\+ ", first)
        assert len(first) <= 510
        if rest:
            assert rest == ".\r\n" or rest.endswith("\r\n.\r\n")
            assert "\r\n.\r\n" not in f"\r\n{rest}"[:-3]


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="a.\r\n", max_size=30).map(str.encode))
def test_what_is_sent_is_what_was_counted(raw: bytes) -> None:
    """A client that unstuffs and counts finds the announced size, and every line's end."""
    content = Content(raw, 1)
    *lines, rest = octets.stuffed(content).split(b"\r\n")
    assert rest == b""
    assert b"." not in lines
    assert not any(b"\n" in line for line in lines)
    received = b"".join(line.removeprefix(b".") + b"\r\n" for line in lines)
    assert len(received) == octets.octets(content)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.sampled_from([b"a", b"\n", b"\r\n", b"bcd"]), max_size=30).map(b"".join),
    st.lists(st.integers(0, 1000), max_size=10),
    st.integers(1, 12),
)
def test_lines_are_the_same_however_cut(data: bytes, places: list[int], limit: int) -> None:
    def lines(pieces: list[bytes]) -> list[object]:
        framer, found = LineFramer(limit=limit), list[object]()
        for piece in pieces:
            framer.feed(piece)
            while True:
                try:
                    line = framer.take()
                except LineTooLong as error:
                    found.append(("too long", error.beginning))
                    continue
                if line is None:
                    break
                found.append(line)
            assert len(framer.unfinished) <= limit
        return found

    assert lines([data]) == lines(cut(data, places))
