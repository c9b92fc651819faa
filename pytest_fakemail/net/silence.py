"""How long a client has been silent, and whether that is for too long."""

import math
from collections.abc import Callable

from pytest_fakemail.clock import Clock
from pytest_fakemail.net.alarm import Alarm
from pytest_fakemail.net.loop import Loop


class Silence:
    """Ring when nothing was heard for as long as the session bears it."""

    __slots__ = ("_alarm", "_clock", "end", "heard_at", "is_answered_later", "look", "timeout")

    def __init__(self, loop: Loop, clock: Clock, ring: Callable[[], None]) -> None:
        self._clock = clock
        self._alarm = Alarm(loop, clock, ring)
        self.heard_at = clock.elapsed()
        self.timeout: float | None = None
        self.is_answered_later = False
        """Whether it counts from what is sent next, and not from what was heard."""
        self.look, self.end = self._alarm.look, self._alarm.end

    @property
    def is_too_long(self) -> bool:
        """Whether it has lasted until now, though something may have been heard since it rang."""
        return self._clock.elapsed() >= self.heard_at + (self.timeout or math.inf)

    def bear(self, timeout: float | None) -> None:
        """Bear so many seconds of it from the last octet on; None bears any."""
        if timeout != self.timeout:
            self.timeout = timeout
            self.watch()

    def watch(self) -> None:
        """Ring when it has lasted too long."""
        self._alarm.set(self.heard_at + self.timeout if self.timeout else math.inf)

    def cancel(self) -> None:
        """Do not ring."""
        self._alarm.cancel()
