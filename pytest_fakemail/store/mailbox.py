"""A mailbox: messages in order of UID, and the log of what happens to them.

Whoever reads `messages` and keeps it sees a consistent past: arrivals are appended to
the list, but an expunge puts a new list in its place.  So a session's snapshot costs
nothing, see `store.view`.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from operator import attrgetter
from typing import cast
from weakref import ref

from pytest_fakemail.store.arrivals import Arrival, Copies, check, check_uidvalidity
from pytest_fakemail.store.changes import Added, Change, ChangeLog, Expunged, Flagged, Regranted
from pytest_fakemail.store.content import Content, new_content
from pytest_fakemail.store.departures import at_or_after, taken_out
from pytest_fakemail.store.flags import NO_FLAGS, SEEN, Flags, FlagSets
from pytest_fakemail.store.impossible import Impossible
from pytest_fakemail.store.message import Message, renumbered
from pytest_fakemail.store.numbers import LARGEST_UID, ModSeq, Uid
from pytest_fakemail.store.registry import Listener, Registry
from pytest_fakemail.store.rights import Rights
from pytest_fakemail.store.tally import Tally
from pytest_fakemail.store.usage import Usage

_UID = attrgetter("uid")


class Mailbox:
    r"""One mailbox of an account.  Usable from any thread; every change is one step.

    `attributes` are what LIST shows besides the hierarchy: its special uses
    (``\Sent``, RFC 6154).  `rights` bind clients; whoever calls a method here has asked them.
    One that is `fixed` can be neither deleted nor renamed; what is copied into one that
    `is_mere_label` needs no more room; `labels_of` tells the labels of a message, where there are
    any (`store.labels`).
    """

    fixed = False
    is_mere_label = False
    labels_of: Callable[[Message], list[str]] | None = None

    __slots__ = (
        "_flag_sets",
        "_highest_modseq",
        "_listeners",
        "_seen_below",
        "_tally",
        "attributes",
        "is_deleted",
        "log",
        "mailbox_id",
        "messages",
        "name",
        "recent_from",
        "registry",
        "rights",
        "uidnext",
        "uidvalidity",
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
        self.log = ChangeLog(registry)
        self.is_deleted = False
        self.rights = Rights()
        self._highest_modseq = 1
        self._seen_below = 1
        self.registry = registry
        self._tally = Tally(usage)
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
    def octets(self) -> int:
        """The sizes of all messages together, as IMAP gives them out (RFC 9051 §6.3.11)."""
        return self._tally.octets

    @property
    def unseen_count(self) -> int:
        r"""How many messages have no ``\Seen``."""
        return self._tally.unseen

    @property
    def deleted(self) -> set[Uid]:
        r"""The UIDs of the messages with ``\Deleted``."""
        return self._tally.deleted

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
            is_first = messages[0].uid >= self._seen_below
            index = 0 if is_first else at_or_after(messages, self._seen_below)
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
            check(arrivals, self.uidnext, self.name)
            self._flag_sets.learn(flag for one in arrivals for flag in one.flags)
            if not arrivals:
                return []
            now = registry.clock.now()
            modseq = self._next_modseq()
            added = [self._add(arrival, now, modseq) for arrival in arrivals]
            self._happened(Added(modseq, [message.uid for message in added]))
        return added

    def _add(self, arrival: Arrival, now: datetime, modseq: ModSeq) -> Message:
        raw, flags = arrival.raw, arrival.flags
        uid = self.uidnext if arrival.uid is None else Uid(arrival.uid)
        if not isinstance(raw, Content):
            raw = new_content(self.registry, raw)
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
        self._tally.add(message)
        return message

    def copy(self, messages: Iterable[Message], target: "Mailbox") -> Sequence[Message]:
        """Add copies of these messages to another mailbox (or this one); return the copies."""
        return target.admit(Copies.of(list(messages), self.registry.clock.now()))

    def move(self, messages: Iterable[Message], target: "Mailbox") -> Sequence[Message]:
        """Copy these messages and take them out here, as one step; return the copies."""
        messages = list(messages)
        copies = Copies.of(messages, self.registry.clock.now())
        return self.hand_over([message.uid for message in messages], copies, target)

    def hand_over(
        self, uids: Iterable[int], copies: Copies, target: "Mailbox"
    ) -> Sequence[Message]:
        """Let another mailbox admit copies that were made of these, and take them out here."""
        with self.registry:
            admitted = target.admit(copies)
            self.detach(uids)
        return admitted

    def admit(self, copies: Copies) -> Sequence[Message]:
        """Add copies that were made beforehand, as one change; return them.

        Raises:
            Impossible: LIMIT, there are not so many UIDs left, or too many keywords.
        """
        added = copies.messages
        with self.registry:
            first, behind = self.uidnext, Uid(self.uidnext + len(added))
            if behind - 1 > LARGEST_UID:
                raise Impossible(f"no UIDs are left in {self.name}", "LIMIT")
            if not added:
                return []
            self._flag_sets.learn(flag for flags in copies.flags for flag in flags)
            modseq = self._next_modseq()
            uids = cast("Sequence[Uid]", range(first, behind))
            copies.number(first, modseq)
            self._share_flags(copies)
            self.messages += added
            self.uidnext = behind
            self._tally.add_copies(copies)
            self._happened(Added(modseq, uids))
        return added

    def _share_flags(self, copies: Copies) -> None:
        """Give copies the sets and spellings of flags that this mailbox has."""
        shared = {flags: self._flag_sets.shared(flags) for flags in copies.flags}
        if any(flags != own for flags, own in shared.items()):
            for message in copies.messages:
                message.flags = shared[message.flags]

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
        with self.registry:
            wanted = self._flag_sets.shared(flags)
            if spared is None:
                return self._change_flags(messages, lambda _: wanted, author)
            return self._change_flags(messages, lambda old: wanted | {*filter(spared, old)}, author)

    def add_flags(
        self, messages: Iterable[Message], flags: Iterable[str], *, author: object | None = None
    ) -> list[Message]:
        """Add flags to messages; return those that did not have them all."""
        with self.registry:
            added = self._flag_sets.shared(flags)
            return self._change_flags(messages, lambda old: old | added, author)

    def remove_flags(
        self, messages: Iterable[Message], flags: Iterable[str], *, author: object | None = None
    ) -> list[Message]:
        """Take flags from messages; return those that had one of them."""
        removed = self._flag_sets.known(flags)
        return self._change_flags(messages, lambda old: old - removed, author)

    def _change_flags(
        self,
        messages: Iterable[Message],
        change: Callable[[Flags], Flags],
        author: object | None,
    ) -> list[Message]:
        with self.registry:
            # Messages share their sets of flags, so a set is changed once for all that have it.
            groups: defaultdict[Flags, list[Message]] = defaultdict(list)
            # A view's messages are ascending, and each is there once.
            asked = list(dict.fromkeys(messages) if author is None else messages)
            for message in asked:
                if not message.is_expunged:
                    groups[message.flags].append(message)
            modseq = ModSeq(self._highest_modseq + 1)
            changed: list[Message] = []
            for old, group in groups.items():
                new = self._flag_sets.kept(change(old))
                if new != old:
                    for message in group:
                        message.flags = new
                        message.modseq = modseq
                    self._tally.flag(group, old, new)
                    changed += group
            if changed:
                if author is not None and len(changed) == len(asked):
                    changed = asked
                elif len(groups) > 1 or author is None:
                    changed.sort(key=_UID)
                self._log_flagged(_uids(changed), author)
        return changed

    def _log_flagged(self, uids: Sequence[Uid], author: object | None) -> None:
        self._seen_below = min(self._seen_below, uids[0])
        self._happened(Flagged(self._next_modseq(), uids, None if author is None else ref(author)))

    # --- messages go -------------------------------------------------------------------

    def expunge(self, uids: Iterable[int]) -> list[Uid]:
        """Remove messages; return the UIDs of those that were there, ascending."""
        with self.registry:
            gone, left = taken_out(self.messages, set(uids))
            if not gone:
                return []
            self.messages = left
            for message in gone:
                message.is_expunged = True
            self._tally.remove(gone)
            expunged = [message.uid for message in gone]
            self._happened(Expunged(self._next_modseq(), expunged))
        return expunged

    def detach(self, uids: Iterable[int]) -> list[Uid]:
        """Remove messages that are elsewhere now; `store.labels` tells that from `expunge`."""
        return self.expunge(uids)

    def change_uidvalidity(self, uidvalidity: int | None = None) -> None:
        """Number the messages anew, from 1; a larger UIDVALIDITY by default.

        Sessions that have the mailbox selected are ended, for all that they know is void.

        Raises:
            BadArgument: the value in use, or one that does not fit 32 bits.
        """
        with self.registry as registry:
            if uidvalidity is None:
                uidvalidity = self.registry.uidvalidity_above(self.uidvalidity)
            check_uidvalidity(uidvalidity, self.uidvalidity)
            self.uidvalidity = uidvalidity
            modseq = self._next_modseq()
            for message in self.messages:
                # Who holds it knows it by a UID that is another message's now.
                message.is_expunged = True
            self.messages = renumbered(self.messages, modseq)
            self.uidnext = Uid(len(self.messages) + 1)
            self._tally.recount_deleted(self.messages)
            self.recent_from = self.uidnext
            self._seen_below = 1
            self.log = ChangeLog(self.registry)
            registry.touched(self._listeners)

    def discard(self) -> None:
        """Empty the mailbox for good: it was deleted; sessions that have it selected are ended."""
        with self.registry as registry:
            self.expunge([message.uid for message in self.messages])
            self.is_deleted = True
            registry.touched(self._listeners)

    def regranted(self) -> None:
        """Have sessions look what their users may do now: `rights` changed."""
        with self.registry:
            self._happened(Regranted(self.highest_modseq))
            self.registry.touched(self.registry.rights_listeners)

    def _happened(self, change: Change) -> None:
        self.log.append(change)
        self.registry.touched(self._listeners)

    def _next_modseq(self) -> ModSeq:
        self._highest_modseq += 1
        return ModSeq(self._highest_modseq)


def _uids(messages: Sequence[Message]) -> Sequence[Uid]:
    """Return the UIDs of messages, which ascend."""
    first, last = messages[0].uid, messages[-1].uid
    if last - first == len(messages) - 1:
        return cast("Sequence[Uid]", range(first, last + 1))
    return [message.uid for message in messages]
