"""How it went for one rule: what met it, what nearly did, and what to say if nothing did."""

from collections import Counter

from pytest_fakemail.faults.matching import ANY, Condition, is_known
from pytest_fakemail.wire.exchange import Exchange

_UNKNOWN = "unknown commands"
TOO_EARLY = (
    "while the statement that sets the fault was not over; "
    "a fault strikes from the next statement on"
)


class Tally:
    """Counts what comes at one protocol's servers, for all rules at once; each has its mark."""

    __slots__ = ("_counts", "_now", "_protocol")

    def __init__(self, protocol: str) -> None:
        self._protocol = protocol
        self._now: dict[str, int] = {}
        self._counts = [self._now]
        """What came between two marks."""

    def mark(self) -> int:
        """Return the place from which on somebody counts."""
        if self._now:
            self._now = {}
            self._counts.append(self._now)
        return len(self._counts) - 1

    def saw(self, verb: str) -> None:
        """Take note of what a client did; unknown verbs are one, however many there are."""
        counts = self._now
        if verb in counts:
            counts[verb] += 1
            return
        name = verb if is_known(self._protocol, verb) else _UNKNOWN
        counts[name] = counts.get(name, 0) + 1

    def since(self, mark: int) -> dict[str, int]:
        """Return how often each came since, in the order in which they first came."""
        found: Counter[str] = Counter()
        for counts in self._counts[mark:]:
            found.update(dict(counts))  # which another thread may be adding to
        return found


class History:
    """Counts the exchanges that a rule was shown, and keeps the nearest miss.

    `too_early` are those that came while its author's statement was still being evaluated.
    """

    __slots__ = (
        *("_began", "_nearest", "_on_connections"),
        *("at_point", "due_at", "lost", "matched", "too_early"),
    )

    def __init__(self) -> None:
        self.at_point = 0
        self.too_early = 0
        self.matched = 0
        self.lost = 0
        self.due_at: float | None = None
        self._on_connections: Counter[int] = Counter()
        self._began: tuple[Tally, int] | None = None
        self._nearest: tuple[int, list[str]] | None = None

    @property
    def has_begun(self) -> bool:
        """Whether what comes is counted."""
        return self._began is not None

    def begin(self, tally: Tally) -> None:
        """Count what comes from now on."""
        self._began = tally, tally.mark()

    def fitted(self, exchange: Exchange) -> tuple[int, int]:
        """Count one that fits; return its number, of all and on its connection."""
        self.matched += 1
        number = exchange.connection.number
        self._on_connections[number] += 1
        return self.matched, self._on_connections[number]

    def missed(self, exchange: Exchange, differences: list[str]) -> None:
        """Take note of an exchange at the rule's point that was not meant."""
        if self._nearest is None or len(differences) < len(self._nearest[1]):
            self._nearest = (exchange.connection.number, differences)

    def explain(self, condition: Condition, occasion: str) -> str:
        """Say why a rule did not fire; `occasion` is the count or time that was missing.

        Without an occasion it fired, but not often enough.
        """
        name = "any command" if condition.point == ANY else condition.point
        if self.too_early:
            more = "more " if self.at_point else ""
            early = f"{name} came {times(self.too_early)} {more}{TOO_EARLY}"
            later = self._came(name, occasion) if self.at_point else ""
            return f"{later}\n  {early}".strip()
        return self._came(name, occasion)

    def _came(self, name: str, occasion: str) -> str:
        if not self.at_point:
            return f"{name} never came; {self._what_came()}"
        came = f"{name} came {times(self.at_point)}"
        if not occasion:
            fitted = "" if self.matched == self.at_point else f", and fitted {times(self.matched)}"
            return came + fitted
        if self.lost:
            return f"{came}, but an earlier rule answered"
        if self.matched:
            return f"{came} and fitted {times(self.matched)}, but {occasion}"
        if self._nearest is None:
            return came
        number, differences = self._nearest
        return f"{came}, but {' and '.join(differences)} (the nearest, on connection {number})"

    def _what_came(self) -> str:
        if self._began is None:
            return "no client came"
        tally, mark = self._began
        came = ", ".join(
            verb if count == 1 else f"{verb} ({times(count)})"
            for verb, count in tally.since(mark).items()
        )
        return f"what came: {came}" if came else "no client came"


def times(count: int) -> str:
    """Return how often: ``once``, ``3 times``."""
    return "once" if count == 1 else f"{count} times"
