"""POP3's maildrop: the INBOX as it was when the session logged in.

RFC 1939 §3 freezes message numbers for a session and holds deletions back until QUIT.
IMAP's livelier numbering is `store.view`.
"""

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Literal

from pytest_fakemail.store.account import Account
from pytest_fakemail.store.message import Message

Policy = Literal["exclusive", "shared", "read-only"]


_TURN = 256
_AT_ONCE = 4096
"""Of measuring, and of removing: so many messages are one turn."""


class MaildropLocked(Exception):
    """Another session has the maildrop, and the policy is that it stays alone."""


class Maildrop:
    """One session's maildrop: messages by number from 1, marks for deletion, the lock.

    Opened at login, ended by `update` (QUIT) or `release` (the connection was lost), after
    either of which it holds nothing.  `is_measured` says whether all sizes are known.

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
        "is_measured",
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
        measured = account.measured
        self._take_sizes(array("Q") if measured is None else self._measured_before(*measured))

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

    def listed(self, start: int, end: int) -> list[int]:
        """Return number and size of each message that is not marked, one behind the other.

        Of the numbers above `start` up to `end`; the sizes have been measured.
        """
        return self._columns(start, end, self._sizes[start:end])

    def _columns(self, start: int, end: int, *columns: Sequence[int]) -> list[int]:
        """Return the numbers above one, each with its values, but for messages that are marked."""
        numbers = range(start + 1, min(end, len(self._messages)) + 1)
        width = 1 + len(columns)
        cells = [0] * (width * len(numbers))
        cells[::width] = numbers
        for place, column in enumerate(columns, 1):
            cells[place::width] = column
        for number in sorted(self._deleted.intersection(numbers), reverse=True):
            place = (number - start - 1) * width
            del cells[place : place + width]
        return cells

    def total(self) -> tuple[int, int]:
        """Return how many messages are not marked, and their sizes together, as measured."""
        return len(self._messages) - len(self._deleted), self._total

    def measure(self, size_of: Callable[[bytes], int]) -> Iterator[None]:
        """Find out the sizes, some at a turn; they are there at the end, and for later sessions."""
        sizes = self._sizes[:]
        while len(sizes) < len(self._messages):
            turn = self._messages[len(sizes) : len(sizes) + _TURN]
            sizes.extend([size_of(message.content.raw) for message in turn])
            yield
        self._take_sizes(sizes)
        if sizes:
            self._account.measured = (self._uidvalidity, self._messages[-1].uid, sizes)

    def _take_sizes(self, sizes: "array[int]") -> None:
        self._sizes = sizes
        self.is_measured = len(sizes) == len(self._messages)
        self._total = sum(sizes) - sum(sizes[number - 1] for number in self._deleted)

    def _measured_before(
        self, uidvalidity: int, last_uid: int, sizes: "array[int]"
    ) -> "array[int]":
        """Return the sizes that an earlier session found, if its messages are those in front.

        UIDs ascend and are never used again: so many messages up to one UID are the same ones.
        """
        count, messages = len(sizes), self._messages
        is_there = uidvalidity == self._uidvalidity and count <= len(messages)
        return sizes if is_there and messages[count - 1].uid == last_uid else array("Q")

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

    def unique_ids(self, start: int, end: int) -> list[int]:
        """Return number, UIDVALIDITY and UID, of the same messages as `listed` and as it does."""
        uids = [message.uid for message in self._messages[start:end]]
        return self._columns(start, end, [self._uidvalidity] * len(uids), uids)

    def delete(self, number: int) -> None:
        """Mark a message as deleted; the mailbox changes at `update`."""
        if number not in self._deleted:
            self._deleted.add(number)
            self._total -= self._sizes[number - 1] if self.is_measured else 0

    def show_no_more(self, numbers: Iterable[int]) -> None:
        """Keep these messages out of the maildrops of later sessions; the INBOX has them still."""
        with self._account.inbox.registry:
            messages = (self._messages[number - 1] for number in numbers)
            self._account.popped.update(one.content.number for one in messages)

    def reset(self) -> None:
        """Unmark all."""
        self._deleted.clear()
        self._total = sum(self._sizes)

    def update_in_turns(self) -> Iterator[None]:
        """Do as `update`, a part of the messages at a turn; who stops before the end did it all."""
        numbers = [] if self.is_read_only else sorted(self._deleted)
        try:
            for start in range(0, len(numbers) - _AT_ONCE, _AT_ONCE):
                some = numbers[start : start + _AT_ONCE]
                with self._account.inbox.registry:
                    doomed = [self._messages[number - 1] for number in some]
                    self._account.inbox.expunge([one.uid for one in doomed if not one.is_expunged])
                    self._deleted.difference_update(some)
                yield
        finally:
            self.update()

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
            self._sizes = array("Q")
            self._deleted.clear()
