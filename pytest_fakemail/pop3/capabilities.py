"""The capabilities of this server, and how CAPA announces them (RFC 2449 §5, §6)."""

from collections.abc import Callable, Mapping
from math import ceil

from pytest_fakemail.pop3.client import Client, State
from pytest_fakemail.settings import Settings
from pytest_fakemail.wire.capabilities import Capabilities
from pytest_fakemail.wire.sasl_offers import offered

KNOWN = (
    "CAPA",
    "APOP",
    "TOP",
    "UIDL",
    "RESP-CODES",
    "AUTH-RESP-CODE",
    "PIPELINING",
    "EXPIRE",
    "LOGIN-DELAY",
    "STLS",
    "USER",
    "SASL",
    "UTF8",
    "LANG",
    "IMPLEMENTATION",
)
"""What can be switched.  CAPA and APOP are commands that no capability announces."""


def switchboard(settings: Settings) -> Capabilities:
    """Return the capabilities of a new server as the settings want them.

    Raises:
        UnknownCapability: ``pop3_without`` names one that is not known.
    """
    return Capabilities(KNOWN, off=settings.pop3_without)


def capability_list(client: Client) -> list[str]:
    """Return the lines of CAPA's answer in the session's state."""
    names = client.service.capabilities
    lines = (_LINES[name](client) if name in _LINES else name for name in names)
    return names.announced([line for line in lines if line])


def _unannounced(_client: Client) -> str:
    return ""


def _expire(client: Client) -> str:
    return f"EXPIRE {client.service.settings.pop3_expire}"


def _login_delay(client: Client) -> str:
    return f"LOGIN-DELAY {ceil(client.service.settings.pop3_login_delay)}"


def _stls(client: Client) -> str:
    # RFC 2595 §4: announced where it is permitted, and nowhere else.
    is_permitted = client.state is State.AUTHORIZATION and client.connection.tls is None
    return "STLS" if is_permitted else ""


def _user(client: Client) -> str:
    return "" if client.is_tls_missing or not client.takes_user else "USER"


def _sasl(client: Client) -> str:
    mechanisms = offered(client.service, client.connection)
    return " ".join(("SASL", *mechanisms)) if mechanisms else ""


def _utf8(client: Client) -> str:
    # RFC 6856 §2.1: the argument says that USER, PASS and APOP take UTF-8 names.
    return "UTF8 USER" if client.takes_user else "UTF8"


def _implementation(_client: Client) -> str:
    return "IMPLEMENTATION pytest-fakemail"


_LINES: Mapping[str, Callable[[Client], str]] = {
    "CAPA": _unannounced,
    "APOP": _unannounced,
    "EXPIRE": _expire,
    "LOGIN-DELAY": _login_delay,
    "STLS": _stls,
    "USER": _user,
    "SASL": _sasl,
    "UTF8": _utf8,
    "IMPLEMENTATION": _implementation,
}
