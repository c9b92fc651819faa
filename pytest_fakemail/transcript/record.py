"""Taking note of all traffic while servers run."""

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from itertools import chain
from sys import intern
from typing import TYPE_CHECKING, Any

from pytest_fakemail.blame import asked
from pytest_fakemail.clock import Clock
from pytest_fakemail.errors import BadArgument
from pytest_fakemail.settings import Settings
from pytest_fakemail.spelling import Fixed
from pytest_fakemail.transcript.lost import MOST_LINES, Lost
from pytest_fakemail.transcript.pages import DOT, Page, Row, RowKind, Words, rows_of
from pytest_fakemail.transcript.vocabulary import HARMLESS
from pytest_fakemail.wire.exchange import END_OF_DATA, Connection, Exchange

if TYPE_CHECKING:  # what reads is loaded with the first reader
    from pytest_fakemail.transcript.exchanges import RecordedConnection, RecordedExchange

_DEFAULT_LIMIT = Settings().transcript_limit
_EXCERPT_ROWS = 1000
_PAGE = 256 * 1024
_PAGES = 8
"""In how many pages at least the limit is spent, so that dropping one leaves much."""

# An attribute of an enumeration costs more than all else that is done with it here.
_REQUEST, _SECRET, _SENT = RowKind.REQUEST, RowKind.SECRET, RowKind.SENT
_PAYLOAD, _MESSAGE, _GUARDED = RowKind.PAYLOAD, RowKind.MESSAGE, RowKind.GUARDED
_DOTTED = RowKind.DOTTED
_NOTHING: frozenset[str] = frozenset()

Place = tuple[Page, int]
"""A place in a transcript: so many rows of this page, and all before it."""


class Transcript(Fixed):
    """Every octet of every connection, in order, with its time; implements `Recorder`.

    Once more than `limit` octets are kept, long ones lose their middle, the oldest first;
    then the oldest exchanges go.  Text hides passwords and tokens, and what may be some;
    `json` and the exchanges hold the octets as they were.  Readers may be in any thread.

    Attributes:
        forgotten_by: what was called to forget what there was before, such as
            ``"transcript.clear()"``; empty if nothing was.
        own_up: is given what a function of the test raises that follows.
    """

    _settable = frozenset(("forgotten_by", "own_up"))

    def __init__(self, clock: Clock, *, limit: int = _DEFAULT_LIMIT) -> None:
        self._clock = clock
        self._limit = limit
        self.own_up: Callable[[Exception], object] = repr
        self._lock = threading.Lock()
        self._followers: tuple[Callable[[Row], None], ...] = ()
        self.forgotten_by = ""
        self._begin()

    def _begin(self) -> None:
        self._connections: dict[int, Connection] = {}
        self._page = Page()
        self._pages = deque([self._page])
        self._page_size = min(_PAGE, self._limit // _PAGES)
        self._brim = self._limit  # how many octets the last page may have
        self._is_abridging = False
        self._lost = Lost()
        self._guarded: set[int] = set()
        """Connections whose present answer can repeat credentials."""

    # What sessions and drivers tell.

    def connected(self, connection: Connection) -> None:
        """Take note of a new connection."""
        self._connections[connection.number] = connection
        self._take(RowKind.CONNECTED, connection.number, b"")

    def opened(self, exchange: Exchange) -> None:
        """Take note of what the client did; what is sent from now on answers it."""
        connection = exchange.connection
        number = connection.number
        # A session can be used without a driver, which would have told of the connection.
        if number not in self._connections:
            self.connected(connection)
        # The request of a command with a tag may be in pieces, because of its literals.
        verb = intern(exchange.verb)
        words = (verb, exchange.argument) if exchange.tag else verb
        # What is not known to be harmless may be a password: nobody else is asked.
        kind = _REQUEST
        if exchange.is_secret or verb not in HARMLESS.get(connection.protocol, _NOTHING):
            kind = _SECRET
            exchange.is_secret = True
            self._guarded.add(number)
        elif self._guarded:
            self._guarded.discard(number)
        if exchange.payload is None:
            self._take(kind, number, exchange.request, words)
        else:
            self._take_both(kind, number, exchange.request, exchange.payload, words)

    def heard(
        self, connection: Connection, verb: str, request: bytes, payload: bytes | None = None
    ) -> bool:
        """Do as `opened`, without an exchange, with what is known to hold no credentials."""
        if verb not in HARMLESS.get(connection.protocol, _NOTHING):
            return False
        number = connection.number
        if number not in self._connections:
            self.connected(connection)
        if self._guarded:
            self._guarded.discard(number)
        if payload is None:
            self._take(_REQUEST, number, request, verb)
        else:
            self._take_both(_REQUEST, number, request, payload, verb)
        return True

    def _take_both(
        self, kind: RowKind, number: int, request: bytes, payload: bytes, words: Words
    ) -> None:
        if words != END_OF_DATA:
            self._take(kind, number, request, words)
            self._take(_PAYLOAD, number, payload)
        elif kind is _REQUEST and request == DOT:
            self._take(_DOTTED, number, payload, words)
        else:
            self._take(_MESSAGE, number, payload)
            self._take(kind, number, request, words)

    def sent(self, connection: Connection, data: bytes) -> None:
        """Take note of octets handed to the client's connection."""
        is_guarded = self._guarded and connection.number in self._guarded
        self._take(_GUARDED if is_guarded else _SENT, connection.number, data)

    def noted(self, connection: Connection, text: str) -> None:
        """Take note of an event that has no octets."""
        self._take(RowKind.NOTED, connection.number, text.encode())

    def closed(self, connection: Connection, how: str) -> None:
        """Take note of the end, in words."""
        self._take(RowKind.CLOSED, connection.number, how.encode())

    def _take(self, kind: RowKind, number: int, data: bytes, words: Words = "") -> None:
        time = self._clock.time()
        self._lock.acquire()  # half the cost of `with`, on the way of everything
        try:
            page = self._page
            if not (self._is_abridging and kind is _SENT and page.extend(number, data)):
                if page.octets >= self._page_size:
                    page = self._turned()
                if page.add(kind, number, time, data, words) > self._brim:
                    self._make_room()
        finally:
            self._lock.release()
        if self._followers:
            self._tell(rows_of(kind, number, time, data, words))

    def _tell(self, rows: Iterable[Row]) -> None:
        """Tell the followers; one that raises hears no more, and what it raised is owned up to."""
        for row in rows:
            for follower in self._followers:
                try:
                    follower(row)
                except Exception as mistake:  # noqa: BLE001  (a function of the test)
                    self._forget(follower)
                    self.own_up(mistake)

    def _forget(self, follower: Callable[[Row], None]) -> None:
        self._followers = tuple(one for one in self._followers if one is not follower)

    def _turned(self) -> Page:
        """Begin a new page, and return it."""
        self._page = Page()
        self._pages.append(self._page)
        self._measure()
        return self._page

    def _measure(self) -> int:
        """Find out how much the last page may have; return how much all of them have."""
        kept = sum(page.octets for page in self._pages)
        self._brim = self._limit - (kept - self._page.octets)
        return kept

    def _make_room(self) -> None:
        """Abridge what is long, oldest first; then drop the oldest pages."""
        self._is_abridging = True
        for page in self._pages:
            if page.is_final:
                continue
            page.abridge()
            page.is_final = page is not self._page
            if self._measure() <= self._limit:
                return
        while self._measure() > self._limit and len(self._pages) > 1:
            self._drop(self._pages.popleft())

    def _drop(self, page: Page) -> None:
        for row in page.rows(len(page)):
            self._lost.octets += len(row.data)
            if row.kind in (RowKind.REQUEST, RowKind.SECRET):
                self._lost.exchanges += 1
            elif row.kind is RowKind.CLOSED:
                self._connections.pop(row.connection, None)

    # What a test asks.

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
        known = ", ".join(str(one.number) for one in connections) or "none"
        raise BadArgument(f"no connection {number!r} in the transcript; there is {known}")

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
        """Return one connection as text, with the lists of capabilities folded."""
        from pytest_fakemail.transcript import render

        rows, connections = self._snapshot()
        its_rows = (row for row in rows if row.connection == number)
        its_own = {number: connections[number]} if number in connections else {}
        lines = render.by_connection(its_rows, its_own, is_brief=True)
        return "\n".join([*self._remarks(), *lines])

    def json(self, *, secrets: bool = True) -> dict[str, Any]:
        """Return everything for `json.dumps`; see `export.exported`.

        Args:
            secrets: with passwords and tokens, or with ``[redacted]`` in their place.
        """
        from pytest_fakemail.transcript.export import exported

        rows, connections = self._snapshot()
        return exported(rows, connections, self._lost, secrets=secrets)

    def follow(self, tell: Callable[[str], None]) -> Callable[[], None]:
        """Call with each line as it happens, in the servers' thread; return what ends that.

        What it raises fails the test, and it is called no more.  BadArgument: no function.
        """
        from pytest_fakemail.arguments import function
        from pytest_fakemail.transcript import render
        from pytest_fakemail.transcript.redaction import Redactor

        function("tell", tell)
        writer = render.Writer(self._connections, is_interleaved=True)
        redactor = Redactor(self._connections)

        def told(row: Row) -> None:
            writer.connections = redactor.connections = self._connections
            if row.kind is RowKind.CONNECTED:
                asked(tell, writer.header(row.connection))
            for block in render.blocks([redactor.row(row)]):
                for line in writer.lines(block):
                    asked(tell, line)

        self._followers = (*self._followers, told)
        return partial(self._forget, told)

    def subscribe(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call `listener` after all that happens, in the servers' thread; return what ends that."""

        def told(_: Row) -> None:
            asked(listener)

        self._followers = (*self._followers, told)
        return partial(self._forget, told)

    def clear(self) -> None:
        """Forget all traffic so far."""
        with self._lock:
            self._begin()
            self.forgotten_by = "transcript.clear()"

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        rows, connections = self._snapshot()
        count = sum(row.kind in (RowKind.REQUEST, RowKind.SECRET) for row in rows)
        return f"<Transcript: {len(connections)} connections, {count} exchanges>"

    def _place(self) -> Place:
        """Return how far it has come, for `_since`."""
        with self._lock:
            return self._page, len(self._page)

    def _numbers(self) -> frozenset[int]:
        """Return the numbers of all connections."""
        with self._lock:
            return frozenset(self._connections)

    def _numbers_since(self, place: Place) -> frozenset[int]:
        """Return the numbers of the connections in which something happened after a place.

        That they ended is nothing.
        """
        rows, _ = self._snapshot(since=place)
        return frozenset(row.connection for row in rows if row.kind is not RowKind.CLOSED)

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
        with self._lock:
            connections = dict(self._connections)
            pages: deque[tuple[Page, int, int]] = deque()
            count = 0
            for page in reversed(self._pages):
                is_last = since is not None and page is since[0]
                begin = since[1] if since is not None and is_last else 0
                pages.appendleft((page, begin, len(page)))
                count += len(page)
                if is_last or (newest is not None and count >= newest):
                    break
        rows = (page.rows(length, begin) for page, begin, length in pages)
        return chain.from_iterable(rows), connections

    def _remarks(self) -> list[str]:
        return [str(self._lost)] if self._lost.exchanges else []
