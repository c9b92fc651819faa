"""What a FakeMail tells of its clients' manners."""

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from pytest_fakemail.asserts.handle import Handle
from pytest_fakemail.asserts.waits import wait
from pytest_fakemail.dataclass import dataclass
from pytest_fakemail.errors import UnmetExpectation

if TYPE_CHECKING:
    from pytest_fakemail.asserts.absence import Ports
    from pytest_fakemail.conduct.finding import Finding
    from pytest_fakemail.plumbing import Plumbing
    from pytest_fakemail.server import Server
    from pytest_fakemail.settings import Settings
    from pytest_fakemail.store.delivery import Delivery
    from pytest_fakemail.transcript.exchanges import RecordedConnection, RecordedExchange
    from pytest_fakemail.transcript.transcript import Place, Transcript
    from pytest_fakemail.world import World

_PATIENCE = 5.0
_PASSES = 3
_FAREWELLS = frozenset(("QUIT", "LOGOUT"))


@dataclass(frozen=True, slots=True)
class Known:
    """What is left by others than who is asked for what is left."""

    place: "Place | None" = None
    """Up to where the transcript is theirs."""
    connections: frozenset[int] = frozenset()
    mails: "tuple[Delivery, ...]" = ()
    clients: tuple[Callable[[], None], ...] = ()
    """What ends those that `server.client` has made."""

    def without(self, other: "Known") -> "Known":
        """Return what is here and not there."""
        there = set(map(id, other.mails))
        return Known(
            None,
            self.connections - other.connections,
            tuple(mail for mail in self.mails if id(mail) not in there),
            tuple(one for one in self.clients if one not in other.clients),
        )

    def also(self, other: "Known") -> "Known":
        """Return what is here or there."""
        return Known(
            self.place,
            self.connections | other.connections,
            self.mails + other.mails,
            self.clients + other.clients,
        )


_NOTHING = Known()


class Observed(Handle):
    """The part of a FakeMail that judges what clients did."""

    if TYPE_CHECKING:
        settings: Settings
        _servers: dict[str, Server]
        _world: World
        _plumbing: Plumbing
        _swept: frozenset[int]

    def conduct(self) -> "list[Finding]":
        """Return what clients did badly so far, each with the rule that it breaks and its lines.

        Waits for connections that are being closed.  Read from the transcript: what that has
        forgotten, or was told to `clear`, is not in it.  Of a sweep, the run without a fault is.
        """
        self._settled()
        return self._found_so_far()

    def _found_so_far(self) -> "list[Finding]":
        """Do as `conduct`, and wait for nothing."""
        from pytest_fakemail.conduct import findings

        transcript = self._world.transcript
        return findings(self._unswept(transcript), transcript.exchanges, self._offers)

    def _unswept(self, transcript: "Transcript") -> "list[RecordedConnection]":
        """Return the connections that are not of a sweep's rows, in which a fault is at work."""
        return [one for one in transcript.connections if one.number not in self._swept]

    def assert_well_behaved(self, *, ignore: Collection[str] = ()) -> None:
        """Fail if clients did something badly; waits for connections that are being closed.

        Args:
            ignore: the names of findings that do not matter here.

        Raises:
            UnmetExpectation: they did; the text lists it with the lines of the transcript.
            BadArgument: no finding has such a name.
        """
        from pytest_fakemail.conduct import require_well_behaved

        require_well_behaved(self.conduct(), ignore)

    def why_no_mail(self) -> list[str]:
        """Return what kept mail from being sent: the reason in a line, and lines that say more.

        Of use while the outbox is empty: failures say the same.
        """
        return self._why_no_mail(self._world.transcript)

    def why_nobody_read(self) -> list[str]:
        """Return what kept clients of IMAP and POP3 from an account, as `why_no_mail` does.

        Empty if one has logged in.
        """
        from pytest_fakemail.asserts.absence import why_unread

        self._look_at_sockets()
        transcript = self._world.transcript
        ports, unswept = self._ports("imap", "pop3"), self._unswept(transcript)
        return why_unread(ports, unswept, self._world.record.forgotten_by)

    def _why_no_mail(
        self, transcript: "Transcript", numbers: frozenset[int] | None = None
    ) -> list[str]:
        """Return it for all connections, or for those of these numbers."""
        from pytest_fakemail.asserts.absence import why_none

        self._look_at_sockets()
        unswept = self._unswept(transcript)
        meant = [one for one in unswept if numbers is None or one.number in numbers]
        return why_none(
            self._ports("smtp", "lmtp"),
            meant,
            self._world.kept_elsewhere,
            self._world.record.forgotten_by,
            self._world.store.cleared if numbers is None else 0,
        )

    def _state(self) -> str:
        """Return where its servers listen, and how much was sent, for its repr."""
        if self._plumbing.is_closed:
            return "closed"
        ports = [
            f"{name} {words}"
            for name, server in list(self._servers.items())
            if (words := _in_words(*server.read_ports))
        ]
        return f"{', '.join(ports) or 'no port was read'}; {len(self._world.outbox)} sent"

    @property
    def _used_protocols(self) -> frozenset[str]:
        """The servers that the test has asked for, by protocol."""
        return frozenset(self._servers)

    def _ports(self, *protocols: str) -> "list[Ports]":
        from pytest_fakemail.asserts.absence import Ports

        return [
            Ports(
                name,
                server._left.get(False),  # noqa: SLF001  (our own)
                server._left.get(True),  # noqa: SLF001
                server._last_outage,  # noqa: SLF001
                is_down=server._outage is not None,  # noqa: SLF001
                is_closed=bool(server._left) and not any(server.read_ports),  # noqa: SLF001
            )
            for name, server in list(self._servers.items())
            if name in protocols
        ]

    def _known(self) -> Known:
        """Return what is there now."""
        transcript, servers = self._world.transcript, list(self._servers.values())
        return Known(
            transcript._place(),  # noqa: SLF001  (its own side of this, as below)
            transcript._numbers(),  # noqa: SLF001
            tuple(self._world.store.deliveries),
            tuple(end for server in servers for end in server._clients.ends()),  # noqa: SLF001
        )

    def _leaks(self, *, wanted: bool = True, known: Known = _NOTHING) -> list[str]:
        """Return what is left of the kinds that `settings.leaks` names, in words.

        Clients that `server.client` has made are closed: they would be with the FakeMail.

        Args:
            wanted: whether anybody asks.
            known: what is left by others, and not told.
        """
        kinds = self.settings.leaks
        if not kinds or not wanted:
            return []
        from pytest_fakemail.conduct import of_clients
        from pytest_fakemail.conduct.leaks import idling, left_open, not_looked_at

        for server in list(self._servers.values()):
            server._clients.close(but=known.clients)  # noqa: SLF001
        self._settled(known.place)
        said, exchanges = self._world.transcript._since(known.place)  # noqa: SLF001
        connections = [one for one in of_clients(said) if one.number not in known.connections]
        found: list[str] = []
        if "connections" in kinds:
            found += left_open(connections)
        if "idle" in kinds:
            found += idling(connections)
        if "mail" in kinds:
            store = self._world.store
            others = {id(mail) for mail in known.mails}
            found += not_looked_at(store.deliveries, store.looked_at, exchanges, others)
        return found

    def _offers(self, protocol: str, capability: str) -> bool:
        server = self._servers.get(protocol)
        return server is not None and capability in server.capabilities

    def _settled(self, place: "Place | None" = None) -> "Transcript":
        """Return the transcript when all that clients have ended is over.

        The end of a connection whose socket a client has closed is known to the kernel: the
        loop sees it the next time that it looks.
        """
        transcript = self._world.transcript

        def attempt() -> bool | None:
            recent, _ = transcript._since(place)  # noqa: SLF001
            return None if _is_closing(recent) else True

        wait(transcript.subscribe, attempt, _PATIENCE)
        self._look_at_sockets()
        return transcript

    def _look_at_sockets(self) -> None:
        """Let the servers' loop take in what clients have sent and ended so far."""
        for listener in list(self._plumbing.listeners)[:1]:
            for _ in range(_PASSES):
                listener.thread.run(lambda: None)


def _in_words(plain: int | None, tls: int | None) -> str:
    words = [str(plain)] if plain is not None else []
    return " and ".join([*words, f"{tls} (TLS)"] if tls is not None else words)


def require_no_leaks(leaks: list[str]) -> None:
    """Fail if something is left.

    Raises:
        UnmetExpectation: there is; the text says what.
    """
    if leaks:
        raise UnmetExpectation("\n".join(leaks))


def _is_ok(farewell: "RecordedExchange") -> bool:
    return farewell.reply_code in (221, "+OK", "OK")


def _is_closing(connections: "list[RecordedConnection]") -> bool:
    """Whether a client has said that it goes, was told so, and is not gone."""
    return any(
        one.closed is None
        and any(each.verb in _FAREWELLS and _is_ok(each) for each in one.exchanges[-1:])
        for one in connections
    )
