"""A POP3 session (RFC 1939): octets in, effects out.

What comes in is cut into lines before anything else is asked of it.  A line is a command,
or, while a SASL mechanism waits for the client, its response.  The commands are in
`pop3.commands` and work on a `pop3.client.Client`; here is what they have in common: the
dispatch, the limits, and what becomes of an answer.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import partial

from pytest_fakemail.pop3.authorization import auth_response, refusal_of
from pytest_fakemail.pop3.client import Client, State
from pytest_fakemail.pop3.commands import BARE, COMMANDS
from pytest_fakemail.pop3.replies import Refused, ok
from pytest_fakemail.pop3.table import Command
from pytest_fakemail.wire.conversation import Conversation
from pytest_fakemail.wire.effects import Close, Effect, Send
from pytest_fakemail.wire.exchange import SASL_RESPONSE, Connection, Exchange
from pytest_fakemail.wire.lines import LineTooLong
from pytest_fakemail.wire.sasl import AuthenticationFailed, Mechanism
from pytest_fakemail.wire.sasl_mechanisms import unique_msg_id
from pytest_fakemail.wire.sasl_names import named_in
from pytest_fakemail.wire.sasl_offers import takes_digests
from pytest_fakemail.wire.session import Service

# An attribute of an enumeration costs as much as a function, and each command asks for it.
_AUTHORIZATION = State.AUTHORIZATION

BAD_COMMANDS = 20
"""After so many in a row, the client is no POP3 client."""


class Pop3Session:
    """One client's session: reads lines, and has commands carried out on the client's state."""

    def __init__(self, service: Service, connection: Connection) -> None:
        self.service = service
        self.connection = connection
        self.client = Client(service, connection)
        self.timeout: float | None = service.settings.pop3_timeout or None
        self._conversation = Conversation(connection, service.faults, service.recorder)
        self._bad_commands = 0

    # --- what happens to the connection ------------------------------------------------

    def greeting(self) -> Iterable[Effect]:
        """Return ``+OK`` with a timestamp, if APOP is offered."""
        return self._answer(Exchange(self.connection, "connect"), self._greet)

    def _greet(self) -> Iterable[Effect]:
        settings = self.service.settings
        # An account that the login is to make has no password that APOP could check, and
        # clients that can choose prefer APOP.
        may_offer = takes_digests(settings) and not settings.accept_any_login
        if "APOP" in self.service.capabilities and may_offer:
            self.client.timestamp = unique_msg_id(self.service, self.connection)
        return ok(f"{settings.hostname} POP3 ready {self.client.timestamp}".rstrip())

    def receive_data(self, data: bytes) -> Iterable[Effect]:
        """Take octets from the client; return the answers to the lines that are whole."""
        if self.client.is_over:
            return ()
        if self.client.lines.is_whole(data):
            return self._line(data, is_pipelined=False)
        self.client.lines.feed(data)
        return self._lines()

    def _lines(self) -> Iterator[Effect]:
        is_pipelined = False
        while not self.client.is_over:
            try:
                line = self.client.lines.take()
            except LineTooLong as error:
                yield from self._garbage(error.beginning, "Line too long")
            else:
                if line is None:
                    return
                yield from self._line(line, is_pipelined=is_pipelined)
            is_pipelined = True

    def receive_eof(self) -> Iterable[Effect]:
        """Let the maildrop go; without QUIT nothing is removed (RFC 1939 §6)."""
        unfinished = self.client.lines.unfinished
        if unfinished and not self.client.is_over:
            self.service.recorder.opened(self._nameless("eof", unfinished))
        self.client.end()
        return ()

    def tls_started(self) -> Iterable[Effect]:
        """Go on in AUTHORIZATION state, without another greeting (RFC 2595 §4).

        Of a line begun in the clear nothing is left: it may be another's.
        """
        self.client.lines.clear()
        return ()

    def mailbox_changed(self) -> Iterable[Effect]:
        """Say nothing: the maildrop is as it was at login."""
        return ()

    def timed_out(self) -> Iterable[Effect]:
        """Hang up without a word, and remove nothing (RFC 1939 §3)."""
        self._conversation.noted("POP3: the client was silent for too long")
        self.client.end()
        return (Close(),)

    # --- what happens to a line --------------------------------------------------------

    def _line(self, line: bytes, *, is_pipelined: bool) -> Iterable[Effect]:
        if is_pipelined and "PIPELINING" not in self.service.capabilities:
            return self._garbage(line, "Wait for the reply: PIPELINING is not offered")
        if self.client.awaited is not None:
            return self._response(self.client.awaited, line)
        bare = BARE.get(line)
        if bare is not None:
            return self._command(bare, line, "")
        text = self._text(_stripped(line))
        if text is None:
            return self._garbage(line, "Not text")
        verb, _, argument = text.partition(" ")
        verb = verb.upper()
        command = COMMANDS.get(verb)
        if command is None:
            return self._answer(Exchange(self.connection, verb, line), _unknown)
        if not command.is_secret:  # else spaces may belong to a password
            argument = argument.strip()
        return self._command(command, line, argument)

    def _command(self, command: Command, line: bytes, argument: str) -> Iterable[Effect]:
        if not command.is_secret and self._conversation.passes(command.verb, line):
            return self._carried_out(command, argument)
        exchange = Exchange(self.connection, command.verb, line, argument=argument)
        exchange.is_secret = command.is_secret
        if self.client.state is _AUTHORIZATION:
            exchange.user = self.client.user_name
        else:
            exchange.mailbox = "INBOX"
        if command.tell is not None:
            command.tell(self.client, exchange, argument)
        return self._answer(exchange, partial(self._execute, command, argument))

    def _text(self, stripped: bytes) -> str | None:
        """Return a command line as text: ASCII, or with RFC 6856 in the house UTF-8."""
        try:
            text = stripped.decode()
        except UnicodeDecodeError:
            return None
        return text if text.isascii() or "UTF8" in self.service.capabilities else None

    def _response(self, waiting: Mechanism, line: bytes) -> Iterable[Effect]:
        self.client.awaited = None
        stripped = _stripped(line)
        exchange = Exchange(
            self.connection, SASL_RESPONSE, line, argument=waiting.name, is_secret=True
        )
        exchange.user = named_in(waiting.name, stripped)
        return self._answer(exchange, lambda: auth_response(self.client, waiting, stripped))

    def _execute(self, command: Command, argument: str) -> Iterable[Effect]:
        if command.capability is not None and command.capability not in self.service.capabilities:
            return _unknown()
        if self.client.state not in command.states:
            raise Refused(
                f"{command.verb} is not for the {self.client.state.value} state", is_bad=True
            )
        return command.handler(self.client, argument)

    def _garbage(self, request: bytes, text: str) -> Iterable[Effect]:
        """Refuse what is not even a command line; it ends a SASL exchange, too."""
        self.client.awaited = None

        def refuse() -> Iterable[Effect]:
            raise Refused(text, is_bad=True)

        return self._answer(self._nameless("", request), refuse)

    def _nameless(self, verb: str, request: bytes) -> Exchange:
        """Return the exchange of what has no verb, and before the login may be a password."""
        is_secret = self.client.state is State.AUTHORIZATION
        return Exchange(self.connection, verb, request, is_secret=is_secret)

    # --- what becomes of it ------------------------------------------------------------

    def _carried_out(self, command: Command, argument: str) -> Iterable[Effect]:
        """Return the answer to a command that nothing can apply to: what `_answer` comes to."""
        try:
            effects = self._execute(command, argument)
        except (AuthenticationFailed, Refused) as refusal:
            return self._refuse(refusal)
        except Exception as bug:  # noqa: BLE001  (our mistake, never the client's)
            return self._own_up(bug)
        self._bad_commands = 0
        return effects if type(effects) is tuple else self._taken(effects)

    def _answer(
        self, exchange: Exchange, execute: Callable[[], Iterable[Effect]]
    ) -> Iterable[Effect]:
        """Return the answer; whatever goes wrong with us becomes one, too."""
        try:
            effects = self._conversation.answer(exchange, partial(self._refusable, execute))
        except Exception as bug:  # noqa: BLE001  (as above)
            return self._own_up(bug)
        return effects if type(effects) is tuple else self._taken(effects)

    def _own_up(self, bug: Exception) -> tuple[Effect, ...]:
        self.service.bugs.append(bug)
        return (Send(self._error("Our fault, not yours", "SYS/TEMP")),)

    def _taken(self, effects: Iterable[Effect]) -> Iterator[Effect]:
        """Yield an answer that is made as it is taken."""
        has_sent = False
        try:
            for effect in effects:
                yield effect
                has_sent = has_sent or isinstance(effect, Send)
        except Exception as bug:  # noqa: BLE001  (as above)
            answer = self._own_up(bug)
            if has_sent:
                self.client.end()
                answer = (Close(reset=True),)
            yield from answer

    def _refusable(self, execute: Callable[[], Iterable[Effect]]) -> Iterable[Effect]:
        try:
            effects = execute()
        except (AuthenticationFailed, Refused) as refusal:
            return self._refuse(refusal)
        self._bad_commands = 0
        return effects

    def _refuse(self, error: AuthenticationFailed | Refused) -> Iterable[Effect]:
        refusal = error if isinstance(error, Refused) else refusal_of(error.failure)
        if refusal.is_bad:
            self._bad_commands += 1
            if self._bad_commands >= BAD_COMMANDS:
                self.client.end()
                return (Send(self._error("Too many bad commands", "")), Close())
        return (Send(self._error(refusal.text, refusal.code)),)

    def _error(self, text: str, code: str) -> bytes:
        """``-ERR [resp-code] text``, with the code if its capability is on."""
        capability = "RESP-CODES" if code in ("IN-USE", "LOGIN-DELAY", "UTF8") else "AUTH-RESP-CODE"
        shown = f"[{code}] " if code and capability in self.service.capabilities else ""
        return f"-ERR {shown}{text}\r\n".encode()


def _stripped(line: bytes) -> bytes:
    return line[:-2] if line.endswith(b"\r\n") else line[:-1]


def _unknown() -> Iterable[Effect]:
    raise Refused("Unknown command", is_bad=True)
