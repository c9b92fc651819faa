"""Whether a rule is meant: the point of the conversation, and conditions on its facts.

The conditions are `query.criteria`, as those of assertions are.  What differs can be told.
"""

import math
from collections.abc import Collection, Mapping
from itertools import islice

from pytest_fakemail.dataclass import dataclass
from pytest_fakemail.errors import BadArgument
from pytest_fakemail.faults.points import POINTS
from pytest_fakemail.query.any_of import AnyOf
from pytest_fakemail.query.comparing import Comparison, Field
from pytest_fakemail.query.criteria import Criteria
from pytest_fakemail.query.differences import Difference
from pytest_fakemail.query.possible import inquired, sender
from pytest_fakemail.query.wording import shown
from pytest_fakemail.spelling import unknown
from pytest_fakemail.store.numbers import LARGEST_UID
from pytest_fakemail.wire.exchange import SASL_RESPONSE, Exchange

ANY = "any"
_UNASKED = ("push", "eof")

_UID_PREFIX = "UID "

_NAMES_ONE = ("RCPT", "VRFY", "EXPN")


def _recipients(exchange: Exchange) -> Collection[object]:
    """RCPT is about the address that it names, DATA about all of them."""
    return exchange.recipients[-1:] if exchange.verb in _NAMES_ONE else exchange.recipients


def _users(exchange: Exchange) -> Collection[object]:
    """Who is logged in, or in a login command who wants to be."""
    return _given(exchange.connection.user or exchange.user)


def _given(fact: object) -> Collection[object]:
    return () if fact is None else (fact,)


_TO = Field("to", _recipients, Comparison.ANY_CASE, complaint=inquired)
_SENDER = Field(
    "sender",
    lambda it: _given(it.sender),
    Comparison.ANY_CASE,
    has_one=True,
    complaint=sender,
)
_USER = Field("user", _users, Comparison.ANY_CASE, has_one=True)
_MAILBOX = Field("mailbox", lambda it: _given(it.mailbox), Comparison.MAILBOX, has_one=True)
_TARGET = Field("target", lambda it: _given(it.target), Comparison.MAILBOX, has_one=True)
_UID = Field("uid", lambda it: it.uids, Comparison.NUMBER, most=LARGEST_UID)
# The place of an exchange among those that fit otherwise: the rule counts, not the exchange.
_NTH = Field("nth", lambda number: (number,), Comparison.NUMBER, has_one=True, is_always=True)
_NTH_PER_CONNECTION = Field(
    "nth_per_connection", _NTH.values, _NTH.comparison, has_one=True, is_always=True
)
_COMMON = (
    _NTH,
    _NTH_PER_CONNECTION,
    Field(
        "connection",
        lambda it: (it.connection.number,),
        Comparison.NUMBER,
        has_one=True,
        is_always=True,
    ),
    # IMAP's has the line ends of literals.
    Field("argument", lambda it: (it.argument,), has_one=True, is_always=True, has_lines=True),
    Field("where", lambda it: (it,), Comparison.WHOLE, has_one=True),
)
_FIELDS: dict[str, tuple[Field, ...]] = {
    "smtp": (_TO, _SENDER, _USER, *_COMMON),
    "lmtp": (_TO, _SENDER, _USER, *_COMMON),
    "pop3": (_USER, _UID, *_COMMON),
    "imap": (_USER, _MAILBOX, _TARGET, _UID, *_COMMON),
}
CONDITIONS = {
    protocol: tuple(field.name for field in fields) for protocol, fields in _FIELDS.items()
}
"""What each protocol's exchanges can be asked for."""

_FETCHES = ("FETCH", "UID FETCH")
_COUNTS = (_NTH.name, _NTH_PER_CONNECTION.name)
_NOTHING = Criteria((), {})
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Condition:
    """What an exchange must be for a rule to be meant."""

    protocol: str
    point: str
    facts: Criteria
    nth: Criteria
    """Which of those that fit are meant."""
    last: float = math.inf
    """The number behind which none is meant."""
    named: frozenset[int] = frozenset()
    """The numbers of which each is meant, if they are named one by one."""
    nth_per_connection: Criteria = _NOTHING
    """Which of those of one connection that fit are meant."""
    others: tuple[str, ...] = ()
    """Further points that are as good."""

    def is_at_point(self, exchange: Exchange) -> bool:
        """Whether the exchange is of this protocol and point, whatever its facts."""
        if exchange.connection.protocol != self.protocol:
            return False
        verb = exchange.verb
        if verb == SASL_RESPONSE:
            return exchange.continues is not None and self.is_at_point(exchange.continues)
        if self.point == ANY or ANY in self.others:
            return verb not in _UNASKED
        if self.others and verb.removeprefix(_UID_PREFIX) in self.others:
            return True
        return verb in (self.point, _UID_PREFIX + self.point)

    @property
    def verbs(self) -> tuple[str, ...] | None:
        """The commands and moments that can be meant; None is all of them."""
        points = (self.point, *self.others)
        return None if ANY in points else points

    def differences(self, exchange: Exchange) -> list[str]:
        """Return what of the exchange's facts is not as wanted, a line each."""
        is_secret = exchange.is_secret
        return [
            _told(difference, is_secret=is_secret)
            for difference in self.facts.differences(exchange)
        ]

    def is_of_responses(self, exchange: Exchange) -> bool:
        """Whether the rule is about some of an answer's FETCH responses: those that `uid` means."""
        return self.facts.has(_UID.name) and exchange.verb in _FETCHES

    @property
    def is_of_fetch(self) -> bool:
        """Whether the point is IMAP's FETCH."""
        return self.point in _FETCHES

    def means_message(self, uid: int | None) -> bool:
        """Whether a message with this UID is one that `uid` means; all are if it is not asked for.

        None is one of which no UID is known.
        """
        if not self.facts.has(_UID.name):
            return True
        return uid is not None and self.facts.accepts(_UID.name, uid)

    def counts(self, number: int, on_connection: int) -> bool:
        """Whether this one of those that fit is meant: of all, and of its connection."""
        return self.nth.match(number) and self.nth_per_connection.match(on_connection)

    @property
    def numbers(self) -> str:
        """Which of those that fit are meant, as a call has it; empty if all are."""
        both = self.nth.as_arguments(), self.nth_per_connection.as_arguments()
        return ", ".join(filter(None, both))

    def __str__(self) -> str:
        points = " or ".join(map(repr, (self.point, *self.others)))
        words = [points, self.facts.as_arguments(), self.numbers]
        return f"{self.protocol}.when({', '.join(filter(None, words))})"


def is_known(protocol: str, verb: str) -> bool:
    """Whether the protocol knows this verb or moment."""
    return verb.removeprefix(_UID_PREFIX) in POINTS[protocol] or verb == "eof"


def condition(
    protocol: str, point: str | tuple[str, ...], facts: Mapping[str, object]
) -> Condition:
    """Return the condition that a test author wrote; of several points each is as good.

    Raises:
        BadArgument: a protocol, point or fact that there is not, or a value that the fact
            cannot have.
    """
    if protocol not in POINTS:
        raise BadArgument(unknown(f"protocol {protocol!r}", protocol, POINTS))
    points = point if isinstance(point, tuple) else (point,)
    if not points:
        raise BadArgument("no point: (); wanted one such as 'connect'")
    name, *further = (canonical(protocol, one) for one in points)
    others = {name: wanted for name, wanted in facts.items() if name not in _COUNTS}
    noun = f"condition {{}} for {protocol}"
    named = named_one_by_one(facts.get("nth"))
    return Condition(
        protocol,
        name,
        Criteria(_FIELDS[protocol], others, noun=noun),
        _counted(facts, _NTH),
        nth_per_connection=_counted(facts, _NTH_PER_CONNECTION),
        others=tuple(further),
        last=max(named, default=math.inf),
        named=named,
    )


def named_one_by_one(nth: object) -> frozenset[int]:
    """Return the numbers of ``nth=2``, ``nth={2, 5}`` or ``nth=any_of(2, 5)``, if that is all."""
    choices = nth.choices if isinstance(nth, AnyOf) else nth
    numbers = choices if isinstance(choices, set | frozenset | tuple) else (choices,)
    if not all(isinstance(one, int) for one in numbers):
        return frozenset()
    return frozenset(numbers)


def _counted(facts: Mapping[str, object], field: Field) -> Criteria:
    return Criteria((field,), {field.name: facts[field.name]} if field.name in facts else {})


def canonical(protocol: str, point: str) -> str:
    """Return a point as it is spelt, whatever its case.

    Raises:
        BadArgument: the protocol has no such point.
    """
    possible = POINTS[protocol]
    spelling = {name.lower(): name for name in possible}
    words = " ".join(point.lower().split()) if isinstance(point, str) else None
    if words not in spelling:
        raise BadArgument(unknown(f"point {point!r} in {protocol}", point, possible))
    return spelling[words]


def _told(difference: Difference, *, is_secret: bool) -> str:
    """Return ``to was 'ann@x.test', not 'bob@x.test'``."""
    name, wanted = difference.name, shown(difference.wanted)
    if is_secret and name == "argument":
        return f"argument was [redacted], not {wanted}"
    if difference.comparison == Comparison.WHOLE:
        return f"{name}={wanted} said no"
    facts = list(islice(difference.values, _SHOWN + 1))
    values = [repr(str(fact)) if isinstance(fact, str) else repr(fact) for fact in facts[:_SHOWN]]
    more = [] if len(facts) <= _SHOWN else ["…"]
    return f"{name} was {', '.join(values + more) or 'unknown'}, not {wanted}"
