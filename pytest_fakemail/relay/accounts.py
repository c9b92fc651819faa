"""What an account does with mail by itself: send it on, answer it."""

from pytest_fakemail import notices
from pytest_fakemail.clock import Clock
from pytest_fakemail.notices.notice import Notice
from pytest_fakemail.relay import srs
from pytest_fakemail.store.account import Account
from pytest_fakemail.store.delivery import Delivery, Recipient


def forwarded(account: Account, delivery: Delivery, ours: str) -> Delivery | None:
    """Return the message as it goes on, None if this account forwards nothing.

    Its return path stays, or becomes one of our domain that leads back.  What the sender
    asked to be told of (DSN) ends here: RFC 3461 §5.2.7.
    """
    forwarding = account.forwarding
    if forwarding is None:
        return None
    sender = delivery.sender
    if forwarding.rewrites_sender and sender:
        sender = srs.forward(sender, ours)
    about_dsn = ("ENVID", "RET")
    kept = {name: it for name, it in delivery.parameters.items() if name.upper() not in about_dsn}
    return Delivery(
        delivery.raw,
        sender=sender,
        recipients=[Recipient(address) for address in forwarding.to],
        parameters=kept,
        helo=delivery.helo,
        protocol=delivery.protocol,
        connection=delivery.connection,
        received_at=delivery.received_at,
    )


def answered(account: Account, delivery: Delivery, clock: Clock) -> Notice | None:
    """Return an account's auto-reply, None if it has none or this is not to be answered.

    A sender is answered once in a period; a list, a program and the account itself never
    (RFC 3834 §2).
    """
    reply, sender = account.auto_reply, delivery.sender.lower()
    if reply is None or not notices.may_be_answered(delivery, by=account.address):
        return None
    now, last = clock.elapsed(), reply.answered.get(sender)
    if last is not None and now - last < reply.period:
        return None
    reply.answered[sender] = now
    return notices.auto_reply(
        delivery,
        reply.text,
        by=account.address,
        subject=reply.subject,
        style=reply.style,
        at=clock.now(),
    )
