"""Waiting in a thread for what a test wants: woken by each change, never by polling.

The twin for coroutines is `net.waiting.until`.
`timeout` is in real seconds whatever the servers' clock says, and whatever the test has made of
the `time` module, so that a test that froze either does not wait for ever.
"""

import sys
import threading
from collections.abc import Callable
from types import ModuleType
from typing import TypeVar

from pytest_fakemail.clock import monotonic
from pytest_fakemail.net.waiting import refuse_in_servers_thread

T = TypeVar("T")
Subscribe = Callable[[Callable[[], None]], Callable[[], None]]
"""Takes what is to be called after each change, returns what ends that."""


def wait(subscribe: Subscribe, attempt: Callable[[], T | None], timeout: float) -> T | None:
    """Return what `attempt` returns as soon as that is not None; None after so many seconds.

    `attempt` is called in this thread, now and after changes, and once more at the end.

    Raises:
        BadArgument: in the servers' own thread, where nothing would come.
    """
    deadline = monotonic() + timeout
    changed = threading.Event()
    unsubscribe = subscribe(changed.set)
    try:
        while True:
            # Cleared before looking: a change while looking is seen the next time.
            changed.clear()
            found = attempt()
            remaining = deadline - monotonic()
            if found is not None or remaining <= 0:
                return found
            refuse_in_servers_thread()
            changed.wait(min(remaining, threading.TIMEOUT_MAX))
    finally:
        unsubscribe()


def blocked_loop() -> str:
    """Return a hint if an event loop runs in this thread, which a wait here has stopped."""
    name = _running(sys.modules.get("asyncio"), sys.modules.get("trio"))
    if not name:
        return ""
    return f"\nthis wait held up the {name} loop of its thread; await the …_async twin instead"


def _running(asyncio: ModuleType | None, trio: ModuleType | None) -> str:
    """Ask only what is imported already: the test's thread has no other loops."""
    if asyncio is not None and asyncio._get_running_loop() is not None:  # noqa: SLF001  (documented, for libraries)
        return "asyncio"
    if trio is not None and trio.lowlevel.in_trio_run():
        return "trio"
    return ""
