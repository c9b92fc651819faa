"""When a message is tried again, and when it is given up (RFC 5321 §4.5.4.1)."""

from collections.abc import Sequence
from typing import Self

from pytest_fakemail.clock import seconds
from pytest_fakemail.dataclass import dataclass
from pytest_fakemail.errors import BadSetting


@dataclass(frozen=True, slots=True)
class Schedule:
    """Like Postfix's: after `first`, then twice as long each time, at most `longest`.

    All in seconds: after `notice` the sender is told of the delay, after `given_up` the
    message is returned.
    """

    first: float
    longest: float
    notice: float
    given_up: float

    @classmethod
    def of(cls, texts: Sequence[str]) -> Self:
        """Return the schedule that a setting means: ``("5m", "70m", "4h", "5d")``.

        Raises:
            BadSetting: not four durations, the first of them more than nothing.
        """
        parts = [seconds(text) for text in texts]
        if len(parts) != 4 or not 0 < parts[0] <= parts[1]:  # noqa: PLR2004  (as the docstring has it)
            raise BadSetting(
                f"retry={' '.join(texts)!r}: wanted four durations: the first wait, the longest "
                "wait, when the sender is told, when it is given up; as '5m 70m 4h 5d'"
            )
        return cls(*parts)

    def wait(self, attempts: int) -> float:
        """Return for how long to wait after so many attempts."""
        doublings = min(attempts - 1, 64)
        return min(self.first * 2.0**doublings, self.longest)
