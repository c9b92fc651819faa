"""Which SASL mechanisms there are, and which a client is offered now; how they work is `sasl`'s."""

from pytest_fakemail.settings import Settings
from pytest_fakemail.wire.exchange import Connection
from pytest_fakemail.wire.session import Service

BOUND_TO_TLS = frozenset(("SCRAM-SHA-1-PLUS", "SCRAM-SHA-256-PLUS"))
"""They work only in TLS."""

# They work only where the server knows the password.
_PROOFS = BOUND_TO_TLS | {"CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256"}
_BY_CERTIFICATE = "EXTERNAL"


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
        name
        for name in map(str.upper, settings.mechanisms)
        if (has_certificate or name != _BY_CERTIFICATE)
        and (connection.tls is not None or name not in BOUND_TO_TLS)
        and not (settings.accept_any_login and name in _PROOFS)
    ]


def takes_clear_passwords(settings: Settings) -> bool:
    """Whether the commands older than SASL that carry a password are open: LOGIN, USER and PASS.

    They are where PLAIN or LOGIN is, for to the user they are the same: an app that was told to
    use tokens must not get in by password.  Without any mechanism they are all that is left.
    """
    return not settings.mechanisms or not {"PLAIN", "LOGIN"}.isdisjoint(settings.mechanisms)


def takes_digests(settings: Settings) -> bool:
    """Whether APOP is open: where any mechanism is that proves to know a password."""
    return takes_clear_passwords(settings) or not _PROOFS.isdisjoint(settings.mechanisms)
