"""The policies of one FakeMail, as a session's faults see them: exchange in, exchange out.

They stand behind a test's own rules: an exchange that a rule has answered never comes here.
Those of a server are asked in the order in which they were set; the first that refuses is the
one that did.  Each time a policy acts, the transcript says so.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import chain
from threading import Lock

from pytest_fakemail.arguments import ip
from pytest_fakemail.errors import BadArgument
from pytest_fakemail.faults.engine import FaultEngine
from pytest_fakemail.policies.borrowed import said_as
from pytest_fakemail.policies.policy import MAIL, Place, Policy, Reaction, Refusal, is_accepted
from pytest_fakemail.policies.replies import checked, effects_of
from pytest_fakemail.policies.visits import (
    CONNECTION,
    FIELDS,
    HELO,
    NOTED,
    TRANSACTION,
    Guest,
    Visit,
    take_note,
    take_note_of_answer,
)
from pytest_fakemail.query.criteria import Criteria
from pytest_fakemail.spelling import Fixed, Spelt
from pytest_fakemail.wire.effects import Effect, Send
from pytest_fakemail.wire.exchange import END_OF_DATA, Connection, Exchange
from pytest_fakemail.wire.session import Service

_NOUN = "criterion {} for a policy"


class Enforced(Fixed, Spelt):
    """A policy that stands at a server: how often it acted, and its end.

    Attributes:
        policy: what stands.
        protocol: of which server.
        only: whom it is for.
        acted: how often it changed what a client saw.
        is_inborn: whether it came with the server, and not from the test.
        behaviour: what it remembers.
    """

    _settable = frozenset(("policy", "is_inborn", "protocol", "acted", "only", "behaviour"))

    def __init__(
        self,
        engine: "PolicyEngine",
        policy: Policy,
        protocol: str,
        only: Criteria,
        *,
        is_inborn: bool = False,
    ) -> None:
        self.policy = policy
        self.is_inborn = is_inborn
        self.protocol = protocol
        self.acted = 0
        self._engine = engine
        self.only = only
        self.behaviour = policy.begin(engine.place(self))

    def __repr__(self) -> str:
        return f"<{self.policy.name} of {self.protocol}, acted {self.acted} times>"

    def attends_to(self, visit: Visit) -> bool:
        """Whether it has anything to do at this exchange, and is for this client."""
        verbs = self.behaviour.verbs
        is_at_point = verbs is None or visit.verb in verbs
        return is_at_point and self.only.match(visit)

    def stop(self) -> None:
        """Take it back; it forgets everything."""
        self._engine.remove(self)


class PolicyEngine(Fixed):
    """Implements `faults.standing.Standing`; policies are set in any thread, asked on the loop."""

    _settable = frozenset(("is_active", "wordings"))

    def __init__(self, faults: FaultEngine, service: Service) -> None:
        self.is_active = False
        self.wordings: dict[tuple[str, str], str] = {}
        self._faults = faults
        self._clock = service.clock
        self._settings = service.settings
        self._store = service.store
        self._recorder = service.recorder
        self._lock = Lock()
        self._all: tuple[Enforced, ...] = ()
        self._aliases: tuple[tuple[str, Criteria], ...] = ()
        self._has_renamed = False
        self._followed: frozenset[str] = frozenset()
        """Where the messages under way are taken note of."""
        self._guests: dict[int, Guest] = {}
        self._visits: dict[Exchange, tuple[Visit, list[Enforced]]] = {}

    # --- what a test says --------------------------------------------------------------

    @property
    def is_bare(self) -> bool:
        """Whether a test has said nothing of policies."""
        is_own = self._aliases or self.wordings
        return not is_own and all(one.is_inborn for one in self._all)

    def enforce(
        self,
        protocol: str,
        policy: Policy,
        only: Mapping[str, object],
        *,
        is_inborn: bool = False,
    ) -> Enforced:
        """Let a policy stand at a server, for those that the criteria are for.

        Raises:
            BadArgument: no policy, none for this protocol, or criteria that there are not.
        """
        if not isinstance(policy, Policy):
            raise BadArgument(
                f"no policy: {policy!r}; the functions of pytest_fakemail.policies make them"
            )
        if protocol not in policy.protocols:
            raise BadArgument(
                f"{policy.name} is for {', '.join(policy.protocols)}, not for {protocol}"
            )
        if policy.wording is not None:
            checked(policy.wording, protocol)
        criteria = Criteria(FIELDS, only, noun=_NOUN)
        one = Enforced(self, policy, protocol, criteria, is_inborn=is_inborn)
        with self._lock:
            self._all = (*self._all, one)
            self.is_active = True
        self._stand()
        return one

    def remove(self, one: Enforced) -> None:
        """Take a policy back."""
        with self._lock:
            self._all = tuple(other for other in self._all if other is not one)
            self.is_active = bool(self._all or self._aliases)
        self._stand()

    def begin_anew(self) -> None:
        """Be as at first: the server's own policies, which remember nothing."""
        with self._lock:
            inborn = [one for one in self._all if one.is_inborn]
            self._all = tuple(
                Enforced(self, one.policy, one.protocol, one.only, is_inborn=True) for one in inborn
            )
            self._aliases = ()
            self.wordings = {}
            self.is_active = bool(self._all)
        self._stand()

    def see_from(self, address: str, only: Mapping[str, object]) -> None:
        """Let clients count as coming from an address: all, or those of criteria.

        Raises:
            BadArgument: no IP address, or criteria that there are not.
        """
        address = ip(address)
        criteria = Criteria((CONNECTION, HELO), only, noun="criterion {} for seen_from")
        with self._lock:
            self._aliases = ((address, criteria), *self._aliases)
            self._has_renamed = True
            self.is_active = True
        self._stand()

    def word(self, protocol: str, texts: Mapping[str, str]) -> None:
        """Word replies otherwise, by their names; for what a server of this kind would say.

        Raises:
            BadArgument: another protocol, a reply that its policies do not have, or a text that
                it cannot send.
        """
        from pytest_fakemail.policies.wordings import worded

        self.wordings.update(worded(protocol, texts))

    def place(self, one: Enforced) -> Place:
        """Return where a policy stands."""

        def farewell(visit: Visit, refusal: Refusal) -> Iterator[Effect]:
            if one in self._all:  # and was not taken back meanwhile
                self._note(one, visit, refusal.why)
                yield from self._said(one, visit, refusal)

        return Place(self._clock, self._settings, self._store, one.protocol, self._guests, farewell)

    # --- what sessions ask -------------------------------------------------------------

    def verbs(self, protocol: str) -> Collection[str] | None:
        """Return the commands and moments at which there is anything to do or to note.

        Where clients count as coming from elsewhere, that is told at each.
        """
        if self._has_renamed:
            return None
        found = set(NOTED)
        for one in self._all:
            if one.protocol == protocol:
                if one.behaviour.verbs is None:
                    return None
                found.update(one.behaviour.verbs)
        return found.union(TRANSACTION) if END_OF_DATA in found else found

    def _stand(self) -> None:
        """Tell the rules what is asked behind them now."""
        attended = {protocol: self.verbs(protocol) for protocol in MAIL}
        before = self._followed
        self._followed = frozenset(
            protocol
            for protocol, verbs in attended.items()
            if verbs is None or END_OF_DATA in verbs
        )
        for guest in list(self._guests.values()):
            if guest.connection.protocol in before ^ self._followed:
                guest.forget_message()  # whose rest is, or was, not taken note of
        self._faults.stand(self)

    def instead(self, exchange: Exchange) -> list[Effect] | None:
        """Return the answer that replaces the command, or None to let it happen."""
        visit = Visit(exchange, self._guest(exchange.connection), self._clock.elapsed())
        take_note(visit, is_followed=visit.protocol in self._followed)
        visit.guest.client = exchange.connection.client = self._client(visit)
        asked: list[Enforced] = []
        self._visits[exchange] = visit, asked
        for one in self._all:
            if one.protocol != visit.protocol or not one.attends_to(visit):
                continue
            asked.append(one)
            refusal = one.behaviour.instead(visit)
            if refusal is not None:
                self._note(one, visit, refusal.why)
                return self._said(one, visit, refusal)
        return None

    def after(self, exchange: Exchange, effects: Iterable[Effect]) -> Iterable[Effect]:
        """Return the answer as it shall reach the client."""
        visit, asked = self._visits.pop(exchange, (None, []))
        if visit is None:
            return effects
        effects = self._watched(visit, asked, effects)
        for one in asked:
            effects = one.behaviour.after(visit, effects)
        return effects

    def _watched(
        self, visit: Visit, asked: list[Enforced], effects: Iterable[Effect]
    ) -> Iterator[Effect]:
        """Tell the policies of the answer when it is known, and before it leaves."""
        answer = iter(effects)
        for effect in answer:
            if isinstance(effect, Send):
                yield from self._judged(visit, asked, effect, answer)
                return
            yield effect
        self._hear(visit, b"")

    def _judged(
        self, visit: Visit, asked: list[Enforced], first: Send, rest: Iterator[Effect]
    ) -> Iterator[Effect]:
        self._hear(visit, first.data)
        for one in asked:
            reaction: Reaction | None = one.behaviour.answered(visit, first.data)
            if reaction is None:
                continue
            self._note(one, visit, reaction.why)
            yield from reaction.ahead
            if reaction.instead is not None:
                yield from self._said(one, visit, reaction.instead)
                return
        yield from chain((first,), rest)

    def _hear(self, visit: Visit, answer: bytes) -> None:
        if visit.protocol in self._followed:
            is_done = bool(answer) and is_accepted(answer, visit)
            take_note_of_answer(visit, is_accepted=is_done)
        if visit.is_login and visit.is_authenticated:
            for one in self._all:
                one.behaviour.overhears(visit)

    def _guest(self, connection: Connection) -> Guest:
        guest = self._guests.get(connection.number)
        if guest is None:
            for number in [n for n, one in self._guests.items() if one.connection.is_over]:
                del self._guests[number]
            guest = Guest(connection, connection.peer[0], self._clock.elapsed())
            self._guests[connection.number] = guest
        return guest

    def _client(self, visit: Visit) -> str:
        found = (address for address, only in self._aliases if only.match(visit))
        return next(found, visit.guest.connection.peer[0])

    def _said(self, one: Enforced, visit: Visit, refusal: Refusal) -> list[Effect]:
        text = one.policy.wording if refusal.text is None else refusal.text
        if text is None:
            text = self.wordings.get((one.protocol, refusal.reply.name))
        manners = self._faults.manners
        if text is None and manners is not None:
            name = refusal.reply.name
            by = f"{name} by {refusal.facts.get('by', '')}"
            if (failure := manners.wording(one.protocol, by, name)) is not None:
                host = self._settings.hostname
                return said_as(failure, visit.exchange, refusal, self._clock, host)
        facts: dict[str, object] = {
            "client": visit.client,
            "helo": visit.guest.helo or "",
            "host": self._settings.hostname,
            "user": visit.user or "",
            "sender": visit.sender,
            "to": visit.recipient,
            **refusal.facts,
        }
        chosen = refusal.reply.text(one.protocol) if text is None else text
        said = effects_of(chosen, visit.exchange, facts, closes=refusal.closes)
        speech = visit.exchange.connection.speech
        # What a test words is said as it is worded.
        return said if speech is None or text is not None else list(speech.told(said))

    def _note(self, one: Enforced, visit: Visit, why: str) -> None:
        one.acted += 1
        text = f"policy: {one.policy.name}{why and ': '}{why}"
        self._recorder.noted(visit.exchange.connection, text)


def policies_of(faults: FaultEngine, service: Service) -> PolicyEngine:
    """Return the policies of a FakeMail, which stand behind its faults."""
    standing = faults.standing
    if not isinstance(standing, PolicyEngine):
        standing = PolicyEngine(faults, service)
        faults.stand(standing)
    return standing
