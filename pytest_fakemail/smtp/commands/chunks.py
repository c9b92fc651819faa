"""BDAT: a message in chunks (RFC 3030).

The octets are the payload of each ``"BDAT"``; the last one brings about ``"end-of-data"`` too,
which has none of its own, so a fault may be set on either.
"""

import re
from collections.abc import Iterable, Iterator
from functools import partial
from io import BytesIO

from pytest_fakemail.dataclass import dataclass
from pytest_fakemail.smtp import content, replies
from pytest_fakemail.smtp.answers import carried_out
from pytest_fakemail.smtp.client import Client
from pytest_fakemail.smtp.commands.message import require_recipients
from pytest_fakemail.smtp.framing import Input
from pytest_fakemail.smtp.replies import Refused, Reply
from pytest_fakemail.smtp.table import Answer, Command
from pytest_fakemail.smtp.upstream import Transaction
from pytest_fakemail.wire.effects import Effect
from pytest_fakemail.wire.exchange import END_OF_DATA, Exchange

_CHUNK = re.compile("([0-9]{1,20})( +LAST)?", re.IGNORECASE)


class ChunkOctets:
    """Collects so many octets after BDAT; throws them away if they are not to be kept."""

    __slots__ = ("_kept", "_left", "is_kept")

    def __init__(self, size: int, *, is_kept: bool) -> None:
        self._left = size
        self._kept = BytesIO()
        self.is_kept = is_kept

    def take(self, arrived: Input) -> bytes | None:
        """Return the chunk once it is whole; empty if it was not to be kept."""
        data = arrived.read(self._left)
        self._left -= len(data)
        if self.is_kept:
            self._kept.write(data)
        return None if self._left else self.kept()

    def kept(self) -> bytes:
        """Return what has been collected so far."""
        return self._kept.getvalue()


@dataclass(frozen=True, slots=True)
class ChunkSize:
    """The argument of BDAT."""

    octets: int
    is_last: bool


@dataclass(frozen=True, slots=True)
class ReceivedChunk:
    """A chunk whose octets are there; without them, if they were not wanted."""

    size: ChunkSize
    octets: bytes


def chunk_size(argument: str) -> ChunkSize:
    """``chunk-size [ SP "LAST" ]``.

    Raises:
        Refused: it is something else.
    """
    words = _CHUNK.fullmatch(argument)
    if words is None:
        raise Refused(501, "5.5.4", "Syntax: BDAT size [LAST]")
    return ChunkSize(int(words[1]), words[2] is not None)


class Chunk:
    """Waits for the octets that a BDAT has counted; they come in any case (RFC 3030 §2)."""

    __slots__ = ("_line", "_octets", "_size")

    def __init__(self, line: bytes, size: ChunkSize, *, is_kept: bool) -> None:
        self._line = line
        self._size = size
        self._octets = ChunkOctets(size.octets, is_kept=is_kept)

    def __repr__(self) -> str:
        return f"a chunk of {self._size.octets} octets"

    def take(self, arrived: Input) -> bytes | None:
        """Return the chunk, whole."""
        return self._octets.take(arrived)

    def unfinished(self, client: Client, unread: bytes) -> Exchange:
        """Return what has come of the chunk, behind its command."""
        return client.exchange("eof", self._line, payload=self._octets.kept() + unread)

    def answer(self, client: Client, octets: bytes) -> Iterable[Effect]:
        """Add the chunk to the message; deliver it with the last."""
        if not self._octets.is_kept:
            client.conversation.noted(f"a chunk of {self._size.octets} octets, not kept")
        argument = self._line.decode("utf-8", "surrogateescape").partition(" ")[2].strip()
        exchange = client.exchange("BDAT", self._line, argument=argument, payload=octets)
        chunk = ReceivedChunk(self._size, octets)
        return client.conversation.answer(
            exchange,
            partial(carried_out, client, BDAT, chunk),
            lambda _: _lose(client, self._size),
        )


def chunk_after(client: Client, line: bytes, size: ChunkSize) -> Chunk:
    """Return what a BDAT waits for; it is not kept if it makes the message too big."""
    is_kept = client.envelope.size + size.octets <= client.settings.max_message_size
    return Chunk(line, size, is_kept=is_kept)


def bdat(client: Client, chunk: ReceivedChunk) -> Answer:
    """Add a chunk; with the last one comes the end of data."""
    transaction = client.envelope
    if transaction.is_spoiled:
        raise Refused(503, "5.5.1", "A chunk was refused; send RSET")
    require_recipients(transaction)
    transaction.size += chunk.size.octets
    if transaction.size > client.settings.max_message_size:
        _lose(client, chunk.size)
        if chunk.size.is_last:  # LMTP answers for each recipient: RFC 2033 §4.3
            return content.refuse(client, transaction, replies.TOO_BIG)
        return replies.TOO_BIG
    if transaction.chunks is None:
        transaction.chunks = []
    transaction.chunks.append(chunk.octets)
    if not chunk.size.is_last:
        return Reply(250, "2.0.0", f"{chunk.size.octets} octets received")
    exchange = client.exchange(END_OF_DATA, b"")
    client.forget_transaction()
    return _last_chunk(client, exchange, transaction)


def _last_chunk(client: Client, exchange: Exchange, transaction: Transaction) -> Iterator[Effect]:
    """Let the end of data happen, lazily: once the faults are done with BDAT itself."""
    message = b"".join(transaction.chunks or ())  # a single one is not copied
    transaction.chunks = None
    yield from client.conversation.answer(
        exchange, lambda: content.accept(client, transaction, message)
    )


def _lose(client: Client, size: ChunkSize) -> None:
    """Give up a message of which a chunk is not there: until RSET, or with its last chunk."""
    if size.is_last:
        client.forget_transaction()
    else:
        client.envelope.is_spoiled = True
        client.envelope.chunks = []


BDAT = Command(
    grammar=chunk_size,
    handler=bdat,
    syntax="BDAT size [LAST]",
    extension="CHUNKING",
    needs_auth=True,
    needs_hello=True,
    awaits=chunk_after,
)
