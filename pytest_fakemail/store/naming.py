"""What happened to the names of an account's mailboxes, in order, and by whom.

The log is bounded as that of a mailbox is; whoever fell behind looks at what names there are.
"""

from dataclasses import dataclass

from pytest_fakemail.store.registry import Author, Registry


@dataclass(frozen=True, slots=True)
class Created:
    """There is a mailbox of this name now."""

    name: str


@dataclass(frozen=True, slots=True)
class Deleted:
    """There is no mailbox of this name any more."""

    name: str


@dataclass(frozen=True, slots=True)
class Renamed:
    """A mailbox has a new name, and so has what is below it."""

    old: str
    name: str


@dataclass(frozen=True, slots=True)
class Subscribed:
    """A name was subscribed, or is no longer."""

    name: str


NameChange = Created | Deleted | Renamed | Subscribed


class NameLog:
    """An append-only list of changes that forgets its older half beyond so many."""

    __slots__ = ("_entries", "_forgotten", "_limit", "_registry")

    def __init__(self, registry: Registry, limit: int = 1024) -> None:
        self._entries: list[tuple[NameChange, Author | None]] = []
        self._forgotten = 0
        self._limit = limit
        self._registry = registry

    @property
    def end(self) -> int:
        """The position behind the latest change; positions never move."""
        return self._forgotten + len(self._entries)

    def append(self, change: NameChange) -> None:
        """Add the latest change, by whoever is at work."""
        if len(self._entries) >= self._limit:
            half = (self._limit + 1) // 2
            del self._entries[:half]
            self._forgotten += half
        self._entries.append((change, self._registry.author))

    def by_others(self, position: int, author: Author) -> list[NameChange] | None:
        """Return the changes from a position on that others made; None if some are forgotten."""
        if position < self._forgotten:
            return None
        news = self._entries[position - self._forgotten :]
        return [change for change, by in news if by is not author]
