"""The clock runs, stops, jumps, and tells those who wait."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pytest_fakemail.clock import Clock, Duration, seconds
from pytest_fakemail.errors import BadArgument


def test_it_runs_with_the_real_time() -> None:
    before = time.time()
    now = Clock().time()
    assert before <= now <= time.time()


def test_now_is_aware_and_in_utc() -> None:
    assert Clock().now().tzinfo is UTC


def test_frozen_it_stands_still_but_for_advance() -> None:
    clock = Clock()
    clock.freeze(datetime(2026, 3, 1, 12, tzinfo=UTC))
    assert clock.is_frozen
    clock.advance("1h30m")
    assert clock.now() == datetime(2026, 3, 1, 13, 30, tzinfo=UTC)


def test_resumed_it_runs_on_from_where_it_stood() -> None:
    clock = Clock()
    clock.freeze(datetime(2030, 1, 1, tzinfo=UTC))
    clock.resume()
    assert not clock.is_frozen
    assert timedelta(0) <= clock.now() - datetime(2030, 1, 1, tzinfo=UTC) < timedelta(minutes=1)


def test_advanced_while_running_it_is_that_much_ahead() -> None:
    clock = Clock()
    clock.advance(3600)
    assert 3599 < clock.time() - time.time() < 3660


def test_reset_returns_to_the_real_time() -> None:
    clock = Clock()
    clock.freeze(datetime(2030, 1, 1, tzinfo=UTC))
    clock.advance("1d")
    clock.reset()
    assert abs(clock.time() - time.time()) < 60


def test_every_jump_is_told_until_unsubscribed() -> None:
    clock, told = Clock(), []
    unsubscribe = clock.subscribe(lambda: told.append(clock.is_frozen))
    clock.freeze()
    clock.advance(1)
    clock.resume()
    unsubscribe()
    clock.advance(1)
    assert told == [True, True, False]


async def sleepy() -> None:
    """Be awaited by nobody."""


class Sleepy:
    async def wake(self) -> None:
        """Be awaited by nobody."""


@pytest.mark.parametrize("listener", [None, 5, sleepy, Sleepy().wake])
def test_what_could_not_be_told_of_a_jump_is_refused(listener: Any) -> None:  # noqa: ANN401
    clock = Clock()
    with pytest.raises(BadArgument, match=r"listener=.*: wanted a (plain )?function"):
        clock.subscribe(listener)
    clock.advance(1)


def test_a_naive_point_in_time_is_refused() -> None:
    with pytest.raises(BadArgument, match="has no time zone"):
        Clock().freeze(datetime(2026, 1, 1))  # noqa: DTZ001  (that is the test)


@pytest.mark.parametrize(
    ("duration", "expected"),
    [
        (2, 2.0),
        (0.5, 0.5),
        ("29m", 1740.0),
        ("1h30m", 5400.0),
        ("5d 2h 30m", 441000.0),
        ("250ms", 0.25),
        ("2d", 172800.0),
        ("1.5s", 1.5),
        (timedelta(minutes=2), 120.0),
    ],
)
def test_durations_are_numbers_text_or_timedeltas(duration: Duration, expected: float) -> None:
    assert seconds(duration) == expected


@pytest.mark.parametrize(
    "text", ["", "29", "m", "1 h", "1h banana", "-5s", "2 9m", "1h ", "1h  30m"]
)
def test_text_that_is_no_duration_is_named(text: str) -> None:
    with pytest.raises(BadArgument, match=f"no duration: {text!r}; write numbers with units"):
        seconds(text)


@pytest.mark.parametrize("duration", [-1, float("nan"), timedelta(seconds=-1)])
def test_time_does_not_run_backwards(duration: Duration) -> None:
    with pytest.raises(BadArgument, match="not zero or more"):
        seconds(duration)


def test_what_is_no_duration_at_all_is_told() -> None:
    with pytest.raises(BadArgument, match="no duration: None; wanted seconds"):
        seconds(None)  # type: ignore[arg-type]  # that is the mistake


def test_what_is_no_point_in_time_is_told() -> None:
    with pytest.raises(BadArgument, match="no point in time: 'noon'; wanted an aware datetime"):
        Clock().freeze("noon")  # type: ignore[arg-type]  # that is the mistake


def test_it_says_how_it_stands() -> None:
    clock = Clock()
    clock.freeze(datetime(2026, 3, 1, 12, tzinfo=UTC))
    assert repr(clock) == "<Clock frozen at 2026-03-01 12:00:00 UTC>"


class Worker:
    """Does what it is given when it is looked at, and may thereby give another something to do."""

    def __init__(self, name: str, done: list[str]) -> None:
        self.name, self.done = name, done
        self.begun = 0
        self.next: Worker | None = None
        self._is_given = False

    def take(self) -> None:
        """Begin at once, as a thread would: nothing is due any more then, and nothing is done."""
        self.begun += 1
        self._is_given = True

    def next_due(self) -> float | None:
        return None

    def settle(self) -> None:
        if self._is_given:
            self._is_given = False
            self.done.append(self.name)
            if self.next is not None and len(self.done) < 5:
                self.next.take()


def test_no_time_passes_while_one_gives_work_to_another_who_was_idle() -> None:
    clock, done = Clock(), list[str]()
    first, second = Worker("first", done), Worker("second", done)
    first.next, second.next = second, first
    for one in (first, second):
        clock.attend(one)
    jumps: list[int] = []
    clock.subscribe(lambda: jumps.append(len(done)))
    second.take()
    clock.advance("1h")
    assert done == ["second", "first", "second", "first", "second"]
    assert set(jumps) == {5}
