"""A client without a socket: says lines to a session and keeps what it answers."""

from collections.abc import Iterable
from typing import Protocol, Self

from wire.services import Notebook, OneFault

from pytest_fakemail.store.account import Account
from pytest_fakemail.store.mailbox import Mailbox
from pytest_fakemail.wire.effects import Effect, sent
from pytest_fakemail.wire.exchange import Connection, Tls
from pytest_fakemail.wire.session import Service


class Session(Protocol):
    """What the sessions of all protocols have."""

    def greeting(self) -> Iterable[Effect]: ...

    def receive_data(self, data: bytes, /) -> Iterable[Effect]: ...

    def tls_started(self) -> Iterable[Effect]: ...


class Talk:
    """One connection to a service, from its greeting on; each protocol adds its own words."""

    ERRORS = "strict"
    """What is done about answers that are not UTF-8."""

    def __init__(self, service: Service, connection: Connection, session: Session) -> None:
        self.service = service
        self.connection = connection
        self.effects: list[Effect] = []
        self._session = session
        self.greeting = self.text(session.greeting())

    @property
    def account(self) -> Account:
        account = self.service.store.account("user@example.test")
        assert account is not None
        return account

    @property
    def inbox(self) -> Mailbox:
        return self.account.inbox

    @property
    def fault(self) -> OneFault:
        faults = self.service.faults
        assert isinstance(faults, OneFault)
        return faults

    @property
    def notebook(self) -> Notebook:
        recorder = self.service.recorder
        assert isinstance(recorder, Notebook)
        return recorder

    def send(self, data: bytes) -> str:
        """Return what is sent in answer to these octets."""
        return self.text(self._session.receive_data(data))

    def start_tls(self, *names: str) -> Self:
        """Do as if a handshake had succeeded, with these names in the client's certificate."""
        self.connection.tls = Tls("TLSv1.3", "AES", client_names=names)
        assert self.text(self._session.tls_started()) == ""
        return self

    def text(self, effects: Iterable[Effect]) -> str:
        """Return what these effects send; keep them."""
        self.effects = list(effects)
        return sent(self.effects).decode("utf-8", self.ERRORS)
