"""The post office that a FakeMail opens for mail that leaves, and what it is told by the test."""

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from pytest_fakemail.clock import Clock, Duration, seconds
from pytest_fakemail.net.timeouts import stop_reading
from pytest_fakemail.net.tls import TlsAuthority
from pytest_fakemail.notices import statuses
from pytest_fakemail.notices.dialects import dialect as known
from pytest_fakemail.relay.postoffice import Office, PostOffice
from pytest_fakemail.relay.routes import NoServers, Refusing, refusal_reply
from pytest_fakemail.relay.sending import SenderSetup
from pytest_fakemail.settings import Settings
from pytest_fakemail.world import World

if TYPE_CHECKING:
    from pytest_fakemail.dns.server import DnsServer
    from pytest_fakemail.notices import Dialect
    from pytest_fakemail.server import Server


def opened(
    settings: Settings,
    clock: Clock,
    world: World,
    tls: TlsAuthority,
    numbers: Iterator[int],
    *,
    look_up: Callable[..., Any],
    own_up: Callable[..., Any],
) -> PostOffice:
    """Return a post office for the mail of a world; connections get the next of the numbers."""
    setup = SenderSetup(
        recorder=world.record,
        next_number=lambda: next(numbers),
        hostname=settings.hostname,
        timeout=settings.relay_timeout,
        tls=settings.relay_tls,
        tls_context=tls.opportunistic_context,
        elapsed=clock.elapsed,
        stop_reading=stop_reading,
    )
    office = Office(
        settings=settings,
        store=world.store,
        clock=clock,
        setup=setup,
        look_up=look_up,
        own_up=own_up,
    )
    return PostOffice(office)


def mail_servers(
    domain: str, dns: "DnsServer | None", hostname: str, servers: "Iterable[Server]"
) -> Any:  # noqa: ANN401  (as `relay.postoffice.MxLookUp`)
    """Return the mail servers of a domain in order, or why there are none."""
    if dns is None:
        return NoServers(451, "4.4.3 nobody has written a zone: use fakemail.dns")
    from pytest_fakemail.dns.mail import mail_servers

    def is_own(name: str, place: tuple[str, int] | None) -> bool:
        """Whether a mail server is this one: by where it listens, or else by its name."""
        if place is None:
            return name.lower() == hostname.lower()
        return any(place[1] in server.read_ports for server in servers)

    return mail_servers(dns, domain, is_own)


def returning(status: str, reply: str | None, dialect: "Dialect", after: Duration) -> Refusing:
    """Return what returns mail for an address, as `FakeMail.bounces` takes it.

    Raises:
        BadArgument: no status, refusal, dialect or duration.
    """
    known(dialect)
    usual = statuses.reply(statuses.checked(status, "54"), "{address}")
    code, text = refusal_reply(usual if reply is None else reply)
    if not code:
        code, text = 550, f"{status} {text}"
    return Refusing(code, text, dialect, seconds(after))
