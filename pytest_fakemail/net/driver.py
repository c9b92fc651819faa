"""One connection's driver: lets a session converse over a channel.

`net.phases` says what a connection can be doing, and when the session is called.  Relied on:

- The session is called when everything of its last answer has been performed.  What the client
  sends before that is held, up to `HELD` octets; beyond, it stays with the kernel.
- Neighbouring sends leave in one write of some 64 KiB.  A `Send` is told to the recorder when it
  is taken, so that it stands behind the exchange it answers.  If the connection dies before the
  kernel had all of it, a note says how many octets never left; what a reset destroys on the
  client's side is not ours to know.
- Time is the clock's when a wait ended or the client spoke, taken before any octet of the answer
  leaves: whoever has read that may move the clock.  A pause begins when the one before it was due
  to end, so that one leap of the clock ends both.
- Whose socket was closed first is who closed the connection.  If that is not the client, the
  effects of `Session.receive_eof` are taken and not performed.
"""

import math
import socket
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property, partial
from itertools import chain
from typing import TYPE_CHECKING

from pytest_fakemail.clock import monotonic
from pytest_fakemail.net.alarm import nobody
from pytest_fakemail.net.calls import Calls
from pytest_fakemail.net.channel import HELLO, Channel
from pytest_fakemail.net.phases import following
from pytest_fakemail.net.silence import Silence
from pytest_fakemail.net.turns import CHUNK, TURN
from pytest_fakemail.wire.effects import Break, Close, Effect, Later, More, Pause, Send, StartTls
from pytest_fakemail.wire.exchange import Connection, Tls
from pytest_fakemail.wire.session import Service

if TYPE_CHECKING:
    from pytest_fakemail.net.compressing import Compressed
    from pytest_fakemail.net.delays import Delays
    from pytest_fakemail.net.handshakes import Handshake
    from pytest_fakemail.net.host import Host
    from pytest_fakemail.net.phases import Due, Phase
    from pytest_fakemail.wire.parties import Session


class Driver:
    """Run one session over one accepted socket, on the loop's thread."""

    def __init__(
        self, host: "Host", service: Service, sock: socket.socket, connection: Connection
    ) -> None:
        self.connection, self._host, self._service = connection, host, service
        self.phase: Phase = "ANSWERING"
        self._recorder = service.recorder
        self._note = partial(service.recorder.noted, connection)
        self._clock = clock = service.clock
        self._channel: Channel | Compressed = Channel(host.thread.loop, sock, self)
        self._session: Session | None = None
        self._answer: Iterator[Effect] = iter(())
        self._has_client_closed, self._turn_ends = False, 0.0
        self._silence = Silence(host.thread.loop, clock, self._silent)
        self._moment = self._silence.heard_at
        self._calls = calls = Calls(connection)
        self._due, self._held = calls.due, calls.held

    @cached_property
    def _handshake(self) -> "Handshake":
        from pytest_fakemail.net.handshakes import Handshake

        return Handshake(self.connection, self._service, self._host.other_port)

    @cached_property
    def _delays(self) -> "Delays":
        from pytest_fakemail.net.delays import Delays

        go_on, call = partial(self._go_on, "PAUSING"), partial(self._call, "POSTPONED")
        delays = Delays(self._host.thread.loop, self._clock, go_on, call, self.connection)
        self._calls.postponed = delays.postponed
        return delays

    @property
    def is_ended(self) -> bool:
        """Whether the session is done, whatever becomes of the socket."""
        return self.phase == "ENDED"

    def _enter(self, phase: "Phase") -> None:
        self.phase = following(self.phase, phase)

    # Calls from the listener, then from the channel

    def start(
        self, make_session: "Callable[[Connection], Session]", *, is_absent: bool = False
    ) -> None:
        """Greet the client, after a handshake where TLS is implicit and the server not absent."""
        self.connection.wake = self._wake
        self._channel.read()
        try:
            self._recorder.connected(self.connection)
            self._session = session = make_session(self.connection)
            self._silence.bear(session.timeout)
            is_tls_first = self.connection.is_implicit_tls and not is_absent
            self._answer_with(session, (StartTls(),) if is_tls_first else session.greeting())
        except BaseException as bug:  # noqa: BLE001  (see _own_up)
            self._own_up(bug)

    def drop(self) -> None:
        """End at once."""
        self._end("dropped by the server")
        self._channel.close()

    def break_off(self, how: str = "reset by the server, which is down") -> None:
        """End at once, by RST."""
        self._end(how)
        self._channel.reset()

    def fall_silent(self) -> None:
        """Say nothing any more, not even the rest of an answer; hear out whatever comes."""
        if self.is_ended:
            return
        self._note("the server is down and says nothing any more")
        self._answer = iter((Pause(math.inf),))
        self._delays.stall()
        self._silence.cancel()
        if self.phase == "LISTENING":
            self._enter("ANSWERING")
            self._converse()

    def clock_jumped(self) -> None:
        """Look at the clock: a test moved it."""
        if "_delays" in vars(self):
            self._delays.look()
        self._silence.look()

    def abandon(self) -> None:
        """Close a forked child's copy of the socket."""
        self._channel.abandon()

    def received(self, data: bytes) -> None:
        """Hand the client's octets to the session, or hold them while it answers."""
        now = self._silence.heard_at = self._clock.elapsed()
        if data.startswith(HELLO) and self.connection.tls is None:
            self._handshake.met_in_the_clear()
        session = self._session
        if self.phase == "LISTENING" and session is not None and not self._due:
            self._moment = now
            self.phase = "ANSWERING"
            try:
                self._answer_with(session, session.receive_data(data))
            except BaseException as bug:  # noqa: BLE001  (see _own_up)
                self._own_up(bug)
            return
        self._held.add(data)
        self._call("INPUT")
        if self._held.is_full:
            self._channel.pause_reading()

    def _answer_with(self, session: "Session", answer: Iterable[Effect]) -> None:
        """Do what `_converse` does, where nothing is due; most answers are one `Send`."""
        if type(answer) is tuple and len(answer) == 1 and type(answer[0]) is Send:
            self._recorder.sent(self.connection, answer[0].data)
            is_done = self._channel.write(answer[0].data)
            if not is_done and self.phase == "ANSWERING":
                self._enter("SENDING")
        else:
            self._answer = iter(answer)
            is_done = self._perform()
        if self.phase != "ANSWERING":
            return  # there is something to wait for, or this is the end
        if is_done:
            self.phase = "LISTENING"
            if not self._due and session.timeout == self._silence.timeout:
                return
        self._converse()

    def ended(self) -> None:
        """Let a client that has closed its side have the rest, unless that never comes."""
        self._has_client_closed = True
        self._call("EOF")
        self._let_go()

    def broken(self, reason: str) -> None:
        """Nothing reaches the client any more."""
        self._end(reason)

    def draining(self) -> None:
        """Look at the clock before the client has more to read."""
        self._moment = self._silence.heard_at = self._clock.elapsed()

    def drained(self) -> None:
        """Go on with the answer."""
        self._go_on("SENDING")

    def secured(self, tls: Tls) -> None:
        """Tell the session of the TLS layer once all effects around it are done."""
        self.connection.tls = tls
        self._note(f"TLS started: {tls.version} {tls.cipher}")
        self._due.add("SECURED")
        self._go_on("HANDSHAKING")

    def refused(self, reason: str, hello: bytes) -> None:
        """The handshake failed."""
        if not hello:
            self._handshake.is_missing()
        self._note(self._handshake.failed(reason, hello))
        self._end("closed in the TLS handshake")

    def gone(self) -> None:
        """The socket is closed."""
        self._host.left(self)

    # The conversation

    def _call(self, due: "Due") -> None:
        self._due.add(due)
        self._look()

    def _look(self) -> None:
        if self.phase == "LISTENING" and self._due:
            self._moment = self._clock.elapsed()
            self._converse()

    def _go_on(self, phase: "Phase") -> None:
        """Go on with the answer if it waited for this; no client need speak meanwhile."""
        if self.phase == phase:
            if phase == "YIELDING":
                self._silence.is_answered_later = True
            elif phase != "SENDING":
                now = self._silence.heard_at = self._clock.elapsed()
                self._moment = self._delays.paused_until if phase == "PAUSING" else now
            self._enter("ANSWERING")
            self._converse()

    def _converse(self) -> None:
        """Make the calls that are due and perform the answers, until there is a wait."""
        try:
            while True:
                if self.phase == "LISTENING":
                    if self._session is None or not self._due:
                        break
                    self._enter("ANSWERING")
                    session, due = self._session, self._calls.take()
                    if due == "EOF":
                        self._session = None  # this call is the last
                    self._answer = iter(self._calls.make(due, session))
                if self._perform():
                    self._enter("LISTENING")
                elif self.phase != "ANSWERING":
                    return
        except BaseException as bug:  # noqa: BLE001  (see _own_up)
            self._own_up(bug)
        else:
            self._listen()

    def _perform(self) -> bool:
        """Perform the answer, or its rest; return whether that was all.

        If not, there is something to wait for, or, in the same phase, another `_answer`.
        """
        self._turn_ends = monotonic() + TURN
        pieces: list[bytes] = []
        size = 0
        for effect in self._answer:
            if isinstance(effect, Send):
                self._recorder.sent(self.connection, effect.data)
                pieces.append(effect.data)
                size += len(effect.data)
                if size < CHUNK and monotonic() < self._turn_ends:
                    continue
            elif isinstance(effect, More) and monotonic() < self._turn_ends:
                continue
            if not self._interrupt(effect, pieces):
                return False
            pieces = []
            size = 0
        return self.phase == "ANSWERING" and (not pieces or self._write(pieces))

    def _interrupt(self, effect: Effect, pieces: list[bytes]) -> bool:
        """Write what was taken, then do what else there is; return whether to go on at once."""
        is_going_on = not isinstance(effect, Break)
        is_turn_over = is_going_on and monotonic() >= self._turn_ends
        if is_turn_over:
            self._moment = self._clock.elapsed()  # before octets leave
        if pieces and not self._write(pieces):
            if not is_going_on:
                self._answer = chain((effect,), self._answer)
            return False
        if is_turn_over:
            self._enter("YIELDING")
            self._host.thread.loop.call_soon(partial(self._go_on, "YIELDING"))
            return False
        return not isinstance(effect, Break) or self._carry_out(effect)

    def _write(self, pieces: list[bytes]) -> bool:
        """Write these octets; return whether the kernel has taken them."""
        self._held.answered()
        if self._silence.is_answered_later:
            self._silence.heard_at = self._clock.elapsed()
        is_done = self._channel.write(pieces[0] if len(pieces) == 1 else b"".join(pieces))
        if not is_done and self.phase == "ANSWERING":  # a function of the test may have ended it
            self._enter("SENDING")
        return is_done

    def _carry_out(self, effect: Break) -> bool:
        """Do what is not sending; return whether the next effect may follow at once."""
        match effect:
            case Close(reset):
                self._close(is_reset=reset)
            case Pause(seconds):
                self._enter("PAUSING")
                self._delays.pause_until(self._moment + seconds)
                self._let_go()
            case StartTls() if self._handshake.is_decided(effect):
                self._due.discard("INPUT")
                self._enter("HANDSHAKING")
                self._handshake.begin(self._host, self._held, self._channel)
            case StartTls():
                self._answer = chain(self._handshake.decision(), self._answer)
            case Later(seconds, effects):
                self._delays.postponed.add(self._moment + seconds, effects)
                return True
            case _:
                from pytest_fakemail.net.compressing import switched

                loop = self._host.thread.loop
                self._channel, last = switched(effect, self._channel, self, loop, self._held)
                return not last or self._write([last])
        return False

    def _listen(self) -> None:
        """Wait for whatever comes, with nothing left to do now."""
        self._silence.is_answered_later = False
        if not self._has_client_closed:
            self._channel.read()
            if self._session is not None:
                self._silence.bear(self._session.timeout)
        self._let_go()

    def _let_go(self) -> None:
        """Be done with a client that has closed its side and will not be sent anything more."""
        is_stalled = self.phase == "PAUSING" and self._delays.is_stalled
        if self._has_client_closed and (is_stalled or self.phase == "LISTENING"):
            self._close(is_reset=False)

    def _silent(self) -> None:
        """Tell the session of the silence, if it is the client's."""
        silence = self._silence
        if self.phase == "PAUSING":  # it is ours
            silence.heard_at = self._clock.elapsed()
        elif silence.is_too_long and self.phase != "YIELDING":
            if self.phase != "LISTENING":  # it reads nothing, or does not shake hands
                self.break_off(f"reset by the server after {silence.timeout:g} seconds of silence")
                return
            silence.heard_at = self._clock.elapsed()
            self._due.add("SILENT")
        silence.watch()
        self._look()

    def _wake(self) -> None:
        """Have the session look at its mailbox, soon; called from any thread."""
        if "WOKEN" not in self._due and not self.is_ended:
            self._due.add("WOKEN")
            self._host.thread.call_soon(self._look)

    # The end

    def _close(self, *, is_reset: bool) -> None:
        """End the connection because an effect says so, or the client."""
        by = "client" if self._has_client_closed else "server"
        self._end("reset by the server" if is_reset else f"closed by the {by}")
        (self._channel.reset if is_reset else self._channel.finish)()

    def _own_up(self, bug: BaseException) -> None:
        """End the connection for an exception of any kind: our mistake, or that of a test."""
        from pytest_fakemail.blame import is_the_tests

        self._service.bugs.append(bug)
        mistake = f"a mistake of the {'test' if is_the_tests(bug) else 'server'}'s"
        self._note(f"{mistake}: {bug!r}")
        self.break_off(f"reset by the server for {mistake}")

    def _end(self, how: str) -> None:
        """Be done with the session, whatever becomes of the socket."""
        if self.is_ended:
            return
        if "_handshake" in vars(self):
            if self.phase == "HANDSHAKING" and not self._channel.hello:
                self._handshake.is_missing()
            self._handshake.heard()
        self._enter("ENDED")
        self.connection.is_over = True
        self.connection.wake = nobody  # the transcript keeps the connection: not us, too
        self._answer = iter(())
        if "_delays" in vars(self):
            self._delays.end()
        self._silence.end()
        if self._channel.unsent:
            self._note(f"{self._channel.unsent} octets were not sent")
        if self._session is not None:
            session, self._session = self._session, None
            self._calls.make_the_last(session, self._service.bugs)
        self._recorder.closed(self.connection, how)
