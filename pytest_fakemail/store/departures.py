"""Messages on their way out of a mailbox: found by their UIDs, which ascend in its list."""

from bisect import bisect_left
from collections.abc import Sequence
from operator import attrgetter

from pytest_fakemail.store.message import Message

_UID = attrgetter("uid")
# Below this many a binary search each is faster than one pass over a big mailbox.
_FEW = 32


def at_or_after(messages: Sequence[Message], uid: int, end: int | None = None) -> int:
    """Return the index of the first message whose UID is at least this."""
    return bisect_left(messages, uid, hi=end, key=_UID)


def taken_out(messages: list[Message], uids: set[int]) -> tuple[list[Message], list[Message]]:
    """Return the messages that have these UIDs, and a new list of those that have not.

    Where none has, it is the same list.
    """
    return _many(messages, uids) if len(uids) > _FEW else _few(messages, uids)


def _many(messages: list[Message], uids: set[int]) -> tuple[list[Message], list[Message]]:
    start = at_or_after(messages, min(uids, default=0))
    end = at_or_after(messages, max(uids, default=0) + 1)
    asked = messages[start:end]
    gone = [message for message in asked if message.uid in uids]
    if not gone:
        return gone, messages
    kept = [message for message in asked if message.uid not in uids]
    return gone, [*messages[:start], *kept, *messages[end:]]


def _few(messages: list[Message], uids: set[int]) -> tuple[list[Message], list[Message]]:
    places = [(at_or_after(messages, uid), uid) for uid in sorted(uids)]
    there = [place for place, uid in places if place < len(messages) and messages[place].uid == uid]
    gone = [messages[place] for place in there]
    if not gone:
        return gone, messages
    left = messages.copy()
    for place in reversed(there):
        del left[place]
    return gone, left
