"""What clients of SMTP do badly: commands before the reply, and trying again."""

import re
from collections.abc import Iterable, Iterator

from pytest_fakemail.conduct.finding import Finding, finding
from pytest_fakemail.dataclass import dataclass, field
from pytest_fakemail.transcript.exchanges import RecordedConnection, RecordedExchange
from pytest_fakemail.wire.exchange import END_OF_DATA

_LITERAL = re.compile(rb"\{(\d+)\+?\}\r\n")
_EARLY = "more came before the reply"
_MESSAGE_ID = re.compile(rb"^Message-ID:[ \t\r\n]*(\S+)", re.IGNORECASE | re.MULTILINE)
_PAUSE = 1.0
_TOO_MANY = 452
"""RFC 5321 §4.5.3.1.10: the others are to be sent at once, in another transaction."""
_CORRIGIBLE = frozenset((500, 501, 502, 503, 504, 530, 534, 538))
"""Who answers these by another sequence does not repeat the request in the same one."""
_TRANSIENT, _PERMANENT = range(400, 500), range(500, 600)


def early_commands(one: RecordedConnection) -> Iterator[Finding]:
    """Yield the first thing that was sent before it could be known whether it makes sense."""
    for each in one.exchanges:
        if any(note.startswith(_EARLY) for note in each.notes):
            text = f"more was sent before the reply to {each.shown_verb}"
            yield finding("early-command", text, [each])
            return


def bare_newlines(one: RecordedConnection) -> Iterator[Finding]:
    """Yield the first command that ends in a bare LF, or message with one, or with a bare CR.

    BDAT counts its octets, and with BINARYMIME they may be any (RFC 3030 §3); so may APPEND's in
    a literal8 (RFC 3516 §4.4).
    """
    for each in one.exchanges:
        line = each.request
        if each.verb != END_OF_DATA and line.endswith(b"\n") and not line.endswith(b"\r\n"):
            yield finding("bare-newline", f"{each.shown_verb} ends in a bare LF", [each])
            return
        end = _bare_end(each) if each.verb in (END_OF_DATA, "APPEND") else ""
        if end:
            yield finding("bare-newline", f"a message with a bare {end}", [each])
            return


def _bare_end(exchange: RecordedExchange) -> str:
    """Return ``"LF"`` or ``"CR"`` if a message has one that is no end of a line, or nothing."""
    if exchange.is_abridged or "~{" in exchange.argument:
        return ""
    # A literal that is not long stands in the request.
    data = exchange.payload or _last_literal(exchange.request)
    pairs = data.count(b"\r\n")
    if data.count(b"\n") > pairs:
        return "LF"
    return "CR" if data.count(b"\r") > pairs else ""


def _last_literal(request: bytes) -> bytes:
    """Return the last literal of a command of IMAP; of APPEND it is the message."""
    data, place = b"", 0
    while (found := _LITERAL.search(request, place)) is not None:
        place = found.end() + int(found[1])
        data = request[found.end() : place]
    return data


@dataclass(slots=True)
class _Transaction:
    """One transaction of a connection: its MAIL and the recipients so far."""

    mail: RecordedExchange
    recipients: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Refused:
    exchange: RecordedExchange
    transaction: _Transaction


_Key = tuple[object, ...]


def retries(exchanges: Iterable[RecordedExchange]) -> Iterator[Finding]:
    """Yield requests that are repeated after they were refused, of all connections in order.

    The same request is the same recipient of the same MAIL, size included, or the same message
    to the same recipients, at the same server, as the same user.  MAIL alone does not tell
    whether it is for the same message.
    """
    current: dict[int, _Transaction] = {}
    refused: dict[_Key, _Refused] = {}
    told: set[tuple[str, _Key]] = set()
    for each in exchanges:
        number = each.connection.number
        if each.verb in ("MAIL", "connect") and each.connection.protocol == "smtp":
            current.pop(number, None)
            if each.verb == "MAIL":
                current[number] = _Transaction(each)
            continue
        transaction = current.get(number)
        if transaction is None or each.verb not in ("RCPT", "DATA", END_OF_DATA):
            continue
        if each.verb == "RCPT":
            transaction.recipients.append(each.argument)
        key = _key(transaction, each)
        earlier = refused.get(key)
        if earlier is not None and earlier.transaction is not transaction:
            name = _judged(earlier.exchange, transaction)
            if name and (name, key) not in told:
                told.add((name, key))
                yield _found(name, earlier.exchange, each)
        _remember(refused, key, _Refused(each, transaction))


def _key(transaction: _Transaction, exchange: RecordedExchange) -> _Key:
    connection = exchange.connection
    who = (connection.local, connection.user, connection.tls is not None, exchange.verb)
    if exchange.verb == END_OF_DATA:
        payload = exchange.payload or b""
        found = _MESSAGE_ID.search(payload.partition(b"\r\n\r\n")[0])
        return (*who, found[1] if found else payload, *transaction.recipients)
    if exchange.verb == "RCPT":
        return (*who, transaction.mail.argument, exchange.argument)
    return (*who, transaction.mail.argument, *transaction.recipients)


def _judged(earlier: RecordedExchange, transaction: _Transaction) -> str:
    """Return which finding it is that a refused request comes again; ``""`` for none."""
    if earlier.reply_code in _PERMANENT:
        return "retry-of-permanent"
    pause = transaction.mail.time - (earlier.answered_at or earlier.time)
    # Between two moments of a clock that runs there is some time.
    return "retry-at-once" if 0 < pause < _PAUSE else ""


def _found(name: str, earlier: RecordedExchange, later: RecordedExchange) -> Finding:
    what = "the same message" if later.verb == END_OF_DATA else later.summary
    how = "" if name == "retry-of-permanent" else " within a second"
    return finding(name, f"{what} again{how} after {earlier.reply_code}", [earlier, later])


def _remember(refused: dict[_Key, _Refused], key: _Key, one: _Refused) -> None:
    code = one.exchange.reply_code
    is_refused = (code in _TRANSIENT and code != _TOO_MANY) or (
        code in _PERMANENT and code not in _CORRIGIBLE
    )
    if is_refused:
        refused[key] = one
    else:
        refused.pop(key, None)
