"""Passwords and tokens that an app has given away: in the clear, or to a server it must not trust.

Where a clean run logs in like that, too, the test wants it so.  Challenges (SCRAM, APOP) give
nothing away.
"""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from pytest_fakemail.conduct.connections import is_readable_login, starts_tls

if TYPE_CHECKING:
    from pytest_fakemail.transcript.exchanges import RecordedConnection

STRANGERS = {
    "expired": "to a server whose certificate has expired",
    "wrong-host": "to a server with the certificate of another host",
    "untrusted": "to a server whose certificate nobody knows",
}
"""What must not be trusted, by the word for `TlsAuthority.present`."""


def given_away(connections: "Iterable[RecordedConnection]") -> frozenset[str]:
    """Return which logins anybody could read, and how."""
    return frozenset(told for one in connections for told in _of(one))


def _of(connection: "RecordedConnection") -> Iterator[str]:
    notes = " ".join(connection.notes)
    stranger = next((text for flaw, text in STRANGERS.items() if f"present('{flaw}')" in notes), "")
    is_hidden = connection.is_implicit_tls
    for exchange in connection.exchanges:
        is_hidden = is_hidden or starts_tls(exchange)
        how = stranger if is_hidden else "in the clear"
        if how and exchange.is_secret and is_readable_login(exchange):
            yield f"the password, or a token, by {connection.protocol.upper()}, {how}"
