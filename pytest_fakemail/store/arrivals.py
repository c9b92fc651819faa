"""Messages on their way into a mailbox: new ones, and copies of those that are in another."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import datetime
from operator import attrgetter
from typing import TYPE_CHECKING, Self

from pytest_fakemail.dataclass import dataclass
from pytest_fakemail.errors import BadArgument
from pytest_fakemail.store.content import Content
from pytest_fakemail.store.flags import DELETED
from pytest_fakemail.store.impossible import Impossible
from pytest_fakemail.store.message import Message
from pytest_fakemail.store.numbers import LARGEST_UID, ModSeq, Uid

if TYPE_CHECKING:
    from pytest_fakemail.store.flags import Flags

_FLAGS = attrgetter("flags")
_TURN = 512


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message on its way into a mailbox; `raw` may be a Content that is there already."""

    raw: bytes | Content
    flags: Collection[str] = ()
    internal_date: datetime | None = None
    uid: int | None = None


def check(arrivals: Iterable[Arrival], uidnext: int, name: str) -> None:
    """See that messages can have the UIDs and dates that they want, in the mailbox of this name.

    Raises:
        Impossible: LIMIT, there is no UID left.
        BadArgument: a UID that was or could have been used, or a date without zone.
    """
    lowest = uidnext
    for arrival in arrivals:
        uid = lowest if arrival.uid is None else arrival.uid
        if lowest > LARGEST_UID:
            raise Impossible(f"no UIDs are left in {name}", "LIMIT")
        if not lowest <= uid <= LARGEST_UID:
            raise BadArgument(f"no new UID for {name}: {uid}; it must be {lowest} or more")
        if arrival.internal_date is not None and arrival.internal_date.tzinfo is None:
            raise BadArgument(f"no internal date: {arrival.internal_date!r} has no time zone")
        lowest = uid + 1


class Copies:
    r"""Copies of messages, made beforehand: `Mailbox.admit` lets them in all at once.

    To copy a hundred thousand takes a while.  Whoever is to serve others meanwhile takes the
    turns of `made`; without numbers as they are, the copies are in no mailbox yet.

    They are numbered for the mailbox that they are meant for, as it is at the start; if others
    come into it meanwhile, `number` gives them others.

    Attributes:
        messages: the copies made so far.
        octets, plain_octets: the sizes of their contents together, as they came and as IMAP
            gives them out.
        flags: how many have which flags.
        deleted: the UIDs of those with ``\Deleted``.
    """

    __slots__ = ("_first", "_modseq", "deleted", "flags", "messages", "octets", "plain_octets")

    def __init__(self, first: int = 0, modseq: int = 0) -> None:
        self._first = first
        self._modseq = modseq
        self.messages: list[Message] = []
        self.octets = 0
        self.plain_octets = 0
        self.flags: Counter[Flags] = Counter()
        self.deleted: list[Uid] = []

    @classmethod
    def of(cls, sources: Sequence[Message], now: datetime) -> Self:
        """Return copies of these messages, made at once."""
        copies = cls()
        for _ in copies.made(sources, now):
            pass
        return copies

    def made(self, sources: Sequence[Message], now: datetime) -> Iterator[None]:
        """Copy messages, a few at a turn, with the flags that they have then."""
        modseq = ModSeq(self._modseq)
        for start in range(0, len(sources), _TURN):
            if start:
                yield
            some = sources[start : start + _TURN]
            first = self._first + start
            turn = [
                Message(
                    Uid(uid),
                    one.content,
                    one.flags,
                    modseq,
                    internal_date=one.internal_date,
                    save_date=now,
                )
                for uid, one in enumerate(some, first)
            ]
            self.messages += turn
            self.octets += sum([len(one.content.raw) for one in turn])
            self.plain_octets += sum([len(one.plain.raw) for one in turn])
            self.flags.update(map(_FLAGS, turn))
            self.deleted += _deleted(turn)

    def number(self, first: int, modseq: ModSeq) -> None:
        """Give them ascending UIDs, and a modification sequence, unless they have these."""
        if (first, modseq) != (self._first, self._modseq):
            for uid, message in enumerate(self.messages, first):
                message.uid = Uid(uid)
                message.modseq = modseq
            self._first, self._modseq = first, modseq
            self.deleted = _deleted(self.messages)

    def lose(self, forbids: Callable[[str], bool]) -> None:
        """Take flags from the copies that they must not have where they come to."""
        kept = {flags: frozenset(flags) - {*filter(forbids, flags)} for flags in self.flags}
        if any(flags != left for flags, left in kept.items()):
            for message in self.messages:
                message.flags = kept[message.flags]
            self.flags = Counter(map(_FLAGS, self.messages))
            self.deleted = _deleted(self.messages)


def _deleted(messages: Iterable[Message]) -> list[Uid]:
    return [message.uid for message in messages if DELETED in message.flags]


def check_uidvalidity(new: int, old: int) -> None:
    """Refuse a UIDVALIDITY that is none, or is not new.

    Raises:
        BadArgument: it is.
    """
    if new == old or not 0 < new <= LARGEST_UID:
        raise BadArgument(
            f"no new UIDVALIDITY: {new}; a number from 1 to {LARGEST_UID} other than {old}"
        )
