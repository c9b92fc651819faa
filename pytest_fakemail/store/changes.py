"""What happened to a mailbox, in order: the one log that every view is brought up to date from.

The log is bounded.  Whoever fell further behind than it reaches compares what he knows
with what is there; messages carry their modification sequences for that.
"""

from collections.abc import Sequence
from weakref import ref

from pytest_fakemail.dataclass import dataclass
from pytest_fakemail.store.numbers import ModSeq, Uid
from pytest_fakemail.store.registry import Author, Registry


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


class ChangeLog:
    """An append-only list of changes that forgets its older half when it grows too long.

    `limit` is the most changes kept, `uid_limit` the most UIDs in them.  With a registry it
    keeps by whose command each came.
    """

    __slots__ = (
        "_authors",
        "_entries",
        "_forgotten",
        "_limit",
        "_registry",
        "_uid_count",
        "_uid_limit",
    )

    def __init__(
        self, registry: Registry | None = None, *, limit: int = 2048, uid_limit: int = 250_000
    ) -> None:
        self._registry = registry
        self._authors: list[Author | None] = []
        self._entries: list[Change] = []
        self._forgotten = 0
        self._limit = limit
        self._uid_limit = uid_limit
        self._uid_count = 0

    @property
    def end(self) -> int:
        """The position behind the latest change; positions never move."""
        return self._forgotten + len(self._entries)

    def append(self, change: Change) -> None:
        """Add the latest change."""
        self._uid_count += len(change.uids)
        while self._entries and self._is_too_long:
            half = (len(self._entries) + 1) // 2
            self._uid_count -= sum(len(one.uids) for one in self._entries[:half])
            del self._entries[:half]
            del self._authors[:half]
            self._forgotten += half
        self._entries.append(change)
        self._authors.append(None if self._registry is None else self._registry.author)

    @property
    def _is_too_long(self) -> bool:
        return len(self._entries) >= self._limit or self._uid_count > self._uid_limit

    def since(self, position: int) -> list[Change] | None:
        """Return the changes from a position on; None if some of them are forgotten."""
        if position < self._forgotten:
            return None
        return self._entries[position - self._forgotten :]

    def by(self, position: int, author: Author) -> list[Change] | None:
        """Return the changes from a position on that came by his commands; None as of `since`."""
        changes = self.since(position)
        if changes is None:
            return None
        authors = self._authors[position - self._forgotten :]
        return [one for one, by in zip(changes, authors, strict=True) if by is author]

    def by_others(self, position: int, author: Author) -> list[Change] | None:
        """Return the changes from a position on that came otherwise; None as of `since`."""
        changes = self.since(position)
        if changes is None:
            return None
        authors = self._authors[position - self._forgotten :]
        return [one for one, by in zip(changes, authors, strict=True) if by is not author]

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
