"""Traffic for a transcript, without servers."""

from datetime import UTC, datetime

from pytest_fakemail.clock import Clock
from pytest_fakemail.transcript.record import Record
from pytest_fakemail.transcript.transcript import Transcript
from pytest_fakemail.wire.exchange import Connection, Exchange

BEGIN = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


class Traffic:
    """Clients talking to servers; `clock` stands still unless a test moves it."""

    def __init__(self, *, limit: int = 64 * 1024 * 1024) -> None:
        self.clock = Clock()
        self.clock.freeze(BEGIN)
        self.record = Record(self.clock, limit=limit)
        self.transcript = Transcript(self.record)

    def connect(self, number: int = 1, protocol: str = "smtp", greeting: bytes = b"") -> Connection:
        """Let a client come."""
        peer, local = ("127.0.0.1", 50_000 + number), ("127.0.0.1", 40_025)
        connection = Connection(number, protocol, peer, local)
        self.record.connected(connection)
        if greeting:
            self.say(Exchange(connection, "connect"), greeting)
        return connection

    def say(self, exchange: Exchange, *answer: bytes) -> None:
        """Let a client do something, and the server answer in pieces."""
        self.record.opened(exchange)
        for piece in answer:
            self.record.sent(exchange.connection, piece)

    def command(self, connection: Connection, request: bytes, answer: bytes) -> None:
        """Let a client say a command of one word."""
        verb = request.split()[0].decode().upper()
        self.say(Exchange(connection, verb, request), answer)
