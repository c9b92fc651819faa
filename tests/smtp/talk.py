"""An SMTP client without a socket: says lines to a session and keeps what it answers."""

from typing import Any

import wire.talk
from wire.services import make_service

from pytest_fakemail.smtp.client import Client
from pytest_fakemail.smtp.extensions import KNOWN
from pytest_fakemail.smtp.lmtp import LmtpSession
from pytest_fakemail.smtp.session import SmtpSession
from pytest_fakemail.store.delivery import Delivery
from pytest_fakemail.wire.exchange import Connection, Exchange, Tls
from pytest_fakemail.wire.session import Service

MAIL = b"Subject: one\r\n\r\nfirst line\r\n"
TLS = Tls("TLSv1.3", "AES")


class Talk(wire.talk.Talk):
    """One connection to an SMTP service, from its greeting on."""

    def __init__(
        self,
        service: Service | None = None,
        *,
        lmtp: bool = False,
        **settings: Any,  # noqa: ANN401  (each of its own type)
    ) -> None:
        protocol = "lmtp" if lmtp else "smtp"
        service = service or make_service(protocol, KNOWN, **settings)
        connection = Connection(1, protocol)
        self.session = (LmtpSession if lmtp else SmtpSession)(service, connection)
        super().__init__(service, connection, self.session)

    @property
    def client(self) -> Client:
        return self.session.client

    @property
    def deliveries(self) -> list[Delivery]:
        return self.service.store.deliveries

    @property
    def delivery(self) -> Delivery:
        [delivery] = self.deliveries
        return delivery

    @property
    def notes(self) -> list[str]:
        return self.notebook.notes

    @property
    def exchanges(self) -> list[Exchange]:
        return self.notebook.exchanges

    @property
    def verbs(self) -> list[str]:
        return [exchange.verb for exchange in self.exchanges]

    def again(self) -> "Talk":
        """Return another connection to the same service."""
        return Talk(self.service, lmtp=self.client.is_lmtp)

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
