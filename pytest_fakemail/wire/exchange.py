"""What a client does on its connection, and the server answers; `wire.conversation` is the way."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from pytest_fakemail.dataclass import dataclass, field

END_OF_DATA = "end-of-data"
SASL_RESPONSE = "response"
SASL_COMMANDS = ("AUTH", "AUTHENTICATE")
OF_LOGIN = frozenset((*SASL_COMMANDS, SASL_RESPONSE))
NOT_CONNECTED = "not connected"
"""A mark of `Connection.marks`: the login was good for nothing, see `wire.logins.token_login`."""


@dataclass(frozen=True, slots=True)
class Tls:
    """The TLS layer of a connection, as it was agreed.

    `client_names` are the e-mail and DNS names and the common name in the client's
    certificate, empty without one.  For channel binding, `end_point` returns the hash of the
    server's own (RFC 5929 §4), and `unique` is what TLS 1.2 has of the handshake (§3).
    """

    version: str
    cipher: str
    server_name: str | None = None
    client_names: tuple[str, ...] = ()
    end_point: Callable[[], bytes] = field(default=bytes, repr=False, compare=False)
    unique: bytes = field(default=b"", repr=False, compare=False)


if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Protocol

    from pytest_fakemail.wire.effects import Effect

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
        return self.verb in OF_LOGIN


def asks_for_response(answer: bytes) -> bool:
    """Whether a server's answer is a SASL challenge (RFC 4954 §4, RFC 5034 §4, RFC 9051 §7.6)."""
    return answer.startswith((b"334", b"+ ", b"+\r\n"))
