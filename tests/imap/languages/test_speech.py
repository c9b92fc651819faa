"""Texts are translated, and nothing else, however an answer is cut."""

from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_fakemail.imap.languages.language import Language
from pytest_fakemail.imap.languages.speech import Speech
from pytest_fakemail.wire.effects import MORE, Close, Effect, Pause, Send, sent

SPEECH = Speech(
    Language(
        "x",
        texts={"Highest": "Höchste", "{} completed": "{} fertig", "idling": "warte"},
        phrases={},
        prefixes={},
    )
)
ANSWER = (
    b"* OK [HIGHESTMODSEQ 5] Highest\r\n"
    b'* NO [NOUPDATE "a]b"] Highest\r\n'
    b"* 1 FETCH (BODY[1] {25}\r\n* OK [UIDNEXT 9] Highest\r\n BODY[2] {0}\r\n* BYE Highest)\r\n"
    b'* LIST () "/" {9}\r\nHighest\r\n\r\n'
    b'* 2 FETCH (ENVELOPE ("Highest {3}" NIL))\r\n'
    b"* 3 FETCH (BINARY[1] ~{9}\r\nHighest\r\n)\r\n"
    b"* LANGUAGE (x)\r\n"
    b"+ idling\r\n"
    b"a]1 OK [COPYUID 1 2 3] SELECT completed\r\n"
)
TOLD = (
    "* OK [HIGHESTMODSEQ 5] Höchste\r\n"
    '* NO [NOUPDATE "a]b"] Höchste\r\n'
    "* 1 FETCH (BODY[1] {25}\r\n* OK [UIDNEXT 9] Highest\r\n BODY[2] {0}\r\n* BYE Highest)\r\n"
    '* LIST () "/" {9}\r\nHighest\r\n\r\n'
    '* 2 FETCH (ENVELOPE ("Highest {3}" NIL))\r\n'
    "* 3 FETCH (BINARY[1] ~{9}\r\nHighest\r\n)\r\n"
    "* LANGUAGE (x)\r\n"
    "+ warte\r\n"
    "a]1 OK [COPYUID 1 2 3] SELECT fertig\r\n"
).encode()


def pieces(octets: bytes, cuts: list[int]) -> Iterator[Effect]:
    places = sorted({0, *(cut % len(octets) for cut in cuts), len(octets)})
    for start, end in pairwise(places):
        yield Send(octets[start:end])


@settings(max_examples=40)
@given(st.lists(st.integers(0, len(ANSWER) - 1), max_size=9))
def test_cuts_do_not_matter(cuts: list[int]) -> None:
    assert sent(SPEECH.told(pieces(ANSWER, cuts))) == TOLD


def test_octet_by_octet() -> None:
    assert sent(SPEECH.told([Send(bytes([octet])) for octet in ANSWER])) == TOLD


def test_others_may_be_served_anywhere_in_it() -> None:
    effects = [effect for octet in ANSWER for effect in (Send(bytes([octet])), MORE)]
    told = [*SPEECH.told(effects)]
    assert sent(told) == TOLD
    assert told.count(MORE) == len(ANSWER)


def test_a_long_line_and_a_long_literal_are_not_held_back() -> None:
    search = b"* SEARCH" + b" 12345" * 20_000
    literal = b"* 1 FETCH (BODY[] {400000}\r\n" + b"x" * 400_000
    for start, end in ((search, b"\r\n"), (literal, b")\r\n")):
        passed = [*SPEECH.told([Send(start)])]
        assert len(sent(passed)) >= len(start) - 50 or sent(passed) == start
        assert sent(SPEECH.told([Send(start), Send(end), Send(ANSWER)])) == start + end + TOLD


def test_other_effects_stay_in_their_place() -> None:
    effects: list[Effect] = [Send(b"a OK "), Pause(1), Send(b"Highest\r\n"), Close()]
    told = [*SPEECH.told(effects)]
    assert told[1:] == [Pause(1), Send(b"Highest\r\n"), Close()]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b"* BYE Highest\r\n", "* BYE Höchste\r\n"),
        (b"* PREAUTH [X y] Highest\r\n", "* PREAUTH [X y] Höchste\r\n"),
        (b"a BAD Highest\r\n", "a BAD Höchste\r\n"),
        (b"a NO Lowest\r\n", "a NO Lowest\r\n"),
        (b"+ SGlnaGVzdA==\r\n", "+ SGlnaGVzdA==\r\n"),
        (b"* OK [HIGHESTMODSEQ 5]\r\n", "* OK [HIGHESTMODSEQ 5]\r\n"),
        (b"* 1 EXISTS\r\n* OK Highest\r\n", "* 1 EXISTS\r\n* OK Höchste\r\n"),
    ],
)
def test_lines(line: bytes, said: str) -> None:
    assert SPEECH.said(line).decode() == said
