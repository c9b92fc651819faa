"""Rates: so many messages, recipients, connections … in so much time."""

from collections import deque
from collections.abc import Iterable, Iterator

from pytest_fakemail.clock import Duration
from pytest_fakemail.errors import BadArgument
from pytest_fakemail.policies.policy import (
    ALL,
    MAIL,
    READING,
    Behaviour,
    Place,
    Policy,
    Refusal,
    is_accepted,
    one_of,
    positive,
    some_seconds,
)
from pytest_fakemail.policies.replies import Reply
from pytest_fakemail.policies.visits import FAREWELLS, LOGINS, Visit
from pytest_fakemail.wire.effects import Effect, Send
from pytest_fakemail.wire.exchange import END_OF_DATA, Exchange

WHAT = ("messages", "recipients", "connections", "logins", "commands", "octets")
BY = ("account", "client", "connection", "sender", "recipient", "server")
AT = ("MAIL", "RCPT", "DATA", "end-of-data")

_LATER = "-ERR [SYS/TEMP] "
TOO_FAST = {
    "messages": Reply("rate.messages", smtp="450 4.7.1 Error: too much mail from {client}"),
    "recipients": Reply(
        "rate.recipients", smtp="450 4.7.1 Error: too many recipients from {client}"
    ),
    "connections": Reply(
        "rate.connections",
        smtp="421 4.7.0 {host} Error: too many connections from {client}",
        pop3=f"{_LATER}Too many connections, try again later",
        imap="BYE [UNAVAILABLE] Too many connections, try again later",
    ),
    "logins": Reply(
        "rate.logins",
        smtp="454 4.7.0 Too many login attempts, please try again later.",
        pop3=f"{_LATER}Too many login attempts, try again later",
        imap="NO [LIMIT] Too many login attempts, try again later",
    ),
    "commands": Reply(
        "rate.commands",
        smtp="450 4.7.1 Error: too many commands from {client}",
        pop3=f"{_LATER}Rate limit hit",
        imap="NO [LIMIT] Rate limit hit",
    ),
    "octets": Reply(
        "rate.octets",
        pop3=f"{_LATER}Bandwidth limit exceeded, try again later",
        imap="BYE [OVERQUOTA] Account exceeded command or bandwidth limits.",
    ),
}
"""What is said of each kind, in the words of Postfix's anvil, of Gmail and of Yahoo."""

_PROTOCOLS = {"messages": MAIL, "recipients": MAIL, "octets": READING}
_LOGIN_BEGINS = ("AUTH", "AUTHENTICATE", "LOGIN", "PASS", "APOP")
_POINTS = {
    "messages": ("MAIL",),
    "recipients": ("RCPT",),
    "connections": ("connect",),
    "logins": _LOGIN_BEGINS,
    "octets": ("FETCH", "RETR", "TOP"),
}
_COUNTED = {"messages": (END_OF_DATA,), "recipients": ("RCPT",)}


def rate_limit(
    *,
    per: Duration,
    messages: int | None = None,
    recipients: int | None = None,
    connections: int | None = None,
    logins: int | None = None,
    commands: int | None = None,
    octets: int | None = None,
    by: str = "client",
    at: str | None = None,
    reply: str | None = None,
) -> Policy:
    """Refuse what is more than so much in any time of this length: ``messages=30, per="1m"``.

    Messages and recipients count when they are accepted, logins and connections when they are
    tried, octets when they are sent (of FETCH, RETR and TOP).  What is refused does not count.

    Args:
        per: how long the time is: ``"1m"``, ``"1d"``.
        messages: so many of these, or of one of the following; one kind a policy.
        recipients: see `messages`.
        connections: see `messages`.
        logins: see `messages`.
        commands: see `messages`.
        octets: see `messages`; for POP3 and IMAP.
        by: whose count it is: ``"client"`` (address), ``"account"`` (nobody's before login),
            ``"connection"``, ``"sender"``, ``"recipient"`` or the whole ``"server"``'s.
        at: where messages are refused: ``"MAIL"``, if not by recipient, ``"RCPT"``, ``"DATA"``
            or ``"end-of-data"``.
        reply: the reply in other words.

    Raises:
        BadArgument: none or several kinds, or a value that there is not.
    """
    given = {
        "messages": messages,
        "recipients": recipients,
        "connections": connections,
        "logins": logins,
        "commands": commands,
        "octets": octets,
    }
    what, most = _one_kind(given)
    by = one_of("by", by, BY)
    if by in ("sender", "recipient") and what not in ("messages", "recipients"):
        raise BadArgument(f"by={by!r}: {what} have no {by}")
    points = _points(what, by, at)
    window = some_seconds("per", per)
    return Policy(
        f"rate_limit of {most} {what} by {by}",
        _PROTOCOLS.get(what, ALL),
        lambda place: _Rate(place, what, most, window, by, points),
        (TOO_FAST[what],),
        reply,
    )


def _one_kind(given: dict[str, int | None]) -> tuple[str, int]:
    """Return what is limited, and to how many."""
    wanted = [(what, number) for what, number in given.items() if number is not None]
    if len(wanted) != 1:
        raise BadArgument(f"rate_limit(): wanted one of {', '.join(WHAT)}, got {len(wanted)}")
    [(what, most)] = wanted
    positive(what, most)
    return what, most


def _points(what: str, by: str, at: str | None) -> tuple[str, ...]:
    """Return where what is too much is refused."""
    if what == "messages":
        return (one_of("at", at or ("RCPT" if by == "recipient" else "MAIL"), AT),)
    if at is not None:
        raise BadArgument(f"at={at!r}: that is for messages; {what} are refused where they come")
    # Some mechanisms tell whose login it is when it is under way.
    return LOGINS if (what, by) == ("logins", "account") else _POINTS.get(what, ())


class _Rate(Behaviour):
    def __init__(  # noqa: PLR0917  (it is what it is)
        self, place: Place, what: str, most: int, window: float, by: str, points: tuple[str, ...]
    ) -> None:
        super().__init__(place)
        self.what, self.most, self.window, self.by = what, most, window, by
        self.points = points
        self.counted = _COUNTED.get(what)
        self.verbs = None if what == "commands" else (*points, *(self.counted or ()))
        self.events: dict[str, deque[tuple[float, int]]] = {}
        self.logins: dict[int, Exchange] = {}

    def instead(self, visit: Visit) -> Refusal | None:
        if not self._is_met(visit, self.points) or self._is_known(visit):
            return None
        for key in self._keys(visit):
            left = self._left(key, visit.now)
            if left > 0:
                why = f"{key or 'everybody'}, {left:.0f} s left"
                facts: dict[str, object] = {
                    "seconds": f"{max(left, 1):.0f}",
                    "most": self.most,
                    "by": self.by,
                }
                closes = self.what in ("connections", "octets")
                return Refusal(TOO_FAST[self.what], why, facts, closes=closes)
        if self.counted is None and self.what != "octets":
            self._count(visit)
        return None

    def answered(self, visit: Visit, answer: bytes) -> None:
        if self.counted is not None and visit.verb in self.counted and is_accepted(answer, visit):
            self._count(visit)

    def after(self, visit: Visit, effects: Iterable[Effect]) -> Iterable[Effect]:
        if self.what == "octets" and visit.verb in self.points:
            return self._measured(visit, effects)
        return effects

    def _measured(self, visit: Visit, effects: Iterable[Effect]) -> Iterator[Effect]:
        for effect in effects:
            if isinstance(effect, Send):
                self._count(visit, len(effect.data))
            yield effect

    def _is_met(self, visit: Visit, points: tuple[str, ...]) -> bool:
        if self.what == "commands":
            return visit.is_command and visit.verb not in FAREWELLS
        return visit.verb in points

    def _is_known(self, visit: Visit) -> bool:
        """Whether this goes on with an account's login that was counted, or refused, already."""
        if self.points is not LOGINS or self.account_of(visit) is None:
            return False
        number, login = visit.guest.connection.number, visit.exchange.continues or visit.exchange
        is_known = self.logins.get(number) is login
        self.logins[number] = login
        return is_known

    def _count(self, visit: Visit, amount: int = 1) -> None:
        for key in self._keys(visit):
            self.events.setdefault(key, deque()).append((visit.now, amount))

    def _left(self, key: str, now: float) -> float:
        """Return the seconds until there is room again, nothing if there is some."""
        events = self.events.get(key)
        while events and now - events[0][0] >= self.window:
            events.popleft()
        if not events or sum(amount for _, amount in events) < self.most:
            return 0.0
        return events[0][0] + self.window - now

    def _keys(self, visit: Visit) -> list[str]:
        match self.by:
            case "account":
                account = self.account_of(visit)
                return [] if account is None else [account]
            case "connection":
                return [f"connection {visit.guest.connection.number}"]
            case "sender":
                return [visit.sender.lower()]
            case "recipient":
                named = visit.exchange.recipients
                chosen = named[-1:] if visit.verb == "RCPT" else named
                return [address.lower() for address in chosen]
            case "server":
                return [""]
            case _:
                return [visit.client]
