"""A command with its answer, and the one place where faults and transcript join in.

What may happen, in which order
-------------------------------
A session frames a whole command and understands it, or finds out that it cannot; both are
described as an `Exchange`, and `Conversation.answer` is called with it and with `execute`, which
does the command.  Then, always in this order:

1. The recorder is told (`opened`).  First, so that what is sent from now on answers this
   exchange, and so that a command which kills the connection is in the transcript.
2. Without anything that could apply to it, `execute` answers.  That is all: a truth test, and
   where a test uses rules, policies or the like, a look at whether they are for this verb.
   `Conversation.passes` does as much without the `Exchange`.
3. Otherwise the faults are asked for an answer *instead*.  If there is one, nothing happens:
   `execute` is not called, and the session is told by `replaced` what the client was told in its
   place, for the client acts on it (it sends no literal after a NO).
4. If there is none, the command happens: `execute` is called.  It may be lazy, so it has happened
   whole only when the last effect is taken; a fault that hangs up takes them all before it does.
5. The faults work on the answer *after* the effect, whoever gave it: they cut, delay, change,
   lose it.
6. A `Close` among what is left marks the conversation as closed.  Commands that the client had
   sent ahead (pipelining) are then not carried out: a server that hung up reads no more.

Nothing else may bend what a client sees: not sessions, which do not know of rules, and not the
driver, which sends what it is given.  That is why a rule can speak of any command of any
protocol.

A login is several lines and one thing.  The lines behind the first (`SASL_RESPONSE`) continue its
exchange, and rules count logins, not lines.  IMAP's literals that are asked for are exchanges of
their own (``"literal"``), since the server may refuse there; so are the greeting (``"connect"``),
what the server says by itself (``"push"``) and the client's end (``"eof"``), which no rule may
answer.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from pytest_fakemail.dataclass import dataclass, field
from pytest_fakemail.wire.effects import Close, Effect, sent

END_OF_DATA = "end-of-data"
SASL_RESPONSE = "response"
SASL_COMMANDS = ("AUTH", "AUTHENTICATE")
_OF_LOGIN = frozenset((*SASL_COMMANDS, SASL_RESPONSE))
NOT_CONNECTED = "not connected"
"""A mark of `Connection.marks`: the login was good for nothing, see `wire.logins.token_login`."""


@dataclass(frozen=True, slots=True)
class Tls:
    """The TLS layer of a connection, as it was agreed.

    `client_names` are the e-mail and DNS names and the common name in the client's
    certificate, empty without one.  `end_point` returns the hash of the server's own, for channel
    binding (RFC 5929 §4).
    """

    version: str
    cipher: str
    server_name: str | None = None
    client_names: tuple[str, ...] = ()
    end_point: Callable[[], bytes] = field(default=bytes, repr=False, compare=False)


if TYPE_CHECKING:

    class Speech(Protocol):
        """How texts for humans are said to a client that chose a language (IMAP's LANGUAGE)."""

        def told(self, effects: Iterable[Effect]) -> Iterable[Effect]:
            """Return a whole answer as the client gets it."""


@dataclass(slots=True, eq=False)
class Connection:
    """One connection of a client; `number` counts from 1 over all servers of a FakeMail.

    `protocol` is ``"smtp"``, ``"lmtp"``, ``"pop3"`` or ``"imap"``; `peer` and `local` are the
    addresses of the client and of the server, host and port.  `is_implicit_tls` says that it is
    at the TLS port, `tls` is the TLS layer, None in the clear.  `user` is who has logged in, None
    before; `token` the one that `user` has logged in by, if it was a token.  `is_over` says that
    it has ended.
    `client` is the address that it counts as coming from, if that is not the peer's; `results`
    is what is known of who sent the message at hand, for Authentication-Results (RFC 8601);
    `marks` are what quirks remember of it; `speech` is how the server's own texts are said, None as
    they are; `wake` asks, from any thread, for `mailbox_changed`
    to be called on the loop.
    """

    number: int
    protocol: str
    peer: tuple[str, int] = ("127.0.0.1", 0)
    local: tuple[str, int] = ("127.0.0.1", 0)
    is_implicit_tls: bool = False
    tls: Tls | None = None
    user: str | None = None
    token: str | None = field(default=None, repr=False)
    is_over: bool = False
    """Whether it has ended."""
    client: str | None = None
    """The address that it counts as coming from, if that is not the peer's."""
    results: tuple[str, ...] = ()
    """What is known of who sent the message at hand, for Authentication-Results (RFC 8601)."""
    marks: frozenset[str] = frozenset()
    """What quirks remember of it, each under its name."""
    speech: "Speech | None" = None
    """How the server's own texts are said to it; None as they are."""
    wake: Callable[[], None] = lambda: None
    """Ask, from any thread, for `mailbox_changed` to be called on the loop."""


@dataclass(slots=True, eq=False)
class Exchange:
    """What the client did, before the server's answer.

    `connection` is the client's, `tag` IMAP's, `argument` what follows the verb, as text.
    `sender` and `recipients` are those of the transaction at hand, where there is one.
    `verb` is the command in upper case (``"RCPT"``, ``"UID FETCH"``) or a moment in lower
    case: ``"connect"``, ``"tls"``, ``"end-of-data"``, ``"response"`` (the client's answer to a
    SASL challenge), ``"push"`` (the server speaks by itself), ``"eof"`` (the client went,
    leaving `request` unfinished).
    `request` holds the octets received, line ends included; `payload` the octets
    received after it (a literal, a chunk of BDAT), shared with the store where they are
    equal.  Of ``"end-of-data"`` the payload is the message and the request the closing dot,
    which comes behind it.
    `uids` are those of the messages that the command is about, `numbers` are IMAP's
    message numbers with the UID of each; both are told only while there are rules.
    `target` is the mailbox to which COPY and MOVE go; `mailbox` is then the selected one.
    `continues` is, of a response, the command that began the login, and `responses` is, of that
    command, how many the client has given, an initial one included; both only for faults.
    `user` is who a login command is about, before `Connection.user` says that it succeeded.
    `is_secret` says that the request holds credentials; the recorder also sets it where they
    cannot be ruled out.
    """

    connection: Connection
    verb: str
    request: bytes = b""
    payload: bytes | None = None
    tag: str = ""
    argument: str = ""
    sender: str | None = None
    recipients: Sequence[str] = ()
    mailbox: str | None = None
    uids: Collection[int] = ()
    numbers: Mapping[int, int] | None = None
    target: str | None = None
    is_secret: bool = False
    user: str | None = None
    continues: "Exchange | None" = None
    responses: int = 0

    @property
    def is_of_login(self) -> bool:
        """Whether it begins a SASL exchange or goes on with one."""
        return self.verb in _OF_LOGIN


def asks_for_response(answer: bytes) -> bool:
    """Whether a server's answer is a SASL challenge (RFC 4954 §4, RFC 5034 §4, RFC 9051 §7.6)."""
    return answer.startswith((b"334", b"+ ", b"+\r\n"))


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
        self, connection: Connection, verb: str, request: bytes, payload: bytes | None = None
    ) -> bool:
        """Do as `opened` with an exchange of this and no tag, if it surely holds no credentials.

        Returns whether that is so; if not, nothing is taken note of.
        """

    def sent(self, connection: Connection, data: bytes) -> None:
        """Take note of octets handed to the client's connection."""

    def noted(self, connection: Connection, text: str) -> None:
        """Take note of an event that has no octets (``"TLS started: TLSv1.3"``)."""

    def closed(self, connection: Connection, how: str) -> None:
        """Take note of the end, in words (``"closed by the client"``)."""


class Conversation:
    """One connection's exchanges, with the faults and the transcript of its server."""

    __slots__ = ("_faults", "_login", "_recorder", "connection", "is_closed")

    def __init__(self, connection: Connection, faults: Faults, recorder: Recorder) -> None:
        self.connection = connection
        self._faults = faults
        self._recorder = recorder
        self._login: Exchange | None = None
        self.is_closed = False
        """Whether a fault has ended the connection: nothing sent behind it may happen."""

    def passes(self, verb: str, request: bytes, payload: bytes | None = None) -> bool:
        """Record what the client did if nothing can apply to it: then it just happens.

        That is what `answer` comes to without the `Exchange`, which nobody would look at.  If it
        returns False, nothing is recorded, and `answer` is the way.
        """
        faults, connection = self._faults, self.connection
        if not faults.is_active:
            return self._recorder.heard(connection, verb, request, payload)
        if verb in _OF_LOGIN or faults.heeds(connection.protocol, verb):
            return False
        is_heard = self._recorder.heard(connection, verb, request, payload)
        if is_heard and faults.is_counting:
            faults.saw(connection.protocol, verb)
        return is_heard

    def answer(
        self,
        exchange: Exchange,
        execute: Callable[[], Iterable[Effect]],
        replaced: Callable[[bytes], None] | None = None,
    ) -> Iterable[Effect]:
        """Record the exchange; return what the client is to see of the answer.

        Args:
            exchange: what the client did.
            execute: makes it happen and returns its effects; not called when a fault answers
                instead.
            replaced: called in its place then, with the octets that the fault answers: the
                client will act on them, and so must the session.
        """
        self._recorder.opened(exchange)
        faults = self._faults
        if not faults.is_active:
            return execute()
        if exchange.verb in _OF_LOGIN:
            self._follow(exchange)
        protocol, verb = self.connection.protocol, exchange.verb
        if faults.is_counting and exchange.continues is None:
            faults.saw(protocol, verb)
        if not faults.heeds(protocol, verb):
            return execute()
        instead = faults.instead(exchange)
        if instead is None:
            effects = execute()
            bent = faults.after(exchange, effects)
            return effects if bent is effects else self._watched(bent)
        if replaced is not None:
            replaced(sent(instead))
        return self._watched(faults.after(exchange, instead))

    def _follow(self, exchange: Exchange) -> None:
        """Tell which login a response continues, and how many there have been."""
        if exchange.verb == SASL_RESPONSE:
            login = exchange.continues = self._login
            if login is not None:
                login.responses += 1
        else:
            self._login = exchange
            # AUTH mechanism [initial-response]; IMAP has a tag before it.
            words = len(exchange.request.split())
            exchange.responses = int(words > (3 if exchange.tag else 2))

    def noted(self, text: str) -> None:
        """Put an event without octets into the transcript."""
        self._recorder.noted(self.connection, text)

    def _watched(self, effects: Iterable[Effect]) -> Iterator[Effect]:
        for effect in effects:
            if isinstance(effect, Close):
                self.is_closed = True
            yield effect
