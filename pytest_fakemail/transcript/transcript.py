"""What a test reads of all traffic, while it goes on or afterwards."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain
from typing import TYPE_CHECKING, Any

from pytest_fakemail.blame import asked
from pytest_fakemail.errors import BadArgument
from pytest_fakemail.spelling import Fixed
from pytest_fakemail.transcript.lost import MOST_LINES, Lost
from pytest_fakemail.transcript.pages import Page, RowKind
from pytest_fakemail.transcript.record import Record
from pytest_fakemail.transcript.rows import Row, rows_in
from pytest_fakemail.wire.exchange import Connection

if TYPE_CHECKING:  # what makes texts and exchanges of it is loaded with the first reader
    from pytest_fakemail.transcript.exchanges import RecordedConnection, RecordedExchange
    from pytest_fakemail.transcript.followers import Followers

_EXCERPT_ROWS = 1000

Place = tuple[Page, int]
"""A place in a transcript: so many rows of this page, and all before it."""


class Transcript(Fixed):
    """Every octet of every connection, in order, with its time, from a `Record`.

    Text hides passwords and tokens, and what may be some; `json` and the exchanges hold the
    octets as they were.  Usable from any thread.
    """

    def __init__(self, record: Record) -> None:
        self._record = record

    def look_at(self, record: Record) -> None:
        """Be the transcript of another record from now on; who follows this one follows that."""
        past, self._record = self._record, record
        if past.followers is not None:
            record.followers = past.followers

    @property
    def connections(self) -> "list[RecordedConnection]":
        """All connections, with their exchanges, in the order in which they came."""
        return self._since(None)[0]

    @property
    def exchanges(self) -> "list[RecordedExchange]":
        """All exchanges of all connections, in the order in which they began."""
        return self._since(None)[1]

    def commands(self, verb: str | None = None) -> "list[RecordedExchange]":
        """Return the commands, or those of one verb, in the order in which they began.

        ``"FETCH"`` means ``"UID FETCH"`` too; a moment such as ``"end-of-data"`` is a verb.

        Raises:
            BadArgument: no text, or a verb that nobody sent and that looks like a slip of the pen.
        """
        from pytest_fakemail.transcript.exchanges import commands

        return commands(self.exchanges, verb)

    def for_connection(self, number: int) -> "RecordedConnection":
        """Return one connection; `number` is `Delivery.connection`'s, for example.

        Raises:
            BadArgument: no such connection.
        """
        connections = self.connections
        for one in connections:
            if one.number == number:
                return one
        raise _no_connection(number, (one.number for one in connections))

    def text(self, *, interleaved: bool = False, most_lines: int = MOST_LINES) -> str:
        """Return all of it as ``C:`` and ``S:`` lines, without credentials.

        Args:
            interleaved: all connections in order of time instead of one after the other.
            most_lines: of one message or answer; more are folded.
        """
        from pytest_fakemail.transcript import render

        rows, connections = self._snapshot()
        lines: Iterator[str]
        if interleaved:
            lines = (line for _, line in render.interleaved(rows, connections, most=most_lines))
        else:
            lines = render.by_connection(rows, connections, most=most_lines)
        return "\n".join([*self._remarks(), *lines])

    def excerpt(self, *, most_lines: int = 200, is_brief: bool = False) -> str:
        """Return the newest lines, all connections in order of time, for a report.

        Args:
            most_lines: how many; the others are counted.
            is_brief: fold the lists of capabilities that servers send.
        """
        from pytest_fakemail.transcript import render

        rows, connections = self._snapshot(newest=_EXCERPT_ROWS)
        lines = render.excerpt(rows, connections, most_lines=most_lines, is_brief=is_brief)
        return "\n".join([*self._remarks(), *lines])

    def of_connection(self, number: int) -> str:
        """Return one connection as text, with the lists of capabilities folded.

        Raises:
            BadArgument: no such connection.
        """
        from pytest_fakemail.transcript import render

        rows, connections = self._snapshot()
        if number not in connections:
            raise _no_connection(number, connections)
        its_rows = (row for row in rows if row.connection == number)
        its_own = {number: connections[number]}
        lines = render.by_connection(its_rows, its_own, is_brief=True)
        return "\n".join([*self._remarks(), *lines])

    def json(self, *, secrets: bool = True) -> dict[str, Any]:
        """Return everything for `json.dumps`; see `export.exported`.

        Args:
            secrets: with passwords and tokens, or with ``[redacted]`` in their place.
        """
        from pytest_fakemail.transcript.export import exported

        rows, connections = self._snapshot()
        return exported(rows, connections, self._record.lost or Lost(), secrets=secrets)

    def follow(self, tell: Callable[[str], None]) -> Callable[[], None]:
        """Call with each line as it happens, in the servers' thread; return what ends that.

        What it raises fails the test, and it is called no more.  BadArgument: no function.
        """
        from pytest_fakemail.arguments import function
        from pytest_fakemail.transcript import render
        from pytest_fakemail.transcript.redaction import Redactor

        function("tell", tell)
        writer = render.Writer(self._record.connections, is_interleaved=True)
        redactor = Redactor(self._record.connections)

        def told(row: Row) -> None:
            known = self._record.connections
            if row.connection in known:  # one of before a reset ends after it
                writer.connections = redactor.connections = known
            if row.kind == RowKind.CONNECTED:
                asked(tell, writer.header(row.connection))
            for block in render.blocks([redactor.row(row)]):
                for line in writer.lines(block):
                    asked(tell, line)

        return self._followers().add(told)

    def subscribe(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call `listener` after all that happens, in the servers' thread; return what ends that.

        Raises:
            BadArgument: no function, or an async one.
        """
        from pytest_fakemail.arguments import plain_function

        plain_function("listener", listener)

        def told(_: Row) -> None:
            asked(listener)

        return self._followers().add(told)

    def clear(self) -> None:
        """Forget all traffic so far."""
        with self._record.lock:
            self._record.begin()
            self._record.forgotten_by = "transcript.clear()"

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        rows, connections = self._snapshot()
        count = sum(row.kind in (RowKind.REQUEST, RowKind.SECRET) for row in rows)
        return f"<Transcript: {len(connections)} connections, {count} exchanges>"

    def _place(self) -> Place:
        """Return how far it has come, for `_since`."""
        with self._record.lock:
            page = self._record.pages[-1]
            return page, len(page)

    def _numbers(self) -> frozenset[int]:
        """Return the numbers of all connections."""
        with self._record.lock:
            return frozenset(self._record.connections)

    def _numbers_since(self, place: Place) -> frozenset[int]:
        """Return the numbers of the connections in which something happened after a place.

        That they ended is nothing.
        """
        rows, _ = self._snapshot(since=place)
        return frozenset(row.connection for row in rows if row.kind != RowKind.CLOSED)

    def _since(
        self, place: Place | None
    ) -> "tuple[list[RecordedConnection], list[RecordedExchange]]":
        """Return what came after a place, or all where there is none or it was forgotten.

        Connections that are older are among them, with what they said since.
        """
        from pytest_fakemail.transcript.exchanges import collected

        rows, connections = self._snapshot(since=place)
        return collected(rows, connections.values())

    def _snapshot(
        self, newest: int | None = None, since: Place | None = None
    ) -> tuple[Iterator[Row], Mapping[int, Connection]]:
        """Return the connections, and all rows so far.

        Args:
            newest: only the newest pages with so many rows.
            since: only the rows after this place.
        """
        record = self._record
        with record.lock:
            connections = dict(record.connections)
            pages: deque[tuple[Page, int, int]] = deque()
            count = 0
            for page in reversed(record.pages):
                is_last = since is not None and page is since[0]
                begin = since[1] if since is not None and is_last else 0
                pages.appendleft((page, begin, len(page)))
                count += len(page)
                if is_last or (newest is not None and count >= newest):
                    break
        rows = (rows_in(page, length, begin) for page, begin, length in pages)
        return chain.from_iterable(rows), connections

    def _remarks(self) -> list[str]:
        lost = self._record.lost
        return [str(lost)] if lost is not None and lost.exchanges else []

    def _followers(self) -> "Followers":
        from pytest_fakemail.transcript.followers import Followers

        record = self._record
        with record.lock:
            if record.followers is None:
                record.followers = Followers(record.own_up)
            return record.followers


def _no_connection(number: object, known: Iterable[int]) -> BadArgument:
    """Return what refuses a number that no connection has."""
    there = ", ".join(map(str, known)) or "none"
    return BadArgument(f"no connection {number!r} in the transcript; there is {there}")
