"""What of a transcript is not shown: folded lines, and what was not kept."""

from pytest_fakemail.dataclass import dataclass

MOST_LINES = 20
"""Lines of one message or answer that are shown, before the last one."""


@dataclass(slots=True)
class Lost:
    """How much was not kept of the beginning."""

    exchanges: int = 0
    octets: int = 0

    def __str__(self) -> str:
        return f"… the first {self.exchanges:,} exchanges, {self.octets:,} octets, were not kept …"
