"""From a handler to effects: may the command be given now, and what is sent of its answer."""

from collections.abc import Iterable

from pytest_fakemail.smtp import replies
from pytest_fakemail.smtp.client import Client
from pytest_fakemail.smtp.replies import Refused, Reply
from pytest_fakemail.smtp.table import Answer, Command
from pytest_fakemail.wire.effects import Close, Effect, Send

_STATUS = "ENHANCEDSTATUSCODES"
_MOST_ERRORS = 20  # as Postfix's smtpd_hard_error_limit
_ERRORS = range(500, 505)


def carried_out(
    client: Client, command: Command, arguments: object, malformed: Reply | None = None
) -> Iterable[Effect]:
    """Let a command happen, or answer why it may not; return the effects.

    Args:
        client: whose command it is.
        command: its entry.
        arguments: what the handler takes.
        malformed: what is wrong with its argument; that it may not be given now is said first.
    """
    answer: Answer | None = _objection(client, command) or malformed
    if answer is None:
        try:
            answer = command.handler(client, arguments)
        except Refused as refusal:
            answer = refusal.reply
    if isinstance(answer, Reply):
        return said(client, answer)
    client.errors = 0
    return answer


def said(client: Client, reply: Reply) -> tuple[Effect, ...]:
    """Return a reply as effects; in place of too many errors in a row, 421 and the end."""
    if reply.code not in _ERRORS:
        client.errors = 0
    else:
        client.errors += 1
        if client.errors >= _MOST_ERRORS:
            return farewell(client, replies.TOO_MANY_ERRORS)
    return reply.effects(with_status=_STATUS in client.service.capabilities.spelt)


def farewell(client: Client, reply: Reply) -> tuple[Effect, ...]:
    """Return a reply and the end: nothing more is taken from the client."""
    client.is_over = True
    return (*reply.effects(with_status=_STATUS in client.service.capabilities), Close())


def said_of_each(client: Client, answers: Iterable[Reply]) -> tuple[Effect, ...]:
    """Return several replies as one effect, as LMTP gives them (RFC 2033 §4.2)."""
    has_status = _STATUS in client.service.capabilities
    replies_sent = (reply.effects(with_status=has_status)[0] for reply in answers)
    return (Send(b"".join(send.data for send in replies_sent)),)


def _objection(client: Client, command: Command) -> Reply | None:
    """Return why a command may not be given now."""
    settings = client.settings
    if command.extension is not None and not client.offers(command.extension):
        return replies.NOT_IMPLEMENTED
    if client.is_refusing and not command.is_farewell:
        return replies.NO_SERVICE
    if settings.require_tls and not command.is_open and client.connection.tls is None:
        return replies.TLS_REQUIRED
    if settings.require_auth and command.needs_auth and not client.session.authenticated:
        return replies.AUTH_REQUIRED
    if command.needs_hello and not client.session.host_name:
        return replies.NO_LMTP_GREETING if client.is_lmtp else replies.NO_GREETING
    return None
