"""An alarm set by the `Clock`: rings when real time, or a test that advances it, gets there."""

import math
from collections.abc import Callable

from pytest_fakemail.clock import Clock
from pytest_fakemail.net.loop import Loop, Timer


def nobody() -> None:
    """Hear nothing, in the place of who has gone."""


class Alarm:
    """Ring once, on the loop, when the clock has reached a moment; may be set anew."""

    __slots__ = ("_clock", "_due", "_loop", "_ring", "_timer")

    def __init__(self, loop: Loop, clock: Clock, ring: Callable[[], None]) -> None:
        self._loop = loop
        self._clock = clock
        self._ring = ring
        self._due = math.inf
        self._timer: Timer | None = None

    def set(self, due: float) -> None:
        """Ring when so many seconds of `Clock.elapsed` are over; `math.inf` is never.

        It does not ring at once, even if the time has passed, but from the loop.
        """
        if self._timer is not None:
            self.cancel()
        self._due = due
        if due == math.inf:
            return
        left = due - self._clock.elapsed()
        if left <= 0:
            self._timer = self._loop.call_later(0, self.look)
        elif not self._clock.is_frozen:
            self._timer = self._loop.call_later(left, self.look)

    def cancel(self) -> None:
        """Do not ring."""
        self._due = math.inf
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def end(self) -> None:
        """Never ring again, and let go of whoever would hear it."""
        if self._timer is not None:
            self.cancel()
        self._due = math.inf
        self._ring = nobody

    def look(self) -> None:
        """Look at the clock: it was stopped, started or moved.  Rings at once if it is time.

        At once, because whoever moved the clock may have spoken to a server since, and what
        fell due comes first.
        """
        if self._clock.elapsed() < self._due:
            self.set(self._due)
            return
        self.cancel()
        self._ring()
