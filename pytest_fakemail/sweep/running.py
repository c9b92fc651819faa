"""Running an action in a thread, from which one can go on when it does not end.

What does not end is ended: its connections are broken, and an exception is raised in its
thread as soon as that executes anything again.  So none that was given up disturbs a later one.
"""

import sys
import threading
import traceback
from collections.abc import Callable
from contextvars import copy_context
from functools import partial
from typing import Any

from pytest_fakemail.blame import called
from pytest_fakemail.clock import monotonic
from pytest_fakemail.dataclass import dataclass
from pytest_fakemail.net.timeouts import TimeOuts, interrupt, waits_in_loop
from pytest_fakemail.sweep.places import place_of
from pytest_fakemail.sweep.silence import Silence

LOOK = 0.01
"""Real seconds between two looks at an action that has not ended."""

_MOST = 100
_TIMES = 10


class GivenUp(SystemExit):
    """Raised in the thread of an action that does not end.

    An asyncio loop lets this kind through, and takes any other for a mistake in a callback.
    """


@dataclass(slots=True)
class Report:
    """How an action ended: by a return, by an exception, or not at all."""

    value: Any = None
    error: BaseException | None = None
    trace: str = ""
    hung_at: str = ""
    has_timed_out: bool = False
    """Whether a time-out of its own was brought forward."""
    seconds: float = 0.0


@dataclass(slots=True)
class Traffic:
    """What servers and clients say meanwhile.

    Attributes:
        is_over: whether the action was given up; what is said while it ends is none of its.
    """

    lines: list[str]
    is_over: bool = False

    @property
    def count(self) -> int:
        """How many lines there are."""
        return len(self.lines)

    def tell(self, line: str) -> None:
        """Take note of a line."""
        if not self.is_over:
            self.lines.append(line)


@dataclass(frozen=True, slots=True)
class Limits:
    """When an action has not ended: quiet for so many seconds, or with so many lines said."""

    quiet: float
    lines: int

    @classmethod
    def beyond(cls, clean: Report, lines: int, patience: float) -> "Limits":
        """Return the limits for an action that ran like this when nothing was wrong."""
        return cls(patience + clean.seconds, lines * _TIMES + _MOST)


class Run:
    """One run of an action."""

    def __init__(
        self, action: Callable[[], Any], traffic: Traffic, let_go: Callable[[], object]
    ) -> None:
        """`let_go` is called in the action's thread, which is to hold nothing of others then."""
        self._let_go = let_go
        self._action = action
        self._traffic = traffic
        self._ended = threading.Lock()
        self._ended.acquire()
        self._before = set(threading.enumerate())
        self._thread = threading.Thread(
            target=copy_context().run, args=(self._work,), name="fakemail sweep", daemon=True
        )
        self.report = Report()

    def _work(self) -> None:
        try:
            self._act()
        except GivenUp:
            pass  # it came when the action had ended by itself
        finally:
            self._ended.release()

    def _act(self) -> None:
        report = self.report
        try:
            report.value = called(self._action)
        except BaseException as error:  # noqa: BLE001  (an action may raise anything)
            report.error = error
        finally:
            self._let_go()  # `GivenUp` strikes anywhere, also where a lock is taken or given back

    def freely(self) -> Report:
        """Run until it ends."""
        begun = monotonic()
        self._thread.start()
        while not self._ended.acquire(timeout=1):
            pass  # so that Ctrl-C is heard
        self._thread.join()
        self.report.seconds = monotonic() - begun
        return self.report

    def within(
        self, limits: Limits, *, silence: Silence | None, hang_up: Callable[[], None]
    ) -> Report:
        """Run until it ends, or is ended because it does not.

        Args:
            limits: how long to wait.
            silence: of a server, that brings time-outs on when it has begun.
            hang_up: breaks all connections.
        """
        time_outs = None if silence is None else TimeOuts(self._threads, silence.is_felt_by)
        looks = count = 0
        self._thread.start()
        while not self._ended.acquire(timeout=LOOK):
            if silence and time_outs and silence.lasts() and time_outs.bring_on():
                self.report.has_timed_out = True
                looks = 0
            looks = looks + 1 if count == self._traffic.count else 0
            count = self._traffic.count
            # Looks are counted, and not the time between them: where the machine is so busy that
            # the action has no turn, this has none either.
            if looks * LOOK > limits.quiet or count > limits.lines:
                return self._give_up(hang_up)
        self._thread.join()
        error = self.report.error
        if error is not None:
            self.report.trace = "".join(traceback.format_exception(error))
            error.__context__ = error.__cause__ = None
            error.__traceback__ = None  # its frames would keep sockets open
        return self.report

    def _threads(self) -> list[threading.Thread]:
        """Return the action's thread and those that it has started."""
        now = threading.enumerate()
        return [one for one in now if one not in self._before and one.is_alive()]

    def _give_up(self, hang_up: Callable[[], None]) -> Report:
        frame = sys._current_frames().get(self._thread.ident or 0)  # noqa: SLF001
        hung_at = place_of(frame)
        # What strikes in the midst of an asyncio loop may leave it waiting for what it has lost.
        # So one is first left to end by itself, as what it waited for has ended.
        patience = _TIMES if waits_in_loop(frame) else 0
        self._traffic.is_over = True
        wait = partial(self._ended.acquire, timeout=LOOK * _TIMES)
        for count in range(patience + _TIMES):
            hang_up()
            if wait() if count < patience else interrupt(self._thread, GivenUp, wait):
                self._thread.join()  # with it go the app's objects, which `_Sweep` collects
                break
        # What it says from now on is of no interest, and the next run has a report of its own.
        self.report = Report(hung_at=hung_at, has_timed_out=self.report.has_timed_out)
        return self.report
