"""Who has a part in a connection, as types; only type checkers load it.

A session is told by its driver what happens, faults and recorder by their conversation.
"""

from collections.abc import Iterable
from typing import Protocol

from pytest_fakemail.wire.effects import Effect
from pytest_fakemail.wire.exchange import Connection, Exchange


class Session(Protocol):
    """A protocol's state machine: octets in, effects out, nothing else touched.

    The driver takes all effects of one call before it makes the next.
    """

    timeout: float | None
    """Seconds without input after which `timed_out` is called; read after each call."""

    def greeting(self) -> Iterable[Effect]:
        """Return what a new connection is met with; for implicit TLS, after the handshake."""

    def receive_data(self, data: bytes) -> Iterable[Effect]:
        """Take octets from the client, cut anywhere; return what to do about them."""

    def receive_eof(self) -> Iterable[Effect]:
        """The client closed its side or the connection broke; nothing unfinished happens.

        Always the last call, and made exactly once, however the connection ends.
        """

    def tls_started(self) -> Iterable[Effect]:
        """The handshake asked for by `StartTls` is done; `Connection.tls` is set."""

    def mailbox_changed(self) -> Iterable[Effect]:
        """`Connection.wake` was called: tell the client what it may be told now."""

    def timed_out(self) -> Iterable[Effect]:
        """The client was silent for `timeout` seconds."""


class Faults(Protocol):
    """What a session sees of the fault engine."""

    @property
    def is_active(self) -> bool:
        """Whether any rule could still apply to anything."""

    @property
    def is_counting(self) -> bool:
        """Whether any rule wants to know what has come."""

    def heeds(self, protocol: str, verb: str) -> bool:
        """Whether anything could apply to an exchange of this verb."""

    def saw(self, protocol: str, verb: str) -> None:
        """Take note that it has come: once for each exchange, a whole login being one."""

    def instead(self, exchange: Exchange) -> list[Effect] | None:
        """Return the answer that replaces the command, or None to let it happen."""

    def after(self, exchange: Exchange, effects: Iterable[Effect]) -> Iterable[Effect]:
        """Return the answer as it shall reach the client."""


class Recorder(Protocol):
    """What a session and its driver tell the transcript."""

    def connected(self, connection: Connection) -> None:
        """Take note of a new connection."""

    def opened(self, exchange: Exchange) -> None:
        """Take note of what the client did; what is sent from now on answers it."""

    def heard(
        self,
        connection: Connection,
        verb: str,
        request: bytes,
        payload: bytes | None = None,
        argument: str | None = None,
    ) -> bool:
        """Do as `opened` with an exchange of this, if it surely holds no credentials.

        It has a tag if it has an `argument`, be that empty.  Returns whether there surely are none;
        if not, nothing is taken note of.
        """

    def sent(self, connection: Connection, data: bytes) -> None:
        """Take note of octets handed to the client's connection."""

    def noted(self, connection: Connection, text: str) -> None:
        """Take note of an event that has no octets (``"TLS started: TLSv1.3"``)."""

    def closed(self, connection: Connection, how: str) -> None:
        """Take note of the end, in words (``"closed by the client"``)."""
