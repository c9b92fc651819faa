"""Telling, of a long sweep, how long it will take, and how far it is."""

from collections.abc import Callable

from pytest_fakemail.clock import monotonic
from pytest_fakemail.sweep.plan import Planned
from pytest_fakemail.sweep.running import Limits, Report

_LONG = 5.0
"""Seconds from which on a sweep is long, and between two of its words."""


class Progress:
    """Says, of a long sweep, how long it will take, and how far it is."""

    def __init__(
        self,
        tell: Callable[[str], None] | None,
        planned: list[Planned],
        clean: Report,
        limits: Limits,
    ) -> None:
        self._tell = tell
        self._count = len(planned)
        self._next = monotonic() + _LONG
        seconds = self._count * clean.seconds
        if tell is not None and seconds > _LONG:
            silent = sum(one.fault.is_silent for one in planned)
            tell(
                f"sweep: {self._count} rows, some {seconds:.0f} s, and {limits.quiet:g} s for each "
                f"of {silent} silences that the app has no time-out for; sample= takes fewer"
            )

    def tell(self, number: int) -> None:
        """Say how far it is, now and then."""
        if self._tell is not None and (now := monotonic()) >= self._next:
            self._next = now + _LONG
            self._tell(f"sweep: row {number} of {self._count}")
