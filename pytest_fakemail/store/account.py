"""An account: who may log in, by what, and the mail that is his."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from pytest_fakemail.clock import Duration, seconds
from pytest_fakemail.dataclass import dataclass
from pytest_fakemail.store.hierarchy import INBOX
from pytest_fakemail.store.registry import Registry
from pytest_fakemail.store.usage import Usage

if TYPE_CHECKING:
    from array import array

    from pytest_fakemail.store.answering import AutoReply, Forwarding
    from pytest_fakemail.store.mailbox import Mailbox
    from pytest_fakemail.store.tree import Tree


@dataclass(frozen=True, slots=True)
class Token:
    """A bearer token's facts: when it is due, by the clock, and what it is good for."""

    due: float | None = None
    scopes: tuple[str, ...] = ()
    audience: str | None = None
    is_revoked: bool = False


class Account:
    """A user of the three servers: one name, one password, one tree of mailboxes.

    `name` is the login name as it was given; `address` has always a domain.
    `oauth_provider` is whose tokens it has; `app_password` the one password
    that is then accepted.  `maildrop_holders` are those that have its maildrop open (RFC 1939 §4,
    the lock); `popped` the numbers of contents that no maildrop has again; `measured` the sizes
    of the messages that one had in front, for POP3, with UIDVALIDITY and the last UID.
    """

    __slots__ = (
        "_furnish",
        "_is_locked",
        "_registry",
        "_tokens",
        "_tree",
        "address",
        "app_password",
        "auto_reply",
        "forwarding",
        "maildrop_holders",
        "measured",
        "name",
        "oauth_provider",
        "password",
        "popped",
        "usage",
    )

    def __init__(
        self,
        name: str,
        address: str,
        password: str,
        *,
        registry: Registry,
        furnish: "Callable[[Usage], Tree]",
    ) -> None:
        self.name = name
        self.address = address
        self.password = password
        self.usage = Usage()
        self._tree: Tree | None = None
        self._furnish = furnish
        self.maildrop_holders: list[object] = []
        self.popped: set[int] = set()
        self.measured: tuple[int, int, array[int]] | None = None
        self.auto_reply: AutoReply | None = None
        self.forwarding: Forwarding | None = None
        self._is_locked = False
        self._registry = registry
        self._tokens: dict[str, Token] = {}
        self.oauth_provider = "none"
        self.app_password: str | None = None

    def __repr__(self) -> str:
        return f"<Account {self.name}>"

    @property
    def mailboxes(self) -> "Tree":
        """All of them, made when somebody first looks: tests that only send never do."""
        tree = self._tree
        return self.furnished() if tree is None else tree

    def furnished(self) -> "Tree":
        """Return all mailboxes, made now at the latest."""
        with self._registry:
            if self._tree is None:
                self._tree = self._furnish(self.usage)
            return self._tree

    @property
    def is_furnished(self) -> bool:
        """Whether anybody has looked at the mailboxes."""
        return self._tree is not None

    @property
    def inbox(self) -> "Mailbox":
        """The mailbox to which mail is delivered."""
        return self.mailboxes[INBOX]

    # --- authentication ----------------------------------------------------------------

    @property
    def is_locked(self) -> bool:
        """Whether logins are refused for now."""
        return self._is_locked

    def lock(self) -> None:
        """Refuse logins, with the right password too."""
        self._is_locked = True

    def unlock(self) -> None:
        """Accept logins again."""
        self._is_locked = False

    def accepts_password(self, password: str) -> bool:
        """Whether this is the password."""
        from hmac import compare_digest

        return compare_digest(password.encode(), self.password.encode())

    def issue_token(
        self,
        *,
        expires_in: Duration | None = None,
        scopes: Sequence[str] = (),
        audience: str | None = None,
    ) -> str:
        """Return a new bearer token, good for so long by the clock; for ever by default.

        Raises:
            BadArgument: not a duration.
        """
        from secrets import token_urlsafe

        with self._registry as registry:
            due = None if expires_in is None else registry.clock.time() + seconds(expires_in)
            token = f"fakemail-{len(self._tokens) + 1}-{token_urlsafe(24)}"
            self._tokens[token] = Token(due, tuple(scopes), audience)
            return token

    def revoke(self, token: str) -> None:
        """Make a token worthless; one that never was is no mistake."""
        with self._registry:
            if token in self._tokens:
                self._tokens[token] = replace(self._tokens[token], is_revoked=True)

    def token(self, token: str) -> Token | None:
        """Return a token's facts; None if it never was issued."""
        return self._tokens.get(token)

    def token_state(self, token: str) -> str:
        """Return ``"valid"``, ``"expired"``, ``"revoked"`` or ``"unknown"``."""
        with self._registry as registry:
            known = self._tokens.get(token)
            if known is None:
                return "unknown"
            if known.is_revoked:
                return "revoked"
            is_valid = known.due is None or registry.clock.time() < known.due
            return "valid" if is_valid else "expired"

    def token_expires_in(self, token: str) -> float | None:
        """Return the seconds that a token is good for yet; None if it does not expire."""
        with self._registry as registry:
            known = self._tokens.get(token)
            if known is None or known.due is None:
                return None
            return max(known.due - registry.clock.time(), 0.0)

    # --- quota -------------------------------------------------------------------------

    @property
    def quota(self) -> int | None:
        """The most octets that all mailboxes together may hold; None without limit."""
        return self.usage.most_octets

    @quota.setter
    def quota(self, octets: int | None) -> None:
        self.usage.most_octets = octets

    def is_over_quota(self, extra_octets: int, extra_messages: int = 1) -> bool:
        """Whether so much more mail is not let in."""
        return not self.usage.is_soft and self.usage.is_over(extra_octets, extra_messages)


def new_app_password() -> str:
    """Return sixteen letters, as Google's have."""
    import secrets
    import string

    return "".join(secrets.choice(string.ascii_lowercase) for _ in range(16))
