"""A policy: a standing rule of a server, as a test writes it, and what it does once it stands.

A `Policy` is a value without memory.  When a server enforces it, it begins a `Behaviour`, which
remembers, and is asked at each exchange that its criteria are for.
"""

from collections.abc import Callable, Collection, Iterable, Mapping

from pytest_fakemail.clock import Clock, Duration, seconds
from pytest_fakemail.dataclass import dataclass, field
from pytest_fakemail.domains import in_ascii
from pytest_fakemail.errors import BadArgument
from pytest_fakemail.policies.replies import Reply, checked
from pytest_fakemail.policies.visits import Guest, Visit
from pytest_fakemail.settings import Settings
from pytest_fakemail.spelling import unknown
from pytest_fakemail.store.store import Store
from pytest_fakemail.wire.effects import Effect

MAIL = ("smtp", "lmtp")
READING = ("pop3", "imap")
ALL = (*MAIL, *READING)


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a policy says instead of the server.

    `why` is for the transcript; `facts` fill the placeholders of the reply; with `closes` the
    connection ends; `text` is said in place of the reply's own, however that is worded.
    """

    reply: Reply
    why: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)
    closes: bool = False
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Reaction:
    """What a policy makes of an answer: effects put ahead of it, or another one in its place."""

    why: str
    ahead: tuple[Effect, ...] = ()
    instead: Refusal | None = None


@dataclass(slots=True, eq=False)
class Place:
    """Where policies stand: what a behaviour may look at, and how it speaks up by itself.

    `guests` are the open connections by their number; `farewell` makes the effects with which
    a server ends a connection unasked, and notes that.
    """

    clock: Clock
    settings: Settings
    store: Store
    protocol: str
    guests: Mapping[int, Guest]
    farewell: Callable[[Visit, Refusal], Iterable[Effect]]


class Behaviour:
    """A policy in force, with what it remembers; the base does nothing.

    `verbs` are the commands and moments at which it has anything to do, of IMAP without ``UID``;
    None is all of them.
    """

    verbs: Collection[str] | None = None

    def __init__(self, place: Place) -> None:
        self.place = place

    def account_of(self, visit: Visit) -> str | None:
        """Return whose account it is, by one name, however the client has written it."""
        user = visit.user
        account = None if user is None else self.place.store.account(user)
        name = user if account is None else account.name
        return None if name is None else name.casefold()

    def instead(self, visit: Visit) -> Refusal | None:
        """Refuse, so that nothing happens, or return None."""
        del visit
        return None

    def answered(self, visit: Visit, answer: bytes) -> Reaction | None:
        """Hear how it was answered, before the client does."""
        del visit, answer
        return None

    def after(self, visit: Visit, effects: Iterable[Effect]) -> Iterable[Effect]:
        """Return the answer as it is to be."""
        del visit
        return effects

    def overhears(self, visit: Visit) -> None:
        """Hear of a login at another protocol's server."""


@dataclass(frozen=True, slots=True)
class Policy:
    """A standing rule for ``enforce``; made by the functions of `pytest_fakemail.policies`.

    `name` is that of its function; `protocols` are those that can have it; `replies` what it may
    say; `wording` a text that the test wants in their place; `begin` makes its behaviour.
    """

    name: str
    protocols: tuple[str, ...]
    begin: Callable[[Place], Behaviour] = field(repr=False)
    replies: tuple[Reply, ...] = ()
    wording: str | None = None

    def __post_init__(self) -> None:
        """Refuse a wording that none of the protocols can send."""
        if self.wording is None:
            return
        mistakes: list[BadArgument] = []
        for protocol in self.protocols:
            try:
                checked(self.wording, protocol)
            except BadArgument as mistake:
                mistakes.append(mistake)
        if len(mistakes) == len(self.protocols):
            raise mistakes[0]

    def __repr__(self) -> str:
        return f"<policy {self.name}>"


def is_accepted(answer: bytes, visit: Visit) -> bool:
    """Whether an answer says that the command was done."""
    match visit.protocol:
        case "pop3":
            return answer.startswith(b"+")
        case "imap":
            status = status_of(answer, visit)
            return status in (b"OK", b"")
        case _:
            return answer[:1] in (b"2", b"3")


def status_of(answer: bytes, visit: Visit) -> bytes:
    """Return the status of IMAP's tagged response, nothing if there is none."""
    tag = visit.exchange.tag.encode() + b" "
    for line in answer.split(b"\r\n"):
        if line.startswith(tag):
            return line.removeprefix(tag).partition(b" ")[0]
    return b""


def positive(name: str, number: object) -> int:
    """Return a number from 1.

    Raises:
        BadArgument: it is none.
    """
    if isinstance(number, bool) or not isinstance(number, int) or number < 1:
        raise BadArgument(f"{name}={number!r}: wanted a whole number from 1")
    return number


def some_seconds(name: str, duration: Duration) -> float:
    """Return a duration in seconds that is longer than none.

    Raises:
        BadArgument: it is none, or nothing.
    """
    try:
        value = seconds(duration)
    except BadArgument as error:
        raise BadArgument(f"{name}={duration!r}: {error}") from None
    if not value:
        raise BadArgument(f"{name}={duration!r}: wanted more than no time")
    return value


def one_of(name: str, word: object, possible: tuple[str, ...]) -> str:
    """Return a word that is among the possible ones.

    Raises:
        BadArgument: it is not.
    """
    if not isinstance(word, str) or word not in possible:
        raise BadArgument(unknown(f"{name}={word!r}", word, possible))
    return word


def domain_of(address: str) -> str:
    """Return what is behind the last ``@``, in lower case and A-labels."""
    return in_ascii(address.rpartition("@")[2]) if "@" in address else ""
