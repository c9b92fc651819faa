"""What one POP3 client has told and may do: the state that commands work on.

It knows neither the session that reads for it nor the replies that it is given.
"""

from enum import Enum
from typing import TYPE_CHECKING

from pytest_fakemail.store.maildrop import Maildrop
from pytest_fakemail.wire.exchange import Connection
from pytest_fakemail.wire.lines import LineFramer
from pytest_fakemail.wire.sasl_offers import takes_clear_passwords
from pytest_fakemail.wire.session import Service

if TYPE_CHECKING:
    from pytest_fakemail.wire.sasl import Mechanism

LINE_LIMIT = 16 * 1024
"""Octets of a line: RFC 2449 §4 has 255 for a command, RFC 5034 §4 12,288 for a response,
and clients send tokens of that length with AUTH itself."""


class State(Enum):
    """Where a session stands (RFC 1939 §3)."""

    AUTHORIZATION = "AUTHORIZATION"
    TRANSACTION = "TRANSACTION"
    UPDATE = "UPDATE"


class Client:
    """A client's state.

    `awaited` is the SASL mechanism that waits for a response, if one does; `user_name` what
    USER said, until PASS; `timestamp` the greeting's, for APOP; `retrieved` the numbers of
    the messages that RETR has sent; `lines` what has come and is not read yet; `maildrop` is there
    from the login on.
    """

    maildrop: Maildrop

    def __init__(self, service: Service, connection: Connection) -> None:
        self.service = service
        self.connection = connection
        self.lines = LineFramer(limit=LINE_LIMIT)
        self.state = State.AUTHORIZATION
        self.awaited: Mechanism | None = None
        self.user_name: str | None = None
        self.timestamp = ""
        self.is_utf8 = False
        self.is_over = False
        self.retrieved: set[int] = set()

    @property
    def is_tls_missing(self) -> bool:
        """Whether logins wait for TLS."""
        return self.service.settings.require_tls and self.connection.tls is None

    @property
    def takes_user(self) -> bool:
        """Whether USER and PASS may log in."""
        return takes_clear_passwords(self.service.settings)

    def forget(self) -> None:
        """Drop what the client said in the clear, as TLS starts (RFC 2595 §2.2).

        A man in the middle may have written it, and lines that followed STLS as well.
        """
        self.lines.clear()
        self.user_name = None

    def end(self) -> None:
        """End the session; the maildrop is free for others."""
        self.is_over = True
        if hasattr(self, "maildrop"):
            self.maildrop.release()
