"""An SMTP client without a socket: says lines to a session and keeps what it answers."""

from collections.abc import Iterable
from typing import Any

from wire.services import Notebook, OneFault, make_service

from pytest_fakemail.smtp.client import Client
from pytest_fakemail.smtp.extensions import KNOWN
from pytest_fakemail.smtp.session import LmtpSession, SmtpSession
from pytest_fakemail.store.delivery import Delivery
from pytest_fakemail.store.mailbox import Mailbox
from pytest_fakemail.wire.effects import Effect, sent
from pytest_fakemail.wire.exchange import Connection, Exchange, Tls
from pytest_fakemail.wire.session import Service

MAIL = b"Subject: one\r\n\r\nfirst line\r\n"
TLS = Tls("TLSv1.3", "AES")


class Talk:
    """One connection to an SMTP service, from its greeting on."""

    def __init__(
        self,
        service: Service | None = None,
        *,
        lmtp: bool = False,
        **settings: Any,  # noqa: ANN401  (each of its own type)
    ) -> None:
        protocol = "lmtp" if lmtp else "smtp"
        self.service = service or make_service(protocol, KNOWN, **settings)
        self.connection = Connection(1, protocol)
        self.session = (LmtpSession if lmtp else SmtpSession)(self.service, self.connection)
        self.effects: list[Effect] = []
        self.greeting = self._text(self.session.greeting())

    @property
    def client(self) -> Client:
        return self.session.client

    @property
    def inbox(self) -> Mailbox:
        account = self.service.store.account("user@example.test")
        assert account is not None
        return account.inbox

    @property
    def deliveries(self) -> list[Delivery]:
        return self.service.store.deliveries

    @property
    def delivery(self) -> Delivery:
        [delivery] = self.deliveries
        return delivery

    @property
    def fault(self) -> OneFault:
        faults = self.service.faults
        assert isinstance(faults, OneFault)
        return faults

    @property
    def notes(self) -> list[str]:
        return self._notebook.notes

    @property
    def exchanges(self) -> list[Exchange]:
        return self._notebook.exchanges

    @property
    def verbs(self) -> list[str]:
        return [exchange.verb for exchange in self.exchanges]

    @property
    def _notebook(self) -> Notebook:
        recorder = self.service.recorder
        assert isinstance(recorder, Notebook)
        return recorder

    def again(self) -> "Talk":
        """Return another connection to the same service."""
        return Talk(self.service, lmtp=self.client.is_lmtp)

    def send(self, data: bytes) -> str:
        """Return what is sent in answer to these octets."""
        return self._text(self.session.receive_data(data))

    def say(self, *lines: str) -> str:
        """Return the answer to the last of these lines, said one after the other."""
        answer = ""
        for line in lines:
            answer = self.send(line.encode("utf-8", "surrogateescape") + b"\r\n")
        assert answer.endswith("\r\n"), answer
        return answer[:-2]

    def code(self, *lines: str) -> str:
        """Return the reply code and status code with which a line is answered."""
        return " ".join(self.say(*lines).split()[:2])

    def hello(self) -> "Talk":
        """Say EHLO, or LHLO."""
        assert self.say("LHLO me" if self.client.is_lmtp else "EHLO me").startswith("250")
        return self

    def begin(self, *recipients: str, sender: str = "app@example.test") -> "Talk":
        """Begin a transaction."""
        if not self.client.session.host_name:
            self.hello()
        assert self.code(f"MAIL FROM:<{sender}>") == "250 2.1.0"
        for recipient in recipients or ("user@example.test",):
            assert self.code(f"RCPT TO:<{recipient}>") == "250 2.1.5"
        return self

    def data(self, message: bytes = MAIL) -> str:
        """Return the answer to a message, whose dots must be stuffed already."""
        assert self.code("DATA") == "354 End"
        return self.send(message + b".\r\n")

    def start_tls(self, *names: str) -> "Talk":
        """Do as if a handshake had succeeded, with these names in the client's certificate."""
        self.connection.tls = Tls("TLSv1.3", "AES", client_names=names)
        assert self._text(self.session.tls_started()) == ""
        return self

    def _text(self, effects: Iterable[Effect]) -> str:
        self.effects = list(effects)
        return sent(self.effects).decode("utf-8")
