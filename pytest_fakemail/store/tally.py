r"""What a mailbox counts as it changes, so that nobody needs to go through it."""

from collections import Counter
from collections.abc import Mapping
from operator import attrgetter
from typing import TYPE_CHECKING

from pytest_fakemail.store.arrivals import Copies
from pytest_fakemail.store.flags import DELETED, SEEN, Flags
from pytest_fakemail.store.message import Message
from pytest_fakemail.store.usage import Usage

if TYPE_CHECKING:
    from pytest_fakemail.store.numbers import Uid

_FLAGS = attrgetter("flags")


class Tally:
    r"""Counts of one mailbox, and in `usage` those of its account.

    `octets` are those of the messages as IMAP gives them out, `unseen` is how many have no
    ``\Seen``, `deleted` are the UIDs of those with ``\Deleted``.
    """

    __slots__ = ("_has_nul", "deleted", "octets", "unseen", "usage")

    def __init__(self, usage: Usage) -> None:
        self.usage = usage
        self.octets = 0
        self._has_nul = False  # whether a message was ever longer for IMAP than it came
        self.unseen = 0
        self.deleted: set[Uid] = set()

    def add(self, message: Message) -> None:
        """Count a message that came."""
        if SEEN not in message.flags:
            self.unseen += 1
        if DELETED in message.flags:
            self.deleted.add(message.uid)
        content = message.content
        plain = message.plain
        self._has_nul = self._has_nul or plain is not content
        self.octets += len(plain.raw)
        self.usage.add(1, len(content.raw))

    def add_copies(self, copies: Copies) -> None:
        """Count copies that came, and have their UIDs."""
        self.unseen += _unseen(copies.flags)
        self.deleted.update(copies.deleted)
        self._has_nul = self._has_nul or copies.plain_octets != copies.octets
        self.octets += copies.plain_octets
        self.usage.add(len(copies.messages), copies.octets)

    def remove(self, gone: list[Message]) -> None:
        """Count no more what went."""
        flags = Counter(map(_FLAGS, gone))
        self.unseen -= _unseen(flags)
        if any(DELETED in one for one in flags):
            self.deleted.difference_update([message.uid for message in gone])
        octets = sum([len(message.content.raw) for message in gone])
        self.octets -= (
            sum([len(message.plain.raw) for message in gone]) if self._has_nul else octets
        )
        self.usage.add(-len(gone), -octets)

    def flag(self, messages: list[Message], old: Flags, new: Flags) -> None:
        """Count anew messages that all had the same flags, and now have others."""
        self.unseen += ((SEEN in old) - (SEEN in new)) * len(messages)
        if DELETED in new and DELETED not in old:
            self.deleted.update([message.uid for message in messages])
        elif DELETED in old and DELETED not in new:
            self.deleted.difference_update([message.uid for message in messages])

    def recount_deleted(self, messages: list[Message]) -> None:
        """Find anew which are deleted, for they have other UIDs."""
        self.deleted = {one.uid for one in messages if DELETED in one.flags}


def _unseen(flags: Mapping[Flags, int]) -> int:
    return sum([count for one, count in flags.items() if SEEN not in one])
