"""Octets from an IMAP client, cut into whole commands before anything is parsed.

A command is lines joined by literals (RFC 9051 §2.2.1, §4.3; RFC 7888).  Since a literal is
counted and never scanned, its octets cannot be mistaken for a command, however wrong the
command around it is: what cannot be parsed is thrown away whole and the stream stays in step.

The framer is pulled: after `feed`, call `next_event` (or `next_line` while SASL or IDLE
is in progress) until it returns None.  An `Announcement` holds the framer until `accept` or
`refuse` answers it, so that a literal too big is refused before its octets are read.
"""

import re
from collections.abc import Iterator, Sequence
from io import BytesIO
from itertools import zip_longest

from pytest_fakemail.dataclass import dataclass, field

LINE_LIMIT = 1024 * 1024
"""Most octets of a command outside its literals.

RFC 2683 §3.2.1.5 asks for 8,000 at least; clients with big mailboxes send UID lists of
several hundred thousand.
"""

LITERALS_LIMIT = 4096
"""Most literals of a command: enough for any MULTIAPPEND, few enough to look at again and again."""

# 20 digits hold any 64-bit number; what is longer is no literal but a broken line.
_ANNOUNCEMENT = re.compile(rb"(~?)\{(\d{1,20})(\+?)\}\r?\n\Z")
_BRACE = ord("}")  # as `headers.LF`
_START_SIZE = 64
_LONGEST_ANNOUNCEMENT = len(b"~{18446744073709551615+}\r\n")


@dataclass(frozen=True, slots=True)
class Command:
    """A whole command as it was received.

    `texts` are its lines, line ends included, `literals` the octets between them.
    """

    texts: tuple[bytes, ...] = field(repr=False)
    literals: tuple[bytes, ...] = field(default=(), repr=False)

    @property
    def text(self) -> bytes:
        """The lines without the octets of the literals, ``{n}`` and line ends kept."""
        return self.texts[0] if len(self.texts) == 1 else b"".join(self.texts)

    @property
    def raw(self) -> bytes:
        """Every octet received; a copy of the literals."""
        if not self.literals:
            return self.text
        return b"".join(_alternating(self.texts, self.literals))


@dataclass(frozen=True, slots=True)
class Announcement:
    """A literal of `size` octets is to come, after what the `command` has so far.

    The client waits for a continuation request if it `is_synchronising`; otherwise its
    octets are on the way whatever is answered (RFC 7888 §4).  `is_literal8` tells ``~{n}``
    (RFC 3516).
    """

    command: Command
    size: int
    is_synchronising: bool
    is_literal8: bool


@dataclass(frozen=True, slots=True)
class Overlong:
    """A command beyond the limits ended here; `start` are its first octets."""

    start: bytes


Event = Command | Announcement | Overlong


class Framer:
    """Cut a client's octets into commands, in time linear in the octets."""

    def __init__(self, *, line_limit: int = LINE_LIMIT) -> None:
        self._line_limit = line_limit
        self._buffer = bytearray()
        self._scanned = 0
        self._texts: list[bytes] = []
        self._text_size = 0
        self._literals: list[bytes] = []
        self._announcement: Announcement | None = None
        # A literal in progress.  While octets of it are missing the buffer is empty.
        self._literal: BytesIO | None = None
        self._missing = 0
        # What to say at the end of a command that is being thrown away.
        self._is_discarding = False
        self._verdict: Overlong | None = None

    def feed(self, data: bytes) -> None:
        """Take octets from the client, cut anywhere."""
        self._buffer += self._fill_literal(data) if self._missing else data

    def whole(self, data: bytes) -> Command | None:
        """Return octets that are one whole command; None if they are not, or others wait."""
        size = len(data)
        if (
            data.find(b"\n") + 1 != size
            or not size
            or size > self._line_limit
            or _BRACE in data[-3:]
            or self._buffer
            or self._texts
            or self._missing
            or self._is_discarding
        ):
            return None
        return Command((data,))

    def next_event(self) -> Event | None:
        """Return the next thing to act on, or None if more octets are needed."""
        while self._announcement is None and not self._missing:
            line = self._take_line()
            if line is None:
                return None
            event = self._end_discarded(line) if self._is_discarding else self._add_line(line)
            if event is not None:
                return event
        return self._announcement

    def next_line(self) -> Command | Overlong | None:
        """Return the next line as it is, ``{n}`` or not: a SASL response, IDLE's DONE."""
        line = self._take_line()
        if line is None:
            return None
        verdict = self._verdict
        self._forget_command()
        return verdict or Command((line,))

    def accept(self) -> None:
        """Read the announced literal; a synchronising one wants ``+`` sent now."""
        announcement = self._take_announcement()
        self._literal = BytesIO()
        self._expect_literal(announcement.size)

    def refuse(self) -> None:
        """Throw away the command whose literal was announced; the caller answers it.

        The octets of a non-synchronising literal and the rest of its command are read and
        dropped (RFC 7888 §4).  After a synchronising one the client, denied its
        continuation request, begins a new command.
        """
        announcement = self._take_announcement()
        self._forget_command()
        if not announcement.is_synchronising:
            self._is_discarding = True
            self._expect_literal(announcement.size)

    def clear(self) -> None:
        """Forget everything received and not yet returned."""
        self._buffer.clear()
        self._scanned = 0
        self._literal = None
        self._missing = 0
        self._forget_command()

    @property
    def unfinished(self) -> bytes:
        """The octets of a command that is not whole yet."""
        pieces = [*_alternating(self._texts, self._literals)]
        if self._literal is not None:
            pieces.append(self._literal.getvalue())
        return b"".join([*pieces, self._buffer])

    def _take_announcement(self) -> Announcement:
        announcement, self._announcement = self._announcement, None
        if announcement is None:
            raise LookupError("no literal was announced")
        return announcement

    def _take_line(self) -> bytes | None:
        end = self._buffer.find(b"\n", self._scanned) + 1
        size = end or len(self._buffer)
        if not self._is_discarding and size + self._text_size > self._line_limit:
            self._discard_overlong()
        if not end:
            if self._is_discarding:
                del self._buffer[:-_LONGEST_ANNOUNCEMENT]
            self._scanned = len(self._buffer)
            return None
        line = bytes(self._buffer[:end])
        del self._buffer[:end]
        self._scanned = 0
        return line

    def _discard_overlong(self) -> None:
        start = b"".join([*self._texts, self._buffer[: self._line_limit]])[: self._line_limit]
        self._forget_command()
        self._is_discarding = True
        self._verdict = Overlong(start[:_START_SIZE])

    def _add_line(self, line: bytes) -> Event | None:
        """Add a line to the command; return the command if that made it whole."""
        self._texts.append(line)
        self._text_size += len(line)
        announced = _announced(line)
        if announced is None:
            command = Command(tuple(self._texts), tuple(self._literals))
            self._forget_command()
            return command
        if len(self._literals) == LITERALS_LIMIT:
            self._discard_overlong()
            return self._end_discarded(line)
        self._announcement = Announcement(
            command=Command((*self._texts,), (*self._literals,)),
            size=int(announced[2]),
            is_synchronising=not announced[3],
            is_literal8=bool(announced[1]),
        )
        return None

    def _end_discarded(self, line: bytes) -> Overlong | None:
        """Drop a line of a discarded command; return what to say if it was the last."""
        announced = _announced(line)
        if announced is not None and announced[3]:
            self._expect_literal(int(announced[2]))
            return None
        verdict = self._verdict
        self._forget_command()
        return verdict

    def _forget_command(self) -> None:
        self._texts = []
        self._text_size = 0
        self._literals = []
        self._announcement = None
        self._is_discarding = False
        self._verdict = None

    def _expect_literal(self, size: int) -> None:
        self._missing = size
        self._scanned = 0
        received = bytes(self._buffer[:size])
        del self._buffer[:size]
        self._fill_literal(received)

    def _fill_literal(self, data: bytes) -> bytes:
        """Give the literal in progress what it lacks; return the octets after it."""
        piece = data[: self._missing]
        self._missing -= len(piece)
        if self._literal is not None:
            self._literal.write(piece)
            if not self._missing:
                # Not a copy: BytesIO hands out the bytes object that it wrote into.
                self._literals.append(self._literal.getvalue())
                self._literal = None
        return data[len(piece) :]


def _announced(line: bytes) -> re.Match[bytes] | None:
    return _ANNOUNCEMENT.search(line[-_LONGEST_ANNOUNCEMENT:])


def _alternating(texts: Sequence[bytes], literals: Sequence[bytes]) -> Iterator[bytes]:
    for text, literal in zip_longest(texts, literals, fillvalue=b""):
        yield text
        yield literal
