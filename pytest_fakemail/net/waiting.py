"""Waiting for a condition inside the user's own event loop, asyncio's or trio's.

Neither library is imported here: the one that is running has been imported by whoever runs
it.  There is no polling; whoever changes things, in whatever thread, tells.
"""

import sys
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol, TypeVar

T = TypeVar("T")

Subscribe = Callable[[Callable[[], None]], Callable[[], None]]
"""Have a listener called after each change, in any thread; returns what ends that."""


async def until(
    subscribe: Subscribe,
    attempt: Callable[[], T | None],
    timeout: float,  # noqa: ASYNC109  (running out is a result, not an exception)
) -> T | None:
    """Return what `attempt` returns as soon as that is not None; None after so many seconds.

    `attempt` is called in the caller's task: now, after changes, and once more at the end.
    What it raises is raised here.  The wait can be cancelled.

    Raises:
        RuntimeError: called outside of asyncio and trio.
    """
    gate = _gate()
    deadline = time.monotonic() + timeout
    unsubscribe = subscribe(gate.open)
    try:
        while True:
            found = attempt()
            left = deadline - time.monotonic()
            if found is not None or left <= 0:
                return found
            await gate.wait(left)
    finally:
        unsubscribe()


class _Gate(Protocol):
    """What one task waits at until any thread opens it; shut again behind the task."""

    def open(self) -> None:
        """Let the task go on; harmless after its loop has ended."""

    async def wait(self, seconds: float) -> None:
        """Return when opened since the last wait, or after so many seconds."""


class _AsyncioGate:
    def __init__(self) -> None:
        import asyncio  # it is running

        self._loop = asyncio.get_running_loop()
        self._event = asyncio.Event()
        self._timeout = asyncio.timeout

    def open(self) -> None:
        with suppress(RuntimeError):  # the loop is closed
            self._loop.call_soon_threadsafe(self._event.set)

    async def wait(self, seconds: float) -> None:
        with suppress(TimeoutError):
            async with self._timeout(seconds):
                await self._event.wait()
        self._event.clear()


class _TrioGate:
    def __init__(self) -> None:
        import trio  # it is running

        self._token = trio.lowlevel.current_trio_token()
        self._event = trio.Event()
        self._new_event = trio.Event
        self._move_on_after = trio.move_on_after

    def open(self) -> None:
        with suppress(RuntimeError):  # trio.RunFinishedError
            self._token.run_sync_soon(self._set, idempotent=True)

    def _set(self) -> None:
        self._event.set()

    async def wait(self, seconds: float) -> None:
        with self._move_on_after(seconds):
            await self._event.wait()
        self._event = self._new_event()


def _gate() -> _Gate:
    if _is_in_trio():
        return _TrioGate()
    if _is_in_asyncio():
        return _AsyncioGate()
    raise RuntimeError("an awaitable wait was called outside of asyncio and trio")


def _is_in_trio() -> bool:
    trio = sys.modules.get("trio")
    if trio is None:
        return False
    try:
        trio.lowlevel.current_task()
    except RuntimeError:
        return False
    return True


def _is_in_asyncio() -> bool:
    asyncio = sys.modules.get("asyncio")
    if asyncio is None:
        return False
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True
