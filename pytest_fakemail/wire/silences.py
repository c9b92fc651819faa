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
        self._silent: set[Ends] = set()
        self._waiting: dict[Ends, Tell] = {}

    def begin(self, ends: Ends, seconds: float) -> None:
        """Say for how long nothing will be said on a connection."""
        with self._lock:
            if seconds == math.inf:
                self._silent.add(ends)
            tell = self._waiting.get(ends)
        if tell is not None:
            tell(seconds)

    def end(self, ends: Ends) -> None:
        """Forget a connection that is over."""
        with self._lock:
            self._silent.discard(ends)

    def await_on(self, ends: Ends, tell: Tell) -> None:
        """Call `tell` as soon as nothing will be said, from the thread that finds it out."""
        with self._lock:
            self._waiting[ends] = tell
            is_silent = ends in self._silent
        if is_silent:
            tell(math.inf)

    def forget(self, ends: Ends) -> None:
        """Call nobody any more."""
        with self._lock:
            self._waiting.pop(ends, None)


SILENCES = Silences()
"""Those of this process: a mail may go from one FakeMail to another."""
