"""STARTTLS (RFC 3207)."""

from pytest_fakemail.smtp.answers import said
from pytest_fakemail.smtp.client import Client
from pytest_fakemail.smtp.replies import Refused, Reply
from pytest_fakemail.smtp.table import Answer, Command, no_argument
from pytest_fakemail.wire.effects import StartTls

_READY_FOR_TLS = Reply(220, "2.0.0", "Ready to start TLS")
_TLS_PIPELINED = Reply(454, "4.5.0", "No commands may be pipelined after STARTTLS, see RFC 3207")


def starttls(client: Client, _: None) -> Answer:
    """Ask for a handshake, unless something already came behind it.

    That came in the clear, so a man in the middle may have written it: RFC 3207 §6 has such
    attacks.  It is thrown away, and STARTTLS refused, as Postfix does.
    """
    if client.connection.tls is not None:
        raise Refused(503, "5.5.1", "TLS is already active")
    if client.input:
        client.input.clear()
        return _TLS_PIPELINED
    return (*said(client, _READY_FOR_TLS), StartTls())


STARTTLS = Command(
    grammar=no_argument,
    handler=starttls,
    syntax="STARTTLS",
    extension="STARTTLS",
    is_open=True,
)
