"""An IMAP connection: whole commands in, responses out.

`framing` makes commands of octets, `reading` finds out what they say, `answers` lets the
handlers of `commands` work on the `client` and makes octets of what they return.  This
module is the way from one to the next, and joins in faults and transcript.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import partial

from pytest_fakemail.imap.answers import Answers, InProgress
from pytest_fakemail.imap.client import Client
from pytest_fakemail.imap.framing import Announcement, Command, Framer, Overlong
from pytest_fakemail.imap.reading import Reader, Reading, argument_of, read_overlong
from pytest_fakemail.imap.responses.progress import with_progress
from pytest_fakemail.imap.responses.updates import unasked
from pytest_fakemail.imap.table import Done, Entry, State
from pytest_fakemail.wire.conversation import Conversation
from pytest_fakemail.wire.effects import Effect, Send
from pytest_fakemail.wire.exchange import Connection, Exchange
from pytest_fakemail.wire.session import Service

# An attribute of an enumeration costs as much as a function, and each command asks for it.
_LOGOUT = State.LOGOUT

_LONG_LITERAL = 512
"""Octets from which on the transcript shares a literal with the store."""


class ImapSession:
    """One client's IMAP session; see `wire.parties.Session` for the calls of the driver."""

    def __init__(self, service: Service, connection: Connection) -> None:
        self.timeout: float | None = service.settings.imap_timeout or None
        self._service = service
        self._connection = connection
        self._conversation = Conversation(connection, service.faults, service.recorder)
        self._framer = Framer()
        self._client = Client(service, connection, self._framer)
        self._reader = Reader(self._client)
        self._answers = Answers(self._client)
        self._texts_told = 0

    def greeting(self) -> Iterable[Effect]:
        """Return the untagged OK with the capabilities (RFC 3501 §7.1)."""
        exchange = Exchange(self._connection, "connect")
        return self._conversation.answer(exchange, self._greet, self._greeted)

    def receive_data(self, data: bytes) -> Iterable[Effect]:
        """Take octets from the client, cut anywhere; return what to do about them."""
        if self._client.state is _LOGOUT:
            return ()
        if self._answers.in_progress is None and (line := self._framer.whole(data)) is not None:
            effects = self._whole(line)
            # One command, and all of its answer.
            if type(effects) is tuple and self._client.state is not _LOGOUT:
                return effects
            return self._all(effects)
        self._framer.feed(data)
        return self._all(())

    def _all(self, effects: Iterable[Effect] | None) -> Iterator[Effect]:
        """Yield an answer, and those to all that has come besides."""
        while effects is not None:
            yield from effects
            effects = self._next()

    def receive_eof(self) -> Iterable[Effect]:
        """The client went; what it left unfinished is only for the transcript."""
        unfinished = self._framer.unfinished
        if unfinished and self._client.state is not State.LOGOUT:
            is_secret = self._client.account is None
            exchange = Exchange(self._connection, "eof", unfinished, is_secret=is_secret)
            self._service.recorder.opened(exchange)
        self._end()
        return ()

    def tls_started(self) -> Iterable[Effect]:
        """The client begins anew; nothing is sent (RFC 3501 §6.2.1).

        Of a command begun in the clear nothing is left: it may be another's.
        """
        self._framer.clear()
        self._client.forget_login()
        return ()

    def mailbox_changed(self) -> Iterable[Effect]:
        """Tell what happened to who is idle or always listens; others hear with a command."""
        client, in_progress = self._client, self._answers.in_progress
        is_idle = in_progress is not None and in_progress.waiting.verb == "DONE"
        if in_progress is not None and not is_idle:
            return []
        with client.registry:
            is_void = client.view is not None and client.view.is_void
            if is_void and (is_idle or client.hearing.is_always):
                return self._push(lambda: self._answers.farewell("The selected mailbox is gone"))
            told = unasked(client, is_idle=is_idle)
            if is_idle:
                told += client.told_besides()
        return self._push(lambda: [Send(client.said(told))]) if told else []

    def timed_out(self) -> Iterable[Effect]:
        """Say BYE to a client that was silent for too long (RFC 3501 §5.4)."""
        in_progress = self._answers.in_progress
        if in_progress is not None and in_progress.waiting.bears_silence:
            return ()
        return self._push(lambda: self._answers.farewell("Disconnected for inactivity"))

    # --- one event -----------------------------------------------------------------------

    def _greet(self) -> tuple[Effect]:
        hostname = self._service.settings.hostname
        line = self._client.capability_line
        return (Send(f"* OK [CAPABILITY {line}] {hostname} ready\r\n".encode()),)

    def _greeted(self, octets: bytes) -> None:
        """Be logged in as the default account if a fault said so (RFC 9051 §7.1.4)."""
        account = self._service.store.account(self._service.settings.user)
        if octets.startswith(b"* PREAUTH") and account is not None:
            self._client.log_in(account)

    def _push(self, execute: Callable[[], Iterable[Effect]]) -> Iterable[Effect]:
        exchange = Exchange(self._connection, "push", mailbox=self._client.selected_name)
        watcher = self._client.watcher
        replaced = None if watcher is None else watcher.replaced
        return self._conversation.answer(exchange, execute, replaced)

    def _next(self) -> Iterable[Effect] | None:
        """Return the answer to the next whole thing that the client said; None if there is none."""
        if self._client.state is State.LOGOUT:
            self._end()
            return None
        in_progress = self._answers.in_progress
        if in_progress is not None:
            line = self._framer.next_line()
            return None if line is None else self._line(in_progress, line)
        match self._framer.next_event():
            case None:
                return None
            case Announcement() as announcement:
                return self._literal(announcement)
            case Overlong() as overlong:
                exchange = Exchange(
                    self._connection, "", overlong.start, is_secret=self._client.account is None
                )
                return self._command(*read_overlong(overlong), exchange)
            case Command() as command:
                return self._whole(command)

    def _whole(self, command: Command) -> Iterable[Effect]:
        tag, reading = self._reader.read(command)
        entry = reading.entry
        if entry is not None and self._passes(entry, reading, command):
            client = self._client
            return self._answers.carry_out(tag, entry, entry.handler, client, reading.arguments)
        return self._command(tag, reading, self._described(tag, reading, command))

    def _passes(self, entry: Entry, reading: Reading, command: Command) -> bool:
        """Take note of a command, without an exchange, if it is a plain one that just happens."""
        if reading.refusal is not None or entry.is_secret or command.literals or self._texts_told:
            return False
        return self._conversation.passes(entry.name, command.text, argument=reading.argument)

    def _literal(self, announcement: Announcement) -> Iterable[Effect]:
        """Ask for a literal or refuse it, and its command with it (RFC 7888 §4)."""
        tag, reading = self._reader.read_literal(announcement)
        if reading.refusal is not None:
            self._framer.refuse()
            exchange = self._described(tag, reading, announcement.command)
            return self._command(tag, reading, exchange)
        if not announcement.is_synchronising:
            self._framer.accept()
            return ()
        request = self._untold(announcement.command)
        exchange = Exchange(
            self._connection, "literal", request, tag=tag, is_secret=reading.is_secret
        )

        def ask() -> Iterable[Effect]:
            self._framer.accept()
            self._texts_told = len(announcement.command.texts)
            return (Send(self._client.said(b"+ OK\r\n")),)

        def refuse(_: bytes) -> None:
            """The client will not send what it was not asked for."""
            self._framer.refuse()
            self._texts_told = 0

        return self._conversation.answer(exchange, ask, refuse)

    def _command(self, tag: str, reading: Reading, exchange: Exchange) -> Iterable[Effect]:
        self._texts_told = 0
        if reading.refusal is not None or reading.entry is None:
            refusal = reading.refusal or Done(status="BAD")
            refuse = partial(self._answers.refuse, tag, refusal)
            return self._conversation.answer(exchange, refuse)
        entry = reading.entry
        carry_out = partial(
            self._answers.carry_out, tag, entry, entry.handler, self._client, reading.arguments
        )
        asked = partial(self._answers.asked, tag, entry)
        answer = self._conversation.answer(exchange, carry_out, asked)
        return with_progress(self._client, tag, answer)

    def _line(self, in_progress: InProgress, line: Command | Overlong) -> Iterable[Effect]:
        """Give a line to the command that waits for it."""
        self._answers.in_progress = None
        in_progress.waiting.released()
        exchange = Exchange(
            self._connection,
            in_progress.waiting.verb,
            line.text if isinstance(line, Command) else line.start,
            tag=in_progress.tag,
            mailbox=self._client.selected_name,
            is_secret=in_progress.waiting.is_secret,
        )
        if isinstance(line, Overlong):
            refusal = Done("Line too long", status="BAD")
            return self._conversation.answer(
                exchange, partial(self._answers.refuse, in_progress.tag, refusal)
            )
        said = line.text.rstrip(b"\r\n")
        exchange.user = in_progress.waiting.user_in(said)
        carry_out = partial(
            self._answers.carry_out,
            in_progress.tag,
            in_progress.entry,
            in_progress.waiting.receive,
            said,
        )
        asked = partial(self._answers.asked, in_progress.tag, in_progress.entry)
        return self._conversation.answer(exchange, carry_out, asked)

    def _end(self) -> None:
        """Hold on to nothing of the store."""
        in_progress, self._answers.in_progress = self._answers.in_progress, None
        if in_progress is not None:
            in_progress.waiting.released()
        self._client.end()

    # --- facts for faults and transcript -------------------------------------------------

    def _described(self, tag: str, reading: Reading, command: Command) -> Exchange:
        """Return the exchange of a command, with the facts that fault rules ask for."""
        text = request = command.text
        payload = None
        if command.literals or self._texts_told:
            if command.literals and len(command.literals[-1]) > _LONG_LITERAL:
                payload = command.literals[-1]
            request = self._untold(command) if payload is None else command.texts[-1]
        exchange = Exchange(
            self._connection,
            reading.verb,
            request,
            payload=payload,
            tag=tag,
            argument=argument_of(text, tag, reading.verb),
            mailbox=self._client.selected_name,
            is_secret=reading.is_secret,
        )
        tell = None if reading.entry is None or reading.refusal else reading.entry.tell
        if tell is not None:
            tell(self._client, exchange, reading.arguments)
        return exchange

    def _untold(self, command: Command) -> bytes:
        """Return the octets that the transcript has not got yet: all behind the last ``+``."""
        told = self._texts_told
        if not told:
            return command.raw
        return Command((b"", *command.texts[told:]), command.literals[told - 1 :]).raw
