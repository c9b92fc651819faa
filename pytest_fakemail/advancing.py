"""Moving a clock on: whatever falls due happens, each thing at its own time.

The clock is known here by what it is asked and told, and by who has things to do by it.
"""

import threading
from collections.abc import Awaitable, Callable, Iterable
from math import inf
from typing import Protocol

Suspend = Callable[
    [Callable[[Callable[[], None]], Callable[[], None]], Callable[[], object], float],
    Awaitable[object],
]
"""Waits until an attempt returns something; it is made anew after each telling."""


class Attendant(Protocol):
    """What has things to do by the clock that take a while: a relay with its attempts.

    Attributes:
        begun: how often it has begun to do what was due.
    """

    begun: int

    def next_due(self) -> float | None:
        """Return when the next thing is due, as `Clock.elapsed` counts, None if nothing is."""

    def settle(self) -> None:
        """Return when everything that is due now has been done."""


class Course:
    """A way of a clock through the times at which something is due.

    Args:
        attendants: returns who has things to do; there may be more of them meanwhile.
        elapsed: returns the clock's time, as attendants count it.
        jump: moves the clock on by so many seconds.
    """

    __slots__ = ("_attendants", "_elapsed", "_jump")

    def __init__(
        self,
        attendants: Callable[[], Iterable[Attendant]],
        elapsed: Callable[[], float],
        jump: Callable[[float], None],
    ) -> None:
        self._attendants = attendants
        self._elapsed = elapsed
        self._jump = jump

    def run(self, step: float) -> float:
        """Go from one due thing to the next for so many seconds; return where they end."""
        self.settle()
        target = self._elapsed() + step
        while (due := self._next_due()) is not None and due <= target:
            self.jump_to(due)
            self.settle()
        return target

    def jump_to(self, target: float) -> None:
        """Move the clock on to there, if it is not there yet."""
        self._jump(max(0.0, target - self._elapsed()))

    def settle(self) -> None:
        """Wait until nobody has anything to do; what one does may be another's work.

        One that was idle when it was looked at may have been given work by one that was looked
        at later; so nobody may have begun anything from before the first look to after the last.
        """
        while True:
            attendants = list(self._attendants())
            before = [one.begun for one in attendants]
            for one in attendants:
                one.settle()
            due = self._next_due()
            is_due = due is not None and due <= self._elapsed()
            if not is_due and before == [one.begun for one in attendants]:
                return

    def _next_due(self) -> float | None:
        times = [due for one in self._attendants() if (due := one.next_due()) is not None]
        return min(times, default=None)


async def elsewhere(advance: Callable[[], None], suspend: Suspend) -> None:
    """Advance in a thread of its own, and wait for it as `suspend` does; raise what it raises."""
    ended: list[BaseException | None] = []
    told: list[Callable[[], None]] = []

    def run() -> None:
        try:
            advance()
            ended.append(None)
        except BaseException as error:  # noqa: BLE001  (raised where it is awaited)
            ended.append(error)
        for tell in (*told,):
            tell()

    def subscribe(tell: Callable[[], None]) -> Callable[[], None]:
        told.append(tell)
        return lambda: told.remove(tell)

    threading.Thread(target=run, name="fakemail clock", daemon=True).start()
    await suspend(subscribe, lambda: ended or None, inf)
    if ended[0] is not None:
        raise ended[0]
