"""An alarm set by the `Clock`: rings when real time, or a test that advances it, gets there."""

import asyncio
import math
from collections.abc import Callable

from pytest_fakemail.clock import Clock


class Alarm:
    """Ring once, on the loop, when the clock has reached a moment; may be set anew."""

    __slots__ = ("_clock", "_due", "_loop", "_ring", "_timer")

    def __init__(
        self, loop: asyncio.AbstractEventLoop, clock: Clock, ring: Callable[[], None]
    ) -> None:
        self._loop = loop
        self._clock = clock
        self._ring = ring
        self._due = math.inf
        self._timer: asyncio.Handle | None = None

    def set(self, due: float) -> None:
        """Ring at this time of the clock, in seconds since the epoch; `math.inf` is never."""
        self._due = due
        self.clock_jumped()

    def cancel(self) -> None:
        """Do not ring."""
        self.set(math.inf)

    def clock_jumped(self) -> None:
        """Look at the clock again: it was stopped, started or moved."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        left = self._due - self._clock.time()
        if left <= 0:
            self._timer = self._loop.call_soon(self._look)
        elif left < math.inf and not self._clock.is_frozen:
            self._timer = self._loop.call_later(left, self._look)

    def _look(self) -> None:
        self._timer = None
        if self._clock.time() < self._due:
            self.clock_jumped()  # the loop's clock runs a little ahead of the wall's
            return
        self._due = math.inf
        self._ring()
