"""The fields by which a test picks a message in a mailbox: those of mail, its UID and flags."""

from pytest_fakemail.query.comparing import Comparison, Field
from pytest_fakemail.query.mails import CC, CONTENT, blind, recipients
from pytest_fakemail.query.possible import flag, header_address, label
from pytest_fakemail.store.numbers import LARGEST_UID


def _switch(name: str) -> Field:
    return Field(
        name,
        lambda message: [getattr(message, name)],
        Comparison.SWITCH,
        has_one=True,
        is_always=True,
    )


MESSAGE = (
    Field(
        "uid",
        lambda message: [message.uid],
        Comparison.NUMBER,
        has_one=True,
        is_always=True,
        most=LARGEST_UID,
    ),
    Field("to", recipients, Comparison.ANY_CASE, "to", complaint=header_address),
    CC,
    Field("bcc", blind, Comparison.ANY_CASE, "bcc", complaint=header_address),
    *CONTENT,
    Field("flags", lambda message: sorted(message.flags), Comparison.FLAG, complaint=flag),
    Field("labels", lambda message: sorted(message.labels), Comparison.FLAG, complaint=label),
    *map(_switch, ("seen", "answered", "flagged", "deleted", "draft")),
)
"""What a message in a mailbox is picked by."""
