"""What a test sees of any protocol's server: where it listens, and its switches.

A listener starts when its port is first read, so that a test pays for what it uses.
"""

import threading
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, cast
from urllib.parse import quote

from pytest_fakemail.asserts.handle import Handle
from pytest_fakemail.errors import BadArgument, NotRunning
from pytest_fakemail.net.listener import OUTAGES, Listener
from pytest_fakemail.plumbing import Desk, Downtime, HandedOut, Plumbing, connection_count
from pytest_fakemail.spelling import unknown
from pytest_fakemail.wire.capabilities import Capabilities
from pytest_fakemail.wire.session import Service

if TYPE_CHECKING:
    import ssl
    from typing import Literal, Unpack

    from pytest_fakemail.asserts.account import AccountHandle
    from pytest_fakemail.asserts.traffic import Traffic
    from pytest_fakemail.clock import Duration
    from pytest_fakemail.faults.engine import FaultEngine
    from pytest_fakemail.net.turning_away import Outage
    from pytest_fakemail.policies.engine import Enforced, PolicyEngine
    from pytest_fakemail.policies.policy import Policy
    from pytest_fakemail.policies.visits import Only
    from pytest_fakemail.transcript.exchanges import RecordedExchange
    from pytest_fakemail.transcript.record import Record
    from pytest_fakemail.wire.exchange import Connection
    from pytest_fakemail.wire.parties import Session

    Security = Literal["none", "starttls", "implicit"]

SECURITY: "tuple[Security, ...]" = ("none", "starttls", "implicit")

_EVERY = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  (asked for by allow_network)


class Server(Handle):
    """One protocol's server, with a plain port (STARTTLS on it) and an implicit TLS port."""

    def __init__(
        self,
        service: Service,
        faults: "FaultEngine",
        make_session: "Callable[[Service, Connection], Session]",
        plumbing: Plumbing,
        default_account: "Callable[[], AccountHandle]",
    ) -> None:
        self._desk = Desk(service, make_session)
        self._faults, self._plumbing = faults, plumbing
        self._default_account = default_account
        self._listeners: dict[bool, Listener] = {}
        self._left: dict[bool, int] = {}  # the ports that it had when it went down
        self._is_down = False
        self._outage: Outage | None = None
        self._last_outage: Outage | None = None
        self._clients, self._lock = HandedOut(), threading.Lock()

    def __repr__(self) -> str:
        ports = ", ".join(
            f"{'TLS' if is_implicit else 'plain'} {listener.port}"
            for is_implicit, listener in sorted(self._listeners.items())
        )
        if self._outage is not None:
            ports += f" (down: {self._outage})"
        state = "closed" if self._is_down or self._plumbing.is_closed else "not started"
        return f"<{self.protocol} server on {self.host}: {ports or state}>"

    @property
    def protocol(self) -> str:
        """``"smtp"``, ``"lmtp"``, ``"pop3"`` or ``"imap"``."""
        return self._desk.service.protocol

    @property
    def host(self) -> str:
        """The address it listens on."""
        return self._desk.service.settings.host

    @property
    def port(self) -> int:
        """The plain port, where STARTTLS (STLS) is offered; starts listening when first read."""
        return self._listener(is_implicit_tls=False).port

    @property
    def tls_port(self) -> int:
        """The port with implicit TLS; starts listening when first read."""
        return self._listener(is_implicit_tls=True).port

    @property
    def address(self) -> tuple[str, int]:
        """``(host, port)``, as many libraries want it; loopback where `host` is every address."""
        return self._reached_at, self.port

    @property
    def url(self) -> str:
        """The plain server: ``smtp://127.0.0.1:2525``."""
        return f"{self.protocol}://{self._netloc(self.port)}"

    @property
    def tls_url(self) -> str:
        """The server with implicit TLS: ``smtps://127.0.0.1:4650``."""
        return f"{self.protocol}s://{self._netloc(self.tls_port)}"

    def url_for(self, account: "AccountHandle", *, tls: bool = False) -> str:
        """Return the URL with the account's name and password in it, percent-encoded.

        Args:
            account: whose credentials to put in.
            tls: the implicit TLS port instead of the plain one.
        """
        from pytest_fakemail.clients import owned

        owned(account, self._desk.service.store)
        scheme, rest = (self.tls_url if tls else self.url).split("://")
        login = f"{quote(account.user, safe='')}:{quote(account.password, safe='')}"
        return f"{scheme}://{login}@{rest}"

    @property
    def capabilities(self) -> Capabilities:
        """The extensions that it announces; switch them with ``off("PIPELINING")``."""
        return self._desk.service.capabilities

    def wait_for_command(
        self, verb: str, *, count: int = 1, timeout: "Duration" = 5
    ) -> "list[RecordedExchange]":
        """Return the commands of a verb as soon as clients have sent so many, in all.

        For apps that give up, of which no mail is to be had.

        Args:
            verb: a command or a moment, as `when` takes it: ``"RCPT"``, ``"end-of-data"``.
            count: at least so many since the FakeMail began, or was reset.
            timeout: in real seconds, or another duration.

        Raises:
            UnmetExpectation: there are fewer in time; the text says what came.
            BadArgument: a verb that the protocol does not have, no such count or timeout.
        """
        return self._traffic().wait_for_command(verb, count, timeout)

    async def wait_for_command_async(
        self,
        verb: str,
        *,
        count: int = 1,
        timeout: "Duration" = 5,  # noqa: ASYNC109  (as its twin)
    ) -> "list[RecordedExchange]":
        """Do as `wait_for_command` without blocking the asyncio or trio loop that awaits it."""
        return await self._traffic().wait_for_command_async(verb, count, timeout)

    @property
    def _rules(self) -> "FaultEngine":
        """Where its faults are made."""
        self._plumbing.require_open()
        return self._faults

    def enforce(self, policy: "Policy", **only: "Unpack[Only]") -> "Enforced":
        """Let a policy stand at this server until the test ends, or until it is stopped.

        Args:
            policy: one of `pytest_fakemail.policies`.
            only: criteria, in the language of all others, of those exchanges that it is for:
                `client` (address), `helo`, `user`, `sender`, `to`, `connection`, `where`.

        Returns:
            what stands: `acted` counts how often it did something, `stop()` takes it back.

        Raises:
            BadArgument: no policy, none for this protocol, or criteria that there are not.
            NotRunning: the FakeMail is closed.
        """
        self._plumbing.require_open()
        return self.policies.enforce(self.protocol, policy, only)

    @property
    def policies(self) -> "PolicyEngine":
        """The policies of all servers of this FakeMail; for those who word their replies."""
        from pytest_fakemail.policies.engine import policies_of

        return policies_of(self._faults, self._desk.service)

    def _traffic(self) -> "Traffic":
        from pytest_fakemail.asserts.traffic import Traffic

        return Traffic(self.protocol, cast("Record", self._desk.service.recorder))

    def quirk(self, *names: str) -> None:
        """Misbehave in ways that real servers do, until the test ends: docs list the names.

        A quirk never makes a test fail for not acting.

        Raises:
            BadArgument: no name, one twice, no such quirk; the text tells the nearest.
            NotRunning: the FakeMail is closed.
        """
        self._plumbing.require_open()
        from pytest_fakemail.providers.quirks import quirks

        self._faults.misbehave(*quirks(self.protocol, names))

    def listen(self, port: int | None = None, *, tls: bool = False) -> None:
        """Listen, before the port is first read or again after `close`.

        Args:
            port: 1 to 65535, or 0 for any that is free; if none is given, the one that it had
                last, and any that is free the first time.
            tls: the implicit TLS port instead of the plain one.

        Raises:
            BadArgument: it listens already, or there is no such port.
            NotRunning: the FakeMail is closed.
            OSError: the port cannot be had.
        """
        from pytest_fakemail import arguments

        arguments.switch("tls", tls)
        if port is not None:
            arguments.whole("port", port, 0, arguments.LAST_PORT)
        with self._lock:
            if tls in self._listeners:
                raise BadArgument(f"{self!r} listens already")
            self._start(port, is_implicit_tls=tls)

    @property
    def read_ports(self) -> tuple[int | None, int | None]:
        """The plain and the TLS port, None where it was never read; starts nothing."""
        plain, tls = (self._listeners.get(is_implicit) for is_implicit in (False, True))
        return None if plain is None else plain.port, None if tls is None else tls.port

    def drop_connections(self) -> None:
        """Break every open connection, as a crashing server would."""
        for listener in list(self._listeners.values()):
            listener.drop_connections()

    def go_down(self, how: "Outage" = "refuse") -> "Downtime":
        """Be down on both ports until `come_back`; the mail stays, and the ports are kept.

        Open connections are reset, and what they had begun does not happen; with ``"silent"``
        they stay open, as with a server that hangs.  In a ``with`` statement it comes back at
        the end of the block.

        Args:
            how: what meets who connects meanwhile: ``"refuse"``, nothing listens; ``"reset"``,
                the connection is made and reset at once; ``"silent"``, it is made and nothing
                is ever said.

        Raises:
            BadArgument: another word, or it is down already.
            NotRunning: it is closed.
        """
        if how not in OUTAGES:
            raise BadArgument(unknown(f"way to be down {how!r}", how, OUTAGES))
        with self._lock:
            if self._plumbing.is_closed or self._is_down:
                raise NotRunning(f"this {self.protocol} server is closed, so it cannot go down")
            if self._outage is not None:
                raise BadArgument(f"this {self.protocol} server is down already; come_back() first")
            self._outage = self._last_outage = how
            for listener in self._listeners.values():
                listener.go_down(how)
        return Downtime(self._end_outage)

    def come_back(self) -> None:
        """Serve again after `go_down`: the same ports, the same mail.

        Connections that were made meanwhile are reset.

        Raises:
            BadArgument: it is not down.
        """
        if self._outage is None:
            raise BadArgument(f"this {self.protocol} server is not down; go_down() comes first")
        self._end_outage()

    def _end_outage(self) -> None:
        with self._lock:
            outage, self._outage = self._outage, None
            for listener in self._listeners.values() if outage else ():
                listener.come_back()

    def _hang_up(self) -> None:
        """Break every open connection, and close the clients that `client` has made."""
        self.drop_connections()
        self._clients.close()

    @property
    def _memory(self) -> list[object]:
        """What it remembers besides the store: its switches, and who logged in when."""
        service = self._desk.service
        return [service.capabilities, service.last_logins]

    def _forget(self) -> None:
        """Remember nothing of clients."""
        self._desk.service.last_logins.clear()

    def close(self) -> None:
        """Go down: stop listening and end every connection; a second call does nothing.

        Mail stays; ports are free, unlike `go_down`'s.  `listen` and `reset` bring it back.
        """
        with self._lock:
            self._is_down, self._outage = True, None
            listeners, self._listeners = self._listeners, {}
        for listener in listeners.values():
            listener.close()
            self._plumbing.listeners.discard(listener)
        self._desk.ports.clear()
        if self._plumbing.is_closed:
            self._clients.close()

    def begin_as(self, service: Service, faults: "FaultEngine") -> None:
        """Be another server, before the first client; who holds its capabilities holds the new."""
        held = self.capabilities
        held.follow(service.capabilities)
        service.capabilities = held
        self._desk.service, self._faults = service, faults

    def serve(self, service: Service, faults: "FaultEngine") -> None:
        """Serve new connections from another store, with other faults; keep the ports.

        One that has gone down comes back.
        """
        self.begin_as(service, faults)
        self._end_outage()
        self.drop_connections()
        self._reopen()

    def _reopen(self) -> None:
        """Listen on the ports that it had when it was closed; nothing unless it was."""
        with self._lock:
            if self._is_down and not self._plumbing.is_closed:
                for is_implicit_tls, port in self._left.items():
                    if is_implicit_tls not in self._listeners:
                        self._start(port, is_implicit_tls=is_implicit_tls)
                self._is_down = False

    def _listener(self, *, is_implicit_tls: bool) -> Listener:
        # `go_down` waits with the lock for the servers' thread, which may be asking for the port.
        if (listener := self._listeners.get(is_implicit_tls)) is not None:
            return listener
        with self._lock:
            if (listener := self._listeners.get(is_implicit_tls)) is not None:
                return listener
            if self._is_down and not self._plumbing.is_closed:
                hint = "listen() opens it again, where it was"
                raise NotRunning(f"this {self.protocol} server is closed and has no port; {hint}")
            return self._start(None, is_implicit_tls=is_implicit_tls)

    def _start(self, port: int | None, *, is_implicit_tls: bool) -> Listener:
        """Begin to listen; the caller holds the lock."""
        if self._plumbing.is_closed:
            raise NotRunning(f"this {self.protocol} server is closed for good, with its FakeMail")
        desk = self._desk
        listener = Listener(
            desk.session,
            service=desk.current,
            host=self.host,
            port=self._left.get(is_implicit_tls, 0) if port is None else port,
            is_implicit_tls=is_implicit_tls,
            tls=self._plumbing.authority,
            numbers=self._plumbing.numbers,
            other_port=partial(desk.ports.get, not is_implicit_tls),
            elsewhere=partial(connection_count, self._listeners, not is_implicit_tls),
        )
        self._listeners[is_implicit_tls] = listener
        self._plumbing.listeners.add(listener)
        self._left[is_implicit_tls] = desk.ports[is_implicit_tls] = listener.port
        self._is_down = False
        if self._outage is not None:
            listener.go_down(self._outage)
        return listener

    def _netloc(self, port: int) -> str:
        host = self._reached_at
        return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"

    @property
    def _reached_at(self) -> str:
        return _EVERY.get(self.host, self.host)

    def _address_of(self, security: str) -> tuple[str, int]:
        if security not in SECURITY:
            raise BadArgument(f"security={security!r}: wanted one of {', '.join(SECURITY)}")
        return self._reached_at, self.tls_port if security == "implicit" else self.port

    @property
    def _mechanisms(self) -> tuple[str, ...]:
        return self._desk.service.settings.mechanisms

    def _context(self) -> "ssl.SSLContext":
        return self._plumbing.authority().client_context()

    def _closed_with_us(self, close_client: Callable[[], None]) -> None:
        self._clients.add(close_client)
