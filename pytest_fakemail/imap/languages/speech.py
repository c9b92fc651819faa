"""How a client is spoken to that chose a language: the texts of its server's answers, translated.

Only texts for humans are: what stands behind OK, NO, BAD, BYE or ``+``, and behind the response
code there.  Codes, tags and all data stay as they are, whatever octets of mail look like.
"""

import re
from collections.abc import Iterable, Iterator

from pytest_fakemail.imap.languages.language import Language
from pytest_fakemail.wire.effects import MORE, Effect, Send

_STATUS = re.compile(
    rb"((?:\+|\S+ (?:OK|NO|BAD|BYE|PREAUTH)) "
    rb'(?:\[(?:[^\]"]|"(?:[^"\\]|\\.)*")*\] ?)?)(.*)\r\n',
    re.DOTALL,
)
_LITERAL = re.compile(rb"\{(\d+)\}\r\n\Z")
_LONGEST_ANNOUNCEMENT = len(b"{18446744073709551615}\r\n")
_LONGEST_STATUS = 4096
"""A line of an answer that is not whole and longer than this is none with a text."""


class Speech:
    """One client's language; implements `wire.exchange.Speech`."""

    def __init__(self, language: Language) -> None:
        self.language = language

    def said(self, lines: bytes) -> bytes:
        """Return whole lines of responses as the client gets them."""
        octets = _Octets(self.language)
        return octets.passed(lines) + octets.given_up()

    def told(self, effects: Iterable[Effect]) -> Iterator[Effect]:
        """Yield a whole answer as the client gets it."""
        octets = _Octets(self.language)
        for effect in effects:
            if isinstance(effect, Send):
                if data := octets.passed(effect.data):
                    yield Send(data)
                continue
            if octets.rest and effect is not MORE:
                yield Send(octets.given_up())
            yield effect
        if octets.rest:
            yield Send(octets.given_up())


class _Octets:
    """An answer on its way: finds its lines, and steps over literals.

    `rest` is what waits for the end of its line.
    """

    def __init__(self, language: Language) -> None:
        self._language = language
        self._missing = 0
        self._is_data = False  # in the middle of a line, which has no text
        self.rest = b""

    def passed(self, octets: bytes) -> bytes:
        """Take octets of the answer; return those that can go."""
        octets = self.rest + octets
        self.rest = b""
        passed: list[bytes] = []
        place = 0
        while place < len(octets):
            if self._missing:
                piece = octets[place : place + self._missing]
                self._missing -= len(piece)
                passed.append(piece)
                place += len(piece)
                continue
            end = octets.find(b"\r\n", place) + 2
            if end == 1:
                passed.append(self._kept(octets[place:]))
                break
            passed.append(self._line(octets[place:end]))
            place = end
        return b"".join(passed)

    def given_up(self) -> bytes:
        """Return what waits; the end of its line is no text any more."""
        waiting, self.rest = self.rest, b""
        self._is_data = True
        return waiting

    def _line(self, line: bytes) -> bytes:
        """Return a line, or its end; what comes behind a literal belongs to it."""
        literal = _LITERAL.search(line[-_LONGEST_ANNOUNCEMENT:])
        is_text, self._is_data = not self._is_data, literal is not None
        if literal is not None:
            self._missing = int(literal[1])
            return line
        match = _STATUS.fullmatch(line) if is_text else None
        if match is None:
            return line
        said = self._language.text(match[2].decode("utf-8", "replace"))
        return b"%b%b\r\n" % (match[1], said.encode())

    def _kept(self, start: bytes) -> bytes:
        """Keep a line that is not whole; return what of it can go."""
        if not self._is_data and len(start) <= _LONGEST_STATUS:
            self.rest = start
            return b""
        self._is_data = True
        self.rest = start[-_LONGEST_ANNOUNCEMENT:]
        return start[:-_LONGEST_ANNOUNCEMENT]
