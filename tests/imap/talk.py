"""An IMAP client without a socket: says commands to a session and keeps what it answers."""

from collections.abc import Iterable

from wire.services import Notebook, OneFault, make_service

from pytest_fakemail.imap.capabilities import switchboard
from pytest_fakemail.imap.session import ImapSession
from pytest_fakemail.store.account import Account
from pytest_fakemail.store.mailbox import Mailbox
from pytest_fakemail.wire.effects import Effect, sent
from pytest_fakemail.wire.exchange import Connection, Tls
from pytest_fakemail.wire.session import Service

MAIL = b"From: Ann <ann@example.test>\r\nSubject: one\r\n\r\nfirst line\r\n"


def imap_service(**settings: object) -> Service:
    """Return a service with every capability that the settings leave on."""
    service = make_service("imap", (), **settings)
    service.capabilities = switchboard(service.settings)
    return service


class Talk:
    """One connection to an IMAP service, from its greeting on."""

    def __init__(self, service: Service | None = None, **settings: object) -> None:
        self.service = service or imap_service(**settings)
        self.wakes = 0
        self.connection = Connection(1, "imap", wake=self._wake)
        self.session = ImapSession(self.service, self.connection)
        self.effects: list[Effect] = []
        self.greeting = self._text(self.session.greeting())
        self._tags = 0

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

    def again(self) -> "Talk":
        """Return another connection to the same service."""
        return Talk(self.service)

    def send(self, data: bytes) -> str:
        """Return what is sent in answer to these octets."""
        return self._text(self.session.receive_data(data))

    def say(self, command: str) -> list[str]:
        """Return the lines of the answer to a command; the tagged one without its tag."""
        self._tags += 1
        tag = f"a{self._tags}"
        answer = self.send(f"{tag} {command}\r\n".encode())
        assert not self.service.bugs, self.service.bugs
        lines = answer.removesuffix("\r\n").split("\r\n")
        tagged = [line for line in lines if line.startswith(f"{tag} ")]
        assert len(tagged) == 1, answer
        return [line.removeprefix(f"{tag} ") for line in lines]

    def log_in(self, *messages: bytes) -> "Talk":
        """Put messages into the INBOX and log in."""
        for raw in messages:
            self.inbox.append(raw)
        assert self.say("LOGIN user@example.test password")[-1].startswith("OK")
        return self

    def select(self, *messages: bytes, mailbox: str = "INBOX") -> "Talk":
        """Put messages into the INBOX, log in and select a mailbox."""
        self.log_in(*messages)
        assert self.say(f"SELECT {mailbox}")[-1].startswith("OK [READ-WRITE]")
        return self

    def start_tls(self, *names: str) -> "Talk":
        """Do as if a handshake had succeeded, with these names in the client's certificate."""
        self.connection.tls = Tls("TLSv1.3", "AES", client_names=names)
        assert self._text(self.session.tls_started()) == ""
        return self

    def pushed(self) -> str:
        """Return what is sent when the connection is woken."""
        return self._text(self.session.mailbox_changed())

    def _wake(self) -> None:
        self.wakes += 1

    def _text(self, effects: Iterable[Effect]) -> str:
        self.effects = list(effects)
        return sent(self.effects).decode("utf-8", "surrogateescape")
