"""What a test asked for of TLS: which flaw, to whom, how often, and whether it was met."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Literal, Protocol, cast, get_args

from pytest_fakemail.errors import BadArgument
from pytest_fakemail.faults.alterations import rewrite
from pytest_fakemail.faults.answers import named
from pytest_fakemail.faults.engine import FaultEngine
from pytest_fakemail.faults.matching import named_one_by_one
from pytest_fakemail.faults.sentence import Sentence
from pytest_fakemail.faults.steps import Change, Effects, Step, StepKind
from pytest_fakemail.query.comparing import Comparison, Field
from pytest_fakemail.query.criteria import Criteria
from pytest_fakemail.query.wanted import Number
from pytest_fakemail.spelling import unknown
from pytest_fakemail.wire.effects import Effect, Send
from pytest_fakemail.wire.effects import StartTls as BeginTls
from pytest_fakemail.wire.exchange import Connection, Exchange

Certificate = Literal[
    "valid",
    "expired",
    "not-yet-valid",
    "wrong-host",
    "self-signed",
    "untrusted",
    "incomplete-chain",
    "weak-key",
    "common-name-only",
    "tls1.0",
    "tls1.1",
    "tls1.2",
    "client-certificate-required",
    "client-certificate-refused",
]
Handshake = Literal[
    "stall-after-client-hello",
    "stall-within-server-flight",
    "stall-after-server-flight",
    "close-after-client-hello",
    "handshake-failure",
    "in-the-clear",
    "no-close-notify",
]
StartTls = Literal["starttls-stripped", "starttls-refused", "starttls-injection", "preauth"]
Presentation = Certificate | Handshake | StartTls
HANDSHAKES: tuple[str, ...] = get_args(Handshake)
STARTTLS: tuple[str, ...] = get_args(StartTls)
KINDS: tuple[str, ...] = get_args(Certificate) + HANDSHAKES + STARTTLS
"""What `TlsAuthority.present` can be asked for."""

PROTOCOLS = ("smtp", "lmtp", "pop3", "imap")

IN_THE_CLEAR = {
    "smtp": b"220 ready, and in the clear\r\n",
    "lmtp": b"220 ready, and in the clear\r\n",
    "pop3": b"+OK ready, and in the clear\r\n",
    "imap": b"* OK ready, and in the clear\r\n",
}
"""What is said where a handshake is due."""

_INJECTED = {
    "smtp": b"250 injected ahead of TLS\r\n",
    "lmtp": b"250 injected ahead of TLS\r\n",
    "pop3": b"+OK injected ahead of TLS\r\n",
    "imap": b"* OK [ALERT] injected ahead of TLS\r\n",
}
_UNKNOWN = {
    "smtp": ("reply", "smtp", "5.5.1 Command not implemented", 502),
    "lmtp": ("reply", "lmtp", "5.5.1 Command not implemented", 502),
    "pop3": ("err", "pop3", "Unknown command", None),
    "imap": ("bad", "imap", "Unknown command", None),
}
"""How a server answers that has no STARTTLS."""
_PREAUTH = b"* PREAUTH [CAPABILITY IMAP4rev1 STARTTLS] ready\r\n"
LISTS = {
    "smtp": ("EHLO",),
    "lmtp": ("LHLO",),
    "pop3": ("CAPA",),
    "imap": ("connect", "CAPABILITY"),
}
"""Where a server in the clear says that it has STARTTLS."""

_CONNECTION = Field(
    "connection", lambda it: (it.number,), Comparison.NUMBER, has_one=True, is_always=True
)
_NTH = Field("nth", lambda number: (number,), Comparison.NUMBER, has_one=True, is_always=True)


class Struck(Protocol):
    """A rule, as far as it counts."""

    @property
    def fired(self) -> int:
        """How often it has struck."""


class Presented:
    """One flaw that was asked for; `met` counts those who met it."""

    __slots__ = (
        *("_connection", "_count", "_nth", "_protocol", "_seen", "_sentence", "_times"),
        *("is_forgotten", "kind", "rules"),
    )

    def __init__(
        self,
        kind: str,
        protocol: str | None,
        connection: Number,
        times: int | None,
        nth: Number = None,
    ) -> None:
        """Take what a test wrote.

        Raises:
            BadArgument: a kind, a protocol, a number that there is not.
        """
        if kind not in KINDS:
            raise BadArgument(unknown(f"way to present TLS {kind!r}", kind, KINDS))
        if protocol is not None and protocol not in PROTOCOLS:
            raise BadArgument(unknown(f"protocol {protocol!r}", protocol, PROTOCOLS))
        if kind == "preauth" and protocol not in (None, "imap"):
            raise BadArgument(f"'preauth' is for imap, {protocol} has no such greeting")
        is_whole = isinstance(times, int) and not isinstance(times, bool)
        if times is not None and (not is_whole or times < 1):
            raise BadArgument(f"times={times!r}: wanted a whole number from 1")
        if times is not None and isinstance(nth, int):
            raise BadArgument(f"times={times} and nth={nth}: nth is once, so wanted one of them")
        self.kind = kind
        self.rules: list[Struck] = []
        """Those that do it, and count how often."""
        self._count = 0
        self.is_forgotten = False
        self._protocol = protocol
        self._connection = _criteria(_CONNECTION, connection)
        self._times = times or len(named_one_by_one(nth)) or None
        self._nth = _criteria(_NTH, nth)
        self._seen = 0
        self._sentence = Sentence()

    def __repr__(self) -> str:
        return f"<Presented {self.kind!r}, met {self.met} times>"

    @property
    def is_of_rules(self) -> bool:
        """Whether it is done by rules, around handshakes."""
        return self.kind in STARTTLS

    @property
    def is_of_handshake(self) -> bool:
        """Whether the certificate is as it should be, and the handshake is not."""
        return self.kind in HANDSHAKES

    @property
    def protocols(self) -> tuple[str, ...]:
        """Those whose clients can meet it."""
        possible = ("imap",) if self.kind == "preauth" else PROTOCOLS
        return possible if self._protocol is None else (self._protocol,)

    def takes(self, connection: Connection, others: int = 0) -> bool:
        """Whether it is for this connection, which is counted, and not used up by so many more."""
        if connection.protocol not in self.protocols or not self._connection.match(connection):
            return False
        self._seen += 1
        is_used_up = self._times is not None and self.met + others >= self._times
        return not is_used_up and self._nth.match(self._seen)

    def meet(self) -> None:
        """Count one that met it, where no rule does."""
        self._count += 1

    def give_back(self, *, is_met: bool) -> None:
        """Count one that it took, and that has met it, no more."""
        self._seen -= 1
        self._count -= is_met

    @property
    def met(self) -> int:
        """How many met it."""
        return self._count + sum(rule.fired for rule in self.rules)

    @property
    def fired(self) -> int:
        """How often it was met, in the word of rules."""
        return self.met

    @property
    def is_met(self) -> bool:
        """Whether it was met as often as it should be."""
        return self.kind == "valid" or self.met >= (self._times or 1)

    def _why_unmet(self) -> str:
        """Say that it was not met as often as it should be; nothing if it was, or need not be."""
        return "" if self.is_met or self.is_forgotten else str(self)

    def __str__(self) -> str:
        often = f" {self._times} times, but {self.met}" if self.met else ""
        what = "no TLS handshake met" if self.kind not in STARTTLS else "no client met"
        start = f"clients did not meet {self.kind!r}{often}" if often else f"{what} {self.kind!r}"
        return f"{start}\n  presented at {self._sentence}"


def _criteria(field: Field, wanted: Number) -> Criteria:
    return Criteria((field,), {} if wanted is None else {field.name: wanted})


def make_rules(presented: Presented, faults: FaultEngine) -> None:
    """Let faults do what is not of the handshake itself; they count in `presented`."""
    make = _MAKERS[presented.kind]
    for protocol in presented.protocols:
        make(presented, faults, protocol)


def _takes(presented: Presented) -> Callable[..., bool]:
    """Return the condition of its rule: in the clear, of those that it is for."""

    def is_for(exchange: Exchange, others: int = 0) -> bool:
        connection = exchange.connection
        return connection.tls is None and presented.takes(connection, others)

    return is_for


def _counting(presented: Presented, faults: FaultEngine, protocol: str, point: str) -> Any:  # noqa: ANN401  (of any protocol)
    """Begin the rule that does it, and counts."""
    rule = _begun(faults, protocol, point, _takes(presented))
    presented.rules.append(rule)
    return rule


def _begun(
    faults: FaultEngine, protocol: str, point: str, where: Callable[[Exchange], bool]
) -> Any:  # noqa: ANN401  (likewise)
    return cast("Any", faults.when(protocol, point, where=where)).optional()


def _refused(presented: Presented, faults: FaultEngine, protocol: str) -> None:
    rule = _counting(presented, faults, protocol, starttls(protocol))
    match protocol:
        case "pop3":
            rule.err("[SYS/TEMP] TLS is not available")
        case "imap":
            rule.no("[UNAVAILABLE] TLS is not available")
        case _:
            rule.reply(454, "4.7.0 TLS not available due to temporary reason")


class _Stripping:
    """STARTTLS taken from some connections, each chosen at the first that would tell of it.

    A connection has met it when something was taken: a name from a list, or the go-ahead.
    """

    def __init__(self, presented: Presented) -> None:
        self._presented = presented
        self._is_wanted = _takes(presented)
        self._chosen: dict[int, bool] = {}
        self._met: set[int] = set()
        self._waiting: dict[int, Connection] = {}
        """Those that were chosen and have asked for no list yet: each counts as one of `times`."""

    def is_for(self, exchange: Exchange) -> bool:
        """Whether the client of this exchange is to see no STARTTLS."""
        connection = exchange.connection
        number = connection.number
        if connection.tls is not None:
            return False
        if number not in self._chosen:
            others = sum(not one.is_over for one in self._waiting.values())
            self._chosen[number] = self._is_wanted(exchange, others)
            if self._chosen[number]:
                self._waiting[number] = connection
        return self._chosen[number]

    def of_list(self, exchange: Exchange, effects: Effects) -> Effects:
        """Take its name from the list; a greeting is one, or says nothing of it."""

        def stripped(data: bytes) -> bytes:
            left = without_starttls(data)
            if left != data:
                self._meet(exchange)
            elif exchange.verb != "connect":
                self._waiting.pop(exchange.connection.number, None)
            return left

        return rewrite(stripped, None).change(exchange, effects)

    def of_command(self, exchange: Exchange, effects: Effects) -> Effects:
        """Do not know it, where TLS would begin."""
        answer = list(effects)
        if not _begins_tls(answer):
            return answer
        self._meet(exchange)
        protocol = exchange.connection.protocol
        return named(*_UNKNOWN[protocol]).change(exchange, ())

    def _meet(self, exchange: Exchange) -> None:
        number = exchange.connection.number
        self._waiting.pop(number, None)
        if number not in self._met:
            self._met.add(number)
            self._presented.meet()


def _stripped(presented: Presented, faults: FaultEngine, protocol: str) -> None:
    stripping = _Stripping(presented)
    for point in LISTS[protocol]:
        rule = _begun(faults, protocol, point, stripping.is_for)
        _bend(rule, stripping.of_list, "rewrite", without_starttls)
    rule = _begun(faults, protocol, starttls(protocol), stripping.is_for)
    answer, _, text, code = _UNKNOWN[protocol]
    _bend(rule, stripping.of_command, answer, *filter(None, (code, text)))


def _injected(presented: Presented, faults: FaultEngine, protocol: str) -> None:
    def inject(_: Exchange, effects: Effects) -> Iterator[Effect]:
        answer = list(effects)
        if _begins_tls(answer):
            presented.meet()
        for effect in answer:
            if isinstance(effect, BeginTls):
                yield Send(_INJECTED[protocol])
            yield effect

    rule = _begun(faults, protocol, starttls(protocol), _takes(presented))
    _bend(rule, inject, "say", _INJECTED[protocol])


def _bend(rule: Any, change: Change, action: str, *values: object) -> None:  # noqa: ANN401  (of any protocol)
    """Let a rule work on whatever answer there is, and tell of it in these words."""
    rule._add(Step(change, StepKind.SHAPE), action, *values)  # noqa: SLF001  (our own)


def _begins_tls(answer: Iterable[Effect]) -> bool:
    return any(isinstance(one, BeginTls) for one in answer)


def _preauth(presented: Presented, faults: FaultEngine, protocol: str) -> None:
    _counting(presented, faults, protocol, "connect").send(_PREAUTH)


_MAKERS = {
    "starttls-refused": _refused,
    "starttls-stripped": _stripped,
    "starttls-injection": _injected,
    "preauth": _preauth,
}


def without_starttls(data: bytes) -> bytes:
    """Return a list of what a server offers without STARTTLS, as a man in the middle leaves it."""
    for word in (b"STARTTLS", b"STLS"):
        is_last = data.endswith(b"\r\n250 " + word + b"\r\n")
        data = data.replace(b"250-" + word + b"\r\n", b"").replace(
            b"\r\n" + word + b"\r\n", b"\r\n"
        )
        if is_last:
            *others, before, _, end = data.split(b"\r\n")
            data = b"\r\n".join([*others, before.replace(b"-", b" ", 1), end])
        for behind in (b" ", b"]", b"\r\n"):
            data = data.replace(b" " + word + behind, behind)
    return data


def starttls(protocol: str) -> str:
    """Return the command of a protocol that begins TLS."""
    return "STLS" if protocol == "pop3" else "STARTTLS"
