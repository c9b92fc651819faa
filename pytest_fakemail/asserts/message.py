"""A message as it was in a mailbox when a test looked."""

from collections.abc import Callable, Iterable
from datetime import datetime

from pytest_fakemail.asserts.flag_sets import FlagSet, LabelSet
from pytest_fakemail.mime.header_end import with_end
from pytest_fakemail.mime.mail import Mail
from pytest_fakemail.mime.name_server import NameServer
from pytest_fakemail.mime.parts import Part
from pytest_fakemail.store.flags import ANSWERED, DELETED, DRAFT, FLAGGED, SEEN
from pytest_fakemail.store.message import Message
from pytest_fakemail.store.numbers import Uid
from pytest_fakemail.visible import shortened


class MailboxMessage(Mail):
    """A message of a mailbox with its flags; it does not change when the mailbox does.

    Nor does the mailbox change with it: `MailboxHandle.set_flags` changes that.
    """

    __slots__ = ("_content", "_flags", "_labels", "_modseq", "_received_at", "_server", "_uid")

    def __init__(
        self,
        message: Message,
        name_server: Callable[[], NameServer | None] | None = None,
        labels: Iterable[str] = (),
    ) -> None:
        super().__init__(message.raw)
        self._uid = message.uid
        self._flags = message.flags
        self._labels = frozenset(labels)
        self._received_at = message.internal_date
        self._content = message.content
        self._modseq = message.modseq
        self._server = name_server

    def __eq__(self, other: object) -> bool:
        """Whether this is the same message in the same state."""
        if not isinstance(other, MailboxMessage):
            return NotImplemented
        return self._identity() == other._identity()

    def __hash__(self) -> int:
        return hash(self._identity())

    def _is_still(self, other: "MailboxMessage") -> bool:
        """Whether this is the same message in whatever state."""
        return self.uid == other.uid and self._content is other._content  # noqa: SLF001  (as ours)

    def __repr__(self) -> str:
        flags = " ".join(sorted(self.flags))
        return f"<MailboxMessage uid {self.uid} {shortened(repr(self.subject), 80)} ({flags})>"

    @property
    def uid(self) -> Uid:
        """Its number in the mailbox, for ever."""
        return self._uid

    @property
    def flags(self) -> frozenset[str]:
        r"""System flags with their backslash, and keywords; `in` takes ``"seen"``, too."""
        return FlagSet(self._flags)

    @property
    def labels(self) -> frozenset[str]:
        r"""All that it has, as ``"\Inbox"`` or ``"Work"``, with ``settings.gmail_labels``.

        Without that setting there are none.
        """
        return LabelSet(self._labels)

    @property
    def received_at(self) -> datetime:
        """Its internal date, aware."""
        return self._received_at

    @property
    def seen(self) -> bool:
        r"""Whether it has the flag ``\Seen``."""
        return SEEN in self._flags

    @property
    def answered(self) -> bool:
        r"""Whether it has the flag ``\Answered``."""
        return ANSWERED in self._flags

    @property
    def flagged(self) -> bool:
        r"""Whether it has the flag ``\Flagged``."""
        return FLAGGED in self._flags

    @property
    def deleted(self) -> bool:
        r"""Whether it has the flag ``\Deleted``."""
        return DELETED in self._flags

    @property
    def draft(self) -> bool:
        r"""Whether it has the flag ``\Draft``."""
        return DRAFT in self._flags

    @property
    def _part(self) -> Part:
        is_ended = with_end(self.raw) is self.raw
        return self._content.part if is_ended else super()._part

    def _name_server(self) -> NameServer | None:
        return None if self._server is None else self._server()

    def _identity(self) -> tuple[object, ...]:
        return self._content, self.uid, self._modseq
