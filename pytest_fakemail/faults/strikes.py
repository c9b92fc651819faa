"""Telling those who wait that a fault has struck.

How one waits, in a thread or in a loop, others know: `Waits` is handed in.
"""

import threading
from collections.abc import Awaitable, Callable

from pytest_fakemail.dataclass import dataclass
from pytest_fakemail.errors import NotRunning

Subscribe = Callable[[Callable[[], None]], Callable[[], None]]
Attempt = Callable[[], bool | None]


@dataclass(frozen=True, slots=True)
class Waits:
    """How to wait until an attempt returns something, for so many seconds at the most.

    `hint` says, after a wait in a thread, if that has held up an event loop.
    """

    block: Callable[[Subscribe, Attempt, float], bool | None]
    suspend: Callable[[Subscribe, Attempt, float], Awaitable[bool | None]]
    hint: Callable[[], str]


class Strikes:
    """Who is to be told of each strike; told in the servers' thread."""

    __slots__ = ("_listeners", "_lock", "_waits")

    def __init__(self, waits: Waits | None) -> None:
        self._waits = waits
        self._lock = threading.Lock()
        self._listeners: tuple[Callable[[], None], ...] = ()

    @property
    def waits(self) -> Waits:
        """How to wait.

        Raises:
            NotRunning: no FakeMail serves these faults.
        """
        if self._waits is None:
            raise NotRunning("no server meets this fault")
        return self._waits

    def tell(self) -> None:
        """Tell everyone who waits."""
        for listener in self._listeners:
            listener()

    def subscribe(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call `listener` after each strike; return what ends that."""
        with self._lock:
            self._listeners = (*self._listeners, listener)

        def unsubscribe() -> None:
            with self._lock:
                rest = list(self._listeners)
                rest.remove(listener)
                self._listeners = tuple(rest)

        return unsubscribe
