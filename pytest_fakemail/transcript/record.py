"""Taking note of all traffic while servers run; `transcript` is what reads it."""

import threading
from collections import deque
from sys import intern
from typing import TYPE_CHECKING

from pytest_fakemail.clock import Clock
from pytest_fakemail.transcript.pages import DOT, Page, RowKind, Words
from pytest_fakemail.transcript.vocabulary import HARMLESS
from pytest_fakemail.wire.exchange import END_OF_DATA, Connection, Exchange

if TYPE_CHECKING:  # loaded with the first follower, and when there is more than is kept
    from collections.abc import Callable

    from pytest_fakemail.transcript.followers import Followers
    from pytest_fakemail.transcript.lost import Lost

_PAGE = 256 * 1024
_PAGES = 8
"""In how many pages at least the limit is spent, so that dropping one leaves much."""

# On the way of everything that is said a name of the module is the quickest to find.
_REQUEST, _SECRET, _SENT = RowKind.REQUEST, RowKind.SECRET, RowKind.SENT
_PAYLOAD, _MESSAGE, _GUARDED = RowKind.PAYLOAD, RowKind.MESSAGE, RowKind.GUARDED
_DOTTED = RowKind.DOTTED
_NOTHING: frozenset[str] = frozenset()


class Record:
    """Every octet of every connection, in order, with its time; implements `Recorder`.

    Once more than `limit` octets are kept, long ones lose their middle, the oldest first;
    then the oldest exchanges go.

    Attributes:
        lock: held while rows are added, and while somebody finds out which there are.
        connections: those of which something is kept, by number.
        pages: what is kept, in order.
        lost: what was not kept, None as long as nothing was lost.
        followers: who hears of each row, None as long as nobody ever did.
        forgotten_by: what was called to forget what there was before, such as
            ``"transcript.clear()"``; empty if nothing was.
        own_up: is given what a function of the test raises that follows.
    """

    def __init__(self, clock: Clock, *, limit: int) -> None:
        self._clock = clock
        self._limit = limit
        self.own_up: Callable[[Exception], object] = repr
        self.lock = threading.Lock()
        self.followers: Followers | None = None
        self.forgotten_by = ""
        self.begin()

    def begin(self) -> None:
        """Forget everything; whoever asks for that holds the lock."""
        self.connections: dict[int, Connection] = {}
        self._page = Page()
        self.pages = deque([self._page])
        self._page_size = min(_PAGE, self._limit // _PAGES)
        self._brim = self._limit  # how many octets the last page may have
        self._extend: Callable[[Page, int, bytes], bool] | None = None  # as soon as it is abridged
        self.lost: Lost | None = None
        self._guarded: set[int] = set()
        """Connections whose present answer can repeat credentials."""

    def connected(self, connection: Connection) -> None:
        """Take note of a new connection."""
        self.connections[connection.number] = connection
        self._take(RowKind.CONNECTED, connection.number, b"")

    def opened(self, exchange: Exchange) -> None:
        """Take note of what the client did; what is sent from now on answers it."""
        connection = exchange.connection
        number = connection.number
        # A session can be used without a driver, which would have told of the connection.
        if number not in self.connections:
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
        self,
        connection: Connection,
        verb: str,
        request: bytes,
        payload: bytes | None = None,
        argument: str | None = None,
    ) -> bool:
        """Do as `opened`, without an exchange, with what is known to hold no credentials."""
        if verb not in HARMLESS.get(connection.protocol, _NOTHING):
            return False
        number = connection.number
        if number not in self.connections:
            self.connected(connection)
        if self._guarded:
            self._guarded.discard(number)
        words = verb if argument is None else (verb, argument)
        if payload is None:
            self._take(_REQUEST, number, request, words)
        else:
            self._take_both(_REQUEST, number, request, payload, words)
        return True

    def _take_both(
        self, kind: int, number: int, request: bytes, payload: bytes, words: Words
    ) -> None:
        if words != END_OF_DATA:
            self._take(kind, number, request, words)
            self._take(_PAYLOAD, number, payload)
        elif kind == _REQUEST and request == DOT:
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
        self._take(RowKind.NOTED, connection.number, text.encode("utf-8", "backslashreplace"))

    def closed(self, connection: Connection, how: str) -> None:
        """Take note of the end, in words."""
        self._take(RowKind.CLOSED, connection.number, how.encode("utf-8", "backslashreplace"))

    def _take(self, kind: int, number: int, data: bytes, words: Words = "") -> None:
        time = self._clock.time()
        self.lock.acquire()  # half the cost of `with`, on the way of everything
        try:
            page, extend = self._page, self._extend
            if extend is None or kind != _SENT or not extend(page, number, data):
                if page.octets >= self._page_size:
                    page = self._turned()
                if page.add(kind, number, time, data, words) > self._brim:
                    self._make_room()
        finally:
            self.lock.release()
        if self.followers is not None:
            self.followers.tell(kind, number, time, data, words)

    def _turned(self) -> Page:
        """Begin a new page, and return it."""
        self._page = Page()
        self.pages.append(self._page)
        self._measure()
        return self._page

    def _measure(self) -> None:
        """Find out how much the last page may have."""
        self._brim = self._limit - sum(page.octets for page in self.pages) + self._page.octets

    def _make_room(self) -> None:
        from pytest_fakemail.transcript.room import Lost, extend, make_room

        self._extend, self.lost = extend, self.lost or Lost()
        make_room(self.pages, self._limit, self.lost, self.connections)
        self._measure()
