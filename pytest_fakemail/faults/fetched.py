"""FETCH responses of an answer: those of the messages that a rule is about, altered.

They are known by the UID or the number with which they begin.  An answer is taken as it comes;
no more of it is held back than one line.
"""

import re
from collections.abc import Iterator

from pytest_fakemail.errors import BadArgument
from pytest_fakemail.faults.matching import Condition
from pytest_fakemail.faults.steps import Effects, Step, StepKind
from pytest_fakemail.wire.effects import Close, Effect, Send
from pytest_fakemail.wire.exchange import Exchange

_FETCHED = re.compile(rb"\* (\d+) (UID)?FETCH \((?:UID (\d+)[ )])?")
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

    def change(exchange: Exchange, effects: Effects) -> Iterator[Effect]:
        editor = _Editor(condition, exchange, has_nil=has_nil)
        for effect in effects:
            if isinstance(effect, Close):
                yield from _sent(editor.rest())
            if isinstance(effect, Send):
                yield from _sent(editor.edited(effect.data))
            else:
                yield effect
        yield from _sent(editor.rest())

    return Step(change, StepKind.SHAPE)


def _sent(data: bytes) -> list[Effect]:
    return [Send(data)] if data else []


class _Editor:
    """Takes an answer's octets in any pieces; returns what is left of them."""

    def __init__(self, condition: Condition, exchange: Exchange, *, has_nil: bool) -> None:
        self._condition = condition
        self._numbers = exchange.numbers or {}
        self._has_nil = has_nil
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
            self._is_meant = self._means(line)
        is_omitted = self._is_meant and not self._has_nil
        announced = _LITERAL.search(line)
        self._begins = announced is None
        if announced is None:
            return b"" if is_omitted else line
        self._literal = int(announced[1])
        octets = _OCTETS.search(line) if self._is_meant and self._has_nil else None
        self._drops_literal = is_omitted or octets is not None
        if octets is not None:
            return line[: octets.end()] + b"NIL"
        return b"" if is_omitted else line

    def _means(self, line: bytes) -> bool:
        """Whether a response begins here that the rule is about."""
        fetched = _FETCHED.match(line)
        if fetched is None:
            return False
        return self._condition.means_message(
            int(fetched[3]) if fetched[3] else self._uid(int(fetched[1]), is_uid=bool(fetched[2]))
        )

    def _uid(self, number: int, *, is_uid: bool) -> int | None:
        """Return the UID of what a response names, by UID in UIDFETCH (RFC 9586 §3.3)."""
        return number if is_uid else self._numbers.get(number)
