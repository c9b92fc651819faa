"""What mail can be picked by, as type checkers know it."""

from collections.abc import Callable, Mapping
from typing import Any, TypedDict

from pytest_fakemail.query.wanted import Number, Switch, Text


class MailCriteria(TypedDict, total=False):
    """What any mail can be picked by, for type checkers."""

    to: Text
    cc: Text
    bcc: Text
    from_: Text
    subject: Text
    text: Text
    html: Text
    header: Mapping[str, Text]
    attachment: Text
    where: Callable[[Any], object]


class DeliveryCriteria(MailCriteria, total=False):
    """What a delivery in the outbox can be picked by."""

    sender: Text


class MessageCriteria(MailCriteria, total=False):
    """What a message in a mailbox can be picked by."""

    uid: Number
    flags: Text
    labels: Text
    seen: Switch
    answered: Switch
    flagged: Switch
    deleted: Switch
    draft: Switch
