"""IDLE: the client listens until it says DONE (RFC 2177, RFC 9051 §6.3.13)."""

from pytest_fakemail.imap.client import Client
from pytest_fakemail.imap.commands.still_here import idling
from pytest_fakemail.imap.grammar.rules import no_arguments
from pytest_fakemail.imap.responses.updates import news
from pytest_fakemail.imap.table import AUTHENTICATED, Answer, Done, Refused, Table

table = Table("IDLE")


class Idling:
    """IDLE, waiting for DONE; changes of the selected mailbox wake the connection."""

    verb = "DONE"
    is_secret = False

    def __init__(self, client: Client) -> None:
        view, wake = client.view, client.connection.wake
        self._still_here = idling(client)
        self.then = () if self._still_here is None else self._still_here.begin()
        self.bears_silence = self._still_here is not None
        self._unsubscribe = None if view is None else view.mailbox.subscribe(wake)

    def receive(self, line: bytes) -> Done:
        """End, in order by DONE; anything else is a client out of step."""
        if line.strip().upper() == b"DONE":
            return Done("IDLE terminated")
        return Done("Expected DONE", status="BAD")

    def user_in(self, line: bytes) -> None:
        """It is no login."""

    def released(self) -> None:
        """Let the mailbox change and the time pass without us."""
        if self._still_here is not None:
            self._still_here.end()
        if self._unsubscribe is not None:
            self._unsubscribe()
            self._unsubscribe = None


@table.command("IDLE", no_arguments, states=AUTHENTICATED)
def idle(client: Client, _: None) -> Answer:
    """Go idle: what happened until now is told at once, what happens then as it happens."""
    if client.view is not None and client.view.is_void:
        # Nothing will ever happen to it, so nothing would ever wake the connection.
        raise Refused("The selected mailbox is gone", code="NONEXISTENT")
    yield b"+ idling\r\n"
    yield news(client, expunges_allowed=True)
    return Idling(client)
