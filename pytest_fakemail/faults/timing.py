"""Timing: late, slow and in pieces.  Time is the clock's, so a test can push it forward."""

from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice, pairwise

from pytest_fakemail.blame import asked
from pytest_fakemail.faults.places import Places
from pytest_fakemail.faults.steps import Effects, Step, StepKind, beginning, placed
from pytest_fakemail.wire.effects import Effect, Pause, Send
from pytest_fakemail.wire.exchange import Exchange

_NEXT_WRITE = Pause(0)


def delay(seconds: float) -> Step:
    """Wait, then answer.

    The command happens before the wait: the first piece of its answer is made first.
    """

    def change(_: Exchange, effects: Effects) -> Iterator[Effect]:
        answer = iter(effects)
        first = list(islice(answer, 1))
        yield Pause(seconds)
        yield from chain(first, answer)

    return Step(change, StepKind.EXTRA)


def do(function: Callable[[Exchange], object]) -> Step:
    """Call a function of the test, when the command has happened and before it is answered."""

    def change(exchange: Exchange, effects: Effects) -> Iterator[Effect]:
        answer = iter(effects)
        first = list(islice(answer, 1))
        asked(function, exchange)
        if not exchange.connection.is_over:  # it may have hung up, or taken the server down
            yield from chain(first, answer)

    return Step(change, StepKind.EXTRA)


def delay_at(seconds: float, place: Places) -> Step:
    """Wait at a place in the answer."""

    def change(_: Exchange, rest: Effects) -> Iterator[Effect]:
        yield Pause(seconds)
        yield from rest

    return placed(place, change)


def trickle(bytes_per_second: float, chunk: int) -> Step:
    """Send a few octets at a time, at this rate."""
    gap = Pause(chunk / bytes_per_second)
    return Step(lambda _, effects: _spaced(_cut_up(effects, chunk), gap), StepKind.SHAPE)


def split_each(size: int) -> Step:
    """Send the answer in writes of so many octets."""
    return Step(lambda _, effects: _spaced(_cut_up(effects, size), _NEXT_WRITE), StepKind.SHAPE)


def split(pieces: int) -> Step:
    """Send the answer in so many writes of nearly one size.

    Of an answer longer than `LOOKAHEAD` octets only the beginning is split.
    """

    def cut(data: bytes) -> Iterator[Effect]:
        count = min(pieces, len(data))
        offsets = [len(data) * number // count for number in range(count + 1)]
        return (Send(data[start:end]) for start, end in pairwise(offsets))

    return Step(lambda _, effects: _spaced(beginning(effects, cut), _NEXT_WRITE), StepKind.SHAPE)


def _cut_up(effects: Effects, size: int) -> Iterator[Effect]:
    for effect in effects:
        if isinstance(effect, Send):
            data = effect.data
            yield from (Send(data[start : start + size]) for start in range(0, len(data), size))
        else:
            yield effect


def _spaced(effects: Iterable[Effect], gap: Pause) -> Iterator[Effect]:
    """Put a pause between any two writes, which keeps the driver from joining them."""
    is_first = True
    for effect in effects:
        if isinstance(effect, Send):
            if not is_first:
                yield gap
            is_first = False
        yield effect
