"""What the server knows of one client: what was agreed, the transaction, what comes next.

Handlers of commands work on a `Client`; octets are the business of `session`.
"""

from typing import TYPE_CHECKING, Any, Protocol

from pytest_fakemail.smtp import extensions
from pytest_fakemail.smtp.framing import Input
from pytest_fakemail.smtp.transaction import Transaction
from pytest_fakemail.wire.conversation import Conversation
from pytest_fakemail.wire.exchange import Connection, Exchange
from pytest_fakemail.wire.session import Service

# They are about the address in their argument, and about none if that is malformed.  To list
# for each of many recipients all those before it would be quadratic, besides.
_ABOUT_ONE = frozenset(("RCPT", "VRFY", "EXPN"))


if TYPE_CHECKING:
    from collections.abc import Iterable

    from pytest_fakemail.wire.effects import Effect

    class Expected(Protocol):
        """What the client is to send next if it is no command: how it is framed and answered."""

        def take(self, arrived: Input) -> Any | None:  # noqa: ANN401  (each has a frame of its own)
            """Return what is expected, whole, or None."""

        def answer(self, client: "Client", frame: Any) -> Iterable[Effect]:  # noqa: ANN401
            """Let it happen; return the effects."""

        def unfinished(self, client: "Client", unread: bytes) -> Exchange | None:
            """Return what the client leaves behind with these octets; None if that is nothing."""


class Client:
    """One connection's client.

    Attributes:
        host_name: what it called itself; None before HELO, EHLO and LHLO.
        is_extended: it asked for the extensions.
        is_authenticated: AUTH succeeded.
        transaction: the one that is going on, or the next.
        input: what has arrived and was not read.
        expected: what comes next; None for a command.
        is_strict: settings refuse some lines for how they are written.
        is_refusing: the greeting was no welcome, so that only QUIT is served (RFC 5321 §3.1).
        verb: its last command.
        is_early: it spoke before it could have read the last answer.
        is_over: nothing more is taken from it.
        messages: how many of its messages were accepted.
        errors: how many 50z replies it got in a row.
    """

    is_lmtp = False

    def __init__(self, service: Service, connection: Connection) -> None:
        self.service = service
        self.connection = connection
        self.settings = settings = service.settings
        self.is_strict = settings.line_limits or settings.bare_newlines == "refuse"
        self.conversation = Conversation(connection, service.faults, service.recorder)
        self.host_name: str | None = None
        self.is_extended = False
        self.is_authenticated = False
        self.transaction = Transaction()
        self.input = Input()
        self.expected: Expected | None = None
        self.is_refusing = False
        self.verb = ""
        self.is_early = False
        self.is_over = False
        self.messages = 0
        self.errors = 0

    def offers(self, name: str | None) -> bool:
        """Whether an extension is on offer, as what belongs to none always is."""
        return name is None or extensions.offers(self.service, name)

    def greeted(self, host_name: str, *, is_extended: bool) -> None:
        """Begin, or begin again: the transaction is over, the login is not (RFC 5321 §4.1.4)."""
        self.host_name = host_name
        self.is_extended = is_extended
        self.transaction = Transaction()

    def forget_transaction(self) -> None:
        """Do what RSET does; the end of the data has the same effect (RFC 5321 §4.1.1.5)."""
        self.transaction = Transaction()

    def forget_login(self) -> None:
        """Have nobody logged in, by password or token."""
        self.is_authenticated = False
        self.connection.user = self.connection.token = None

    def forget_all(self) -> None:
        """Forget what was agreed, too, as TLS makes it (RFC 3207 §4.2)."""
        self.host_name = None
        self.is_extended = False
        self.transaction = Transaction()
        self.forget_login()

    def exchange(
        self, verb: str, request: bytes, *, argument: str = "", payload: bytes | None = None
    ) -> Exchange:
        """Return an exchange with the facts of the transaction so far."""
        transaction = self.transaction
        return Exchange(
            self.connection,
            verb,
            request,
            payload,
            "",
            argument,
            transaction.sender,
            () if verb in _ABOUT_ONE else tuple(transaction.recipients),
        )

    def secret(self, verb: str, request: bytes, *, argument: str = "") -> Exchange:
        """Return an exchange that holds credentials, or may; of its argument the first word."""
        exchange = self.exchange(verb, request, argument=argument.partition(" ")[0])
        exchange.is_secret = True
        return exchange
