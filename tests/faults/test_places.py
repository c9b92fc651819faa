"""A fault at a place in an answer: it strikes where the place is, and says so if it never was."""

import math
from itertools import pairwise

import pytest
from faults.wire import Value, Wire

from pytest_fakemail.wire.conversation import Conversation
from pytest_fakemail.wire.effects import Close, Effect, Later, Pause, Send, sent
from pytest_fakemail.wire.exchange import SASL_RESPONSE, Connection, Exchange

SIZE = b"* 1 FETCH (RFC822.SIZE 10)\r\na1 OK done\r\n"
BODY = b"* 1 FETCH (BODY[] {10}\r\n0123456789)\r\na2 OK done\r\n"
SILENCE = Pause(math.inf)


def missed(rule: Value) -> list[str]:
    """Return the lines of what is told at the end of the test, without the place of the rule."""
    first, _, last = rule.why_unfired().splitlines()
    return [first, last.strip()]


def test_a_rule_of_a_literal_waits_for_an_answer_with_one(imap: Wire) -> None:
    """An app that asks for the size first is cut in the middle of the mail, not after the size."""
    rule = imap.when("FETCH").drop(in_literal=4).once()
    assert imap.says("FETCH", SIZE) == [Send(SIZE)]
    assert rule.fired == 0
    assert imap.recorder.notes == []
    assert imap.says("FETCH", BODY) == [Send(b"* 1 FETCH (BODY[] {10}\r\n0123"), Close()]
    assert rule.fired == 1
    assert imap.recorder.notes == ["fault: imap.when('FETCH').drop(in_literal=4).once()"]
    assert imap.says("FETCH", BODY) == [Send(BODY)]
    assert imap.engine.unfired() == []


def test_a_shorter_literal_is_passed_by(imap: Wire) -> None:
    answer = b"* 1 FETCH (ENVELOPE ({6}\r\n{3}\r\n\xff) BODY[] {10}\r\n0123456789)\r\n"
    for size in (1, 3, 1000):
        imap.when("FETCH").drop(in_literal=7).once()
        pieces = [answer[at : at + size] for at in range(0, len(answer), size)]
        effects = imap.says("FETCH", [Send(piece) for piece in pieces])
        assert sent(effects) == answer[: answer.index(b"789")]


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        ([SIZE], "FETCH came once and fitted once, but no answer had a literal"),
        (
            [SIZE, BODY, SIZE],
            "FETCH came 3 times and fitted 3 times, but the longest literal had 10 octets",
        ),
    ],
)
def test_no_literal_is_that_long(imap: Wire, answers: list[bytes], reason: str) -> None:
    rule = imap.when("FETCH").drop(in_literal=11)
    for answer in answers:
        assert imap.says("FETCH", answer) == [Send(answer)]
    assert imap.engine.unfired() == [rule]
    assert missed(rule) == ["a fault never fired: imap.when('FETCH').drop(in_literal=11)", reason]


def test_no_answer_is_that_long(smtp: Wire) -> None:
    rules = [
        smtp.when("MAIL").drop(after_bytes=9),
        smtp.when("MAIL").stall(after_bytes=9),
        smtp.when("MAIL").delay("1m", after_bytes=9),
        smtp.when("MAIL").say("250 or so", at=2),
    ]
    assert smtp.says("MAIL", b"250 OK\r\n") == [Send(b"250 OK\r\n")]
    assert smtp.engine.unfired() == rules
    octets = "MAIL came once and fitted once, but the longest answer had 8 octets"
    lines = "MAIL came once and fitted once, but the longest answer had 1 line"
    assert [missed(rule)[1] for rule in rules] == [octets, octets, octets, lines]


def test_the_end_of_an_answer_is_a_place_in_it(smtp: Wire) -> None:
    smtp.when("MAIL").stall(after_bytes=8)
    assert smtp.says("MAIL", b"250 OK\r\n") == [Send(b"250 OK\r\n"), SILENCE]


def test_where_it_hangs_up_anyway_the_place_is_before_that(smtp: Wire) -> None:
    rule = smtp.when("QUIT").drop(after_bytes=10, reset=True)
    closing: list[Effect] = [Send(b"221 Bye\r\n"), Close()]
    assert smtp.says("QUIT", closing) == closing
    assert rule.fired == 0
    smtp.when("QUIT").lose_reply().reset()
    assert smtp.says("QUIT", [Close()]) == [Close(reset=True)]


def test_the_number_is_that_of_the_command(imap: Wire) -> None:
    """`nth` counts commands, whatever their answers have: the second was meant, not another."""
    rule = imap.when("FETCH", nth=2).drop(in_literal=4)
    for answer in (BODY, SIZE, BODY):
        assert imap.says("FETCH", answer) == [Send(answer)]
    assert missed(rule)[1] == (
        "FETCH came 2 times and fitted 2 times, "
        "but only nth=2 was to be struck, where no answer had a literal"
    )


def test_the_first_to_come_there_is_struck(imap: Wire) -> None:
    """Two clients are being answered: the fault is for one, and for the other it is used up."""
    rule = imap.when("FETCH").drop(in_literal=4).once()
    first = imap.begins("FETCH", BODY)
    assert next(first) == Send(b"* 1 FETCH (BODY[] {10}\r\n0123")
    other = imap.says("FETCH", BODY, connection=Connection(2, "imap"))
    assert other == [Send(b"* 1 FETCH (BODY[] {10}\r\n0123"), Close()]
    assert sent(list(first)) == BODY[len(b"* 1 FETCH (BODY[] {10}\r\n0123") :]
    assert rule.fired == 1


def test_two_places_are_one_strike(imap: Wire) -> None:
    rule = imap.when("FETCH").delay("5s", in_literal=2).drop(in_literal=4).once()
    assert imap.says("FETCH", SIZE) == [Send(SIZE)]
    head = b"* 1 FETCH (BODY[] {10}\r\n"
    assert imap.says("FETCH", BODY) == [Send(head + b"01"), Pause(5), Send(b"23"), Close()]
    assert rule.fired == 1


def test_one_of_two_places_is_told_if_it_never_was(imap: Wire) -> None:
    rule = imap.when("FETCH").delay("5s", in_literal=2).drop(after_bytes=1000)
    assert sent(imap.says("FETCH", BODY)) == BODY
    assert imap.engine.unfired() == [rule]
    first, last = missed(rule)
    assert first.startswith("a fault missed its place: imap.when('FETCH').delay(")
    assert last == f"it fired once, and the longest answer had {len(BODY)} octets"


def test_a_place_in_what_the_rule_says_itself(smtp: Wire) -> None:
    """The rule answers, so it strikes; a place that its own words have not is told."""
    rule = smtp.when("RCPT").reply(450, "Busy").drop(after_bytes=50)
    assert smtp.says("RCPT") == [Send(b"450 Busy\r\n")]
    assert (rule.fired, smtp.happened) == (1, [])
    assert missed(rule)[0].startswith("a fault missed its place: smtp.when('RCPT').reply(450")
    assert missed(rule)[1] == "it fired once, and the longest answer had 10 octets"


def test_a_client_that_is_gone_before_the_place_was_not_struck(imap: Wire) -> None:
    rule = imap.when("FETCH").drop(in_literal=4).once()
    answer = imap.begins("FETCH", [Send(b"* 1 FETCH "), Send(b"(BODY[] {10}\r\n0123456789)\r\n")])
    next(answer)
    del answer
    assert rule.fired == 0
    assert sent(imap.says("FETCH", BODY)).endswith(b"\r\n0123")


def test_the_place_of_a_login_is_in_the_answer_that_ends_it(smtp: Wire) -> None:
    rule = smtp.when("AUTH").drop(after_bytes=5)
    conversation = Conversation(smtp.connection, smtp.engine, smtp.recorder)
    login = Exchange(smtp.connection, "AUTH")
    asks = [Send(b"334 VXNlcm5hbWU6\r\n")]
    assert list(conversation.answer(login, lambda: asks)) == asks
    assert rule.fired == 0
    response = Exchange(smtp.connection, SASL_RESPONSE)
    ends = [Send(b"235 2.7.0 Hello\r\n")]
    assert list(conversation.answer(response, lambda: ends)) == [Send(b"235 2"), Close()]
    assert rule.fired == 1


def test_later_there_is_no_answer_to_wait_for(imap: Wire) -> None:
    """Said by itself, the end of nothing is every place: it hangs up when its time has come."""
    rule = imap.when("IDLE").drop(after_bytes=5).after("29m")
    said, later = imap.says("IDLE", b"+ idling\r\n")
    assert said == Send(b"+ idling\r\n")
    assert rule.fired == 0
    assert isinstance(later, Later)
    assert list(later.effects) == [Close()]
    assert rule.fired == 1


FETCHED = (
    b"* 9 EXISTS\r\n"
    b"* 1 FETCH (UID 3 BODY[] {5}\r\nshort)\r\n"
    b"* 2 FETCH (UID 5 BODY[] {9}\r\n{3}\r\nlong)\r\n"
    b"* 3 FETCH (UID 7 BODY[] {9}\r\nthe third)\r\n"
    b"a1 OK done\r\n"
)


@pytest.mark.parametrize("size", [1, 7, 1000])
@pytest.mark.parametrize(
    ("uid", "place", "end"),
    [
        (5, {"in_literal": 6}, b"{9}\r\n{3}\r\nl"),
        (5, {"in_literal": 9}, b"{9}\r\n{3}\r\nlong"),
        (7, {"after_bytes": 37}, b"the thir"),
        (7, {"after_bytes": 41}, b"the third)\r\n"),
    ],
)
def test_a_place_in_the_response_of_a_message(
    imap: Wire, size: int, uid: int, place: dict[str, Value], end: bytes
) -> None:
    """Whatever comes before that response, and in whatever pieces."""
    imap.when("FETCH", uid=uid).drop(**place)
    edges = [*range(0, len(FETCHED), size), len(FETCHED)]
    pieces = [Send(FETCHED[start:stop]) for start, stop in pairwise(edges)]
    answer = sent(imap.says("FETCH", pieces, uids=frozenset({3, 5, 7})))
    assert FETCHED.startswith(answer)
    assert answer.endswith(end)


@pytest.mark.parametrize(
    ("uid", "place", "reason"),
    [
        (3, {"in_literal": 6}, "the longest literal had 5 octets"),
        (3, {"after_bytes": 100}, "the longest response had 37 octets"),
        (9, {"after_bytes": 0}, "no answer had a response of that message"),
    ],
)
def test_the_response_has_no_such_place(
    imap: Wire, uid: int, place: dict[str, Value], reason: str
) -> None:
    rule = imap.when("FETCH", uid=uid).drop(**place)
    assert sent(imap.says("FETCH", FETCHED, uids=frozenset({3, 5, 7, 9}))) == FETCHED
    assert missed(rule)[1] == f"FETCH came once and fitted once, but {reason}"
