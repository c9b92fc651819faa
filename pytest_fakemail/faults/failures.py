"""What real servers say when they refuse, as data for `Rule.fail` and ``fakemail.smtp.fail``."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from itertools import repeat
from math import inf
from typing import Literal

from pytest_fakemail import arguments
from pytest_fakemail.clock import Clock
from pytest_fakemail.dataclass import dataclass
from pytest_fakemail.errors import BadArgument, nearest_spelling
from pytest_fakemail.faults import answers
from pytest_fakemail.faults.judging import takes_challenge
from pytest_fakemail.faults.points import POINTS
from pytest_fakemail.faults.steps import Change, Effects, Step, StepKind
from pytest_fakemail.spelling import unknown
from pytest_fakemail.wire.effects import Close, Effect, Later, Pause, Send
from pytest_fakemail.wire.exchange import Exchange

Retry = Literal["transient", "permanent", "policy", ""]
"""Whether trying again can help: soon, never, or once somebody has changed something."""

Certainty = Literal["verified", "abridged", "unverified"]
"""How a text is known: word for word, in part (the rest is ours), or not from any capture."""

_SEEN = frozenset("TVSC")
"""Evidence that a server says it: a transcript, its vendor, its source, a client's source."""

_AT_ONCE = 100
"""How often an endless failure says its lines in one piece."""

PLACEHOLDERS = (
    *("recipient", "domain", "sender", "sender_domain", "address", "mailbox", "user", "verb"),
    *("argument", "number", "peer", "ip", "host", "time", "date_time", "rfc_time", "unixtime"),
    *("id", "ID"),
)
"""What a text may have in braces for the conversation to fill."""

_RETRIES = ("transient", "permanent", "policy", "")


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Failure:
    r"""A refusal as a real server words it.

    `answer` names the action (``"reply"``, ``"no"`` …) and `code` SMTP's number; `text` may
    have several lines, and placeholders that the conversation fills: ``{recipient}``,
    ``{sender}``, ``{address}`` (the recipient, else the sender), ``{domain}`` (the
    recipient's), ``{sender_domain}``, ``{mailbox}``, ``{user}``, ``{verb}``, ``{argument}``,
    ``{number}`` (the first word of the argument), ``{ip}`` (also ``{peer}``), ``{host}`` (the
    server's name), ``{time}``, ``{date_time}``, ``{rfc_time}``,
    ``{unixtime}``, ``{id}`` and ``{ID}`` (opaque, the same each time for one exchange).
    `before` and `after` are whole lines around the answer, without line ends, `closes`
    whether the server then hangs up, `endless` that it says `after` again and again instead,
    until the client leaves, `delay` the seconds that it takes its time.
    `challenge` is what a token login is told first, before the client's empty line.
    `points` are the moments at which it can happen, none for any; put elsewhere it raises.
    `retry` says if another try can help: ``"transient"`` (soon), ``"permanent"`` (never),
    ``"policy"`` (once somebody has changed a setting, a quota, a password).
    `evidence` and `source` say how the text is known, `reference` is its short name there;
    of what is `abridged` the source does not give all that is said, and the rest is ours:
    it is not verified.  `certainty` says what comes of it.

    Raises:
        BadArgument: an answer, code, point or retry that the protocol does not have.
    """

    name: str
    protocol: str
    answer: str
    text: str
    code: int | None = None
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    closes: bool = False
    endless: bool = False
    delay: float = 0.0
    challenge: str = ""
    points: tuple[str, ...] = ()
    retry: Retry = ""
    evidence: str = ""
    source: str = ""
    reference: str = ""
    abridged: bool = False

    def __post_init__(self) -> None:
        """Check that the protocol has such an answer, at such a point."""
        self._require_shape()
        try:
            answers.named(self.answer, self.protocol, self.text, self.code)
        except BadArgument as mistake:
            raise BadArgument(f"{self.name}: {mistake}") from None
        possible = POINTS[self.protocol]
        for point in self.points:
            if point not in possible:
                what = f"point {point!r} in {self.protocol}"
                raise BadArgument(f"{self.name}: {unknown(what, point, possible)}")
        if self.retry not in _RETRIES:
            raise BadArgument(f"{self.name}: retry={self.retry!r}: wanted one of {_RETRIES}")

    def _require_shape(self) -> None:
        arguments.text("name", self.name)
        if self.protocol not in tuple(POINTS):
            what = f"protocol {self.protocol!r}"
            raise BadArgument(f"{self.name}: {unknown(what, self.protocol, POINTS)}")
        for name in ("before", "after", "points"):
            arguments.lines(f"{self.name}: {name}", getattr(self, name))
        for name in ("closes", "endless", "abridged"):
            arguments.switch(f"{self.name}: {name}", getattr(self, name))
        if self.endless and not self.after:
            raise BadArgument(f"{self.name}: endless=True: wanted lines in after, to go on with")
        for text in (self.text, self.challenge, *self.before, *self.after):
            _require_placeholders(self.name, text)
        for name in ("challenge", "evidence", "source", "reference"):
            if not isinstance(getattr(self, name), str):
                raise BadArgument(f"{self.name}: {name}={getattr(self, name)!r}: wanted text")
        is_number = isinstance(self.delay, int | float) and not isinstance(self.delay, bool)
        if not is_number or not 0 <= self.delay < inf:
            raise BadArgument(f"{self.name}: delay={self.delay!r}: wanted seconds from 0")

    def __str__(self) -> str:
        return self.name

    @property
    def __name__(self) -> str:
        """What pytest calls it in the id of a parametrized test."""
        return self.name

    def __repr__(self) -> str:
        known = f" ({self.certainty})" if self.evidence else ""
        code = "" if self.code is None else f" {self.code}"
        first = self.text.partition("\n")[0]
        return f"<{self.name}: {self.answer}{code} {first!r}{known}>"

    @property
    def certainty(self) -> Certainty:
        """Whether a server has been seen to say exactly this, or only a part of it, or neither."""
        letters = set(self.evidence.split("+"))
        if not letters & _SEEN or "K" in letters:
            return "unverified"
        return "abridged" if self.abridged else "verified"

    @property
    def is_verified(self) -> bool:
        """Whether a server has been seen to say exactly this: nothing of it is ours, or memory."""
        return self.certainty == "verified"

    def belongs_at(self, point: str) -> bool:
        """Whether a server can say it at this point.

        Raises:
            BadArgument: a point that the protocol does not have.
        """
        possible = POINTS[self.protocol]
        by_spelling = {one.upper(): one for one in possible}
        if not isinstance(point, str) or point.upper() not in by_spelling:
            raise BadArgument(unknown(f"point {point!r} in {self.protocol}", point, possible))
        point = by_spelling[point.upper()]
        plain = point.removeprefix("UID ")
        return not self.points or not {point, plain, "any"}.isdisjoint(self.points)


Preset = Failure
"""The name for those that a test words itself."""


def _require_placeholders(name: str, text: object) -> None:
    """Refuse a misspelt placeholder; other words in braces are text."""
    words = re.findall(r"\{(\w+)\}", text) if isinstance(text, str) else ()
    for word in words:
        if word not in PLACEHOLDERS and nearest_spelling(word, PLACEHOLDERS):
            what = f"placeholder {{{word}}}"
            raise BadArgument(f"{name}: {unknown(what, word, PLACEHOLDERS)}")


def checked(failure: object, protocol: str, point: str | None = None) -> Failure:
    """Return what a test author gave as a failure.

    Raises:
        BadArgument: it is none, or of another protocol, or cannot happen at the point.
    """
    if not isinstance(failure, Failure):
        raise BadArgument(f"no preset: {failure!r}; wanted a Preset, or a failure of a provider")
    if failure.protocol != protocol:
        raise BadArgument(f"{failure} is for {failure.protocol}, not for {protocol}")
    if point is not None and not failure.belongs_at(point):
        places = " or ".join(f"when({place!r})" for place in failure.points)
        raise BadArgument(
            f"{failure} cannot happen at {point!r}; it belongs at {places}, "
            f"and {protocol}.fail({failure}) puts it there"
        )
    return failure


def failure_step(failure: Failure, clock: Clock, hostname: str) -> Step:
    """Return the step that speaks as the failure says; of a login, once its client has spoken."""

    def fill(text: str, exchange: Exchange) -> str:
        return filled(text, exchange, clock, hostname)

    say = _saying(failure, fill)
    shape = answers.named(failure.answer, failure.protocol, failure.text, failure.code)
    spoken = partial(
        Step,
        kind=StepKind.ANSWER,
        comes_by_itself=shape.comes_by_itself,
        awaits_login=True,
        is_end=failure.closes or failure.endless or shape.is_end,
    )
    if not failure.challenge:
        return spoken(say)

    def challenge(exchange: Exchange, effects: Effects) -> Effects:
        return (
            [*effects, Send(_challenge(failure))]
            if takes_challenge(exchange)
            else say(exchange, effects)
        )

    return spoken(challenge, conclusion=say)


def _challenge(failure: Failure) -> bytes:
    from base64 import b64encode

    word = b"334 " if failure.protocol == "smtp" else b"+ "
    return word + b64encode(failure.challenge.encode()) + b"\r\n"


def _saying(failure: Failure, fill: Callable[[str, Exchange], str]) -> Change:
    def lines(texts: tuple[str, ...], exchange: Exchange) -> list[Send]:
        return [Send(answers.lines_of(fill(text, exchange))) for text in texts]

    def change(exchange: Exchange, effects: Effects) -> Iterator[Effect]:
        text = fill(failure.text, exchange)
        answer = answers.named(failure.answer, failure.protocol, text, failure.code)
        said = list(answer.change(exchange, ()))
        yield from effects
        if failure.delay:
            yield Pause(failure.delay)
        yield from lines(failure.before, exchange)
        yield from (effect for effect in said if not isinstance(effect, Close))
        after = lines(failure.after, exchange)
        yield from after
        if failure.endless:
            # The client's reading sets the pace, and the kernel's buffers how much waits for it.
            yield Later(0, repeat(Send(b"".join(each.data for each in after) * _AT_ONCE)))
        if failure.closes or Close() in said:
            yield Close()

    return change


def filled(text: str, exchange: Exchange, clock: Clock, hostname: str) -> str:
    """Put the exchange's facts in the place of their names."""
    if "{" not in text:
        return text
    recipient = str(exchange.recipients[-1]) if exchange.recipients else ""
    sender = exchange.sender or ""
    client = exchange.connection.client or exchange.connection.peer[0]
    now = datetime.fromtimestamp(clock.time(), UTC)
    opaque = _opaque(exchange)
    facts = {
        "recipient": recipient,
        "domain": recipient.rpartition("@")[2],
        "sender": sender,
        "sender_domain": sender.rpartition("@")[2],
        "address": recipient or sender,
        "mailbox": exchange.mailbox or "",
        "user": exchange.connection.user or exchange.user or "",
        "verb": exchange.verb,
        "argument": "" if exchange.is_secret else exchange.argument,
        "number": "" if exchange.is_secret else exchange.argument.partition(" ")[0],
        "peer": client,
        "ip": client,
        "host": hostname,
        "time": f"{now:%Y-%m-%dT%H:%M:%S}.{now.microsecond // 1000:03}Z",
        "date_time": f"{now:%Y-%m-%d %H:%M:%S}",
        "rfc_time": f"{now:%a, %d %b %Y %H:%M:%S} +0000",
        "unixtime": f"{now.timestamp():.0f}",
        "id": opaque,
        "ID": opaque.upper(),
    }
    for name, fact in facts.items():
        text = text.replace(f"{{{name}}}", fact)
    return text


def _opaque(exchange: Exchange) -> str:
    """Return what looks like a session's id; the same exchange always has the same."""
    from hashlib import blake2b

    facts = f"{exchange.connection.number} {exchange.verb} {exchange.tag} {exchange.recipients}"
    return blake2b(facts.encode(), digest_size=8).hexdigest()
