"""What the server knows of one client: what was agreed, the transaction, what comes next.

Handlers of commands work on a `Client`; octets are the business of `session`.
"""

from typing import TYPE_CHECKING, Any, Protocol

from pytest_fakemail.smtp import extensions
from pytest_fakemail.smtp.framing import Input
from pytest_fakemail.smtp.upstream import AiosmtpdServer
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


class Client(AiosmtpdServer):
    """One connection's client; its session and envelope are aiosmtpd's.

    Attributes:
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
        super().__init__(service.settings.hostname)
        self.service = service
        self.connection = connection
        self.settings = settings = service.settings
        self.is_strict = settings.line_limits or settings.bare_newlines == "refuse"
        self.conversation = Conversation(connection, service.faults, service.recorder)
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

    @property
    def ok(self) -> str:
        """The reply to RSET and NOOP."""
        return "250 2.0.0 Ok" if self.offers("ENHANCEDSTATUSCODES") else "250 Ok"

    def forget_login(self) -> None:
        """Have nobody logged in, by password or token."""
        self.session.authenticated = False
        self.connection.user = self.connection.token = None

    def forget_all(self) -> None:
        """Forget who logged in, too."""
        super().forget_all()
        self.forget_login()

    def announcement(self) -> str:
        """Return the reply to EHLO as it is now: host and extensions, the last line open."""
        return extensions.announcement(self.service, self.connection)

    def exchange(
        self, verb: str, request: bytes, *, argument: str = "", payload: bytes | None = None
    ) -> Exchange:
        """Return an exchange with the facts of the transaction so far."""
        transaction = self.envelope
        return Exchange(
            self.connection,
            verb,
            request,
            payload,
            "",
            argument,
            transaction.mail_from,
            () if verb in _ABOUT_ONE else tuple(transaction.rcpt_tos),
        )

    def secret(self, verb: str, request: bytes, *, argument: str = "") -> Exchange:
        """Return an exchange that holds credentials, or may; of its argument the first word."""
        exchange = self.exchange(verb, request, argument=argument.partition(" ")[0])
        exchange.is_secret = True
        return exchange
