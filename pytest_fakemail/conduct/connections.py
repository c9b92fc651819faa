"""What clients of any protocol do badly with their connections."""

import re
from collections.abc import Callable, Iterator, Sequence

from pytest_fakemail.conduct.finding import Finding, finding
from pytest_fakemail.transcript.exchanges import RecordedConnection, RecordedExchange
from pytest_fakemail.wire.exchange import END_OF_DATA

Offers = Callable[[str, str], bool]
"""Whether the server of a protocol has a capability on offer now."""

_CLEAR_LOGINS = frozenset(("LOGIN", "PASS"))
_CLEAR_MECHANISMS = frozenset(("PLAIN", "LOGIN", "XOAUTH2", "OAUTHBEARER"))
_STARTTLS = {"smtp": "STARTTLS", "lmtp": "STARTTLS", "pop3": "STLS", "imap": "STARTTLS"}
_ANNOUNCING = {"smtp": {"EHLO"}, "lmtp": {"LHLO"}, "pop3": {"CAPA"}, "imap": None}
_FAREWELLS = {"smtp": "QUIT", "lmtp": "QUIT", "pop3": "QUIT", "imap": "LOGOUT"}
_MOMENTS_OF_SERVER = frozenset(("push",))
_BY_CLIENT = "closed by the client"
_BODY = re.compile(r"\b(?:BODY(?:\.PEEK)?\[|RFC822(?![.\w])|RFC822\.TEXT)", re.IGNORECASE)
_FEWEST = 3
_AT_ONCE = 1.0


def words_of(one: RecordedConnection) -> list[RecordedExchange]:
    """Return what the client of a connection did; what the server said by itself is left out."""
    return [each for each in one.exchanges if each.verb not in _MOMENTS_OF_SERVER]


def clear_logins(one: RecordedConnection, offers: Offers) -> Iterator[Finding]:
    """Yield the first login that can be read on the way, where TLS was to be had."""
    if one.is_implicit_tls:
        return
    starttls = _STARTTLS[one.protocol]
    is_announced = one.protocol == "pop3" and offers("pop3", starttls)
    for each in one.exchanges:
        if starts_tls(each):
            return
        if is_announced and is_readable_login(each):
            text = f"a login that anybody can read, with {starttls} on offer"
            yield finding("login-in-the-clear", text, [each])
            return
        announcing = _ANNOUNCING[one.protocol]
        if announcing is None or each.verb in announcing:
            told = _announced(each, starttls)
            is_announced = is_announced if told is None else told


def _announced(exchange: RecordedExchange, capability: str) -> bool | None:
    """Whether a list of capabilities has one; None if there is no list."""
    answer = exchange.answer.upper()
    if exchange.connection.protocol == "imap":
        at = answer.rfind(b"CAPABILITY IMAP4")
        if at < 0:
            return None
        answer = answer[at:].partition(b"\n")[0].partition(b"]")[0]
    elif not answer.startswith((b"250", b"+OK")):
        return None
    return re.search(rb"(?:[ \n]|250-)" + capability.encode() + rb"(?![\w=-])", answer) is not None


def starts_tls(exchange: RecordedExchange) -> bool:
    """Whether all that follows is hidden by TLS."""
    return exchange.verb == _STARTTLS[exchange.connection.protocol] and _is_ok(exchange)


def is_readable_login(exchange: RecordedExchange) -> bool:
    """Whether a command sends a password or token as it is."""
    if exchange.verb in ("AUTH", "AUTHENTICATE"):
        return exchange.argument.partition(" ")[0].upper() in _CLEAR_MECHANISMS
    return exchange.verb in _CLEAR_LOGINS


def _is_ok(exchange: RecordedExchange) -> bool:
    code = exchange.reply_code
    return code in ("OK", "+OK") or (isinstance(code, int) and 200 <= code < 300)  # noqa: PLR2004


def hang_ups(one: RecordedConnection) -> Iterator[Finding]:
    """Yield that a client has gone without a word, if there was no reason to.

    One that said nothing has looked whether the port is open.  Who waits in vain for an answer,
    or is told to go, may go (RFC 5321 §4.5.3.2); likewise where a fault has struck last.
    """
    farewell, said = _FAREWELLS[one.protocol], words_of(one)
    if one.closed != _BY_CLIENT or len([each for each in said if each.verb.isupper()]) == 0:
        return
    if any(each.verb == farewell for each in said):
        return
    last = said[-1]
    is_told_to_go = last.reply_code in (421, "BYE", None) or b"* BYE" in one.exchanges[-1].answer
    is_of_tls = last.verb in ("STARTTLS", "STLS", "tls")
    if is_told_to_go or is_of_tls or any("fault" in note for note in last.notes):
        return
    yield finding("no-quit", f"closed without {farewell}", [last])


def connections_of_one_mail(all_of_them: Sequence[RecordedConnection]) -> Iterator[Finding]:
    """Yield rows of connections, one right after the other, with one message each."""
    row: list[RecordedConnection] = []
    for one in [*all_of_them, None]:
        if one is not None and _carried(one) == 1 and (not row or _follows(row[-1], one)):
            row.append(one)
            continue
        if len(row) >= _FEWEST:
            began = [each for last in row[:_FEWEST] for each in words_of(last) if _carries(each)]
            text = f"{len(row)} connections in a row for {len(row)} messages"
            yield finding("connection-per-message", text, began)
        row = [one] if one is not None and _carried(one) == 1 else []


def _follows(earlier: RecordedConnection, later: RecordedConnection) -> bool:
    """Whether a client ended a connection for no reason but to open the next."""
    is_same = (earlier.protocol, earlier.local, earlier.peer[0], earlier.user) == (
        later.protocol,
        later.local,
        later.peer[0],
        later.user,
    )
    last = words_of(earlier)[-1]
    has_left = last.verb == _FAREWELLS[earlier.protocol]
    if earlier.closed == _BY_CLIENT and earlier.closed_at is not None and later.time is not None:
        has_left = has_left or earlier.closed_at <= later.time
    if not is_same or not has_left or later.time is None:
        return False
    # The server takes note of the end a moment later, when the clock may have jumped.
    # Between two moments of a clock that runs there is some time.
    return 0 < later.time - (last.answered_at or last.time) < _AT_ONCE


def _carried(one: RecordedConnection) -> int:
    """Return how many messages a connection was for."""
    count = sum(map(_carries, one.exchanges))
    return 0 if any(each.reply_code == 421 for each in one.exchanges) else count  # noqa: PLR2004


def _carries(exchange: RecordedExchange) -> int:
    match exchange.verb:
        case verb if verb == END_OF_DATA:
            return int(_is_ok(exchange))
        case "BDAT":
            return int(_is_ok(exchange) and exchange.argument.upper().endswith("LAST"))
        case "RETR":
            return int(_is_ok(exchange))
        case "FETCH" | "UID FETCH" if _BODY.search(exchange.argument):
            return 1 if exchange.argument.partition(" ")[0].isdigit() else 2
    return 0
