"""What an account does with mail by itself: sends it on, answers it."""

from typing import Literal

from pytest_fakemail.dataclass import dataclass, field


@dataclass(frozen=True, slots=True)
class Forwarding:
    """Mail for an account goes on to others.

    Attributes:
        to: their addresses.
        keeps_copy: whether the account's INBOX gets it as well.
        rewrites_sender: whether the return path becomes one of ours that leads back (SRS), so
            that SPF does not fail at the next server.
    """

    to: tuple[str, ...]
    keeps_copy: bool
    rewrites_sender: bool


@dataclass(slots=True)
class AutoReply:
    """An account answers mail by itself, each sender once in a period (RFC 3834 §2).

    Attributes:
        period: in seconds.
        style: whose habits the answer has, as `notices.auto_reply` knows them.
        answered: when each sender was last answered, by `Clock.elapsed`.
    """

    text: str
    subject: str | None
    period: float
    style: Literal["rfc3834", "outlook", "gmail"]
    answered: dict[str, float] = field(default_factory=dict)
