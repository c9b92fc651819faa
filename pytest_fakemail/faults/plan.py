"""What a rule has become: when it strikes, what it does then, how it went.

The author's thread sets attributes one at a time; the engine asks and counts under its
lock.
"""

import math
from itertools import chain
from typing import NamedTuple

from pytest_fakemail.clock import Clock
from pytest_fakemail.faults.history import History, Tally, times
from pytest_fakemail.faults.judging import is_judged
from pytest_fakemail.faults.matching import Condition
from pytest_fakemail.faults.sentence import Sentence
from pytest_fakemail.faults.steps import Change, Effects, Step, StepKind
from pytest_fakemail.faults.timing import delay
from pytest_fakemail.wire.effects import Later
from pytest_fakemail.wire.exchange import Exchange


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
        return self.is_in_vain or self.fired < (1 if self.limit == math.inf else self.limit)

    @property
    def is_in_vain(self) -> bool:
        """Whether the rule has struck, and no answer had what one of its steps looks for."""
        finds = [step.finds for step in self.steps if step.finds is not None]
        return bool(self.fired) and any(one.missed and not one.found for one in finds)

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

    def applied(self, exchange: Exchange, effects: Effects) -> Effects:
        """Return what the chain makes of an answer."""
        effects = self._chained(exchange, effects)
        return effects if self.after is None else delay(self.after).change(exchange, effects)

    def postponed(self, effects: Effects, strike: Effects) -> Effects:
        """Return the real answer, and the strike for when its time has come."""
        after = self.after or 0
        self.history.due_at = self.scene.clock.elapsed() + after
        return chain(effects, [Later(after, strike)])

    def struck_later(self, exchange: Exchange) -> Effects:
        """Return what the chain says by itself."""
        return self._chained(exchange, ())

    def _chained(self, exchange: Exchange, effects: Effects) -> Effects:
        for step in self.steps:
            effects = step.change(exchange, effects)
        return effects

    def why_unfired(self) -> str:
        """Say what the rule is, where it was set, and what came instead."""
        if not self.fired:
            return f"a fault never fired: {self}{self._reason}"
        if self.is_in_vain:
            struck = f"it fired {times(self.fired)}, and no answer had what it looks for"
            return f"a fault changed nothing: {self}\n  set at {self.sentence}\n  {struck}"
        return f"a fault fired {times(self.fired)} of {self.limit}: {self}{self._reason}"

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
        if self.condition.numbers:
            return f"only {self.condition.numbers} was to be struck"
        return f"the first {self.skipped} were to be skipped"

    def __str__(self) -> str:
        return f"{self.condition}{''.join(self.words)}"
