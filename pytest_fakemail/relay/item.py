"""An item of the queue: a message on its way, with whom it has still to reach."""

from collections.abc import Sequence
from datetime import datetime

from pytest_fakemail.dataclass import dataclass
from pytest_fakemail.store.delivery import Delivery, Recipient


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt for one next server.

    Attributes:
        at: when, by the clock.
        host: the server that was spoken to, or meant.
        recipients: for whom.
        reply: what came of it: the server's last reply, or why there was none.
    """

    at: datetime
    host: str
    recipients: tuple[str, ...]
    reply: str


class QueueItem(Delivery):
    """A message that waits for its next attempt; what a `Delivery` has, and how it goes.

    Attributes:
        recipients: those whom it has not reached yet.
        number: its number in the queue, from 1.
        attempts: what was tried so far.
        next_attempt: when it is tried again, by the clock; None while it is held.
        tries: how often it was tried.
        is_held: whether it waits until it is released.
        queued_at: when it was taken, by the clock.
        queued_due: likewise, by what `Clock.elapsed` tells; `due` is when it is tried again.
        is_told_late: whether its sender was told that it is late.
    """

    __slots__ = (
        "attempts",
        "due",
        "is_held",
        "is_told_late",
        "next_attempt",
        "number",
        "queued_at",
        "queued_due",
        "tries",
    )

    def __init__(
        self, delivery: Delivery, recipients: Sequence[Recipient], number: int, elapsed: float
    ) -> None:
        """Queue a message; `elapsed` is the time that `Clock.elapsed` tells."""
        super().__init__(
            delivery.raw,
            sender=delivery.sender,
            recipients=recipients,
            parameters=delivery.parameters,
            helo=delivery.helo,
            tls=delivery.tls,
            user=delivery.user,
            connection=delivery.connection,
            protocol=delivery.protocol,
            received_at=delivery.received_at,
        )
        self.number = number
        self.queued_at = delivery.received_at
        self.queued_due = elapsed
        self.attempts: list[Attempt] = []
        self.next_attempt: datetime | None = delivery.received_at
        self.due = elapsed
        self.is_held = False
        self.is_told_late = False
        self.tries = 0

    def __repr__(self) -> str:
        left = ", ".join(self.recipients) or "nobody"
        when = "held" if self.next_attempt is None else f"next {self.next_attempt:%F %T} UTC"
        tried = f"tried {self.tries} time{'s' * (self.tries != 1)}"
        return f"<QueueItem {self.number} {self.subject!r} to {left}, {tried}, {when}>"
