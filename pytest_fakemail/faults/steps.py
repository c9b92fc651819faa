"""A step: one link of a rule's chain, a pure function over an answer's effects.

An answer may be lazy and very long; steps take it effect by effect and hold back no more
than `LOOKAHEAD` octets, unless they say so.
"""

from collections.abc import Callable, Iterable, Iterator
from enum import Enum, auto

from pytest_fakemail.dataclass import dataclass
from pytest_fakemail.faults.places import Cut, Places, Shortage, is_last
from pytest_fakemail.wire.effects import Effect, Send
from pytest_fakemail.wire.exchange import Exchange

LOOKAHEAD = 64 * 1024

Effects = Iterable[Effect]
Change = Callable[[Exchange, Effects], Effects]
Strike = Callable[[], bool]
"""Counts a strike and returns True, or returns False if there is to be none."""


class StepKind(Enum):
    """What a step means for the command and for its real answer."""

    ANSWER = auto()
    """Speaks instead of the server: the command does not happen."""
    ENDING = auto()
    """Comes instead of the server's answer, too, unless a `SHAPE` works on that."""
    SHAPE = auto()
    """Works on the octets of the answer, whoever gave it; the command has happened."""
    EXTRA = auto()
    """Adds time or octets and leaves the answer alone."""


class Finds:
    """In how many answers a step has found what it looks for, and in how many it has not."""

    __slots__ = ("found", "missed", "nearest", "nothing")

    def __init__(self, nothing: str = "no answer had what it looks for") -> None:
        self.nothing = nothing
        """What is said if no answer had any."""
        self.found = 0
        self.missed = 0
        self.nearest: Shortage | None = None

    def note(self, *, is_found: bool) -> None:
        """Count an answer that was looked through to its end."""
        self.found += is_found
        self.missed += not is_found

    def noted(self, effects: Effects, is_found: Callable[[], object]) -> Iterator[Effect]:
        """Pass a changed answer on, and count it where nothing more can be said."""
        is_over = False
        for effect in effects:
            if is_last(effect) and not is_over:
                is_over = True
                self.note(is_found=bool(is_found()))
            yield effect
        if not is_over:
            self.note(is_found=bool(is_found()))

    def note_place(self, shortage: Shortage | None) -> None:
        """Count an answer in which a place was looked for; None if it was there."""
        self.note(is_found=shortage is None)
        if shortage is not None:
            self.nearest = max(self.nearest or shortage, shortage)


@dataclass(frozen=True, slots=True)
class Step:
    """A change of an answer.

    `comes_by_itself` says that a server does this without being asked, so that a rule with
    `after` lets the command be answered first.  One that `awaits_login` judges a login when the
    client has said all; `conclusion` is what follows if it was then asked for more.  `finds` is
    of a step that changes only what it looks for.  With a `place` the change is of what comes
    from there on, and an answer without it stays as it is.  Behind one that `is_end` nothing is
    said.
    """

    change: Change
    kind: StepKind
    comes_by_itself: bool = False
    awaits_login: bool = False
    conclusion: Change | None = None
    finds: Finds | None = None
    place: Places | None = None
    is_end: bool = False

    def applied(self, exchange: Exchange, effects: Effects, strike: Strike) -> Effects:
        """Return what the step makes of an answer.

        `strike` is asked where its place is, and says whether it may act there.
        """
        if self.place is None:
            return self.change(exchange, effects)
        return self._at_place(Cut(effects, self.place(exchange)), exchange, strike)

    def _at_place(self, answer: Cut, exchange: Exchange, strike: Strike) -> Iterator[Effect]:
        yield from answer.before()
        if self.finds is not None:
            self.finds.note_place(answer.shortage)
        if answer.shortage is None and strike():
            yield from self.change(exchange, answer.rest())
        else:
            yield from answer.rest()


def placed(
    place: Places, change: Change, *, comes_by_itself: bool = False, is_end: bool = False
) -> Step:
    """Return a step that works on what comes from a place on."""
    return Step(
        change,
        StepKind.SHAPE,
        comes_by_itself=comes_by_itself,
        finds=Finds(),
        place=place,
        is_end=is_end,
    )


def exhausted(effects: Effects) -> None:
    """Take all effects of a lazy answer, so that its command has happened whole."""
    for _ in effects:
        pass


def beginning(effects: Effects, change: Callable[[bytes], Effects]) -> Iterator[Effect]:
    """Change the first octets of an answer: all of it, or its first `LOOKAHEAD` octets."""
    answer = iter(effects)
    data = b""
    ending: list[Effect] = []
    for effect in answer:
        if isinstance(effect, Send):
            data += effect.data
            if len(data) >= LOOKAHEAD:
                break
        elif data:
            ending.append(effect)
            break
        else:
            yield effect
    if data:
        yield from change(data)
    yield from ending
    yield from answer
