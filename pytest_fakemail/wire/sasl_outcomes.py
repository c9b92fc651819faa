"""What a step of a SASL exchange comes to: a challenge, success or failure (RFC 4422 §3)."""

from collections.abc import Generator
from enum import Enum, auto

from pytest_fakemail.dataclass import dataclass
from pytest_fakemail.store.account import Account


class Reason(Enum):
    """Why an authentication failed; each protocol has its own codes for these."""

    INVALID = auto()
    """Unknown user, wrong password, unknown or revoked token."""
    EXPIRED = auto()
    """A token whose time is over."""
    LOCKED = auto()
    """Right credentials of an account that is locked."""
    APP_PASSWORD = auto()
    """The right password, but the account takes passwords made for one app only."""
    UNAUTHORIZED = auto()
    """Right credentials, but they do not allow to act as the identity asked for."""
    MALFORMED = auto()
    """Not what the mechanism's grammar allows: a mistake in the client."""


@dataclass(frozen=True, slots=True)
class Challenge:
    """Octets for the client, who shall respond to them."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Success:
    """The client is who it says; from now on it acts as `account`."""

    account: Account


@dataclass(frozen=True, slots=True)
class Failure:
    """The exchange is over; `text` is one line of ASCII fit for a reply."""

    reason: Reason
    text: str


Outcome = Challenge | Success | Failure

Steps = Generator[Challenge, bytes, Success]
"""A mechanism as a server runs it: it yields challenges, is sent responses, and returns
success or raises `AuthenticationFailed`."""


class AuthenticationFailed(Exception):
    """The client is not let in; holds the `Failure` that says so."""

    def __init__(self, reason: Reason, text: str) -> None:
        super().__init__(text)
        self.failure = Failure(reason, text)
