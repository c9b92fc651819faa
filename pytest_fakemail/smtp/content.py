"""The end of data: is the message acceptable, for whom, and then its delivery."""

from collections.abc import Iterable, Sequence
from sys import intern

from pytest_fakemail.smtp import data, replies
from pytest_fakemail.smtp.answers import said, said_of_each
from pytest_fakemail.smtp.client import Client
from pytest_fakemail.smtp.mailboxes import check_room
from pytest_fakemail.smtp.replies import Refused, Reply
from pytest_fakemail.smtp.upstream import Transaction
from pytest_fakemail.store.account import Account
from pytest_fakemail.store.delivery import Delivery, Recipient
from pytest_fakemail.wire.effects import Effect


def accept(
    client: Client, transaction: Transaction, message: bytes, *, is_sound: bool = False
) -> Iterable[Effect]:
    """Deliver a message, or refuse it; `is_sound` says that no CR or LF stands alone in it.

    SMTP has one answer, so a mailbox that cannot take the message refuses it for all;
    LMTP has one for each recipient (RFC 2033 §4.2).
    """
    try:
        message = _acceptable(client, transaction, message, is_sound=is_sound)
    except Refused as refusal:
        return refuse(client, transaction, refusal.reply)
    if client.is_lmtp:
        return _accept_for_each(client, transaction, message)
    for accounts in transaction.accounts:
        if accounts and (refused := _refusal(accounts, len(message))):
            return said(client, refused)
    return said(client, _deliver(client, transaction, transaction.rcpt_tos, message))


def _accept_for_each(client: Client, transaction: Transaction, message: bytes) -> Iterable[Effect]:
    """Deliver a message to those who can take it, and answer for each."""
    refusals = [_refusal(accounts, len(message)) for accounts in transaction.accounts]
    answers = list(zip(transaction.rcpt_tos, refusals, strict=True))
    takers = [recipient for recipient, refused in answers if refused is None]
    accepted = _deliver(client, transaction, takers, message) if takers else replies.OK
    return said_of_each(client, (refused or accepted for _, refused in answers))


def refuse(client: Client, transaction: Transaction, reply: Reply) -> Iterable[Effect]:
    """Answer that nobody gets the message."""
    if client.is_lmtp and transaction.rcpt_tos:
        return said_of_each(client, [reply] * len(transaction.rcpt_tos))
    return said(client, reply)


def _acceptable(
    client: Client, transaction: Transaction, message: bytes, *, is_sound: bool
) -> bytes:
    """Return the message as it shall be kept.

    Raises:
        Refused: it breaks a limit or a rule of the settings.
    """
    settings = client.settings
    if not transaction.rcpt_tos:
        raise Refused(554, "5.5.1", "No valid recipients")
    if len(message) > settings.max_message_size:
        raise Refused(552, "5.3.4", "Message size exceeds the fixed maximum message size")
    if data.received_fields(message) > settings.max_received:
        raise Refused(554, "5.4.6", "Too many Received fields, this may be a mail loop")
    if transaction.is_binary:  # RFC 3030 §3: CR and LF are octets like others
        return message
    if settings.line_limits:
        from pytest_fakemail.smtp.limits import check_lines

        check_lines(message)
    if is_sound:
        return message
    from pytest_fakemail.smtp import newlines

    bare_lf, bare_cr = newlines.bare_newlines(message)
    if not (bare_lf or bare_cr):
        return message
    client.conversation.noted(f"bare line ends in the message: {bare_lf} LF, {bare_cr} CR")
    if settings.bare_newlines == "refuse":
        raise Refused(550, "5.5.2", f"Bare {'<LF>' if bare_lf else '<CR>'} received")
    return newlines.normalised(message) if settings.bare_newlines == "normalise" else message


def _refusal(accounts: Sequence[Account], size: int) -> Reply | None:
    """Return why a recipient's mailboxes cannot take so many octets, if they cannot."""
    try:
        check_room(accounts, size)
    except Refused as refusal:
        return refusal.reply
    return None


def with_keyword(
    *, is_lmtp: bool, is_extended: bool, is_utf8: bool, has_tls: bool, is_authenticated: bool
) -> str:
    """Return the protocol's name in a WITH clause: ``"SMTP"``, ``"ESMTPSA"``, ``"UTF8LMTP"``."""
    if not (is_lmtp or is_extended):
        return "SMTP"
    name = "LMTP" if is_lmtp else "SMTP"
    if is_utf8:
        name = f"UTF8{name}"
    elif not is_lmtp:
        name = f"E{name}"
    return intern(name + "S" * has_tls + "A" * is_authenticated)  # each mail keeps it


def _deliver(
    client: Client,
    transaction: Transaction,
    recipients: Sequence[Recipient],
    message: bytes,
) -> Reply:
    """Hand the message to the store; return the reply that acknowledges it."""
    service, connection = client.service, client.connection
    client.messages += 1
    identifier = f"{connection.number}.{client.messages}"
    delivery = Delivery(
        message,
        sender=transaction.mail_from or "",
        recipients=recipients,
        parameters=transaction.parameters,
        helo=client.session.host_name or "",
        client=connection.client or connection.peer[0],
        tls=connection.tls,
        user=connection.user,
        connection=connection.number,
        protocol=with_keyword(
            is_lmtp=client.is_lmtp,
            is_extended=client.session.extended_smtp,
            is_utf8=transaction.smtp_utf8,
            has_tls=connection.tls is not None,
            is_authenticated=connection.user is not None,
        ),
        received_at=service.clock.now(),
        name_server=service.store.name_server,
    )
    header, hostname = b"", service.settings.hostname
    if service.settings.trace_headers:
        from pytest_fakemail.smtp.trace import trace

        header = trace(delivery, connection, hostname=hostname, identifier=identifier)
    raw = message
    if connection.results:
        from pytest_fakemail.smtp.trace import with_results

        header, raw = with_results(header, message, connection.results, hostname)
    service.store.deliver(delivery, trace=header, raw=raw)
    return Reply(250, "2.0.0", f"Ok: queued as {identifier}")
