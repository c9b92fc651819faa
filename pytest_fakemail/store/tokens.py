"""The bearer tokens of an account, and passwords made for one app."""

import secrets
import string
from collections.abc import Sequence
from dataclasses import replace

from pytest_fakemail.clock import Duration, seconds
from pytest_fakemail.dataclass import dataclass
from pytest_fakemail.store.registry import Registry


@dataclass(frozen=True, slots=True)
class Token:
    """A bearer token's facts: when it is due, by the clock, and what it is good for."""

    due: float | None = None
    scopes: tuple[str, ...] = ()
    audience: str | None = None
    is_revoked: bool = False


class Tokens:
    """The bearer tokens that were issued for an account."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._issued: dict[str, Token] = {}

    def issue(
        self,
        *,
        expires_in: Duration | None = None,
        scopes: Sequence[str] = (),
        audience: str | None = None,
    ) -> str:
        """Return a new one, good for so long by the clock; for ever by default.

        Raises:
            BadArgument: not a duration.
        """
        with self._registry as registry:
            due = None if expires_in is None else registry.clock.time() + seconds(expires_in)
            token = f"fakemail-{len(self._issued) + 1}-{secrets.token_urlsafe(24)}"
            self._issued[token] = Token(due, tuple(scopes), audience)
            return token

    def revoke(self, token: str) -> None:
        """Make a token worthless; one that never was is no mistake."""
        with self._registry:
            if token in self._issued:
                self._issued[token] = replace(self._issued[token], is_revoked=True)

    def get(self, token: str) -> Token | None:
        """Return a token's facts; None if it never was issued."""
        return self._issued.get(token)

    def state(self, token: str) -> str:
        """Return ``"valid"``, ``"expired"``, ``"revoked"`` or ``"unknown"``."""
        with self._registry as registry:
            known = self._issued.get(token)
            if known is None:
                return "unknown"
            if known.is_revoked:
                return "revoked"
            is_valid = known.due is None or registry.clock.time() < known.due
            return "valid" if is_valid else "expired"

    def expires_in(self, token: str) -> float | None:
        """Return the seconds that a token is good for yet; None if it does not expire."""
        with self._registry as registry:
            known = self._issued.get(token)
            if known is None or known.due is None:
                return None
            return max(known.due - registry.clock.time(), 0.0)


def new_app_password() -> str:
    """Return sixteen letters, as Google's have."""
    return "".join(secrets.choice(string.ascii_lowercase) for _ in range(16))
