"""One connection's driver: lets a session converse over a channel.

The rules:

- The session is called when everything of its last answer has been performed.  What the
  client sends before that is held, up to a limit; beyond it, it stays with the kernel.
- A `Send` is told to the recorder when it is taken, so that it stands behind the exchange it
  answers.  If the connection dies before the kernel had all of it, a note says how many
  octets never left; what a reset destroys on the client's side is not ours to know.
- A handshake is an exchange of its own, verb ``"tls"``, on implicit TLS before the greeting
  and on `StartTls` from the session; so faults apply to both.
- `Session.receive_eof` is called exactly once, last of all, however the connection ends; if
  it is not the client who closed, its effects are taken and not performed.
"""

import math
import re
import socket
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from pytest_fakemail.net.alarm import Alarm
from pytest_fakemail.net.channel import Channel
from pytest_fakemail.net.loop import ServerThread
from pytest_fakemail.net.performance import Performance, Wait
from pytest_fakemail.net.tls import TlsAuthority
from pytest_fakemail.wire.effects import Effect, StartTls
from pytest_fakemail.wire.exchange import Connection, Conversation, Exchange, Tls
from pytest_fakemail.wire.session import Service, Session

HELD = 64 * 1024
"""Octets of input held while effects are performed, before reading stops."""

# How clients end a handshake with a server that they do not trust: by an alert, or without.
_LIKE_DISTRUST = re.compile("unknown ca|bad certificate|certificate unknown|the client left")


@dataclass(frozen=True, slots=True, eq=False)
class Surroundings:
    """What a driver finds around it."""

    thread: ServerThread
    service: Service
    tls: TlsAuthority


class Driver:
    """Run one session over one accepted socket, on the loop's thread."""

    __slots__ = (
        "_bugs",
        "_channel",
        "_clock",
        "_conversation",
        "_heard_at",
        "_held",
        "_held_before",
        "_held_size",
        "_is_eof",
        "_is_eof_told",
        "_is_gone",
        "_is_secured",
        "_is_silent",
        "_is_tls_granted",
        "_is_woken",
        "_leave",
        "_performance",
        "_postponed",
        "_postponed_alarm",
        "_recorder",
        "_session",
        "_silence_alarm",
        "_thread",
        "_timeout",
        "_tls",
        "connection",
        "is_ended",
    )

    def __init__(
        self,
        around: Surroundings,
        sock: socket.socket,
        connection: Connection,
        leave: Callable[["Driver"], None],
    ) -> None:
        """`leave` is called when the connection has ended and its socket is closed."""
        service, loop = around.service, around.thread.loop
        self.connection = connection
        self._recorder = service.recorder
        self._bugs = service.bugs
        self.is_ended = False
        self._thread = around.thread
        self._tls = around.tls
        self._leave = leave
        self._clock = clock = service.clock
        self._channel = channel = Channel(loop, sock, self)
        self._conversation = Conversation(connection, service.faults, service.recorder)
        self._performance = Performance(
            loop, clock, channel, self, partial(service.recorder.sent, connection)
        )
        self._session: Session | None = None
        self._held: list[bytes] = []
        self._held_size = 0
        self._held_before = 0  # how many of `_held` the client sent before our last write
        self._heard_at = clock.time()
        self._timeout: float | None = None
        self._silence_alarm = Alarm(loop, clock, self._silence)
        self._postponed: list[tuple[float, Iterable[Effect]]] = []  # in the order of their times
        self._postponed_alarm = Alarm(loop, clock, self.go_on)
        self._is_eof = False
        self._is_eof_told = False
        self._is_gone = False
        self._is_secured = False  # by a handshake that the session does not know of yet
        self._is_silent = False
        self._is_tls_granted = False  # by the faults
        self._is_woken = False

    # Calls from the listener

    def start(self, make_session: Callable[[Connection], Session]) -> None:
        """Greet the client, after a handshake where TLS is implicit."""
        connection = self.connection
        connection.wake = self._wake
        self._channel.read()
        try:
            self._recorder.connected(connection)
            self._session = session = make_session(connection)
            effects = [StartTls()] if connection.is_implicit_tls else session.greeting()
            self._performance.begin(effects)
        except BaseException as bug:  # noqa: BLE001  (see _own_up)
            self._own_up(bug)
            return
        self._timeout = session.timeout
        self._watch()
        self.go_on()

    def drop(self) -> None:
        """End at once."""
        self._end("dropped by the server")
        self._channel.close()

    def clock_jumped(self) -> None:
        """Look at the clock: a test moved it."""
        self._performance.clock_jumped()
        self._postponed_alarm.look()
        self._silence_alarm.look()

    def abandon(self) -> None:
        """Close a forked child's copy of the socket."""
        self._channel.abandon()

    # Calls from the channel

    def received(self, data: bytes) -> None:
        """Hand the client's octets to the session, or hold them while it answers."""
        self._heard_at = self._clock.time()
        self._held.append(data)
        if self._performance.is_over:
            self.go_on()
            return
        self._held_size += len(data)
        if self._held_size > HELD:
            self._channel.pause_reading()

    def ended(self) -> None:
        """Let a client that has closed its side have the rest, unless that never comes."""
        self._is_eof = True
        self.go_on()

    def broken(self, reason: str) -> None:
        """Nothing reaches the client any more."""
        self._end(reason)

    def drained(self) -> None:
        """Go on with the effects."""
        self._performance.go_on_after(Wait.KERNEL)

    def secured(self, tls: Tls) -> None:
        """Tell the session of the TLS layer once all effects around it are done."""
        self.connection.tls = tls
        self._note(f"TLS started: {tls.version} {tls.cipher}")
        self._is_secured = True
        self._performance.go_on_after(Wait.HANDSHAKE)

    def refused(self, reason: str) -> None:
        """The handshake failed."""
        hint = " (does it trust the servers' CA?)" if _LIKE_DISTRUST.search(reason) else ""
        self._note(f"TLS failed: {reason}{hint}")
        self._end("closed in the TLS handshake")

    def gone(self) -> None:
        """The socket is closed."""
        self._is_gone = True
        if self.is_ended:
            self._leave(self)

    # Calls from the performance

    def wait_is_over(self) -> None:
        """Go on; the client could not be expected to speak meanwhile."""
        self._heard_at = self._clock.time()
        self.go_on()

    def writes(self) -> None:
        """Remember what the client said before it could see what is written now."""
        self._held_before = len(self._held)

    def start_tls(self) -> Iterable[Effect] | None:
        """Ask the faults, as for a command; then begin."""
        if not self._is_tls_granted:
            self._is_tls_granted = True
            exchange = Exchange(self.connection, "tls")
            return self._conversation.answer(exchange, lambda: [StartTls()])
        self._is_tls_granted = False
        # What the client sent before it could see our go-ahead came in the clear, and may be
        # from a man in the middle: RFC 3207 §4.2, RFC 2595 §4, RFC 9051 §6.2.1.
        early = sum(map(len, self._held[: self._held_before]))
        if early:
            self._note(f"{early} octets sent ahead of the TLS handshake were thrown away")
        hello = b"".join(self._held[self._held_before :])
        self._held.clear()
        self._held_size = 0
        self._channel.start_tls(self._tls.server_context(), hello)
        return None

    def postpone(self, effects: Iterable[Effect], due: float) -> None:
        """Keep these effects until they are due."""
        self._postponed.append((due, effects))
        self._postponed.sort(key=lambda entry: entry[0])
        self._postponed_alarm.set(self._postponed[0][0])

    def close(self, *, reset: bool) -> None:
        """End the connection because an effect says so."""
        if reset:
            self._end("reset by the server")
            self._channel.reset()
        else:
            self._end("closed by the server")
            self._channel.finish()

    # Calls to the session

    def go_on(self) -> None:
        """Perform effects, and make the calls that are due, until there is a wait."""
        performance = self._performance
        try:
            while performance.is_over or performance.go_on():
                effects = self._next()
                if effects is None:
                    break
                performance.begin(effects)
        except BaseException as bug:  # noqa: BLE001  (see _own_up)
            self._own_up(bug)
            return
        if not self.is_ended:
            self._rest()

    def _next(self) -> Iterable[Effect] | None:
        """Return the effects of the next call that is due; None if there is none."""
        self._is_tls_granted = False
        session = self._session
        if session is None or self.is_ended:
            return None
        if self._is_secured:
            self._is_secured = False
            is_unmet = self.connection.is_implicit_tls
            return session.greeting() if is_unmet else session.tls_started()
        if self._held:
            data = self._held[0] if len(self._held) == 1 else b"".join(self._held)
            self._held.clear()
            self._held_size = self._held_before = 0
            return session.receive_data(data)
        return self._by_itself(session)

    def _by_itself(self, session: Session) -> Iterable[Effect] | None:
        """Return what is due though the client sent nothing."""
        if self._postponed and self._postponed[0][0] <= self._clock.time():
            _, effects = self._postponed.pop(0)
            self._postponed_alarm.set(self._postponed[0][0] if self._postponed else math.inf)
            return effects
        if self._is_woken:
            self._is_woken = False
            return session.mailbox_changed()
        if self._is_silent:
            self._is_silent = False
            return session.timed_out()
        if self._is_eof and not self._is_eof_told:
            self._is_eof_told = True
            return session.receive_eof()
        return None

    def _rest(self) -> None:
        """Wait for whatever comes, with nothing left to do now."""
        is_over = self._performance.is_over
        if self._is_eof and (is_over or self._performance.is_stalled):
            self._end("closed by the client")
            self._channel.finish()
        elif is_over and self._session is not None:
            self._channel.read()
            if self._session.timeout != self._timeout:
                self._timeout = self._session.timeout
                self._watch()

    def _watch(self) -> None:
        """Ring when the client has been silent for too long."""
        self._silence_alarm.set(self._heard_at + self._timeout if self._timeout else math.inf)

    def _silence(self) -> None:
        now = self._clock.time()
        timeout = self._timeout or math.inf
        if self._performance.is_ours:  # the silence is ours
            self._heard_at = now
        elif now >= self._heard_at + timeout:
            self._heard_at = now
            if not self._performance.is_over:  # it reads nothing, or does not shake hands
                self._end(f"reset by the server after {timeout:g} seconds of silence")
                self._channel.reset()
                return
            self._is_silent = True
        self._watch()
        self.go_on()

    def _wake(self) -> None:
        """Have the session look at its mailbox, soon; called from any thread."""
        if self._is_woken or self.is_ended:
            return
        self._is_woken = True
        if self._thread.is_current:
            self._thread.loop.call_soon(self.go_on)
            return
        with suppress(RuntimeError):  # the loop has just been closed
            self._thread.call_soon(self.go_on)

    # The end

    def _own_up(self, bug: BaseException) -> None:
        """End the connection for an exception that is our mistake; the test will fail with it.

        Even those that are no `Exception`: a user's callback may say `pytest.fail`.
        """
        self._bugs.append(bug)
        self._note(f"a mistake of the server's: {bug!r}")
        self._end("reset by the server for a mistake of its own")
        self._channel.reset()

    def _end(self, how: str) -> None:
        """Be done with the session, whatever becomes of the socket."""
        if self.is_ended:
            return
        self.is_ended = True
        self.connection.wake = _nobody  # the transcript keeps the connection, and would keep us
        self._performance.stop()
        self._postponed.clear()
        self._postponed_alarm.cancel()
        self._silence_alarm.cancel()
        if self._channel.unsent:
            self._note(f"{self._channel.unsent} octets were not sent")
        if self._session is not None and not self._is_eof_told:
            self._is_eof_told = True
            try:
                deque(self._session.receive_eof(), maxlen=0)
            except BaseException as bug:  # noqa: BLE001  (see _own_up)
                self._bugs.append(bug)
        self._session = None
        self._recorder.closed(self.connection, how)
        if self._is_gone:
            self._leave(self)

    def _note(self, text: str) -> None:
        self._recorder.noted(self.connection, text)


def _nobody() -> None:
    """Wake no one."""
