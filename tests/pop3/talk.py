"""A POP3 client without a socket: says lines to a session and keeps what it answers."""

import wire.talk
from wire.services import make_service

from pytest_fakemail.pop3.capabilities import KNOWN
from pytest_fakemail.pop3.session import Pop3Session
from pytest_fakemail.wire.exchange import Connection
from pytest_fakemail.wire.session import Service

MAIL = b"Subject: one\r\n\r\nfirst line\r\n.second line\r\nthird line\r\n"
"""A message of 54 octets, which grow to 55 on the wire."""


class Talk(wire.talk.Talk):
    """One connection to a POP3 service, from its greeting on."""

    def __init__(self, service: Service | None = None, **settings: object) -> None:
        service = service or make_service("pop3", KNOWN, **settings)
        connection = Connection(1, "pop3")
        self.session = Pop3Session(service, connection)
        super().__init__(service, connection, self.session)

    def again(self) -> "Talk":
        """Return another connection to the same service."""
        return Talk(self.service)

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
