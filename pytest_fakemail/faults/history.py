"""How it went for one rule: what met it, what nearly did, and what to say if nothing did."""

from collections import Counter

from pytest_fakemail.faults.matching import ANY, Condition, is_known
from pytest_fakemail.wire.exchange import Exchange


class History:
    """Counts the exchanges that a rule was shown, and keeps the nearest miss."""

    __slots__ = ("_nearest", "_on_connections", "_seen", "at_point", "due_at", "lost", "matched")

    def __init__(self) -> None:
        self.at_point = 0
        self.matched = 0
        self.lost = 0
        self.due_at: float | None = None
        self._on_connections: Counter[int] = Counter()
        self._seen: Counter[str] = Counter()
        self._nearest: tuple[int, list[str]] | None = None

    def saw(self, exchange: Exchange) -> None:
        """Take note of what a client did; unknown verbs are one, however many there are."""
        is_usual = is_known(exchange.connection.protocol, exchange.verb)
        self._seen[exchange.verb if is_usual else "unknown commands"] += 1

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
        if not self._seen:
            return "no client came"
        return "what came: " + ", ".join(
            verb if count == 1 else f"{verb} ({times(count)})" for verb, count in self._seen.items()
        )


def times(count: int) -> str:
    """Return how often: ``once``, ``3 times``."""
    return "once" if count == 1 else f"{count} times"
