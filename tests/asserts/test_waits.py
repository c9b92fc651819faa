"""Waiting: woken by each change, looking once more at the end, hinting at held-up loops."""

import asyncio
import threading
from collections.abc import Callable

import pytest
import trio

from pytest_fakemail.asserts.waits import blocked_loop, wait


class Bell:
    """A source of changes that counts its subscribers."""

    def __init__(self) -> None:
        self.listeners: list[Callable[[], None]] = []

    def subscribe(self, listener: Callable[[], None]) -> Callable[[], None]:
        self.listeners.append(listener)
        return lambda: self.listeners.remove(listener)

    def ring(self) -> None:
        for listener in list(self.listeners):
            listener()


def test_what_is_there_is_returned_at_once() -> None:
    bell = Bell()
    assert wait(bell.subscribe, list, 60) == []
    assert bell.listeners == []


def test_each_change_is_looked_at() -> None:
    bell = Bell()
    looks: list[int] = []

    def attempt() -> str | None:
        looks.append(len(looks))
        if len(looks) == 3:
            return "found"
        # The change comes while we look: it must not be missed.
        bell.ring()
        return None

    assert wait(bell.subscribe, attempt, 60) == "found"


def test_a_change_in_another_thread_wakes() -> None:
    bell, arrived = Bell(), threading.Event()

    def change() -> None:
        arrived.set()
        bell.ring()

    def attempt() -> bool | None:
        if not threads:
            threads.append(threading.Thread(target=change))
            threads[0].start()
        return True if arrived.is_set() else None

    threads: list[threading.Thread] = []
    assert wait(bell.subscribe, attempt, 60)
    threads[0].join()


def test_time_runs_out_after_a_last_look() -> None:
    looks: list[None] = []
    assert wait(Bell().subscribe, lambda: looks.append(None), 0.01) is None
    assert len(looks) == 2


def test_without_time_it_looks_once() -> None:
    looks: list[None] = []
    assert wait(Bell().subscribe, lambda: looks.append(None), 0) is None
    assert len(looks) == 1


def test_what_the_look_raises_is_raised() -> None:
    def attempt() -> None:
        raise ValueError("no")

    bell = Bell()
    with pytest.raises(ValueError, match="no"):
        wait(bell.subscribe, attempt, 60)
    assert bell.listeners == []


def test_time_may_be_endless() -> None:
    bell = Bell()
    looks = iter([None, "found"])
    timers: list[threading.Timer] = []

    def attempt() -> str | None:
        timers.append(threading.Timer(0, bell.ring))
        timers[-1].start()
        return next(looks)

    assert wait(bell.subscribe, attempt, float("inf")) == "found"
    for timer in timers:
        timer.join()


def test_a_held_up_loop_is_named() -> None:
    async def hint() -> str:
        return blocked_loop()

    assert blocked_loop() == ""
    for run, name in ((asyncio.run(hint()), "asyncio"), (trio.run(hint), "trio")):
        assert run.strip() == (
            f"this wait held up the {name} loop of its thread; await the …_async twin instead"
        )
