"""Connections on which a server of this process says nothing any more, for ever.

A relay waits for the next server in real seconds.  For one that will never speak it need not: what
would come then, its time-out, can as well come at once.
"""

import threading
from collections.abc import Callable

Ends = tuple[tuple[str, int], int]
"""The client's address, host and port, and the server's port."""


class Silences:
    """Brings together servers that fall silent and clients that want to know; for any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._silent: set[Ends] = set()
        self._waiting: dict[Ends, Callable[[], None]] = {}

    def begin(self, ends: Ends) -> None:
        """Say that nothing more will be said on a connection."""
        with self._lock:
            self._silent.add(ends)
            tell = self._waiting.get(ends)
        if tell is not None:
            tell()

    def end(self, ends: Ends) -> None:
        """Forget a connection that is over."""
        with self._lock:
            self._silent.discard(ends)

    def await_on(self, ends: Ends, tell: Callable[[], None]) -> None:
        """Call `tell` as soon as nothing more will be said; from the thread that finds it out."""
        with self._lock:
            self._waiting[ends] = tell
            is_silent = ends in self._silent
        if is_silent:
            tell()

    def forget(self, ends: Ends) -> None:
        """Call nobody any more."""
        with self._lock:
            self._waiting.pop(ends, None)


SILENCES = Silences()
"""Those of this process: a mail may go from one FakeMail to another."""
