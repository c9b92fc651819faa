"""Waits in the user's own event loop."""

import asyncio
import subprocess
import sys
import threading
from collections.abc import Callable

import pytest
import trio
import trio.testing
from companions import beside

from pytest_fakemail.net.waiting import until


class Changing:
    """A number, changed from other threads, that tells its listeners."""

    def __init__(self) -> None:
        self.number = 0
        self.listeners: list[Callable[[], None]] = []
        self.subscribed = threading.Event()

    def subscribe(self, listener: Callable[[], None]) -> Callable[[], None]:
        self.listeners.append(listener)
        self.subscribed.set()
        return lambda: self.listeners.remove(listener)

    def count(self) -> None:
        """Add one, from now on and in another thread, for each look that is taken."""
        assert self.subscribed.wait(60), "nobody has subscribed"
        for _ in range(3):
            self.number += 1
            for listener in list(self.listeners):
                listener()

    def three(self) -> str | None:
        return "three" if self.number == 3 else None


async def wait_while_counting(changing: Changing) -> str | None:
    with beside(changing.count):
        return await until(changing.subscribe, changing.three, 5)


def test_wait_ends_with_the_change_on_asyncio() -> None:
    changing = Changing()
    assert asyncio.run(wait_while_counting(changing)) == "three"
    assert changing.listeners == []


def test_wait_ends_with_the_change_on_trio() -> None:
    changing = Changing()
    assert trio.run(wait_while_counting, changing) == "three"
    assert changing.listeners == []


def test_wait_is_over_at_once_if_there_is_nothing_to_wait_for() -> None:
    changing = Changing()
    assert asyncio.run(until(changing.subscribe, lambda: 0, 5)) == 0
    assert trio.run(until, changing.subscribe, lambda: "", 0) == ""


@pytest.mark.parametrize("run", [asyncio.run, lambda waiting: trio.run(lambda: waiting)])
def test_wait_looks_once_more_when_time_is_up(run: Callable[[object], object]) -> None:
    looks: list[int] = []

    def look() -> str | None:
        looks.append(1)
        return "at last" if len(looks) == 2 else None

    assert run(until(Changing().subscribe, look, 0.01)) == "at last"


@pytest.mark.parametrize("run", [asyncio.run, lambda waiting: trio.run(lambda: waiting)])
def test_wait_gives_up_in_time(run: Callable[[object], object]) -> None:
    changing = Changing()
    assert run(until(changing.subscribe, lambda: None, 0.01)) is None
    assert changing.listeners == []


@pytest.mark.parametrize("run", [asyncio.run, lambda waiting: trio.run(lambda: waiting)])
def test_wait_rests_between_the_changes(run: Callable[[object], object]) -> None:
    changing = Changing()
    looks: list[int] = []

    def look() -> str | None:
        looks.append(changing.number)
        if len(looks) < 3:
            changing.count()  # three changes at once are one
            return None
        return "at the third look"

    assert run(until(changing.subscribe, look, 60)) == "at the third look"
    assert looks == [0, 3, 6]


def test_wait_lets_the_loop_run() -> None:
    async def play() -> str | None:
        changing = Changing()
        waiting = asyncio.create_task(until(changing.subscribe, changing.three, 5))
        await asyncio.sleep(0)
        changing.count()
        return await waiting

    assert asyncio.run(play()) == "three"


def test_cancelled_wait_leaves_no_listener_on_asyncio() -> None:
    changing = Changing()

    async def play() -> None:
        waiting = asyncio.create_task(until(changing.subscribe, changing.three, 5))
        await asyncio.sleep(0)
        assert changing.listeners
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting

    asyncio.run(play())
    assert changing.listeners == []


def test_cancelled_wait_leaves_no_listener_on_trio() -> None:
    changing = Changing()

    async def play() -> None:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(until, changing.subscribe, changing.three, 5)
            await trio.testing.wait_all_tasks_blocked()
            assert changing.listeners
            nursery.cancel_scope.cancel()

    trio.run(play)
    assert changing.listeners == []


def test_timeout_around_the_wait_is_the_callers() -> None:
    async def play() -> None:
        async with asyncio.timeout(0.01):
            await until(Changing().subscribe, lambda: None, 5)

    with pytest.raises(TimeoutError):
        asyncio.run(play())


def test_change_after_the_loop_has_ended_is_harmless() -> None:
    kept: list[Callable[[], None]] = []

    def subscribe(listener: Callable[[], None]) -> Callable[[], None]:
        kept.append(listener)
        return lambda: None

    asyncio.run(until(subscribe, lambda: None, 0))
    trio.run(until, subscribe, lambda: None, 0)
    for listener in kept:
        listener()


def test_exception_of_the_attempt_is_the_callers() -> None:
    changing = Changing()

    def broken() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        asyncio.run(until(changing.subscribe, broken, 5))
    assert changing.listeners == []


def test_wait_outside_of_any_loop_is_told() -> None:
    with pytest.raises(RuntimeError, match="outside of asyncio and trio"):
        until(Changing().subscribe, lambda: None, 5).send(None)


def test_neither_library_is_imported_for_it() -> None:
    program = (
        "import sys, pytest_fakemail.net.waiting\n"
        "assert not {'asyncio', 'trio'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=30)
