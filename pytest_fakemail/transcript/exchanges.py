"""What a transcript answers with: exchanges and connections as they were recorded."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime

from pytest_fakemail.dataclass import dataclass, field
from pytest_fakemail.errors import BadArgument, nearest_spelling
from pytest_fakemail.pattern import pattern
from pytest_fakemail.spelling import Spelt
from pytest_fakemail.transcript.abridged import Abridged, octets
from pytest_fakemail.transcript.pages import RowKind
from pytest_fakemail.transcript.redaction import Shown, redacted, without
from pytest_fakemail.transcript.rows import Row
from pytest_fakemail.transcript.vocabulary import HARMLESS, LOGINS
from pytest_fakemail.visible import shortened, visible
from pytest_fakemail.wire.exchange import (
    END_OF_DATA,
    SASL_COMMANDS,
    SASL_RESPONSE,
    Connection,
    Tls,
)

_INDICATOR = pattern(rb"\+OK|-ERR|\+")
_STATUS = pattern(rb"[^ ]+ (OK|NO|BAD|BYE|PREAUTH)\b", re.IGNORECASE)
_CODE = pattern(rb"\d{3}(?=[ \r\n]|$)")
_ENOUGH = 1000
_BY_US = "relay to "
_SHOWN = 60


@dataclass(slots=True, eq=False)
class RecordedExchange(Spelt):
    """What a client did, and every octet that it was sent before it did something else.

    `verb` is the command (``"UID FETCH"``) or a moment in lower case (``"connect"``,
    ``"end-of-data"`` …), `argument` what follows the verb, as text.  `payload` holds octets
    received behind the request, as the message of DATA.  `time` and `answered_at` are in
    seconds since the epoch; the latter is that of the last octets sent.

    A login by AUTH or AUTHENTICATE is one exchange, whatever its lines: `request` holds them
    all, `answer` the challenges and what came of it, which `reply_code` tells.

    `connection` is the client's `RecordedConnection`.  `notes` are events without octets while it
    was answered: ``"fault: smtp.when('RCPT')…"``.  `is_secret` says that the request holds
    credentials, or may; `is_abridged` that octets are missing because of ``transcript_limit``.
    """

    connection: "RecordedConnection"
    verb: str
    request: bytes
    time: float
    is_secret: bool = False
    payload: bytes | None = None
    answered_at: float | None = None
    notes: list[str] = field(default_factory=list)
    is_abridged: bool = False
    _argument: str | None = None
    _pieces: list[bytes] = field(default_factory=list)
    _answered: int = 0
    """How many pieces answer earlier lines of the same login."""

    @property
    def started(self) -> datetime:
        """When the client did it, in UTC."""
        return datetime.fromtimestamp(self.time, UTC)

    @property
    def argument(self) -> str:
        """What follows the verb, without the line end and without credentials."""
        shown = self._shown()
        if self._argument is not None and not shown.hidden:
            return self._argument
        text = shown.data.decode(errors="backslashreplace").rstrip("\r\n")
        if self._argument is not None and shown.is_command:
            text = text.partition(" ")[2].lstrip(" ") or text  # behind the tag
        verb = text[: len(self.verb)]
        return text[len(verb) :].lstrip(" ") if verb.upper() == self.verb.upper() else text

    @property
    def answer(self) -> bytes:
        """The octets sent."""
        return b"".join(self._pieces)

    @property
    def reply_code(self) -> int | str | None:
        """SMTP's number, POP3's ``+OK`` or ``-ERR``, IMAP's ``OK``, ``NO``, ``BAD`` …, or None."""
        protocol = self.connection.protocol
        if protocol == "pop3":
            indicator = _INDICATOR.match(_beginning(self._pieces[self._answered :]))
            return indicator[0].decode() if indicator else None
        last = _last_line(reversed(self._pieces))
        if protocol == "imap":
            status = _STATUS.match(last)
            return status[1].decode().upper() if status else None
        code = _CODE.match(last)
        return int(code[0]) if code else None

    def go_on(self, response: Row) -> None:
        """Append a line with which the client goes on: a SASL response."""
        self.request += octets(response.data)
        self.is_abridged = self.is_abridged or isinstance(response.data, Abridged)
        self._answered = len(self._pieces)

    def take_answer(self, data: bytes, time: float) -> None:
        """Append octets that were sent at this time."""
        self._pieces.append(data)
        self.answered_at = time

    def _shown(self) -> Shown:
        protocol = self.connection.protocol
        return redacted(protocol, self.verb, self.request, is_secret=self.is_secret)

    @property
    def shown_verb(self) -> str:
        """`verb`, or ``"what is no command"``: that may be half a password."""
        return visible(self.verb) if self._shown().is_command else "what is no command"

    @property
    def shown_reply(self) -> str:
        """The last line of the answer, without the credentials that it may repeat."""
        last = without(self._shown().hidden, self.answer.rstrip(b"\r\n").rpartition(b"\n")[2])
        return visible(last.decode(errors="replace"))

    @property
    def summary(self) -> str:
        """The command in a short line, without credentials and without a tag."""
        verb = self.verb if self._shown().is_command else ""
        return visible(f"{verb} {shortened(self.argument, _SHOWN)}".strip())

    def __repr__(self) -> str:
        number = self.connection.number
        return f"<exchange on connection {number}: {self.summary!r} -> {self.reply_code}>"


@dataclass(slots=True, eq=False)
class RecordedConnection(Spelt):
    """One connection of a client; `closed` says how it ended, None while it is open.

    `number` is that of `Delivery.connection`, `protocol` ``"smtp"``, ``"lmtp"``, ``"pop3"`` or
    ``"imap"``; `peer` and `local` are the addresses of the client and of the server, host and port.
    `is_implicit_tls` says that it was at the TLS port, `tls` is the TLS layer, None in the clear;
    `user` is who logged in, None if nobody did.  `time` and `closed_at` are when it began and
    ended, in seconds since the epoch.  `exchanges` are what was said, in order; `notes` all events
    without octets.
    """

    number: int
    protocol: str
    peer: tuple[str, int]
    local: tuple[str, int]
    is_implicit_tls: bool
    tls: Tls | None
    user: str | None
    time: float | None = None
    closed: str | None = None
    closed_at: float | None = None
    notes: list[str] = field(default_factory=list)
    exchanges: list[RecordedExchange] = field(default_factory=list)
    _unclaimed: Row | None = None

    @property
    def started(self) -> datetime | None:
        """When it was accepted, in UTC; None if that was not kept."""
        return None if self.time is None else datetime.fromtimestamp(self.time, UTC)

    @property
    def is_logging_in(self) -> bool:
        """Whether what the client did last is a login by SASL."""
        return bool(self.exchanges) and self.exchanges[-1].verb in SASL_COMMANDS

    def leave(self, message: Row) -> None:
        """Keep a message for the closing dot that follows."""
        self._unclaimed = message

    def claim(self, exchange: RecordedExchange) -> None:
        """Give a closing dot its message."""
        if self._unclaimed is not None and exchange.verb == END_OF_DATA:
            _take_octets(exchange, self._unclaimed)
            self._unclaimed = None

    def commands(self, verb: str | None = None) -> "list[RecordedExchange]":
        """Return the commands, or those of one verb; ``FETCH`` means ``UID FETCH`` too.

        Raises:
            BadArgument: no text, or a verb that nobody sent and that looks like a slip of the pen.
        """
        return commands(self.exchanges, verb)

    def __repr__(self) -> str:
        count, state = len(self.exchanges), self.closed or "open"
        return f"<{self.protocol} connection {self.number}: {count} exchanges, {state}>"


def of_clients(connections: Iterable[RecordedConnection]) -> list[RecordedConnection]:
    """Return those whose client is not our own relay."""
    return [one for one in connections if not any(note.startswith(_BY_US) for note in one.notes)]


def commands(exchanges: Iterable[RecordedExchange], verb: str | None) -> list[RecordedExchange]:
    """Return the exchanges of a verb, with and without UID; without one, or of any, all commands.

    Raises:
        BadArgument: no text, or a verb that nobody sent and that is nearly one that there is.
    """
    if verb is None:
        verb = "any"
    if not isinstance(verb, str):
        raise BadArgument(f"no verb {verb!r}; wanted a text, such as 'FETCH'")
    wanted = " ".join(verb.upper().split())
    if wanted == "ANY":
        return [one for one in exchanges if one.verb.isupper()]
    found = [one for one in exchanges if one.verb.upper() in (wanted, f"UID {wanted}")]
    if not found:
        _require_no_slip(wanted)
    return found


def _require_no_slip(verb: str) -> None:
    """Refuse what is not a verb but nearly one: that none came would be quietly true.

    Other words may be commands that no server knows; an app may well say them.
    """
    known = {one.upper() for words in (*HARMLESS.values(), *LOGINS.values()) for one in words}
    first = verb.partition(" ")[0]
    if verb not in known and first in known and first != verb:
        raise BadArgument(f"no verb {verb!r}; did you mean {first!r}? A verb is without arguments")
    if verb not in known and (guess := nearest_spelling(verb, sorted(known))):
        raise BadArgument(f"no verb {verb!r}; {guess.strip()}")


def collected(
    rows: Iterable[Row], connections: Iterable[Connection]
) -> tuple[list[RecordedConnection], list[RecordedExchange]]:
    """Return the connections, each with its exchanges, and all exchanges as they began.

    The times do not tell that order: a test can stop the clock, and put it back.
    """
    found = {
        one.number: RecordedConnection(
            one.number,
            one.protocol,
            one.peer,
            one.local,
            one.is_implicit_tls,
            one.tls,
            one.user,
        )
        for one in connections
    }
    exchanges: list[RecordedExchange] = []
    for row in rows:
        connection = found.get(row.connection)
        if connection is None:
            continue
        known = len(connection.exchanges)
        _take(connection, row)
        exchanges += connection.exchanges[known:]
    return list(found.values()), exchanges


def _take(connection: RecordedConnection, row: Row) -> None:
    match row.kind:
        case RowKind.CONNECTED:
            connection.time = row.time
        case RowKind.SECRET if row.verb == SASL_RESPONSE and connection.is_logging_in:
            connection.exchanges[-1].go_on(row)
        case RowKind.REQUEST | RowKind.SECRET:
            exchange = RecordedExchange(
                connection,
                row.verb,
                octets(row.data),
                row.time,
                is_secret=row.kind == RowKind.SECRET,
                is_abridged=isinstance(row.data, Abridged),
                _argument=row.argument,
            )
            connection.claim(exchange)
            connection.exchanges.append(exchange)
        case RowKind.CLOSED:
            connection.closed, connection.closed_at = octets(row.data).decode(), row.time
        case RowKind.NOTED:
            note = octets(row.data).decode(errors="replace")
            connection.notes.append(note)
            if connection.exchanges:
                connection.exchanges[-1].notes.append(note)
        case RowKind.MESSAGE:
            connection.leave(row)
        case RowKind.PAYLOAD | RowKind.SENT | RowKind.GUARDED:
            if connection.exchanges:
                _take_octets(connection.exchanges[-1], row)


def _take_octets(exchange: RecordedExchange, row: Row) -> None:
    exchange.is_abridged = exchange.is_abridged or isinstance(row.data, Abridged)
    data = octets(row.data)
    if row.kind in (RowKind.SENT, RowKind.GUARDED):
        exchange.take_answer(data, row.time)
    else:
        exchange.payload = data


def _beginning(pieces: Iterable[bytes]) -> bytes:
    start = b""
    for piece in pieces:
        start += piece[:_ENOUGH]
        if len(start) >= _ENOUGH:
            break
    return start


def _last_line(pieces_backwards: Iterable[bytes]) -> bytes:
    end = b""
    for piece in pieces_backwards:
        end = piece[-_ENOUGH:] + end
        if len(end) >= _ENOUGH:
            break
    return end.rstrip(b"\r\n").rpartition(b"\n")[2]
