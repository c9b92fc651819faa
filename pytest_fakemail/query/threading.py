"""Messages in threads (RFC 5256 THREAD): ORDEREDSUBJECT and REFERENCES.

Threads can be as deep as a mailbox has messages, so nothing here is recursive.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from pytest_fakemail.mime.headers import body_start, values
from pytest_fakemail.mime.threading import message_ids
from pytest_fakemail.query.ancestry import Node
from pytest_fakemail.query.texts import base_subject, sent_date
from pytest_fakemail.query.turns import FEW, MANY, Turns, at_once, in_order
from pytest_fakemail.store.message import Message

ALGORITHMS = ("ORDEREDSUBJECT", "REFERENCES")


class Thread:
    """A message, by its sequence number, and the threads of the answers to it.

    `number` is `None` for a message that is known only by its answers; such a thread
    stands at the top and has at least two children.
    """

    __slots__ = ("children", "number")

    def __init__(self, number: int | None = None) -> None:
        self.number = number
        self.children: list[Thread] = []


def threads(
    algorithm: str, messages: Sequence[Message | None], numbers: Iterable[int]
) -> list[Thread]:
    """Return at once what `threaded` finds."""
    return at_once(threaded(algorithm, messages, numbers))


def threaded(
    algorithm: str, messages: Sequence[Message | None], numbers: Iterable[int]
) -> Turns[list[Thread]]:
    """Arrange the messages of these sequence numbers into threads.

    `algorithm` is one of `ALGORITHMS`; `messages` are those of a session, in the order of
    its numbers.
    """
    chosen = {
        number: message
        for number in sorted(numbers)
        if (message := messages[number - 1]) is not None
    }
    sent: dict[int, datetime] = {}
    for number, message in chosen.items():
        sent[number] = _sent(message)
        if not len(sent) % FEW:
            yield
    # Of two sent at the same time the lower number comes first: RFC 5256 §2.2.
    by_date = yield from in_order(list(chosen), sent.__getitem__)
    yield
    if algorithm == "ORDEREDSUBJECT":
        return (yield from _by_subject(chosen, by_date))
    ranks = dict(zip(by_date, range(len(by_date)), strict=True))
    return (yield from _References(chosen, ranks).threads())


def thread_text(forest: Iterable[Thread], label: Callable[[int], int] = int) -> str:
    """Return at once what `written` writes."""
    return at_once(written(forest, label))


def written(forest: Iterable[Thread], label: Callable[[int], int] = int) -> Turns[str]:
    """Write ``*thread-list``: ``(2)(3 6 (4 23)(44 7 96))``.

    `label` makes UIDs of the sequence numbers for UID THREAD.
    """
    pieces: list[str] = []
    waiting: list[Thread | None] = [*forest]
    waiting.reverse()
    count = 0
    while waiting:
        count += 1
        if not count % MANY:
            yield
        top = waiting.pop()
        if top is None:
            pieces.append(")")
            continue
        members: list[str] = []
        while True:
            if top.number is not None:
                members.append(str(label(top.number)))
            if len(top.children) != 1:
                break
            top = top.children[0]
        if not top.children:
            pieces.append(f"({' '.join(members)})")
            continue
        pieces += ["(", " ".join(members), " " if members else ""]
        waiting.append(None)
        waiting += reversed(top.children)
    return "".join(pieces)


def _sent(message: Message) -> datetime:
    return sent_date(message.content) or message.internal_date


def _by_subject(messages: dict[int, Message], by_date: list[int]) -> Turns[list[Thread]]:
    """``ORDEREDSUBJECT``: answers are the children of the oldest message with their subject."""
    firsts: dict[str, Thread] = {}
    # By date, each subject's first message comes first, and so the threads are.
    for place, number in enumerate(by_date, 1):
        subject, _ = base_subject(messages[number].content)
        if subject in firsts:
            firsts[subject].children.append(Thread(number))
        else:
            firsts[subject] = Thread(number)
        if not place % FEW:
            yield
    return list(firsts.values())


class _Place(Node):
    """Where a message id stands among others: below which one, and whose it is."""

    __slots__ = ("child_count", "parent", "thread")

    def __init__(self) -> None:
        super().__init__()
        self.parent: _Place | None = None
        self.child_count = 0
        self.thread = Thread()

    def adopt(self, child: "_Place") -> None:
        """Link a place without a parent below this one, unless that makes a loop."""
        # What has no children is nobody's ancestor: no need to look.
        if child is self or (child.child_count and self.root is child):
            return
        child.link(self)
        child.parent = self
        self.child_count += 1

    def leave(self) -> None:
        """Break the link to the parent."""
        if self.parent is not None:
            self.cut()
            self.parent.child_count -= 1
            self.parent = None


class _References:
    """``REFERENCES``, in the six steps of RFC 5256 §3.

    `ranks` are the places of the messages in the order in which they were sent.
    """

    def __init__(self, messages: dict[int, Message], ranks: dict[int, int]) -> None:
        self.messages = messages
        self.ranks = ranks
        self.known: dict[bytes, _Place] = {}  # by message id
        self.places: list[_Place] = []

    def threads(self) -> Turns[list[Thread]]:
        for place, (number, message) in enumerate(self.messages.items(), 1):
            self.link(number, message)
            if not place % FEW:
                yield
        roots = yield from self.pruned()
        for root in roots:
            if root.number is None:
                yield from self.sort(root.children)
        yield from self.sort(roots)
        yield
        roots = yield from self.merged(roots)
        yield
        below = yield from _all_below(roots)
        for place, top in enumerate(reversed(below), 1):
            if len(top.children) > 1:
                yield from self.sort(top.children)
            if not place % MANY:
                yield
        yield from self.sort(roots)
        return roots

    def link(self, number: int, message: Message) -> None:
        """Step 1: link the ids in the references, and the message to the last of them."""
        own_id, references = _ids(message.content.raw)
        parent: _Place | None = None
        for reference in references:
            found = self.known.get(reference)
            if found is None:
                found = self.known[reference] = self.made()
            if parent is not None and found.parent is None:
                parent.adopt(found)
            parent = found
        own = self.owner(own_id)
        own.thread.number = number
        if own.parent is not parent:
            own.leave()
        if parent is not None and own.parent is None:
            parent.adopt(own)

    def owner(self, own_id: bytes | None) -> _Place:
        """Return the place of the message with this id; one of its own if the id is taken."""
        place = None if own_id is None else self.known.get(own_id)
        if place is None or place.thread.number is not None:
            is_first = place is None
            place = self.made()
            if own_id is not None and is_first:
                self.known[own_id] = place
        return place

    def made(self) -> _Place:
        new = _Place()
        self.places.append(new)
        return new

    def pruned(self) -> Turns[list[Thread]]:
        """Steps 2 and 3: the roots, without those dummies that hold nothing together."""
        roots: list[Thread] = []
        for count, place in enumerate(self.places, 1):
            siblings = roots if place.parent is None else place.parent.thread.children
            siblings.append(place.thread)
            if not count % MANY:
                yield
        below = yield from _all_below(roots)
        for count, top in enumerate(below, 1):
            if top.number is not None or count <= len(roots):
                _skip_dummies(top)
            if not count % MANY:
                yield
        kept: list[Thread] = []
        yield
        for root in roots:
            if root.number is None and len(root.children) < 2:  # noqa: PLR2004
                kept += root.children
            else:
                kept.append(root)
        return kept

    def sort(self, siblings: list[Thread]) -> Turns[None]:
        """Sort by sent date, a dummy by its first child's (steps 4 and 6)."""
        siblings[:] = yield from in_order(siblings, lambda top: self.ranks[_head(top)])

    def merged(self, roots: list[Thread]) -> Turns[list[Thread]]:
        """Step 5: one thread for each subject."""
        table: dict[str, Thread] = {}
        for place, root in enumerate(roots, 1):
            if not place % FEW:
                yield
            subject, _ = self.subject(root)
            other = table.get(subject)
            if subject and (other is None or self.is_nearer_root(root, other)):
                table[subject] = root
        yield
        kept: dict[Thread, None] = dict.fromkeys(roots)  # in order
        for place, root in enumerate(roots, 1):
            if not place % MANY:
                yield
            subject, is_reply = self.subject(root)
            other = table.get(subject)
            if other is None or other is root:
                continue
            del kept[root]
            if root.number is None and other.number is None:
                other.children += root.children
            elif other.number is None or (is_reply and not self.subject(other)[1]):
                other.children.append(root)
            else:
                both = Thread()
                both.children = [other, root]
                del kept[other]
                kept[both] = None
                table[subject] = both
        return list(kept)

    def is_nearer_root(self, root: Thread, other: Thread) -> bool:
        """Whether step 5.B.iv replaces the message in the subject table with this one."""
        if other.number is None:
            return False
        return root.number is None or (self.subject(other)[1] and not self.subject(root)[1])

    def subject(self, top: Thread) -> tuple[str, bool]:
        """Return the thread subject, and whether the message is an answer or forwarded."""
        return base_subject(self.messages[_head(top)].content)


def _head(top: Thread) -> int:
    """Return the number of the message that stands for a thread."""
    while top.number is None:
        top = top.children[0]
    return top.number


def _skip_dummies(top: Thread) -> None:
    """Put the children of dummies in their place, however deep those are."""
    if all(child.number is not None for child in top.children):
        return
    found: list[Thread] = []
    waiting = top.children[::-1]
    while waiting:
        child = waiting.pop()
        if child.number is not None:
            found.append(child)
        else:
            waiting += reversed(child.children)
    top.children = found


def _all_below(roots: list[Thread]) -> Turns[list[Thread]]:
    """Return the threads and all that is in them, each before its children."""
    found = list(roots)
    for place, top in enumerate(found, 1):
        found += top.children
        if not place % MANY:
            yield
    return found


def _ids(raw: bytes) -> tuple[bytes | None, list[bytes]]:
    """Return a message's own id and those that it refers to (RFC 5256 §3, REFERENCES)."""
    block = raw[: body_start(raw)]
    own, references, answered = (
        [found for value in values(block, name)[:1] for found in message_ids(value)]
        for name in (b"message-id", b"references", b"in-reply-to")
    )
    return own[0] if own else None, references or answered[:1]
