"""What all accounts and mailboxes of one store share: lock, clock, counters, listeners."""

import threading
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol, Self
from weakref import ref

from pytest_fakemail.clock import Clock

Listener = Callable[[], None]

Author = ref[Any]
"""Who changes something: a reference that does not hold on to him."""


if TYPE_CHECKING:

    class Pages(Protocol):
        """What lies beside the mailboxes: their annotations (`store.annotations`)."""

        def forget(self, mailbox: Any, /) -> None:  # noqa: ANN401 (no mailbox is known here)
            """A mailbox is deleted."""

        def follow(self, mailbox: Any, other: Any, /) -> None:  # noqa: ANN401
            """INBOX was renamed to another mailbox."""


class Registry:
    """The one lock of a store, used as ``with registry:`` around whatever must be whole.

    May be entered again by the thread that is inside.  When the outermost block ends and
    something was `touched`, the listeners are called, with the lock released.  `author` is whose
    command is being done in the block, if one is; the logs keep it.
    """

    def __init__(self, clock: Clock, *, keeps_nul: bool = False) -> None:
        self.clock = clock
        self.keeps_nul = keeps_nul
        self.lock = threading.RLock()
        self.listeners: list[Listener] = []
        self.rights_listeners: list[Listener] = []
        self.author: Author | None = None
        self.uidvalidities = count(1)
        self.mailbox_numbers = count(1)
        self.content_numbers = count(1)
        self.book: Pages | None = None
        self.access_keys: object = None
        self._depth = 0
        self._is_touched = False
        self._touched: list[list[Listener]] = []

    def __enter__(self) -> Self:
        self.lock.acquire()
        self._depth += 1
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._depth -= 1
        called: list[Listener] = []
        if not self._depth:
            self.author = None
            if self._is_touched:
                called = self._to_be_told()
        self.lock.release()
        for listener in called:
            listener()

    def let_go(self) -> None:
        """Hold the lock no more in this thread, which is in no block of it.

        An exception that strikes where it stands, as another thread or a signal raises one, may
        strike between the lock and the block.
        """
        self.lock.acquire()
        self._depth, self.author = 0, None
        with suppress(RuntimeError):  # it is not held any more
            while True:
                self.lock.release()

    def _to_be_told(self) -> list[Listener]:
        self._is_touched = False
        if not self._touched:
            return [*self.listeners]
        groups = {id(group): group for group in self._touched}
        self._touched.clear()
        return [*(listener for group in groups.values() for listener in group), *self.listeners]

    def uidvalidity_above(self, least: int) -> int:
        """Return a UIDVALIDITY that was never used and is larger than this one."""
        larger = next(self.uidvalidities)
        while larger <= least:
            larger = next(self.uidvalidities)
        return larger

    def touched(self, *groups: list[Listener]) -> None:
        """Say that something changed, and who is to hear of it besides `listeners`."""
        self._is_touched = True
        if groups:
            self._touched += groups

    def subscribe(self, listener: Listener, group: list[Listener] | None = None) -> Listener:
        """Call `listener` after every change that touches the group; return what ends that."""
        group = self.listeners if group is None else group
        with self.lock:
            group.append(listener)

        def unsubscribe() -> None:
            with self.lock:
                if listener in group:
                    group.remove(listener)

        return unsubscribe
