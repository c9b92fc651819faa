"""How things stand, to be put back in place: all that can be reached from a few roots.

It knows none of the things.  Lists, dictionaries and sets get back what they held, objects of
this package the values of their attributes, and each stays the object that it was: who holds a
mailbox or an account holds it still.  So what is new in the store, or stands beside it with a
memory of its own, is put back without a word here.

What cannot change (octets, texts, frozen values) is left, and so is what belongs to a moment or
to others: locks, listeners, open connections, caches.
"""

import itertools
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from enum import Enum
from functools import partial
from random import Random
from typing import Any

_PACKAGE = __name__.partition(".")[0] + "."
_LEFT_ROOMS = frozenset(
    ("net", "transcript", "mime", "imap", "pop3", "smtp", "query", "asserts", "server", "servers")
)
_LEFT_CLASSES = frozenset(("Content", "Delivery", "Recipient", "Exchange", "Connection", "Strikes"))
_KEPT_CLASSES = frozenset(("Presented",))
"""What stands in such a room, and counts what a test asked for."""
_LEFT_ATTRIBUTES = frozenset(
    (
        *("lock", "_lock", "changed", "listeners", "_listeners", "_depth", "_touched"),
        *("maildrop_holders", "bugs", "sentence", "_sentence", "_recorder"),
        *("__weakref__", "__dict__"),
    )
)
# What is under way, or is made when it is first used: it stays, and is looked into.
_STANDING_ATTRIBUTES = frozenset(
    ("office", "_thread", "_unsubscribe", "_condition", "_attendants", "_is_closed", "_is_working")
)
_CONTAINERS = (dict, list, set, deque, tuple, frozenset, Random)
_LEFT_KINDS = (type, BaseException, Enum)
_ABSENT = object()


class Snapshot:
    """How some things stand now.

    Args:
        roots: where to begin.
        quiet: a context in which nothing of it changes, entered to look and to put back.
    """

    def __init__(
        self,
        roots: Iterable[object],
        *,
        quiet: AbstractContextManager[object] | None = None,
    ) -> None:
        self._quiet = quiet or nullcontext()
        self._kept: list[Callable[[], None]] = []
        self._seen: dict[int, object] = {}  # which also keeps each alive, and its id its own
        with self._quiet:
            waiting = [one for root in roots for one in self._met(root)]
            while waiting:
                thing = waiting.pop()
                if _is_kept(thing):
                    waiting += self._met(thing)

    def restore(self) -> None:
        """Put everything back; may be done again."""
        with self._quiet:
            for put_back in self._kept:
                put_back()

    def _met(self, thing: object) -> Iterable[object]:
        """Keep a thing that was not met before; return what it holds."""
        if id(thing) in self._seen:
            return ()
        self._seen[id(thing)] = thing
        return self._keep(thing)

    def _keep(self, thing: Any) -> Iterable[object]:  # noqa: ANN401  (of any kind)
        """Keep what a thing holds; return that."""
        match thing:
            case dict():
                return self._keep_dict(thing)
            case list() | deque():
                return self._keep_row(thing)
            case set():
                held = set(thing)
                self._kept.append(partial(_refill, thing, held))
                return held
            case tuple() | frozenset():
                return thing
            case Random():
                state = thing.getstate()
                self._kept.append(lambda: thing.setstate(state))
                return ()
            case _:
                return self._keep_attributes(thing)

    def _keep_dict(self, thing: dict[object, object]) -> Iterable[object]:
        held = dict(thing)

        def put_back() -> None:
            thing.clear()
            dict.update(thing, held)  # a Counter's own adds

        self._kept.append(put_back)
        return [*held, *held.values()]

    def _keep_row(self, thing: list[object] | deque[object]) -> Iterable[object]:
        held = list(thing)

        def put_back() -> None:
            thing.clear()
            thing.extend(held)

        self._kept.append(put_back)
        return held

    def _keep_attributes(self, thing: object) -> Iterable[object]:
        values = {name: getattr(thing, name, _ABSENT) for name in _attributes(thing)}
        held = list(values.values())
        if _is_frozen(thing):
            return held
        values = {name: one for name, one in values.items() if name not in _STANDING_ATTRIBUTES}
        counts = {name: one for name, one in values.items() if isinstance(one, itertools.count)}
        nexts = {name: next(count) for name, count in counts.items()}
        for name, value in nexts.items():
            object.__setattr__(thing, name, itertools.count(value))

        def put_back() -> None:
            for name in set(_attributes(thing)) - _STANDING_ATTRIBUTES:
                if values.get(name, _ABSENT) is _ABSENT and hasattr(thing, name):
                    object.__delattr__(thing, name)
            for name, value in values.items():
                if name in nexts:
                    object.__setattr__(thing, name, itertools.count(nexts[name]))
                elif value is not _ABSENT:
                    object.__setattr__(thing, name, value)

        self._kept.append(put_back)
        return held


def _refill(thing: set[object], held: set[object]) -> None:
    thing.clear()
    thing.update(held)


def _is_kept(thing: object) -> bool:
    kind = type(thing)
    if isinstance(thing, _CONTAINERS):
        return True
    module = kind.__module__
    if not module.startswith(_PACKAGE) or kind.__name__ in _LEFT_CLASSES:
        return False
    is_left = module.split(".")[1] in _LEFT_ROOMS and kind.__name__ not in _KEPT_CLASSES
    return not is_left and not isinstance(thing, _LEFT_KINDS)


def _is_frozen(thing: object) -> bool:
    parameters = getattr(type(thing), "__dataclass_params__", None)
    return parameters is not None and bool(parameters.frozen)


def _attributes(thing: object) -> Iterator[str]:
    """Return the names of what a thing's own attributes can be, set or not."""
    names: dict[str, None] = dict.fromkeys(getattr(thing, "__dict__", ()))
    for kind in type(thing).__mro__:
        slots = vars(kind).get("__slots__", ())
        names.update(dict.fromkeys([slots] if isinstance(slots, str) else slots))
    return (name for name in names if name not in _LEFT_ATTRIBUTES)
