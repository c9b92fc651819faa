"""Exchanges that nobody attends to pass by; asked about every one, nothing would come of it.

Two servers are told the same: one as it is, and one that asks rules, policies and quirks about
each exchange.  What clients see, what has struck, and what is said of a rule that did not, is one.
"""

from collections.abc import Callable, Iterator
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from wire.services import make_service

from pytest_fakemail import policies
from pytest_fakemail.faults.engine import FaultEngine
from pytest_fakemail.faults.points import POINTS
from pytest_fakemail.faults.rules import Rule
from pytest_fakemail.policies.engine import PolicyEngine, policies_of
from pytest_fakemail.providers.quirks import QUIRKS as KNOWN
from pytest_fakemail.providers.quirks import quirk
from pytest_fakemail.wire.conversation import Conversation
from pytest_fakemail.wire.effects import Effect, Later, Send
from pytest_fakemail.wire.exchange import SASL_COMMANDS, Connection, Exchange

PROTOCOLS = ("smtp", "lmtp", "pop3", "imap")
ANSWERS = {
    "smtp": (b"250 ok\r\n", b"550 no\r\n", b"334 \r\n"),
    "lmtp": (b"250 ok\r\n", b"550 no\r\n", b"334 \r\n"),
    "pop3": (b"+OK\r\n", b"-ERR no\r\n", b"+ \r\n"),
    "imap": (b"a OK done\r\n", b"* 1 EXISTS\r\na NO no\r\n", b"+ \r\n"),
}

CHAINS: list[Callable[[Rule], Rule]] = [
    lambda rule: rule.ignore(),
    lambda rule: rule.send(b"* OK so\r\n"),
    lambda rule: rule.send(b"+ \r\n").once(),
    lambda rule: rule.delay("1s").once(),
    lambda rule: rule.delay("1s").times(2),
    lambda rule: rule.say("more").skip(1),
    lambda rule: rule.say("late").after("1m"),
    lambda rule: rule.close().after("1m").once(),
    lambda rule: rule.lose_reply().once(),
    lambda rule: rule,
]
_LOGIN = ("connect", "EHLO", "AUTH", "response", "NOOP")
_MESSAGE = ("EHLO", "MAIL", "RCPT", "DATA", "end-of-data", "BDAT", "RSET")
VERBS = {
    "smtp": (_LOGIN, _MESSAGE, _MESSAGE, ("push", "XYZZY", "PLUGH", "NOOP")),
    "lmtp": (_LOGIN, _MESSAGE),
    "pop3": (("connect", "USER", "PASS", "XYZZY"), ("AUTH", "response", "RETR", "PLUGH")),
    "imap": (
        ("connect", "AUTHENTICATE", "response", "LOGIN"),
        ("FETCH", "UID FETCH", "literal", "XYZZY"),
        ("IDLE", "DONE", "push"),
        ("COPY", "APPEND", "UID FETCH", "LOGIN"),
    ),
}
"""What belongs together, or is much the same."""

CONDITIONS = st.sampled_from([{}, {}, {"nth": 1}, {"nth": 2}, {"argument": "x"}, {"connection": 2}])


def rules(protocol: str, verbs: tuple[str, ...]) -> st.SearchStrategy[Any]:
    points = ["any", *(verb for verb in verbs if verb in POINTS[protocol])]
    return st.tuples(
        st.just(protocol), st.sampled_from(points), st.sampled_from(CHAINS), CONDITIONS
    )


ABOUT_MESSAGES = [
    policies.blocklist({"127.0.0.1"}, at="RCPT"),
    policies.rate_limit(messages=1, per="1h"),
    policies.rate_limit(recipients=1, per="1h", by="recipient"),
    policies.messages_per_connection(1),
    policies.recipients_per_message(1),
    policies.greylisting(),
    policies.no_relay(),
    policies.pop_before_smtp(),
    policies.message_size(3),
    policies.tarpit("1s"),
]
ABOUT_LOGINS = [
    policies.login_delay("1h"),
    policies.lockout(after=1),
    policies.rate_limit(logins=1, per="1h"),
    policies.basic_auth_disabled(),
    policies.message_size(3),
    policies.rate_limit(commands=3, per="1h"),
]


def sayings(protocol: str, verbs: tuple[str, ...]) -> st.SearchStrategy[Any]:
    return st.tuples(
        st.integers(1, 2).map(lambda number: number + 2 * PROTOCOLS.index(protocol)),
        st.just(protocol),
        st.sampled_from(verbs),
        st.sampled_from(["", "x", "PLAIN AHgAeA=="]),
        st.sampled_from(ANSWERS[protocol]),
        st.booleans(),
    )


def stories(topic: tuple[str, tuple[str, ...]]) -> st.SearchStrategy[Any]:
    """Of one protocol, and of a client that reads mail before it sends some."""
    protocol, verbs = topic
    said, ruled = sayings(protocol, verbs), rules(protocol, verbs)
    known = ABOUT_MESSAGES if "MAIL" in verbs else ABOUT_LOGINS
    quirks = [(protocol, name) for name in KNOWN.get(protocol, ())]
    return st.tuples(
        st.lists(ruled, max_size=2),
        st.lists(st.sampled_from(known).map(lambda policy: (policy, protocol)), max_size=1),
        st.lists(st.sampled_from(quirks), max_size=1) if quirks else st.just([]),
        st.lists(said | said | said | ruled | sayings("pop3", ("PASS",)), min_size=8, max_size=30),
    )


TOPICS = [(protocol, verbs) for protocol in PROTOCOLS for verbs in VERBS[protocol]]
Saying = tuple[int, str, str, str, bytes, bool]


class Always(FaultEngine):
    """Asks about every exchange."""

    def heeds(self, protocol: str, verb: str) -> bool:
        del protocol, verb
        return True


class AlwaysAsked(PolicyEngine):
    """Policies to whom every exchange is shown."""

    def verbs(self, protocol: str) -> None:
        del protocol


class World:
    """Servers with rules, policies and quirks, and what their clients have seen."""

    def __init__(self, faults: type[FaultEngine], standing: type[PolicyEngine]) -> None:
        self.service = make_service("smtp")
        self.service.clock.freeze()
        self.notes: list[str] = []
        self.engine = faults(self.service.clock, self, bugs=[])
        self.service.recorder = self
        self.standing = standing(self.engine, self.service)
        self.engine.stand(self.standing)
        assert policies_of(self.engine, self.service) is self.standing
        self.connections: dict[int, Connection] = {}
        self.conversations: dict[int, Conversation] = {}
        self.rules: list[Rule] = []
        self.later: list[Later] = []

    def connected(self, connection: Connection) -> None: ...
    def opened(self, exchange: Exchange) -> None: ...
    def heard(self, *_: object) -> bool:
        return True

    def sent(self, connection: Connection, data: bytes) -> None: ...
    def closed(self, connection: Connection, how: str) -> None: ...

    def noted(self, connection: Connection, text: str) -> None:
        self.notes.append(f"{connection.number} {text}")

    def set(self, rule: tuple[str, str, Callable[[Rule], Rule], dict[str, Any]]) -> None:
        protocol, point, chain, conditions = rule
        self.rules.append(chain(self.engine.when(protocol, point, **conditions)))
        self.engine.begin_now()

    def hear(self, saying: Saying) -> list[str]:
        """Let a client do something; return what it sees."""
        number, protocol, verb, argument, answer, logs_in = saying
        connection = self.connections.setdefault(number, Connection(number, protocol))
        conversation = self.conversations.setdefault(
            number, Conversation(connection, self.engine, self)
        )
        exchange = Exchange(
            connection,
            verb,
            f"{verb} {argument}".encode(),
            payload=b"0123" if verb in ("end-of-data", "BDAT", "APPEND") else None,
            tag="a" if protocol == "imap" else "",
            argument=argument,
            sender="app@y.test" if verb in ("MAIL", "RCPT", "end-of-data") else None,
            recipients=("ann@x.test",) if verb in ("RCPT", "end-of-data") else (),
            user="ann" if verb in (*SASL_COMMANDS, "LOGIN", "USER") else None,
        )

        def execute() -> Iterator[Effect]:
            if logs_in and verb in ("response", "PASS", "LOGIN", *SASL_COMMANDS):
                connection.user = "ann"
            yield Send(answer)

        told: list[bytes] = []
        if conversation.passes(verb, exchange.request, exchange.payload):
            effects = list(execute())
        else:
            effects = list(conversation.answer(exchange, execute, told.append))
        self.later += [effect for effect in effects if isinstance(effect, Later)]
        return [*map(_shown, effects), str(told), str(conversation.is_closed)]

    def wait(self) -> list[str]:
        """Let what was put off happen, in its order; return what clients see."""
        return [_shown(effect) for later in self.later for effect in later.effects]


def _shown(effect: Effect) -> str:
    return type(effect).__name__ if hasattr(effect, "effects") else repr(effect)


@given(st.sampled_from(TOPICS).flatmap(stories))
@settings(max_examples=500)
def test_asking_about_every_exchange_changes_nothing(story: Any) -> None:  # noqa: ANN401
    given_rules, enforced, quirks, events = story
    attentive, asked = World(FaultEngine, PolicyEngine), World(Always, AlwaysAsked)
    for world in (attentive, asked):
        for rule in given_rules:
            world.set(rule)
        for policy, protocol in enforced:
            if protocol in policy.protocols:
                one = world.standing.enforce(protocol, policy, {})
                if world is asked:
                    one.behaviour.verbs = None
        world.engine.misbehave(*(quirk(protocol, name) for protocol, name in quirks))
    for event in events:
        if len(event) == 4:
            attentive.set(event)
            asked.set(event)
        else:
            assert attentive.hear(event) == asked.hear(event)
    assert attentive.wait() == asked.wait()
    assert attentive.notes == asked.notes
    assert [rule.fired for rule in attentive.rules] == [rule.fired for rule in asked.rules]
    told, wanted = (
        [rule.why_unfired() for rule in world.engine.unfired()] for world in (attentive, asked)
    )
    assert told == wanted
