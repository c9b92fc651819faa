r"""Mailboxes in which each user has read what he has read himself: ``\Seen`` is his own.

To its owner a mailbox is as any other.  To everybody else it is a reading of it: the same messages
with the same UIDs, flags and rights, but for ``\Seen``, with a log and modification sequences of
its own, so that whoever reads logs needs to know nothing of it.  What is done to the one is done
to the other.  Made only with the setting `shared_seen`.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from pytest_fakemail.store.arrivals import Arrival, Copies
from pytest_fakemail.store.changes import Added, ChangeLog
from pytest_fakemail.store.flags import SEEN, Flags
from pytest_fakemail.store.mailbox import Mailbox
from pytest_fakemail.store.message import Message
from pytest_fakemail.store.numbers import Uid
from pytest_fakemail.store.registry import Registry
from pytest_fakemail.store.usage import Usage

_SEEN = frozenset((SEEN,))


class ReadMailbox(Mailbox):
    """A mailbox of which there may be readings; whatever happens to it happens to them."""

    __slots__ = ("readings",)

    def __init__(
        self, name: str, registry: Registry, usage: Usage, *, attributes: tuple[str, ...] = ()
    ) -> None:
        super().__init__(name, registry, usage, attributes=attributes)
        self.readings: dict[str, Reading] = {}

    def reading(self, user: str) -> "Reading":
        """Return the mailbox as a user reads it, who has seen nothing at first."""
        with self.registry:
            if user not in self.readings:
                self.readings[user] = Reading(self)
            return self.readings[user]

    def append_many(self, arrivals: Iterable[Arrival]) -> list[Message]:
        """Add messages; see `Mailbox`."""
        with self.registry:
            added = super().append_many(arrivals)
            self._show(added)
            return added

    def admit(self, copies: Copies) -> Sequence[Message]:
        """Add copies; see `Mailbox`."""
        with self.registry:
            added = super().admit(copies)
            self._show(added)
            return added

    def _show(self, added: Sequence[Message]) -> None:
        for reading in self.readings.values() if added else ():
            reading.show(added)

    def _change_flags(
        self, messages: Iterable[Message], change: Callable[[Flags], Flags], author: object | None
    ) -> list[Message]:
        with self.registry:
            changed = super()._change_flags(messages, change, author)
            for reading in self.readings.values() if changed else ():
                reading.follow(changed)
            return changed

    def share_flags(self, uids: dict[int, Flags]) -> None:
        r"""Give messages the flags that a reading has, but ``\Seen``."""
        groups: defaultdict[Flags, list[Message]] = defaultdict(list)
        for uid, flags in uids.items():
            message = self.message(uid)
            if message is not None and message.flags - _SEEN != flags:
                groups[flags].append(message)
        for flags, messages in groups.items():
            self._change_flags(messages, _but_seen(flags), None)

    def expunge(self, uids: Iterable[int]) -> list[Uid]:
        """Remove messages; see `Mailbox`."""
        with self.registry:
            gone = super().expunge(uids)
            for reading in self.readings.values() if gone else ():
                Mailbox.expunge(reading, gone)
            return gone

    def change_uidvalidity(self, uidvalidity: int | None = None) -> None:
        """Number the messages anew; see `Mailbox`."""
        with self.registry:
            super().change_uidvalidity(uidvalidity)
            for reading in self.readings.values():
                reading.begin()

    def discard(self) -> None:
        """Empty the mailbox for good; see `Mailbox`."""
        with self.registry:
            super().discard()
            for reading in self.readings.values():
                Mailbox.discard(reading)

    def regranted(self) -> None:
        """Have sessions look what their users may do now."""
        with self.registry:
            super().regranted()
            for reading in self.readings.values():
                Mailbox.regranted(reading)


class Reading(Mailbox):
    """A mailbox as one user reads it."""

    __slots__ = ("_original",)

    def __init__(self, original: ReadMailbox) -> None:
        super().__init__(original.name, original.registry, Usage())
        self._original = original
        self.rights = original.rights
        self.mailbox_id = original.mailbox_id
        self._flag_sets = original._flag_sets  # noqa: SLF001 (its own mailbox, once more)
        self.begin()

    def __getattribute__(self, name: str) -> object:
        # It is called as its original is, also when that is renamed.
        if name == "name":
            return object.__getattribute__(self, "_original").name
        return object.__getattribute__(self, name)

    def begin(self) -> None:
        """Read all messages from the beginning: of a new UIDVALIDITY nothing is known."""
        original = self._original
        for message in self.messages:
            message.is_expunged = True
        self._tally.remove(self.messages)
        self.messages, self.log = [], ChangeLog()
        self.uidvalidity, self.recent_from = original.uidvalidity, Uid(1)
        self._seen_below = 1
        self.show(original.messages)
        self.uidnext = original.uidnext

    def show(self, added: Sequence[Message]) -> None:
        """Show messages that came, as not seen."""
        if not added:
            return
        modseq = self._next_modseq()
        shown = [
            Message(
                one.uid,
                one.content,
                self._flag_sets.kept(one.flags - _SEEN),
                modseq,
                internal_date=one.internal_date,
                save_date=one.save_date,
            )
            for one in added
        ]
        self.messages += shown
        self.uidnext = self._original.uidnext
        for one in shown:
            self._tally.add(one)
        self._happened(Added(modseq, [one.uid for one in shown]))

    def follow(self, changed: Iterable[Message]) -> None:
        r"""Give messages the flags that the original's have now, and leave ``\Seen``."""
        groups: defaultdict[Flags, list[Message]] = defaultdict(list)
        for one in changed:
            own = self.message(one.uid)
            if own is not None:
                groups[one.flags - _SEEN].append(own)
        for flags, messages in groups.items():
            super()._change_flags(messages, _but_seen(flags), None)

    def append_many(self, arrivals: Iterable[Arrival]) -> list[Message]:
        """Add messages, all or none; who adds them as seen has seen them himself."""
        arrivals = list(arrivals)
        with self.registry:
            unseen = [replace(one, flags=_without_seen(one.flags)) for one in arrivals]
            added = self._original.append_many(unseen)
            are_seen = [
                len(one.flags) > len(other.flags)
                for one, other in zip(arrivals, unseen, strict=True)
            ]
            return self._shown(added, are_seen)

    def admit(self, copies: Copies) -> Sequence[Message]:
        """Add copies, as one change; those that were seen have been by who copies them."""
        with self.registry:
            are_seen = [SEEN in one.flags for one in copies.messages]
            copies.lose(SEEN.__eq__)
            return self._shown(self._original.admit(copies), are_seen)

    def _shown(self, added: Sequence[Message], are_seen: Sequence[bool]) -> list[Message]:
        shown = [one for message in added if (one := self.message(message.uid)) is not None]
        seen = [one for one, is_seen in zip(shown, are_seen, strict=True) if is_seen]
        super()._change_flags(seen, lambda old: old | _SEEN, None)
        return shown

    def _change_flags(
        self, messages: Iterable[Message], change: Callable[[Flags], Flags], author: object | None
    ) -> list[Message]:
        with self.registry:
            changed = super()._change_flags(messages, change, author)
            self._original.share_flags({one.uid: one.flags - _SEEN for one in changed})
            return changed

    def expunge(self, uids: Iterable[int]) -> list[Uid]:
        """Remove messages for everybody."""
        return self._original.expunge(uids)

    def change_uidvalidity(self, uidvalidity: int | None = None) -> None:
        """Number the messages anew for everybody."""
        self._original.change_uidvalidity(uidvalidity)

    def regranted(self) -> None:
        """Have sessions look what their users may do now."""
        self._original.regranted()


def _but_seen(flags: Flags) -> Callable[[Flags], Flags]:
    return lambda old: flags | (old & _SEEN)


def _without_seen(flags: Iterable[str]) -> list[str]:
    return [flag for flag in flags if flag.lower() != SEEN.lower()]
