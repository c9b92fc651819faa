"""A mailbox: messages in order of UID, and the log of what happens to them.

Whoever reads `messages` and keeps it sees a consistent past: arrivals are appended to
the list, but an expunge puts a new list in its place.  So a session's snapshot costs
nothing, see `store.view`.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from weakref import ref

from pytest_fakemail.errors import BadArgument
from pytest_fakemail.store.changes import Added, ChangeLog, Expunged, Flagged
from pytest_fakemail.store.content import Content
from pytest_fakemail.store.flags import DELETED, NO_FLAGS, SEEN, Flags, FlagSets
from pytest_fakemail.store.message import Message
from pytest_fakemail.store.numbers import ModSeq, Uid
from pytest_fakemail.store.refusal import Refusal
from pytest_fakemail.store.registry import Listener, Registry
from pytest_fakemail.store.rights import Rights
from pytest_fakemail.store.usage import Usage

_UID = attrgetter("uid")
_MOST = 2**32 - 1
# Below this many a binary search each is faster than one pass over a big mailbox.
_FEW = 32


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message on its way into a mailbox; `raw` may be a Content that is there already."""

    raw: bytes | Content
    flags: Collection[str] = ()
    internal_date: datetime | None = None
    uid: int | None = None


def at_or_after(messages: Sequence[Message], uid: int, end: int | None = None) -> int:
    """Return the index of the first message whose UID is at least this."""
    return bisect_left(messages, uid, hi=end, key=_UID)


class Mailbox:
    r"""One mailbox of an account.  Usable from any thread; every change is one step.

    `attributes` are what LIST shows besides the hierarchy: its special uses
    (``\Sent``, RFC 6154).  `deleted` are the UIDs of messages with ``\Deleted``.  `rights`
    bind clients; whoever calls a method here has asked them.
    """

    __slots__ = (
        "_flag_sets",
        "_highest_modseq",
        "_listeners",
        "_seen_below",
        "_usage",
        "attributes",
        "deleted",
        "is_deleted",
        "log",
        "mailbox_id",
        "messages",
        "name",
        "octets",
        "recent_from",
        "registry",
        "rights",
        "uidnext",
        "uidvalidity",
        "unseen_count",
    )

    def __init__(
        self, name: str, registry: Registry, usage: Usage, *, attributes: tuple[str, ...] = ()
    ) -> None:
        self.name = name
        self.attributes = attributes
        self.mailbox_id = f"F{next(registry.mailbox_numbers)}"
        self.uidvalidity = next(registry.uidvalidities)
        self.uidnext = Uid(1)
        self.recent_from = Uid(1)
        self.messages: list[Message] = []
        self.log = ChangeLog()
        self.octets = 0
        self.unseen_count = 0
        self.deleted: set[Uid] = set()
        self.is_deleted = False
        self.rights = Rights()
        self._highest_modseq = 1
        self._seen_below = 1
        self.registry = registry
        self._usage = usage
        self._flag_sets = FlagSets()
        self._listeners: list[Listener] = []

    def __repr__(self) -> str:
        return f"<Mailbox {self.name!r}: {len(self.messages)} messages>"

    def __len__(self) -> int:
        return len(self.messages)

    @property
    def highest_modseq(self) -> ModSeq:
        """The modification sequence of the latest change (RFC 7162 §3.1.2)."""
        return ModSeq(self._highest_modseq)

    @property
    def keywords(self) -> tuple[str, ...]:
        """Every keyword that was ever set here, in order of first use."""
        return self._flag_sets.keywords

    def message(self, uid: int) -> Message | None:
        """Return the message with this UID, or None."""
        messages = self.messages
        index = at_or_after(messages, uid)
        return messages[index] if index < len(messages) and messages[index].uid == uid else None

    def first_unseen(self) -> int | None:
        r"""Return the index of the first message without ``\Seen``, or None.

        What is known to be seen is not looked at again.
        """
        with self.registry:
            if not self.unseen_count:
                return None
            messages = self.messages
            index = at_or_after(messages, self._seen_below)
            while SEEN in messages[index].flags:
                index += 1
            self._seen_below = messages[index].uid
            return index

    def subscribe(self, wake: Listener) -> Callable[[], None]:
        """Call `wake` after each change, in the changing thread, without the lock.

        Returns what ends that.
        """
        return self.registry.subscribe(wake, self._listeners)

    # --- messages come -----------------------------------------------------------------

    def append(
        self,
        raw: bytes | Content,
        *,
        flags: Collection[str] = (),
        internal_date: datetime | None = None,
        uid: int | None = None,
    ) -> Message:
        """Add a message; `internal_date` (aware) is now by default, `uid` the next one.

        Raises:
            BadArgument: a UID that was or could have been used, or a date without zone.
        """
        return self.append_many([Arrival(raw, flags, internal_date, uid)])[0]

    def append_many(self, arrivals: Iterable[Arrival]) -> list[Message]:
        """Add messages, all or none, as one change.

        Raises:
            BadArgument: a UID that was or could have been used, or a date without zone.
        """
        arrivals = list(arrivals)
        with self.registry as registry:
            self._check(arrivals)
            if not arrivals:
                return []
            now = registry.clock.now()
            modseq = self._next_modseq()
            added = [self._add(arrival, now, modseq) for arrival in arrivals]
            self.log.append(Added(modseq, [message.uid for message in added]))
            registry.touched(self._listeners)
        return added

    def _check(self, arrivals: list[Arrival]) -> None:
        lowest = int(self.uidnext)
        for arrival in arrivals:
            uid = lowest if arrival.uid is None else arrival.uid
            if lowest > _MOST:
                raise Refusal(f"no UIDs are left in {self.name}", "LIMIT")
            if not lowest <= uid <= _MOST:
                raise BadArgument(f"no new UID for {self.name}: {uid}; it must be {lowest} or more")
            if arrival.internal_date is not None and arrival.internal_date.tzinfo is None:
                raise BadArgument(f"no internal date: {arrival.internal_date!r} has no time zone")
            lowest = uid + 1

    def _add(self, arrival: Arrival, now: datetime, modseq: ModSeq) -> Message:
        raw, flags = arrival.raw, arrival.flags
        uid = self.uidnext if arrival.uid is None else Uid(arrival.uid)
        if not isinstance(raw, Content):
            raw = self.registry.content(raw)
        message = Message(
            uid,
            raw,
            self._flag_sets.shared(flags) if flags else NO_FLAGS,
            modseq,
            internal_date=arrival.internal_date or now,
            save_date=now,
        )
        self.messages.append(message)
        self.uidnext = Uid(uid + 1)
        self._count(message, 1)
        self.octets += len(raw.plain.raw)
        self._usage.add(1, len(raw.raw))
        return message

    def copy(self, messages: Iterable[Message], target: "Mailbox") -> list[Message]:
        """Add copies of these messages to another mailbox (or this one); return the copies."""
        return target.append_many(
            [Arrival(message.content, message.flags, message.internal_date) for message in messages]
        )

    def move(self, messages: Iterable[Message], target: "Mailbox") -> list[Message]:
        """Copy these messages and expunge them here, as one step; return the copies."""
        messages = list(messages)
        with self.registry:
            copies = self.copy(messages, target)
            self.expunge([message.uid for message in messages])
        return copies

    # --- messages change ---------------------------------------------------------------

    def set_flags(
        self,
        messages: Iterable[Message],
        flags: Iterable[str],
        *,
        spared: Callable[[str], bool] | None = None,
        author: object | None = None,
    ) -> list[Message]:
        """Give messages exactly these flags, and leave those spared; return the different ones."""
        wanted = self._flag_sets.shared(flags)
        if spared is None:
            return self._change_flags(messages, lambda _: wanted, author)
        return self._change_flags(messages, lambda old: wanted | set(filter(spared, old)), author)

    def add_flags(
        self, messages: Iterable[Message], flags: Iterable[str], *, author: object | None = None
    ) -> list[Message]:
        """Add flags to messages; return those that did not have them all."""
        added = self._flag_sets.shared(flags)
        return self._change_flags(messages, lambda old: old | added, author)

    def remove_flags(
        self, messages: Iterable[Message], flags: Iterable[str], *, author: object | None = None
    ) -> list[Message]:
        """Take flags from messages; return those that had one of them."""
        removed = self._flag_sets.shared(flags)
        return self._change_flags(messages, lambda old: old - removed, author)

    def _change_flags(
        self,
        messages: Iterable[Message],
        change: Callable[[Flags], Flags],
        author: object | None,
    ) -> list[Message]:
        with self.registry as registry:
            # Messages share their sets of flags, so a set is changed once for all that have it.
            groups: defaultdict[Flags, list[Message]] = defaultdict(list)
            for message in dict.fromkeys(messages):
                if not message.is_expunged:
                    groups[message.flags].append(message)
            changed: list[Message] = []
            for old, group in groups.items():
                new = self._flag_sets.kept(change(old))
                if new != old:
                    self._flag(group, old, new)
                    changed += group
            if changed:
                changed.sort(key=_UID)
                self._log_flagged(changed, author)
                registry.touched(self._listeners)
        return changed

    def _flag(self, messages: list[Message], old: Flags, new: Flags) -> None:
        """Give messages that all had the same flags others, and count them anew."""
        for message in messages:
            message.flags = new
        self.unseen_count += ((SEEN in old) - (SEEN in new)) * len(messages)
        if DELETED in new:
            self.deleted.update([message.uid for message in messages])
        elif DELETED in old:
            self.deleted.difference_update([message.uid for message in messages])

    def _log_flagged(self, changed: list[Message], author: object | None) -> None:
        modseq = self._next_modseq()
        for message in changed:
            message.modseq = modseq
        uids = [message.uid for message in changed]
        self._seen_below = min(self._seen_below, uids[0])
        self.log.append(Flagged(modseq, uids, None if author is None else ref(author)))

    # --- messages go -------------------------------------------------------------------

    def expunge(self, uids: Iterable[int]) -> list[Uid]:
        """Remove messages; return the UIDs of those that were there, ascending."""
        with self.registry as registry:
            gone = self._take_out(set(uids))
            if not gone:
                return []
            for message in gone:
                self._uncount(message)
            expunged = [message.uid for message in gone]
            self.log.append(Expunged(self._next_modseq(), expunged))
            registry.touched(self._listeners)
        return expunged

    def _take_out(self, uids: set[int]) -> list[Message]:
        """Put a list without these messages in the place of `messages`; return them."""
        messages = self.messages
        if len(uids) > _FEW:
            gone = [message for message in messages if message.uid in uids]
            if gone:
                self.messages = [message for message in messages if message.uid not in uids]
            return gone
        gone = [message for uid in sorted(uids) if (message := self.message(uid)) is not None]
        if gone:
            self.messages = messages.copy()
            for message in reversed(gone):
                del self.messages[at_or_after(self.messages, message.uid)]
        return gone

    def change_uidvalidity(self, uidvalidity: int | None = None) -> None:
        """Number the messages anew, from 1; a larger UIDVALIDITY by default.

        Sessions that have the mailbox selected are ended, for all that they know is void.

        Raises:
            BadArgument: the value in use, or one that does not fit 32 bits.
        """
        with self.registry as registry:
            if uidvalidity is None:
                uidvalidity = self._larger_uidvalidity()
            if uidvalidity == self.uidvalidity or not 0 < uidvalidity <= _MOST:
                raise BadArgument(
                    f"no new UIDVALIDITY: {uidvalidity}; a number from 1 to {_MOST} "
                    f"other than {self.uidvalidity}"
                )
            self.uidvalidity = uidvalidity
            modseq = self._next_modseq()
            for message in self.messages:
                # Who holds it knows it by a UID that is another message's now.
                message.is_expunged = True
            self.messages = [
                Message(
                    Uid(place),
                    message.content,
                    message.flags,
                    modseq,
                    internal_date=message.internal_date,
                    save_date=message.save_date,
                )
                for place, message in enumerate(self.messages, 1)
            ]
            self.uidnext = Uid(len(self.messages) + 1)
            self.deleted = {one.uid for one in self.messages if DELETED in one.flags}
            self.recent_from = self.uidnext
            self._seen_below = 1
            self.log = ChangeLog()
            registry.touched(self._listeners)

    def _larger_uidvalidity(self) -> int:
        larger = next(self.registry.uidvalidities)
        while larger <= self.uidvalidity:
            larger = next(self.registry.uidvalidities)
        return larger

    def discard(self) -> None:
        """Empty the mailbox for good: it was deleted; sessions that have it selected are ended."""
        with self.registry as registry:
            self.expunge([message.uid for message in self.messages])
            self.is_deleted = True
            registry.touched(self._listeners)

    # --- counting ----------------------------------------------------------------------

    def _next_modseq(self) -> ModSeq:
        self._highest_modseq += 1
        return ModSeq(self._highest_modseq)

    def _count(self, message: Message, by: int) -> None:
        flags = message.flags
        if SEEN not in flags:
            self.unseen_count += by
        if DELETED in flags:
            if by > 0:
                self.deleted.add(message.uid)
            else:
                self.deleted.discard(message.uid)

    def _uncount(self, message: Message) -> None:
        message.is_expunged = True
        self._count(message, -1)
        self.octets -= len(message.content.plain.raw)
        self._usage.add(-1, -len(message.content.raw))
