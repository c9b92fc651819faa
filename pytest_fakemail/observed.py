"""What a FakeMail tells of its clients' manners."""

from collections.abc import Collection
from typing import TYPE_CHECKING

from pytest_fakemail.asserts.handle import Handle
from pytest_fakemail.errors import UnmetExpectation

if TYPE_CHECKING:
    from pytest_fakemail.asserts.absence import Ports
    from pytest_fakemail.conduct.finding import Finding
    from pytest_fakemail.plumbing import Plumbing
    from pytest_fakemail.remains import Known
    from pytest_fakemail.server import Server
    from pytest_fakemail.settings import Settings
    from pytest_fakemail.transcript.exchanges import RecordedConnection
    from pytest_fakemail.transcript.transcript import Place, Transcript
    from pytest_fakemail.world import World

_PASSES = 3


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
        from pytest_fakemail.ports import in_words

        ports = in_words(dict(self._servers))
        return f"{ports or 'no port was read'}; {len(self._world.outbox)} sent"

    @property
    def _used_protocols(self) -> frozenset[str]:
        """The servers that the test has asked for, by protocol."""
        return frozenset(self._servers)

    def _ports(self, *protocols: str) -> "list[Ports]":
        from pytest_fakemail.ports import ports

        return ports(dict(self._servers), protocols)

    def _known(self) -> "Known":
        """Return what is there now."""
        from pytest_fakemail.remains import known

        return known(self._world, list(self._servers.values()))

    def _leaks(self, *, wanted: bool = True, others: "Known | None" = None) -> list[str]:
        """Return what is left of the kinds that `settings.leaks` names, in words.

        Clients that `server.client` has made are closed: they would be with the FakeMail.

        Args:
            wanted: whether anybody asks.
            others: what is left by others, and not told.
        """
        kinds = self.settings.leaks
        if not kinds or not wanted:
            return []
        from pytest_fakemail.remains import Known, close_clients, leaks

        others = others or Known()
        close_clients(list(self._servers.values()), others)
        self._settled(others.place)
        return leaks(kinds, self._world, others)

    def _offers(self, protocol: str, capability: str) -> bool:
        server = self._servers.get(protocol)
        return server is not None and capability in server.capabilities

    def _settled(self, place: "Place | None" = None) -> "Transcript":
        """Return the transcript when all that clients have ended is over.

        The end of a connection whose socket a client has closed is known to the kernel: the
        loop sees it the next time that it looks.
        """
        from pytest_fakemail.remains import wait_for_farewells

        transcript = self._world.transcript
        wait_for_farewells(transcript, place)
        self._look_at_sockets()
        return transcript

    def _look_at_sockets(self) -> None:
        """Let the servers' loop take in what clients have sent and ended so far."""
        for listener in list(self._plumbing.listeners)[:1]:
            for _ in range(_PASSES):
                listener.thread.run(lambda: None)


def require_no_leaks(leaks: list[str]) -> None:
    """Fail if something is left.

    Raises:
        UnmetExpectation: there is; the text says what.
    """
    if leaks:
        raise UnmetExpectation("\n".join(leaks))
