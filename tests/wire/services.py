"""A service with nothing around it, for tests of what the protocols share."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from pytest_fakemail.clock import Clock
from pytest_fakemail.settings import Settings
from pytest_fakemail.store.store import Store
from pytest_fakemail.wire.capabilities import Capabilities
from pytest_fakemail.wire.effects import Effect
from pytest_fakemail.wire.exchange import Connection, Exchange
from pytest_fakemail.wire.session import Service


class OneFault:
    """No fault, until `answer` or `change` is set."""

    def __init__(self) -> None:
        self.is_active = False
        self.is_counting = False
        self.answer: list[Effect] | None = None
        self.change: Callable[[Iterable[Effect]], Iterable[Effect]] = lambda effects: effects

    def heeds(self, _protocol: str, _verb: str) -> bool:
        return self.is_active

    def saw(self, _protocol: str, _verb: str) -> None: ...

    def instead(self, _exchange: Exchange) -> list[Effect] | None:
        return self.answer

    def after(self, _exchange: Exchange, effects: Iterable[Effect]) -> Iterable[Effect]:
        return self.change(effects)


class Notebook:
    """A recorder that keeps exchanges and notes; a test wants to see all of an exchange."""

    def __init__(self) -> None:
        self.wants_all = True
        self.exchanges: list[Exchange] = []
        self.notes: list[str] = []

    def connected(self, connection: Connection) -> None:
        self.notes.append(f"connected {connection.number}")

    def opened(self, exchange: Exchange) -> None:
        self.exchanges.append(exchange)

    def heard(
        self,
        _connection: Connection,
        _verb: str,
        _request: bytes,
        _payload: bytes | None = None,
        _argument: str | None = None,
    ) -> bool:
        return not self.wants_all

    def sent(self, connection: Connection, data: bytes) -> None:
        self.notes.append(f"sent {connection.number} {len(data)}")

    def noted(self, _connection: Connection, text: str) -> None:
        self.notes.append(text)

    def closed(self, _connection: Connection, how: str) -> None:
        self.notes.append(how)


def make_service(
    protocol: str = "pop3",
    known: Iterable[str] = (),
    **settings: Any,  # noqa: ANN401  (any setting)
) -> Service:
    """Return a service at a standstill of time, with the default account."""
    chosen = Settings().but(**settings)
    clock = Clock()
    clock.freeze(datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC))
    return Service(
        protocol=protocol,
        settings=chosen,
        store=Store(chosen, clock),
        clock=clock,
        capabilities=Capabilities(known),
        faults=OneFault(),
        recorder=Notebook(),
    )
