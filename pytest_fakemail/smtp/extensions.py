"""The service extensions that EHLO announces, and when each of them is on offer."""

from pytest_fakemail.settings import Settings
from pytest_fakemail.wire.capabilities import Capabilities
from pytest_fakemail.wire.exchange import Connection
from pytest_fakemail.wire.sasl_offers import offered
from pytest_fakemail.wire.session import Service

KNOWN = (
    "PIPELINING",
    "SIZE",
    "8BITMIME",
    "SMTPUTF8",
    "CHUNKING",
    "BINARYMIME",
    "DSN",
    "ENHANCEDSTATUSCODES",
    "STARTTLS",
    "AUTH",
    "REQUIRETLS",
    "LIMITS",
    "EXPN",
    "ETRN",
    "HELP",
)
"""Every keyword that can be switched, in the order announced.

EXPN is among them because RFC 5321 §3.5.2 wants it listed where it is served.
"""

_NEEDS = {
    "SMTPUTF8": "8BITMIME",  # RFC 6531 §3.1: must be announced beside it
    "BINARYMIME": "CHUNKING",  # RFC 3030 §3: can only be used with it
}


def switchboard(settings: Settings) -> Capabilities:
    """Return the extensions of a new server as the settings want them.

    Raises:
        UnknownCapability: ``smtp_without`` names one that is not known.
    """
    return Capabilities(KNOWN, off=settings.smtp_without)


def offers(service: Service, name: str) -> bool:
    """Whether an extension is on, and the one that it cannot do without."""
    capabilities = service.capabilities
    if name == "ETRN" and not _has_queue(service):
        return False
    needed = _NEEDS.get(name)
    return name in capabilities and (needed is None or needed in capabilities)


def _has_queue(service: Service) -> bool:
    office = service.store.office
    return office is not None and office.has_routes


def announcement(service: Service, connection: Connection) -> str:
    """Return the ``ehlo-ok-rsp`` for this connection, its last line open (RFC 5321 §4.1.1.1).

    It is made once, without and with TLS, a client's certificate in it and a queue, until an
    extension is switched.
    """
    replies = service.capabilities.remembered
    tls = connection.tls
    key = tls is not None, tls is not None and bool(tls.client_names), _has_queue(service)
    reply: str | None = replies.get(key)
    if reply is None:
        *others, last = [service.settings.hostname, *_keywords(service, connection)]
        reply = "".join(f"250-{line}\r\n" for line in others) + f"250 {last}"
        replies[key] = reply
    return reply


def _keywords(service: Service, connection: Connection) -> list[str]:
    names = [name for name in service.capabilities if offers(service, name)]
    lines = [line for name in names if (line := _line(name, service, connection))]
    return service.capabilities.announced(lines)


def _line(name: str, service: Service, connection: Connection) -> str:
    """Return the keyword with its parameters, or nothing where it does not apply."""
    match name:
        case "SIZE":
            return f"SIZE {service.settings.max_message_size}"
        case "LIMITS":
            return f"LIMITS RCPTMAX={service.settings.max_recipients}"
        case "STARTTLS":
            return "" if connection.tls else name
        case "REQUIRETLS":  # RFC 8689 §2: after STARTTLS
            return name if connection.tls else ""
        case "AUTH":
            mechanisms = offered(service, connection)
            return f"AUTH {' '.join(mechanisms)}" if mechanisms else ""
        case _:
            return name
