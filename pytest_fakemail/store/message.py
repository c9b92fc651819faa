"""A message in a mailbox: its content, and what may change about it."""

from collections.abc import Iterable
from datetime import datetime

from pytest_fakemail.store.content import Content
from pytest_fakemail.store.flags import Flags
from pytest_fakemail.store.numbers import ModSeq, Uid


class Message:
    """One message of one mailbox.

    `internal_date` is when it was received, `save_date` when it came into this mailbox
    (RFC 8514); both are aware.  `plain` is the content as IMAP gives it out.  Only its mailbox
    changes it.  Once expunged it lives on for the sessions that were not told yet.
    """

    __slots__ = (
        "content",
        "flags",
        "internal_date",
        "is_expunged",
        "modseq",
        "plain",
        "save_date",
        "uid",
    )

    def __init__(
        self,
        uid: Uid,
        content: Content,
        flags: Flags,
        modseq: ModSeq,
        *,
        internal_date: datetime,
        save_date: datetime,
    ) -> None:
        self.uid = uid
        self.content = content
        self.plain = content.plain
        self.flags = flags
        self.modseq = modseq
        self.internal_date = internal_date
        self.save_date = save_date
        self.is_expunged = False

    def __repr__(self) -> str:
        flags = " ".join(sorted(self.flags))
        return f"<Message {self.uid}: {len(self.content)} octets ({flags})>"

    @property
    def raw(self) -> bytes:
        """The octets, exactly as they arrived."""
        return self.content.raw

    @property
    def email_id(self) -> str:
        """The content's identifier, the same for every copy (RFC 8474 §5.1)."""
        return f"M{self.content.number}"

    @property
    def thread_id(self) -> str:
        """The thread's identifier, as far as the message tells (RFC 8474 §5.2)."""
        return self.content.thread_id


def renumbered(messages: Iterable[Message], modseq: ModSeq) -> list[Message]:
    """Return the same messages anew, with UIDs from 1."""
    return [
        Message(
            Uid(place),
            message.content,
            message.flags,
            modseq,
            internal_date=message.internal_date,
            save_date=message.save_date,
        )
        for place, message in enumerate(messages, 1)
    ]
