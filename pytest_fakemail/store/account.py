"""An account: who may log in, by what, and the mail that is his."""

from typing import TYPE_CHECKING

from pytest_fakemail.store.registry import Registry
from pytest_fakemail.store.usage import Usage

if TYPE_CHECKING:
    from array import array
    from collections.abc import Callable

    from pytest_fakemail.store.answering import AutoReply, Forwarding
    from pytest_fakemail.store.mailbox import Mailbox
    from pytest_fakemail.store.tokens import Tokens
    from pytest_fakemail.store.tree import Tree


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
        self._tokens: Tokens | None = None
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
    def inbox(self) -> "Mailbox":
        """The mailbox to which mail is delivered."""
        return self.mailboxes["INBOX"]

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

    @property
    def tokens(self) -> "Tokens":
        """Its bearer tokens, and the facts of each."""
        if self._tokens is None:
            from pytest_fakemail.store.tokens import Tokens

            tokens = Tokens(self._registry)
            with self._registry:  # a server may ask while the test issues the first
                if self._tokens is None:
                    self._tokens = tokens
        return self._tokens

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
