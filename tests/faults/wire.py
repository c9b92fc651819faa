"""A conversation without a server: every command is answered as the test says."""

from collections.abc import Iterable, Iterator
from typing import Any

from pytest_fakemail.clock import Clock
from pytest_fakemail.faults.engine import FaultEngine
from pytest_fakemail.wire.conversation import Conversation
from pytest_fakemail.wire.effects import Effect, Send
from pytest_fakemail.wire.exchange import Connection, Exchange

Value = Any
"""What tests hand on, wrong things on purpose."""


class Silent:
    """A recorder that keeps notes only."""

    def __init__(self) -> None:
        self.notes: list[str] = []

    def connected(self, connection: Connection) -> None: ...
    def opened(self, exchange: Exchange) -> None: ...
    def heard(self, *_: object) -> bool:
        return False

    def sent(self, connection: Connection, data: bytes) -> None: ...
    def closed(self, connection: Connection, how: str) -> None: ...

    def noted(self, connection: Connection, text: str) -> None:  # noqa: ARG002  (the protocol)
        self.notes.append(text)


class Wire:
    """One client's conversation; `happened` lists the commands that were carried out."""

    def __init__(self, protocol: str) -> None:
        self.clock = Clock()
        self.recorder = Silent()
        self.engine = FaultEngine(self.clock, self.recorder)
        self.connection = Connection(1, protocol)
        self.happened: list[str] = []

    def when(self, point: str, **conditions: Value) -> Value:
        return self.engine.when(self.connection.protocol, point, **conditions)

    def says(
        self,
        verb: str,
        answer: bytes | Iterable[Effect] = b"250 OK\r\n",
        *,
        connection: Connection | None = None,
        **facts: Value,
    ) -> list[Effect]:
        """Let the client do something; return the effects of the answer."""
        return list(self.begins(verb, answer, connection=connection, **facts))

    def begins(
        self,
        verb: str,
        answer: bytes | Iterable[Effect] = b"250 OK\r\n",
        *,
        connection: Connection | None = None,
        **facts: Value,
    ) -> Iterator[Effect]:
        """Let the client do something; return the effects of the answer one by one."""

        def execute() -> Iterable[Effect]:
            effects = [Send(answer)] if isinstance(answer, bytes) else answer
            yield from effects
            self.happened.append(verb)

        exchange = Exchange(connection or self.connection, verb, **facts)
        conversation = Conversation(exchange.connection, self.engine, self.recorder)
        return iter(conversation.answer(exchange, execute))
