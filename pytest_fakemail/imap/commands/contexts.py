# ruff: noqa: D400, D415  (the docstring of a rule is its ABNF)
"""CONTEXT=SEARCH and CONTEXT=SORT: results that are kept up to date, and CANCELUPDATE (RFC 5267).

A context knows its result by UIDs, and asks again only of the messages that its place in the
mailbox's log says something happened to, unless its keys hang on more than that.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cmp_to_key, partial

from pytest_fakemail.imap.client import Client
from pytest_fakemail.imap.commands.fetch import fetched_unasked
from pytest_fakemail.imap.commands.inquiry import asked_now
from pytest_fakemail.imap.grammar.cursor import BadSyntax, Cursor
from pytest_fakemail.imap.grammar.fetch import FetchItem
from pytest_fakemail.imap.grammar.keys import GmailKey, InSet
from pytest_fakemail.imap.grammar.numbers import STAR, encode_numbers
from pytest_fakemail.imap.grammar.rules import quoted, spaced
from pytest_fakemail.imap.grammar.search import Search
from pytest_fakemail.imap.responses.esearch import correlator, mailbox_correlator
from pytest_fakemail.imap.table import SELECTED, Done, Refused, Table
from pytest_fakemail.query.matching import matching, scored
from pytest_fakemail.query.search import Numbers, SearchKey, Unanswered, Within, answered, leaves
from pytest_fakemail.query.sorting import (
    NO_SCORES,
    Scores,
    SortCriterion,
    by_relevancy,
    comes_before,
)
from pytest_fakemail.query.turns import at_once
from pytest_fakemail.store.changes import Expunged, Flagged
from pytest_fakemail.store.message import Message
from pytest_fakemail.store.numbers import SeqNum, Uid
from pytest_fakemail.store.view import Updates, View

table = Table()

MOST_CONTEXTS = 64
"""Of a client; for more there is NOUPDATE (RFC 5267 §4.3.1)."""


class Context:
    """One result that is kept up to date; a `Follower` of the selected mailbox.

    Args:
        key: returns the key as it is to be asked now.
        criteria: the order of the result, if it is not the mailbox's.
        items: what is fetched of new messages in it (RFC 5465 §7).
        is_loose: a message may come or go though nothing happened to it.
        has_mailbox: what is told names the mailbox, too (RFC 7377 §2.1).
    """

    def __init__(
        self,
        client: Client,
        key: Callable[[], SearchKey],
        criteria: Sequence[SortCriterion],
        items: Sequence[FetchItem],
        *,
        is_uid: bool,
        is_loose: bool,
        has_mailbox: bool,
    ) -> None:
        self.tag = client.tag
        self._client = client
        self._key = key
        self._criteria = criteria
        self._items = items
        self._asks_uids = is_uid
        self._is_loose = is_loose
        self._has_mailbox = has_mailbox
        self._comparator = client.comparator
        view = client.selected
        self._position = view.mailbox.log.end
        self._last_uid = view.last_uid
        self._result: list[Uid] = []
        self._messages: dict[Uid, Message] = {}
        self._scores: dict[int, int] = {}
        self._changed: set[Uid] = set()
        self._is_all_in_doubt = False

    def begin(self, found: Iterable[Uid], scores: Scores) -> None:
        """Take what the search found."""
        self._result = list(found)
        self._scores = {**scores}
        known = {one.uid: one for one in self._client.selected.messages}
        self._messages = {uid: known[uid] for uid in self._result}

    def leaving(self) -> bytes:
        """Return REMOVEFROM for what was expunged, "prior to the expunge notification"."""
        log = self._client.selected.mailbox.log
        changes = log.since(self._position)
        self._position = log.end
        expunged: set[Uid] = set()
        for change in changes or ():
            if isinstance(change, Flagged):
                self._changed.update(change.uids)
            elif isinstance(change, Expunged):
                expunged.update(change.uids)
        gone = [uid for uid in expunged if uid in self._messages]
        if changes is None:  # it has forgotten some
            self._is_all_in_doubt = True
            gone = [uid for uid in self._result if self._messages[uid].is_expunged]
        for uid in gone:
            self._scores.pop(uid, None)
        return self._line(self._removed(gone))

    def left(self, updates: Updates) -> bytes:
        """Return what came to the result and what left it, with what is fetched of the new."""
        view = self._client.selected
        new = self._new(view) if updates.exists is not None else []
        if self._is_all_in_doubt or self._is_loose:
            asked: Sequence[Message] = view.messages
        elif new or self._changed:
            _, asked = view.by_uid((uid, uid) for uid in self._changed | {one.uid for one in new})
        else:
            return b""
        self._changed.clear()
        self._is_all_in_doubt = False
        asked = [one for one in asked if not one.is_expunged]
        now, key = self._client.service.clock.now(), self._key()
        comparator = self._comparator
        places = matching(key, asked, now=now, recent=view.recent, comparator=comparator)
        matched = [asked[place - 1] for place in places]
        wanted = {one.uid for one in matched}
        if by_relevancy(self._criteria):
            scores = at_once(
                scored(key, asked, places, now=now, recent=view.recent, comparator=comparator)
            )
            # What has another score now goes, and comes again where it belongs.
            wanted -= self._moved({asked[place - 1].uid: scores[place] for place in places})
        gone = [one.uid for one in asked if one.uid in self._messages and one.uid not in wanted]
        words = self._removed(gone)
        come = [one for one in matched if one.uid not in self._messages]
        new_uids = {one.uid for one in new}
        fetched = self._fetched(view, [one for one in come if one.uid in new_uids])
        return fetched + self._line(words + self._added(come))

    def _moved(self, scores: Scores) -> set[int]:
        """Take note of scores; return the UIDs of those messages that had others."""
        moved = {uid for uid, score in scores.items() if self._scores.get(uid, score) != score}
        self._scores.update(scores)
        return moved

    def _new(self, view: View) -> list[Message]:
        last, self._last_uid = self._last_uid, view.last_uid
        _, messages = view.by_uid([(last + 1, max(self._last_uid, last + 1))])
        return [one for one in messages if one.uid > last]

    def _fetched(self, view: View, new: Sequence[Message]) -> bytes:
        if not self._items or not new:
            return b""
        numbers = [self._number(view, one.uid) for one in new]
        return fetched_unasked(self._client, self._items, numbers, new)

    # --- the result ----------------------------------------------------------------------

    @property
    def _is_uid(self) -> bool:
        """Whether UIDs are told: as it was asked, or since ENABLE UIDONLY (RFC 9586 §3)."""
        return self._asks_uids or self._client.is_uid_only

    def _removed(self, uids: Iterable[Uid]) -> list[str]:
        """Take messages out; return what tells it (RFC 5267 §4.3.4)."""
        gone = list(uids)
        if not gone:
            return []
        names = {uid: self._name(uid) for uid in gone}
        for uid in gone:
            del self._messages[uid]
        old, self._result = self._result, [uid for uid in self._result if uid in self._messages]
        if not self._criteria:
            return [f"REMOVEFROM (0 {encode_numbers(sorted(names.values()))})"]
        places = [place for place, uid in enumerate(old, 1) if uid in names]
        # From the end on, so that those before it keep their places.
        runs = [(place, [names[old[one - 1]] for one in run]) for place, run in _runs(places)]
        return [f"REMOVEFROM ({_pairs(reversed(runs))})"]

    def _added(self, messages: Sequence[Message]) -> list[str]:
        """Put messages in, where they belong; return what tells it (RFC 5267 §4.3.3)."""
        if not messages:
            return []
        self._messages.update((one.uid, one) for one in messages)
        if not self._criteria:
            names = sorted(self._name(one.uid) for one in messages)
            self._result = sorted([*self._result, *(one.uid for one in messages)])
            return [f"ADDTO (0 {encode_numbers(names)})"]
        old, merged, places = self._result, list[Uid](), list[int]()
        taken = 0
        for message in sorted(messages, key=cmp_to_key(self._order)):
            place = self._place(message)
            merged += old[taken:place]
            taken = place
            merged.append(message.uid)
            places.append(len(merged))
        self._result = merged + old[taken:]
        runs = [
            (place, [self._name(merged[one - 1]) for one in run]) for place, run in _runs(places)
        ]
        return [f"ADDTO ({_pairs(runs)})"]

    def _order(self, one: Message, other: Message) -> int:
        return -1 if self._comes_before(one, other) else 1

    def _comes_before(self, one: Message, other: Message) -> bool:
        return comes_before(self._criteria, one, other, self._scores, self._comparator)

    def _place(self, message: Message) -> int:
        """Return where in the order a message belongs."""
        low, high = 0, len(self._result)
        while low < high:
            middle = (low + high) // 2
            other = self._messages[self._result[middle]]
            if self._comes_before(message, other):
                high = middle
            else:
                low = middle + 1
        return low

    def _name(self, uid: Uid) -> int:
        return uid if self._is_uid else self._number(self._client.selected, uid)

    def _number(self, view: View, uid: Uid) -> SeqNum:
        number = view.number(uid)
        if number is None:
            raise LookupError(f"message {uid} has no number")
        return number

    def _line(self, words: Sequence[str]) -> bytes:
        if not words:
            return b""
        uid = " UID" if self._is_uid else ""
        about = correlator(self.tag)
        if self._has_mailbox:
            about = mailbox_correlator(self._client, self._client.selected, self.tag)
        return f"* ESEARCH ({about}){uid} {' '.join(words)}\r\n".encode()


def context_of(
    client: Client,
    arguments: Search,
    criteria: Sequence[SortCriterion] = (),
    *,
    is_uid: bool,
    has_mailbox: bool = False,
) -> Context | None:
    """Return what will keep a result up to date, if that is wanted (RFC 5267 §4.3).

    Raises:
        Refused: BAD, another result has this tag.
    """
    if arguments.update is None:
        return None
    if any(isinstance(one, Context) and one.tag == client.tag for one in client.followers):
        raise Refused("Tag reuse", status="BAD")
    key = answered(arguments.key, lambda leaf: _fixed(client, leaf))
    return Context(
        client,
        partial(asked_now, client, client.selected, key),
        criteria,
        arguments.update,
        is_uid=is_uid,
        is_loose=any(map(_is_loose, leaves(key))),
        has_mailbox=has_mailbox,
    )


def begun(
    client: Client,
    context: Context | None,
    found: Sequence[Uid],
    scores: Scores = NO_SCORES,
    *,
    is_whole: bool = True,
) -> bytes:
    """Keep the result up to date from now on, or say that it will not be (RFC 5267 §4.3.1)."""
    if context is None:
        return b""
    if not is_whole or len(client.followers) >= MOST_CONTEXTS:
        why = "Too many contexts" if is_whole else "Not all messages were searched"
        return f'* NO [NOUPDATE "{client.tag}"] {why}\r\n'.encode()
    context.begin(found, scores)
    client.followers.append(context)
    return b""


def _is_loose(leaf: SearchKey) -> bool:
    """Whether the answer may change though nothing happens to a message: by time, or by others."""
    if isinstance(leaf, InSet):
        return any(STAR in pair for pair in leaf.numbers.ranges)
    return isinstance(leaf, Within | GmailKey)


def _fixed(client: Client, leaf: Unanswered) -> SearchKey:
    """Fix what means the messages of this moment: their numbers, and ``$`` (RFC 5267 §4.3)."""
    if isinstance(leaf, InSet) and not (leaf.is_uid and not leaf.numbers.is_saved):
        view = client.selected
        if leaf.numbers.is_saved:
            return Numbers(client.saved, is_uid=True)
        members = leaf.numbers.members(view.exists)
        uids = (one.uid for number, one in enumerate(view.messages, 1) if number in members)
        return Numbers(frozenset(uids), is_uid=True)
    return leaf


def _runs(places: Sequence[int]) -> Iterator[tuple[int, Sequence[int]]]:
    """Yield ascending places in rows without a gap, each with its first."""
    start = 0
    for end in range(1, len(places) + 1):
        if end == len(places) or places[end] != places[end - 1] + 1:
            yield places[start], places[start:end]
            start = end


def _pairs(runs: Iterable[tuple[int, Sequence[int]]]) -> str:
    """Return pairs of a place and a set, "the preferred representation" (RFC 5267 §4.3.3)."""
    return " ".join(f"{place} {encode_numbers(names)}" for place, names in runs)


def cancelupdate(cursor: Cursor) -> tuple[str, ...]:
    """``"CANCELUPDATE" 1*(SP quoted)``"""
    if not any(f"CONTEXT={one}" in cursor.capabilities for one in ("SEARCH", "SORT")):
        raise BadSyntax("Unknown command")
    cursor.expect(b" ")
    return spaced(cursor, _tag)


def _tag(cursor: Cursor) -> str:
    """``quoted``, a tag"""
    tag = quoted(cursor)
    if tag is None:
        raise cursor.wants("a tag in quotes")
    return tag.decode("utf-8", "replace")


@table.command("CANCELUPDATE", cancelupdate, states=SELECTED)
def cancelupdate_command(client: Client, tags: tuple[str, ...]) -> Done:
    """Keep these results up to date no longer."""
    contexts = {one.tag: one for one in client.followers if isinstance(one, Context)}
    if not contexts.keys() >= set(tags):
        raise Refused("There is no search of that tag with updates", status="BAD")
    for tag in set(tags):
        client.followers.remove(contexts[tag])
    return Done("No further updates")
