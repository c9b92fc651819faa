"""Which SASL mechanisms there are, and which a client is offered now; how they work is `sasl`'s."""

from collections.abc import Mapping

from pytest_fakemail.dataclass import dataclass
from pytest_fakemail.settings import Settings
from pytest_fakemail.wire.exchange import Connection
from pytest_fakemail.wire.session import Service


@dataclass(frozen=True, slots=True)
class Kind:
    """What a mechanism is like.

    `client_first`: the client speaks first.  `takes_initial`: an initial response may come
    with the command.  `knows_password`: works only where the server knows the password.
    `needs_tls`, `needs_certificate`: works only in TLS, or with the client's certificate there.
    """

    client_first: bool = True
    takes_initial: bool = True
    knows_password: bool = False
    needs_tls: bool = False
    needs_certificate: bool = False


KINDS: Mapping[str, Kind] = {
    "PLAIN": Kind(),
    # Clients do send the user name at once; draft-murchison-sasl-login does not forbid it.
    "LOGIN": Kind(client_first=False),
    "CRAM-MD5": Kind(client_first=False, takes_initial=False, knows_password=True),
    "SCRAM-SHA-1": Kind(knows_password=True),
    "SCRAM-SHA-256": Kind(knows_password=True),
    "SCRAM-SHA-1-PLUS": Kind(knows_password=True, needs_tls=True),
    "SCRAM-SHA-256-PLUS": Kind(knows_password=True, needs_tls=True),
    "XOAUTH2": Kind(),
    "OAUTHBEARER": Kind(),
    "EXTERNAL": Kind(needs_certificate=True),
    "ANONYMOUS": Kind(),
    "DIGEST-MD5": Kind(client_first=False, takes_initial=False),
}
"""All that settings can name."""


def offered(service: Service, connection: Connection) -> list[str]:
    """Return the mechanisms to announce now, in the order of the settings.

    Before TLS none, if `settings.require_tls`, and none that is bound to it.  EXTERNAL only with
    a client certificate.
    With `settings.accept_any_login` none that needs a password known beforehand: a client
    that prefers it would fail where PLAIN lets it in.
    """
    settings = service.settings
    if settings.require_tls and connection.tls is None:
        return []
    has_certificate = connection.tls is not None and bool(connection.tls.client_names)
    return [
        name.upper()
        for name in settings.mechanisms
        if (kind := KINDS.get(name.upper()))
        and (has_certificate or not kind.needs_certificate)
        and (connection.tls is not None or not kind.needs_tls)
        and not (kind.knows_password and settings.accept_any_login)
    ]


def takes_clear_passwords(settings: Settings) -> bool:
    """Whether the commands older than SASL that carry a password are open: LOGIN, USER and PASS.

    They are where PLAIN or LOGIN is, for to the user they are the same: an app that was told to
    use tokens must not get in by password.  Without any mechanism they are all that is left.
    """
    return not settings.mechanisms or not {"PLAIN", "LOGIN"}.isdisjoint(settings.mechanisms)


def takes_digests(settings: Settings) -> bool:
    """Whether APOP is open: where any mechanism is that proves to know a password."""
    proofs = {name for name, kind in KINDS.items() if kind.knows_password}
    return takes_clear_passwords(settings) or not proofs.isdisjoint(settings.mechanisms)
