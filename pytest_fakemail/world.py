"""What `reset` makes anew, and what a test is told at its end of what happened in it."""

from typing import TYPE_CHECKING

from pytest_fakemail.asserts.kept import kept_by_django
from pytest_fakemail.asserts.outbox import Outbox
from pytest_fakemail.errors import UnfiredFault
from pytest_fakemail.store.store import Store
from pytest_fakemail.transcript.record import Record

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_fakemail.faults.engine import FaultEngine
    from pytest_fakemail.transcript.transcript import Transcript


class World:
    """What `reset` makes anew: mail, faults, traffic.

    Attributes:
        has_handles: whether a test may hold an account of it.
        put_away: of each fault that `restore` has put away and nothing had met, what says so, or
            nothing if it no longer matters.
        kept_elsewhere: how many mails the app's framework had in its memory already.
        read_by: the transcript, if somebody has read it.
    """

    def __init__(
        self,
        store: Store,
        faults: "FaultEngine",
        record: Record,
        outbox: Outbox,
        bugs: list[BaseException],
        *,
        read_by: "Transcript | None",
    ) -> None:
        self.store = store
        self.faults = faults
        self.record = record
        self.outbox = outbox
        self.bugs = bugs
        self.has_handles = False
        self.put_away: list[Callable[[], str]] = []
        self.kept_elsewhere = kept_by_django()
        self.read_by = read_by

    def unfired(self) -> list[str]:
        """Return what to say of each rule that nothing met, and of all that was put away so."""
        reasons = [rule.why_unfired() for rule in self.faults.unfired()]
        put_away = (why() for why in self.put_away)
        return reasons + [text for text in put_away if text and text not in reasons]

    def succeed(self, past: "World") -> None:
        """Let the transcript that tests hold of the world of before read this one's record."""
        self.read_by = past.read_by
        if self.read_by is not None:
            self.read_by.look_at(self.record)

    @property
    def transcript(self) -> "Transcript":
        """What reads the record; loaded when somebody first reads."""
        if self.read_by is None:
            from pytest_fakemail.transcript.transcript import Transcript

            transcript = Transcript(self.record)
            with self.record.lock:  # another thread may read at the same time
                if self.read_by is None:
                    self.read_by = transcript
        return self.read_by


def check(world: World, unfired: list[str], *, faults: bool) -> None:
    """Raise what `FakeMail.check` raises; `unfired` are the faults of other kinds of server."""
    if world.bugs:
        from pytest_fakemail.blame import raise_first

        raise_first(world.bugs)
    if not faults:
        return
    reasons = world.unfired() + unfired
    if reasons:
        raise UnfiredFault("\n".join(reasons))
