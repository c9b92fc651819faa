"""The queue's items, and which of them are due; knows no server and no thread."""

import heapq
import threading
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta

from pytest_fakemail.clock import Clock
from pytest_fakemail.relay.item import QueueItem
from pytest_fakemail.store.delivery import Delivery, Recipient


class Spool:
    """Items in the order in which they were queued; usable from any thread.

    `lock` guards the items.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.lock = threading.RLock()
        self._items: dict[int, QueueItem] = {}
        self._dates: list[tuple[float, int]] = []
        self._count = 0
        self._listeners: tuple[Callable[[], None], ...] = ()

    def __len__(self) -> int:
        return len(self._items)

    def items(self) -> list[QueueItem]:
        """Return all items, oldest first."""
        with self.lock:
            return list(self._items.values())

    def add(
        self, delivery: Delivery, recipients: Sequence[Recipient], *, delay: float = 0.0
    ) -> QueueItem:
        """Queue a message for these recipients; it is due so many seconds from now."""
        with self.lock:
            self._count += 1
            item = QueueItem(delivery, recipients, self._count, self._clock.elapsed())
            self._items[item.number] = item
            self._set(item, delay)
        self.tell()
        return item

    def due(self) -> list[QueueItem]:
        """Return the items whose time has come, the earliest first."""
        now = self._clock.elapsed()
        found: list[QueueItem] = []
        with self.lock:
            while (first := self._first()) is not None and first.due <= now:
                heapq.heappop(self._dates)
                found.append(first)
        return found

    def next_due(self) -> float | None:
        """Return when the next item falls due, as `Clock.elapsed` counts; None if none does."""
        with self.lock:
            first = self._first()
        return None if first is None else first.due

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

    def remove(self, items: Iterable[QueueItem]) -> None:
        """Take items out; one that is being sent has that attempt still."""
        with self.lock:
            for item in items:
                self._items.pop(item.number, None)
        self.tell()

    def _first(self) -> QueueItem | None:
        """Return the item that falls due first; dates that no longer hold are dropped."""
        while self._dates:
            date, number = self._dates[0]
            item = self._items.get(number)
            if item is not None and not item.is_held and item.due == date:
                return item
            heapq.heappop(self._dates)
        return None

    def _set(self, item: QueueItem, delay: float) -> None:
        item.is_held = False
        item.due = self._clock.elapsed() + delay
        item.next_attempt = self._clock.now() + timedelta(seconds=delay)
        heapq.heappush(self._dates, (item.due, item.number))

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
