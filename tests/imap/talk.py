"""An IMAP client without a socket: says commands to a session and keeps what it answers."""

import wire.talk
from wire.services import make_service

from pytest_fakemail.imap.capabilities import switchboard
from pytest_fakemail.imap.session import ImapSession
from pytest_fakemail.wire.exchange import Connection
from pytest_fakemail.wire.session import Service

MAIL = b"From: Ann <ann@example.test>\r\nSubject: one\r\n\r\nfirst line\r\n"


def imap_service(**settings: object) -> Service:
    """Return a service with every capability that the settings leave on."""
    service = make_service("imap", (), **settings)
    service.capabilities = switchboard(service.settings)
    return service


class Talk(wire.talk.Talk):
    """One connection to an IMAP service, from its greeting on."""

    ERRORS = "surrogateescape"

    def __init__(self, service: Service | None = None, **settings: object) -> None:
        service = service or imap_service(**settings)
        self.wakes = 0
        connection = Connection(1, "imap", wake=self._wake)
        self.session = ImapSession(service, connection)
        super().__init__(service, connection, self.session)
        self._tags = 0

    def again(self) -> "Talk":
        """Return another connection to the same service."""
        return Talk(self.service)

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

    def pushed(self) -> str:
        """Return what is sent when the connection is woken."""
        return self.text(self.session.mailbox_changed())

    def _wake(self) -> None:
        self.wakes += 1
