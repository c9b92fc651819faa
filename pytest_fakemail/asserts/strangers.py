"""Clients at the wrong door: they speak another protocol than the port's, or find no login."""

from collections.abc import Iterable, Sequence

from pytest_fakemail.transcript.exchanges import RecordedConnection

_FIRST_WORDS = {
    "SMTP": (b"EHLO", b"HELO"),
    "LMTP": (b"LHLO",),
    "POP3": (b"USER", b"APOP", b"CAPA", b"STLS"),
    "HTTP": (b"GET", b"HEAD", b"POST", b"PUT", b"OPTIONS", b"CONNECT", b"PRI"),
}
_AFTER_A_TAG = (b"CAPABILITY", b"LOGIN", b"AUTHENTICATE", b"STARTTLS", b"ID")


def stranger(connection: RecordedConnection) -> list[str]:
    """Return that the client took the port for another protocol's; nothing if it did not."""
    spoken = _spoken(connection)
    if spoken in ("", connection.protocol.upper()):
        return []
    return [f"a client spoke {spoken} to the {_port(connection)}"]


def strangers(
    connections: Iterable[RecordedConnection], protocols: Sequence[str], wanted: str
) -> list[str]:
    """Return who came to a port of these protocols, and perhaps wanted another."""
    for one in connections:
        if one.protocol in protocols and one.user is None:
            if said := stranger(one):
                return said
            if not one.commands() and one.closed:
                return [f"a client left the {_port(one)} without a word: did it want {wanted}?"]
    return []


def no_login(connection: RecordedConnection) -> list[str]:
    """Return why a client may have found no login that it could try: TLS is wanted first."""
    said = {one.verb: one.answer for one in connection.commands()}
    offer = said.get("EHLO", b"").upper()
    if b"STARTTLS" not in offer or b"AUTH" in offer or "STARTTLS" in said:
        return []
    return ["AUTH is offered after STARTTLS only, as require_tls has it"]


def _port(connection: RecordedConnection) -> str:
    return f"{connection.protocol.upper()} port {connection.local[1]}"


def _spoken(connection: RecordedConnection) -> str:
    """Return the protocol whose words a client began with; nothing if that cannot be told."""
    requests = (one.request for one in connection.exchanges if one.request)
    words = next(requests, b"").upper().split(None, 2)
    if len(words) > 1 and words[1] in _AFTER_A_TAG and connection.protocol != "imap":
        return "IMAP"
    for protocol, first in _FIRST_WORDS.items():
        if words and words[0] in first:
            return protocol
    return ""
