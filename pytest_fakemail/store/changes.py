"""What happened to a mailbox, in order: the one log that every view is brought up to date from.

The log is bounded.  Whoever fell further behind than it reaches compares what he knows
with what is there; messages carry their modification sequences for that.
"""

from collections.abc import Sequence
from weakref import ref

from pytest_fakemail.dataclass import dataclass
from pytest_fakemail.store.log import Log
from pytest_fakemail.store.numbers import ModSeq, Uid
from pytest_fakemail.store.registry import Registry


@dataclass(frozen=True, slots=True)
class Added:
    """Messages came, with these UIDs."""

    modseq: ModSeq
    uids: Sequence[Uid]


@dataclass(frozen=True, slots=True)
class Flagged:
    """Messages' flags changed; `author` is the view through which, if it was one.

    It is not held on to: the log outlives sessions, and a view has a mailbox full of messages.
    """

    modseq: ModSeq
    uids: Sequence[Uid]
    author: ref[object] | None

    def is_by(self, view: object) -> bool:
        """Whether it was this view."""
        return self.author is not None and self.author() is view


@dataclass(frozen=True, slots=True)
class Expunged:
    """Messages went; the UIDs are ascending."""

    modseq: ModSeq
    uids: Sequence[Uid]


@dataclass(frozen=True, slots=True)
class Regranted:
    """The rights of users changed; the messages, and so the modification sequence, did not."""

    modseq: ModSeq
    uids: Sequence[Uid] = ()


Change = Added | Flagged | Expunged | Regranted


class ChangeLog(Log[Change]):
    """The changes of a mailbox; it forgets its older half also when they name too many UIDs.

    `limit` is the most changes kept, `uid_limit` the most UIDs in them.
    """

    __slots__ = ("_uid_count", "_uid_limit")

    def __init__(
        self, registry: Registry | None = None, *, limit: int = 2048, uid_limit: int = 250_000
    ) -> None:
        super().__init__(registry, limit=limit)
        self._uid_limit = uid_limit
        self._uid_count = 0

    def append(self, change: Change) -> None:
        """Add the latest change, by whoever is at work."""
        self._uid_count += len(change.uids)
        while self._entries and self._uid_count > self._uid_limit:
            self._forget_half()
        super().append(change)

    def _forget_half(self) -> list[Change]:
        old = super()._forget_half()
        self._uid_count -= sum(len(one.uids) for one in old)
        return old

    def expunged_since(self, modseq: ModSeq) -> list[Uid] | None:
        """Return the UIDs expunged after a modification sequence; None if that is forgotten."""
        if self._forgotten and (not self._entries or self._entries[0].modseq > modseq + 1):
            return None
        return sorted(
            uid
            for change in self._entries
            if isinstance(change, Expunged) and change.modseq > modseq
            for uid in change.uids
        )
