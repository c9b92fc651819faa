"""A server without a protocol, for tests of what carries one: scripted sessions, told events."""

import itertools
import socket
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Self

from pytest_fakemail.clock import Clock
from pytest_fakemail.net.listener import Listener
from pytest_fakemail.net.tls import TlsAuthority
from pytest_fakemail.settings import Settings
from pytest_fakemail.store.store import Store
from pytest_fakemail.wire.capabilities import Capabilities
from pytest_fakemail.wire.effects import Close, Effect, Send, StartTls
from pytest_fakemail.wire.exchange import Connection, Exchange
from pytest_fakemail.wire.session import Service

if TYPE_CHECKING:
    from typing import Unpack

    from pytest_fakemail.setting_changes import SettingChanges

HELLO = b"hello\r\n"

Answer = Callable[[], Iterable[Effect]]


class Script:
    """A session that answers lines from a table and echoes those that are not in it."""

    def __init__(self, answers: Mapping[str, Answer], connection: Connection) -> None:
        self.answers = answers
        self.connection = connection
        self.calls: list[str] = []
        self.timeout: float | None = None
        self.is_prompt = False
        """Whether each answer is there at once and whole, as a tuple."""
        self._rest = b""

    def greeting(self) -> Iterable[Effect]:
        return self._told("greeting", lambda: [Send(HELLO)])

    def receive_data(self, data: bytes) -> Iterable[Effect]:
        answer = self._answers(data)
        return tuple(answer) if self.is_prompt else answer

    def _answers(self, data: bytes) -> Iterable[Effect]:
        *lines, self._rest = (self._rest + data).split(b"\r\n")
        for line in lines:
            yield from self._told(line.decode(), partial(self._echo, line))

    def _echo(self, line: bytes) -> Iterable[Effect]:
        return [Send(line + b"\r\n")]

    def receive_eof(self) -> Iterable[Effect]:
        return self._told("eof", list)

    def tls_started(self) -> Iterable[Effect]:
        return self._told("tls_started", list)

    def mailbox_changed(self) -> Iterable[Effect]:
        return self._told("mailbox_changed", lambda: [Send(b"changed\r\n")])

    def timed_out(self) -> Iterable[Effect]:
        return self._told("timed_out", lambda: [Send(b"bye\r\n"), Close()])

    def _told(self, call: str, answer: Answer) -> Iterable[Effect]:
        self.calls.append(call)
        return self.answers.get(call, answer)()


class Events:
    """A recorder that keeps what it is told, and lets a test wait for it."""

    def __init__(self) -> None:
        self.all: list[str] = []
        self._changed = threading.Condition()

    def connected(self, connection: Connection) -> None:
        self._add(f"connected {connection.number}")

    def opened(self, exchange: Exchange) -> None:
        self._add(f"opened {exchange.verb}")

    def heard(
        self,
        connection: Connection,
        verb: str,
        request: bytes,
        payload: bytes | None = None,
        argument: str | None = None,
    ) -> bool:
        self.opened(Exchange(connection, verb, request, payload, argument=argument or ""))
        return True

    def sent(self, _connection: Connection, data: bytes) -> None:
        self._add(f"sent {data[:20]!r}" if len(data) < 20 else f"sent {len(data)}")

    def noted(self, _connection: Connection, text: str) -> None:
        self._add(text)

    def closed(self, _connection: Connection, how: str) -> None:
        self._add(how)

    def wait_for(self, *beginnings: str) -> str:
        """Return the first event that begins in one of these ways, when it has come."""
        with self._changed:
            assert self._changed.wait_for(lambda: self._first(beginnings), 10), self.all
            return self._first(beginnings)

    def _first(self, beginnings: tuple[str, ...]) -> str:
        return next((event for event in self.all if event.startswith(beginnings)), "")

    def _add(self, event: str) -> None:
        with self._changed:
            self.all.append(event)
            self._changed.notify_all()


class TlsFault:
    """No fault, until one is set for handshakes."""

    def __init__(self) -> None:
        self.handshake: list[Effect] = []

    @property
    def is_active(self) -> bool:
        return bool(self.handshake)

    is_counting = False

    def heeds(self, _protocol: str, _verb: str) -> bool:
        return self.is_active

    def saw(self, _protocol: str, _verb: str) -> None: ...

    def instead(self, exchange: Exchange) -> list[Effect] | None:
        return self.handshake if exchange.verb == "tls" else None

    def after(self, _exchange: Exchange, effects: Iterable[Effect]) -> Iterable[Effect]:
        return effects


class House:
    """A service with listeners on it; closed by the ``with`` block, and then without a trace."""

    def __init__(
        self, answers: Mapping[str, Answer] | None = None, **settings: "Unpack[SettingChanges]"
    ) -> None:
        self.answers = dict(answers or {})
        self.answers.setdefault("starttls", lambda: [Send(b"go ahead\r\n"), StartTls()])
        self.answers.setdefault("quit", lambda: [Send(b"bye\r\n"), Close()])
        self.settings = Settings().but(**settings)
        self.clock = Clock()
        self.events = Events()
        self.fault = TlsFault()
        self.tls = TlsAuthority(self.settings)
        self.sessions: list[Script] = []
        self.timeout: float | None = None
        self.is_prompt = False
        self.service = Service(
            protocol="smtp",
            settings=self.settings,
            store=Store(self.settings, self.clock),
            clock=self.clock,
            capabilities=Capabilities([]),
            faults=self.fault,
            recorder=self.events,
        )
        self.listeners: list[Listener] = []
        self._numbers = itertools.count(1)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for listener in self.listeners:
            listener.close()
        assert self.clock._listeners == []
        for session in self.sessions:
            assert session.calls.count("eof") == 1, session.calls
            assert session.calls[-1] == "eof"

    @property
    def bugs(self) -> list[BaseException]:
        return self.service.bugs

    def listen(self, *, port: int = 0, is_implicit_tls: bool = False) -> Listener:
        listener = Listener(
            self._make_session,
            service=lambda: self.service,
            tls=lambda: self.tls,
            numbers=self._numbers,
            host=self.settings.host,
            port=port,
            is_implicit_tls=is_implicit_tls,
        )
        self.listeners.append(listener)
        return listener

    @contextmanager
    def client(self, *, is_implicit_tls: bool = False) -> Iterator[socket.socket]:
        """Connect to a new listener; the greeting, if it comes in the clear, is read."""
        listener = self.listen(is_implicit_tls=is_implicit_tls)
        with connected(listener) as client:
            if not is_implicit_tls:
                assert read(client, len(HELLO)) == HELLO
            yield client

    def settle(self) -> None:
        """Wait until the loop has done whatever was there to do, with all that clients sent."""
        for _ in range(2):  # in the first turn it finds what is there, in the second it has it
            self.listeners[0].thread.run(int)

    def _make_session(self, connection: Connection) -> Script:
        session = Script(self.answers, connection)
        session.timeout = self.timeout
        session.is_prompt = self.is_prompt
        self.sessions.append(session)
        return session


@contextmanager
def connected(listener: Listener) -> Iterator[socket.socket]:
    with socket.create_connection((listener.host, listener.port), timeout=5) as client:
        yield client


def read(client: socket.socket, octets: int) -> bytes:
    """Return exactly so many octets."""
    data = bytearray()
    while len(data) < octets:
        piece = client.recv(octets - len(data))
        assert piece, f"the end after {bytes(data)!r}"
        data += piece
    return bytes(data)


def nothing_came(client: socket.socket) -> bool:
    """Whether there is nothing to read at this moment, not even an end."""
    client.settimeout(0)
    try:
        client.recv(1, socket.MSG_PEEK)
    except BlockingIOError:
        return True
    finally:
        client.settimeout(5)
    return False


def read_all(client: socket.socket) -> bytes:
    """Return everything up to the end."""
    pieces = []
    while piece := client.recv(1 << 16):
        pieces.append(piece)
    return b"".join(pieces)
