"""The end of data: is the message acceptable, for whom, and then its delivery."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pytest_fakemail.smtp import data, replies
from pytest_fakemail.smtp.mailboxes import check_room
from pytest_fakemail.smtp.replies import Refused, Reply
from pytest_fakemail.smtp.trace import trace, with_keyword
from pytest_fakemail.smtp.transaction import Transaction
from pytest_fakemail.store.account import Account
from pytest_fakemail.store.delivery import Delivery, Recipient
from pytest_fakemail.wire.effects import Effect

if TYPE_CHECKING:
    from pytest_fakemail.smtp.session import SmtpSession

_LONGEST_LINE = 998  # RFC 5321 §4.5.3.1.6: 1000 with CRLF


def accept(session: "SmtpSession", transaction: Transaction, message: bytes) -> list[Effect]:
    """Deliver a message, or refuse it.

    SMTP has one answer, so a mailbox that cannot take the message refuses it for all;
    LMTP has one for each recipient (RFC 2033 §4.2).
    """
    try:
        message = _acceptable(session, transaction, message)
    except Refused as refusal:
        return refuse(session, transaction, refusal.reply)
    refusals = [_refusal(accounts, len(message)) for accounts in transaction.accounts]
    if not session.is_lmtp:
        one_refusal = next(filter(None, refusals), None)
        return session.say(
            one_refusal or _deliver(session, transaction, transaction.rcpt_tos, message)
        )
    answers = list(zip(transaction.rcpt_tos, refusals, strict=True))
    takers = [recipient for recipient, refused in answers if refused is None]
    accepted = _deliver(session, transaction, takers, message) if takers else replies.OK
    return session.say_to_each(refused or accepted for _, refused in answers)


def refuse(session: "SmtpSession", transaction: Transaction, reply: Reply) -> list[Effect]:
    """Answer that nobody gets the message."""
    if session.is_lmtp and transaction.rcpt_tos:
        return session.say_to_each([reply] * len(transaction.rcpt_tos))
    return session.say(reply)


def _acceptable(session: "SmtpSession", transaction: Transaction, message: bytes) -> bytes:
    """Return the message as it shall be kept.

    Raises:
        Refused: it breaks a limit or a rule of the settings.
    """
    settings = session.settings
    if not transaction.rcpt_tos:
        raise Refused(554, "5.5.1", "No valid recipients")
    if len(message) > settings.max_message_size:
        raise Refused(552, "5.3.4", "Message size exceeds the fixed maximum message size")
    if data.received_fields(message) > settings.max_received:
        raise Refused(554, "5.4.6", "Too many Received fields, this may be a mail loop")
    if transaction.is_binary:  # RFC 3030 §3: CR and LF are octets like others
        return message
    if settings.line_limits and data.has_line_beyond(message, _LONGEST_LINE):
        raise Refused(500, "5.5.2", f"Text line longer than {_LONGEST_LINE} octets")
    bare_lf, bare_cr = data.bare_newlines(message)
    if not (bare_lf or bare_cr):
        return message
    session.conversation.noted(f"bare line ends in the message: {bare_lf} LF, {bare_cr} CR")
    if settings.bare_newlines == "refuse":
        raise Refused(550, "5.5.2", f"Bare {'<LF>' if bare_lf else '<CR>'} received")
    return data.normalised(message) if settings.bare_newlines == "normalise" else message


def _refusal(accounts: Sequence[Account], size: int) -> Reply | None:
    """Return why a recipient's mailboxes cannot take so many octets, if they cannot."""
    if not accounts:
        return None
    try:
        check_room(accounts, size)
    except Refused as refusal:
        return refusal.reply
    return None


def _deliver(
    session: "SmtpSession",
    transaction: Transaction,
    recipients: Sequence[Recipient],
    message: bytes,
) -> Reply:
    """Hand the message to the store; return the reply that acknowledges it."""
    service, connection = session.service, session.connection
    session.messages += 1
    identifier = f"{connection.number}.{session.messages}"
    delivery = Delivery(
        message,
        sender=transaction.mail_from or "",
        recipients=recipients,
        parameters=transaction.parameters,
        helo=session.session.host_name or "",
        tls=connection.tls,
        user=connection.user,
        connection=connection.number,
        protocol=with_keyword(
            is_lmtp=session.is_lmtp,
            is_extended=session.session.extended_smtp,
            is_utf8=transaction.smtp_utf8,
            has_tls=connection.tls is not None,
            is_authenticated=connection.user is not None,
        ),
        received_at=service.clock.now(),
    )
    header = b""
    if service.settings.trace_headers:
        hostname = service.settings.hostname
        header = trace(delivery, connection, hostname=hostname, identifier=identifier)
    service.store.deliver(delivery, trace=header)
    return Reply(250, "2.0.0", f"Ok: queued as {identifier}")
