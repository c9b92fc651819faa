"""Messages in threads (RFC 5256 THREAD): ORDEREDSUBJECT, REFERENCES and REFS.

Threads can be as deep as a mailbox has messages, so nothing here is recursive.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from pytest_fakemail.query.comparators import CASEMAP, Comparator
from pytest_fakemail.query.references import References
from pytest_fakemail.query.texts import sent_date, subject_of
from pytest_fakemail.query.turns import FEW, MANY, Turns, at_once, in_order
from pytest_fakemail.store.message import Message

_END = -1
ALGORITHMS = ("ORDEREDSUBJECT", "REFERENCES", "REFS")


class Threads:
    """Threads as numbered places: `roots` and, of each place that has any, those `below` it.

    `numbers` has the sequence number of each place, 0 for a message that is known only by its
    answers; such a place is a root and has at least two below it.
    """

    __slots__ = ("below", "numbers", "roots")

    def __init__(self, numbers: list[int], roots: list[int], below: dict[int, list[int]]) -> None:
        self.numbers = numbers
        self.roots = roots
        self.below = below


def threads(
    algorithm: str,
    messages: Sequence[Message | None],
    numbers: Iterable[int],
    comparator: Comparator = CASEMAP,
) -> Threads:
    """Return at once what `threaded` finds."""
    return at_once(threaded(algorithm, messages, numbers, comparator))


def threaded(
    algorithm: str,
    messages: Sequence[Message | None],
    numbers: Iterable[int],
    comparator: Comparator = CASEMAP,
) -> Turns[Threads]:
    """Arrange the messages of these sequence numbers into threads.

    `algorithm` is one of `ALGORITHMS`; `messages` are those of a session, in the order of
    its numbers; the comparator is for subjects.
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
        return (yield from _by_subject(chosen, by_date, comparator))
    ranks = dict(zip(by_date, range(len(by_date)), strict=True))
    references = References(chosen, ranks, comparator)
    if algorithm == "REFS":
        arrived = yield from in_order(list(chosen), lambda number: chosen[number].internal_date)
        places = dict(zip(arrived, range(len(arrived)), strict=True))
        roots = yield from references.refs(places)
    else:
        roots = yield from references.threads()
    return Threads(references.numbers, roots, references.below)


def thread_text(forest: Threads, label: Callable[[int], int] = int) -> str:
    """Return at once what `written` writes."""
    return at_once(written(forest, label))


def written(forest: Threads, label: Callable[[int], int] = int) -> Turns[str]:
    """Write ``*thread-list``: ``(2)(3 6 (4 23)(44 7 96))``.

    `label` makes UIDs of the sequence numbers for UID THREAD.
    """
    numbers, below = forest.numbers, forest.below
    pieces: list[str] = []
    waiting = forest.roots[::-1]
    count = 0
    while waiting:
        count += 1
        if not count % MANY:
            yield
        top = waiting.pop()
        if top == _END:
            pieces.append(")")
            continue
        listed = below.get(top)
        if not listed:
            pieces.append(f"({label(numbers[top])})")
            continue
        members = [str(label(numbers[top]))] if numbers[top] else []
        while listed is not None and len(listed) == 1:
            top = listed[0]
            members.append(str(label(numbers[top])))
            listed = below.get(top)
        if not listed:
            pieces.append(f"({' '.join(members)})")
            continue
        pieces += ["(", " ".join(members), " " if members else ""]
        waiting.append(_END)
        waiting += reversed(listed)
    return "".join(pieces)


def _sent(message: Message) -> datetime:
    return sent_date(message.content) or message.internal_date


def _by_subject(
    messages: dict[int, Message], by_date: list[int], comparator: Comparator
) -> Turns[Threads]:
    """``ORDEREDSUBJECT``: answers are below the oldest message with their subject."""
    marked = subject_of(comparator)
    firsts: dict[str, int] = {}
    below: dict[int, list[int]] = {}
    # By date, each subject's first message comes first, and so the threads are.
    for place, number in enumerate(by_date):
        subject = marked(messages[number].content)[1:]
        first = firsts.setdefault(subject, place)
        if first != place:
            below.setdefault(first, []).append(place)
        if not place % FEW:
            yield
    return Threads(by_date, list(firsts.values()), below)
