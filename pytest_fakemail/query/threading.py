"""Messages in threads (RFC 5256 THREAD): ORDEREDSUBJECT and REFERENCES.

Threads can be as deep as a mailbox has messages, so nothing here is recursive.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from pytest_fakemail.mime.headers import body_start, values
from pytest_fakemail.mime.threading import message_ids
from pytest_fakemail.query.texts import base_subject, sent_date
from pytest_fakemail.store.message import Message

ALGORITHMS = ("ORDEREDSUBJECT", "REFERENCES")


class Thread:
    """A message, by its sequence number, and the threads of the answers to it.

    `number` is `None` for a message that is known only by its answers; such a thread
    stands at the top and has at least two children.
    """

    __slots__ = ("children", "number", "parent")

    def __init__(self, number: int | None = None) -> None:
        self.number = number
        self.children: list[Thread] = []
        self.parent: Thread | None = None


def threads(
    algorithm: str, messages: Sequence[Message | None], numbers: Iterable[int]
) -> list[Thread]:
    """Arrange the messages of these sequence numbers into threads.

    `algorithm` is one of `ALGORITHMS`; `messages` are those of a session, in the order of
    its numbers.
    """
    chosen = {
        number: message
        for number in sorted(numbers)
        if (message := messages[number - 1]) is not None
    }
    if algorithm == "ORDEREDSUBJECT":
        return _by_subject(chosen)
    return _References(chosen).threads()


def thread_text(forest: Iterable[Thread], label: Callable[[int], int] = int) -> str:
    """Return ``*thread-list``: ``(2)(3 6 (4 23)(44 7 96))``.

    `label` makes UIDs of the sequence numbers for UID THREAD.
    """
    written: list[str] = []
    waiting: list[Thread | None] = [*forest]
    waiting.reverse()
    while waiting:
        top = waiting.pop()
        if top is None:
            written.append(")")
            continue
        members: list[str] = []
        while True:
            if top.number is not None:
                members.append(str(label(top.number)))
            if len(top.children) != 1:
                break
            top = top.children[0]
        written += ["(", " ".join(members), " " if members and top.children else ""]
        waiting.append(None)
        waiting += reversed(top.children)
    return "".join(written)


def _sent(message: Message) -> datetime:
    return sent_date(message.content) or message.internal_date


def _by_subject(messages: dict[int, Message]) -> list[Thread]:
    """``ORDEREDSUBJECT``: answers are the children of the oldest message with their subject."""
    firsts: dict[str, Thread] = {}
    # Sorted by date, each subject's first message comes first, and so the threads are.
    for number in sorted(messages, key=lambda number: (_sent(messages[number]), number)):
        subject, _ = base_subject(messages[number].content)
        if subject in firsts:
            firsts[subject].children.append(Thread(number))
        else:
            firsts[subject] = Thread(number)
    return list(firsts.values())


class _References:
    """``REFERENCES``, in the six steps of RFC 5256 §3."""

    def __init__(self, messages: dict[int, Message]) -> None:
        self.messages = messages
        # Of two sent at the same time the lower number comes first: RFC 5256 §2.2.
        self.sent = {number: (_sent(message), number) for number, message in messages.items()}
        self.known: dict[bytes, Thread] = {}  # by message id
        self.all: list[Thread] = []

    def threads(self) -> list[Thread]:
        for number, message in self.messages.items():
            self.link(number, message)
        roots = self.pruned()
        for root in roots:
            if root.number is None:
                self.sort(root.children)
        self.sort(roots)
        roots = self.merged(roots)
        for top in reversed(_all_below(roots)):
            self.sort(top.children)
        self.sort(roots)
        return roots

    def link(self, number: int, message: Message) -> None:
        """Step 1: link the ids in the references, and the message to the last of them."""
        own_id, references = _ids(message.content.raw)
        parent: Thread | None = None
        for reference in references:
            found = self.known.get(reference)
            if found is None:
                found = self.known[reference] = self.made()
            if parent is not None and found.parent is None:
                _adopt(parent, found)
            parent = found
        own = self.owner(own_id)
        own.number = number
        if own.parent is not None and own.parent is not parent:
            own.parent.children.remove(own)
            own.parent = None
        if parent is not None and own.parent is None:
            _adopt(parent, own)

    def owner(self, own_id: bytes | None) -> Thread:
        """Return the place of the message with this id; one of its own if the id is taken."""
        place = None if own_id is None else self.known.get(own_id)
        if place is None or place.number is not None:
            is_first = place is None
            place = self.made()
            if own_id is not None and is_first:
                self.known[own_id] = place
        return place

    def made(self) -> Thread:
        new = Thread()
        self.all.append(new)
        return new

    def pruned(self) -> list[Thread]:
        """Steps 2 and 3: the roots, without those dummies that hold nothing together."""
        roots = [top for top in self.all if top.parent is None]
        for top in reversed(_all_below(roots)):
            top.children = [
                child
                for candidate in top.children
                for child in ([candidate] if candidate.number is not None else candidate.children)
            ]
        kept: list[Thread] = []
        for root in roots:
            if root.number is None and len(root.children) < 2:  # noqa: PLR2004
                kept += root.children
            else:
                kept.append(root)
        return kept

    def sort(self, siblings: list[Thread]) -> None:
        """Sort by sent date, a dummy by its first child's (steps 4 and 6)."""
        siblings.sort(key=lambda top: self.sent[_head(top)])

    def merged(self, roots: list[Thread]) -> list[Thread]:
        """Step 5: one thread for each subject."""
        table: dict[str, Thread] = {}
        for root in roots:
            subject, _ = self.subject(root)
            other = table.get(subject)
            if subject and (other is None or self.is_nearer_root(root, other)):
                table[subject] = root
        kept: dict[Thread, None] = dict.fromkeys(roots)  # in order
        for root in roots:
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


def _all_below(roots: list[Thread]) -> list[Thread]:
    """Return the threads and all that is in them, each before its children."""
    found = list(roots)
    for top in found:
        found += top.children
    return found


def _adopt(parent: Thread, child: Thread) -> None:
    """Link two messages, unless that makes a loop."""
    above: Thread | None = parent
    # What has no children is nobody's ancestor: no need to look.
    while above is not None and (child.children or above is parent):
        if above is child:
            return
        above = above.parent
    child.parent = parent
    parent.children.append(child)


def _ids(raw: bytes) -> tuple[bytes | None, list[bytes]]:
    """Return a message's own id and those that it refers to (RFC 5256 §3, REFERENCES)."""
    block = raw[: body_start(raw)]
    own, references, answered = (
        [found for value in values(block, name)[:1] for found in message_ids(value)]
        for name in (b"message-id", b"references", b"in-reply-to")
    )
    return own[0] if own else None, references or answered[:1]
