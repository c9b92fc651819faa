"""A port of a server: bound where it is asked for, served by the shared loop."""

import errno
import os
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from pytest_fakemail.errors import BadSetting
from pytest_fakemail.net.driver import Driver
from pytest_fakemail.net.thread import ServerThread, shared
from pytest_fakemail.settings import Settings
from pytest_fakemail.wire.exchange import Connection
from pytest_fakemail.wire.session import Service

if TYPE_CHECKING:
    from pytest_fakemail.net.tls import TlsAuthority
    from pytest_fakemail.net.turning_away import Outage
    from pytest_fakemail.wire.parties import Session

BACKLOG = 1024
"""Connections that the kernel keeps until the loop accepts them."""

OUTAGES: "tuple[Outage, ...]" = ("refuse", "reset", "silent")
"""How a server can be down: its port refuses, who connects is reset, or is told nothing."""

REST = 0.1
"""Seconds without accepting when the process has no file descriptors left."""

_AWAITING_THE_CLIENT = ("LISTENING", "SENDING", "HANDSHAKING", "ENDED")

_INHERITS = sys.platform == "linux"
"""Whether accepted sockets have the options of the one that listens."""

_EXHAUSTED = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)


class Listener:
    """Accept connections on one port, until closed.

    The socket is bound and listening when the constructor returns; connections are served
    soon after, in the order in which they came.  `host` and `port` are where.
    """

    def __init__(
        self,
        make_session: "Callable[[Connection], Session]",
        *,
        service: Callable[[], Service],
        tls: "Callable[[], TlsAuthority]",
        numbers: Iterator[int],
        host: str = "127.0.0.1",
        port: int = 0,
        is_implicit_tls: bool = False,
        other_port: Callable[[], int | None] = lambda: None,
        elsewhere: Callable[[], int] = lambda: 0,
    ) -> None:
        """Listen on `port`, or on a free one.

        `service` is asked for each connection, and `make_session` called: a FakeMail that is
        reset has another.  Its clock and protocol stay.  `numbers` gives each connection its
        number.  `other_port` is where the same server listens with TLS if this port has none, or
        the reverse; None if it does not.  `elsewhere` tells how many connections that one has:
        `max_connections` is for both.

        Raises:
            OSError: the address cannot be had.
        """
        self._make_session = make_session
        self._service = service
        self.tls = tls
        self._numbers = numbers
        self._is_implicit_tls = is_implicit_tls
        self.other_port = other_port
        self._elsewhere = elsewhere
        self._lock = threading.Lock()
        self._is_closed = False
        self._drivers: set[Driver] = set()
        self._outage: Outage | None = None
        self._socket = _listening(host, port)
        self.host: str
        self.port: int
        self.host, self.port = self._socket.getsockname()[:2]
        try:
            self.thread = shared.join(self, self._begin)
        except BaseException:
            self._socket.close()
            raise
        self._unsubscribe = service().clock._subscribe(self._clock_jumped)  # noqa: SLF001  (our own)

    def __repr__(self) -> str:
        tls = " over TLS" if self._is_implicit_tls else ""
        return f"<Listener {self._service().protocol}{tls} on {self.host} port {self.port}>"

    @property
    def connections(self) -> list[Connection]:
        """The connections that are open now, in the order of their numbers."""
        drivers = [driver for driver in self._drivers.copy() if not driver.is_ended]
        return sorted((driver.connection for driver in drivers), key=lambda one: one.number)

    def is_at_rest(self) -> bool:
        """Whether all that clients have said so far is answered, and the rest awaits them.

        The servers' thread says so itself, when it has found that no socket has anything for it:
        it may have had no turn for a while.  A connection that is silent for ever is at rest.
        """
        return self._is_closed or self.thread.run(self._has_nothing_to_say)

    def drop_connections(self) -> None:
        """End every connection and go on listening; returns when all sessions are done."""
        if not self._is_closed:
            self.thread.run(self._drop_all)

    def go_down(self, how: "Outage") -> None:
        """Be gone, and keep the port: what is open ends, and who comes is treated so.

        Returns when it is done.

        Raises:
            OSError: the port cannot be kept.
        """
        if not self._is_closed:
            self.thread.run(partial(self._go_down, how))

    def come_back(self) -> None:
        """Serve again, on the same port, who comes from now on.

        Raises:
            OSError: the port cannot be had.
        """
        if not self._is_closed:
            self.thread.run(self._come_back)

    def close(self) -> None:
        """Stop listening, end every connection; returns when all sessions are done.

        May be called again, and from any thread but the servers' own.

        Raises:
            RuntimeError: called by a session or by a callback that one called.
            ServerBug: a session does not come to an end.
        """
        if self.thread.is_current:
            raise RuntimeError(f"{self!r} cannot be closed from within one of its sessions")
        with self._lock:
            if self._is_closed:
                return
            self._is_closed = True
        self._unsubscribe()
        shared.leave(self, self._shut)

    def abandon(self) -> None:
        """Close a forked child's copies of the sockets; there is nothing else in the child."""
        self._lock = threading.Lock()  # whoever held it at the fork is not here
        self._is_closed = True
        self._socket.close()
        for driver in self._drivers:
            driver.abandon()

    # On the loop

    def left(self, driver: object) -> None:
        """Forget a connection that has ended."""
        self._drivers.discard(driver)

    def _has_nothing_to_say(self) -> bool:
        from pytest_fakemail.wire.silences import SILENCES

        return self.thread.loop.is_idle and all(
            one.phase in _AWAITING_THE_CLIENT
            or SILENCES.is_for_ever((one.connection.peer, one.connection.local[1]))
            for one in self._drivers
        )

    def _begin(self, thread: ServerThread) -> None:
        self.thread = thread  # which `join` may not have returned yet
        self._open()

    def _open(self) -> None:
        if not self._is_closed:
            self.thread.loop.add_reader(self._socket.fileno(), self._accept)

    def _shut(self) -> None:
        self.thread.loop.remove_reader(self._socket.fileno())
        self._socket.close()
        self._drop_all()

    def _drop_all(self) -> None:
        for driver in list(self._drivers):
            driver.drop()

    def _go_down(self, how: "Outage") -> None:
        self._outage = how
        if how == "silent":
            for driver in list(self._drivers):
                driver.fall_silent()
            return
        for driver in list(self._drivers):
            driver.break_off()
        if how == "refuse":
            self.thread.loop.remove_reader(self._socket.fileno())
            self._socket.close()
            # Bound and not listening: nobody else gets the port, and who comes is refused.
            self._socket = _bound(self.host, self.port)

    def _come_back(self) -> None:
        how, self._outage = self._outage, None
        if how == "refuse":
            self._socket.close()
            self._socket = _listening(self.host, self.port)
            self._open()
        elif how == "silent":
            for driver in list(self._drivers):
                driver.break_off()

    def _accept(self) -> None:
        # One at a time, with others served between: to find that there are no more would cost as
        # much as to be told of the next.
        try:
            sock, peer = self._socket.accept()
        except OSError as error:
            if error.errno in _EXHAUSTED:
                self.thread.loop.remove_reader(self._socket.fileno())
                self.thread.loop.call_later(REST, self._open)
            return
        try:
            self._welcome(sock, peer[:2])
        except OSError:  # it has gone again already
            sock.close()

    def _welcome(self, sock: socket.socket, peer: tuple[str, int]) -> None:
        sock.settimeout(0)
        if not _INHERITS:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        service = self._service()
        connection = Connection(
            number=next(self._numbers),
            protocol=service.protocol,
            peer=peer,
            local=(self.host, self.port),
            is_implicit_tls=self._is_implicit_tls,
        )
        limit = service.settings.max_connections
        is_too_many = 0 < limit <= len(self.connections) + self._elsewhere()
        driver = Driver(self, service, sock, connection)
        self._drivers.add(driver)
        if self._outage is None and not is_too_many:
            driver.start(self._make_session)
            return
        from pytest_fakemail.net.turning_away import Absence, Refusal

        if self._outage is not None:
            driver.start(partial(Absence, self._outage, service), is_absent=True)
        else:
            driver.start(partial(Refusal, service))

    def _clock_jumped(self) -> None:
        self.thread.call_soon(self._tell_of_jump)

    def _tell_of_jump(self) -> None:
        for driver in list(self._drivers):
            driver.clock_jumped()


def require_loopback(settings: Settings) -> None:
    """Refuse an address that other machines can reach, unless that is allowed.

    Raises:
        BadSetting: it is one, or a name that may stand for one.
    """
    host = settings.host
    if settings.allow_network or host in ("127.0.0.1", "::1", "localhost"):
        return
    from ipaddress import ip_address  # which hardly anybody needs

    try:
        is_loopback = ip_address(host).is_loopback
    except ValueError:
        is_loopback = False
    if not is_loopback:
        raise BadSetting(
            f"host={host!r}: other machines could reach it; servers listen on loopback "
            "(127.0.0.1, ::1) only, unless allow_network is set"
        )


def _listening(host: str, port: int) -> socket.socket:
    sock = _bound(host, port)
    try:
        # Small answers leave at once, without waiting for the client's ACK (RFC 896).
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.listen(BACKLOG)
    except OSError as error:
        sock.close()
        raise _told(error, host, port) from None
    return sock


def _bound(host: str, port: int) -> socket.socket:
    is_v6 = ":" in host
    sock = socket.socket(socket.AF_INET6 if is_v6 else socket.AF_INET, socket.SOCK_STREAM)
    try:
        if os.name == "posix":  # elsewhere it would let two servers share a port
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if is_v6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        sock.bind((host, port))
        sock.settimeout(0)
    except OSError as error:
        sock.close()
        raise _told(error, host, port) from None
    except BaseException:
        sock.close()
        raise
    return sock


def _told(error: OSError, host: str, port: int) -> OSError:
    return type(error)(error.errno, f"cannot listen on {host} port {port}: {error.strerror}")
