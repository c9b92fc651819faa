"""What is left in a FakeMail when a test ends: connections, clients, mail; and whose that is."""

from collections.abc import Callable, Collection, Iterable
from typing import TYPE_CHECKING

from pytest_fakemail.asserts.waits import wait
from pytest_fakemail.conduct import of_clients
from pytest_fakemail.conduct.leaks import idling, left_open, not_looked_at
from pytest_fakemail.dataclass import dataclass
from pytest_fakemail.world import World

if TYPE_CHECKING:
    from pytest_fakemail.server import Server
    from pytest_fakemail.store.delivery import Delivery
    from pytest_fakemail.transcript.exchanges import RecordedConnection, RecordedExchange
    from pytest_fakemail.transcript.transcript import Place, Transcript

_PATIENCE = 5.0
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


def known(world: World, servers: "Iterable[Server]") -> Known:
    """Return what is there now."""
    transcript = world.transcript
    return Known(
        transcript._place(),  # noqa: SLF001  (its own side of this, as below)
        transcript._numbers(),  # noqa: SLF001
        tuple(world.store.deliveries),
        tuple(end for server in servers for end in server._clients.ends()),  # noqa: SLF001
    )


def close_clients(servers: "Iterable[Server]", others: Known) -> None:
    """Close the clients that `server.client` has made, but for those of others."""
    for server in servers:
        server._clients.close(but=others.clients)  # noqa: SLF001


def leaks(kinds: Collection[str], world: World, others: Known) -> list[str]:
    """Return in words what is left of these kinds, but for what others have left."""
    said, exchanges = world.transcript._since(others.place)  # noqa: SLF001
    connections = [one for one in of_clients(said) if one.number not in others.connections]
    found: list[str] = []
    if "connections" in kinds:
        found += left_open(connections)
    if "idle" in kinds:
        found += idling(connections)
    if "mail" in kinds:
        store, theirs = world.store, {id(mail) for mail in others.mails}
        found += not_looked_at(store.deliveries, store.looked_at, exchanges, theirs)
    return found


def wait_for_farewells(transcript: "Transcript", place: "Place | None") -> None:
    """Wait until clients that have taken their leave are gone; of those since a place."""

    def attempt() -> bool | None:
        recent, _ = transcript._since(place)  # noqa: SLF001
        return None if _is_closing(recent) else True

    wait(transcript.subscribe, attempt, _PATIENCE)


def _is_ok(farewell: "RecordedExchange") -> bool:
    return farewell.reply_code in (221, "+OK", "OK")


def _is_closing(connections: "list[RecordedConnection]") -> bool:
    """Whether a client has said that it goes, was told so, and is not gone."""
    return any(
        one.closed is None
        and any(each.verb in _FAREWELLS and _is_ok(each) for each in one.exchanges[-1:])
        for one in connections
    )
