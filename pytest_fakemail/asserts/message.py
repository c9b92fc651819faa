"""A message as it was in a mailbox when a test looked."""

from collections.abc import Callable, Iterable

from pytest_fakemail.mime.header_end import with_end
from pytest_fakemail.mime.mail import Mail, NameServer
from pytest_fakemail.mime.parts import Part
from pytest_fakemail.store.flags import ANSWERED, DELETED, DRAFT, FLAGGED, SEEN
from pytest_fakemail.store.message import Message
from pytest_fakemail.visible import shortened


class MailboxMessage(Mail):
    r"""A message of a mailbox with its flags; it does not change when the mailbox does.

    Attributes:
        uid: its number in the mailbox, for ever.
        flags: system flags with their backslash, and keywords.
        received_at: its internal date, aware.
        labels: all that it has, as ``"\Inbox"`` or ``"Work"``, with ``settings.gmail_labels``;
            else there are none.
    """

    __slots__ = ("_content", "_modseq", "_server", "flags", "labels", "received_at", "uid")

    def __init__(
        self,
        message: Message,
        name_server: Callable[[], NameServer | None] | None = None,
        labels: Iterable[str] = (),
    ) -> None:
        super().__init__(message.raw)
        self.uid = message.uid
        self.flags = message.flags
        self.labels = frozenset(labels)
        self.received_at = message.internal_date
        self._content = message.content
        self._modseq = message.modseq
        self._server = name_server

    def __eq__(self, other: object) -> bool:
        """Whether this is the same message in the same state."""
        return isinstance(other, MailboxMessage) and self._identity() == other._identity()

    def __hash__(self) -> int:
        return hash(self._identity())

    def __repr__(self) -> str:
        flags = " ".join(sorted(self.flags))
        return f"<MailboxMessage uid {self.uid} {shortened(repr(self.subject), 80)} ({flags})>"

    @property
    def seen(self) -> bool:
        r"""Whether it has the flag ``\Seen``."""
        return SEEN in self.flags

    @property
    def answered(self) -> bool:
        r"""Whether it has the flag ``\Answered``."""
        return ANSWERED in self.flags

    @property
    def flagged(self) -> bool:
        r"""Whether it has the flag ``\Flagged``."""
        return FLAGGED in self.flags

    @property
    def deleted(self) -> bool:
        r"""Whether it has the flag ``\Deleted``."""
        return DELETED in self.flags

    @property
    def draft(self) -> bool:
        r"""Whether it has the flag ``\Draft``."""
        return DRAFT in self.flags

    @property
    def _part(self) -> Part:
        is_ended = with_end(self.raw) is self.raw
        return self._content.part if is_ended else super()._part

    def _name_server(self) -> NameServer | None:
        return None if self._server is None else self._server()

    def _identity(self) -> tuple[object, ...]:
        return self._content, self.uid, self._modseq
