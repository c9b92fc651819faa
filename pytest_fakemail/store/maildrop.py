"""POP3's maildrop: the INBOX as it was when the session logged in.

RFC 1939 §3 freezes message numbers for a session and holds deletions back until QUIT.
IMAP's livelier numbering is `store.view`.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Literal

from pytest_fakemail.store.account import Account
from pytest_fakemail.store.content import Content
from pytest_fakemail.store.message import Message

Policy = Literal["exclusive", "shared", "read-only"]


class MaildropLocked(Exception):
    """Another session has the maildrop, and the policy is that it stays alone."""


class Maildrop:
    """One session's maildrop: messages by number from 1, marks for deletion, the lock.

    Opened at login, ended by `update` (QUIT) or `release` (the connection was lost), after
    either of which it holds nothing.

    Raises:
        MaildropLocked: by the policy ``"exclusive"``, when a session has it open.
    """

    __slots__ = (
        "_account",
        "_deleted",
        "_messages",
        "_sizes",
        "_total",
        "_uidvalidity",
        "is_read_only",
    )

    def __init__(self, account: Account, *, policy: Policy = "exclusive") -> None:
        holders = account.maildrop_holders
        inbox = account.inbox
        with inbox.registry:
            if holders and policy == "exclusive":
                raise MaildropLocked(f"the maildrop of {account.name} is in use")
            is_second = bool(holders) and policy == "read-only"
            self.is_read_only = is_second or inbox.rights.is_read_only
            holders.append(self)
            self._account = account
            self._messages: list[Message] = list(inbox.messages)
            if popped := account.popped:
                self._messages = [one for one in self._messages if one.content.number not in popped]
            self._uidvalidity = inbox.uidvalidity
        self._deleted: set[int] = set()
        self._sizes: list[int] = []
        self._total = 0

    def __len__(self) -> int:
        """Count the messages, those marked as deleted included."""
        return len(self._messages)

    def __iter__(self) -> Iterator[tuple[int, Message]]:
        """Return the number and message of each that is not marked as deleted."""
        return (
            (number, message)
            for number, message in enumerate(self._messages, 1)
            if number not in self._deleted
        )

    def sizes(self, measure: Callable[[Content], int]) -> Sequence[tuple[int, int]]:
        """Return the number and size of each message that is not marked; each measured once."""
        sizes = self._measured(measure)
        rows = list(enumerate(sizes, 1))
        return [row for row in rows if row[0] not in self._deleted] if self._deleted else rows

    def total(self, measure: Callable[[Content], int]) -> tuple[int, int]:
        """Return how many messages are not marked, and their sizes together."""
        self._measured(measure)
        return len(self._messages) - len(self._deleted), self._total

    def _measured(self, measure: Callable[[Content], int]) -> list[int]:
        if len(self._sizes) != len(self._messages):
            self._sizes = [measure(message.content) for message in self._messages]
            self._total = sum(self._sizes) - sum(self._sizes[one - 1] for one in self._deleted)
        return self._sizes

    def get(self, number: int) -> Message | None:
        """Return the message of this number; None if there is none or it is marked."""
        is_there = 0 < number <= len(self._messages) and number not in self._deleted
        return self._messages[number - 1] if is_there else None

    def is_deleted(self, number: int) -> bool:
        """Whether the message of this number is marked as deleted."""
        return number in self._deleted

    def unique_id(self, message: Message) -> str:
        """Return what UIDL calls a message: for ever the same, never reused (RFC 1939 §7)."""
        return f"{self._uidvalidity:08x}{message.uid:08x}"

    def delete(self, number: int) -> None:
        """Mark a message as deleted; the mailbox changes at `update`."""
        if number not in self._deleted:
            self._deleted.add(number)
            self._total -= self._sizes[number - 1] if self._sizes else 0

    def show_no_more(self, numbers: Iterable[int]) -> None:
        """Keep these messages out of the maildrops of later sessions; the INBOX has them still."""
        with self._account.inbox.registry:
            messages = (self._messages[number - 1] for number in numbers)
            self._account.popped.update(one.content.number for one in messages)

    def reset(self) -> None:
        """Unmark all."""
        self._deleted.clear()
        self._total = sum(self._sizes)

    def update(self) -> list[Message]:
        """Remove the marked messages from the INBOX, release; return those that went.

        What an IMAP session or the test expunged meanwhile is not in the answer.
        """
        inbox = self._account.inbox
        with inbox.registry:
            doomed = [self._messages[number - 1] for number in sorted(self._deleted)]
            present = [] if self.is_read_only else [one for one in doomed if not one.is_expunged]
            if present:
                inbox.expunge([message.uid for message in present])
            self.release()
        return present

    def release(self) -> None:
        """Let the maildrop go; nothing is deleted.  May be called again."""
        with self._account.inbox.registry:
            if self in self._account.maildrop_holders:
                self._account.maildrop_holders.remove(self)
            self._messages = []
            self._sizes = []
            self._deleted.clear()
