"""Notice: the octets of a mail that a mail system writes, and whom it is for."""

from typing import Protocol, Self

from pytest_fakemail.errors import BadArgument


class TakesMail(Protocol):
    """What mail can be put into: a mailbox as a test holds it."""

    def deliver(self, raw: bytes, /) -> object:
        """Put a message into it."""


class Notice(bytes):
    """A mail, as octets; it knows its envelope.

    Attributes:
        sender: the return path, ``""`` for the null one, which most notices have
            (RFC 5321 §4.5.5).
        recipient: to whom it goes.
    """

    sender: str
    recipient: str

    def __new__(cls, raw: bytes, *, sender: str = "", recipient: str) -> Self:
        """Take the octets with their envelope."""
        self = super().__new__(cls, raw)
        self.sender = sender
        self.recipient = recipient
        return self

    def __repr__(self) -> str:
        return f"<Notice to {self.recipient}, {len(self)} octets>"

    def deliver(self, mailbox: TakesMail) -> object:
        """Put it into a mailbox, and return what the mailbox makes of it.

        Raises:
            BadArgument: not a mailbox.
        """
        if not hasattr(mailbox, "deliver"):
            raise BadArgument(f"no mailbox: {mailbox!r}; wanted one of an account, as its inbox")
        return mailbox.deliver(bytes(self))
