"""Faults of the name server, in the language of the other servers' faults."""

import math
import threading
from collections import Counter
from collections.abc import Callable
from typing import Literal, Self

from pytest_fakemail.clock import Duration, seconds
from pytest_fakemail.dns.queries import QUERY, Query
from pytest_fakemail.dns.zone import type_of
from pytest_fakemail.errors import BadArgument
from pytest_fakemail.faults.history import TOO_EARLY, times
from pytest_fakemail.faults.sentence import Sentence
from pytest_fakemail.query.criteria import Criteria
from pytest_fakemail.spelling import Fixed, Spelt

Action = Literal["servfail", "nxdomain", "refuse", "no_data", "truncate", "ignore", "wrong_id"]


class DnsRule(Fixed, Spelt):
    """One fault, as ``dns.when`` began it; each method adds to it and returns it.

    It strikes every time unless told otherwise; one that never did fails its test, unless
    it is `optional`.  A query where something that it says cannot be done passes as it is: nothing
    is truncated but over UDP, and a look-up of a server of the test itself, which has no network
    between, is never late.
    """

    _settable = frozenset(("action", "delayed", "fired"))

    def __init__(self, kind: str, criteria: Criteria, tell: Callable[[], None]) -> None:
        self._kind = kind
        self._criteria = criteria
        self._sentence = Sentence()
        self._tell = tell
        self._words: list[str] = []
        self._limit = math.inf
        self._skipped = 0
        self._matched = self._too_early = 0
        self._passed: Counter[str] = Counter()
        """How many it would have been for, had they not come where it cannot act: by where."""
        self._is_optional = self._is_stopped = self._has_content = False
        self.action: Action | None = None
        self.delayed = 0.0
        self.fired = 0

    def servfail(self) -> Self:
        """Answer that the server failed (SERVFAIL, RFC 1035 §4.1.1)."""
        return self._act("servfail")

    def nxdomain(self) -> Self:
        """Answer that there is no such name, whatever the zone says."""
        return self._act("nxdomain")

    def refuse(self) -> Self:
        """Answer REFUSED."""
        return self._act("refuse")

    def no_data(self) -> Self:
        """Answer that the name exists and has no such record."""
        return self._act("no_data")

    def truncate(self) -> Self:
        """Answer over UDP that the answer is too long: the client is to ask again over TCP."""
        return self._act("truncate")

    def ignore(self) -> Self:
        """Answer nothing: the client is to run into its own time-out."""
        return self._act("ignore")

    def wrong_id(self) -> Self:
        """Answer with another query's id, as somebody who forges answers would."""
        return self._act("wrong_id")

    def delay(self, duration: Duration) -> Self:
        """Answer this much later, by the clock; said twice, by both together.

        Raises:
            BadArgument: not a duration.
        """
        later = seconds(duration)
        self._say(f"delay({duration!r})")
        self.delayed += later
        self._has_content = True
        return self

    def once(self) -> Self:
        """Strike once."""
        return self.times(1)

    def times(self, count: int) -> Self:
        """Strike so many times."""
        self._limit = _count(count, 1)
        return self._say(f"times({count})")

    def skip(self, count: int) -> Self:
        """Let so many pass that would be meant."""
        self._skipped = _count(count, 0)
        return self._say(f"skip({count})")

    def optional(self) -> Self:
        """Do not make the test fail if this never strikes."""
        self._is_optional = True
        return self._say("optional()")

    def stop(self) -> None:
        """Strike no more."""
        self._is_stopped = True

    def __repr__(self) -> str:
        criteria = f", {self._criteria.as_arguments()}" if self._criteria else ""
        return ".".join([f"dns.when({self._kind!r}{criteria})", *self._words])

    def meets(self, query: Query) -> bool:
        """Count this query, and return whether the rule strikes at it."""
        if not self._has_content or self._is_stopped or self._kind not in ("ANY", query.type):
            return False
        if not self._sentence.has_ended:
            self._too_early += 1
            return False
        if not self._criteria.match(query):
            return False
        if obstacle := self._obstacle(query.transport):
            self._passed[obstacle] += 1
            return False
        self._matched += 1
        if self._matched <= self._skipped or self.fired >= self._limit:
            return False
        self.fired += 1
        return True

    @property
    def is_unfired(self) -> bool:
        """Whether it struck less often than it should have."""
        wanted = 1 if self._limit == math.inf else self._limit
        return not (self._is_optional or self._is_stopped) and self.fired < wanted

    def why_unfired(self, queries: list[Query]) -> str:
        """Say what the rule is, where it was set, and what came instead."""
        asked = ", ".join(dict.fromkeys(f"{one.type} {one.name}" for one in queries))
        fired = "never fired" if not self.fired else f"fired {self.fired} times only"
        reason = f"what was asked for: {asked}" if asked else "nobody asked for anything"
        if not self._has_content:
            reason = "it says when, but not what to do"
        elif self._too_early:
            reason += f"\n  {self._kind} came {times(self._too_early)} {TOO_EARLY}"
        for obstacle, count in self._passed.items():
            reason += f"\n  {self._kind} came {times(count)} {obstacle}"
        return f"a fault {fired}: {self!r}\n  set at {self._sentence}\n  {reason}"

    def _obstacle(self, transport: str) -> str:
        """Say why what the rule says cannot be done over this transport; nothing if it can."""
        if self.action == "truncate" and transport != "udp":
            return f"over {transport}, where nothing is truncated"
        if self.delayed and transport == "local":
            return "over local, from a server of the test itself: no answer to that is late"
        return ""

    def _act(self, action: Action) -> Self:
        """Answer in this way.

        Raises:
            BadArgument: the rule answers in another way already.
        """
        if self.action is not None:
            raise BadArgument(
                f"{self!r} has its answer, and {action}() is another: wanted one of them"
            )
        self._say(f"{action}()")
        self.action = action
        self._has_content = True
        return self

    def _say(self, words: str) -> Self:
        if self._is_stopped:
            raise BadArgument(
                f"{self!r} was taken back, and strikes no more; when(…) begins another"
            )
        self._words.append(words)
        self._tell()
        return self


class DnsRules:
    """The rules of one name server; made in any thread, met in the server's."""

    def __init__(self) -> None:
        self._lock = threading.RLock()  # a condition of the test's may make a rule itself
        self._rules: list[DnsRule] = []

    def when(self, kind: str, **conditions: object) -> DnsRule:
        """Begin a rule."""
        if not isinstance(kind, str):
            raise BadArgument(f"no record type {kind!r}; wanted a name such as 'MX', or 'any'")
        if kind.lower() != "any":
            type_of(kind)
        criteria = Criteria(QUERY, conditions, noun="condition {}")
        rule = DnsRule(kind.upper(), criteria, lambda: None)
        with self._lock:
            self._rules.append(rule)
        return rule

    def meeting(self, query: Query) -> DnsRule | None:
        """Return the first rule that strikes at this query."""
        with self._lock:
            return next((rule for rule in self._rules if rule.meets(query)), None)

    def unfired(self) -> list[DnsRule]:
        """Return the rules that should have struck."""
        with self._lock:
            return [rule for rule in self._rules if rule.is_unfired]

    def clear(self) -> None:
        """Forget all rules."""
        with self._lock:
            for rule in self._rules:
                rule.stop()
            self._rules.clear()


def _count(count: int, least: int) -> int:
    if isinstance(count, bool) or not isinstance(count, int) or count < least:
        raise BadArgument(f"{count!r}: wanted a whole number of at least {least}")
    return count
