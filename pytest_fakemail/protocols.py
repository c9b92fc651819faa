"""What serves each protocol; loaded when its server is first touched."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING

from pytest_fakemail.dataclass import dataclass
from pytest_fakemail.errors import BadSetting, UnknownCapability
from pytest_fakemail.loading import unsearched
from pytest_fakemail.server import Server
from pytest_fakemail.servers import LmtpServer, SmtpServer
from pytest_fakemail.settings import Settings
from pytest_fakemail.wire.capabilities import Capabilities

if TYPE_CHECKING:
    from pytest_fakemail.wire.exchange import Connection
    from pytest_fakemail.wire.parties import Session
    from pytest_fakemail.wire.session import Service


@dataclass(frozen=True, slots=True)
class Protocol:
    """What serves a protocol."""

    server: type[Server]
    session: "Callable[[Service, Connection], Session]"
    capabilities: Callable[[Settings], Capabilities]


@cache
def _smtp() -> Protocol:
    with unsearched():
        from pytest_fakemail.smtp import extensions, session

    return Protocol(SmtpServer, session.SmtpSession, extensions.switchboard)


@cache
def _lmtp() -> Protocol:
    with unsearched():
        from pytest_fakemail.smtp import extensions, lmtp

    return Protocol(LmtpServer, lmtp.LmtpSession, extensions.switchboard)


@cache
def _pop3() -> Protocol:
    with unsearched():
        from pytest_fakemail.pop3 import capabilities, session
        from pytest_fakemail.reading_servers import Pop3Server

    return Protocol(Pop3Server, session.Pop3Session, capabilities.switchboard)


@cache
def _imap() -> Protocol:
    with unsearched():
        from pytest_fakemail.imap import capabilities, session
        from pytest_fakemail.reading_servers import ImapServer

    return Protocol(ImapServer, session.ImapSession, capabilities.switchboard)


# A protocol is loaded when its server is first touched: most tests need one of them.
PROTOCOLS = {"smtp": _smtp, "lmtp": _lmtp, "pop3": _pop3, "imap": _imap}
_SWITCHABLE = ("smtp", "pop3", "imap")


def require_capabilities(
    settings: Settings, sources: Mapping[str, Callable[[str], object]] | None = None
) -> None:
    """Go on only if there is each capability that the settings switch off.

    Args:
        settings: what says so.
        sources: where it may have come from, as `settings.gathered` takes them.

    Raises:
        BadSetting: there is none of such a name; named as its source spells the setting.
    """
    for protocol in _SWITCHABLE:
        name = f"{protocol}_without"
        if getattr(settings, name):
            try:
                PROTOCOLS[protocol]().capabilities(settings)
            except UnknownCapability as error:
                raise BadSetting(f"{_source(name, sources or {})}: {error}") from None


def _source(name: str, sources: Mapping[str, Callable[[str], object]]) -> str:
    from pytest_fakemail.values import spelt

    given = (spelt(pattern, name) for pattern, text in sources.items() if text(name) is not None)
    return next(given, name)
