"""The sessions of connections that are not served: one too many, or to a server that is down."""

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING

from pytest_fakemail.wire.conversation import Conversation
from pytest_fakemail.wire.effects import Close, Effect, Pause, Send
from pytest_fakemail.wire.exchange import Connection, Exchange
from pytest_fakemail.wire.session import Service

if TYPE_CHECKING:
    from typing import Literal

    Outage = Literal["refuse", "reset", "silent"]

_REFUSALS = {
    "smtp": b"421 4.7.0 Too many connections\r\n",
    "lmtp": b"421 4.7.0 Too many connections\r\n",
    "pop3": b"-ERR [SYS/TEMP] Too many connections\r\n",
    "imap": b"* BYE [LIMIT] Too many connections\r\n",
}
"""What meets a connection too many: RFC 5321 §3.8, RFC 3206 §4, RFC 3501 §7.1.5."""


class _Deaf:
    """A session that takes no notice of its client."""

    timeout: float | None = None

    def receive_data(self, data: bytes) -> Iterable[Effect]:
        """Take no notice."""
        del data
        return []

    def receive_eof(self) -> Iterable[Effect]:
        """Take no notice."""
        return []

    tls_started = mailbox_changed = timed_out = receive_eof


class Refusal(_Deaf):
    """The session of a connection too many."""

    def __init__(self, service: Service, connection: Connection) -> None:
        self._conversation = Conversation(connection, service.faults, service.recorder)

    def greeting(self) -> Iterable[Effect]:
        """Say so, and close."""
        connection = self._conversation.connection
        effects: list[Effect] = [Send(_REFUSALS[connection.protocol]), Close()]
        return self._conversation.answer(Exchange(connection, "connect"), lambda: effects)


class Absence(_Deaf):
    """The session of a connection to a server that is down."""

    def __init__(self, how: "Outage", service: Service, connection: Connection) -> None:
        self._how = how
        service.recorder.noted(connection, f"the server is down: {how}")

    def greeting(self) -> Iterable[Effect]:
        """Reset the connection, or say nothing."""
        return [Close(reset=True)] if self._how == "reset" else [Pause(math.inf)]
