"""THREAD=REFERENCES: messages below those that they answer, in the six steps of RFC 5256 §3.

THREAD=REFS is the same without subjects, and its threads are in the order of what arrived
last in each (draft-ietf-morg-inthread-01 §4).
"""

from collections.abc import Mapping

from pytest_fakemail.mime import named_fields
from pytest_fakemail.mime.threading import message_ids
from pytest_fakemail.query.ancestry import Forest
from pytest_fakemail.query.comparators import CASEMAP, Comparator
from pytest_fakemail.query.texts import REPLY, subject_of
from pytest_fakemail.query.turns import FEW, MANY, Turns, in_order
from pytest_fakemail.store.content import Content
from pytest_fakemail.store.message import Message

DUMMY = 0
"""The number of a message that is known only by its answers."""

_ALONE = -1
_IDS = "query ids"
_ID_FIELDS = frozenset({b"message-id", b"references", b"in-reply-to"})


class References:
    """Places, numbered from 0: of the messages, and of ids that messages refer to.

    Afterwards `numbers` has the sequence number of each place, or `DUMMY`, and `below` the
    places below those that have any.  `ranks` are the places of the messages in the order in
    which they were sent.
    """

    def __init__(
        self,
        messages: Mapping[int, Message],
        ranks: Mapping[int, int],
        comparator: Comparator = CASEMAP,
    ) -> None:
        self.messages = messages
        self._marked = subject_of(comparator)
        self.ranks = ranks
        self.numbers: list[int] = []
        self.below: dict[int, list[int]] = {}
        self._forest = Forest()
        self._parents: list[int] = []
        self._child_counts: list[int] = []
        self._known: dict[bytes, int] = {}  # by message id

    def threads(self) -> Turns[list[int]]:
        """Return the roots, in order."""
        roots = yield from self._linked()
        for root in roots:
            if self.numbers[root] == DUMMY:
                yield from self._sort(self.below[root])
        yield from self._sort(roots)
        yield
        roots = yield from self._merged(roots)
        yield
        every = yield from self._all(roots)
        yield from self._sort_below(every)
        yield from self._sort(roots)
        return roots

    def refs(self, arrivals: Mapping[int, int]) -> Turns[list[int]]:
        """Return the roots as REFS has them: by what arrived last in each.

        `arrivals` are the places of the messages in the order in which they arrived.
        """
        roots = yield from self._linked()
        every = yield from self._all(roots)
        yield from self._sort_below(every)
        newest: dict[int, int] = {}
        for count, top in enumerate(reversed(every), 1):
            number = self.numbers[top]
            last = _ALONE if number == DUMMY else arrivals[number]
            newest[top] = max([last, *[newest[child] for child in self.below.get(top, ())]])
            if not count % MANY:
                yield
        return (yield from in_order(roots, newest.__getitem__))

    # --- step 1 ------------------------------------------------------------------------

    def _linked(self) -> Turns[list[int]]:
        """Do steps 1 to 3; return the roots."""
        for count, (number, message) in enumerate(self.messages.items(), 1):
            self._link(number, message)
            if not count % FEW:
                yield
        return (yield from self._pruned())

    def _link(self, number: int, message: Message) -> None:
        """Link the ids in the references, and the message to the last of them."""
        own_id, references = ids(message.content)
        parent = _ALONE
        for reference in references:
            found = self._known.get(reference)
            if found is None:
                found = self._known[reference] = self._made()
            if parent != _ALONE and self._parents[found] == _ALONE:
                self._adopt(parent, found)
            parent = found
        own = self._owner(own_id)
        self.numbers[own] = number
        if self._parents[own] not in (_ALONE, parent):
            self._leave(own)
        if parent != _ALONE and self._parents[own] == _ALONE:
            self._adopt(parent, own)

    def _owner(self, own_id: bytes | None) -> int:
        """Return the place of the message with this id; one of its own if the id is taken."""
        place = None if own_id is None else self._known.get(own_id)
        if place is None or self.numbers[place] != DUMMY:
            is_first = place is None
            place = self._made()
            if own_id is not None and is_first:
                self._known[own_id] = place
        return place

    def _made(self) -> int:
        self.numbers.append(DUMMY)
        self._parents.append(_ALONE)
        self._child_counts.append(0)
        return self._forest.grow()

    def _adopt(self, parent: int, child: int) -> None:
        """Link a place without a parent below this one, unless that makes a loop."""
        # What has no children is nobody's ancestor: no need to look.
        is_above = self._child_counts[child] and self._forest.root(parent) == child
        if child == parent or is_above:
            return
        self._forest.link(child, parent)
        self._parents[child] = parent
        self._child_counts[parent] += 1

    def _leave(self, child: int) -> None:
        """Break the link to the parent."""
        self._forest.cut(child)
        self._child_counts[self._parents[child]] -= 1
        self._parents[child] = _ALONE

    # --- steps 2 and 3 -----------------------------------------------------------------

    def _pruned(self) -> Turns[list[int]]:
        """Return the roots, without those dummies that hold nothing together."""
        below = self.below
        roots: list[int] = []
        for place, parent in enumerate(self._parents):
            if parent == _ALONE:
                roots.append(place)
            elif parent in below:
                below[parent].append(place)
            else:
                below[parent] = [place]
            if not place % MANY:
                yield
        for count, top in enumerate((yield from self._all(roots))):
            if top in below and (count < len(roots) or self.numbers[top] != DUMMY):
                below[top] = self._without_dummies(below[top])
            if not count % MANY:
                yield
        kept: list[int] = []
        for root in roots:
            if self.numbers[root] != DUMMY:
                kept.append(root)
                continue
            listed = below.get(root, [])
            kept += [root] if len(listed) > 1 else listed
        return kept

    def _without_dummies(self, places: list[int]) -> list[int]:
        """Put the children of dummies in their place, however deep those are."""
        numbers = self.numbers
        if DUMMY not in [numbers[place] for place in places]:
            return places
        found: list[int] = []
        waiting = places[::-1]
        while waiting:
            place = waiting.pop()
            if numbers[place] != DUMMY:
                found.append(place)
            else:
                waiting += reversed(self.below.get(place, ()))
        return found

    def _all(self, roots: list[int]) -> Turns[list[int]]:
        """Return the roots and all that is below them, each before its children."""
        below = self.below
        found = list(roots)
        for count, top in enumerate(found, 1):
            if top in below:
                found += below[top]
            if not count % MANY:
                yield
        return found

    # --- steps 4 to 6 ------------------------------------------------------------------

    def _sort(self, siblings: list[int]) -> Turns[None]:
        """Sort by sent date, a dummy by its first child's."""
        siblings[:] = yield from in_order(siblings, lambda top: self.ranks[self._head(top)])

    def _sort_below(self, every: list[int]) -> Turns[None]:
        """Sort what is below each of these places; the deepest first, for the sake of dummies."""
        for count, top in enumerate(reversed(every), 1):
            listed = self.below.get(top)
            if listed is not None and len(listed) > 1:
                yield from self._sort(listed)
            if not count % MANY:
                yield

    def _merged(self, roots: list[int]) -> Turns[list[int]]:
        """Step 5: one thread for each subject."""
        numbers = self.numbers
        table: dict[str, int] = {}
        for count, root in enumerate(roots, 1):
            if not count % FEW:
                yield
            subject = self._subject(root)[1:]
            other = table.get(subject)
            if subject and (other is None or self._is_nearer_root(root, other)):
                table[subject] = root
        yield
        kept = dict.fromkeys(roots)  # in order
        for count, root in enumerate(roots, 1):
            if not count % FEW:
                yield
            marked = self._subject(root)
            other = table.get(marked[1:])
            if other is None or other == root:
                continue
            del kept[root]
            if numbers[root] == numbers[other] == DUMMY:
                self.below[other] += self.below[root]
            elif numbers[other] == DUMMY or (
                marked[0] == REPLY and self._subject(other)[0] != REPLY
            ):
                self.below.setdefault(other, []).append(root)
            else:
                both = self._made()
                self.below[both] = [other, root]
                del kept[other]
                kept[both] = None
                table[marked[1:]] = both
        return list(kept)

    def _is_nearer_root(self, root: int, other: int) -> bool:
        """Whether step 5.B.iv replaces the message in the subject table with this one."""
        if self.numbers[other] == DUMMY:
            return False
        return self.numbers[root] == DUMMY or (
            self._subject(other)[0] == REPLY and self._subject(root)[0] != REPLY
        )

    def _subject(self, top: int) -> str:
        """Return the thread subject, marked as that of an answer or not."""
        return self._marked(self.messages[self._head(top)].content)

    def _head(self, top: int) -> int:
        """Return the number of the message that stands for a thread."""
        while self.numbers[top] == DUMMY:
            top = self.below[top][0]
        return self.numbers[top]


def ids(content: Content) -> tuple[bytes | None, list[bytes]]:
    """Return a message's own id and those that it refers to (RFC 5256 §3, REFERENCES)."""
    kept: bytes | None = content.rendered.get(_IDS)
    if kept is None:
        # In one piece, for a list would be the collector's work; no id has a line end in it.
        own, others = _read_ids(content)
        kept = b"\n".join([own, *others])
        content.keep(_IDS, kept)
    first, *rest = kept.split(b"\n")
    return first or None, rest


def _read_ids(content: Content) -> tuple[bytes, list[bytes]]:
    block = content.raw[: content.body_start]
    found = named_fields.first_values(block, _ID_FIELDS)
    own = message_ids(found.get(b"message-id", b""))[:1]
    references = message_ids(found.get(b"references", b""))
    answered = message_ids(found.get(b"in-reply-to", b""))[:1]
    return own[0] if own else b"", references or answered
