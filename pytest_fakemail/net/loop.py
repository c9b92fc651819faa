"""The background thread whose event loop serves every server of the process.

It starts with the first listener and is joined when the last one closes, so that a
process without open servers has no thread, and `os.fork()` warns of none.
"""

import asyncio
import atexit
import concurrent.futures
import os
import sys
import threading
import time
import traceback
from collections.abc import Callable
from typing import Protocol, TypeVar

from pytest_fakemail.errors import ServerBug

T = TypeVar("T")

PATIENCE = 30.0
"""Seconds that a caller waits for the server thread before it calls that a bug of ours."""


class Member(Protocol):
    """What keeps the thread alive: a listener."""

    def close(self) -> None:
        """Stop serving; leave the loop."""

    def abandon(self) -> None:
        """Close the copies of our sockets that a forked child was born with."""


class ServerThread:
    """An event loop running in a thread of its own."""

    def __init__(self) -> None:
        # Not `new_event_loop`: a policy that the app has set, for uvloop say, is not for us.
        self.loop = asyncio.SelectorEventLoop()
        # `-X dev` asks for asyncio's debug mode; it would log the slowness of a user's own
        # callbacks and costs every message a stack trace.
        self.loop.set_debug(False)
        # A daemon only for those who forget to close: the interpreter joins other threads
        # before `atexit` runs, and would wait for ever.
        self._thread = threading.Thread(target=self._serve, name="pytest-fakemail", daemon=True)
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
        outcome: concurrent.futures.Future[T] = concurrent.futures.Future()

        def perform() -> None:
            try:
                outcome.set_result(function())
            except BaseException as error:  # noqa: BLE001  (it is raised where it was asked for)
                outcome.set_exception(error)

        self.call_soon(perform)
        done, _ = concurrent.futures.wait([outcome], timeout=PATIENCE)
        if not done:
            raise ServerBug(f"the servers' thread is stuck, here:\n{self._whereabouts()}")
        return outcome.result()

    def end(self) -> None:
        """Stop the loop, join the thread, close the loop."""
        self.call_soon(self.loop.stop)
        self._thread.join()
        _await_exit(self._thread.native_id)

    def _serve(self) -> None:
        loop = self.loop
        loop.run_forever()
        tasks = asyncio.all_tasks(loop)
        for task in tasks:
            task.cancel()
        if tasks:
            loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        loop.close()

    def _whereabouts(self) -> str:
        frame = sys._current_frames().get(self._thread.ident or 0)  # noqa: SLF001  (documented)
        return "".join(traceback.format_stack(frame)) if frame else "(ended)"


def _await_exit(native_id: int | None) -> None:
    """Wait until the kernel has forgotten a thread that was joined.

    A joined thread has left Python but may still be leaving the process.  `os.fork` counts
    the threads in /proc, from Python 3.12 on, and would warn of a thread that is no more.
    There is no event for this; it takes some microseconds.
    """
    entry = f"/proc/self/task/{native_id}"
    give_up = time.monotonic() + 1.0
    while os.path.exists(entry) and time.monotonic() < give_up:  # noqa: PTH110  (half the cost)
        time.sleep(0)


class SharedLoop:
    """The process's server thread, alive as long as it has members.  Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._thread: ServerThread | None = None
        self._members: set[Member] = set()
        self._lost: list[ServerThread] = []  # of our ancestors; collected, they would complain

    @property
    def is_running(self) -> bool:
        """Whether there is a server thread."""
        return self._thread is not None

    def join(self, member: Member) -> ServerThread:
        """Return the running thread, started if this is its first member."""
        with self._lock:
            if self._thread is None:
                self._thread = ServerThread()
            self._members.add(member)
            return self._thread

    def leave(self, member: Member) -> None:
        """Give up a membership; the last one to leave waits for the thread's end."""
        with self._lock:
            self._members.discard(member)
            if not self._members and self._thread is not None:
                self._thread.end()
                self._thread = None

    def close_all(self) -> None:
        """Close whatever was forgotten, at the interpreter's exit."""
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
            self._lost.append(self._thread)
            self._thread = None


shared = SharedLoop()
atexit.register(shared.close_all)
if hasattr(os, "register_at_fork"):  # not on Windows, where nothing forks
    os.register_at_fork(after_in_child=shared.forget)
