"""The event loop of the servers' thread: sockets, timers, calls from other threads; no more.

asyncio's loop does all of this and much besides.  It costs 40 ms to import and some 150 µs to
make and close, which is a good part of a test that sends one mail; each event passes through
objects that only tasks need; and it logs, which a test of the app's logging would see.
"""

import select
import sys
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from heapq import heapify, heappop, heappush
from itertools import count
from typing import TYPE_CHECKING, Protocol

from pytest_fakemail.clock import monotonic
from pytest_fakemail.net.bell import new_bell

Callback = Callable[[], object]

_READ = 1  # as `select.EPOLLIN`
_WRITE = 4  # as `select.EPOLLOUT`
LONGEST = 24 * 3600.0
"""Seconds of one wait: epoll takes no more than 24 days, and raises."""

_CANCELLED = 100
"""So many timers that were cancelled may wait among the others, at least."""


class Timer:
    """A call that is due at some time, unless it is cancelled."""

    __slots__ = ("_loop", "callback", "due")

    def __init__(self, loop: "Loop", due: float, callback: Callback) -> None:
        self._loop = loop
        self.due = due
        self.callback: Callback | None = callback

    def cancel(self) -> None:
        """Do not call; let go of whatever the callback holds."""
        if self.callback is not None:
            self.callback = None
            self._loop.timer_cancelled()


class Loop:
    """Call back when sockets are ready and timers due; all but two methods on its own thread."""

    def __init__(self) -> None:
        self._poller = _new_poller()
        self._readers: dict[int, Callback] = {}
        self._writers: dict[int, Callback] = {}
        self._ready: deque[Callback] = deque()
        self._timers: list[tuple[float, int, Timer]] = []
        self._numbers = count()
        self._cancelled = 0
        self._is_stopping = False
        self._is_waiting = False
        self._bell = new_bell()
        self.add_reader(self._bell.fileno(), self._bell.hush)

    # From any thread

    def call_soon_threadsafe(self, callback: Callback) -> None:
        """Call back, soon, in the order of these calls; harmless after the end."""
        self._ready.append(callback)
        # The loop says that it waits before it looks for the last time, so one of us sees the
        # other.
        if self._is_waiting:
            self._bell.ring()

    def stop(self) -> None:
        """Let `run` return."""
        self._is_stopping = True
        if self._is_waiting:  # as above
            self._bell.ring()

    # On the loop

    def add_reader(self, descriptor: int, callback: Callback) -> None:
        """Call back whenever there is something to read, or an end."""
        if descriptor not in self._readers:
            is_writing = descriptor in self._writers
            self._poller.change(descriptor, _WRITE * is_writing, _READ | _WRITE * is_writing)
        self._readers[descriptor] = callback

    def remove_reader(self, descriptor: int) -> None:
        """Do not call back any more; nothing happens if that is so already."""
        if self._readers.pop(descriptor, None) is not None:
            is_writing = descriptor in self._writers
            self._poller.change(descriptor, _READ | _WRITE * is_writing, _WRITE * is_writing)

    def add_writer(self, descriptor: int, callback: Callback) -> None:
        """Call back whenever the kernel takes octets, or never will."""
        if descriptor not in self._writers:
            is_reading = descriptor in self._readers
            self._poller.change(descriptor, _READ * is_reading, _READ * is_reading | _WRITE)
        self._writers[descriptor] = callback

    def remove_writer(self, descriptor: int) -> None:
        """Do not call back any more; nothing happens if that is so already."""
        if self._writers.pop(descriptor, None) is not None:
            is_reading = descriptor in self._readers
            self._poller.change(descriptor, _READ * is_reading | _WRITE, _READ * is_reading)

    def call_soon(self, callback: Callback) -> None:
        """Call back when the loop has been round; before anything that is read from now on."""
        self._ready.append(callback)

    def call_later(self, seconds: float, callback: Callback) -> Timer:
        """Call back in so many seconds of the real clock."""
        timer = Timer(self, monotonic() + seconds, callback)
        heappush(self._timers, (timer.due, next(self._numbers), timer))
        return timer

    def timer_cancelled(self) -> None:
        """Take note that a timer will not ring; throw such away when they are many."""
        self._cancelled += 1
        if self._cancelled > _CANCELLED and self._cancelled * 2 > len(self._timers):
            self._timers = [entry for entry in self._timers if entry[2].callback is not None]
            heapify(self._timers)
            self._cancelled = 0

    @property
    def is_idle(self) -> bool:
        """Whether no socket is ready and nobody else is to be called at once."""
        bell = self._bell.fileno()
        return not self._ready and all(ready == bell for ready, _ in self._poller.poll(0.0))

    def run(self) -> None:
        """Call back until `stop` is called; may be called again then."""
        poll, ready, readers = self._poller.poll, self._ready, self._readers
        while not self._is_stopping:
            self._is_waiting = True
            patience = 0.0 if ready or self._is_stopping else self._patience()
            events = poll(patience)
            self._is_waiting = False
            # What was asked for before comes before what has just been read: a test that
            # moves the clock and then speaks to a server has moved it first.
            if ready:
                for _ in range(len(ready)):
                    self._call(ready.popleft())
            # Whoever is due while others speak has its turn in the next round, in which there
            # is no patience: so the clock is read once a round.
            if self._timers and not (events and patience):
                self._call_due()
            for descriptor, event in events:
                if event == _READ and descriptor in readers:
                    try:  # as `_call`
                        readers[descriptor]()  # without a name that would keep it alive
                    except BaseException:  # noqa: BLE001  (others are to be served on)
                        _told()
                else:
                    self._call_ready(descriptor, event)
        self._is_stopping = False

    def close(self) -> None:
        """Give back the descriptors; whoever is registered is not called again."""
        self._readers.clear()
        self._writers.clear()
        self._timers.clear()
        self._poller.close()
        self._bell.close()

    def abandon(self) -> None:
        """Close a forked child's copies of the descriptors."""
        self._poller.close()
        self._bell.close()

    def _call_ready(self, descriptor: int, event: int) -> None:
        # An error or the end makes both ready.  Who was called may have changed its mind about
        # the other, or be gone.
        if event & ~_WRITE and (callback := self._readers.get(descriptor)) is not None:
            self._call(callback)
        if event & ~_READ and (callback := self._writers.get(descriptor)) is not None:
            self._call(callback)

    def _patience(self) -> float | None:
        """Return for how many seconds nothing is to be done, None for ever."""
        if not self._timers:
            return None
        left = self._timers[0][0] - monotonic()
        if 0.0 < left < LONGEST:
            return left
        return 0.0 if left <= 0.0 else LONGEST

    def _call_due(self) -> None:
        now = monotonic()
        while self._timers and self._timers[0][0] <= now:
            timer = heappop(self._timers)[2]
            callback, timer.callback = timer.callback, None
            if callback is None:
                self._cancelled -= 1
            else:
                self._call(callback)

    def _call(self, callback: Callback) -> None:
        try:
            callback()
        except BaseException:  # noqa: BLE001  (others are to be served on)
            _told()


def _told() -> None:
    """Tell of the exception that is being handled, as of one that ends a thread."""
    told = (*sys.exc_info(), threading.current_thread())
    with suppress(BaseException):  # whoever has put it there may fail; others are to be served on
        threading.excepthook(threading.ExceptHookArgs(told))


if TYPE_CHECKING:

    class _Poller(Protocol):
        """What waits for descriptors to become ready."""

        @property
        def poll(self) -> Callable[[float | None], list[tuple[int, int]]]:
            """Return descriptors with events; wait for one so many seconds, or for ever."""

        def change(self, descriptor: int, old: int, new: int) -> None:
            """Watch for these events instead of those; none is 0."""

        def close(self) -> None:
            """Watch no more."""


class _Epoll:
    """Linux's own: half the work of what `selectors` does around it."""

    def __init__(self) -> None:
        self._epoll = select.epoll()
        self.poll: Callable[[float | None], list[tuple[int, int]]] = self._epoll.poll

    def change(self, descriptor: int, old: int, new: int) -> None:
        if not old:
            self._epoll.register(descriptor, new)
        elif new:
            self._epoll.modify(descriptor, new)
        else:
            self._epoll.unregister(descriptor)

    def close(self) -> None:
        self._epoll.close()


def _new_poller() -> "_Poller":
    if hasattr(select, "epoll"):
        return _Epoll()
    from pytest_fakemail.net.portable import Selector

    return Selector(_READ, _WRITE)
