"""How an app is to reach the SMTP server: address, security and login, as the settings ask for.

What a framework's settings are made from.  What the server would refuse is refused here, by name.
"""

from typing import TYPE_CHECKING
from urllib.parse import quote

from pytest_fakemail.dataclass import dataclass, field
from pytest_fakemail.errors import BadArgument
from pytest_fakemail.server import SECURITY
from pytest_fakemail.spelling import unknown

if TYPE_CHECKING:
    from pytest_fakemail.asserts.account import AccountHandle
    from pytest_fakemail.server import Security
    from pytest_fakemail.servers import SmtpServer
    from pytest_fakemail.settings import Settings

SMTPLIBS = ("PLAIN", "LOGIN", "CRAM-MD5")
"""The mechanisms for passwords that smtplib and aiosmtplib know."""
PASSWORDS = (*SMTPLIBS, "SCRAM-SHA-1", "SCRAM-SHA-256")

SCHEMES: dict[str, tuple[str, ...]] = {
    "smtp": ("none", "starttls"),
    "smtps": ("implicit", "starttls"),  # dj-email-url and django-environ mean STARTTLS by it
    "submission": ("starttls", "none"),  # RFC 6409 §3.1, a service name
    "submit": ("starttls", "none"),  # dj-email-url's
    "submissions": ("implicit",),  # RFC 8314 §7.3, likewise
    "smtp+tls": ("starttls",),  # django-environ's
    "smtp+starttls": ("starttls",),
    "smtp+ssl": ("implicit",),
}
"""The schemes of the field, each with what it may mean, the likeliest first."""


@dataclass(frozen=True, slots=True)
class Access:
    """Where to connect and who to be; `user` and `password` are empty without a login."""

    host: str
    port: int
    security: "Security"
    user: str = ""
    password: str = field(default="", repr=False)

    @property
    def starttls(self) -> bool:
        """Whether to begin TLS by command."""
        return self.security == "starttls"

    @property
    def implicit(self) -> bool:
        """Whether the connection begins with TLS."""
        return self.security == "implicit"

    def url(self, scheme: str) -> str:
        """Return it as a URL, name and password percent-encoded."""
        login = f"{quote(self.user, safe='')}:{quote(self.password, safe='')}@" if self.user else ""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{scheme}://{login}{host}:{self.port}"


def access(
    server: "SmtpServer",
    settings: "Settings",
    security: "Security | None",
    account: "AccountHandle | None",
    mechanisms: tuple[str, ...] = SMTPLIBS,
) -> Access:
    """Return how to reach a server.

    Args:
        server: the SMTP server; it listens then.
        settings: those that it has.
        security: None for what the settings ask for.
        account: None for a login only where it is required.
        mechanisms: those by which the client can log in with a password.

    Raises:
        BadArgument: the server would refuse that.
    """
    if security is None:
        security = _default_security(server, settings)
    _check_security(server, settings, security)
    if account is not None:
        _check_login(server, settings, mechanisms)
    port = server.tls_port if security == "implicit" else server.port
    host = server.address[0] if security != "implicit" else _host(server)
    if account is None:
        return Access(host, port, security)
    return Access(host, port, security, account.user, account.password)


def _host(server: "SmtpServer") -> str:
    """Return where the TLS port is reached, without opening the plain one."""
    return server.tls_url.split("://")[1].rpartition(":")[0].strip("[]")


def _default_security(server: "SmtpServer", settings: "Settings") -> "Security":
    if not settings.require_tls:
        return "none"
    return "starttls" if "STARTTLS" in server.capabilities else "implicit"


def _check_security(server: "SmtpServer", settings: "Settings", security: object) -> None:
    if security not in SECURITY:
        raise BadArgument(unknown(f"security {security!r}", security, SECURITY))
    if security == "none" and settings.require_tls:
        raise BadArgument(
            "security='none', but the setting require_tls refuses mail without TLS; "
            "wanted 'starttls' or 'implicit'"
        )
    if security == "starttls" and "STARTTLS" not in server.capabilities:
        raise BadArgument(
            "security='starttls', but the server's STARTTLS is off; wanted 'none' or 'implicit'"
        )


def _check_login(server: "SmtpServer", settings: "Settings", mechanisms: tuple[str, ...]) -> None:
    if "AUTH" not in server.capabilities:
        raise BadArgument("a login was asked for, but the server's AUTH is off")
    if not set(mechanisms) & set(settings.mechanisms):
        raise BadArgument(
            f"no login by password: the setting mechanisms is {', '.join(settings.mechanisms)}; "
            f"wanted one of {', '.join(mechanisms)} among them"
        )
