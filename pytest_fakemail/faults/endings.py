"""Endings: hanging up, falling silent, losing the answer.

`close`, `reset` and `stall` come instead of the command, after what the rule itself has
said; together with a step that works on the server's answer, or at a place in it, they
come when that has been sent, and so the command has happened.
"""

import math
from collections.abc import Iterator

from pytest_fakemail.faults.places import AfterOctets, Places, is_last
from pytest_fakemail.faults.steps import Change, Effects, Step, StepKind, exhausted, placed
from pytest_fakemail.wire.effects import Close, Effect, Pause
from pytest_fakemail.wire.exchange import Exchange

_SILENCE = Pause(math.inf)


def close(*, after_answer: bool = False) -> Step:
    """Close the connection in order: instead of answering, or after the answer."""
    kind = StepKind.SHAPE if after_answer else StepKind.ENDING
    return Step(_ended_by(Close()), kind, comes_by_itself=True, is_end=True)


def reset() -> Step:
    """Break the connection off by RST."""
    return Step(_ended_by(Close(reset=True)), StepKind.ENDING, comes_by_itself=True, is_end=True)


def stall(place: Places | None = None) -> Step:
    """Fall silent for ever, at a place in the answer or instead of it; stay connected."""
    if place is None:
        return Step(_ended_by(_SILENCE), StepKind.ENDING, comes_by_itself=True, is_end=True)
    return placed(place, _cut_off_by(_SILENCE), is_end=True)


def lose_reply() -> Step:
    """Hang up with nothing of the answer sent, whoever gave it."""
    return placed(lambda _: AfterOctets(0), _cut_off_by(Close()), comes_by_itself=True, is_end=True)


def drop(place: Places, *, is_reset: bool) -> Step:
    """Cut the answer at a place and hang up."""
    return placed(place, _cut_off_by(Close(reset=is_reset)), comes_by_itself=True, is_end=True)


def _ended_by(last: Effect) -> Change:
    """Let the last word decide how a connection ends, also after a reply that closes."""

    def change(_: Exchange, effects: Effects) -> Iterator[Effect]:
        yield from (effect for effect in effects if not is_last(effect))
        yield last

    return change


def _cut_off_by(last: Effect) -> Change:
    """Let the rest of an answer be lost, when its command has happened whole."""

    def change(_: Exchange, rest: Effects) -> Iterator[Effect]:
        exhausted(rest)
        yield last

    return change
