"""A transcript as text: ``C:`` and ``S:`` lines, events as ``--`` lines.

::

    connection 1: smtp, 127.0.0.1:50024 to 127.0.0.1:40025
    S: 220 mail.example.test ESMTP
    C: EHLO laptop
    …
    -- closed by the client

Pieces of one answer are joined, waits of a second and more are told, long answers and
messages folded, credentials hidden.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime

from pytest_fakemail.dataclass import dataclass, field
from pytest_fakemail.transcript.abridged import Data
from pytest_fakemail.transcript.lines import folded
from pytest_fakemail.transcript.lost import MOST_LINES
from pytest_fakemail.transcript.pages import RowKind
from pytest_fakemail.transcript.redaction import Redactor
from pytest_fakemail.transcript.rows import Row
from pytest_fakemail.visible import visible
from pytest_fakemail.wire.exchange import Connection

_BRIEF = 8

_LISTING = frozenset({"EHLO", "LHLO", "CAPA"})
"""Commands that are answered with what the server can do, a line each."""
_CAPABILITIES = re.compile(r"(\bCAPABILITY IMAP4rev[12]) [^]]+")
_NOTABLE = 1.0
_WHOLE = 60
_UNITS = ((86400, "d"), (3600, "h"), (60, "m"))


@dataclass(slots=True)
class Block:
    """A row, or an answer's rows that follow one another."""

    kind: int
    connection: int
    begin: float
    end: float
    verb: str
    pieces: list[Data]


def by_connection(
    rows: Iterable[Row],
    connections: Mapping[int, Connection],
    *,
    most: int = MOST_LINES,
    is_brief: bool = False,
) -> Iterator[str]:
    """Return the lines of one connection after the other."""
    rows_of: dict[int, list[Row]] = {number: [] for number in connections}
    for row in Redactor(connections).rows(rows):
        rows_of.setdefault(row.connection, []).append(row)
    for place, (number, its_rows) in enumerate(rows_of.items()):
        if place:
            yield ""
        writer = Writer(connections, is_interleaved=False, most=most, is_brief=is_brief)
        yield writer.header(number)
        for block in blocks(its_rows):
            yield from writer.lines(block)


def interleaved(
    rows: Iterable[Row],
    connections: Mapping[int, Connection],
    *,
    most: int = MOST_LINES,
    is_brief: bool = False,
) -> Iterator[tuple[int, str]]:
    """Return all lines in order of time, each with its connection's number."""
    is_interleaved = len(connections) > 1
    writer = Writer(connections, is_interleaved=is_interleaved, most=most, is_brief=is_brief)
    met: set[int] = set()
    for block in blocks(Redactor(connections).rows(rows)):
        number = block.connection
        if number not in met:
            met.add(number)
            yield number, writer.header(number)
        yield from ((number, line) for line in writer.lines(block))


def excerpt(
    rows: Iterable[Row],
    connections: Mapping[int, Connection],
    *,
    most_lines: int,
    is_brief: bool = False,
) -> Iterator[str]:
    """Return the newest lines, in order of time, with the headers that they need."""
    lines = list(interleaved(rows, connections, is_brief=is_brief))
    left_out = max(0, len(lines) - most_lines)
    if left_out:
        yield f"… {left_out:,} earlier lines not shown …"
        writer = Writer(connections, is_interleaved=True)
        kept = lines[left_out:]
        headers = {number: writer.header(number) for number, _ in kept}
        told = {line for _, line in kept}
        yield from (header for header in headers.values() if header not in told)
    yield from (line for _, line in lines[left_out:])


def blocks(rows: Iterable[Row]) -> Iterator[Block]:
    """Join the pieces of an answer where nothing came between them."""
    block: Block | None = None
    for row in rows:
        is_more = (
            block is not None
            and row.kind is block.kind
            and row.kind in (RowKind.SENT, RowKind.GUARDED)
            and row.connection == block.connection
        )
        if block is not None and is_more:
            block.pieces.append(row.data)
            block.end = row.time
            continue
        if block is not None:
            yield block
        block = Block(row.kind, row.connection, row.time, row.time, row.verb, [row.data])
    if block is not None:
        yield block


@dataclass(slots=True)
class Writer:
    """Writes blocks, one after the other, as lines; credentials are out of them already."""

    connections: Mapping[int, Connection]
    is_interleaved: bool
    most: int = MOST_LINES
    is_brief: bool = False
    """Whether lists of capabilities are folded, and messages sooner."""
    _time: float | None = field(default=None, init=False)
    _listing: set[int] = field(default_factory=set, init=False)
    """Connections whose present answer is such a list."""

    @property
    def _most_lines(self) -> int:
        return min(self.most, _BRIEF) if self.is_brief else self.most

    def header(self, number: int) -> str:
        """Return the line that introduces a connection."""
        one = self.connections.get(number)
        if one is None:
            return f"connection {number}"
        words = [f"{one.protocol}, {_address(one.peer)} to {_address(one.local)}"]
        if one.is_implicit_tls:
            words.append("implicit TLS")
        if one.tls is not None:
            words.append(one.tls.version)
        if one.user is not None:
            words.append(f"user {visible(one.user)}")
        return f"connection {number}: {', '.join(words)}"

    def lines(self, block: Block) -> Iterator[str]:
        """Return what a block looks like."""
        prefix = f"[{block.connection}] " if self.is_interleaved else ""
        waited = 0.0 if self._time is None else block.begin - self._time
        self._time = block.end
        if waited >= _NOTABLE:
            yield f"{prefix}-- {duration(waited)} later"
        yield from (prefix + line for line in self._content(block))

    def _brief(self, line: str) -> str:
        """Return a line with the capabilities in it cut."""
        return _CAPABILITIES.sub(r"\1 …", line) if self.is_brief else line

    def _content(self, block: Block) -> Iterator[str]:
        match block.kind:
            case RowKind.CONNECTED:
                when = datetime.fromtimestamp(block.begin, UTC)
                yield f"-- connected at {when:%Y-%m-%d %H:%M:%S} UTC"
            case RowKind.NOTED | RowKind.CLOSED:
                yield from (f"-- {line}" for line in folded(_ended(block.pieces), self.most))
            case RowKind.SENT | RowKind.GUARDED:
                most = 1 if block.connection in self._listing else self._most_lines
                lines = folded(block.pieces, most)
                yield from (f"S: {self._brief(line)}" for line in lines)
                if block.end - block.begin >= _NOTABLE:
                    took = duration(block.end - block.begin)
                    yield f"-- sent in {len(block.pieces)} pieces over {took}"
            case RowKind.PAYLOAD | RowKind.MESSAGE | RowKind.REQUEST | RowKind.SECRET:
                is_listing = self.is_brief and block.verb in _LISTING
                (self._listing.add if is_listing else self._listing.discard)(block.connection)
                yield from (f"C: {line}" for line in folded(block.pieces, self._most_lines))


def _ended(pieces: list[Data]) -> Iterator[bytes]:
    """Return notes as lines."""
    return (piece + b"\r\n" for piece in pieces if isinstance(piece, bytes))


def duration(seconds: float) -> str:
    """Return seconds as an author would write them: ``"29m"``, ``"1h30m"``, ``"2.5s"``."""
    words = []
    if seconds >= _WHOLE:
        seconds = round(seconds)
    for size, unit in _UNITS:
        count, seconds = divmod(seconds, size)
        if count:
            words.append(f"{count:.0f}{unit}")
    rest = f"{seconds:.3g}"
    if rest != "0" or not words:
        words.append(f"{rest}s")
    return "".join(words)


def _address(address: tuple[str, int]) -> str:
    host, port = address
    if not port:  # a relay that found nobody there has dialled from none
        return host
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
