from collections.abc import Iterable
from itertools import pairwise

import pytest
from faults.wire import Value, Wire
from hypothesis import given, settings
from hypothesis import strategies as st
from imap.talk import MAIL, Talk, imap_service

from pytest_fakemail.clock import Clock
from pytest_fakemail.errors import BadArgument
from pytest_fakemail.faults.engine import FaultEngine
from pytest_fakemail.wire.effects import Effect, Pause, Send, sent

FIRST = b"* 1 FETCH (UID 10 BODY[] {12}\r\n\r\n)\r\n* 2 FET)\r\n"
SECOND = b"* 2 FETCH (UID 20 BODY[] {3}\r\nxyz FLAGS ())\r\n"
THIRD = b'* 3 FETCH (UID 30 ENVELOPE ("x" {2}\r\n\xc3\xbc) RFC822.TEXT {0}\r\n)\r\n'
DONE = b"* 4 EXISTS\r\na1 OK done\r\n"
ANSWER = FIRST + SECOND + THIRD + DONE
NUMBERS = {1: 10, 2: 20, 3: 30}


def changed(action: str, answer: bytes | Iterable[Effect] = ANSWER, **conditions: Value) -> bytes:
    """Return what becomes of an answer."""
    wire = Wire("imap")
    getattr(wire.when("FETCH", **conditions), action)()
    facts: dict[str, Value] = {"uids": frozenset(NUMBERS.values()), "numbers": NUMBERS}
    return sent(wire.says("UID FETCH", answer, **facts))


@pytest.fixture
def talk() -> Talk:
    """A conversation with three messages of which rules can be made: `service.faults`."""
    service = imap_service()
    service.faults = FaultEngine(Clock())
    return Talk(service).select(MAIL, MAIL, MAIL)


def when(talk: Talk, **conditions: Value) -> Value:
    """Begin a rule of FETCH."""
    assert isinstance(talk.service.faults, FaultEngine)
    return talk.service.faults.when("imap", "FETCH", **conditions)


def test_omit_leaves_out_the_response_of_one_message() -> None:
    assert changed("omit", uid=10) == SECOND + THIRD + DONE
    assert changed("omit", uid=20) == FIRST + THIRD + DONE


def test_omit_of_all_leaves_what_is_no_fetch_response() -> None:
    assert changed("omit") == DONE


def test_nil_is_in_the_place_of_octets() -> None:
    answer = changed("nil", uid=10)
    assert answer == b"* 1 FETCH (UID 10 BODY[] NIL)\r\n" + SECOND + THIRD + DONE
    literal8 = b"* 2 FETCH (BINARY[1]<0> ~{2}\r\n\0\0)\r\n"
    assert changed("nil", literal8, uid=20) == b"* 2 FETCH (BINARY[1]<0> NIL)\r\n"


def test_literals_that_are_no_octets_of_the_message_stay() -> None:
    nil = THIRD.replace(b"{0}\r\n", b"NIL")
    assert changed("nil", uid=30) == FIRST + SECOND + nil + DONE


def test_a_line_that_never_ends_is_sent() -> None:
    assert changed("omit", b"* 2 FETCH (UID 20", uid=20) == b"* 2 FETCH (UID 20"


@settings(deadline=None)
@given(st.sets(st.integers(1, len(ANSWER) - 1)), st.sampled_from(["omit", "nil"]))
def test_pieces_of_an_answer_do_not_matter(cuts: set[int], action: str) -> None:
    places = [0, *sorted(cuts), len(ANSWER)]
    pieces = [
        effect for start, end in pairwise(places) for effect in (Send(ANSWER[start:end]), Pause(0))
    ]
    assert changed(action, pieces, uid=20) == changed(action, uid=20)


@pytest.mark.parametrize("action", ["omit", "nil"])
def test_only_fetch_has_responses_to_work_on(action: str) -> None:
    with pytest.raises(BadArgument, match="responses of FETCH; this rule is of 'STORE'"):
        getattr(Wire("imap").when("STORE"), action)()


def test_a_message_is_known_by_its_number(talk: Talk) -> None:
    talk.inbox.expunge([1])
    talk.say("NOOP")
    when(talk, uid=3).omit()
    assert talk.say("FETCH 1:2 (RFC822.SIZE)")[:-1] == [f"* 1 FETCH (RFC822.SIZE {len(MAIL)})"]


def test_a_message_omitted_was_read_all_the_same(talk: Talk) -> None:
    rule = when(talk, uid=2).omit()
    lines = talk.say("FETCH 1:3 (BODY[TEXT] FLAGS)")
    assert [line.split()[1] for line in lines if "FETCH (" in line] == ["1", "3"]
    assert all(message.flags for message in talk.inbox.messages)
    assert rule.fired == 1


def test_octets_of_one_message_are_nil(talk: Talk) -> None:
    when(talk, uid=2).nil()
    answer = talk.say("UID FETCH 1:3 (BODY.PEEK[] RFC822.SIZE)")
    assert f"* 2 FETCH (UID 2 BODY[] NIL RFC822.SIZE {len(MAIL)})" in answer
    assert "\r\n".join(answer).count(f"BODY[] {{{len(MAIL)}}}") == 2


@pytest.mark.parametrize(("action", "answer"), [("omit", DONE), ("nil", b"* 1 FETCH (UID 10)\r\n")])
def test_what_changes_nothing_is_told(action: str, answer: bytes) -> None:
    """A rule that meets only answers without such a response, or without octets, did nothing."""
    wire = Wire("imap")
    rule = getattr(wire.when("FETCH", uid=10), action)()
    facts: dict[str, Value] = {"uids": frozenset({10}), "numbers": {1: 10}}
    assert sent(wire.says("FETCH", answer, **facts)) == answer
    assert wire.engine.unfired() == [rule]
    assert rule.why_unfired().startswith("a fault changed nothing: imap.when('FETCH', uid=10)")
    wire.says("FETCH", FIRST, **facts)
    assert wire.engine.unfired() == []
