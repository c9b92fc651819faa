"""What a FakeMail tells of its clients' manners."""

from collections.abc import Collection
from typing import TYPE_CHECKING

from pytest_fakemail.asserts.handle import Handle
from pytest_fakemail.asserts.waits import wait
from pytest_fakemail.errors import UnmetExpectation

if TYPE_CHECKING:
    from pytest_fakemail.conduct.finding import Finding
    from pytest_fakemail.plumbing import Plumbing
    from pytest_fakemail.server import Server
    from pytest_fakemail.settings import Settings
    from pytest_fakemail.transcript.exchanges import RecordedExchange
    from pytest_fakemail.transcript.record import Transcript
    from pytest_fakemail.world import World

_PATIENCE = 5.0
_PASSES = 3
_FAREWELLS = frozenset(("QUIT", "LOGOUT"))


class Observed(Handle):
    """The part of a FakeMail that judges what clients did."""

    if TYPE_CHECKING:
        settings: Settings
        _servers: dict[str, Server]
        _world: World
        _plumbing: Plumbing

    def conduct(self) -> "list[Finding]":
        """Return what clients did badly so far, each with the rule that it breaks and its lines.

        Waits for connections that are being closed.  Read from the transcript: what that has
        forgotten, or was told to `clear`, is not in it.
        """
        from pytest_fakemail.conduct import findings

        transcript = self._settled()
        return findings(transcript.connections, transcript.exchanges, self._offers)

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

    def _leaks(self, *, wanted: bool = True) -> list[str]:
        """Return what is left of the kinds that `settings.leaks` names, in words.

        Clients that `server.client` has made are closed: they would be with the FakeMail.
        """
        kinds = self.settings.leaks
        if not kinds or not wanted:
            return []
        from pytest_fakemail.conduct import of_clients
        from pytest_fakemail.conduct.leaks import idling, left_open, not_looked_at

        for server in list(self._servers.values()):
            server._close_clients()  # noqa: SLF001  (its own side of this)
        transcript = self._settled()
        connections = of_clients(transcript.connections)
        found: list[str] = []
        if "connections" in kinds:
            found += left_open(connections)
        if "idle" in kinds:
            found += idling(connections)
        if "mail" in kinds:
            store = self._world.store
            found += not_looked_at(store.deliveries, store.looked_at, transcript.exchanges)
        return found

    def _offers(self, protocol: str, capability: str) -> bool:
        server = self._servers.get(protocol)
        return server is not None and capability in server.capabilities

    def _settled(self) -> "Transcript":
        """Return the transcript when all that clients have ended is over.

        The end of a connection whose socket a client has closed is known to the kernel: the
        loop sees it the next time that it looks.
        """
        transcript = self._world.transcript

        def attempt() -> bool | None:
            return None if _is_closing(transcript) else True

        wait(transcript.subscribe, attempt, _PATIENCE)
        for _ in range(_PASSES):
            for listener in list(self._plumbing.listeners)[:1]:
                listener.thread.run(lambda: None)
        return transcript


def require_no_leaks(leaks: list[str]) -> None:
    """Fail if something is left.

    Raises:
        UnmetExpectation: there is; the text says what.
    """
    if leaks:
        raise UnmetExpectation("\n".join(leaks))


def _is_ok(farewell: "RecordedExchange") -> bool:
    return farewell.reply_code in (221, "+OK", "OK")


def _is_closing(transcript: "Transcript") -> bool:
    """Whether a client has said that it goes, was told so, and is not gone."""
    return any(
        one.closed is None
        and any(each.verb in _FAREWELLS and _is_ok(each) for each in one.exchanges[-1:])
        for one in transcript.connections
    )
