"""What a rule has become: when it strikes, what it does then, how it went.

The author's thread sets attributes one at a time; the engine asks and counts under its
lock.
"""

import math
from collections.abc import Iterator
from itertools import chain
from typing import NamedTuple

from pytest_fakemail.clock import Clock
from pytest_fakemail.faults.history import History, Tally, times
from pytest_fakemail.faults.judging import is_judged
from pytest_fakemail.faults.matching import Condition
from pytest_fakemail.faults.sentence import Sentence
from pytest_fakemail.faults.steps import Change, Effects, Finds, Step, StepKind, Strike
from pytest_fakemail.faults.timing import delay
from pytest_fakemail.wire.effects import Effect, Later
from pytest_fakemail.wire.exchange import Exchange


def _always() -> bool:
    return True


class Scene(NamedTuple):
    """What a rule knows of its server."""

    clock: Clock
    hostname: str


class Plan:
    """The state of one rule; `sentence` is where its author wrote it."""

    def __init__(self, condition: Condition, sentence: Sentence, scene: Scene) -> None:
        self.condition = condition
        self.sentence = sentence
        self.steps: tuple[Step, ...] = ()
        self.words: tuple[str, ...] = ()
        self.limit = math.inf
        self.skipped = 0
        self.after: float | None = None
        self.is_optional = False
        self.is_stopped = False
        self.fired = 0
        self.history = History()
        self.scene = scene
        self._logins: dict[int, Exchange] = {}
        """By connection, the last login that met the condition."""

    @property
    def is_spent(self) -> bool:
        """Whether the rule can strike at nothing more that comes."""
        is_past = self.history.matched >= self.condition.last
        return self.is_used_up or (is_past and not self.comes_later)

    @property
    def is_used_up(self) -> bool:
        """Whether the rule has struck as often as it may."""
        return self.is_stopped or self.fired >= self.limit

    @property
    def is_unfired(self) -> bool:
        """Whether the rule struck less often than it should have: not once, or not `limit`."""
        if self.is_optional or self.is_stopped:
            return False
        return self._in_vain is not None or self.fired < self._wanted

    @property
    def _wanted(self) -> float:
        """How often the rule is to strike: as often as it may, or at each command it names."""
        named = max(1, len(self.condition.named))
        return named if self.limit == math.inf else self.limit

    @property
    def _in_vain(self) -> Finds | None:
        """What one of the steps looks for and no answer had, if the rule has struck."""
        finds = [step.finds for step in self.steps if step.finds is not None]
        return next((one for one in finds if self.fired and one.missed and not one.found), None)

    @property
    def strikes_at_once(self) -> bool:
        """Whether the rule strikes at what it meets, not later and not at a place in the answer."""
        is_late = self.after is not None
        return not self.comes_later and (is_late or any(one.place is None for one in self.steps))

    def count(self) -> None:
        """Count a strike at what the rule has met, unless it comes later."""
        self.fired += self.strikes_at_once

    def take_back(self) -> None:
        """Count that no more."""
        self.fired -= self.strikes_at_once

    @property
    def answers_instead(self) -> bool:
        """Whether the command does not happen."""
        kinds = {step.kind for step in self.steps}
        is_ended = StepKind.ENDING in kinds and StepKind.SHAPE not in kinds
        return not self.comes_later and (StepKind.ANSWER in kinds or is_ended)

    @property
    def comes_later(self) -> bool:
        """Whether the rule lets the command be answered and strikes some time after."""
        return (
            self.after is not None
            and any(step.comes_by_itself for step in self.steps)
            and all(step.comes_by_itself or step.kind is not StepKind.ANSWER for step in self.steps)
        )

    def begins(self, tally: Tally) -> bool:
        """Count what comes from now on, if the author has said what to do and has gone on."""
        if not self.steps or not self.sentence.has_ended:
            return False
        self.history.begin(tally)
        return True

    def meets(self, exchange: Exchange) -> bool:
        """Count this exchange, and return whether the rule is to strike at it."""
        if not self.steps or self.is_spent:
            return False
        if not self.sentence.has_ended:
            self.history.too_early += self.condition.is_at_point(exchange)
            return False
        login = exchange.continues
        if login is not None and self._logins.get(exchange.connection.number) is login:
            return False  # a login counts once, with the first of its lines that fits
        if not self.condition.is_at_point(exchange) or self._is_early(exchange):
            return False
        if login is None:
            self.history.at_point += 1
        differences = self.condition.differences(exchange)
        if differences:
            self.history.missed(exchange, differences)
            return False
        if exchange.is_of_login:
            self._logins[exchange.connection.number] = login or exchange
        matched, on_connection = self.history.fitted(exchange)
        return matched > self.skipped and self.condition.counts(matched, on_connection)

    @property
    def conclusion(self) -> Change | None:
        """What follows once the client has answered the challenge of a failed login."""
        return next((one.conclusion for one in self.steps if one.conclusion is not None), None)

    def _is_early(self, exchange: Exchange) -> bool:
        """Whether the client of a login has not said all yet that the rule waits for."""
        return any(step.awaits_login for step in self.steps) and not is_judged(exchange)

    def bent(self, exchange: Exchange, effects: Effects, strike: Strike) -> Effects:
        """Return what the rule makes of an answer, now or later.

        `strike` is asked when the time or the place of a strike has come.
        """
        if self.comes_later:
            after = self.after or 0
            self.history.due_at = self.scene.clock.elapsed() + after
            return chain(effects, [Later(after, self._struck_later(exchange, strike))])
        return self.applied(exchange, effects, _always if self.strikes_at_once else strike)

    def applied(self, exchange: Exchange, effects: Effects, strike: Strike = _always) -> Effects:
        """Return what the chain makes of an answer."""
        for step in self.steps:
            effects = step.applied(exchange, effects, strike)
        return effects if self.after is None else delay(self.after).change(exchange, effects)

    def _struck_later(self, exchange: Exchange, strike: Strike) -> Iterator[Effect]:
        """Yield what the chain says by itself."""
        if strike():
            effects: Effects = ()
            for step in self.steps:
                effects = step.applied(exchange, effects, _always)
            yield from effects

    def why_unfired(self) -> str:
        """Say what the rule is, where it was set, and what came instead."""
        if not self.fired:
            return f"a fault never fired: {self}{self._reason}"
        if self._in_vain is not None:
            place = self._in_vain.nearest
            reason = self._in_vain.nothing if place is None else place.text
            struck = f"it fired {times(self.fired)}, and {reason}"
            failing = "changed nothing" if place is None else "missed its place"
            return f"a fault {failing}: {self}\n  set at {self.sentence}\n  {struck}"
        return f"a fault fired {times(self.fired)} of {self._wanted}: {self}{self._reason}"

    def why_not_fired(self, count: int, limit: float) -> str:
        """Say that so many strikes were waited for in vain."""
        fired = times(self.fired) if self.fired else "never"
        return (
            f"a fault fired {fired}, wanted {times(count)} within {limit:g} s: {self}{self._reason}"
        )

    @property
    def _reason(self) -> str:
        reason = self.history.explain(self.condition, "" if self.fired else self._occasion)
        if not self.steps:
            reason = "it says when, but not what to do"
        return f"\n  set at {self.sentence}\n  {reason}"

    @property
    def _occasion(self) -> str:
        """What the rule waited for, once it was meant."""
        due_at = self.history.due_at
        if due_at is not None:
            left = due_at - self.scene.clock.elapsed()
            return f"{left:g} s were left" if left > 0 else "it was over before its time came"
        shortages = [one.finds.nearest for one in self.steps if one.finds and one.finds.nearest]
        if self.condition.numbers:
            only = f"only {self.condition.numbers} was to be struck"
            return f"{only}, where {max(shortages).text}" if shortages else only
        if shortages:
            return max(shortages).text
        return f"the first {self.skipped} were to be skipped"

    def __str__(self) -> str:
        return f"{self.condition}{''.join(self.words)}"
