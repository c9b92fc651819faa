"""DATA: the message itself, and its delivery (RFC 5321 §4.1.1.4); `chunks` has BDAT.

The end of a message is the moment ``"end-of-data"``, an exchange of its own, whose payload is the
message as it was sent, up to the closing dot.
"""

from collections.abc import Iterable
from functools import partial

from pytest_fakemail.smtp import content, replies
from pytest_fakemail.smtp.client import Client
from pytest_fakemail.smtp.data import MessageOctets, unstuffed
from pytest_fakemail.smtp.replies import Refused
from pytest_fakemail.smtp.table import Answer, Command, no_argument
from pytest_fakemail.smtp.upstream import Transaction
from pytest_fakemail.wire.effects import Effect
from pytest_fakemail.wire.exchange import END_OF_DATA, Exchange

_DOT = b".\r\n"


class MessageData(MessageOctets):
    """Waits for the octets of a message up to CRLF.CRLF."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "the end of data"

    def unfinished(self, client: Client, unread: bytes) -> Exchange:
        """Return what has come of the message."""
        return client.exchange("eof", b"", payload=self.kept() + unread)

    def answer(self, client: Client, message: bytes) -> Iterable[Effect]:
        """Deliver the message; the transaction is over, whatever comes of it."""
        transaction, conversation = client.envelope, client.conversation
        if self.is_too_big:
            conversation.noted(f"a message of {self.size} octets, not kept")
        accept = partial(self._accepted, client, transaction, message)
        if conversation.passes(END_OF_DATA, _DOT, message):
            client.forget_transaction()
            return accept()
        exchange = client.exchange(END_OF_DATA, _DOT, payload=message)
        client.forget_transaction()
        return conversation.answer(exchange, accept)

    def _accepted(
        self, client: Client, transaction: Transaction, message: bytes
    ) -> Iterable[Effect]:
        if self.is_too_big:
            return content.refuse(client, transaction, replies.TOO_BIG)
        whole = unstuffed(message) if self.is_stuffed else message
        return content.accept(client, transaction, whole, is_sound=self.is_sound)


def data(client: Client, _: None) -> Answer:
    """Ask for the message."""
    transaction = client.envelope
    require_recipients(transaction)
    if transaction.chunks is not None:
        raise Refused(503, "5.5.1", "DATA after BDAT")
    if transaction.is_binary:
        raise Refused(503, "5.5.1", "BODY=BINARYMIME needs BDAT")  # RFC 3030 §3
    client.expected = MessageData(client.settings.max_message_size)
    return replies.START_INPUT


def told_to_send(client: Client, _: object, octets: bytes) -> None:
    """Take a message if a fault asked the client for it, lest it be taken for commands."""
    if octets.startswith(b"354"):
        client.expected = MessageData(client.settings.max_message_size)


def require_recipients(transaction: Transaction) -> None:
    """Go on only if there is somebody to get a message.

    Raises:
        Refused: there is nobody.
    """
    if transaction.mail_from is None:
        raise Refused(503, "5.5.1", "Need MAIL command")
    if not transaction.rcpt_tos:
        raise Refused(503, "5.5.1", "Need RCPT command")


COMMANDS = {
    "DATA": Command(
        grammar=no_argument,
        handler=data,
        syntax="DATA",
        needs_auth=True,
        needs_hello=True,
        replaced=told_to_send,
    ),
}
