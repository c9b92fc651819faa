"""Finding the messages that a search key matches."""

import operator
from collections.abc import Callable, Container, Generator, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, assert_never

from pytest_fakemail.query import texts
from pytest_fakemail.query.search import (
    All,
    And,
    Body,
    Dated,
    EmailId,
    Flag,
    Header,
    ModSeqSince,
    Not,
    Numbers,
    Or,
    PropertyKey,
    Satisfies,
    SaveDateSupported,
    SearchKey,
    Size,
    Text,
    TextKey,
    ThreadId,
    Within,
)
from pytest_fakemail.store.message import Message

if TYPE_CHECKING:
    from pytest_fakemail.store.flags import Flags

Test = Callable[[Message], bool]

_Plain = Flag | TextKey | Dated | Within | PropertyKey

_COMPARED = {"before": operator.lt, "on": operator.eq, "since": operator.ge}
# In AND, what is dear is asked last, of few.
_COSTS: dict[type, int] = {Or: 1, And: 1, Satisfies: 1, Dated: 1, Header: 2, Body: 3, Text: 3}


def matching(
    key: SearchKey,
    messages: Sequence[Message | None],
    *,
    now: datetime,
    recent: Container[int] = (),
) -> list[int]:
    r"""Return the sequence numbers, ascending, of the messages that the key matches.

    `messages` are those of a session in the order of its numbers, `None` for one that is
    gone, which no key matches.  `recent` holds the UIDs that have the session's
    ``\Recent``; `now` is what OLDER and YOUNGER are measured from.
    """
    everything = [number for number, message in enumerate(messages, 1) if message is not None]
    return _run(_Search(messages, now, recent).matching(key, everything))


_Step = Generator["_Step", list[int], list[int]]
"""Yields the steps whose answers it needs, is sent each answer, returns its own."""


def _run(first: _Step) -> list[int]:
    """Run a step and those that it asks for; not by recursion, for clients nest OR by hundreds."""
    waiting = [first]
    answer: list[int] = []
    is_new = True
    while waiting:
        try:
            step = next(waiting[-1]) if is_new else waiting[-1].send(answer)
        except StopIteration as done:
            waiting.pop()
            answer = done.value
            is_new = False
        else:
            waiting.append(step)
            is_new = True
    return answer


class _Search:
    """One search: each key picks from the numbers that are still in question, ascending."""

    def __init__(
        self, messages: Sequence[Message | None], now: datetime, recent: Container[int]
    ) -> None:
        self.messages = messages
        self.now = now
        self.recent = recent

    def matching(self, key: SearchKey, numbers: list[int]) -> _Step:
        """Pick the numbers of the messages that the key matches."""
        match key:
            case And(keys):
                for inner in sorted(keys, key=_cost):
                    if numbers:
                        numbers = yield self.matching(inner, numbers)
                return numbers
            case Or(left, right):
                found = yield self.matching(left, numbers)
                more = yield self.matching(right, _without(numbers, found))
                return sorted(found + more)
            case Not(inner):
                return _without(numbers, (yield self.matching(inner, numbers)))
            case All() | SaveDateSupported():
                return numbers
            case _:
                return self.picked(key, numbers)

    def picked(self, key: _Plain, numbers: list[int]) -> list[int]:
        """Pick by a key that has no others in it."""
        match key:
            case Numbers(wanted, is_uid=False):
                return [number for number in numbers if number in wanted]
            case Flag(name):
                return self.flagged(name.lower(), numbers)
            case _:
                return self.filtered(self.test(key), numbers)

    def flagged(self, lowered: str, numbers: list[int]) -> list[int]:
        if lowered == "\\recent":
            recent = self.recent
            return self.filtered(lambda message: message.uid in recent, numbers)
        # As `filtered`, without a call a message: clients ask for flags more than for all else.
        messages, answers = self.messages, _FlagAnswers(lowered)
        return [
            number
            for number in numbers
            if (message := messages[number - 1]) is not None and answers[message.flags]
        ]

    def filtered(self, test: Test, numbers: list[int]) -> list[int]:
        messages = self.messages
        return [
            number
            for number in numbers
            if (message := messages[number - 1]) is not None and test(message)
        ]

    def test(self, key: TextKey | Dated | Within | PropertyKey) -> Test:
        """Return what decides about one message."""
        match key:
            case Header() | Body() | Text():
                return _text_test(key)
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


def _text_test(key: TextKey) -> Test:
    match key:
        case Header(name, text):
            return _header_test(name.lower().encode(errors="replace"), texts.field_folded(text))
        case Body(text):
            needle = texts.Needle(text)
            return lambda message: texts.body_contains(message.content.part, needle)
        case Text(text):
            needle = texts.Needle(text)
            return lambda message: texts.text_contains(message.content.part, needle)
        case _:
            assert_never(key)


def _header_test(name: bytes, wanted: str) -> Test:
    def test(message: Message) -> bool:
        text = texts.field_text(message.content, name)
        return text is not None and wanted in text

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
                (sent := _sent_day(message)) is not None and bool(compared(sent, day))
            )
        case _:
            assert_never(key.which)


def _sent_day(message: Message) -> date | None:
    """Return the day as the sender wrote it, whatever the zone.

    None without one: RFC 9051 §6.4.4 speaks of messages whose Date field is earlier, and one
    that has none is neither earlier nor later.
    """
    sent = texts.sent_date(message.content)
    return None if sent is None else sent.date()


def _property_test(key: PropertyKey) -> Test:
    match key:
        case Size(relation, octets):
            compared = operator.gt if relation == "larger" else operator.lt
            return lambda message: compared(len(message.content.raw), octets)
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


def _without(numbers: list[int], gone: list[int]) -> list[int]:
    if not gone:
        return numbers
    left_out = set(gone)
    return [number for number in numbers if number not in left_out]


def _cost(key: SearchKey) -> int:
    while isinstance(key, Not):
        key = key.key
    return _COSTS.get(type(key), 0)
