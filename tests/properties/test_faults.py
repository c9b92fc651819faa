"""Whatever the pieces in which an answer comes, a fault makes the same of it."""

from collections.abc import Callable, Iterator
from itertools import pairwise

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pytest_fakemail.clock import Clock
from pytest_fakemail.faults.engine import FaultEngine
from pytest_fakemail.faults.places import AfterLines, AfterOctets, Cut, InLiteral, Place
from pytest_fakemail.faults.rules import Rule
from pytest_fakemail.wire.effects import Close, Effect, Send, sent
from pytest_fakemail.wire.exchange import Connection, Exchange

ANSWERS = st.one_of(
    st.binary(max_size=60),
    st.text("a{}0123\r\n", max_size=60).map(str.encode),
    st.lists(
        st.sampled_from([b"* OK\r\n", b"{3}\r\nabc", b"x{0}\r\n", b"{12}\r\n", b"\r\n", b"a"]),
        max_size=8,
    ).map(b"".join),
)
CUTS = st.lists(st.integers(0, 60), max_size=8)


def pieces(data: bytes, cuts: list[int]) -> list[Effect]:
    edges = [0, *sorted(min(cut, len(data)) for cut in cuts), len(data)]
    return [Send(data[start:end]) for start, end in pairwise(edges)]


@given(ANSWERS, CUTS, st.integers(0, 70))
@settings(max_examples=300)
def test_place_does_not_depend_on_the_pieces(data: bytes, cuts: list[int], count: int) -> None:
    makers: list[Callable[[], Place]] = [
        lambda: AfterOctets(count),
        lambda: InLiteral(count),
        lambda: AfterLines(count, has_literals=True),
        lambda: AfterLines(count, has_literals=False),
    ]
    for make in makers:
        whole, parts = Cut([Send(data)], make()), Cut(pieces(data, cuts), make())
        before = sent(list(whole.before()))
        assert sent(list(parts.before())) == before
        assert before + sent(list(parts.rest())) == data


@given(ANSWERS, CUTS, st.binary(min_size=1, max_size=3), st.binary(max_size=3))
@settings(max_examples=300)
def test_rewrite_is_replace(data: bytes, cuts: list[int], old: bytes, new: bytes) -> None:
    assume(old != new)
    effects = struck(pieces(data, cuts), lambda rule: rule.rewrite(old, new))
    assert sent(effects) == data.replace(old, new)


KEEPING: list[Callable[[Rule], Rule]] = [
    lambda rule: rule.split(3),
    lambda rule: rule.split(size=4),
    lambda rule: rule.trickle(10, chunk=3),
    lambda rule: rule.delay("1m"),
    lambda rule: rule.delay("1m", after_bytes=5),
    lambda rule: rule.delay("1m", in_literal=1),
    lambda rule: rule.rewrite(lambda answer: answer),
]


@given(ANSWERS, CUTS, st.lists(st.sampled_from(KEEPING), max_size=4))
@settings(max_examples=300)
def test_steps_in_any_row_keep_every_octet(
    data: bytes, cuts: list[int], steps: list[Callable[[Rule], Rule]]
) -> None:
    def build(rule: Rule) -> Rule:
        for step in steps:
            rule = step(rule)
        return rule

    assert sent(struck(pieces(data, cuts), build)) == data


@given(ANSWERS, CUTS, st.integers(0, 70))
@settings(max_examples=200)
def test_command_has_happened_whole_before_a_hang_up(
    data: bytes, cuts: list[int], count: int
) -> None:
    happened = []

    def answer() -> Iterator[Effect]:
        yield from pieces(data, cuts)
        happened.append(True)

    for effect in struck(answer(), lambda rule: rule.drop(after_bytes=count)):
        if isinstance(effect, Close):
            assert happened == [True]


def struck(
    answer: "list[Effect] | Iterator[Effect]", build: Callable[[Rule], Rule]
) -> list[Effect]:
    engine = FaultEngine(Clock())
    build(engine.when("imap", "FETCH"))
    exchange = Exchange(Connection(1, "imap"), "FETCH")
    assert engine.instead(exchange) is None
    return list(engine.after(exchange, answer))
