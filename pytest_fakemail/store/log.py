"""What happened, in order, and by whom: bounded, and read by whoever was there before."""

from typing import Generic, TypeVar

from pytest_fakemail.store.registry import Author, Registry

_T = TypeVar("_T")


class Log(Generic[_T]):
    """An append-only list of changes that forgets its older half beyond so many.

    `end` is the position behind the latest change; positions never move.  With a registry it keeps
    by whose command each came.
    """

    __slots__ = ("_authors", "_entries", "_forgotten", "_limit", "_registry", "end")

    def __init__(self, registry: Registry | None = None, *, limit: int = 1024) -> None:
        self._registry = registry
        self._authors: list[Author | None] = []
        self._entries: list[_T] = []
        self._forgotten = 0
        self._limit = limit
        self.end = 0

    def append(self, change: _T) -> None:
        """Add the latest change, by whoever is at work."""
        if len(self._entries) >= self._limit:
            self._forget_half()
        self._entries.append(change)
        self.end += 1
        self._authors.append(None if self._registry is None else self._registry.author)

    def _forget_half(self) -> list[_T]:
        """Forget the older half; return it."""
        half = (len(self._entries) + 1) // 2
        old = self._entries[:half]
        del self._entries[:half]
        del self._authors[:half]
        self._forgotten += half
        return old

    def since(self, position: int) -> list[_T] | None:
        """Return the changes from a position on; None if some of them are forgotten."""
        if position < self._forgotten:
            return None
        return self._entries[position - self._forgotten :]

    def by(self, position: int, author: Author) -> list[_T] | None:
        """Return the changes from a position on that came by his commands; None as of `since`."""
        return self._chosen(position, author, is_his=True)

    def by_others(self, position: int, author: Author) -> list[_T] | None:
        """Return the changes from a position on that came otherwise; None as of `since`."""
        return self._chosen(position, author, is_his=False)

    def _chosen(self, position: int, author: Author, *, is_his: bool) -> list[_T] | None:
        changes = self.since(position)
        if changes is None:
            return None
        authors = self._authors[position - self._forgotten :]
        return [one for one, by in zip(changes, authors, strict=True) if (by is author) is is_his]
