"""Waiting for a condition inside the user's own event loop, asyncio's or trio's.

Neither library is imported here: the one that is running has been imported by whoever runs
it.  There is no polling; whoever changes things, in whatever thread, tells.  So does a thread that
looks at the real clock: the loop's own timers follow what a test has made of time.
"""

import threading
from collections.abc import Callable
from typing import TypeVar

from pytest_fakemail.clock import monotonic
from pytest_fakemail.errors import BadArgument

T = TypeVar("T")

SERVING = "pytest-fakemail"
"""The name of the thread that serves everybody."""

Subscribe = Callable[[Callable[[], None]], Callable[[], None]]
"""Have a listener called after each change, in any thread; returns what ends that."""


def refuse_in_servers_thread() -> None:
    """Refuse to wait where nothing that is waited for can come: servers stand still meanwhile.

    Raises:
        BadArgument: this is called by a function that the test has given to a fault, a policy ….
    """
    if threading.current_thread().name == SERVING:
        raise BadArgument(
            "this waits for the servers, in their own thread, which serves nobody meanwhile; "
            "do it in the test, or in a thread of its own"
        )


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
        BadArgument: in the servers' own thread.
    """
    from pytest_fakemail.net.gates import Timer, gate_of_the_loop

    gate = gate_of_the_loop()
    deadline = monotonic() + timeout
    timer: Timer | None = None
    unsubscribe = subscribe(gate.open)
    try:
        while True:
            found = attempt()
            if found is not None or monotonic() >= deadline:
                return found
            refuse_in_servers_thread()
            if timer is None:
                timer = Timer(deadline, gate.open)
            await gate.wait()
    finally:
        unsubscribe()
        if timer is not None:
            timer.cancel()
