"""What policies know of a client: who it is, what it did on this connection, what it does now."""

from collections.abc import Callable, Collection
from ipaddress import ip_address
from typing import TypedDict

from pytest_fakemail.dataclass import dataclass, field
from pytest_fakemail.query.comparing import Comparison, Field
from pytest_fakemail.query.possible import inquired, sender, trimmed
from pytest_fakemail.query.wanted import Number, Text
from pytest_fakemail.wire.exchange import END_OF_DATA, Connection, Exchange

LOGINS = ("AUTH", "AUTHENTICATE", "LOGIN", "PASS", "APOP", "response")
"""The moments at which a client may come to be logged in."""

HELLOS = ("EHLO", "HELO", "LHLO")
FAREWELLS = ("QUIT", "LOGOUT")
UNASKED = ("connect", "tls", "push", "eof")

NOTED = ("connect", *HELLOS, "USER", *LOGINS)
"""What is taken note of wherever there are policies: who the client is, and whom it names."""

TRANSACTION = ("MAIL", "RCPT", "RSET", "BDAT", END_OF_DATA)
"""What is taken note of where a policy is about whole messages: what is under way of one."""


@dataclass(slots=True, eq=False)
class Guest:
    """A connection, as long as it is open.

    `client` is the address that it counts as coming from; `named` whom it said to be in a login
    that is not over; `recipients` those accepted for the message that is under way; `chunks`
    what BDAT has brought of it; `messages` how many were accepted; `heard_at` when it last gave
    a command.  Messages are counted, and what is under way is known, while a policy is about them.
    """

    connection: Connection
    client: str
    heard_at: float
    helo: str | None = None
    named: str | None = None
    messages: int = 0
    recipients: list[str] = field(default_factory=list)
    chunks: list[bytes] = field(default_factory=list)

    @property
    def user(self) -> str | None:
        """Who is logged in, or in the middle of a login who wants to be."""
        return self.connection.user or self.named

    def forget_message(self) -> None:
        """Nothing is under way of a message."""
        self.recipients.clear()
        self.chunks.clear()


@dataclass(slots=True, eq=False)
class Visit:
    """What a client does now; `now` is the clock's `elapsed`."""

    exchange: Exchange
    guest: Guest
    now: float

    @property
    def verb(self) -> str:
        """The command or moment, of IMAP without ``UID``."""
        return self.exchange.verb.removeprefix("UID ")

    @property
    def protocol(self) -> str:
        """Which protocol is spoken."""
        return self.exchange.connection.protocol

    @property
    def client(self) -> str:
        """The address that the client counts as coming from."""
        return self.guest.client

    @property
    def user(self) -> str | None:
        """Who is logged in, or wants to be."""
        return self.guest.connection.user or self.exchange.user or self.guest.named

    @property
    def is_authenticated(self) -> bool:
        """Whether somebody is logged in."""
        return self.guest.connection.user is not None

    @property
    def sender(self) -> str:
        """The sender of the message that is under way."""
        return self.exchange.sender or ""

    @property
    def recipient(self) -> str:
        """The address that RCPT names."""
        return self.exchange.recipients[-1] if self.exchange.recipients else ""

    @property
    def is_login(self) -> bool:
        """Whether it may end in a login."""
        return self.exchange.verb in LOGINS

    @property
    def is_command(self) -> bool:
        """Whether the client asks for something."""
        return self.exchange.verb not in UNASKED

    @property
    def message(self) -> bytes:
        """Of the end of the data: the message, its dots unstuffed (RFC 5321 §4.5.2)."""
        if self.guest.chunks:
            return b"".join(self.guest.chunks)
        stuffed = (self.exchange.payload or b"").replace(b"\r\n.", b"\r\n")
        return stuffed.removeprefix(b".")


def take_note(visit: Visit, *, is_followed: bool) -> None:
    """Keep what is to be known later, before the command happens.

    Args:
        visit: what the client does.
        is_followed: whether a policy is about whole messages, and `take_note_of_answer` is called.
    """
    guest, exchange, verb = visit.guest, visit.exchange, visit.exchange.verb
    if visit.is_command:
        guest.heard_at = visit.now
    if verb in HELLOS:
        guest.helo = exchange.argument.strip()
    if is_followed and verb == "BDAT" and exchange.payload is not None:
        guest.chunks.append(exchange.payload)
    if exchange.user is not None or verb in ("AUTH", "AUTHENTICATE"):
        guest.named = exchange.user  # whoever was named before is not meant now


def take_note_of_answer(visit: Visit, *, is_accepted: bool) -> None:
    """Keep what is to be known later of the message under way, once a command is answered."""
    guest, verb = visit.guest, visit.exchange.verb
    if verb == "RCPT" and is_accepted:
        guest.recipients.append(visit.recipient)
    if verb == END_OF_DATA:
        guest.messages += is_accepted
    if verb in (*HELLOS, "MAIL", "RSET", END_OF_DATA):
        guest.forget_message()


def _given(fact: object) -> Collection[object]:
    return () if fact is None else (fact,)


def _recipients(visit: Visit) -> Collection[object]:
    recipients = visit.exchange.recipients
    return recipients[-1:] if visit.verb == "RCPT" else recipients


def _no_address(wanted: str) -> str:
    """Clients are known by their IP address, as it is written when it is shortest."""
    try:
        shortest = str(ip_address(wanted))
    except ValueError:
        return "an IP address such as '192.0.2.7', or a pattern or a function for several"
    return "" if wanted == shortest else f"it as {shortest!r}"


CONNECTION = Field(
    "connection",
    lambda it: (it.guest.connection.number,),
    Comparison.NUMBER,
    has_one=True,
    is_always=True,
)
HELO = Field(
    "helo",
    lambda it: _given(it.guest.helo),
    Comparison.ANY_CASE,
    has_one=True,
    complaint=trimmed,
)


class Only(TypedDict, total=False):
    """The criteria by which a policy is for some exchanges only."""

    client: Text
    helo: Text
    user: Text
    sender: Text
    to: Text
    connection: Number
    where: Callable[[Exchange], object]


class Seen(TypedDict, total=False):
    """The criteria by which some clients count as coming from an address."""

    connection: Number
    helo: Text


FIELDS = (
    Field(
        "client",
        lambda it: (it.client,),
        has_one=True,
        is_always=True,
        complaint=_no_address,
    ),
    HELO,
    Field("user", lambda it: _given(it.user), Comparison.ANY_CASE, has_one=True),
    Field(
        "sender",
        lambda it: _given(it.exchange.sender),
        Comparison.ANY_CASE,
        has_one=True,
        complaint=sender,
    ),
    Field("to", _recipients, Comparison.ANY_CASE, complaint=inquired),
    CONNECTION,
    Field("where", lambda it: (it.exchange,), Comparison.WHOLE, has_one=True),
)
"""What a policy can be limited to."""
