"""What servers stand on: the parts that all those of one FakeMail share, and each one's desk."""

import itertools
import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Self

from pytest_fakemail.dataclass import dataclass, field
from pytest_fakemail.errors import NotRunning
from pytest_fakemail.net.listener import Listener
from pytest_fakemail.net.thread import shared as thread
from pytest_fakemail.settings import Settings
from pytest_fakemail.wire.exchange import Connection
from pytest_fakemail.wire.session import Service

if TYPE_CHECKING:
    from pytest_fakemail.faults.engine import FaultEngine
    from pytest_fakemail.net.tls import TlsAuthority
    from pytest_fakemail.wire.parties import Session


@dataclass(slots=True)
class Plumbing:
    """What the servers of one FakeMail share."""

    settings: Settings
    numbers: Iterator[int]
    is_closed: bool = False
    """Whether it has closed for good."""
    listeners: set[Listener] = field(default_factory=set)
    """Those that are open now."""
    tls: "TlsAuthority | None" = None
    """What presents certificates, once somebody has asked for it."""
    _faults: "FaultEngine | None" = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def authority(self) -> "TlsAuthority":
        """Return what presents certificates; a test without TLS has none and loads none."""
        from pytest_fakemail.net.tls import TlsAuthority

        with self._lock:  # a handshake may ask while the test does
            if self.tls is None:
                self.tls = TlsAuthority(self.settings)
        self._tell_authority()
        return self.tls

    def heed(self, faults: "FaultEngine") -> None:
        """Have handshakes disturbed by these."""
        self._faults = faults
        self._tell_authority()

    def _tell_authority(self) -> None:
        """Tell it how things stand: also when they have changed while it was made."""
        if self.tls is not None:
            self.tls.faults, self.tls.is_closed = self._faults, self.is_closed

    def require_open(self) -> None:
        """Raise NotRunning if it has closed for good."""
        if self.is_closed:
            raise NotRunning("this FakeMail is closed")

    def close(self) -> None:
        """Close for good, but for what listens."""
        self.is_closed = True
        self._tell_authority()

    @contextmanager
    def closing(self) -> Iterator[None]:
        """Close for good at the end of the block, from within the garbage collector."""
        self.close()
        try:
            yield
        finally:
            thread.close_elsewhere(self.listeners)


@dataclass(slots=True)
class Desk:
    """What a listener knows of its server: who serves, and where else.

    It does not know the server itself, for that knows its FakeMail; and a FakeMail that
    everybody has forgotten but its listeners is to be found by the garbage collector.
    """

    service: Service
    make_session: "Callable[[Service, Connection], Session]"
    ports: dict[bool, int] = field(default_factory=dict)
    """Where it listens now, by whether TLS is implicit there."""

    def session(self, connection: Connection) -> "Session":
        """Return what serves a new connection."""
        return self.make_session(self.service, connection)

    def current(self) -> Service:
        """Return the service of those that connect now."""
        return self.service


class HandedOut:
    """The clients that a server has handed out, and closes when it closes."""

    __slots__ = ("_ends", "_lock")

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ends: list[Callable[[], None]] = []

    def add(self, end: Callable[[], None]) -> None:
        """Take note of what ends a client."""
        with self._lock:
            self._ends.append(end)

    def ends(self) -> list[Callable[[], None]]:
        """Return what ends each of them."""
        with self._lock:
            return list(self._ends)

    def close(self, *, but: Collection[Callable[[], None]] = ()) -> None:
        """End all of them but these."""
        with self._lock:
            ended = [one for one in self._ends if one not in but]
            self._ends = [one for one in self._ends if one in but]
        for end in ended:
            with suppress(OSError):  # the test has closed it itself
                end()


class Downtime:
    """A server that is down: in a ``with`` statement, until the end of the block."""

    __slots__ = ("_end",)

    def __init__(self, end: Callable[[], None]) -> None:
        self._end = end

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()


def numbers() -> Iterator[int]:
    """Count connections from 1; safe to share between threads."""
    return itertools.count(1)


def connection_count(listeners: dict[bool, Listener], is_implicit_tls: bool) -> int:  # noqa: FBT001  (a key)
    """Return how many connections a server has at its port with TLS, or at the one without."""
    listener = listeners.get(is_implicit_tls)
    return 0 if listener is None else len(listener.connections)
