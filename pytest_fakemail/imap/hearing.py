"""What a client hears unasked, and when; extensions put their own in the place of what is usual.

The session and its answers know only the kinds that stand here.
"""

from collections.abc import Callable, Sequence
from typing import Protocol

from pytest_fakemail.dataclass import dataclass
from pytest_fakemail.store.message import Message
from pytest_fakemail.store.numbers import SeqNum
from pytest_fakemail.store.view import Updates, View

Arrived = Callable[[Sequence[SeqNum], Sequence[Message]], bytes]
"""Returns what is told of new messages besides their number."""


@dataclass(frozen=True, slots=True)
class Hearing:
    """What is told of the selected mailbox.

    Without `messages` the client's numbering stands still, but for what it expunges itself.
    `flags`: changes of flags; `is_always`: also with no command in progress, EXPUNGE only without
    `delays_expunges`; `has_uids`: a FETCH of flags names the UID; `arrived` tells of new messages
    that come from elsewhere.
    """

    messages: bool = True
    flags: bool = True
    is_always: bool = False
    delays_expunges: bool = True
    has_uids: bool = False
    arrived: Arrived | None = None


USUAL = Hearing()


class Watcher(Protocol):
    """What tells of more than the selected mailbox; it wakes the connection when it has news."""

    def news(self) -> bytes:
        """Return the untagged responses, with the store's lock held."""

    def replaced(self, told: bytes) -> None:
        """A fault told this unasked, in the place of news; the client will act on it."""

    def selected(self, view: View | None) -> None:
        """Take note of which mailbox is selected now, if one is."""

    def end(self) -> None:
        """Hold on to nothing of the store."""


class Follower(Protocol):
    """What tells more of changes in the selected mailbox, as long as that is selected."""

    def leaving(self) -> bytes:
        """Return what is told before EXPUNGE, while the numbers told hold."""

    def left(self, updates: Updates) -> bytes:
        """Return what is told behind the usual responses."""
