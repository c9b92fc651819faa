"""SMTP's and LMTP's state machines: octets in, effects out (RFC 5321, RFC 2033).

A session is an aiosmtpd server without its transport.  aiosmtpd keeps what HELO and EHLO
have agreed and the transaction, and answers HELO, EHLO, NOOP and RSET through its hooks;
its coroutines never suspend, since `push` makes an effect, so they are driven to their
end at once.  All else of it is replaced, for the reasons that stand where it happens.
"""

from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, AnyStr, ClassVar, cast

from aiosmtpd.smtp import SMTP, Session

from pytest_fakemail.smtp import extensions, replies
from pytest_fakemail.smtp.commands import LMTP_COMMANDS, SMTP_COMMANDS
from pytest_fakemail.smtp.commands.hello import HOOKS
from pytest_fakemail.smtp.commands.line import COMMAND_LINE
from pytest_fakemail.smtp.commands.table import Command
from pytest_fakemail.smtp.framing import Input, Waiting
from pytest_fakemail.smtp.replies import Reply
from pytest_fakemail.smtp.transaction import Transaction
from pytest_fakemail.wire.effects import Close, Effect, Send
from pytest_fakemail.wire.exchange import Connection, Conversation, Exchange
from pytest_fakemail.wire.session import Service

if TYPE_CHECKING:
    import asyncio

# Nothing here waits, so nothing asks for it.
_NO_LOOP = cast("asyncio.AbstractEventLoop", None)
_MOST_ERRORS = 20  # as Postfix's smtpd_hard_error_limit
_ERRORS = range(500, 505)
# They are about the address in their argument, and about none if that is malformed.  To list
# for each of many recipients all those before it would be quadratic, besides.
_ABOUT_ONE = frozenset(("RCPT", "VRFY", "EXPN"))


class SmtpSession(SMTP):
    """One client's SMTP session, a `wire.session.Session`.

    `SMTP.__init__` is not called.  It would inspect the class and its handler for each
    connection (94 µs, more than all else that a connection costs), ask for an event loop,
    clear the command limits that all sessions share and look up the host's name; it makes
    what only its transport needs.  What the inherited commands read is set here instead,
    where it is the same for all sessions as attributes of the class.
    """

    is_lmtp = False
    commands: ClassVar[Mapping[str, Command]] = SMTP_COMMANDS

    envelope: Transaction
    session: Session

    # What smtp_EHLO would announce by these is announced by its hook.
    data_size_limit = None
    enable_SMTPUTF8 = False  # noqa: N815  (aiosmtpd's name)
    tls_context = None
    loop = _NO_LOOP
    _decode_data = False
    _tls_protocol = None
    _auth_require_tls = True
    _ehlo_hook_ver = "new"
    _handle_hooks: ClassVar[dict[str, Callable[..., Any]]] = HOOKS  # type: ignore[misc]  # one for all

    def __init__(self, service: Service, connection: Connection) -> None:
        self.service = service
        self.connection = connection
        self.settings = service.settings
        self.conversation = Conversation(connection, service.faults, service.recorder)
        self.timeout = service.settings.smtp_timeout or None
        self.hostname = service.settings.hostname
        self.session = Session(_NO_LOOP)
        self.envelope = Transaction()
        self.input = Input()
        self.waits_for: Waiting = COMMAND_LINE
        self.is_refusing = False
        self.is_early = False
        self.is_over = False
        self.messages = 0
        self._errors = 0
        self._pushed: list[Effect] = []

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.connection.number} waiting for {self.waits_for!r}>"

    # --- wire.session.Session ----------------------------------------------------------

    def greeting(self) -> Iterable[Effect]:
        """Return the greeting; a client that a fault refuses may only QUIT (RFC 5321 §3.1)."""

        def refused(said: bytes) -> None:
            self.is_refusing = not said.startswith(b"2")

        greeting = Reply(220, "", f"{self.hostname} {'LMTP' if self.is_lmtp else 'ESMTP'} ready")
        return self.perform(self._moment("connect"), lambda: self.say(greeting), refused)

    def receive_data(self, data: bytes) -> Iterator[Effect]:
        """Take octets from the client, cut anywhere; return what to do about them."""
        self.input.feed(data)
        while not self.is_over:
            waited_for = self.waits_for
            frame = waited_for.take(self.input)
            if frame is None:
                return
            self.waits_for = COMMAND_LINE  # unless the answer says otherwise
            try:
                yield from waited_for.answer(self, frame)
            except Exception as bug:  # noqa: BLE001  (ours, whatever it is)
                self.service.bugs.append(bug)
                yield from self.say(replies.LOCAL_ERROR)
            self.is_early = bool(self.input)

    def receive_eof(self) -> Iterable[Effect]:
        """Record what was left unfinished; nothing of it happens."""
        self._record_unfinished()
        return [self.close()]

    def tls_started(self) -> Iterable[Effect]:
        """Forget what the client said in the clear (RFC 3207 §4.2)."""
        self.input.clear()
        self.waits_for = COMMAND_LINE
        self.session = Session(_NO_LOOP)
        self.connection.user = None
        self.reset()
        return ()

    def mailbox_changed(self) -> Iterable[Effect]:
        """Tell nothing: SMTP has no mailbox."""
        return ()

    def timed_out(self) -> Iterable[Effect]:
        """Say 421 and close (RFC 5321 §4.5.3.2.7); nothing unfinished happens."""
        self._record_unfinished()
        return self.perform(
            self._moment("push"), lambda: [*self.say(replies.TIMEOUT), self.close()]
        )

    # --- answering ---------------------------------------------------------------------

    def exchange(
        self,
        verb: str,
        request: bytes,
        *,
        argument: str = "",
        payload: bytes | None = None,
        is_secret: bool = False,
    ) -> Exchange:
        """Return an exchange with the facts of the transaction so far."""
        transaction = self.envelope
        return Exchange(
            self.connection,
            verb,
            request,
            payload,
            argument=argument,
            sender=transaction.mail_from,
            recipients=() if verb in _ABOUT_ONE else transaction.recipients,
            is_secret=is_secret,
        )

    def perform(
        self,
        exchange: Exchange,
        execute: Callable[[], Iterable[Effect]],
        replaced: Callable[[bytes], None] | None = None,
    ) -> Iterable[Effect]:
        """Answer one exchange, now; what a fault makes of the answer comes lazily.

        Args:
            exchange: what the client did.
            execute: makes it happen; returns the effects.
            replaced: told how the answer begins, up to three octets, when a fault gave it
                instead; the client will act on it, and so must the session.
        """
        if self.conversation.has_faults:
            return self._perform_or_be_replaced(exchange, execute, replaced)
        return self.conversation.answer(exchange, execute)

    def _perform_or_be_replaced(
        self,
        exchange: Exchange,
        execute: Callable[[], Iterable[Effect]],
        replaced: Callable[[bytes], None] | None,
    ) -> Iterator[Effect]:
        happened = False

        def happen() -> Iterable[Effect]:
            nonlocal happened
            happened = True
            return execute()

        said = b""
        for effect in self.conversation.answer(exchange, happen):
            if isinstance(effect, Close):
                self.is_over = True
            elif isinstance(effect, Send):
                said = (said + effect.data)[:3]
            yield effect
        if not happened and replaced is not None:
            replaced(said)

    def say(self, reply: Reply) -> list[Effect]:
        """Return a reply as effects; after too many errors in a row, the end."""
        if reply.code not in _ERRORS:
            self._errors = 0
        elif self._has_too_many_errors():
            return [self._send(replies.TOO_MANY_ERRORS), self.close()]
        return [self._send(reply)]

    def say_to_each(self, answers: Iterable[Reply]) -> list[Effect]:
        """Return several replies as one effect, as LMTP gives them (RFC 2033 §4.2)."""
        return [Send(b"".join(self._send(reply).data for reply in answers))]

    def close(self) -> Close:
        """Take nothing more from the client; return the effect that ends the connection."""
        self.is_over = True
        return Close()

    def offers(self, name: str | None) -> bool:
        """Whether an extension is on offer, as what belongs to none always is."""
        return name is None or extensions.offers(self.service, name)

    def reset(self) -> None:
        """Forget the transaction, as RSET and the end of the data do."""
        self.envelope = Transaction()

    def _send(self, reply: Reply) -> Send:
        has_status = "ENHANCEDSTATUSCODES" in self.service.capabilities
        return reply.send(with_status=has_status)

    def _record_unfinished(self) -> None:
        if self.is_over:
            return
        unfinished = self.waits_for.unfinished(self, self.input.unread())
        if unfinished is not None:
            self.service.recorder.opened(unfinished)

    def _has_too_many_errors(self) -> bool:
        self._errors += 1
        return self._errors >= _MOST_ERRORS

    def _moment(self, verb: str) -> Exchange:
        return Exchange(self.connection, verb)

    # --- aiosmtpd ----------------------------------------------------------------------

    def drive(self, command: Coroutine[Any, Any, None]) -> list[Effect]:
        """Run one of aiosmtpd's commands; return what it pushed."""
        self._pushed = []
        try:
            command.send(None)
        except StopIteration:
            self._errors = 0
            return self._pushed
        command.close()
        raise RuntimeError("a command of aiosmtpd waits for something that will not come")

    async def push(self, status: AnyStr) -> None:
        """Take a reply from aiosmtpd: one effect, where it would write to its transport."""
        data = status if isinstance(status, bytes) else status.encode()
        self._pushed.append(Send(data + b"\r\n"))

    def _create_envelope(self) -> Transaction:
        return Transaction()


class LmtpSession(SmtpSession):
    """One client's LMTP session: LHLO, and after the data a reply for each recipient."""

    is_lmtp = True
    commands = LMTP_COMMANDS
