"""The time as servers see it: the real one, unless a test stops it or pushes it forward.

There are two.  Dates (`Clock.time`, `Clock.now`) are what the test sees everywhere else, so they
follow a library that has patched `time`, as freezegun and time-machine do.  What passes
(`Clock.elapsed`: delays, time-outs) is always real, or a test that stops the date would hang.
"""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from math import ceil
from typing import TYPE_CHECKING

from pytest_fakemail.errors import BadArgument
from pytest_fakemail.pattern import pattern
from pytest_fakemail.spelling import Fixed

if TYPE_CHECKING:
    from pytest_fakemail.advancing import Attendant, Suspend

Duration = float | str | timedelta
"""Seconds, or text such as ``"29m"``, ``"1h30m"``, ``"250ms"``, or a timedelta."""

# Whatever a test has done to the `time` module: the libraries that patch it leave this one
# function alone, and do not look into a partial.
monotonic: Callable[[], float] = (
    partial(time.clock_gettime, time.CLOCK_MONOTONIC)
    if hasattr(time, "clock_gettime")
    else partial(time.monotonic)
)
"""Seconds of the real clock, from an unknown beginning."""

_GRAIN = 2**20
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_PIECE = pattern(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)(?: (?=\d)|(?=\d)|$)")


def seconds(duration: Duration) -> float:
    """Return a duration in seconds.

    Raises:
        BadArgument: negative, text that is not a row of numbers with units, or neither.
    """
    if isinstance(duration, bool):
        raise BadArgument(f"no duration: {duration!r}; wanted seconds, or text: '29m'")
    if isinstance(duration, timedelta):
        value = duration.total_seconds()
    elif isinstance(duration, str):
        pieces = _PIECE.findall(duration)
        if not pieces or _PIECE.sub("", duration):
            units = ", ".join(_UNITS)
            raise BadArgument(
                f"no duration: {duration!r}; write numbers with units ({units}): '29m', '1h30m'"
            )
        value = sum(float(number) * _UNITS[unit] for number, unit in pieces)
    else:
        try:
            value = float(duration)
        except (TypeError, ValueError):
            raise BadArgument(
                f"no duration: {duration!r}; wanted seconds, or text: '29m'"
            ) from None
    if not value >= 0:
        raise BadArgument(f"no duration: {duration!r} is not zero or more seconds")
    return value


class Clock(Fixed):
    """Tell the time; let a test freeze it and advance it.  Usable from any thread.

    Attributes:
        is_advancing: whether `advance` goes from one due thing to the next; what serves them may
            be kept.
    """

    _settable = frozenset(("is_advancing",))

    def __init__(self, suspend: "Suspend | None" = None) -> None:
        """Begin with the real time; `suspend` is how a coroutine waits, in whatever loop."""
        self._suspend = suspend
        self._attendants: tuple[Attendant, ...] = ()
        self.is_advancing = False
        self._lock = threading.Lock()
        self._offset = 0.0
        self._frozen_at: float | None = None
        self._jumped = 0.0
        self._elapsed_at = 0.0  # while it is frozen
        self._listeners: list[Callable[[], None]] = []

    def __repr__(self) -> str:
        return f"<Clock {'frozen' if self.is_frozen else 'running'} at {self.now():%F %T} UTC>"

    def time(self) -> float:
        """Return the seconds since the epoch."""
        frozen_at = self._frozen_at
        return time.time() + self._offset if frozen_at is None else frozen_at

    def elapsed(self) -> float:
        """Return seconds that pass as real ones do, whatever a test has patched.

        They stand still while the clock is frozen and jump with it; their beginning means
        nothing.  What falls due after a while is measured by them.
        """
        return monotonic() + self._jumped if self._frozen_at is None else self._elapsed_at

    def now(self) -> datetime:
        """Return the time as an aware datetime in UTC."""
        return datetime.fromtimestamp(self.time(), UTC)

    @property
    def is_frozen(self) -> bool:
        """Whether time stands still but for `advance`."""
        return self._frozen_at is not None

    def freeze(self, at: datetime | None = None) -> None:
        """Stop the clock, at an aware datetime if one is given.

        Raises:
            BadArgument: a datetime without a time zone, or no datetime at all.
        """
        if at is not None and not isinstance(at, datetime):
            raise BadArgument(f"no point in time: {at!r}; wanted an aware datetime")
        if at is not None and at.tzinfo is None:
            raise BadArgument(f"no point in time: {at!r} has no time zone")
        with self._lock:
            now, elapsed = self.time(), self.elapsed()
            self._frozen_at = now if at is None else at.timestamp()
            # Rounded up to a power of two, so that whole seconds add up exactly.
            self._elapsed_at = ceil((elapsed + self._frozen_at - now) * _GRAIN) / _GRAIN
        self._tell()

    def resume(self) -> None:
        """Let a frozen clock run on from where it stands."""
        with self._lock:
            if self._frozen_at is not None:
                self._offset = self._frozen_at - time.time()
                self._jumped = self._elapsed_at - monotonic()
                self._frozen_at = None
        self._tell()

    def reset(self) -> None:
        """Return to the real time."""
        with self._lock:
            self._frozen_at, self._offset, self._jumped = None, 0.0, 0.0
        self._tell()

    def advance(self, by: Duration) -> None:
        """Move on by this much; whatever falls due happens now, each thing at its own time.

        Returns when the attempts of relays that fell due are over (see `attend`).

        Raises:
            BadArgument: not a duration, or one that leads behind the year 9999.
        """
        step = self._possible(by)
        if not self._attendants:
            self._jump(step)
            return
        from pytest_fakemail.advancing import Course

        course = Course(lambda: self._attendants, self.elapsed, self._jump)
        self.is_advancing = True
        try:
            target = course.run(step)
        finally:
            self.is_advancing = False
        self._tell()
        course.settle()  # what was kept is given up before the time passes
        course.jump_to(target)
        course.settle()

    async def advance_async(self, by: Duration) -> None:
        """Do as `advance` without blocking the asyncio or trio loop that awaits it.

        Raises:
            BadArgument: not a duration, or one that leads behind the year 9999.
        """
        step = self._possible(by)
        if self._suspend is None:
            self.advance(step)
            return
        from pytest_fakemail.advancing import elsewhere

        await elsewhere(partial(self.advance, step), self._suspend)

    def _possible(self, by: Duration) -> float:
        step = seconds(by)
        try:
            datetime.fromtimestamp(self.time() + step, UTC)
        except (OverflowError, ValueError, OSError):  # it depends on the platform
            raise BadArgument(f"no time to advance by: {by!r}; there is no such year") from None
        return step

    def attend(self, attendant: "Attendant") -> None:
        """Let something have its due things done while the clock is advanced, one by one."""
        with self._lock:
            self._attendants = (*self._attendants, attendant)

    def leave(self, attendant: "Attendant") -> None:
        """End `attend`."""
        with self._lock:
            self._attendants = tuple(one for one in self._attendants if one is not attendant)

    def _jump(self, step: float) -> None:
        with self._lock:
            if self._frozen_at is None:
                self._offset += step
                self._jumped += step
            else:
                self._frozen_at += step
                self._elapsed_at += step
        self._tell()

    def subscribe(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call `listener` after each jump, in the jumping thread; return what ends that.

        Raises:
            BadArgument: no function, or an async one.
        """
        from pytest_fakemail.arguments import plain_function

        plain_function("listener", listener)
        return self._subscribe(listener)

    def _subscribe(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Do as `subscribe` with one of our own."""
        with self._lock:
            self._listeners.append(listener)

        def unsubscribe() -> None:
            with self._lock:
                self._listeners.remove(listener)

        return unsubscribe

    def _tell(self) -> None:
        with self._lock:
            listeners = list(self._listeners)
        for listener in listeners:
            listener()
