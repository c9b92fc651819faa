"""The fields by which a test picks a message in a mailbox: those of mail, its UID and flags."""

from pytest_fakemail.query.comparing import Comparison, Field
from pytest_fakemail.query.mails import CC, CONTENT, blind, recipients


def _several_flags(wanted: str) -> str:
    """No flag has a blank in it (RFC 9051 §9, flag-keyword)."""
    return f"one flag; several are a list, {wanted.split()!r}" if " " in wanted.strip() else ""


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
    Field("to", recipients, Comparison.ANY_CASE, "to"),
    CC,
    Field("bcc", blind, Comparison.ANY_CASE, "bcc"),
    *CONTENT,
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
