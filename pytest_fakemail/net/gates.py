"""What a task waits at in the event loop that runs it, asyncio's or trio's; a timer of real time.

Neither library is imported here: the one that is running has been imported by whoever runs it.
"""

import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

from pytest_fakemail.clock import monotonic


class Timer:
    """Call once, from a thread of its own, when a moment of the real clock has come."""

    def __init__(self, due: float, callback: Callable[[], None]) -> None:
        self._due = due
        self._callback = callback
        self._cancelled = threading.Event()
        self._thread = threading.Thread(target=self._run, name="pytest-fakemail wait", daemon=True)
        self._thread.start()

    def cancel(self) -> None:
        """End the thread, which may be calling just now."""
        self._cancelled.set()
        self._thread.join()

    def _run(self) -> None:
        while (left := self._due - monotonic()) > 0:
            if self._cancelled.wait(min(left, threading.TIMEOUT_MAX)):
                return
        self._callback()


class Gate(Protocol):
    """What one task waits at until any thread opens it; shut again behind the task."""

    def open(self) -> None:
        """Let the task go on; harmless after its loop has ended."""

    async def wait(self) -> None:
        """Return when opened since the last wait."""


class _AsyncioGate:
    def __init__(self) -> None:
        import asyncio  # it is running

        self._loop = asyncio.get_running_loop()
        self._event = asyncio.Event()

    def open(self) -> None:
        with suppress(RuntimeError):  # the loop is closed
            self._loop.call_soon_threadsafe(self._event.set)

    async def wait(self) -> None:
        await self._event.wait()
        self._event.clear()


class _TrioGate:
    def __init__(self) -> None:
        import trio  # it is running

        self._token = trio.lowlevel.current_trio_token()
        self._event = trio.Event()
        self._new_event = trio.Event

    def open(self) -> None:
        with suppress(RuntimeError):  # trio.RunFinishedError
            self._token.run_sync_soon(self._set, idempotent=True)

    def _set(self) -> None:
        self._event.set()

    async def wait(self) -> None:
        await self._event.wait()
        self._event = self._new_event()


def gate_of_the_loop() -> Gate:
    """Return a gate for the task that asks.

    Raises:
        RuntimeError: it is in neither loop.
    """
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
