"""The order of messages (RFC 5256 SORT, RFC 5957 SORT=DISPLAY, RFC 6203 RELEVANCY)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import Enum
from functools import partial
from typing import Any, cast

from pytest_fakemail.dataclass import dataclass
from pytest_fakemail.mime.addresses import Address, address_list
from pytest_fakemail.query import turns
from pytest_fakemail.query.comparators import CASEMAP, UNCONVERTED, Comparator
from pytest_fakemail.query.texts import collated, first_value, sent_date, subject_of
from pytest_fakemail.query.turns import FEW, Turns, at_once
from pytest_fakemail.store.message import Message


class SortKey(Enum):
    """What messages are compared by."""

    ARRIVAL = "ARRIVAL"
    CC = "CC"
    DATE = "DATE"
    FROM = "FROM"
    SIZE = "SIZE"
    SUBJECT = "SUBJECT"
    TO = "TO"
    DISPLAYFROM = "DISPLAYFROM"
    DISPLAYTO = "DISPLAYTO"
    RELEVANCY = "RELEVANCY"


@dataclass(frozen=True, slots=True)
class SortCriterion:
    """``sort-criterion = ["REVERSE" SP] sort-key``."""

    key: SortKey
    is_reverse: bool = False


Scores = Mapping[int, int]
"""How relevant messages are, by UID, from 1 to 100."""
NO_SCORES: Scores = {}


def by_relevancy(criteria: Iterable[SortCriterion]) -> bool:
    """Whether the order hangs on scores."""
    return any(criterion.key is SortKey.RELEVANCY for criterion in criteria)


def sorted_numbers(
    criteria: Sequence[SortCriterion],
    messages: Sequence[Message | None],
    numbers: Sequence[int],
    scores: Scores = NO_SCORES,
    comparator: Comparator = CASEMAP,
) -> list[int]:
    """Return at once what `in_order` finds."""
    return at_once(in_order(criteria, messages, numbers, scores, comparator))


def in_order(
    criteria: Sequence[SortCriterion],
    messages: Sequence[Message | None],
    numbers: Sequence[int],
    scores: Scores = NO_SCORES,
    comparator: Comparator = CASEMAP,
) -> Turns[list[int]]:
    """Put sequence numbers into the order of the criteria, the first of them first.

    `messages` are those of a session, in the order of its numbers; `scores` are for RELEVANCY,
    which puts the highest first (RFC 6203 §6); the comparator is for texts.  What is equal stays in
    the order of the sequence numbers, REVERSE or not (RFC 5256 §3).
    """
    order = sorted(numbers)
    if not all(messages):  # a message is true
        order = [number for number in order if messages[number - 1] is not None]
    there = cast("Sequence[Message]", messages)
    # A key that comes again has nothing left to decide.
    deciding: dict[SortKey, SortCriterion] = {}
    for criterion in criteria:
        deciding.setdefault(criterion.key, criterion)
    for criterion in reversed(deciding.values()):
        value = _value(criterion.key, scores, comparator)
        values: dict[int, Any] = {}
        for start in range(0, len(order), _STEP):
            if start:
                yield
            step = order[start : start + _STEP]
            values.update(zip(step, [value(there[number - 1]) for number in step], strict=True))
        order = yield from turns.in_order(
            list(values), values.__getitem__, is_reverse=criterion.is_reverse
        )
        yield
    return order


def comes_before(
    criteria: Sequence[SortCriterion],
    one: Message,
    other: Message,
    scores: Scores = NO_SCORES,
    comparator: Comparator = CASEMAP,
) -> bool:
    """Whether `in_order` would put one message before another of the same mailbox."""
    for criterion in criteria:
        value = _value(criterion.key, scores, comparator)
        left, right = value(one), value(other)
        if left != right:
            return bool(left > right) if criterion.is_reverse else bool(left < right)
    return one.uid < other.uid


_STEP = 4 * FEW

_Texted = Callable[[Message], str]


def _value(key: SortKey, scores: Scores, comparator: Comparator) -> Callable[[Message], Any]:
    """Return what gives the value that a message is sorted by."""
    if key is SortKey.RELEVANCY:
        return lambda message: -scores.get(message.uid, 0)
    if key not in _TEXTS:
        return _VALUES[key]
    text = _TEXTS[key](comparator)
    if comparator is CASEMAP and key is not SortKey.SUBJECT:
        return _kept(f"sort {key.value}", text)
    return (lambda message: _Reversed(text(message))) if comparator.is_reverse else text


def _kept(name: str, text: _Texted) -> _Texted:
    """Keep with each content the text that it is sorted by, under this name; SUBJECT's is, too."""

    def value(message: Message) -> str:
        kept: str | None = message.content.rendered.get(name)
        if kept is None:
            kept = text(message)
            message.content.keep(name, kept)
        return kept

    return value


class _Reversed:
    """A text as it is sorted by a comparator with a minus; what is no text stays behind."""

    __slots__ = ("_is_text", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        self._is_text = not text.startswith(UNCONVERTED)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Reversed) and self._text == other._text

    def __hash__(self) -> int:
        return hash(self._text)

    def __lt__(self, other: "_Reversed") -> bool:
        if self._is_text and other._is_text:
            return other._text < self._text
        return self._text < other._text


def _first_address(message: Message, name: bytes) -> Address | None:
    listed = address_list(first_value(message.content, name) or b"")
    return listed[0] if listed else None


def _subject(comparator: Comparator) -> _Texted:
    """Compare by the base subject (RFC 5256 §2.1)."""
    marked = subject_of(comparator)
    return lambda message: marked(message.content)[1:]


def _mailbox(name: bytes, comparator: Comparator) -> _Texted:
    """Compare by the ``addr-mailbox`` of the first address, for a group its name."""
    mapped = comparator.mapped

    def value(message: Message) -> str:
        first = _first_address(message, name)
        return "" if first is None else mapped(Address(None, None, first.mailbox, None).spec)

    return value


def _display(name: bytes, comparator: Comparator) -> _Texted:
    """Compare by what a reader shows of the first address (RFC 5957 §3)."""

    def value(message: Message) -> str:
        first = _first_address(message, name)
        if first is None:
            return ""
        return collated(first.name or b"", comparator) or comparator.mapped(first.spec)

    return value


_VALUES: dict[SortKey, Callable[[Message], Any]] = {
    SortKey.ARRIVAL: lambda message: message.internal_date,
    # Without a Date field that can be read it is the date of receipt: RFC 5256 §2.2.
    SortKey.DATE: lambda message: sent_date(message.content) or message.internal_date,
    SortKey.SIZE: lambda message: len(message.plain.raw),
}
_TEXTS: dict[SortKey, Callable[[Comparator], _Texted]] = {
    SortKey.CC: partial(_mailbox, b"cc"),
    SortKey.FROM: partial(_mailbox, b"from"),
    SortKey.SUBJECT: _subject,
    SortKey.TO: partial(_mailbox, b"to"),
    SortKey.DISPLAYFROM: partial(_display, b"from"),
    SortKey.DISPLAYTO: partial(_display, b"to"),
}
