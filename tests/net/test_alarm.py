"""Alarms: by real time, and by a clock that a test moves."""

import math
from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

import pytest
from net.turning import new_loop, turn_until, turns

from pytest_fakemail.clock import Clock
from pytest_fakemail.net.alarm import Alarm
from pytest_fakemail.net.loop import Loop


class Bedroom(NamedTuple):
    """An alarm with its clock, and what it has rung."""

    loop: Loop
    clock: Clock
    rings: list[str]
    alarm: Alarm


@pytest.fixture
def bedroom() -> Iterator[Bedroom]:
    with new_loop() as loop:
        clock = Clock()
        rings: list[str] = []
        alarm = Alarm(loop, clock, lambda: rings.append("ring"))
        clock.subscribe(alarm.look)
        yield Bedroom(loop, clock, rings, alarm)


def test_alarm_rings_once_in_real_time(bedroom: Bedroom) -> None:
    loop, clock, rings, alarm = bedroom
    alarm.set(clock.elapsed() + 0.005)
    assert not rings
    later: list[str] = []
    Alarm(loop, clock, lambda: later.append("later")).set(clock.elapsed() + 0.02)
    turn_until(loop, lambda: later)
    assert rings == ["ring"]


def test_alarm_of_the_past_rings_soon_but_not_at_once(bedroom: Bedroom) -> None:
    loop, clock, rings, alarm = bedroom
    alarm.set(clock.elapsed() - 1)
    assert rings == []
    turns(loop)
    assert rings == ["ring"]


@pytest.mark.parametrize("due", [10.0, math.inf])
def test_alarm_does_not_ring_while_the_clock_stands(due: float, bedroom: Bedroom) -> None:
    loop, clock, rings, alarm = bedroom
    clock.freeze()
    alarm.set(clock.elapsed() + due)
    clock.advance(9.9)
    turns(loop)
    assert rings == []


def test_alarm_rings_when_the_clock_is_advanced(bedroom: Bedroom) -> None:
    _, clock, rings, alarm = bedroom
    clock.freeze()
    alarm.set(clock.elapsed() + 10)
    clock.advance(10)
    clock.advance(10)
    assert rings == ["ring"]


def test_alarm_costs_nothing_while_the_clock_stands(
    bedroom: Bedroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop, clock, rings, alarm = bedroom
    looks: list[str] = []

    def looked(time: float) -> float:
        looks.append("look")
        return time

    clock.freeze()
    alarm.set(clock.elapsed() + 0.0001)
    monkeypatch.setattr(Clock, "elapsed", partial(looked, clock.elapsed()))
    passed: list[str] = []
    loop.call_later(0.01, lambda: passed.append("passed"))
    turn_until(loop, lambda: passed)
    assert rings == []
    assert looks == []


def test_alarm_set_anew_forgets_the_old_time(bedroom: Bedroom) -> None:
    loop, clock, rings, alarm = bedroom
    clock.freeze()
    alarm.set(clock.elapsed() + 10)
    alarm.set(clock.elapsed() + 30)
    clock.advance(20)
    turns(loop)
    alarm.cancel()
    clock.advance(20)
    turns(loop)
    assert rings == []


def test_alarm_cancelled_as_it_falls_due_is_silent(bedroom: Bedroom) -> None:
    loop, clock, rings, alarm = bedroom
    clock.freeze()
    alarm.set(clock.elapsed())
    alarm.cancel()
    turns(loop)
    assert rings == []
