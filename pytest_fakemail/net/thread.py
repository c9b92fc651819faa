"""The background thread whose event loop serves every server of the process.

It starts with the first listener and is joined when the last one closes, so that a
process without open servers has no thread, and `os.fork()` warns of none.
"""

import atexit
import os
import sys
import threading
import traceback
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from time import sleep
from typing import TYPE_CHECKING, Protocol, TypeVar, cast

from pytest_fakemail.clock import monotonic
from pytest_fakemail.errors import ServerBug
from pytest_fakemail.net.alarm import nobody
from pytest_fakemail.net.loop import Loop
from pytest_fakemail.net.waiting import SERVING

T = TypeVar("T")

PATIENCE = 30.0
"""Seconds that a caller waits for the server thread before it calls that a bug of ours."""


GRACE = 1.0
"""Seconds that the garbage collector waits for servers that were forgotten."""


if TYPE_CHECKING:

    class Member(Protocol):
        """What keeps the thread alive: a listener."""

        def close(self) -> None:
            """Stop serving; leave the loop."""

        def abandon(self) -> None:
            """Close the copies of our sockets that a forked child was born with."""


def _nothing(_: object) -> None:
    """Do nothing when the thread has begun."""


class _Call:
    """A function to be called on the loop, and what becomes of it."""

    def __init__(self, function: Callable[[], object]) -> None:
        self._function = function
        self._outcome: list[object] = []
        self._error: BaseException | None = None
        self._pending = threading.Lock()
        self._pending.acquire()

    def __call__(self) -> None:
        try:
            self._outcome.append(self._function())
        except BaseException as error:  # noqa: BLE001  (it is raised where it was asked for)
            self._error = error
        self._pending.release()

    def is_done_within(self, seconds: float) -> bool:
        return self._pending.acquire(timeout=seconds)

    def result(self) -> object:
        error, self._error = self._error, None
        if error is not None:
            try:
                raise error
            finally:
                del error  # which holds this frame
        return self._outcome[0]


class ServerThread:
    """An event loop running in a thread of its own."""

    def __init__(self, begin: "Callable[[ServerThread], object]" = _nothing) -> None:
        """Start it; `begin` is called with it, on the loop, before anything else."""
        self.loop = Loop()
        self.loop.call_soon(partial(begin, self))
        # A daemon only for those who forget to close: the interpreter joins other threads
        # before `atexit` runs, and would wait for ever.
        self._thread = threading.Thread(target=self._serve, name=SERVING, daemon=True)
        try:
            self._thread.start()
        except RuntimeError:
            self.loop.close()
            raise

    @property
    def is_current(self) -> bool:
        """Whether the caller is running in this thread."""
        return threading.get_ident() == self._thread.ident

    def call_soon(self, function: Callable[[], object]) -> None:
        """Run `function` on the loop, soon; from any thread."""
        self.loop.call_soon_threadsafe(function)

    def run(self, function: Callable[[], T]) -> T:
        """Run `function` on the loop; return what it returns, raise what it raises.

        Raises:
            ServerBug: the thread is stuck; the text says where.
        """
        if self.is_current:
            return function()
        call = _Call(function)
        self.call_soon(call)
        if not call.is_done_within(PATIENCE):
            raise ServerBug(f"the servers' thread is stuck, here:\n{self._whereabouts()}")
        return cast("T", call.result())

    def end(self, last: Callable[[], object] = nobody) -> None:
        """Call `last` on the loop, stop the loop, join the thread, close the loop.

        Raises:
            ServerBug, or what `last` raises: as `run`.
        """
        has_ended: list[bool] = []

        def end() -> None:
            has_ended.append(True)
            try:
                last()
            finally:
                self.loop.stop()

        try:
            self.run(end)
        finally:
            if has_ended:  # a function of the test may never return
                self._thread.join()
                _await_exit(self._thread.native_id)

    def _serve(self) -> None:
        self.loop.run()
        self.loop.close()

    def _whereabouts(self) -> str:
        frame = sys._current_frames().get(self._thread.ident or 0)  # noqa: SLF001  (documented)
        return "".join(traceback.format_stack(frame)) if frame else "(ended)"


def _await_exit(native_id: int | None) -> None:
    """Wait until the kernel has forgotten a thread that was joined.

    A joined thread has left Python but may still be leaving the process.  `os.fork` counts
    the threads in /proc, from Python 3.12 on, and would warn of a thread that is no more.
    There is no event for this; it takes some microseconds.
    """
    if native_id == threading.get_native_id():
        return  # gevent's threads are all in one
    entry = f"/proc/self/task/{native_id}"
    give_up = monotonic() + 1.0
    while os.path.exists(entry) and monotonic() < give_up:  # noqa: PTH110  (half the cost)
        sleep(0)


class SharedThread:
    """The process's server thread, alive as long as it has members.  Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._thread: ServerThread | None = None
        self._members: set[Member] = set()
        self._is_over = False

    @property
    def is_running(self) -> bool:
        """Whether there is a server thread."""
        return self._thread is not None

    def join(
        self, member: "Member", begin: Callable[[ServerThread], object] = _nothing
    ) -> ServerThread:
        """Return the running thread, started if this is its first member.

        `begin` is called with it, on its loop, soon.
        """
        with self._lock:
            if self._thread is None:
                self._thread = ServerThread(begin)
            else:
                self._thread.call_soon(partial(begin, self._thread))
            self._members.add(member)
            return self._thread

    def leave(self, member: "Member", last: Callable[[], object] = nobody) -> None:
        """Call `last` on the loop and give up a membership; return when that is done.

        The last one to leave ends the thread, in one go, and waits for its end.

        Raises:
            ServerBug, or what `last` raises: as `ServerThread.run`.
        """
        with self._lock:
            if self._members <= {member}:
                self._give_up(member, last)
                return
            thread = self._thread
        try:
            if thread is not None:
                thread.run(last)
        finally:
            with self._lock:
                self._give_up(member)

    def _give_up(self, member: "Member", last: Callable[[], object] = nobody) -> None:
        self._members.discard(member)
        if not self._members and self._thread is not None:
            try:
                self._thread.end(last)
            finally:
                self._thread = None

    def close_all(self) -> None:
        """Close whatever was forgotten, at the interpreter's exit."""
        self._is_over = True
        for member in list(self._members):
            member.close()

    def forget(self) -> None:
        """Begin anew in a forked child, where the thread does not exist.

        The child's copies of the sockets are closed: while they are open, the peers of
        connections that the parent closes would never learn of it.
        """
        self._lock = threading.Lock()
        members, self._members = self._members, set()
        for member in members:
            member.abandon()
        if self._thread is not None:
            self._thread.loop.abandon()
            self._thread = None

    def close_elsewhere(self, members: "Iterable[Member]") -> None:
        """Close members in a thread of its own, from within the garbage collector.

        It runs wherever memory is asked for: in the servers' own thread, or in one that holds a
        lock that the members' end needs.  So the caller waits for a moment only.  At the
        interpreter's end, when all are closed, it does nothing: a thread that Python 3.11 starts
        then never runs, and is waited for.
        """
        if self._is_over:
            return

        def close() -> None:
            for member in forgotten:
                member.close()

        forgotten = list(members)
        thread = threading.Thread(target=close, name="pytest-fakemail-closing", daemon=True)
        with suppress(RuntimeError):  # the interpreter ends, and everything with it
            thread.start()
            served_by = self._thread  # which the last of them gives up
            if served_by is None or not served_by.is_current:
                thread.join(GRACE)


shared = SharedThread()
atexit.register(shared.close_all)
if hasattr(os, "register_at_fork"):  # not on Windows, where nothing forks
    os.register_at_fork(after_in_child=shared.forget)
