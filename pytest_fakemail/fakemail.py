"""FakeMail: what a test holds.  Three servers over one store, their faults and transcript."""

import threading
import warnings
from functools import cache
from types import TracebackType
from typing import TYPE_CHECKING, Self, cast
from weakref import WeakSet, ref

from pytest_fakemail import pretence
from pytest_fakemail.asserts.outbox import Outbox
from pytest_fakemail.asserts.waits import blocked_loop, wait
from pytest_fakemail.caller import callers_place
from pytest_fakemail.clock import Clock
from pytest_fakemail.connectable import Connectable
from pytest_fakemail.errors import BadArgument, BadSetting
from pytest_fakemail.faults.dormant import dormant
from pytest_fakemail.net.listener import require_loopback
from pytest_fakemail.net.waiting import until
from pytest_fakemail.observed import Observed, require_no_leaks
from pytest_fakemail.peopled import Peopled
from pytest_fakemail.plumbing import Plumbing, numbers
from pytest_fakemail.postal import Postal, weakly
from pytest_fakemail.protocols import PROTOCOLS, require_capabilities
from pytest_fakemail.server import Server
from pytest_fakemail.settings import Settings
from pytest_fakemail.store.store import Store
from pytest_fakemail.sweepable import Sweepable
from pytest_fakemail.transcript.record import Record
from pytest_fakemail.wire.session import Service
from pytest_fakemail.world import World, check

if TYPE_CHECKING:
    from typing import Unpack

    from pytest_fakemail.dns.server import DnsServer
    from pytest_fakemail.faults.strikes import Waits
    from pytest_fakemail.net.tls import TlsAuthority
    from pytest_fakemail.policies.visits import Seen
    from pytest_fakemail.reading_servers import ImapServer, Pop3Server
    from pytest_fakemail.relay.item import QueueItem
    from pytest_fakemail.relay.postoffice import PostOffice
    from pytest_fakemail.servers import LmtpServer, SmtpServer
    from pytest_fakemail.setting_changes import SettingChanges
    from pytest_fakemail.transcript.transcript import Transcript

_LIVING: "WeakSet[FakeMail]" = WeakSet()


def living() -> list["FakeMail"]:
    """Return every FakeMail of this process that is not closed."""
    return [one for one in list(_LIVING) if not one.is_closed]


class FakeMail(Peopled, Postal, Sweepable, Connectable, Observed):
    """SMTP, POP3 and IMAP servers over one store; a context manager; usable from any thread.

    Nothing listens until a port or URL is first read.  Leaving the ``with`` block closes
    all servers and, if the block itself did not fail, raises what `check` raises.

    Args:
        settings: all defaults if none are given.
        clock: another FakeMail's, to share it; one of its own if none is given.
        changes: single settings that differ, by name.

    Raises:
        BadSetting: an unknown name, or a value that the setting cannot have.

    Attributes:
        settings: those in force, a personality's included.
        clock: the time of all its servers.
    """

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        clock: Clock | None = None,
        **changes: "Unpack[SettingChanges]",
    ) -> None:
        if settings is not None and not isinstance(settings, Settings):
            raise BadSetting(f"no settings: {settings!r}; wanted Settings(…), or settings by name")
        self._said = (settings or Settings()).but(**changes)
        pretence.require_sense(self._said, changes)
        self.settings = pretence.dressed(self._said)
        require_loopback(self.settings)
        if clock is not None and not isinstance(clock, Clock):
            raise BadArgument(f"no clock: {clock!r}; wanted another FakeMail's")
        self.clock = clock or Clock(until)
        self._lock = threading.RLock()
        self._made_at = callers_place()
        self._plumbing = Plumbing(self.settings, numbers())
        self._servers: dict[str, Server] = {}
        self._dns: DnsServer | None = None
        self._post_office: PostOffice | None = None
        self._unsent: list[QueueItem] = []
        self._world = self._new_world()
        require_capabilities(self.settings)  # so that an unknown name is told here
        _LIVING.add(self)

    def __repr__(self) -> str:
        return f"<FakeMail: {self._state()}>"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        leaks = self._leaks(wanted=kind is None)
        self.close()
        if kind is None:
            self.check()
            require_no_leaks(leaks)

    def __del__(self) -> None:
        """Close servers that were forgotten, and say where they were made."""
        plumbing: Plumbing | None = getattr(self, "_plumbing", None)  # `__dict__` would revive all
        if plumbing is not None and plumbing.listeners:
            text = f"a FakeMail made at {self._made_at} was never closed"
            with plumbing.closing():
                warnings.warn(text, ResourceWarning, stacklevel=2, source=self)

    @property
    def store(self) -> Store:
        """All accounts and mail; the handles of `account` are the easier way in."""
        return self._world.store

    @property
    def outbox(self) -> Outbox:
        """What SMTP accepted: a sequence of `Delivery`, with waits and assertions."""
        return self._world.outbox

    @property
    def transcript(self) -> "Transcript":
        """Every octet of every connection, as text, as JSON, by command."""
        return self._world.transcript

    @property
    def smtp(self) -> "SmtpServer":
        """The SMTP server."""
        return cast("SmtpServer", self._server("smtp"))

    @property
    def lmtp(self) -> "LmtpServer":
        """The LMTP server (RFC 2033): one reply a recipient at the end of the data."""
        return cast("LmtpServer", self._server("lmtp"))

    @property
    def pop3(self) -> "Pop3Server":
        """The POP3 server."""
        return cast("Pop3Server", self._server("pop3"))

    @property
    def imap(self) -> "ImapServer":
        """The IMAP server."""
        return cast("ImapServer", self._server("imap"))

    @property
    def tls(self) -> "TlsAuthority":
        """What its servers present in handshakes, and how a client may trust it."""
        return self._plumbing.authority()

    @property
    def dns(self) -> "DnsServer":
        """A name server with a zone that the test writes (extra `dns`).

        Raises:
            ImportError: dnspython is not installed.
        """
        from pytest_fakemail.dns.server import DnsServer

        with self._lock:
            if self._dns is None:
                host = self.settings.host
                self._dns = DnsServer(host, self.clock, self._own_up)
                if self._plumbing.is_closed:
                    self._dns.close()
            return self._dns

    def seen_from(self, address: str, **only: "Unpack[Seen]") -> None:
        """Let clients count, for policies and `Delivery.client`, as coming from this address.

        Args:
            address: an IP address, as text.
            only: those of a `connection` (its number) or with a `helo` name; all if neither is
                given.  What was said last goes first.

        Raises:
            BadArgument: no IP address, or a criterion that there is not.
            NotRunning: it is closed.
        """
        self._plumbing.require_open()
        self.smtp.policies.see_from(address, only)

    def pretend_to_be(self, provider: str) -> None:
        """Speak, and have mailboxes, as this provider's servers: ``"gmail"``, ``"m365"`` ….

        Raises:
            BadArgument: no such provider, or something has been used before.
            NotRunning: it is closed.
        """
        self._plumbing.require_open()
        from pytest_fakemail.providers.speaking.personality import personality

        with self._lock:
            said = self._said.but(provider=personality(provider).name)
            if used := pretence.uses(said, self._world, self._servers, self._post_office):
                raise BadArgument(pretence.too_late(provider, used))
            old, self._said = self._world, said
            object.__setattr__(self, "settings", pretence.dressed(said))
            self._world = self._new_world(old)
            for protocol, server in self._servers.items():
                server.begin_as(self._service(protocol), self._world.faults)

    def reset(self) -> None:
        """Forget all mail, accounts, faults and traffic; break connections; keep the ports.

        Raises:
            NotRunning: it is closed.
            ServerBug, BadArgument, UnfiredFault: as `check`, after the reset.
        """
        with self._lock:  # a server that another thread makes meanwhile serves the new world
            self._plumbing.require_open()
            office, self._post_office = self._post_office, None
            old, self._world = self._world, self._new_world(outbox=self._world.outbox)
            self._world.succeed(old)
            old.store.is_past = True
            self._world.record.forgotten_by = "reset()"
            servers = dict(self._servers)
        lost = self._closed(office)  # without the lock: an attempt is waited for
        for protocol, server in servers.items():
            server.serve(self._service(protocol), self._world.faults)
        unmet, tls = self._unmet, self._plumbing.tls
        if tls is not None:
            tls.reset()
        self.clock.reset()
        unfired = unmet + ([] if self._dns is None else self._dns.reset())
        self._tell_lost(lost)
        try:
            check(old, unfired, faults=True)
        finally:
            old.faults.clear()  # a rule of before is told that it is none any more

    def clear_faults(self) -> None:
        """Take back every fault; expect no handshake any more for a certificate."""
        self._world.faults.clear()
        self._world.put_away.clear()
        if self._plumbing.tls is not None:
            self._plumbing.tls.forget_unmet()
        if self._dns is not None:
            self._dns.clear_faults()

    def _end_troubles(self) -> None:
        """Take back all that a test has set against its clients, if others share this."""
        self.clear_faults()
        self._world.faults.begin_anew()
        for server in list(self._servers.values()):
            server._end_outage()  # noqa: SLF001  (our own)

    def check(self, *, faults: bool = True) -> None:
        """Raise if a server of ours failed, or a fault was set that nothing ever met.

        Args:
            faults: whether faults that never fired matter.

        Raises:
            ServerBug: an exception inside a server; its traceback is the cause.
            BadArgument: likewise, but in a function that the test has given.
            UnfiredFault: a fault that is not ``optional()`` and never fired.
        """
        unfired = self._unmet + ([] if self._dns is None else self._dns.unfired())
        check(self._world, unfired, faults=faults)

    @property
    def _unmet(self) -> list[str]:
        """What was presented and met no handshake."""
        return [] if self._plumbing.tls is None else self._plumbing.tls.unmet

    def unfired_faults(self) -> list[str]:
        """Return, for each fault that was set and not met, where it was set and what came instead.

        Those that are ``optional()`` are left out.
        """
        unfired = [] if self._dns is None else self._dns.unfired()
        return self._world.unfired() + unfired

    @property
    def is_closed(self) -> bool:
        """Whether `close` has been called."""
        return self._plumbing.is_closed

    def was_used_since(self, moment: float) -> bool:
        """Whether a client was connected at some time since, in seconds since the epoch."""
        return any(
            one.closed_at is None or one.closed_at >= moment for one in self.transcript.connections
        )

    def close(self) -> None:
        """Stop all servers; mail and transcript can still be read; a second call does nothing."""
        with self._lock:
            self._plumbing.close()
            servers = list(self._servers.values())
            office, self._post_office = self._post_office, None
        self._unsent = self._closed(office) or self._unsent
        for server in servers:
            server.close()
        if self._dns is not None:
            self._dns.close()

    def _own_up(self, bug: BaseException) -> None:
        self._world.bugs.append(bug)

    def _new_world(self, untouched: World | None = None, outbox: Outbox | None = None) -> World:
        """Make a world: of one that nothing happened in, or with an outbox that tests hold."""
        manners = pretence.manners_of(self.settings, self.clock)
        mailboxes = None if manners is None else manners.personality.mailboxes
        store = Store(self.settings, self.clock, mailboxes)
        store.open_office = weakly(self, "_office")
        limit = self.settings.transcript_limit
        record = untouched.record if untouched else Record(self.clock, limit=limit)
        record.own_up = weakly(self, "_own_up")
        bugs: list[BaseException] = []
        hostname = self.settings.hostname
        faults = dormant(self.clock, record, _waits, bugs=bugs, hostname=hostname)
        self._plumbing.heed(faults)
        if manners is not None:
            faults.speak(manners, manners.quirks)
        mine = ref(self)  # a forgotten FakeMail is noticed at once

        def why_none() -> list[str]:
            one = mine()
            return [] if one is None else one.why_no_mail()

        store.name_server = lambda: getattr(mine(), "dns", None)
        if outbox is None:
            outbox = untouched.outbox if untouched else Outbox(store, why_none=why_none)
        outbox.look_at(store)
        read_by = untouched.read_by if untouched else None
        return World(store, faults, record, outbox, bugs, read_by=read_by)

    def _server(self, protocol: str) -> Server:
        with self._lock:
            server = self._servers.get(protocol)
            if server is None:
                pretence.require_protocol(self.settings, protocol)
                parts = PROTOCOLS[protocol]()
                server = parts.server(
                    self._service(protocol),
                    self._world.faults,
                    parts.session,
                    self._plumbing,
                    self.account,
                )
                self._servers[protocol] = server
        return server

    def _service(self, protocol: str) -> Service:
        world, settings = self._world, self.settings
        capabilities = PROTOCOLS[protocol]().capabilities(settings)
        if (manners := world.faults.manners) is not None:
            manners.switch(protocol, capabilities, getattr(settings, f"{protocol}_without", ()))
        capabilities.settle()
        service = Service(
            protocol=protocol,
            settings=settings,
            store=world.store,
            clock=self.clock,
            capabilities=capabilities,
            faults=world.faults,
            recorder=world.record,
            bugs=world.bugs,
        )
        pretence.put_limits(world.faults, service)
        return service


def _waits() -> "Waits":
    from pytest_fakemail.faults.strikes import Waits

    return Waits(wait, until, blocked_loop)


@cache
def load_everything() -> None:
    """Import, now, what is otherwise imported when it is first used."""
    with FakeMail() as one:
        for protocol in PROTOCOLS:
            one._server(protocol)  # noqa: SLF001  (our own)
        one.account()
        one.tls.server_context()
