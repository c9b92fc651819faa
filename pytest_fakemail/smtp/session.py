"""SMTP's state machine: octets in, effects out (RFC 5321); `lmtp` says what differs in LMTP.

`framing` cuts lines out of what arrives, `reading` finds the command in a line, `commands`
works on the `client`, `answers` makes effects of what its handlers return; `upstream` says what
of this is aiosmtpd's.  Here is the way from one to the next.
"""

from collections.abc import Iterable, Iterator
from functools import partial
from typing import ClassVar

from pytest_fakemail.smtp import replies
from pytest_fakemail.smtp.answers import farewell, said
from pytest_fakemail.smtp.client import Client
from pytest_fakemail.smtp.commands import SMTP_COMMANDS
from pytest_fakemail.smtp.framing import LongLine
from pytest_fakemail.smtp.reading import Reader, answered
from pytest_fakemail.wire.effects import Close, Effect
from pytest_fakemail.wire.exchange import Connection, Exchange
from pytest_fakemail.wire.session import Service


class SmtpSession:
    """One client's SMTP session; see `wire.parties.Session` for the calls of the driver."""

    reader: ClassVar[Reader] = Reader(SMTP_COMMANDS)
    client_type: ClassVar[type[Client]] = Client
    _protocol_name = "ESMTP"

    def __init__(self, service: Service, connection: Connection) -> None:
        self.timeout = service.settings.smtp_timeout or None
        self.client = self.client_type(service, connection)

    def __repr__(self) -> str:
        client = self.client
        expected = client.expected or "a command"
        return f"<{type(self).__name__} {client.connection.number} waiting for {expected!s}>"

    def greeting(self) -> Iterable[Effect]:
        """Return the greeting; a client that a fault refuses may only QUIT (RFC 5321 §3.1)."""
        client = self.client

        def replaced(octets: bytes) -> None:
            client.is_refusing = not octets.startswith(b"2")

        greeting = replies.greeting(client.hostname, self._protocol_name)
        if client.conversation.passes("connect", b""):
            return said(client, greeting)
        exchange = Exchange(client.connection, "connect")
        return client.conversation.answer(exchange, partial(said, client, greeting), replaced)

    def receive_data(self, data: bytes) -> Iterable[Effect]:
        """Take octets from the client, cut anywhere; return what to do about them."""
        client = self.client
        if client.is_over or client.conversation.is_closed:
            return ()
        arrived = client.input
        is_line = client.expected is None and arrived.is_passed_by(data)
        effects: Iterable[Effect] | None
        if is_line:
            try:
                effects = answered(client, self.reader, data)
            except Exception as bug:  # noqa: BLE001  (ours, whatever it is)
                effects = self._owned_up(bug)
        else:
            arrived.feed(data)
            effects = self._next()
            if effects is None:
                return ()
        # The usual case, one command and a reply ready to be sent, needs no generator.  No
        # reply means that the command goes on, and may be whole with nothing more: BDAT 0.
        if type(effects) is tuple and effects and (is_line or not arrived):
            client.is_early = False
            return effects
        return self._all(effects)

    def receive_eof(self) -> Iterable[Effect]:
        """Record what was left unfinished; nothing of it happens."""
        self._record_unfinished()
        self.client.is_over = True
        return (Close(),)

    def tls_started(self) -> Iterable[Effect]:
        """Forget what the client said in the clear.

        RFC 3207 §4.2: "the SMTP protocol is reset to the initial state (the state in SMTP after
        a server issues a 220 service ready greeting).  The server MUST discard any knowledge
        obtained from the client".
        """
        client = self.client
        client.input.clear()
        client.expected = None
        client.forget_all()
        return ()

    def mailbox_changed(self) -> Iterable[Effect]:
        """Tell nothing: SMTP has no mailbox."""
        return ()

    def timed_out(self) -> Iterable[Effect]:
        """Say 421 and close (RFC 5321 §4.5.3.2.7); nothing unfinished happens."""
        self._record_unfinished()
        client = self.client
        exchange = Exchange(client.connection, "push")
        return client.conversation.answer(exchange, partial(farewell, client, replies.TIMEOUT))

    def _all(self, effects: Iterable[Effect]) -> Iterator[Effect]:
        """Yield these effects, and the answers to all that has arrived whole behind them."""
        client = self.client
        more: Iterable[Effect] | None = effects
        while more is not None:
            try:
                yield from more
            except Exception as bug:  # noqa: BLE001  (ours, whatever it is)
                yield from self._owned_up(bug)
            if client.is_over or client.conversation.is_closed:
                client.is_over = True
                return
            client.is_early = bool(client.input)
            if client.is_early and _ends_group(client):
                client.conversation.noted(f"more came before the reply to {client.verb}")
            more = self._next()

    def _next(self) -> Iterable[Effect] | None:
        """Return the answer to the next whole thing that the client said; None if there is none."""
        client = self.client
        expected = client.expected
        arrived = client.input
        try:
            if expected is not None:
                frame = expected.take(arrived)
                if frame is None:
                    return None
                client.expected = None  # unless the answer says otherwise
                return expected.answer(client, frame)
            line = arrived.line()
            if line is None:
                return None
            if isinstance(line, LongLine):
                from pytest_fakemail.smtp.objections import nameless, too_long

                return too_long(client, line, nameless(client, "", line.start))
            return answered(client, self.reader, line)
        except Exception as bug:  # noqa: BLE001  (likewise)
            return self._owned_up(bug)

    def _owned_up(self, bug: Exception) -> Iterable[Effect]:
        self.client.service.bugs.append(bug)
        return said(self.client, replies.LOCAL_ERROR)

    def _record_unfinished(self) -> None:
        client = self.client
        if client.is_over:
            return
        unread = client.input.unread()
        if client.expected is not None:
            unfinished = client.expected.unfinished(client, unread)
        elif unread:
            from pytest_fakemail.smtp.objections import nameless

            unfinished = nameless(client, "eof", unread)
        else:
            return
        if unfinished is not None:
            client.service.recorder.opened(unfinished)


_LAST_IN_GROUP = frozenset(
    ("EHLO", "HELO", "LHLO", "VRFY", "EXPN", "TURN", "NOOP", "AUTH", "STARTTLS", "ETRN")
)


def _ends_group(client: Client) -> bool:
    """Whether a client has to wait for the reply to its last command.

    RFC 2920 §3.1: some "can only appear as the last command in a group", and so may all of
    other extensions unless they say otherwise.  Behind DATA its content may follow what ends it.
    """
    if client.verb == "DATA" and client.expected is not None:
        return True
    if client.verb in _LAST_IN_GROUP:
        return True
    return client.expected is None and not client.offers("PIPELINING")
