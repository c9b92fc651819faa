"""What one connection waits for by the clock: the end of a `Pause`, and what `Later` put off."""

import math
from collections.abc import Callable

from pytest_fakemail.clock import Clock
from pytest_fakemail.net.alarm import Alarm
from pytest_fakemail.net.loop import Loop
from pytest_fakemail.net.postponed import Postponed
from pytest_fakemail.wire.exchange import Connection
from pytest_fakemail.wire.silences import SILENCES


class Delays:
    """A pause, with the time when it is over, and effects put off; few connections have either."""

    __slots__ = ("_clock", "_ends", "_pause", "paused_until", "postponed")

    def __init__(
        self,
        loop: Loop,
        clock: Clock,
        go_on: Callable[[], None],
        call_postponed: Callable[[], None],
        connection: Connection,
    ) -> None:
        """`go_on` is called at the end of a pause, `call_postponed` when effects are due."""
        self._clock = clock
        self._ends = connection.peer, connection.local[1]
        self._pause = Alarm(loop, clock, go_on)
        self.paused_until = 0.0
        self.postponed = Postponed(loop, clock, call_postponed)

    @property
    def is_stalled(self) -> bool:
        """Whether the pause never ends."""
        return self.paused_until == math.inf

    def pause_until(self, due: float) -> None:
        """Go on at this time of the clock."""
        self.paused_until = due
        self._pause.set(due)
        SILENCES.begin(self._ends, self._left)

    def _left(self) -> float:
        return self.paused_until - self._clock.elapsed()

    def stall(self) -> None:
        """Never go on, and forget what was put off."""
        self.pause_until(math.inf)
        self.postponed.clear()

    def look(self) -> None:
        """Look at the clock: a test moved it."""
        self._pause.look()
        self.postponed.look()

    def end(self) -> None:
        """Wait for nothing any more."""
        SILENCES.end(self._ends)
        self._pause.end()
        self.postponed.end()
