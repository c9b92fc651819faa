r"""What a search asks for: the search keys of IMAP as values.

RFC 3501 §6.4.4, RFC 9051 §6.4.4; MODSEQ from RFC 7162, OLDER and YOUNGER from RFC 5032,
the SAVED keys from RFC 8514, EMAILID and THREADID from RFC 8474, FUZZY from RFC 6203.  Keys
that say the same in other words have no class of their own: UNSEEN is ``Not(Flag("\\Seen"))``,
NEW is ``And((Flag("\\Recent"), Not(Flag("\\Seen"))))``, SUBJECT x is ``Header("Subject", x)``.
`query.matching` finds the messages.
"""

from collections.abc import Callable, Container, Iterator
from datetime import date
from typing import Literal

from pytest_fakemail.dataclass import dataclass
from pytest_fakemail.store.message import Message


@dataclass(frozen=True, slots=True)
class All:
    """Every message."""


@dataclass(frozen=True, slots=True)
class Not:
    """The messages that `key` does not match."""

    key: "SearchKey"


@dataclass(frozen=True, slots=True)
class And:
    """The messages that every key matches; all of them if there is no key."""

    keys: tuple["SearchKey", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """The messages that one of the keys matches, or several."""

    keys: tuple["SearchKey", ...]


@dataclass(frozen=True, slots=True)
class Fuzzy:
    """The messages that `key` matches, and those that are near enough (RFC 6203 §3)."""

    key: "SearchKey"


@dataclass(frozen=True, slots=True)
class Flag:
    r"""A flag or keyword is set, in any case: ``\Seen``, ``$Forwarded``, ``\Recent``."""

    name: str


@dataclass(frozen=True, slots=True)
class Numbers:
    """The sequence number, or the UID, is one of these; ``*`` and ``$`` are resolved before."""

    numbers: Container[int]
    is_uid: bool = False


@dataclass(frozen=True, slots=True)
class Header:
    """A field of this name contains the text; with an empty text: there is such a field."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Body:
    """The body contains the text."""

    text: str


@dataclass(frozen=True, slots=True)
class Text:
    """The header or the body contains the text."""

    text: str


@dataclass(frozen=True, slots=True)
class Dated:
    """A date without regard to time and zone: of receipt, of the Date field, of saving."""

    which: Literal["internal", "sent", "saved"]
    relation: Literal["before", "on", "since"]
    day: date


@dataclass(frozen=True, slots=True)
class Within:
    """Received within the last so many seconds, or before them."""

    seconds: int
    relation: Literal["younger", "older"]


@dataclass(frozen=True, slots=True)
class Size:
    """More or fewer octets than these."""

    relation: Literal["larger", "smaller"]
    octets: int


@dataclass(frozen=True, slots=True)
class ModSeqSince:
    """The modification sequence is this or higher; one is kept for all flags together."""

    modseq: int
    flag: str | None = None
    kind: Literal["all", "shared", "priv"] = "all"


@dataclass(frozen=True, slots=True)
class EmailId:
    """The message has this EMAILID."""

    id: str


@dataclass(frozen=True, slots=True)
class ThreadId:
    """The message has this THREADID."""

    id: str


@dataclass(frozen=True, slots=True)
class SaveDateSupported:
    """The mailbox keeps save dates: every message of ours."""


@dataclass(frozen=True, slots=True)
class Satisfies:
    """The messages of which `test` is true: what only the asking side knows of."""

    test: Callable[[Message], bool]


class Unanswered:
    """What only the asking side can turn into a key, by `answered`, before anything is found."""

    __slots__ = ()


PropertyKey = Size | ModSeqSince | EmailId | ThreadId | Satisfies | Numbers
TextKey = Header | Body | Text
PlainKey = Flag | TextKey | Dated | Within | PropertyKey
SearchKey = All | Not | And | Or | Fuzzy | PlainKey | SaveDateSupported | Unanswered


def answered(key: SearchKey, answer: Callable[[Unanswered], SearchKey]) -> SearchKey:
    """Return the key with an answer in the place of all that was unanswered."""
    match key:
        case And(keys):
            return And(tuple(answered(inner, answer) for inner in keys))
        case Or(keys):
            return Or(tuple(answered(inner, answer) for inner in keys))
        case Not(inner):
            return Not(answered(inner, answer))
        case Fuzzy(inner):
            return Fuzzy(answered(inner, answer))
        case Unanswered():
            return answer(key)
        case _:
            return key


def leaves(key: SearchKey) -> Iterator[SearchKey]:
    """Yield the keys in a key that hold no others."""
    match key:
        case And(keys) | Or(keys):
            for inner in keys:
                yield from leaves(inner)
        case Not(inner) | Fuzzy(inner):
            yield from leaves(inner)
        case _:
            yield key


def is_fuzzy(key: SearchKey) -> bool:
    """Whether there is FUZZY in a key."""
    match key:
        case And(keys) | Or(keys):
            return any(map(is_fuzzy, keys))
        case Not(inner):
            return is_fuzzy(inner)
        case _:
            return isinstance(key, Fuzzy)


def is_scored(key: SearchKey) -> bool:
    """Whether messages match a key more or less: what is NOT near has no degrees."""
    match key:
        case And(keys) | Or(keys):
            return any(map(is_scored, keys))
        case _:
            return isinstance(key, Fuzzy)


def depth(key: SearchKey) -> int:
    """Return how many levels of keys that hold others there are in a key."""
    match key:
        case And(keys) | Or(keys):
            return 1 + max(map(depth, keys), default=0)
        case Not(inner) | Fuzzy(inner):
            return 1 + depth(inner)
        case _:
            return 0
