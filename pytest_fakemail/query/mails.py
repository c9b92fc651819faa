"""The fields by which a test picks mail: ``to="ann@example.test", subject=re.compile("Welc")``."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypedDict

from pytest_fakemail.mime.mail import Mail
from pytest_fakemail.query.comparing import (
    Comparison,
    Field,
    Number,
    Switch,
    Text,
    Values,
    named_address,
)
from pytest_fakemail.query.criteria import HEADER
from pytest_fakemail.store.delivery import Delivery


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


def _recipients(mail: Mail) -> Values:
    # Who a mail reached says the envelope.  Only a mail without one has to be believed.
    return mail.recipients if isinstance(mail, Delivery) else mail.to


def _attachments(mail: Mail) -> Values:
    return list(mail.attachments)


def _several_flags(wanted: str) -> str:
    """No flag has a blank in it (RFC 9051 §9, flag-keyword)."""
    return f"one flag; several are a list, {wanted.split()!r}" if " " in wanted.strip() else ""


_COMMON = (
    Field("to", _recipients, Comparison.ANY_CASE, "to"),
    Field("cc", lambda mail: mail.cc, Comparison.ANY_CASE, "cc"),
    Field("bcc", lambda mail: mail.bcc, Comparison.ANY_CASE, "bcc"),
    Field("from_", lambda mail: mail.from_, Comparison.ANY_CASE, "from"),
    Field("subject", lambda mail: mail.headers.all("Subject")[-1:], has_one=True),
    Field("text", lambda mail: [mail.text] if mail.text else [], Comparison.BODY, has_one=True),
    Field("html", lambda mail: [mail.html] if mail.html else [], Comparison.BODY, has_one=True),
    Field(HEADER, lambda _: ()),
    Field("attachment", _attachments),
    Field("where", lambda mail: [mail], Comparison.WHOLE, "where"),
)
_TO, _CC, _BCC, *_REST = _COMMON
DELIVERY = (
    replace(_TO, complaint=named_address),  # the envelope has no display names
    _CC,
    replace(_BCC, complaint=named_address),
    Field(
        "sender",
        lambda mail: [mail.sender],
        Comparison.ANY_CASE,
        "by sender",
        has_one=True,
        is_always=True,
        complaint=named_address,
    ),
    *_REST,
)
"""What a delivery in the outbox is picked by."""


def _switch(name: str) -> Field:
    return Field(
        name,
        lambda message: [getattr(message, name)],
        Comparison.SWITCH,
        has_one=True,
        is_always=True,
    )


MESSAGE = (
    Field("uid", lambda message: [message.uid], Comparison.NUMBER, has_one=True, is_always=True),
    *_COMMON,
    Field(
        "flags",
        lambda message: sorted(message.flags),
        Comparison.FLAG,
        complaint=_several_flags,
    ),
    Field("labels", lambda message: sorted(message.labels), Comparison.FLAG),
    *map(_switch, ("seen", "answered", "flagged", "deleted", "draft")),
)
"""What a message in a mailbox is picked by."""
