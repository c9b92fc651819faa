"""Finding the messages that a search key matches."""

import operator
from collections.abc import Callable, Container, Iterable, Sequence
from datetime import datetime
from functools import partial
from itertools import compress
from typing import TYPE_CHECKING, assert_never, cast

from pytest_fakemail.query import clear, texts
from pytest_fakemail.query.comparators import CASEMAP, Comparator
from pytest_fakemail.query.search import (
    All,
    And,
    Body,
    Dated,
    EmailId,
    Flag,
    Fuzzy,
    Header,
    ModSeqSince,
    Not,
    Numbers,
    Or,
    PlainKey,
    PropertyKey,
    Satisfies,
    SaveDateSupported,
    SearchKey,
    Size,
    Text,
    TextKey,
    ThreadId,
    Unanswered,
    Within,
)
from pytest_fakemail.query.turns import FEW, MANY, Turns, at_once
from pytest_fakemail.store.message import Message

if TYPE_CHECKING:
    from pytest_fakemail.query.fuzzy import ScoresByNumber, Scoring
    from pytest_fakemail.store.flags import Flags

Test = Callable[[Message], bool]

_COMPARED = {"before": operator.lt, "on": operator.eq, "since": operator.ge}
_MOST = 16 * 1024
"""How many messages a turn has if none takes a call."""
# In AND, what is costly is asked last, of few.
_COSTS: dict[type, int] = {
    **dict.fromkeys((Or, And, Satisfies, Dated), 1),
    Header: 2,
    **dict.fromkeys((Body, Text), 3),
    Fuzzy: 4,
}


def matching(
    key: SearchKey,
    messages: Sequence[Message | None],
    *,
    now: datetime,
    recent: Container[int] = (),
    comparator: Comparator = CASEMAP,
) -> Sequence[int]:
    """Return at once what `matched` finds."""
    return at_once(matched(key, messages, now=now, recent=recent, comparator=comparator))


def matched(
    key: SearchKey,
    messages: Sequence[Message | None],
    *,
    now: datetime,
    recent: Container[int] = (),
    comparator: Comparator = CASEMAP,
) -> Turns[Sequence[int]]:
    r"""Find the sequence numbers, ascending, of the messages that the key matches.

    `messages` are those of a session in the order of its numbers, `None` for one that is
    gone, which no key matches.  `recent` holds the UIDs that have the session's
    ``\Recent``; `now` is what OLDER and YOUNGER are measured from; texts are compared by the
    comparator.
    """
    everything: Sequence[int] = range(1, len(messages) + 1)
    if not all(messages):  # a message is true
        everything = [number for number in everything if messages[number - 1] is not None]
    present = cast("Sequence[Message]", messages)
    return (yield from _Search(present, now, recent, comparator).matching(key, everything))


def scored(
    key: SearchKey,
    messages: Sequence[Message | None],
    numbers: Sequence[int],
    *,
    now: datetime,
    recent: Container[int] = (),
    comparator: Comparator = CASEMAP,
) -> Turns["ScoresByNumber"]:
    """Return how relevant the messages are that `matched` found: their scores (RFC 6203 §4)."""
    present = cast("Sequence[Message]", messages)
    scoring = _Search(present, now, recent, comparator).scoring()
    scores = yield from scoring.relevancy(key, numbers)
    # A message may have been changed, between two turns, into one that would not be found.
    return {number: scores.get(number, 1) for number in numbers}


class _Search:
    """One search: each key picks from the numbers that are still in question, ascending.

    They are those of `messages` that are there.
    """

    def __init__(
        self,
        messages: Sequence[Message],
        now: datetime,
        recent: Container[int],
        comparator: Comparator,
    ) -> None:
        self.messages = messages
        self.now = now
        self.recent = recent
        self.comparator = comparator

    def matching(self, key: SearchKey, numbers: Sequence[int]) -> Turns[Sequence[int]]:
        """Pick the numbers of the messages that the key matches."""
        match key:
            case And(keys):
                for inner in sorted(keys, key=_cost):
                    if numbers:
                        numbers = yield from self.matching(inner, numbers)
                        yield
                return numbers
            case Or(keys):
                return (yield from self.alternatives(keys, numbers))
            case Not(inner):
                return _without(numbers, (yield from self.matching(inner, numbers)))
            case All() | SaveDateSupported():
                return numbers
            case Fuzzy(inner):
                scores = yield from self.scoring().inexact(inner, numbers)
                return sorted(scores)
            case Unanswered():
                raise TypeError(f"{key} was not answered")
            case _:
                return (yield from self.picked(key, numbers))

    def scoring(self) -> "Scoring":
        """Return what knows of inexact matching, which few searches ask for."""
        from pytest_fakemail.query.fuzzy import Scoring

        return Scoring(self.messages, self.now, self.matching)

    def alternatives(
        self, keys: Sequence[SearchKey], numbers: Sequence[int]
    ) -> Turns[Sequence[int]]:
        """Pick the numbers of the messages that any of the keys matches."""
        found: list[int] = []
        more: Sequence[int] = []
        for inner in keys:
            numbers = _without(numbers, more)
            if not numbers:
                break
            more = yield from self.matching(inner, numbers)
            found += more
            yield
        return sorted(found)

    def picked(self, key: PlainKey, numbers: Sequence[int]) -> Turns[Sequence[int]]:
        """Pick by a key that has no others in it."""
        pick = self.picker(key)
        step = _MOST
        if pick is None:
            test = self.test(key)
            step = 8 * FEW if isinstance(key, Dated) else FEW if _cost(key) else MANY

            def pick(turn: Sequence[int]) -> Iterable[int]:
                return compress(turn, map(test, self.those(turn)))

        found: list[int] = []
        for start in range(0, len(numbers), step):
            if start:
                yield
            found += pick(numbers[start : start + step])
        return found

    def picker(self, key: PlainKey) -> Callable[[Sequence[int]], Iterable[int]] | None:
        """Return what picks by a key that needs no call a message; None if it is another one."""
        match key:
            case Flag(name) if name.lower() != "\\recent":
                # Clients ask for little else more.
                answers = _FlagAnswers(name.lower()).__getitem__
                return lambda turn: compress(
                    turn, map(answers, [one.flags for one in self.those(turn)])
                )
            case Numbers(wanted, is_uid=False):
                return lambda turn: [number for number in turn if number in wanted]
            case Numbers(range() as wanted, is_uid=True):
                return lambda turn: compress(turn, [one.uid in wanted for one in self.those(turn)])
            case _:
                return None

    def those(self, numbers: Sequence[int]) -> Sequence[Message]:
        """Return the messages of these numbers."""
        messages = self.messages
        if isinstance(numbers, range):
            return messages[numbers.start - 1 : numbers.stop - 1]
        return [messages[number - 1] for number in numbers]

    def test(self, key: PlainKey) -> Test:
        """Return what decides about one message."""
        match key:
            case Flag():  # \Recent: others are not asked message by message
                recent = self.recent
                return lambda message: message.uid in recent
            case Header() | Body() | Text():
                return _text_test(key, self.comparator)
            case Dated():
                return _date_test(key)
            case Within():
                return self.age(key)
            case _:
                return _property_test(key)

    def age(self, key: Within) -> Test:
        now, seconds = self.now, key.seconds
        if key.relation == "younger":
            return lambda message: (now - message.internal_date).total_seconds() <= seconds
        return lambda message: (now - message.internal_date).total_seconds() >= seconds


class _FlagAnswers(dict["Flags", bool]):
    """Whether a flag (in lower case) is in a set; messages share sets, so few need a look."""

    def __init__(self, lowered: str) -> None:
        super().__init__()
        self._lowered = lowered

    def __missing__(self, flags: "Flags") -> bool:
        answer = self[flags] = self._lowered in {flag.lower() for flag in flags}
        return answer


def _text_test(key: TextKey, comparator: Comparator) -> Test:
    needle = texts.Needle(key.text, comparator)
    match key:
        case Header(name):
            return _header_test(name.lower().encode(errors="replace"), needle)
        case Body():
            return _body_test(needle)
        case Text():
            return _whole_test(needle)
        case _:
            assert_never(key)


def _header_test(name: bytes, needle: texts.Needle) -> Test:
    run = clear.longest_run(needle.lowered)
    wanted, comparator = needle.line, needle.comparator
    read = texts.field_text
    if comparator is not CASEMAP:
        read = partial(texts.read_field, comparator=comparator)

    def test(message: Message) -> bool:
        content = message.content
        if clear.is_ruled_out_of_header(content, run):
            return False
        text = read(content, name)
        if text is None or wanted in text:
            return text is not None
        return not text.isascii() and texts.is_in_octets(text, needle)

    return test


def _body_test(needle: texts.Needle) -> Test:
    octets = needle.lowered

    def test(message: Message) -> bool:
        content = message.content
        if clear.is_ruled_out(content, octets):
            return False
        return texts.body_contains(content.part, needle)

    return test


def _whole_test(needle: texts.Needle) -> Test:
    run = clear.longest_run(needle.lowered)

    def test(message: Message) -> bool:
        content = message.content
        # A text may be folded in a header: there, only a run of it is sure to be in one piece.
        if run != b"" and clear.is_ruled_out(content, run) and b"=?" not in content.raw:
            return False
        return texts.text_contains(content.part, needle)

    return test


def _date_test(key: Dated) -> Test:
    compared, day = _COMPARED[key.relation], key.day
    match key.which:
        case "internal":
            return lambda message: bool(compared(message.internal_date.date(), day))
        case "saved":
            return lambda message: bool(compared(message.save_date.date(), day))
        case "sent":
            return lambda message: (
                (sent := texts.sent_day(message)) is not None and bool(compared(sent, day))
            )
        case _:
            assert_never(key.which)


def _property_test(key: PropertyKey) -> Test:
    match key:
        case Size(relation, octets):
            compared = operator.gt if relation == "larger" else operator.lt
            return lambda message: compared(len(message.plain.raw), octets)
        case ModSeqSince(modseq):
            return lambda message: message.modseq >= modseq
        case Numbers(uids):
            return lambda message: message.uid in uids
        case EmailId(wanted):
            return lambda message: message.email_id == wanted
        case ThreadId(wanted):
            return lambda message: message.thread_id == wanted
        case Satisfies(test):
            return test
        case _:
            assert_never(key)


def _without(numbers: Sequence[int], gone: Sequence[int]) -> Sequence[int]:
    if not gone:
        return numbers
    left_out = set(gone)
    return [number for number in numbers if number not in left_out]


def _cost(key: SearchKey) -> int:
    while isinstance(key, Not):
        key = key.key
    return _COSTS.get(type(key), 0)
