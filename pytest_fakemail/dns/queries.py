"""What was asked of the name server: a sequence with waits and assertions."""

import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import overload

from pytest_fakemail.arguments import plain_function
from pytest_fakemail.asserts.members import MemberSequence
from pytest_fakemail.asserts.waits import blocked_loop, wait
from pytest_fakemail.clock import Duration, seconds
from pytest_fakemail.dataclass import dataclass
from pytest_fakemail.dns.zone import type_of
from pytest_fakemail.errors import UnmetExpectation, did_you_mean
from pytest_fakemail.net.waiting import until
from pytest_fakemail.query.comparing import Comparison, Field
from pytest_fakemail.query.criteria import Criteria
from pytest_fakemail.spelling import Fixed, Spelt

_MOST_SHOWN = 10
TRANSPORTS = ("udp", "tcp", "local")


@dataclass(frozen=True, slots=True)
class Query:
    """One question.

    Attributes:
        name: what was asked for, without the final dot, in lower case.
        type: the record type, ``"MX"``.
        transport: ``"udp"``, ``"tcp"``, or ``"local"`` of a relay of the test.
        asked_at: when, by the servers' clock.
    """

    name: str
    type: str
    transport: str
    asked_at: datetime

    def __str__(self) -> str:
        return f"{self.type} {self.name} over {self.transport}"


def _no_transport(wanted: str) -> str:
    if wanted.casefold() in TRANSPORTS:
        return ""
    guess = did_you_mean(wanted, TRANSPORTS).strip()
    return f"one of {', '.join(TRANSPORTS)}{guess and '; ' + guess}"


def _final_dot(wanted: str) -> str:
    """Names of queries are without it."""
    return (
        f"it without the final dot, {wanted[:-1]!r}"
        if wanted != "." and wanted.endswith(".")
        else ""
    )


def _no_type(wanted: str) -> str:
    type_of(wanted)
    return ""


_fact = partial(Field, comparison=Comparison.ANY_CASE, has_one=True, is_always=True)

QUERY = (
    _fact("name", lambda query: [query.name], complaint=_final_dot),
    _fact("type", lambda query: [query.type], complaint=_no_type),
    _fact("transport", lambda query: [query.transport], complaint=_no_transport),
    Field("where", lambda query: [query], Comparison.WHOLE, "where"),
)
"""What a query is picked by."""


class Queries(Fixed, Spelt, MemberSequence, Sequence[Query]):
    """What was asked, oldest first.

    The criteria of all methods are ``name type transport where``, with the same kinds of
    value as those of the outbox.
    """

    _member, _place, _criterion = (Query, "query"), "queries", "name"

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._all: list[Query] = []
        self._listeners: tuple[Callable[[], None], ...] = ()

    def __len__(self) -> int:
        return len(self._all)

    def __iter__(self) -> Iterator[Query]:
        return iter(list(self._all))

    @overload
    def __getitem__(self, place: int) -> Query: ...
    @overload
    def __getitem__(self, place: slice) -> list[Query]: ...
    def __getitem__(self, place: int | slice) -> Query | list[Query]:
        return self._all[place]

    def __repr__(self) -> str:
        return f"<Queries {', '.join(map(str, self)) or 'none'}>"

    def add(self, query: Query) -> None:
        """Keep a query; tell who waits."""
        with self._lock:
            self._all.append(query)
        for listener in self._listeners:
            listener()

    def clear(self) -> None:
        """Forget what was asked so far."""
        with self._lock:
            self._all.clear()

    def all(self, **criteria: object) -> list[Query]:
        """Return the queries that match.

        Raises:
            BadArgument: an unknown criterion.
        """
        wanted = Criteria(QUERY, criteria)
        return [query for query in self if wanted.match(query)]

    def assert_any(self, **criteria: object) -> list[Query]:
        """Return the queries that match; clients ask again, so that several are as good as one.

        Raises:
            UnmetExpectation: there is none.
            BadArgument: an unknown criterion.
        """
        found = self.all(**criteria)
        if not found:
            raise UnmetExpectation(self._missing(criteria))
        return found

    def assert_none(self, **criteria: object) -> None:
        """Fail if any query matches.

        Raises:
            UnmetExpectation: one does.
            BadArgument: an unknown criterion.
        """
        found = self.all(**criteria)
        if found:
            wanted = str(Criteria(QUERY, criteria))
            rows = [f"  {query}" for query in found[:_MOST_SHOWN]]
            title = " ".join(filter(None, [f"{len(found)} queries", wanted]))
            raise UnmetExpectation("\n".join([f"{title}, wanted none:", *rows]))

    def wait_for(self, *, timeout: Duration = 5, **criteria: object) -> Query:
        """Return the first query that matches, as soon as it was asked.

        Raises:
            UnmetExpectation: none was in time.
            BadArgument: an unknown criterion, or no possible timeout.
        """
        limit = seconds(timeout)
        found = wait(self.subscribe, self._first(criteria), limit)
        if found is None:
            raise UnmetExpectation(self._missing(criteria, limit) + blocked_loop())
        return found

    async def wait_for_async(self, *, timeout: Duration = 5, **criteria: object) -> Query:  # noqa: ASYNC109  (as its twin)
        """Do as `wait_for` without blocking the asyncio or trio loop that awaits it."""
        limit = seconds(timeout)
        found = await until(self.subscribe, self._first(criteria), limit)
        if found is None:
            raise UnmetExpectation(self._missing(criteria, limit))
        return found

    def subscribe(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call `listener` after each query; return what ends that.

        Raises:
            BadArgument: no function, or an async one.
        """
        plain_function("listener", listener)
        with self._lock:
            self._listeners = (*self._listeners, listener)

        def unsubscribe() -> None:
            with self._lock:
                rest = list(self._listeners)
                rest.remove(listener)
                self._listeners = tuple(rest)

        return unsubscribe

    def _first(self, criteria: dict[str, object]) -> Callable[[], Query | None]:
        wanted = Criteria(QUERY, criteria)
        return lambda: next((query for query in self if wanted.match(query)), None)

    def _missing(self, criteria: dict[str, object], limit: float | None = None) -> str:
        wanted = " ".join(filter(None, ["no query", str(Criteria(QUERY, criteria))]))
        within = "" if limit is None else f" within {limit:g} s"
        asked = list(self)
        if not asked:
            return f"{wanted}{within}: nobody asked for anything"
        rows = [f"  {query}" for query in asked[-_MOST_SHOWN:]]
        return "\n".join([f"{wanted}{within}; what was asked for:", *rows])
