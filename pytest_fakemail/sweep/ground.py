"""What the sweep knows of a FakeMail, and how it puts it back as it was."""

from collections.abc import Callable, Container
from typing import TYPE_CHECKING

from pytest_fakemail.dataclass import dataclass
from pytest_fakemail.errors import BadArgument, NotRunning
from pytest_fakemail.faults.dormant import wake
from pytest_fakemail.snapshot import Snapshot
from pytest_fakemail.sweep.listening import Listening
from pytest_fakemail.transcript.exchanges import of_clients

if TYPE_CHECKING:
    from pytest_fakemail.clock import Clock
    from pytest_fakemail.faults.engine import FaultEngine
    from pytest_fakemail.faults.rules import Rule
    from pytest_fakemail.net.presenting import Presented
    from pytest_fakemail.net.tls import TlsAuthority
    from pytest_fakemail.server import Server
    from pytest_fakemail.store.store import Store
    from pytest_fakemail.transcript.exchanges import RecordedConnection, RecordedExchange
    from pytest_fakemail.transcript.transcript import Place, Transcript
    from pytest_fakemail.world import World


@dataclass(frozen=True, slots=True)
class Ground:
    """A FakeMail, as far as the sweep knows one.

    `world` holds what its reset makes anew, `servers` returns those that were touched so far.
    """

    world: "World"
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

    def connections(self) -> frozenset[int]:
        """Return the numbers of all connections so far."""
        return self.transcript._numbers()  # noqa: SLF001  (our own)

    def place(self) -> "Place":
        """Return how far the transcript has come, for `connected_since`."""
        return self.transcript._place()  # noqa: SLF001

    def connected_since(self, place: "Place", known: Container[int]) -> "list[RecordedConnection]":
        """Return the connections that are not known; none of them began before that place."""
        connections, _ = self.transcript._since(place)  # noqa: SLF001
        return [one for one in connections if one.number not in known]

    def exchanges_of_clients(self, known: Container[int]) -> "list[RecordedExchange]":
        """Return what clients did on other connections than those known, in order.

        What the relay says to others when it brings mail on is nothing that a client did.
        """
        exchanges = self.transcript.exchanges
        connections = {one.connection.number: one.connection for one in exchanges}
        new = of_clients(one for number, one in connections.items() if number not in known)
        numbers = {one.number for one in new}
        return [one for one in exchanges if one.connection.number in numbers]

    def is_at_rest(self) -> bool:
        """Whether the servers have answered everything, but where they are silent for ever."""
        servers = self.servers().values()
        listeners = [one for server in servers for one in list(server._listeners.values())]  # noqa: SLF001  (likewise)
        return all(one.is_at_rest() for one in listeners)

    def ports(self) -> frozenset[int]:
        """Return where the servers listen."""
        ports = [port for server in self.servers().values() for port in server.read_ports]
        return frozenset(port for port in ports if port is not None)

    def unmet(self) -> "list[Rule | Presented]":
        """Return the faults that nothing has met so far: rules, and what TLS presents."""
        return [*self.faults.unfired(), *self.tls._unmet]  # noqa: SLF001  (our own, as below)

    def hang_up(self) -> None:
        """Break every connection; return when all that was begun on them has ended."""
        for server in self.servers().values():
            server._hang_up()  # noqa: SLF001  (its own side of this)

    def settle(self) -> None:
        """Break every connection, and let relays end what is due now."""
        self.hang_up()
        self.clock.advance(0)


class Standing:
    """Mail, accounts, faults and time of a FakeMail, as they were when this was made."""

    __slots__ = ("_ground", "_listening", "_servers", "_snapshot")

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        ground.settle()
        wake(ground.faults)
        self._servers = ground.servers()
        roots = [ground.world, ground.clock, ground.tls]
        for server in self._servers.values():
            roots += server._memory  # noqa: SLF001
        self._listening = {name: Listening(one) for name, one in self._servers.items()}
        self._snapshot = Snapshot(roots, quiet=ground.store.registry)

    def __repr__(self) -> str:
        return "<Standing: restore() puts it back>"

    def restore(self) -> None:
        """Put everything back as it was, with nobody connected; may be done again.

        A server that went down or was closed since serves again where it did, and the reverse.
        A fault that was set since and that nothing has met still fails the test.

        Raises:
            NotRunning: the FakeMail was reset since.
            OSError: somebody else has taken a port meanwhile.
        """
        ground = self._ground
        unmet, known = ground.unmet(), list(ground.world.put_away)
        self.put_back()
        standing = ground.unmet()
        gone = [one for one in unmet if not any(one is other for other in standing)]
        known += [one._why_unmet for one in gone]  # noqa: SLF001
        ground.world.put_away[:] = known

    def put_back(self) -> None:
        """Do as `restore`, and forget what nothing has met: a sweep sets faults of its own.

        Raises:
            NotRunning, OSError: as `restore`.
        """
        ground = self._ground
        if ground.present() is not ground.world:
            raise NotRunning("reset() has forgotten what this snapshot is of; take it afterwards")
        ground.settle()
        self._snapshot.restore()
        for protocol, server in ground.servers().items():
            self._listening.get(protocol, Listening()).restore(server)
            if protocol not in self._servers:
                server._forget()  # noqa: SLF001
        ground.clock.advance(0)  # whatever waits for a time looks at the clock again
        with ground.store.registry as registry:
            registry.touched()
