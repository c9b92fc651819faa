"""Annotations of mailboxes and of the server: METADATA's entries and values (RFC 5464 §3).

What is ``/private/…`` is one user's, what is ``/shared/…`` everybody's who may see the mailbox.
The book lies beside the mailboxes: a store in which nobody annotates has none.
"""

from collections.abc import Mapping
from typing import Final, Protocol
from weakref import WeakSet

from pytest_fakemail.store.impossible import Impossible
from pytest_fakemail.store.mailbox import Mailbox
from pytest_fakemail.store.registry import Registry

MOST_OCTETS: Final = 64 * 1024
"""The longest value."""
MOST_ENTRIES: Final = 100
"""The most entries of one mailbox, or of the server: shared, and private of each user."""

SHARED: Final = "/shared/"
PRIVATE: Final = "/private/"

Values = Mapping[str, bytes | None]
"""Values by entry; None removes it."""

Spelt = dict[str, tuple[str, bytes]]
"""By an entry in lower case: how it was written first, and its value."""


class Watcher(Protocol):
    """Who is to hear when others change annotations; called with the registry entered."""

    def annotated(self, mailbox: Mailbox | None, entries: tuple[str, ...], user: str) -> None:
        """Entries of a mailbox, or of the server, were changed by a user."""


class Annotations:
    """The annotations of one mailbox, or of the server."""

    __slots__ = ("private", "shared")

    def __init__(self) -> None:
        self.shared: Spelt = {}
        self.private: dict[str, Spelt] = {}

    def of(self, user: str) -> Spelt:
        """Return what a user can see, by the entries in lower case, sorted."""
        return dict(sorted((self.shared | self.private.get(user, {})).items()))

    def copy(self) -> "Annotations":
        """Return the same once more."""
        other = Annotations()
        other.shared = dict(self.shared)
        other.private = {user: dict(entries) for user, entries in self.private.items()}
        return other

    def change(self, values: Values, user: str) -> None:
        """Set and remove entries, all or none.

        Raises:
            Impossible: METADATA MAXSIZE, METADATA TOOMANY (RFC 5464 §4.3).
        """
        if any(value is not None and len(value) > MOST_OCTETS for value in values.values()):
            raise Impossible("A value is too long", f"METADATA MAXSIZE {MOST_OCTETS}")
        shared, private = dict(self.shared), dict(self.private.get(user, {}))
        for entry, value in values.items():
            key = entry.lower()
            place = private if key.startswith(PRIVATE) else shared
            if value is None:
                place.pop(key, None)
            else:
                place[key] = place.get(key, (entry,))[0], value
        grown = (len(shared) > max(MOST_ENTRIES, len(self.shared))) or (
            len(private) > max(MOST_ENTRIES, len(self.private.get(user, {})))
        )
        if grown:
            raise Impossible("There are too many annotations", "METADATA TOOMANY")
        self.shared, self.private[user] = shared, private


class Book:
    """All annotations of a store: by the mailbox's identifier, the server's by ``""``."""

    def __init__(self) -> None:
        self.pages: dict[str, Annotations] = {}
        self.watchers: WeakSet[Watcher] = WeakSet()

    def page(self, mailbox: Mailbox | None) -> Annotations:
        """Return the annotations of a mailbox, or of the server."""
        key = "" if mailbox is None else mailbox.mailbox_id
        return self.pages.setdefault(key, Annotations())

    def change(
        self, mailbox: Mailbox | None, values: Values, user: str, by: Watcher | None = None
    ) -> None:
        """Set and remove entries, all or none; tell all watchers but the one who did it.

        Raises:
            Impossible: as `Annotations.change`.
        """
        self.page(mailbox).change(values, user)
        for watcher in list(self.watchers):
            if watcher is not by:
                watcher.annotated(mailbox, tuple(values), user)

    def forget(self, mailbox: Mailbox) -> None:
        """Remove those of a mailbox that is deleted (RFC 5464 §4.1)."""
        self.pages.pop(mailbox.mailbox_id, None)

    def follow(self, mailbox: Mailbox, other: Mailbox) -> None:
        """Let another mailbox have the same: INBOX was renamed to it (RFC 5464 §4.1)."""
        if mailbox.mailbox_id in self.pages:
            self.pages[other.mailbox_id] = self.page(mailbox).copy()


def book(registry: Registry) -> Book:
    """Return the book of a store; there is one from now on."""
    with registry:
        found = registry.book
        if not isinstance(found, Book):
            found = registry.book = Book()
        return found


def flaw(entry: str, *, is_new: bool = True) -> str:
    """Say why this is no entry (RFC 5464 §3.2); empty if it is.

    One that is only asked for may also name what others are below: ``/shared``.
    """
    if not entry.isascii() or not entry.isprintable() or set(entry) & set("*%"):
        return "has a character that no entry has"
    scope, *parts = entry.lower().split("/")[1:] or [""]
    if not entry.startswith("/") or f"/{scope}/" not in (SHARED, PRIVATE):
        return "does not begin with /shared/ or /private/"
    if not all(parts):
        return "has two slashes together, or one at its end"
    least = (3 if parts[:1] == ["vendor"] else 1) if is_new else 0
    return "" if len(parts) >= least else "has too few components"
