"""Whether a rule is meant: the point of the conversation, and conditions on its facts.

A string equals the fact (addresses and INBOX in any case), a compiled pattern searches in
it, a callable decides, anything else is compared by ``==``.  What differs can be told.
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from itertools import islice

from pytest_fakemail.errors import BadArgument
from pytest_fakemail.wire.exchange import Exchange

ANY = "any"
PUSH = "push"
_UNASKED = (PUSH, "eof")

_SMTP = "EHLO HELO MAIL RCPT DATA BDAT RSET NOOP QUIT VRFY EXPN HELP AUTH STARTTLS ETRN"
_POP3 = "USER PASS APOP AUTH CAPA STLS STAT LIST RETR DELE NOOP RSET TOP UIDL UTF8 LANG QUIT"
_IMAP = """
    CAPABILITY NOOP LOGOUT ID ENABLE STARTTLS AUTHENTICATE LOGIN UNAUTHENTICATE
    SELECT EXAMINE CREATE DELETE RENAME SUBSCRIBE UNSUBSCRIBE LIST LSUB XLIST NAMESPACE STATUS
    APPEND IDLE DONE CLOSE UNSELECT CHECK EXPUNGE SEARCH SORT THREAD FETCH STORE COPY MOVE
    REPLACE GETQUOTA GETQUOTAROOT SETQUOTA GETMETADATA SETMETADATA GETACL SETACL DELETEACL
    LISTRIGHTS MYRIGHTS NOTIFY COMPRESS LANGUAGE
"""
POINTS: dict[str, tuple[str, ...]] = {
    "smtp": tuple(f"connect tls end-of-data push any {_SMTP} TURN SEND SOML SAML".split()),
    "lmtp": tuple(f"connect tls end-of-data push any LHLO {_SMTP}".split()),
    "pop3": tuple(f"connect tls any {_POP3}".split()),
    "imap": tuple(f"connect tls literal push any {_IMAP}".split()),
}
"""What each protocol's ``when`` can be told."""

_WITH_UID = ("FETCH", "STORE", "COPY", "MOVE", "SEARCH", "SORT", "THREAD", "EXPUNGE", "REPLACE")
_UID = "UID "

CONDITIONS: dict[str, tuple[str, ...]] = {
    "smtp": ("to", "sender", "user", "nth", "connection", "argument", "where"),
    "lmtp": ("to", "sender", "user", "nth", "connection", "argument", "where"),
    "pop3": ("user", "uid", "nth", "connection", "argument", "where"),
    "imap": ("user", "mailbox", "uid", "nth", "connection", "argument", "where"),
}

_NAMES_ONE = ("RCPT", "VRFY", "EXPN")


def _recipients(exchange: Exchange) -> Collection[object]:
    """RCPT is about the address that it names, DATA about all of them."""
    return exchange.recipients[-1:] if exchange.verb in _NAMES_ONE else exchange.recipients


def _users(exchange: Exchange) -> Collection[object]:
    """Who is logged in, or in a login command who wants to be."""
    user = exchange.connection.user or exchange.user
    return () if user is None else (user,)


_FACTS: dict[str, Callable[[Exchange], Collection[object]]] = {
    "to": _recipients,
    "sender": lambda exchange: () if exchange.sender is None else (exchange.sender,),
    "user": _users,
    "mailbox": lambda exchange: () if exchange.mailbox is None else (exchange.mailbox,),
    "uid": lambda exchange: exchange.uids,
    "connection": lambda exchange: (exchange.connection.number,),
    "argument": lambda exchange: (exchange.argument,),
}
_ADDRESSES = ("to", "sender", "user")
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Condition:
    """What an exchange must be for a rule to be meant."""

    protocol: str
    point: str
    facts: Mapping[str, object]
    nth: object = None
    """A number, several, or a function of one: which of those that fit are meant."""

    def is_at_point(self, exchange: Exchange) -> bool:
        """Whether the exchange is of this protocol and point, whatever its facts."""
        if exchange.connection.protocol != self.protocol:
            return False
        verb = exchange.verb
        if self.point == ANY:
            return verb not in _UNASKED
        return verb in (self.point, _UID + self.point)

    def differences(self, exchange: Exchange) -> list[str]:
        """Return what of the exchange's facts is not as wanted, a line each."""
        return [
            _difference(name, wanted, exchange)
            for name, wanted in self.facts.items()
            if not _holds(name, wanted, exchange)
        ]

    def counts(self, number: int) -> bool:
        """Whether the one with this number, of those that fit, is meant."""
        return self.nth is None or _is("nth", self.nth, number)

    def __str__(self) -> str:
        facts = dict(self.facts) if self.nth is None else {**self.facts, "nth": self.nth}
        words = "".join(f", {name}={shown(wanted)}" for name, wanted in facts.items())
        return f"{self.protocol}.when({self.point!r}{words})"


def is_known(protocol: str, verb: str) -> bool:
    """Whether the protocol knows this verb or moment."""
    return verb.removeprefix(_UID) in POINTS[protocol] or verb == "eof"


def condition(protocol: str, point: str, facts: Mapping[str, object]) -> Condition:
    """Return the condition that a test author wrote; None stands for no condition.

    Raises:
        BadArgument: a protocol, point or fact that there is not, or a value that the fact
            cannot have.
    """
    if protocol not in POINTS:
        raise BadArgument(f"no protocol {protocol!r}; there is {', '.join(POINTS)}")
    given = {name: wanted for name, wanted in facts.items() if wanted is not None}
    possible = CONDITIONS[protocol]
    for name, wanted in given.items():
        if name not in possible:
            raise BadArgument(
                f"no condition {name!r} for {protocol}; there is {', '.join(possible)}"
            )
        _check(name, wanted)
    nth = given.pop("nth", None)
    return Condition(protocol, _canonical(protocol, point), given, nth)


def _canonical(protocol: str, point: str) -> str:
    possible = POINTS[protocol]
    spelling = {name.lower(): name for name in possible}
    if protocol == "imap":
        spelling |= {(_UID + verb).lower(): _UID + verb for verb in _WITH_UID}
    words = " ".join(point.lower().split()) if isinstance(point, str) else None
    if words not in spelling:
        raise BadArgument(f"no point {point!r} in {protocol}; there is {', '.join(possible)}")
    return spelling[words]


def _check(name: str, wanted: object) -> None:
    if name == "where" and not callable(wanted):
        raise BadArgument(f"where={wanted!r}: wanted a function of the exchange")
    if name in ("uid", "connection", "nth"):
        if isinstance(wanted, int) and (isinstance(wanted, bool) or wanted < 1):
            raise BadArgument(f"{name}={wanted!r}: wanted a number from 1")
        if isinstance(wanted, str | bytes | float):
            raise BadArgument(f"{name}={wanted!r}: wanted a number or a set of numbers")
    if isinstance(wanted, bytes) or (
        isinstance(wanted, re.Pattern) and isinstance(wanted.pattern, bytes)
    ):
        raise BadArgument(f"{name}={wanted!r}: wanted text, not bytes")


def _holds(name: str, wanted: object, exchange: Exchange) -> bool:
    if name == "where":
        return callable(wanted) and bool(wanted(exchange))
    facts = _FACTS[name](exchange)
    if name == "uid" and isinstance(wanted, int):
        return wanted in facts
    return any(_is(name, wanted, fact) for fact in facts)


def _is(name: str, wanted: object, fact: object) -> bool:
    match wanted:
        case str():
            return _folded(name, wanted) == _folded(name, str(fact))
        case re.Pattern():
            return wanted.search(str(fact)) is not None
        case list() | tuple() | set() | frozenset() | range():
            return any(_is(name, one, fact) for one in wanted)
        case type():
            return bool(wanted == fact)
        case _:
            return bool(wanted(fact)) if callable(wanted) else bool(wanted == fact)


def _folded(name: str, text: str) -> str:
    if name in _ADDRESSES:
        return text.casefold()
    if name == "mailbox" and text.upper() == "INBOX":
        return "INBOX"
    return text


def _difference(name: str, wanted: object, exchange: Exchange) -> str:
    if name == "where":
        return f"where={shown(wanted)} said no"
    facts = list(islice(_FACTS[name](exchange), _SHOWN + 1))
    values = [repr(str(fact)) if isinstance(fact, str) else repr(fact) for fact in facts[:_SHOWN]]
    more = [] if len(facts) <= _SHOWN else ["…"]
    return f"{name} was {', '.join(values + more) or 'unknown'}, not {shown(wanted)}"


def shown(wanted: object) -> str:
    """Return a wanted value as a message shows it."""
    if isinstance(wanted, re.Pattern):
        return f"/{wanted.pattern}/"
    name = getattr(wanted, "__name__", None)
    return str(name) if callable(wanted) and name else repr(wanted)
