r"""One IMAP session's numbering of a mailbox: what this client was told, and no more.

Message numbers are a matter between a session and its client.  RFC 3501 §7.4.1: with EXPUNGE "the
message sequence number for each successive message in the mailbox is immediately decremented by
1", and it "MUST NOT be sent when no command is in progress, nor while responding to a FETCH,
STORE, or SEARCH command", for then a number could mean one message to the client and another to
the server.  So a view keeps the messages as its client knows them, and three things happen at
different times:

- The mailbox changes, by anyone.  The view does not hear of it.  The mailbox's log has the
  change, and `has_news` is the one comparison that a command without news costs.
- `catch_up` reads the log from where it last stopped.  Flags are told (not to their author, RFC
  3501 §6.4.6), arrivals are told by EXISTS, and expunges go into what is pending.  A message
  expunged before its client heard of it is never told at all.
- If expunges are allowed now, the pending ones leave the numbering, each told with the number
  that it has when those before it are gone.  If not, they stay pending, with their messages: such
  a message can still be fetched (RFC 2180 §4.1.1), though the mailbox has it no more.

In an answer EXPUNGE comes before EXISTS, so that the numbers in each are those of its moment.
`told_modseq` stays behind while expunges are pending: a client that took a higher one for its own
would never hear of them when it resynchronises (RFC 7162 §6).

Which list holds the messages follows from that.  As long as nothing is pending, a view is the
mailbox's own list and the number of messages told; the mailbox never changes that list in front
but puts another in its place, so selecting costs the same for ten messages and for a million.
Only a view with expunges pending that hears of arrivals has a list of its own, until the expunges
are told.

When the log has forgotten what a view did not read yet, it compares (`_compared`): what is
expunged says so itself, and what changed has a higher mod-sequence.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Sequence
from itertools import chain, compress, starmap
from operator import attrgetter, sub
from typing import cast

from pytest_fakemail.dataclass import dataclass, field
from pytest_fakemail.store.acl import Who
from pytest_fakemail.store.changes import Change, Expunged, Flagged
from pytest_fakemail.store.departures import at_or_after
from pytest_fakemail.store.mailbox import Mailbox
from pytest_fakemail.store.message import Message
from pytest_fakemail.store.numbers import SeqNum, Uid
from pytest_fakemail.store.rights import Rights

_UID = attrgetter("uid")
_IS_EXPUNGED = attrgetter("is_expunged")
# Below this many a binary search each is faster than one pass over a big mailbox.
_FEW = 32

STAR = 0
"""In a range of numbers: ``*``, the largest number in use."""

Ranges = Iterable[tuple[int, int]]

Numbered = tuple[list[SeqNum], list[Message]]
"""Message numbers, ascending, and the messages that have them."""


class OutOfRange(Exception):
    """A message number beyond the messages that the client was told of."""


@dataclass(frozen=True, slots=True)
class Updates:
    """What a client is to be told, in this order.

    `numbers` are the message numbers of `uids`, each counted as if those before it were
    gone already, so ascending; `exists` and `recent` are None if they did not change.
    """

    numbers: tuple[SeqNum, ...] = ()
    uids: tuple[Uid, ...] = ()
    exists: int | None = None
    recent: int | None = None
    flagged: tuple[tuple[SeqNum, Message], ...] = ()
    has_new_keywords: bool = False


@dataclass(slots=True)
class _News:
    """What the log says that a view has not taken in yet."""

    expunged: set[Uid] = field(default_factory=set)
    flagged: set[Uid] = field(default_factory=set)


class View:
    r"""A mailbox as one session's client knows it; call with the store's lock held.

    `exists` is the number of messages told; up to the modification sequence `told_modseq`
    everything was (RFC 7162 §6: a higher one would hide expunges that wait).  A view that
    `is_read_only` (EXAMINE) leaves ``\Recent`` to others.
    """

    __slots__ = (
        "__weakref__",
        "_messages",
        "_modseq",
        "_pending",
        "_permanent",
        "_position",
        "_recent",
        "_recent_told",
        "_recent_uids",
        "_uidvalidity",
        "_who",
        "exists",
        "is_read_only",
        "mailbox",
        "told_modseq",
    )

    def __init__(
        self, mailbox: Mailbox, *, is_read_only: bool = False, who: Who | None = None
    ) -> None:
        self.mailbox = mailbox
        self.is_read_only = is_read_only
        self._who = who
        self._messages: Sequence[Message] = mailbox.messages
        self.exists = len(mailbox.messages)
        self._position = mailbox.log.end
        self._modseq = self.told_modseq = mailbox.highest_modseq
        self._uidvalidity = mailbox.uidvalidity
        self._permanent = self._facts
        self._pending: set[Uid] = set()
        self._recent: list[tuple[int, int]] = []
        self._recent_uids: frozenset[int] | None = None
        self._claim_recent()
        self._recent_told = self.recent_count

    def __repr__(self) -> str:
        return f"<View of {self.mailbox!r}: {self.exists} told>"

    @property
    def is_void(self) -> bool:
        """Whether nothing told holds any more: the mailbox was deleted, or numbered anew.

        Or it is not there for this client any more, who lost the right to read it.
        """
        mailbox = self.mailbox
        if mailbox.is_deleted or mailbox.uidvalidity != self._uidvalidity:
            return True
        return mailbox.rights.acl is not None and not self.rights.may("r")

    @property
    def rights(self) -> Rights:
        """What this client may change, were it not `is_read_only`."""
        rights = self.mailbox.rights
        return rights if rights.acl is None or self._who is None else rights.of(self._who)

    @property
    def has_news(self) -> bool:
        """Whether `catch_up` could have something to tell."""
        return self._position != self.mailbox.log.end or bool(self._pending)

    @property
    def position(self) -> int:
        """Up to where in the mailbox's log `catch_up` has read."""
        return self._position

    @property
    def last_uid(self) -> Uid:
        """The UID of the last message told, 0 if there is none."""
        return self._messages[self.exists - 1].uid if self.exists else Uid(0)

    @property
    def messages(self) -> Sequence[Message]:
        """The messages told, in order: that of number 1 first."""
        messages = self._messages
        return messages if len(messages) == self.exists else messages[: self.exists]

    @property
    def has_pending_expunges(self) -> bool:
        """Whether some of the messages told are gone already, as far as `catch_up` has seen."""
        return bool(self._pending)

    # --- numbers -----------------------------------------------------------------------

    def by_number(self, ranges: Ranges) -> Numbered:
        """Return numbers and messages, ascending, each once.

        Raises:
            OutOfRange: a number beyond `exists`, which in an empty mailbox ``*`` is too
                (RFC 9051 §9, seq-number).
        """
        exists = self.exists
        spans = []
        for first, last in ranges:
            low, high = sorted((first or exists, last or exists))
            if not 0 < low <= high <= exists:
                raise OutOfRange(f"there is no message {high or '*'}; there are {exists}")
            spans.append((low - 1, high))
        return self._cut(spans)

    def by_uid(self, ranges: Ranges) -> Numbered:
        """Return numbers and messages, ascending, each once; unknown UIDs are no fault."""
        exists, messages = self.exists, self._messages
        largest = messages[exists - 1].uid if exists else 0
        spans = []
        for first, last in ranges:
            low, high = sorted((first or largest, last or largest))
            start = at_or_after(messages, low, exists)
            spans.append((start, at_or_after(messages, high + 1, exists)))
        return self._cut(spans)

    def everything(self) -> Numbered:
        """Return all numbers and messages told."""
        return self._cut([(0, self.exists)])

    def _cut(self, spans: list[tuple[int, int]]) -> Numbered:
        numbers: list[int] = []
        messages: list[Message] = []
        for start, end in _merged(spans):
            numbers += range(start + 1, end + 1)
            messages += self._messages[start:end]
        return cast("list[SeqNum]", numbers), messages

    def number(self, uid: int) -> SeqNum | None:
        """Return the number of the message with this UID; None if the client knows none."""
        index = bisect_left(self._messages, uid, hi=self.exists, key=_UID)
        is_there = index < self.exists and self._messages[index].uid == uid
        return SeqNum(index + 1) if is_there else None

    # --- \Recent -----------------------------------------------------------------------

    @property
    def recent(self) -> Collection[int]:
        r"""The UIDs that are ``\Recent`` in this session (RFC 3501 §2.3.2), gone ones too."""
        if len(self._recent) == 1:
            return range(*self._recent[0])
        if self._recent_uids is None:
            self._recent_uids = frozenset(chain.from_iterable(starmap(range, self._recent)))
        return self._recent_uids

    @property
    def recent_count(self) -> int:
        r"""How many messages are ``\Recent`` in this session."""
        return sum([end - start for start, end in self._recent_spans()]) if self._recent else 0

    def _take_recent(self, *, is_news: bool) -> int | None:
        """Return how many messages are recent, if that is news or differs from what was told."""
        count, told = self.recent_count, self._recent_told
        self._recent_told = count
        return count if is_news or count != told else None

    def _recent_spans(self) -> list[tuple[int, int]]:
        messages, exists = self._messages, self.exists
        return [
            (at_or_after(messages, low, exists), at_or_after(messages, high, exists))
            for low, high in self._recent
        ]

    def _claim_recent(self) -> bool:
        """Take what no session was told of as recent in this one; say whether there was any."""
        low, high = self.mailbox.recent_from, self.mailbox.uidnext
        if self._recent and self._recent[-1][1] > low:
            low = Uid(self._recent[-1][1])
        if low >= high:
            return False
        if self._recent and self._recent[-1][1] == low:
            low = Uid(self._recent.pop()[0])
        self._recent.append((low, high))
        self._recent_uids = None
        if not self.is_read_only and self.rights.may_change:
            self.mailbox.recent_from = high
        return True

    # --- news --------------------------------------------------------------------------

    def catch_up(self, *, expunges_allowed: bool) -> Updates:
        """Take in what happened, and return what the client is to be told of it.

        With expunges held back the numbers told before stay valid.
        """
        if not self.has_news:
            return Updates()
        last = self.last_uid
        news = self._news(last)
        self._pending = self._pending | news.expunged if self._pending else news.expunged
        told_before = self.exists
        numbers: list[SeqNum] = []
        uids: list[Uid] = []
        if self._pending and expunges_allowed:
            numbers, uids = self._renumber(last)
        self._take_arrivals(last)
        flagged = [
            (number, self._messages[number - 1])
            for uid in sorted(news.flagged)
            if uid not in self._pending and (number := self.number(uid)) is not None
        ]
        if not self._pending:
            self.told_modseq = self._modseq
        is_bigger = self.exists != told_before - len(numbers)
        has_claimed = is_bigger and self._claim_recent()
        return Updates(
            numbers=tuple(numbers),
            uids=tuple(uids),
            exists=self.exists if is_bigger else None,
            recent=self._take_recent(is_news=has_claimed) if has_claimed or numbers else None,
            flagged=tuple(flagged),
            has_new_keywords=self.take_keywords(),
        )

    def _news(self, last: Uid) -> _News:
        """Return what happened to messages up to the last one told."""
        log = self.mailbox.log
        changes = log.since(self._position)
        news = self._compared() if changes is None else self._summed(changes, last)
        self._position = log.end
        self._modseq = self.mailbox.highest_modseq
        return news

    def _summed(self, changes: Iterable[Change], last: Uid) -> _News:
        news = _News()
        for change in changes:
            if isinstance(change, Expunged):
                news.expunged.update(_up_to(last, change.uids))
            elif isinstance(change, Flagged) and not change.is_by(self):
                news.flagged.update(_up_to(last, change.uids))
        if news.flagged:
            news.flagged -= news.expunged
        return news

    def _compared(self) -> _News:
        """Find by comparison what the log has forgotten."""
        news = _News()
        for message in self.messages:
            if message.is_expunged:
                news.expunged.add(message.uid)
            elif message.modseq > self._modseq:
                news.flagged.add(message.uid)
        return news

    def _renumber(self, last: Uid) -> tuple[list[SeqNum], list[Uid]]:
        """Drop expunged messages from the numbering; return their numbers as told, and UIDs."""
        messages, exists, gone = self._messages, self.exists, self._pending
        if len(gone) <= _FEW:
            indexes = [at_or_after(messages, uid, exists) for uid in sorted(gone)]
        else:
            # Everything that has gone is pending by now.
            indexes = list(compress(range(exists), map(_IS_EXPUNGED, messages)))
        uids = [messages[index].uid for index in indexes]
        self._pending = set()
        self._recent_uids = None
        self._messages = self.mailbox.messages
        self.exists = at_or_after(self._messages, last + 1)
        # Each counts as if those before it had gone: from 1, and one less for each of them.
        numbers = list(map(sub, indexes, range(-1, len(indexes) - 1)))
        return cast("list[SeqNum]", numbers), uids

    def _take_arrivals(self, last: Uid) -> None:
        """Count what came after the last message told."""
        present = self.mailbox.messages
        if not self._pending:
            self._messages = present
        elif self._messages is not present:
            arrived = present[at_or_after(present, last + 1) :]
            if not arrived:
                return
            # Numbers told before must stay, so from here on this view has a list of its own.
            self._messages = [*self.messages, *arrived]
        self.exists = len(self._messages)

    def take_keywords(self) -> bool:
        """Say whether there are keywords, or other rights, that the client was not told of.

        Now it was.
        """
        facts = self._facts
        has_new, self._permanent = facts != self._permanent, facts
        return has_new

    @property
    def _facts(self) -> tuple[int, frozenset[str] | None]:
        """What FLAGS and PERMANENTFLAGS follow from."""
        letters = None if self.mailbox.rights.acl is None else self.rights.letters
        return len(self.mailbox.keywords), letters


def _up_to(last: Uid, uids: Sequence[Uid]) -> Sequence[Uid]:
    """Return those of ascending UIDs that are no larger."""
    return uids if uids[-1] <= last else uids[: bisect_right(uids, last)]


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return index ranges in order, without overlap."""
    if len(spans) < 2:  # noqa: PLR2004 (one range has nothing to overlap with)
        return spans
    spans.sort()
    merged = [spans[0]]
    for start, end in spans[1:]:
        if start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
