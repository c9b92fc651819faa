"""The faults of one FakeMail: exchange in, exchange out.

Rules are asked in the order in which they were made.  Of the rules that answer instead of
the server the first that is meant wins, and the others do not count it as theirs; a rule
that is used up lets the next one have its turn.  The rules that work on the answer all
apply, in order, on whatever answer there is.
"""

import threading
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, cached_property, partial
from typing import TYPE_CHECKING, Literal, overload

from pytest_fakemail.clock import Clock
from pytest_fakemail.faults.strikes import Strikes, Waits
from pytest_fakemail.wire.effects import Effect, sent
from pytest_fakemail.wire.exchange import Exchange, asks_for_response

if TYPE_CHECKING:  # what a rule is made of is loaded with the first
    from pytest_fakemail.faults.attention import Attention, Verbs
    from pytest_fakemail.faults.failures import Failure
    from pytest_fakemail.faults.history import Tally
    from pytest_fakemail.faults.logins import Logins
    from pytest_fakemail.faults.matching import Condition
    from pytest_fakemail.faults.mishaps import Guard
    from pytest_fakemail.faults.plan import Plan
    from pytest_fakemail.faults.protocols import ImapRule, Pop3Rule, SmtpRule
    from pytest_fakemail.faults.rules import Rule
    from pytest_fakemail.faults.standing import Manners, Quirk, Standing
    from pytest_fakemail.wire.parties import Recorder

_IDLE = "IDLE"
_PUSH = "push"


class FaultEngine:
    """Implements `wire.parties.Faults`; rules are made in any thread, met on the loop.

    With a recorder, each fault that strikes is noted in the transcript.  `bugs` is given what a
    rule or policy raises; the client gets a refusal.
    """

    def __init__(
        self,
        clock: Clock,
        recorder: "Recorder | None" = None,
        waits: Waits | None = None,
        *,
        bugs: list[BaseException] | None = None,
        hostname: str = "mail.example.test",
    ) -> None:
        self.is_active = False
        self.is_counting = False
        self._standing: Standing | None = None
        self._manners: Manners | None = None
        self._quirks: tuple[Quirk, ...] = ()
        self._inborn: tuple[Quirk, ...] = ()
        self._replaced: Exchange | None = None
        self._clock = clock
        self._hostname = hostname
        self._recorder = recorder
        self._strikes = Strikes(waits)
        self._bugs = bugs
        self._lock = threading.RLock()
        self._rules: list[tuple[Rule, Plan]] = []
        self._attention: Mapping[str, Attention] = {}
        self._tallies: dict[str, Tally] = {}
        self._chosen: dict[Exchange, list[Plan]] = {}
        self._idling: dict[int, Exchange] = {}
        self._waits: set[str] = set()

    @cached_property
    def _guard(self) -> "Guard":
        from pytest_fakemail.faults.mishaps import Guard

        return Guard(self._bugs, self._recorder)

    @cached_property
    def _logins(self) -> "Logins":
        from pytest_fakemail.faults.logins import Logins

        return Logins()

    if TYPE_CHECKING:  # at run time each would be kept for nobody

        @overload
        def when(
            self, protocol: Literal["smtp", "lmtp"], point: str, **conditions: object
        ) -> "SmtpRule": ...
        @overload
        def when(
            self, protocol: Literal["pop3"], point: str, **conditions: object
        ) -> "Pop3Rule": ...
        @overload
        def when(
            self, protocol: Literal["imap"], point: str, **conditions: object
        ) -> "ImapRule": ...
        @overload
        def when(self, protocol: str, point: str, **conditions: object) -> "Rule": ...

    def when(self, protocol: str, point: str, **conditions: object) -> "Rule":
        """Begin a rule; see `Rule` for what it can do.

        Args:
            protocol: ``"smtp"``, ``"lmtp"``, ``"pop3"`` or ``"imap"``.
            point: a command's verb in any case (``"FETCH"`` means ``"UID FETCH"`` too),
                ``"connect"``, ``"tls"``, ``"end-of-data"`` (SMTP), ``"literal"`` (IMAP:
                the server asks for one), ``"push"`` (the server speaks by itself, as in
                IDLE) or ``"any"`` of them but push.
            conditions: of ``to sender user mailbox uid nth connection argument where`` those
                that the protocol has.  `nth` counts, from 1, the exchanges of all
                connections that meet the point and the other conditions, from now on.

        Raises:
            BadArgument: a point or condition that the protocol does not have.
        """
        from pytest_fakemail.faults.matching import condition

        return self._begun(condition(protocol, point, conditions))

    if TYPE_CHECKING:

        @overload
        def fail(
            self, protocol: Literal["smtp", "lmtp"], failure: "Failure", **conditions: object
        ) -> "SmtpRule": ...
        @overload
        def fail(
            self, protocol: Literal["pop3"], failure: "Failure", **conditions: object
        ) -> "Pop3Rule": ...
        @overload
        def fail(
            self, protocol: Literal["imap"], failure: "Failure", **conditions: object
        ) -> "ImapRule": ...

    def fail(self, protocol: str, failure: "Failure", **conditions: object) -> "Rule":
        """Begin a rule that refuses as a real server does, wherever that failure belongs.

        Raises:
            BadArgument: a failure of another protocol, or a condition that there is not.
        """
        from pytest_fakemail.faults.failures import checked
        from pytest_fakemail.faults.matching import condition

        points = checked(failure, protocol).points or ("any",)
        return self._begun(condition(protocol, points, conditions)).fail(failure)

    def _begun(self, asked: "Condition") -> "Rule":
        from pytest_fakemail.faults.plan import Plan, Scene
        from pytest_fakemail.faults.protocols import RULES
        from pytest_fakemail.faults.sentence import Sentence

        plan = Plan(asked, Sentence(), Scene(self._clock, self._hostname))
        rule = RULES[asked.protocol](plan, self._refresh, self._strikes)
        with self._lock:
            for _, other in self._rules:
                if other.sentence.is_repeated_by(plan.sentence):
                    other.sentence.end()
            self._rules.append((rule, plan))
            self._refresh()
        return rule

    def begin_now(self) -> None:
        """Let every rule strike from now on, whether its author's statement has ended or not."""
        with self._lock:
            for _, plan in self._rules:
                plan.sentence.end()

    @property
    def standing(self) -> "Standing | None":
        """What is asked behind the rules: policies, if there are any."""
        return self._standing

    def stand(self, standing: "Standing") -> None:
        """Ask these behind the rules; to be called again when they begin or cease to be active."""
        self._standing = standing
        self._refresh()

    @property
    def manners(self) -> "Manners | None":
        """How servers word what they say by themselves, None as ourselves."""
        return self._manners

    def speak(self, manners: "Manners", quirks: "Iterable[Quirk]" = ()) -> None:
        """Word what servers say by themselves, before any rule sees it, with these quirks."""
        self._manners = manners
        self._quirks = self._inborn = tuple(quirks)
        self._refresh()

    def misbehave(self, *quirks: "Quirk") -> None:
        """Let these stand, behind those that do already, and none of them twice."""
        new = (one for one in quirks if one not in self._quirks)
        self._quirks = tuple(sorted((*self._quirks, *new), key=lambda one: one.is_last))
        self._refresh()

    @property
    def is_bare(self) -> bool:
        """Whether nobody has set a rule, a policy or a quirk of his own."""
        stands_alone = self._standing is None or self._standing.is_bare
        return not self._rules and stands_alone and self._quirks == self._inborn

    def unfired(self) -> "list[Rule]":
        """Return the rules that never struck and are not optional."""
        with self._lock:
            for _, plan in self._rules:
                plan.sentence.end()
            return [rule for rule, plan in self._rules if plan.is_unfired]

    def clear(self) -> None:
        """Forget all rules."""
        with self._lock:
            for _, plan in self._rules:
                plan.is_stopped = True
                plan.sentence.end()
            self._rules.clear()
            self._tallies.clear()
            self._idling.clear()
            if "_logins" in vars(self):
                self._logins.clear()
            self._refresh()

    def begin_anew(self) -> None:
        """Be as at first: no rule, no quirk and no policy of a test."""
        self._quirks = self._inborn
        if self._standing is not None:
            self._standing.begin_anew()
        self.clear()

    def heeds(self, protocol: str, verb: str) -> bool:
        """Whether anything could apply to a client's command, or to a moment."""
        attention = self._attention.get(protocol)
        return attention is not None and (attention.verbs is None or verb in attention.verbs)

    def saw(self, protocol: str, verb: str) -> None:
        """Count it, once for all rules: one that never strikes says what came."""
        attention = self._attention.get(protocol)
        if attention is not None and attention.tally is not None:
            if attention.unbegun:
                with self._lock:
                    attention.begin(attention.tally)
            attention.tally.saw(verb)

    def instead(self, exchange: Exchange) -> list[Effect] | None:
        """Return the answer that replaces the command, or None to let it happen."""
        try:
            return self._instead(exchange)
        except Exception as bug:  # noqa: BLE001  (of a function of the test, or ours)
            self._replaced = exchange
            self._chosen.pop(exchange, None)
            return self._guard.answer(exchange, bug)

    def _instead(self, exchange: Exchange) -> list[Effect] | None:
        with self._lock:
            if exchange.verb != _PUSH:
                self._idling.pop(exchange.connection.number, None)
            ending = self._logins.concluded(exchange)
            if ending is not None:
                self._replaced = exchange
                self._refresh()
                return ending
            chosen = self._logins.resumed(exchange) + self._choose(exchange)
        first = next((plan for plan in chosen if plan.answers_instead), None)
        for plan in chosen:
            if plan is first or (plan.strikes_at_once and not exchange.is_of_login):
                self._note(plan, exchange)
        self._chosen[exchange] = [plan for plan in chosen if plan is not first]
        if first is None:
            said = None if self._standing is None else self._standing.instead(exchange)
            if said is None:
                said = self._refused_by_quirk(exchange)
            self._replaced = None if said is None else exchange
            return said
        self._replaced = exchange
        effects = list(first.applied(exchange, ()))
        conclusion = first.conclusion
        if conclusion is not None and asks_for_response(sent(effects)):
            self._logins.conclude(exchange, conclusion)
            self._refresh()
        return effects

    def after(self, exchange: Exchange, effects: Iterable[Effect]) -> Iterable[Effect]:
        """Return the answer as it shall reach the client."""
        try:
            answer = self._after(exchange, effects)
            return effects if answer is effects else self._guard.watched(exchange, answer)
        except Exception as bug:  # noqa: BLE001  (likewise)
            return self._guard.answer(exchange, bug)

    def _after(self, exchange: Exchange, effects: Iterable[Effect]) -> Iterable[Effect]:
        if self._manners is not None and self._replaced is not exchange:
            effects = self._manners.worded(exchange, effects)
        if self._quirks and self._replaced is not exchange:
            for quirk in self._quirks:
                if quirk.protocol == exchange.connection.protocol:
                    effects = quirk.bent(exchange, effects)
        if self._standing is not None:
            effects = self._standing.after(exchange, effects)
        chosen = self._chosen.pop(exchange, [])
        if chosen and exchange.is_of_login:
            chosen, effects = self._logins.held(exchange, chosen, effects)
            self._refresh()
        for plan in chosen:
            if exchange.is_of_login and plan.strikes_at_once:
                self._note(plan, exchange)
            strike = cache(partial(self._strike, plan, exchange))
            effects = plan.bent(exchange, effects, strike)
        return effects

    def _refused_by_quirk(self, exchange: Exchange) -> list[Effect] | None:
        protocol = exchange.connection.protocol
        quirks = [one for one in self._quirks if one.protocol == protocol]
        for quirk in quirks:
            if (said := quirk.refused(exchange)) is not None:
                return said
        for quirk in quirks:
            quirk.begin(exchange)
        return None

    def _choose(self, exchange: Exchange) -> "list[Plan]":
        """Return the rules that strike, and count that they do."""
        chosen: list[Plan] = []
        is_answered = False
        attention = self._attention.get(exchange.connection.protocol)
        if attention is None or not self._rules:
            return chosen
        for plan in attention.plans:
            if not plan.meets(exchange):
                continue
            if plan.comes_later:
                if exchange.verb == _IDLE:
                    self._idling[exchange.connection.number] = exchange
            elif plan.answers_instead and is_answered:
                plan.history.lost += 1
                continue
            else:
                is_answered = is_answered or plan.answers_instead
                plan.count()
            chosen.append(plan)
        has_changed = self._waits != self._waiting
        if has_changed or chosen or any(plan.is_spent for plan in attention.plans):
            self._refresh()
        return chosen

    def _strike(self, plan: "Plan", exchange: Exchange) -> bool:
        """Strike now, unless the rule is used up or the IDLE is over for which it waited."""
        number = exchange.connection.number
        with self._lock:
            waited = plan.comes_later and exchange.verb == _IDLE
            if plan.is_used_up or (waited and self._idling.get(number) is not exchange):
                return False
            plan.fired += 1
            self._refresh()
        self._note(plan, exchange)
        return True

    def _note(self, plan: "Plan", exchange: Exchange) -> None:
        self._strikes.tell()
        if self._recorder is not None:
            self._recorder.noted(exchange.connection, f"fault: {plan}")

    def _refresh(self) -> None:
        with self._lock:
            self._logins.forget_ended()
            for number in [n for n, one in self._idling.items() if one.connection.is_over]:
                del self._idling[number]
            self._waits = self._waiting
            if self._rules or self._standing or self._manners or self._quirks:
                from pytest_fakemail.faults.attention import attentions

                plans = [plan for _, plan in self._rules]
                self._attention = attentions(plans, self._attended, self._tallies)
            else:
                self._attention = {}
            self.is_active = bool(self._attention)
            self.is_counting = any(one.tally is not None for one in self._attention.values())

    def _attended(self, protocol: str) -> "Iterator[Verbs]":
        """Yield to what of a protocol each attends that is no rule, or is one that waits."""
        if self._standing is not None and self._standing.is_active:
            yield self._standing.verbs(protocol)
        if self._manners is not None:
            yield self._manners.verbs(protocol)
        for quirk in self._quirks:
            if quirk.protocol == protocol:
                yield quirk.verbs or None
        if protocol in self._waits:
            yield None

    @property
    def _waiting(self) -> set[str]:
        """Where a rule waits for what comes next, whatever that is."""
        return self._logins.protocols.union(("imap",) if self._idling else ())
