"""The queue's items, and which of them are due; knows no server and no thread."""

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import timedelta

from pytest_fakemail.clock import Clock
from pytest_fakemail.relay.item import QueueItem
from pytest_fakemail.store.delivery import Delivery, Recipient


class Spool:
    """Items in the order in which they were queued; usable from any thread.

    `lock` guards the items; an item that is `busy` is being sent now.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.lock = threading.RLock()
        self._items: list[QueueItem] = []
        self._count = 0
        self._busy: set[int] = set()
        self._listeners: tuple[Callable[[], None], ...] = ()

    def __len__(self) -> int:
        return len(self._items)

    def items(self) -> list[QueueItem]:
        """Return all items, oldest first."""
        with self.lock:
            return list(self._items)

    def add(
        self, delivery: Delivery, recipients: Sequence[Recipient], *, delay: float = 0.0
    ) -> QueueItem:
        """Queue a message for these recipients; it is due so many seconds from now."""
        with self.lock:
            self._count += 1
            item = QueueItem(delivery, recipients, self._count, self._clock.elapsed())
            self._set(item, delay)
            self._items.append(item)
        self.tell()
        return item

    def due(self) -> list[QueueItem]:
        """Return the items whose time has come, the earliest first, and mark them busy."""
        now = self._clock.elapsed()
        with self.lock:
            found = [item for item in self._waiting() if item.due <= now]
            found.sort(key=lambda item: (item.due, item.number))
            self._busy.update(item.number for item in found)
            return found

    def next_due(self) -> float | None:
        """Return when the next item falls due, as `Clock.elapsed` counts; None if none does."""
        with self.lock:
            return min((item.due for item in self._waiting()), default=None)

    def postpone(self, items: Iterable[QueueItem], delay: float) -> None:
        """Have items tried so many seconds from now."""
        with self.lock:
            for item in items:
                self._set(item, delay)
        self.tell()

    def hold(self, items: Iterable[QueueItem]) -> None:
        """Have items wait until they are postponed."""
        with self.lock:
            for item in items:
                item.is_held, item.next_attempt = True, None
        self.tell()

    def _waiting(self) -> Iterator[QueueItem]:
        busy = self._busy
        return (one for one in self._items if not one.is_held and one.number not in busy)

    def _set(self, item: QueueItem, delay: float) -> None:
        item.is_held = False
        item.due = self._clock.elapsed() + delay
        item.next_attempt = self._clock.now() + timedelta(seconds=delay)

    def done(self, item: QueueItem) -> None:
        """Let go of an item after its attempt; one that nobody waits for any more is gone."""
        with self.lock:
            self._busy.discard(item.number)
            if not item.recipients and item in self._items:
                self._items.remove(item)

    def remove(self, items: Iterable[QueueItem]) -> None:
        """Take items out; one that is being sent has that attempt still."""
        gone = {id(item) for item in items}
        with self.lock:
            self._items = [item for item in self._items if id(item) not in gone]
        self.tell()

    def subscribe(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call `listener` after each change, without the lock; return what ends that."""
        with self.lock:
            self._listeners = (*self._listeners, listener)

        def unsubscribe() -> None:
            with self.lock:
                rest = list(self._listeners)
                rest.remove(listener)
                self._listeners = tuple(rest)

        return unsubscribe

    def tell(self) -> None:
        """Tell everyone who waits."""
        for listener in self._listeners:
            listener()
