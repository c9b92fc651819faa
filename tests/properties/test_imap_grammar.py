"""Invariants of IMAP's input and output, over anything."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from imap.cursors import framed

from pytest_fakemail.imap.commands.any_state import id_
from pytest_fakemail.imap.commands.append import append
from pytest_fakemail.imap.commands.fetch import fetch
from pytest_fakemail.imap.commands.login import authenticate, login
from pytest_fakemail.imap.commands.select import select
from pytest_fakemail.imap.commands.status import status
from pytest_fakemail.imap.commands.store import store
from pytest_fakemail.imap.framing import Announcement, Command, Event, Framer
from pytest_fakemail.imap.grammar import rules
from pytest_fakemail.imap.grammar.cursor import BadSyntax, Cursor
from pytest_fakemail.imap.grammar.listing import list_
from pytest_fakemail.imap.grammar.mutf7 import decode_mutf7, encode_mutf7
from pytest_fakemail.imap.grammar.numbers import STAR, SequenceSet, encode_numbers
from pytest_fakemail.imap.grammar.search import search, sort
from pytest_fakemail.imap.grammar.sections import Section, section
from pytest_fakemail.imap.responses.bodystructure import bodystructure
from pytest_fakemail.imap.responses.envelope import envelope
from pytest_fakemail.imap.responses.sections import encode_section, section_octets
from pytest_fakemail.imap.responses.values import (
    encode_astring,
    encode_date_time,
    encode_flags,
    encode_mailbox,
    encode_string,
)
from pytest_fakemail.mime.parts import parse

RULES: tuple[Callable[[Cursor], object], ...] = (
    append,
    authenticate,
    fetch,
    id_,
    list_,
    login,
    search,
    select,
    sort,
    status,
    store,
)

PIECES = st.sampled_from(
    [
        b"a1 NOOP\r\n",
        b"a LOGIN ",
        b"{3}\r\n",
        b"{2+}\r\n",
        b"~{1}\r\n",
        b"abc",
        b"\r\n",
        b"\n",
        b"{0}\r\n",
        b"{99999999999999999999}\r\n",
        b"{",
        b"}",
        b"\r",
        b"x" * 40,
        b'"',
        b" ",
    ]
)
STREAMS = st.lists(PIECES | st.binary(max_size=5), max_size=12).map(b"".join)
MAIL = st.lists(
    st.sampled_from(
        [
            b"From: a@b\r\n",
            b"To: g: x@y, ;\r\n",
            b"Subject: \xfc\0\r\n",
            b"Content-Type: multipart/mixed; boundary=b\r\n",
            b"Content-Type: message/rfc822\r\n",
            b'Content-Type: text/x; a="\\"',
            b"Content-Disposition: x; y*0*=a'b'%41\r\n",
            b"Content-Language: a, b\r\n",
            b" folded\r\n",
            b"--b\r\n",
            b"--b--\r\n",
            b"text\r\n",
            b"\r\n",
            b"\n",
        ]
    )
    | st.binary(max_size=6),
    max_size=14,
).map(b"".join)
TEXT = st.characters(codec="utf-8")


def events(framer: Framer, chunks: list[bytes], *, refused: int) -> list[Event]:
    """Feed chunks; accept literals of up to `refused` octets and refuse others."""
    found: list[Event] = []
    for chunk in chunks:
        framer.feed(chunk)
        while (event := framer.next_event()) is not None:
            found.append(event)
            if isinstance(event, Announcement):
                if event.size > refused:
                    framer.refuse()
                else:
                    framer.accept()
    return found


def cursor_over(encoded: bytes) -> Cursor:
    """Return a cursor over a response, its literals taken out as framing does."""
    lines, literals = framed(encoded)
    unasked = [line.replace(b"}\r\n", b"+}\r\n") for line in lines[:-1]]
    sent = b"".join(line + octets for line, octets in zip(unasked, literals, strict=True))
    (*_, command) = events(Framer(), [sent + lines[-1]], refused=10**6)
    assert isinstance(command, Command)
    return Cursor(command.text, command.literals)


@given(STREAMS, st.lists(st.integers(0, 200)), st.integers(1, 12) | st.just(10**6))
@settings(max_examples=200)
def test_chunking_does_not_matter(stream: bytes, cuts: list[int], limit: int) -> None:
    places = sorted({0, len(stream), *(cut for cut in cuts if cut < len(stream))})
    pieces = [stream[start:end] for start, end in pairwise(places)]
    whole, cut, split = (Framer(line_limit=limit) for _ in range(3))
    expected = events(whole, [stream], refused=20)
    assert events(cut, pieces, refused=20) == expected
    single = [stream[place : place + 1] for place in range(len(stream))]
    assert events(split, single, refused=20) == expected
    if limit > len(stream):
        assert whole.unfinished == cut.unfinished == split.unfinished


@given(STREAMS)
def test_nothing_received_is_lost(stream: bytes) -> None:
    framer = Framer()
    found = events(framer, [stream], refused=10**21)
    commands = [event.raw for event in found if isinstance(event, Command)]
    assert b"".join(commands) + framer.unfinished == stream


@given(st.binary(max_size=60), st.sampled_from(RULES), st.booleans())
@settings(max_examples=300)
def test_rules_give_a_value_or_say_bad_syntax(
    text: bytes,
    rule: Callable[[Cursor], object],
    is_utf8: bool,  # noqa: FBT001  (Hypothesis names arguments)
) -> None:
    assume(b"\n" not in text)
    refusals = []
    try:
        rule(Cursor(b" " + text, is_utf8=is_utf8))
    except BadSyntax as bad:
        refusals.append(bad)
    assert all(bad.status in {"NO", "BAD"} and bad.text.isprintable() for bad in refusals)


@given(st.binary(max_size=40), st.booleans())
def test_strings_come_back_as_they_went(octets: bytes, is_utf8: bool) -> None:  # noqa: FBT001  (Hypothesis names arguments)
    assume(b"\0" not in octets)
    for encode in (encode_string, encode_astring):
        cursor = cursor_over(encode(octets, is_utf8=is_utf8))
        assert rules.astring(cursor) == octets
        cursor.end()


@given(st.text(TEXT.filter(str.isprintable), min_size=1), st.booleans())
def test_mailbox_names_come_back_as_they_went(name: str, is_utf8: bool) -> None:  # noqa: FBT001  (Hypothesis names arguments)
    cursor = cursor_over(encode_mailbox(name, is_utf8=is_utf8))
    cursor.is_utf8 = is_utf8
    assert rules.mailbox(cursor) == ("INBOX" if name.upper() == "INBOX" else name)


@given(st.text(TEXT))
def test_modified_utf7_is_ascii_and_comes_back(name: str) -> None:
    text = encode_mutf7(name)
    assert text.isascii()
    assert text.isprintable()
    assert decode_mutf7(text) == name


@given(st.datetimes(datetime(1970, 1, 2), datetime(2100, 1, 1)), st.integers(-14 * 60, 14 * 60))  # noqa: DTZ001  (zones are added below)
def test_dates_come_back_as_they_went(naive: datetime, minutes: int) -> None:
    zone = timezone(timedelta(minutes=minutes)) if minutes else UTC
    moment = naive.replace(microsecond=0, tzinfo=zone)
    assert rules.date_time(Cursor(encode_date_time(moment))) == moment


@given(st.frozensets(st.sampled_from(["\\Seen", "\\Draft", "a", "$b", "c]"])))
def test_flags_come_back_as_they_went(flags: frozenset[str]) -> None:
    assume("c]" not in flags)
    assert frozenset(rules.flag_list(Cursor(encode_flags(flags)))) == flags


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=1), st.integers(1, 20))
def test_a_resolved_set_has_exactly_its_numbers(
    ranges: list[tuple[int, int]], largest: int
) -> None:
    numbers = SequenceSet(tuple(ranges))
    expected: set[int] = set()
    for pair in ranges:
        first, last = sorted(largest if number == STAR else number for number in pair)
        expected.update(range(first, last + 1))
    resolved = numbers.resolved(largest)
    assert [number for one in resolved for number in one] == sorted(expected)
    assert all(left.stop < right.start for left, right in pairwise(resolved))
    assert rules.sequence_set(Cursor(str(numbers).encode())) == numbers


@given(st.lists(st.integers(1, 40), min_size=1, unique=True))
def test_written_numbers_are_read_as_the_same(numbers: list[int]) -> None:
    read = rules.sequence_set(Cursor(encode_numbers(numbers).encode()))
    assert [n for first, last in read.ranges for n in range(first, last + 1)] == numbers


def nested(cursor: Cursor) -> list[object]:
    """Read ``"(" *( list / string / NIL / number ) ")"`` as clients do."""
    cursor.expect(b"(")
    found: list[object] = []
    while not cursor.skip(b")"):
        if cursor.peek(b"("):
            found.append(nested(cursor))
        elif (word := cursor.peek_word()) == "NIL" or word.isdigit():
            found.append(cursor.word("NIL or a number"))
        else:
            found.append(rules.string(cursor))
        cursor.skip(b" ")
    return found


@given(MAIL, st.booleans(), st.booleans())
@settings(max_examples=200)
def test_structures_of_any_mail_can_be_read(raw: bytes, is_extended: bool, is_utf8: bool) -> None:  # noqa: FBT001  (Hypothesis names arguments)
    part = parse(raw)
    for encoded in (
        envelope(part.headers, is_utf8=is_utf8),
        bodystructure(part, is_extended=is_extended, is_utf8=is_utf8),
    ):
        cursor = cursor_over(encoded)
        assert nested(cursor)
        cursor.end()
    assert len(nested(cursor_over(envelope(part.headers)))) == 10


@given(
    MAIL, st.lists(st.integers(1, 3), max_size=3), st.sampled_from(["", "HEADER", "TEXT", "MIME"])
)
def test_sections_are_slices_of_the_message(raw: bytes, numbers: list[int], text: str) -> None:
    assume(text != "MIME" or numbers)
    wanted = Section(tuple(numbers), text)
    assert section(Cursor(encode_section(wanted))) == wanted
    octets = section_octets(parse(raw), wanted)
    assert octets is None or octets in raw
