"""A POP3 client without a socket: says lines to a session and keeps what it answers."""

from collections.abc import Iterable

from wire.services import Notebook, OneFault, make_service

from pytest_fakemail.pop3.capabilities import KNOWN
from pytest_fakemail.pop3.session import Pop3Session
from pytest_fakemail.store.mailbox import Mailbox
from pytest_fakemail.wire.effects import Effect, sent
from pytest_fakemail.wire.exchange import Connection, Tls
from pytest_fakemail.wire.session import Service

MAIL = b"Subject: one\r\n\r\nfirst line\r\n.second line\r\nthird line\r\n"
"""A message of 54 octets, which grow to 55 on the wire."""


class Talk:
    """One connection to a POP3 service, from its greeting on."""

    def __init__(self, service: Service | None = None, **settings: object) -> None:
        self.service = service or make_service("pop3", KNOWN, **settings)
        self.connection = Connection(1, "pop3")
        self.session = Pop3Session(self.service, self.connection)
        self.effects: list[Effect] = []
        self.greeting = self._text(self.session.greeting())

    @property
    def inbox(self) -> Mailbox:
        account = self.service.store.account("user@example.test")
        assert account is not None
        return account.inbox

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

    def say(self, line: str) -> str:
        """Return the answer to a line, without its own line end."""
        answer = self.send(line.encode() + b"\r\n")
        assert answer.endswith("\r\n"), answer
        return answer[:-2]

    def log_in(self, *messages: bytes) -> "Talk":
        """Put messages into the INBOX and log in to it."""
        for raw in messages:
            self.inbox.append(raw)
        assert self.say("USER user@example.test").startswith("+OK")
        assert self.say("PASS password").startswith("+OK"), "no login"
        return self

    def start_tls(self, *names: str) -> "Talk":
        """Do as if a handshake had succeeded, with these names in the client's certificate."""
        self.connection.tls = Tls("TLSv1.3", "AES", client_names=names)
        assert self._text(self.session.tls_started()) == ""
        return self

    def _text(self, effects: Iterable[Effect]) -> str:
        self.effects = list(effects)
        return sent(self.effects).decode()
