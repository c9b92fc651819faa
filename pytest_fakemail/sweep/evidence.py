"""How the sweep knows what a reader has processed.

What the app has on record, if the test says where (`processed`); else what the action returned, if
that is a collection with an item for each message to which it did something: who raises has handed
nothing over.  Else the mails that it sent on, if there is one for each.  Else it is not known,
and messages are judged by where they are and by their flags alone.
"""

from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterable
from typing import Any

from pytest_fakemail.blame import called
from pytest_fakemail.errors import BadArgument
from pytest_fakemail.sweep.judging import Items, touched
from pytest_fakemail.sweep.observing import World


def counted(items: Iterable[Any]) -> Items:
    """Count items, those that cannot be hashed by how they are shown."""
    return Counter(
        one if isinstance(one, Hashable) and _is_hashable(one) else repr(one) for one in items
    )


def on_record(processed: Callable[[], Iterable[Any]] | None) -> Items | None:
    """Count what the app has on record as processed; None if nobody says where that is."""
    if processed is None:
        return None
    items: object = called(processed)
    if not isinstance(items, Iterable):
        raise BadArgument(f"processed() returned {items!r}: wanted an item for each message")
    return counted(items)


def _is_hashable(item: Hashable) -> bool:
    try:
        hash(item)
    except TypeError:  # a tuple of lists
        return False
    return True


class Evidence:
    """What tells of a run what was processed; the clean run decides which it is."""

    def __init__(self, before: World, clean: World, value: object, recorded: Items | None) -> None:
        count = len(touched(before, clean))
        self._by_record = recorded is not None
        self._by_return = not self._by_record and _is_collection(value) and _size(value) == count
        self._by_mails = not (self._by_record or self._by_return) and clean.sent.total() == count
        self._is_any = count > 0
        self.clean = self.of(clean, value, recorded)

    def of(self, world: World, value: object, recorded: Items | None) -> Items | None:
        """Return what was processed in a run that has ended like this; None if nothing tells."""
        if not self._is_any:
            return None
        if self._by_record:
            return recorded or Counter()
        if self._by_return:
            return (
                counted(value)
                if _is_collection(value) and isinstance(value, Iterable)
                else Counter()
            )
        return Counter(world.sent) if self._by_mails else None

    def together(self, first: Items | None, then: Items | None) -> Items | None:
        """Return what two runs have processed, the second one without a beginning of its own."""
        if first is None or then is None or self._by_mails:  # mails of both are there
            return then
        return first + then


def _is_collection(value: object) -> bool:
    return isinstance(value, Collection) and not isinstance(value, str | bytes)


def _size(value: object) -> int:
    return len(value) if isinstance(value, Collection) else -1
