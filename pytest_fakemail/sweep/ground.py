"""What the sweep knows of a FakeMail, and how it puts it back as it was."""

from collections.abc import Callable, Container
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_fakemail.errors import BadArgument
from pytest_fakemail.snapshot import Snapshot
from pytest_fakemail.transcript.exchanges import of_clients

if TYPE_CHECKING:
    from pytest_fakemail.clock import Clock
    from pytest_fakemail.faults.engine import FaultEngine
    from pytest_fakemail.net.listener import Outage
    from pytest_fakemail.net.tls import TlsAuthority
    from pytest_fakemail.server import Server
    from pytest_fakemail.store.store import Store
    from pytest_fakemail.transcript.exchanges import RecordedExchange
    from pytest_fakemail.transcript.record import Transcript


@dataclass(frozen=True, slots=True)
class Ground:
    """A FakeMail, as far as the sweep knows one.

    `world` holds what its reset makes anew, `servers` returns those that were touched so far.
    """

    world: object
    store: "Store"
    faults: "FaultEngine"
    transcript: "Transcript"
    clock: "Clock"
    tls: "TlsAuthority"
    servers: "Callable[[], dict[str, Server]]"
    present: Callable[[], object]
    """Returns `world`, unless the FakeMail was reset."""
    announce: Callable[[str], None] | None

    def require_no_reset(self) -> None:
        """Refuse an action that has emptied the FakeMail: nothing can be put back then.

        Raises:
            BadArgument: it has.
        """
        if self.present() is not self.world:
            raise BadArgument("the action has reset the FakeMail; the sweep puts it back by itself")

    def exchanges_of_clients(self, known: Container[int]) -> "list[RecordedExchange]":
        """Return what clients did on other connections than those known, in order.

        What the relay says to others when it brings mail on is nothing that a client did.
        """
        exchanges = self.transcript.exchanges
        connections = {one.connection.number: one.connection for one in exchanges}
        new = of_clients(one for number, one in connections.items() if number not in known)
        numbers = {one.number for one in new}
        return [one for one in exchanges if one.connection.number in numbers]

    def hang_up(self) -> None:
        """Break every connection; return when all that was begun on them has ended."""
        for server in self.servers().values():
            server._hang_up()  # noqa: SLF001  (its own side of this)

    def settle(self) -> None:
        """Break every connection, and let relays end what is due now."""
        self.hang_up()
        self.clock.advance(0)


@dataclass(frozen=True, slots=True)
class _Serving:
    """Whether a server was there: closed, down in some way, or on which ports it listened."""

    is_closed: bool
    outage: "Outage | None"
    ports: tuple[bool, ...]
    """By whether TLS is implicit there."""

    @classmethod
    def of(cls, server: "Server") -> "_Serving":
        ports = zip((False, True), server.read_ports, strict=True)
        listening = tuple(is_tls for is_tls, port in ports if port is not None)
        return cls(server._is_down, server._outage, listening)  # noqa: SLF001

    def put_back(self, server: "Server") -> None:
        """Have it listen on the ports that it had, or not at all."""
        now = _Serving.of(server)
        if now == self:
            return
        if self.is_closed:
            server.close()
            return
        if now.outage is not None:
            server.come_back()
        for is_tls in self.ports or (False,) * now.is_closed:
            if is_tls not in now.ports:
                server.listen(tls=is_tls)
        if self.outage is not None:
            server.go_down(self.outage)


class Standing:
    """Mail, accounts, faults and time of a FakeMail, as they were when this was made."""

    __slots__ = ("_ground", "_servers", "_snapshot")

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        ground.settle()
        servers = ground.servers()
        self._servers = {name: _Serving.of(server) for name, server in servers.items()}
        roots = [ground.world, ground.clock, ground.tls]
        for server in servers.values():
            roots += server._memory  # noqa: SLF001
        self._snapshot = Snapshot(roots, quiet=ground.store.registry)

    def __repr__(self) -> str:
        return "<Standing: restore() puts it back>"

    def restore(self) -> None:
        """Put everything back as it was, with nobody connected; may be done again."""
        ground = self._ground
        ground.settle()
        self._snapshot.restore()
        for protocol, server in ground.servers().items():
            if (stood := self._servers.get(protocol)) is not None:
                stood.put_back(server)
            else:
                server._forget()  # noqa: SLF001
        ground.clock.advance(0)  # whatever waits for a time looks at the clock again
        with ground.store.registry as registry:
            registry.touched()
