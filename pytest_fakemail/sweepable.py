"""What can be swept: a FakeMail, as far as the sweep knows one."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from pytest_fakemail.asserts.handle import Handle

if TYPE_CHECKING:
    from typing import Unpack

    from pytest_fakemail.clock import Clock
    from pytest_fakemail.net.tls import TlsAuthority
    from pytest_fakemail.plumbing import Plumbing
    from pytest_fakemail.server import Server
    from pytest_fakemail.sweep.ground import Ground, Standing
    from pytest_fakemail.sweep.options import SweepOptions
    from pytest_fakemail.sweep.result import SweepResult
    from pytest_fakemail.world import World

T = TypeVar("T")


class Sweepable(Handle):
    """The part of a FakeMail that remembers how things stand, and sweeps."""

    if TYPE_CHECKING:
        clock: Clock
        _servers: dict[str, Server]
        _world: World
        _plumbing: Plumbing

        @property
        def tls(self) -> TlsAuthority:
            """What its servers present."""

    _announce: Callable[[str], None] | None = None
    """Where a long sweep tells how far it is; nowhere outside of pytest."""
    _swept: frozenset[int] = frozenset()
    """Connections of a sweep's rows: each run begins anew, and tries no other one's mail again."""
    _sweeps: "tuple[SweepResult[Any], ...]" = ()
    """What was found so far, for a report."""

    def snapshot(self) -> "Standing":
        """Return how mail, accounts, faults and time stand; ``restore()`` puts them back.

        Accounts, mailboxes with their UIDs and flags, outbox, rules with their counts, switched
        capabilities, tokens, the clock, and which servers are down or closed; not the transcript,
        ports read since and what handles were made: they stay good.  Both break all open
        connections.
        """
        from pytest_fakemail.sweep.ground import Standing

        return Standing(self._ground())

    def sweep(self, action: Callable[[], T], **options: "Unpack[SweepOptions]") -> "SweepResult[T]":
        """Run an action with every fault at every step of its conversation, one at a time.

        It is run without a fault first, twice, and must do the same both times.  Afterwards
        everything stands as after a run without a fault.

        Args:
            action: takes nothing, and opens its own connections to these servers.  What it
                returns says what it did: what equals the return of the clean run is "done",
                anything else, or an exception, "failed".
            options: `only`, `skip`, `sample`, `seed`, `patience`, `processed`, `before_each`,
                `raises`.

        Raises:
            BadArgument: an option that there is not, or an action that has no conversation
                with these servers, none with room for a fault that `only` names, or does not
                do the same each time.
            NotRunning: it is closed.
            Exception: what the action raises without a fault.
        """
        from pytest_fakemail.sweep.sweeping import sweep

        self._plumbing.require_open()
        rows: set[int] = set()
        try:
            result = sweep(self._ground(), action, rows, **options)
        finally:
            self._swept |= rows
        self._sweeps = (*self._sweeps, result)
        return result

    def _ground(self) -> "Ground":
        from pytest_fakemail.sweep.ground import Ground

        return Ground(
            world=self._world,
            store=self._world.store,
            faults=self._world.faults,
            transcript=self._world.transcript,
            clock=self.clock,
            tls=self.tls,
            servers=lambda: dict(self._servers),
            present=lambda: self._world,
            announce=self._announce,
        )
