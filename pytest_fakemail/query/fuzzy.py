"""Messages that match inexactly, and how relevant they are to what was asked (RFC 6203).

A score is from 1 to 100.  `BEST` is for what matches exactly and for nothing else, so what a
search finds without FUZZY it finds with it, and puts first.  A score hangs on the key and the
message alone, not on what else was found.

- Texts: the words are near enough, see `nearness`.
- Dates: up to a week off, less with every day.
- Sizes and ages: up to a half of the number off, less with the distance.
- Flags and keywords: a message that is the other way has the lowest score.
- Numbers, UIDs, modification sequences, ids, and NOT of anything but a flag: exact.
- Several keys in FUZZY: the mean of all, or of OR the best.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime

from pytest_fakemail.mime.headers import Headers, unfolded
from pytest_fakemail.mime.parts import Part
from pytest_fakemail.mime.words import decode
from pytest_fakemail.query import texts
from pytest_fakemail.query.nearness import nearness, words
from pytest_fakemail.query.search import (
    And,
    Body,
    Dated,
    Flag,
    Fuzzy,
    Header,
    Not,
    Or,
    SearchKey,
    Size,
    Text,
    TextKey,
    Within,
    is_scored,
)
from pytest_fakemail.query.turns import Turns
from pytest_fakemail.store.message import Message

BEST = 100
WORST = 1

LONGEST_TEXT = 1 << 15
"""How many characters of a message are read for words that are near."""

Exact = Callable[[SearchKey, Sequence[int]], Turns[Sequence[int]]]
"""Picks the numbers of the messages that a key matches as it always does."""
ScoresByNumber = dict[int, int]
"""How relevant messages are, by sequence number, from 1 to 100."""
_Near = Callable[[Message], int]

_TAG = re.compile(r"<[^<>]*>")
_DAYS = 8


class Scoring:
    """The scores that the messages of a session have in one search."""

    def __init__(self, messages: Sequence[Message], now: datetime, exact: Exact) -> None:
        self._messages = messages
        self._now = now
        self._exact = exact

    def inexact(self, key: SearchKey, numbers: Sequence[int]) -> Turns[ScoresByNumber]:
        """Return the scores of those messages that the key matches inexactly."""
        match key:
            case And(keys):
                kept: list[ScoresByNumber] = []
                for inner in sorted(keys, key=_is_costly):
                    kept.append((yield from self.inexact(inner, numbers)))
                    numbers = [number for number in numbers if number in kept[-1]]
                return _means(kept, numbers)
            case Or(keys):
                best: ScoresByNumber = {}
                for inner in keys:
                    numbers = [number for number in numbers if best.get(number) != BEST]
                    _put_best(best, (yield from self.inexact(inner, numbers)))
                return best
            case Fuzzy(inner):
                return (yield from self.inexact(inner, numbers))
            case _:
                return (yield from self._leaf(key, numbers))

    def relevancy(self, key: SearchKey, numbers: Sequence[int]) -> Turns[ScoresByNumber]:
        """Return the scores of messages that the key matches: only what is FUZZY in it counts."""
        match key:
            case Fuzzy(inner):
                return (yield from self.inexact(inner, numbers))
            case And(keys) if is_scored(key):
                kept: list[ScoresByNumber] = []
                for inner in filter(is_scored, keys):
                    scores = yield from self.relevancy(inner, numbers)
                    kept.append(scores)
                return _means(kept, numbers)
            case Or(keys) if is_scored(key):
                best: ScoresByNumber = {}
                for inner in sorted(keys, key=is_scored):
                    numbers = [number for number in numbers if best.get(number) != BEST]
                    _put_best(best, (yield from self._alternative(inner, numbers)))
                return best
            case _:
                return dict.fromkeys(numbers, BEST)

    def _alternative(self, key: SearchKey, numbers: Sequence[int]) -> Turns[ScoresByNumber]:
        """Return the scores of those messages that the key matches."""
        if isinstance(key, Fuzzy):
            return (yield from self.inexact(key.key, numbers))
        found = yield from self._exact(key, numbers)
        return (yield from self.relevancy(key, found))

    def _leaf(self, key: SearchKey, numbers: Sequence[int]) -> Turns[ScoresByNumber]:
        found = yield from self._exact(key, numbers)
        scores = dict.fromkeys(found, BEST)
        near = self._near(key)
        if near is None:
            return scores
        for number in numbers:
            if number in scores:
                continue
            score = near(self._messages[number - 1])
            if score:
                scores[number] = score
            yield
        return scores

    def _near(self, key: SearchKey) -> _Near | None:
        """Return what gives the score of a message that does not match exactly; None: none has."""
        match key:
            case Flag() | Not(Flag()):
                return lambda _: WORST
            case Header() | Body() | Text():
                return _near_text(key)
            case Dated():
                return _near_date(key)
            case Size(relation, octets):
                sign = 1 if relation == "smaller" else -1
                return lambda message: _fading(
                    sign * (len(message.plain.raw) - octets) + 1, octets / 2
                )
            case Within(seconds, relation):
                sign, now = (1 if relation == "younger" else -1), self._now
                return lambda message: _fading(
                    sign * ((now - message.internal_date).total_seconds() - seconds), seconds / 2
                )
            case _:
                return None


def _is_costly(key: SearchKey) -> bool:
    """Whether messages have to be read for it: it is asked last, of those that are left."""
    return isinstance(key, Header | Body | Text | And | Or)


def _means(kept: Sequence[ScoresByNumber], numbers: Sequence[int]) -> ScoresByNumber:
    """Return the means, rounded down: only what is the best everywhere is the best."""
    if not kept:
        return dict.fromkeys(numbers, BEST)
    # A flag may have changed since the message was found.
    return {
        number: sum(scores.get(number, WORST) for scores in kept) // len(kept) for number in numbers
    }


def _put_best(best: ScoresByNumber, more: ScoresByNumber) -> None:
    for number, score in more.items():
        best[number] = max(score, best.get(number, 0))


def _fading(off: float, most: float) -> int:
    """Return the score of what is off by so much, where `most` is too much."""
    if off >= most:
        return 0
    return min(max(int(BEST * (most - off) / most), WORST), BEST - 1)


def _near_date(key: Dated) -> _Near:
    dates: dict[str, Callable[[Message], date | None]] = {
        "internal": lambda message: message.internal_date.date(),
        "saved": lambda message: message.save_date.date(),
        "sent": texts.sent_day,
    }
    day_of = dates[key.which]

    def near(message: Message) -> int:
        day = day_of(message)
        if day is None:
            return 0
        late = (day - key.day).days
        off = {"before": late + 1, "since": -late, "on": abs(late)}[key.relation]
        return _fading(off, _DAYS)

    return near


def _near_text(key: TextKey) -> _Near:
    score = nearness(key.text)
    if isinstance(key, Header):
        name = key.name.lower().encode(errors="replace")

        def field_near(message: Message) -> int:
            found = texts.field_text(message.content, name)
            return 0 if found is None else score(set(words(found[:LONGEST_TEXT])))

        return field_near
    has_headers = isinstance(key, Text)

    def near(message: Message) -> int:
        found: set[str] = set()
        room = LONGEST_TEXT
        for read in _texts(message.content.part, has_headers=has_headers):
            found.update(words(read[:room]))
            room -= len(read)
            if room <= 0:
                break
        return score(found)

    return near


def _texts(message: Part, *, has_headers: bool) -> Iterator[str]:
    """Yield what can be read in a message: headers first, HTML without its tags."""
    parts = list(message.walk()) if message.children or has_headers else [message]
    if has_headers:
        for part in parts:
            for field in Headers(part.raw[part.start : part.header_end]):
                yield decode(field.name + b": " + unfolded(field.value))
    for part in parts:
        body = None if part.children else texts.body_text(part)
        if body is not None:
            is_html = part.content_type.subtype.lower() == b"html"
            yield _TAG.sub(" ", body[:LONGEST_TEXT]) if is_html else body
