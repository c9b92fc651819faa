"""What `Later` effects have put off, of one connection."""

import math
from collections.abc import Callable, Iterable

from pytest_fakemail.clock import Clock
from pytest_fakemail.net.alarm import Alarm
from pytest_fakemail.net.loop import Loop
from pytest_fakemail.wire.effects import Effect


class Postponed:
    """Effects with the times when they are due; rings for each."""

    __slots__ = ("_alarm", "_entries", "look")

    def __init__(self, loop: Loop, clock: Clock, ring: Callable[[], None]) -> None:
        self._entries: list[tuple[float, Iterable[Effect]]] = []  # in the order of their times
        self._alarm = Alarm(loop, clock, ring)
        self.look = self._alarm.look

    def add(self, due: float, effects: Iterable[Effect]) -> None:
        """Keep these effects until this time of the clock."""
        self._entries.append((due, effects))
        self._entries.sort(key=lambda entry: entry[0])
        self._set()

    def take(self) -> Iterable[Effect]:
        """Return the first that were due, for whom it has rung."""
        _, effects = self._entries.pop(0)
        self._set()
        return effects

    def clear(self) -> None:
        """Forget all."""
        self._entries.clear()
        self._alarm.cancel()

    def end(self) -> None:
        """Forget all, and never ring again."""
        self._entries.clear()
        self._alarm.end()

    def _set(self) -> None:
        self._alarm.set(self._entries[0][0] if self._entries else math.inf)
