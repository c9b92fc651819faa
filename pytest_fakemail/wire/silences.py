"""Connections on which a server of this process says nothing, for a time or for ever.

A relay waits for the next server in real seconds, and servers pause by the clock, which a test
moves when no relay is at work.  So what would come of such a wait, its time-out, comes at once.
"""

import math
import threading
from collections.abc import Callable

Ends = tuple[tuple[str, int], int]
"""The client's address, host and port, and the server's port."""


Tell = Callable[[float], None]
"""Takes the seconds for which nothing will be said, `math.inf` for ever."""


class Silences:
    """Brings together servers that fall silent and clients that want to know; for any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._silent: dict[Ends, Callable[[], float]] = {}
        self._waiting: dict[Ends, Tell] = {}

    def begin(self, ends: Ends, left: Callable[[], float]) -> None:
        """Say that nothing will be said on a connection; `left` tells for how many seconds."""
        with self._lock:
            self._silent[ends] = left
            tell = self._waiting.get(ends)
        if tell is not None:
            tell(left())

    def end(self, ends: Ends) -> None:
        """Forget a connection that is over."""
        with self._lock:
            self._silent.pop(ends, None)

    def is_for_ever(self, ends: Ends) -> bool:
        """Whether nothing will be said on a connection any more."""
        with self._lock:
            left = self._silent.get(ends)
        return left is not None and left() == math.inf

    def await_on(self, ends: Ends, tell: Tell) -> None:
        """Call `tell` as soon as nothing will be said, from the thread that finds it out."""
        with self._lock:
            self._waiting[ends] = tell
            left = self._silent.get(ends)
        seconds = 0.0 if left is None else left()
        if seconds > 0:  # it fell silent before anybody wanted to know
            tell(seconds)

    def forget(self, ends: Ends) -> None:
        """Call nobody any more."""
        with self._lock:
            self._waiting.pop(ends, None)


SILENCES = Silences()
"""Those of this process: a mail may go from one FakeMail to another."""
