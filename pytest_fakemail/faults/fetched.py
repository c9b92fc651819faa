"""FETCH responses of an answer: those of the messages that a rule is about, altered or cut.

They are known by the UID or the number with which they begin.  An answer is taken as it comes;
no more of it is held back than one line.
"""

import re
from collections.abc import Callable, Iterator

from pytest_fakemail.errors import BadArgument
from pytest_fakemail.faults.matching import Condition
from pytest_fakemail.faults.places import AfterLines, Place, Shortage
from pytest_fakemail.faults.steps import Effects, Finds, Step, StepKind
from pytest_fakemail.wire.effects import Close, Effect, Send
from pytest_fakemail.wire.exchange import Exchange

_FETCHED = re.compile(rb"\* (\d+) (UID)?FETCH \((?:UID (\d+)[ )])?")
_LONGEST_HEAD = len("* 4294967295 UIDFETCH (UID 4294967295 ")
_LITERAL = re.compile(rb"~?\{(\d{1,19})\}\r\n\Z")
# What BODY[…], BINARY[…] and the RFC822 items hold; literals of ENVELOPE have no name before them.
_OCTETS = re.compile(rb"(?:\](?:<\d+>)?|RFC822(?:\.HEADER|\.TEXT)?) (?=~?\{\d{1,19}\}\r\n\Z)")


def omit(condition: Condition) -> Step:
    """Leave out the responses of the messages that the rule is about.

    Raises:
        BadArgument: a rule that is not of FETCH.
    """
    return _step("omit", condition, has_nil=False)


def nil(condition: Condition) -> Step:
    """Answer NIL for the octets of the messages that the rule is about.

    Raises:
        BadArgument: a rule that is not of FETCH.
    """
    return _step("nil", condition, has_nil=True)


def _step(action: str, condition: Condition, *, has_nil: bool) -> Step:
    if not condition.is_of_fetch:
        raise BadArgument(
            f"{action}() works on the responses of FETCH; this rule is of {condition.point!r}"
        )

    finds = Finds()

    def change(exchange: Exchange, effects: Effects) -> Iterator[Effect]:
        editor = _Editor(condition, exchange, has_nil=has_nil)
        return finds.noted(_edited(editor, effects), lambda: editor.has_edited)

    return Step(change, StepKind.SHAPE, finds=finds)


def _edited(editor: "_Editor", effects: Effects) -> Iterator[Effect]:
    for effect in effects:
        if isinstance(effect, Close):
            yield from _sent(editor.rest())
        if isinstance(effect, Send):
            yield from _sent(editor.edited(effect.data))
        else:
            yield effect
    yield from _sent(editor.rest())


def _sent(data: bytes) -> list[Effect]:
    return [Send(data)] if data else []


class _Editor:
    """Takes an answer's octets in any pieces; returns what is left of them."""

    def __init__(self, condition: Condition, exchange: Exchange, *, has_nil: bool) -> None:
        self._condition = condition
        self._exchange = exchange
        self._has_nil = has_nil
        self.has_edited = False
        self._line = b""
        self._begins = True
        """Whether the next line begins a response."""
        self._is_meant = False
        self._literal = 0
        """How many octets of a literal are still to come."""
        self._drops_literal = False

    def edited(self, data: bytes) -> bytes:
        """Return what is to be sent of the next octets."""
        data, self._line = self._line + data, b""
        kept: list[bytes] = []
        position = 0
        while position < len(data):
            if self._literal:
                end = min(len(data), position + self._literal)
                self._literal -= end - position
                kept.append(b"" if self._drops_literal else data[position:end])
            else:
                end = data.find(b"\n", position) + 1
                if not end:
                    self._line = data[position:]
                    break
                kept.append(self._edited_line(data[position:end]))
            position = end
        return b"".join(kept)

    def rest(self) -> bytes:
        """Return what came of a line that never ended."""
        rest, self._line = self._line, b""
        return rest

    def _edited_line(self, line: bytes) -> bytes:
        if self._begins:
            self._is_meant = _is_meant(line, self._condition, self._exchange)
        is_omitted = self._is_meant and not self._has_nil
        announced = _LITERAL.search(line)
        self._begins = announced is None
        self.has_edited = self.has_edited or is_omitted
        if announced is None:
            return b"" if is_omitted else line
        self._literal = int(announced[1])
        octets = _OCTETS.search(line) if self._is_meant and self._has_nil else None
        self._drops_literal = is_omitted or octets is not None
        if octets is not None:
            self.has_edited = True
            return line[: octets.end()] + b"NIL"
        return b"" if is_omitted else line


class InResponse:
    """A place in the first response that has it of the messages that a rule is about.

    Which response it is shows in its first octets; a place among those is late where they come
    in pieces, for they are gone by then.
    """

    def __init__(
        self, place: Callable[[], Place], condition: Condition, exchange: Exchange
    ) -> None:
        self._new_place = place
        self._condition = condition
        self._exchange = exchange
        self._nearest: Shortage | None = Shortage(-1, "no answer had a response of that message")
        self._begin()

    def _begin(self) -> None:
        self._response = AfterLines(1, has_literals=True)
        self._place: Place | None = None
        self._head: bytes | None = b""
        """The response's first octets, until they have told which it is."""

    @property
    def shortage(self) -> Shortage | None:
        """What there was of the responses instead."""
        return self._nearest

    def find(self, data: bytes) -> int | None:
        """Return the offset in this piece, or None if the place comes later."""
        position = 0
        while position < len(data):
            size = self._response.find(data[position:])
            end = len(data) if size is None else position + size
            offset = self._find(data[position:end])
            if offset is not None:
                self._nearest = None
                return position + offset
            if size is not None:
                self._end()
            position = end
        return None

    def _find(self, piece: bytes) -> int | None:
        """Look through a piece of one response."""
        if self._head is not None:
            before, self._head = self._head, self._head + piece
            if len(self._head) < _LONGEST_HEAD and b"\n" not in self._head:
                return None
            is_meant = _is_meant(self._head, self._condition, self._exchange)
            self._head = None
            self._place = self._new_place() if is_meant else None
            if before and self._place is not None and self._place.find(before) is not None:
                return 0
        return None if self._place is None else self._place.find(piece)

    def _end(self) -> None:
        shortage = None if self._place is None else self._place.shortage
        if shortage is not None and self._nearest is not None:
            self._nearest = max(self._nearest, shortage)
        self._begin()


def _is_meant(line: bytes, condition: Condition, exchange: Exchange) -> bool:
    """Whether a response begins here that the rule is about."""
    fetched = _FETCHED.match(line)
    if fetched is None:
        return False
    uid = int(fetched[3]) if fetched[3] else None
    if uid is None:  # a number, which in UIDFETCH is a UID (RFC 9586 §3.3)
        number = int(fetched[1])
        uid = number if fetched[2] else (exchange.numbers or {}).get(number)
    return condition.means_message(uid)
