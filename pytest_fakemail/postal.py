"""The words of a FakeMail for what happens to mail after 250: routes, the queue, bounces."""

import threading
import warnings
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Unpack
from weakref import ref

from pytest_fakemail.asserts.handle import Handle
from pytest_fakemail.clock import Clock, Duration
from pytest_fakemail.errors import BadArgument, LostMail
from pytest_fakemail.plumbing import Plumbing
from pytest_fakemail.settings import Settings
from pytest_fakemail.world import World

if TYPE_CHECKING:
    from pytest_fakemail.asserts.queue import Queue
    from pytest_fakemail.dns.server import DnsServer
    from pytest_fakemail.mime.mail import Mail
    from pytest_fakemail.net.tls import TlsAuthority
    from pytest_fakemail.notices import Dialect
    from pytest_fakemail.notices.deliveries import ReportOptions
    from pytest_fakemail.relay.item import QueueItem
    from pytest_fakemail.relay.postoffice import PostOffice
    from pytest_fakemail.relay.routes import Target
    from pytest_fakemail.server import Server


class Postal(Handle):
    """What a FakeMail can be told of mail that leaves, waits, or comes back."""

    settings: Settings
    clock: Clock
    _lock: threading.RLock
    _plumbing: Plumbing
    _world: World
    _servers: "dict[str, Server]"
    _post_office: "PostOffice | None"
    _unsent: "list[QueueItem]"
    _dns: "DnsServer | None"

    if TYPE_CHECKING:

        @property
        def tls(self) -> TlsAuthority:
            """What its servers present."""

    @property
    def local_domains(self) -> frozenset[str]:
        """The domains whose mail stays here, ``*.`` for those below; empty: all without a route.

        Once they are set, mail for another domain without a route is returned.
        """
        return self._office().routes.local_domains

    @local_domains.setter
    def local_domains(self, domains: Iterable[str]) -> None:
        self._office().routes.local_domains = domains

    def route(
        self,
        domain: str,
        target: "Target | list[Target]",
        code: int | None = None,
        text: str = "",
        *,
        login: tuple[str, str] | None = None,
    ) -> None:
        """Send mail for a domain on; who has an account here keeps getting it here.

        Args:
            domain: ``"elsewhere.test"``, ``"*.test"`` for what is below, or ``"*"`` for all
                that is neither local nor routed otherwise.
            target: another FakeMail, a server, ``(host, port)``, ``"host:port"``, or a list of
                them, of which the first that answers is taken; ``"mx"``: whatever `dns` says;
                ``"unreachable"``: nobody answers; ``"refuse"``: a server says no.
            code: with ``"refuse"``, the reply's code, 400 to 599.
            text: with ``"refuse"``, the reply's text with its enhanced status.
            login: user and password for the next server.

        Raises:
            BadArgument: no domain, nothing that mail can go to, an address beyond this
                machine without the setting `allow_network`.
        """
        from pytest_fakemail.relay.routes import route

        if code is None and text != "":
            raise BadArgument(f"text={text!r} goes with a code, as in 'refuse', 550, '5.1.1 No'")
        refusal = None if code is None else (code, text or "5.1.1 No such mailbox here")
        allow_network = self.settings.allow_network
        way = route(target, refusal, login=login, allow_network=allow_network)
        self._office().routes.add(domain, way)

    def unroute(self, domain: str) -> None:
        """Take a route back.

        Raises:
            BadArgument: there is none of this domain.
        """
        self._office().routes.remove(domain)

    @property
    def queue(self) -> "Queue":
        """What was accepted for elsewhere and is not there yet."""
        from pytest_fakemail.asserts.queue import Queue

        return Queue(self._office(), weakly(self, "_office"))

    def bounces(
        self,
        address: str,
        status: str = "5.1.1",
        reply: str | None = None,
        *,
        dialect: "Dialect" = "postfix",
        after: Duration = 0,
    ) -> None:
        """Accept mail for an address, and return it to its sender.

        Args:
            address: whose; ``"*@dead.test"`` is everybody there.
            status: why, as an enhanced status code (RFC 3463).
            reply: what the server that refuses it says, with its code; if none is given, what
                servers say with that status.
            dialect: the mail system that writes the report.
            after: how much later by the clock.

        Raises:
            BadArgument: no address, status, refusal, dialect or duration.
        """
        from pytest_fakemail.post_offices import returning

        refusal = returning(status, reply, dialect, after)
        self._office().routes.add_address(address, refusal)

    def bounce(
        self,
        message: "Mail | bytes",
        status: str = "5.1.1",
        reply: str | None = None,
        **options: "Unpack[ReportOptions]",
    ) -> None:
        """Return a message that has come: its sender gets the report, wherever they are.

        Args:
            message: a delivery of the outbox, a mail, or octets.
            status: why, as an enhanced status code (RFC 3463).
            reply: what was said, with its code.
            options: as `notices.bounce` takes them: `dialect`, `recipients` …

        Raises:
            BadArgument: no message, a reply that is no refusal; as `notices.bounce`.
        """
        from pytest_fakemail import notices
        from pytest_fakemail.relay.routes import refusal_reply

        if message is None:
            raise BadArgument("no message: None; wanted a Delivery, a Mail, or bytes")
        if isinstance(reply, str):
            refusal_reply(reply)
        options.setdefault("at", self.clock.now())
        options.setdefault("hostname", self.settings.hostname)
        self._office().post(notices.bounce(message, status, reply, **options))

    # --- behind the words --------------------------------------------------------------

    def _office(self) -> "PostOffice":
        """Return the post office, made when it is first needed."""
        with self._lock:
            if self._post_office is None:
                self._plumbing.require_open()
                self._post_office = self._new_office()
                self._world.store.office = self._post_office
            return self._post_office

    def _new_office(self) -> "PostOffice":
        from pytest_fakemail.post_offices import opened

        look_up, own_up = weakly(self, "_mail_servers"), weakly(self, "_own_up")
        about = self.settings, self.clock, self._world, self.tls, self._plumbing.numbers
        return opened(*about, look_up=look_up, own_up=own_up)

    def _mail_servers(self, domain: str) -> Any:  # noqa: ANN401  (as `relay.postoffice.MxLookUp`)
        """Return the mail servers of a domain in order, or why there are none."""
        from pytest_fakemail.post_offices import mail_servers

        servers = list(self._servers.values())
        return mail_servers(domain, self._dns, self.settings.hostname, servers)

    def _queued(self) -> "list[QueueItem]":
        """Return what is in the queue, or was when this was closed; without a queue for asking."""
        office = self._post_office
        return self._unsent if office is None else office.spool.items()

    def _closed(self, office: "PostOffice | None") -> "list[QueueItem]":
        """Stop sending; return what is still in the queue."""
        if office is None:
            return []
        office.close()
        return office.spool.items()

    def _tell_lost(self, left: "list[QueueItem]") -> None:
        if left:
            rows = "\n  ".join(map(repr, left))
            text = f"reset() has dropped {len(left)} queued mails:\n  {rows}"
            warnings.warn(text, LostMail, stacklevel=3)


def weakly(one: Postal, name: str) -> Callable[..., Any]:
    """Return a method that does not keep its FakeMail alive: a forgotten one is noticed."""
    held = ref(one)

    def call(*values: object) -> Any:  # noqa: ANN401
        living = held()
        if living is None:
            raise BadArgument("the FakeMail is gone")
        return getattr(living, name)(*values)

    return call
