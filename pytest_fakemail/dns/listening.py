"""The name server's sockets: UDP and TCP on one port, in one thread of its own."""

import heapq
import selectors
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from itertools import count

from pytest_fakemail.clock import Clock
from pytest_fakemail.net.loop import LONGEST

Reply = tuple[float, bytes]
"""After how many seconds of the clock, and what."""

Handler = Callable[[bytes, str], Reply | None]
"""Takes a query and its transport; None: no answer at all."""

_LARGEST = 65535
_TRIES = 50
_MOST_CONNECTIONS = 100


class Listening:
    """Answers queries until it is closed.

    Raises:
        OSError: no port is free.
    """

    def __init__(self, host: str, clock: Clock, handle: Handler) -> None:
        self._clock = clock
        self._handle = handle
        self._tcp, self._udp = _bound(host)
        self.address: tuple[str, int] = self._tcp.getsockname()[:2]
        self._wakes, self._waker = socket.socketpair()
        self._waker.settimeout(0)  # a bell that rings already need not be waited for
        self._selector = selectors.DefaultSelector()
        self._received: dict[socket.socket, bytearray] = {}
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._order = count()
        self._is_closing = False
        for one, ready in (
            (self._tcp, self._accept),
            (self._udp, self._receive),
            (self._wakes, self._woken),
        ):
            one.settimeout(0)
            self._selector.register(one, selectors.EVENT_READ, ready)
        self._unsubscribe = clock._subscribe(self._wake)  # noqa: SLF001  (our own)
        self._thread = threading.Thread(target=self._run, name="fakemail dns", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop, and return when the thread has ended."""
        if self._is_closing:
            return
        self._is_closing = True
        self._unsubscribe()
        self._wake()
        self._thread.join()

    def _run(self) -> None:
        try:
            while not self._is_closing:
                for key, _ in self._selector.select(self._left()):
                    key.data(key.fileobj)
                self._send_due()
        finally:
            for one in (*self._received, self._tcp, self._udp, self._wakes, self._waker):
                one.close()
            self._selector.close()

    def _left(self) -> float | None:
        """Return for how long nothing falls due; None: until something happens."""
        if not self._due:
            return None
        left = max(0.0, self._due[0][0] - self._clock.elapsed())
        return None if left and self._clock.is_frozen else min(left, LONGEST)

    def _send_due(self) -> None:
        while self._due and self._due[0][0] <= self._clock.elapsed():
            heapq.heappop(self._due)[2]()

    def _wake(self) -> None:
        with suppress(OSError):  # it was closed meanwhile
            self._waker.send(b"\0")

    def _woken(self, wakes: socket.socket) -> None:
        wakes.recv(_LARGEST)

    def _receive(self, udp: socket.socket) -> None:
        with suppress(OSError):  # a client that is gone: ICMP says so here
            data, peer = udp.recvfrom(_LARGEST)
            self._answer(data, "udp", lambda reply: udp.sendto(reply, peer))

    def _accept(self, tcp: socket.socket) -> None:
        with suppress(OSError):
            connection, _ = tcp.accept()
            if len(self._received) >= _MOST_CONNECTIONS:
                connection.close()
                return
            connection.setblocking(False)  # noqa: FBT003
            self._received[connection] = bytearray()
            self._selector.register(connection, selectors.EVENT_READ, self._read)

    def _read(self, connection: socket.socket) -> None:
        try:
            data = connection.recv(_LARGEST)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._hang_up(connection)
            return
        buffer = self._received[connection]
        buffer += data
        # RFC 1035 §4.2.2: two octets of length before each message.
        while len(buffer) > 1 and len(buffer) >= 2 + (size := int.from_bytes(buffer[:2], "big")):
            query = bytes(buffer[2 : 2 + size])
            del buffer[: 2 + size]
            self._answer(query, "tcp", lambda reply: self._write(connection, reply))

    def _write(self, connection: socket.socket, reply: bytes) -> None:
        """Send all of a reply; one who does not read it is hung up on."""
        if connection not in self._received:
            return
        try:
            sent = connection.send(len(reply).to_bytes(2, "big") + reply)
        except OSError:
            sent = 0
        if sent != len(reply) + 2:
            self._hang_up(connection)

    def _hang_up(self, connection: socket.socket) -> None:
        self._selector.unregister(connection)
        del self._received[connection]
        connection.close()

    def _answer(self, query: bytes, transport: str, send: Callable[[bytes], object]) -> None:
        asked_at = self._clock.elapsed()  # who hears of the query may move the clock at once
        reply = self._handle(query, transport)
        if reply is None:
            return
        delay, octets = reply

        def now() -> None:
            with suppress(OSError):
                send(octets)

        if delay:
            heapq.heappush(self._due, (asked_at + delay, next(self._order), now))
        else:
            now()


def _bound(host: str) -> tuple[socket.socket, socket.socket]:
    """Return a listening TCP socket and a UDP socket with the same free port."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for attempt in range(_TRIES):
        tcp = socket.create_server((host, 0), family=family)
        udp = socket.socket(family, socket.SOCK_DGRAM)
        try:
            udp.bind((host, tcp.getsockname()[1]))
        except OSError:  # somebody else has this port for UDP
            tcp.close()
            udp.close()
            if attempt == _TRIES - 1:
                raise
        else:
            return tcp, udp
    raise AssertionError("unreachable")
