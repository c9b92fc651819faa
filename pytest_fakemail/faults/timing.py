"""Timing: late, slow and in pieces.  Time is the clock's, so a test can push it forward."""

from collections.abc import Callable, Iterator
from itertools import chain, islice, pairwise

from pytest_fakemail.blame import asked
from pytest_fakemail.faults.places import Places
from pytest_fakemail.faults.steps import Effects, Finds, Step, StepKind, beginning, placed
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
    return _in_pieces(lambda effects: _cut_up(effects, chunk), gap)


def split_each(size: int) -> Step:
    """Send the answer in writes of so many octets."""
    return _in_pieces(lambda effects: _cut_up(effects, size), _NEXT_WRITE)


def split(pieces: int) -> Step:
    """Send the answer in so many writes of nearly one size.

    Of an answer longer than `LOOKAHEAD` octets only the beginning is split.
    """

    def cut(data: bytes) -> Iterator[Effect]:
        count = min(pieces, len(data))
        offsets = [len(data) * number // count for number in range(count + 1)]
        return (Send(data[start:end]) for start, end in pairwise(offsets))

    return _in_pieces(lambda effects: beginning(effects, cut), _NEXT_WRITE)


def _in_pieces(cut: Callable[[Effects], Effects], gap: Pause) -> Step:
    """Return the step that puts a pause between any two writes of what was cut."""
    finds = Finds("no answer came in more than one piece")

    def change(_: Exchange, effects: Effects) -> Iterator[Effect]:
        spacing = _Spacing(gap)
        return finds.noted(spacing.spaced(cut(effects)), lambda: spacing.is_between)

    return Step(change, StepKind.SHAPE, finds=finds)


def _cut_up(effects: Effects, size: int) -> Iterator[Effect]:
    for effect in effects:
        if isinstance(effect, Send):
            data = effect.data
            yield from (Send(data[start : start + size]) for start in range(0, len(data), size))
        else:
            yield effect


class _Spacing:
    """A pause between any two writes of one answer, which keeps the driver from joining them."""

    def __init__(self, gap: Pause) -> None:
        self._gap = gap
        self.is_between = False
        """Whether there was one."""

    def spaced(self, effects: Effects) -> Iterator[Effect]:
        is_first = True
        for effect in effects:
            if isinstance(effect, Send):
                if not is_first:
                    self.is_between = True
                    yield self._gap
                is_first = False
            yield effect
