"""The catalogue of IMAP capabilities: what this server knows, and when it says so.

`switchboard` makes the `Capabilities` of a server; `announced` is the CAPABILITY line of a
connection at a moment.  Which commands and parameters a capability brings in is said where
they are: in the tables of `commands` and in the grammar.
"""

from collections.abc import Container

from pytest_fakemail.dataclass import dataclass
from pytest_fakemail.settings import Settings
from pytest_fakemail.wire.capabilities import Capabilities
from pytest_fakemail.wire.exchange import Connection
from pytest_fakemail.wire.sasl_offers import offered, takes_clear_passwords
from pytest_fakemail.wire.session import Service

REVISIONS = ("IMAP4rev1", "IMAP4rev2")

BEFORE_LOGIN = ("SASL-IR", "LITERAL+", "ID", "ENABLE")
"""Announced before the login as well as after it; STARTTLS, LOGINDISABLED and AUTH= only before."""

AFTER_LOGIN = (
    "IDLE",
    "UNSELECT",
    "UIDPLUS",
    "MOVE",
    "CONDSTORE",
    "QRESYNC",
    "NAMESPACE",
    "CHILDREN",
    "SPECIAL-USE",
    "CREATE-SPECIAL-USE",
    "LIST-EXTENDED",
    "LIST-STATUS",
    "STATUS=SIZE",
    "OBJECTID",
    "SAVEDATE",
    "QUOTA",
    "QUOTA=RES-STORAGE",
    "QUOTA=RES-MESSAGE",
    "APPENDLIMIT",
    "MULTIAPPEND",
    "REPLACE",
    "UTF8=ACCEPT",
    "BINARY",
    "PREVIEW",
    "PARTIAL",
    "ESEARCH",
    "SEARCHRES",
    "WITHIN",
    "SORT",
    "SORT=DISPLAY",
    "THREAD=ORDEREDSUBJECT",
    "THREAD=REFERENCES",
    "I18NLEVEL=1",
)

ON_REQUEST = (
    "ACL",
    "LIST-MYRIGHTS",
    "METADATA",
    "LIST-METADATA",
    "QUOTA=RES-MAILBOX",
    "QUOTASET",
    "UNAUTHENTICATE",
    "COMPRESS=DEFLATE",
    "NOTIFY",
    "UIDONLY",
    "UIDBATCHES",
    "CATENATE",
    "URL-PARTIAL",
    "URLAUTH",
    "URLAUTH=BINARY",
    "LOGIN-REFERRALS",
    "MAILBOX-REFERRALS",
    "LANGUAGE",
    "INPROGRESS",
    "ESORT",
    "CONTEXT=SEARCH",
    "CONTEXT=SORT",
    "MULTISEARCH",
    "FILTERS",
    "THREAD=REFS",
    "SEARCH=FUZZY",
    "I18NLEVEL=2",
)
"""Announced after the login where they are switched on, one by one or by ``"all"``."""

OFF_AT_FIRST = (
    "LITERAL-",
    "METADATA-SERVER",
    "UTF8=ONLY",
    "MESSAGELIMIT",
    "SAVELIMIT",
    "XLIST",
    "X-GM-EXT-1",
)
"""Known and whole, but announced only when switched on: of other servers, or against one above."""

_INSTEAD_OF = {
    "LITERAL-": "LITERAL+",
    "METADATA-SERVER": "METADATA",
    "UTF8=ACCEPT": "UTF8=ONLY",
    "SAVELIMIT": "MESSAGELIMIT",
    "I18NLEVEL=1": "I18NLEVEL=2",
}
"""What is announced only without another that is more."""

_TOLD_BEFORE_LOGIN = (*REVISIONS, *BEFORE_LOGIN, "LOGIN-REFERRALS", "LANGUAGE")
_TOLD_AFTER_LOGIN = (*AFTER_LOGIN, *ON_REQUEST, *OFF_AT_FIRST[1:])

IMPLIED_BY_REV2 = frozenset(
    [
        "BINARY",
        "CHILDREN",
        "ENABLE",
        "ESEARCH",
        "IDLE",
        "LIST-EXTENDED",
        "LIST-STATUS",
        "MOVE",
        "NAMESPACE",
        "SASL-IR",
        "SEARCHRES",
        "SPECIAL-USE",
        "STATUS=SIZE",
        "UIDPLUS",
        "UNSELECT",
        "LITERAL-",
    ]
)
"""What IMAP4rev2 has in itself (RFC 9051 appendix E)."""


NEEDED = {
    "QRESYNC": ("CONDSTORE", "ENABLE"),
    "UTF8=ACCEPT": ("ENABLE",),
    "SEARCHRES": ("ESEARCH",),
    "SORT=DISPLAY": ("SORT",),
    "ESORT": ("SORT",),
    "CONTEXT=SEARCH": ("ESEARCH",),
    "CONTEXT=SORT": ("SORT", "ESORT"),
    "MULTISEARCH": ("ESEARCH",),
    "FILTERS": ("METADATA-SERVER",),
    "LIST-METADATA": ("METADATA", "LIST-EXTENDED"),
    "QUOTA=RES-STORAGE": ("QUOTA",),
    "QUOTA=RES-MESSAGE": ("QUOTA",),
    "QUOTA=RES-MAILBOX": ("QUOTA",),
    "QUOTASET": ("QUOTA",),
    "LIST-MYRIGHTS": ("ACL", "LIST-EXTENDED"),
    "UIDONLY": ("ENABLE",),
    "URL-PARTIAL": ("CATENATE",),
    "URLAUTH=BINARY": ("URLAUTH",),
    "UTF8=ONLY": ("UTF8=ACCEPT", "ENABLE"),
    "MAILBOX-REFERRALS": ("IMAP4rev1",),
    "LANGUAGE": ("NAMESPACE",),
}
"""What a capability is no use without: off with any of these, it is off too."""


PART_OF = {"METADATA-SERVER": "METADATA"}
"""What another has in itself."""


def _is_on(name: object, capabilities: Container[str]) -> bool:
    if name not in capabilities:
        return False
    needs = NEEDED.get(str(name))
    return needs is None or all(
        needed in capabilities or PART_OF.get(needed) in capabilities for needed in needs
    )


@dataclass(frozen=True, slots=True)
class Granted(Container[str]):
    """The capabilities that a connection may use: those switched on, and what rev2 implies.

    A server that is IMAP4rev2 alone, or was made so by ENABLE, cannot lack what is a part of
    that protocol, whatever is announced.
    """

    capabilities: Capabilities
    enabled: Container[str]

    def __contains__(self, name: object) -> bool:
        # Asked for several times a command; what is on is the same until the next switch.
        known = self.capabilities.remembered
        is_on = known.get(name)
        if is_on is None:
            is_on = known[name] = _is_on(name, self.capabilities)
        if is_on:
            return True
        if name in PART_OF:
            return _is_on(PART_OF[str(name)], self.capabilities)
        return name in IMPLIED_BY_REV2 and self.is_rev2

    @property
    def is_rev2(self) -> bool:
        """Whether this connection speaks IMAP4rev2: by ENABLE, or because there is no rev1."""
        return "IMAP4REV2" in self.enabled or "IMAP4rev1" not in self.capabilities


def switchboard(settings: Settings) -> Capabilities:
    """Return the capabilities of a new server as the settings want them.

    Raises:
        UnknownCapability: ``settings.imap_without`` has a name that is none.
    """
    on = (*REVISIONS, "STARTTLS", *BEFORE_LOGIN, *AFTER_LOGIN)
    off = (*ON_REQUEST, *OFF_AT_FIRST)
    mechanisms = tuple(f"AUTH={name.upper()}" for name in settings.mechanisms)
    capabilities = Capabilities((*on, *off, *mechanisms), off=off)
    if settings.imap_capabilities == "all":
        capabilities.on(*ON_REQUEST)
    if settings.gmail_labels:
        capabilities.on("X-GM-EXT-1")
    if settings.imap_revisions != "both":
        capabilities.off("IMAP4rev1" if settings.imap_revisions == "rev2" else "IMAP4rev2")
    capabilities.off(*settings.imap_without)
    return capabilities


def is_tls_missing(service: Service, connection: Connection) -> bool:
    """Whether all logins are refused because there is no TLS yet."""
    return service.settings.require_tls and connection.tls is None


def is_login_disabled(service: Service, connection: Connection) -> bool:
    """Whether LOGIN is refused (RFC 3501 §6.2.3): before TLS, or where only SASL may log in."""
    is_closed = not takes_clear_passwords(service.settings)
    return is_closed or is_tls_missing(service, connection)


def mechanisms(service: Service, connection: Connection) -> list[str]:
    """Return the SASL mechanisms that this connection may use now."""
    return [name for name in offered(service, connection) if f"AUTH={name}" in service.capabilities]


def announced(service: Service, connection: Connection, *, is_authenticated: bool) -> str:
    """Return what CAPABILITY lists now, for this connection.

    It is made once for each state, without and with TLS and a client's certificate in it, until
    a capability is switched.
    """
    lines = service.capabilities.remembered
    tls = connection.tls
    key = is_authenticated, tls is not None, tls is not None and bool(tls.client_names)
    line = lines.get(key)
    if line is None:
        line = _announced(service, connection, is_authenticated=is_authenticated)
        lines[key] = line
    return line


def _announced(service: Service, connection: Connection, *, is_authenticated: bool) -> str:
    on = service.capabilities
    names = [name for name in _TOLD_BEFORE_LOGIN if _is_on(name, on)]
    if "LITERAL-" in on and _INSTEAD_OF["LITERAL-"] not in on:
        names.append("LITERAL-")
    if is_authenticated:
        names += [
            name
            for name in _TOLD_AFTER_LOGIN
            if name not in names and _is_on(name, on) and _INSTEAD_OF.get(name) not in on
        ]
        spelt = _spelt(service.settings)
        return " ".join([spelt.get(name, name) for name in on.announced(names)])
    if "STARTTLS" in on and connection.tls is None:
        names.append("STARTTLS")
    if is_login_disabled(service, connection):
        names.append("LOGINDISABLED")
    names += [f"AUTH={name}" for name in mechanisms(service, connection)]
    return " ".join(on.announced(names))


def _spelt(settings: Settings) -> dict[str, str]:
    """Return the capabilities that are announced as more than their name."""
    return {
        "APPENDLIMIT": f"APPENDLIMIT={append_limit(settings)}",
        "MESSAGELIMIT": f"MESSAGELIMIT={settings.imap_message_limit}",
        "SAVELIMIT": f"SAVELIMIT={settings.imap_message_limit}",
        # RFC 4314 §2.2: the rights that RFC 2086 did not have.
        "ACL": "ACL RIGHTS=texk",
    }


def append_limit(settings: Settings) -> int:
    """Return the octets of the largest message that APPEND takes (RFC 7889)."""
    return settings.max_append_size or settings.max_message_size
