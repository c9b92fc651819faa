"""Mailbox access keys: what authorizes URLs of one user's, mailbox by mailbox (RFC 4467 §2.2).

They are not kept but made from what they are of, and from how often they were replaced; so tests
see the same tokens in each run, and a user has keys for as many mailboxes as there are.  The RFC
wants them unpredictable: of a server with real mail.
"""

import hmac
from typing import Final, Protocol
from weakref import WeakSet

from pytest_fakemail.store.mailbox import Mailbox
from pytest_fakemail.store.registry import Registry

_SECRET: Final = b"mailbox access keys"
_SHA_256: Final = "01"
"""Tells the algorithm in the token, so that there can be others (RFC 4467 §2.4.1)."""


class Watcher(Protocol):
    """Who is to hear of new keys; called with the registry entered."""

    def key_replaced(self, mailbox: Mailbox, user: str) -> None:
        """A user's key of a mailbox is another one."""


class AccessKeys:
    """The tables of all users of a store; users are login names."""

    def __init__(self) -> None:
        self._removals: dict[str, int] = {}
        self._replacements: dict[tuple[str, str], int] = {}
        self.watchers: WeakSet[Watcher] = WeakSet()

    def token(self, user: str, mailbox: Mailbox, rump: bytes) -> str:
        """Return the authorization token of a URL without one: 66 hexadecimal digits."""
        key = hmac.digest(_SECRET, self._named(user, mailbox), "sha256")
        return _SHA_256 + hmac.digest(key, rump, "sha256").hex()

    def _named(self, user: str, mailbox: Mailbox) -> bytes:
        identifier = mailbox.mailbox_id
        replaced = self._replacements.get((user, identifier), 0)
        return f"{self._removals.get(user, 0)} {replaced} {identifier} {user}".encode()

    def replace(self, user: str, mailbox: Mailbox, by: Watcher | None = None) -> None:
        """Give a user another key of a mailbox; tell all watchers but the one who did it."""
        place = user, mailbox.mailbox_id
        self._replacements[place] = self._replacements.get(place, 0) + 1
        for watcher in list(self.watchers):
            if watcher is not by:
                watcher.key_replaced(mailbox, user)

    def remove_all(self, user: str) -> None:
        """Remove all keys of a user; whatever comes next gets new ones."""
        self._removals[user] = self._removals.get(user, 0) + 1


def access_keys(registry: Registry) -> AccessKeys:
    """Return the mailbox access keys of a store; there are some from now on."""
    with registry:
        found = registry.access_keys
        if not isinstance(found, AccessKeys):
            found = registry.access_keys = AccessKeys()
        return found
