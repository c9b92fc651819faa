"""Alarms: by real time, and by a clock that a test moves."""

import asyncio
import math
from collections.abc import Awaitable, Callable
from functools import partial

import pytest

from pytest_fakemail.clock import Clock
from pytest_fakemail.net.alarm import Alarm


def alarmed(story: Callable[[Alarm, Clock, list[str]], Awaitable[None]]) -> list[str]:
    """Play a story with an alarm; return its rings."""
    rings: list[str] = []

    async def play() -> None:
        clock = Clock()
        alarm = Alarm(asyncio.get_running_loop(), clock, lambda: rings.append("ring"))
        clock.subscribe(alarm.look)
        await story(alarm, clock, rings)

    asyncio.run(play())
    return rings


async def turns() -> None:
    """Let the loop do whatever is due."""
    for _ in range(3):
        await asyncio.sleep(0)


def test_alarm_rings_once_in_real_time() -> None:
    async def story(alarm: Alarm, clock: Clock, rings: list[str]) -> None:
        alarm.set(clock.time() + 0.005)
        assert not rings
        rung = asyncio.Event()
        later = Alarm(asyncio.get_running_loop(), clock, rung.set)
        later.set(clock.time() + 0.02)
        await asyncio.wait_for(rung.wait(), 5)

    assert alarmed(story) == ["ring"]


def test_alarm_of_the_past_rings_soon_but_not_at_once() -> None:
    async def story(alarm: Alarm, clock: Clock, rings: list[str]) -> None:
        alarm.set(clock.time() - 1)
        assert rings == []
        await turns()

    assert alarmed(story) == ["ring"]


@pytest.mark.parametrize("due", [10.0, math.inf])
def test_alarm_does_not_ring_while_the_clock_stands(due: float) -> None:
    async def story(alarm: Alarm, clock: Clock, _: list[str]) -> None:
        clock.freeze()
        alarm.set(clock.time() + due)
        clock.advance(9.9)
        await turns()

    assert alarmed(story) == []


def test_alarm_rings_when_the_clock_is_advanced() -> None:
    async def story(alarm: Alarm, clock: Clock, _: list[str]) -> None:
        clock.freeze()
        alarm.set(clock.time() + 10)
        clock.advance(10)
        clock.advance(10)

    assert alarmed(story) == ["ring"]


def test_alarm_costs_nothing_while_the_clock_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[str] = []

    def looked(time: float) -> float:
        looks.append("look")
        return time

    async def story(alarm: Alarm, clock: Clock, _: list[str]) -> None:
        clock.freeze()
        alarm.set(clock.time() + 0.0001)
        monkeypatch.setattr(clock, "time", partial(looked, clock.time()))
        await asyncio.sleep(0.01)

    assert alarmed(story) == []
    assert looks == []


def test_alarm_set_anew_forgets_the_old_time() -> None:
    async def story(alarm: Alarm, clock: Clock, _: list[str]) -> None:
        clock.freeze()
        alarm.set(clock.time() + 10)
        alarm.set(clock.time() + 30)
        clock.advance(20)
        await turns()
        alarm.cancel()
        clock.advance(20)
        await turns()

    assert alarmed(story) == []


def test_alarm_cancelled_as_it_falls_due_is_silent() -> None:
    async def story(alarm: Alarm, clock: Clock, _: list[str]) -> None:
        clock.freeze()
        alarm.set(clock.time())
        alarm.cancel()
        await turns()

    assert alarmed(story) == []
