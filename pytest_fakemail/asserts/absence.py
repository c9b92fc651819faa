"""Why no mail came, or was read: what kept clients from it, the likeliest reason first."""

import re
from collections.abc import Iterable, Sequence

from pytest_fakemail.asserts.backends import in_memory_backends
from pytest_fakemail.asserts.strangers import no_login, stranger, strangers
from pytest_fakemail.dataclass import dataclass
from pytest_fakemail.transcript.exchanges import RecordedConnection, RecordedExchange
from pytest_fakemail.visible import shortened, visible

_CLIENT_HELLO = (b"\x16\x03", b"\x80")
"""How TLS and SSL 2 begin."""
_DISTRUST = re.compile(r"unknown ca|certificate unknown|bad certificate|CA\?|trust", re.IGNORECASE)
_NO_TLS = re.compile(r"in the clear|http request|wrong version|unknown protocol", re.IGNORECASE)
_REFUSED = 400
_NEGATIVE = ("NO", "BAD", "BYE", "-ERR")
_MOST_VERBS = 8
_NOBODY, _STAYS = "nobody connected to", ", and is connected still"
_TRANSACTION = ("MAIL", "RCPT", "DATA", "BDAT")
_OUT_OF_ORDER = (503, 554)
"""What MAIL, RCPT and DATA are told if what should be before them was refused (RFC 5321 §4.3.2)."""
_SENDING, _READING = ("smtp", "lmtp"), ("imap", "pop3")


@dataclass(frozen=True, slots=True)
class Ports:
    """Where a server listens, or did until it was closed; None where the port was never read."""

    protocol: str
    plain: int | None
    tls: int | None
    outage: str | None = None
    """How it was down last, if it was: ``"refuse"``."""
    is_down: bool = False
    """Whether it is down now."""
    is_closed: bool = False
    """Whether it listens no more."""


def why_none(
    servers: Sequence[Ports],
    connections: Sequence[RecordedConnection],
    kept_before: int = 0,
    forgotten_by: str = "",
    cleared: int = 0,
) -> list[str]:
    """Return why nothing was sent: a reason that fits into a line, and more below it.

    Args:
        servers: those that take mail.
        connections: of all servers.
        kept_before: how many mails the app's framework had in memory before.
        forgotten_by: what was called to forget the traffic before, if anything was.
        cleared: how many mails `outbox.clear()` has forgotten.
    """
    came = [one for one in connections if one.protocol in _SENDING]
    if came:
        cleared_away = [f"outbox.clear() has forgotten {cleared} that came"] if cleared else []
        refused = _what_became(servers, came)
        return [*refused, *cleared_away] or [_only_said(came, "sent no mail"), *no_login(came[-1])]
    listening = _listening(servers)
    if listening:
        said = f"{_NOBODY} {listening}{_since(forgotten_by)}"
    else:
        said = "the SMTP server was not used, its port was never read"
    return [said, *strangers(connections, _READING, "SMTP"), *in_memory_backends(kept_before)]


def why_unread(
    servers: Sequence[Ports], connections: Sequence[RecordedConnection], forgotten_by: str = ""
) -> list[str]:
    """Return why no client has come as far as an account, as `why_none`; empty if one has.

    Args:
        servers: those by which mail is read.
        connections: of all servers.
        forgotten_by: as for `why_none`.
    """
    came = [one for one in connections if one.protocol in _READING]
    if any(one.user is not None for one in came):
        return []
    if came:
        return _what_became(servers, came) or [_only_said(came, "did not log in")]
    listening = _listening(servers)
    if listening:
        said = f"{_NOBODY} {listening}{_since(forgotten_by)}"
    else:
        said = "neither IMAP nor POP3 was used, their ports were never read"
    return [said, *strangers(connections, _SENDING, "IMAP or POP3")]


def may_come(reasons: Sequence[str]) -> bool:
    """Whether for these reasons alone mail may be late: nobody came yet, or somebody is there."""
    is_early = reasons[0].startswith(_NOBODY) and reasons[0].endswith(")")
    return not reasons[1:] and (is_early or reasons[0].endswith(_STAYS))


def _since(forgotten_by: str) -> str:
    return f" since {forgotten_by}" if forgotten_by else ""


def _listening(servers: Iterable[Ports]) -> str:
    read = [f"{one.protocol.upper()} ({ports})" for one in servers if (ports := _read(one))]
    down = [
        f"{one.protocol.upper()} is closed"
        if one.is_closed
        else f"{one.protocol.upper()} {'is' if one.is_down else 'was'} down, "
        f"by go_down({one.outage!r})"
        for one in servers
        if one.is_closed or one.outage is not None
    ]
    return ": ".join([" or ".join(read), *down]) if read else ""


def _read(server: Ports) -> str:
    ports = {"port": server.plain, "tls_port": server.tls}
    return ", ".join(f"{name} {port}" for name, port in ports.items() if port is not None)


def _what_became(servers: Sequence[Ports], came: Sequence[RecordedConnection]) -> list[str]:
    """Speak of the newest connection in which something went wrong; empty if there is none."""
    for connection in reversed(came):
        ports = next((one for one in servers if one.protocol == connection.protocol), None)
        wrong = _tls_mistake(connection, ports) or stranger(connection) or _refusal(connection)
        if wrong:
            return wrong
    return []


def _only_said(came: Sequence[RecordedConnection], lack: str) -> str:
    said = [exchange.verb for exchange in came[-1].commands() if not exchange.is_secret]
    verbs = ", ".join(map(visible, said[:_MOST_VERBS])) or "nothing"
    often = "once" if len(came) == 1 else f"{len(came)} times"
    stays = "" if came[-1].closed or said[-1:] in (["QUIT"], ["LOGOUT"]) else _STAYS
    return f"a client connected {often} and {lack}; it said {verbs}{stays}"


def _tls_mistake(connection: RecordedConnection, ports: Ports | None) -> list[str]:
    failed = next((note for note in connection.notes if "TLS" in note and "failed" in note), "")
    notes = " ".join(connection.notes)
    port = connection.local[1]
    if not connection.is_implicit_tls:
        if any(one.request.startswith(_CLIENT_HELLO) for one in connection.exchanges):
            return [f"a client spoke TLS to the plain port {port}; {_other('tls_port', ports)}"]
    elif connection.tls is None and (not failed or _NO_TLS.search(notes)):
        return [f"a client spoke no TLS to tls_port {port}; {_other('port', ports)}"]
    if failed and _DISTRUST.search(failed):
        return [
            "the client did not trust the server's certificate",
            "the fixture fakemail_trust makes this process and its children trust it",
            visible(failed),
        ]
    return [visible(failed)] if failed else []


def _other(name: str, ports: Ports | None) -> str:
    """Say which port is the right one."""
    number = ports and (ports.plain if name == "port" else ports.tls)
    which = "the plain port" if name == "port" else name
    return f"{which} was never read" if number is None else f"{which} is {number}"


def _refusal(connection: RecordedConnection) -> list[str]:
    """Return which command was refused last, by which reply or fault.

    What was refused for that reason alone is none: RSET, or the rest of a transaction.
    """
    refused = [one for one in connection.exchanges if _is_refused(one) or _met_silence(one)]
    if not refused:
        return []
    last = refused.pop()
    while refused and _follows(last) and refused[-1].verb in _TRANSACTION:
        last = refused.pop()
    return [
        _came_of(last, is_refused=_is_refused(last)),
        *(f"by the {visible(fault)}" for fault in _faults(last)),
        *(visible(note) for note in last.notes if note.startswith("login refused")),
    ]


def _is_refused(exchange: RecordedExchange) -> bool:
    code = exchange.reply_code
    return code in _NEGATIVE or (isinstance(code, int) and code >= _REFUSED)


def _met_silence(exchange: RecordedExchange) -> bool:
    return exchange.reply_code is None and bool(_faults(exchange))


def _faults(exchange: RecordedExchange) -> list[str]:
    return [note for note in exchange.notes if note.startswith(("fault: ", "policy: "))]


def _follows(exchange: RecordedExchange) -> bool:
    """Whether it may have been refused because something else was, before it."""
    is_idle = exchange.verb in ("RSET", "NOOP", "QUIT")
    is_out_of_order = exchange.reply_code in _OUT_OF_ORDER and exchange.verb in _TRANSACTION
    return (is_idle or is_out_of_order) and not _faults(exchange)


def _came_of(exchange: RecordedExchange, *, is_refused: bool) -> str:
    last = shortened(_last_line(exchange))
    if exchange.verb == "push":
        return f"the server said, unasked: {last}" if last else "what the server said did not come"
    return f"{_command(exchange)} {f'was answered {last}' if is_refused else 'got no answer'}"


def _command(exchange: RecordedExchange) -> str:
    if exchange.verb == "connect":
        return "the connection"
    if exchange.verb.islower():
        return f"the {exchange.verb.replace('-', ' ')}"
    return exchange.summary


def _last_line(exchange: RecordedExchange) -> str:
    last = exchange.shown_reply
    return last.partition(" ")[2] if exchange.connection.protocol == "imap" else last
