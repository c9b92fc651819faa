"""The mailboxes that one user can name: his own, and what others let him see of theirs.

To a client it is what a `Tree` is, with the rights of RFC 4314 §4 held.  What a user must not
know of is answered as if it were not there: one that he may look up (``l``) refuses with NOPERM,
any other does not exist.  A mailbox of his own hides another's of the same full name.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import cast

from pytest_fakemail.dataclass import dataclass
from pytest_fakemail.store.account import Account
from pytest_fakemail.store.acl import Acl
from pytest_fakemail.store.hierarchy import INBOX, Hierarchy
from pytest_fakemail.store.impossible import Impossible
from pytest_fakemail.store.mailbox import Mailbox
from pytest_fakemail.store.tree import Tree
from pytest_fakemail.store.usage import Usage


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Another's tree, and what stands before its names here."""

    prefix: str
    tree: Tree


class Reach:
    """One user's view of all trees; made for a command, for rights change.

    `reserved` are the highest levels of the names that are not for mailboxes of his own.
    """

    __slots__ = ("_account", "_elsewhere", "_own", "_reserved")

    def __init__(
        self,
        account: Account,
        elsewhere: Callable[[Account], Iterable[Elsewhere]],
        reserved: frozenset[str],
    ) -> None:
        self._account = account
        self._own = account.mailboxes
        self._elsewhere = elsewhere
        self._reserved = reserved

    @property
    def hierarchy(self) -> Hierarchy:
        """How names are cut into levels."""
        return self._own.hierarchy

    def __iter__(self) -> Iterator[str]:
        """Return the names of the mailboxes: the user's own, then those that he may look up."""
        return iter([*self._own, *self.visible()])

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self.get(name) is not None

    def find(self, name: str) -> Mailbox | None:
        """Return the mailbox of this name, whatever rights the user has; another's is shared."""
        own = self._own.get(name)
        if own is not None:
            return own
        place = self._place(name)
        found = None if place is None else place.tree.get(name[len(place.prefix) :])
        return None if found is None or found.rights.acl is None else self._read(found)

    def _read(self, mailbox: Mailbox) -> Mailbox:
        """Return another's mailbox as the user reads it."""
        reading = getattr(mailbox, "reading", None)
        return mailbox if reading is None else cast("Mailbox", reading(self._account.name))

    def get(self, name: str) -> Mailbox | None:
        """Return the mailbox of this name that the user may look up, or None."""
        mailbox = self.find(name)
        return mailbox if mailbox is not None and self.may(mailbox, "l") else None

    def may(self, mailbox: Mailbox, right: str) -> bool:
        """Whether the user has a right in a mailbox that `find` returned."""
        acl = mailbox.rights.acl
        return acl is None or right in acl.rights_of(self._account)

    def require(self, name: str, right: str, *, code: str = "NONEXISTENT") -> Mailbox:
        """Return a mailbox in which the user has a right.

        Raises:
            Impossible: NOPERM, he may look it up only; this code, it is none that he may know of.
        """
        mailbox = self.find(name)
        if mailbox is not None and self.may(mailbox, right):
            return mailbox
        if mailbox is not None and self.may(mailbox, "l"):
            raise Impossible("You have no right to do that", "NOPERM")
        raise Impossible("There is no such mailbox", code)

    def visible(self) -> Mapping[str, Mailbox]:
        """Return the mailboxes of others that the user may look up, by their full names."""
        return {
            place.prefix + name: self._read(mailbox)
            for place in self._elsewhere(self._account)
            for name in place.tree
            if (mailbox := place.tree[name]).rights.acl is not None and self.may(mailbox, "l")
        }

    def homes(self, right: str) -> Mapping[str, Usage]:
        """Return what counts others' mailboxes in which the user has a right, by quota root."""
        found: dict[str, Usage] = {}
        for place in self._elsewhere(self._account):
            for name in place.tree:
                acl = place.tree[name].rights.acl
                if acl is not None and right in acl.rights_of(self._account):
                    found[acl.home.quota_root] = acl.home.usage
        return found

    # --- names -------------------------------------------------------------------------

    @property
    def subscribed(self) -> set[str]:
        """The names subscribed; of what is not the user's own, those that he may look up."""
        subscribed = self._own.subscribed
        return {name for name in subscribed if self.is_own(name) or self.get(name) is not None}

    def names(self) -> list[str]:
        """Return all names, also those that only lead to others; sorted, INBOX first."""
        visible = self.visible()
        known = {*self._own.names(), *visible, *self._above(visible)}
        return sorted(known, key=lambda name: (name != INBOX, name))

    def names_above(self) -> set[str]:
        """Return the names that have a mailbox below them."""
        return self._own.names_above() | self._above(self.visible())

    def _above(self, names: Iterable[str]) -> set[str]:
        return {above for name in names for above in self.hierarchy.parents(name)}

    def has_children(self, name: str) -> bool:
        """Whether a mailbox is below this name."""
        return self.hierarchy.canonical(name) in self.names_above()

    def _place(self, name: str) -> Elsewhere | None:
        """Return whose mailboxes are named like this; None if the user's own are."""
        for place in self._elsewhere(self._account):
            if name.startswith(place.prefix):
                return place
        return None

    def is_own(self, name: str) -> bool:
        """Whether a name is, or would be, that of a mailbox of the user's own."""
        return self.hierarchy.levels(name)[0] not in self._reserved or name in self._own

    # --- changes -----------------------------------------------------------------------

    def create(
        self, name: str, *, attributes: Iterable[str] = (), is_limited: bool = False
    ) -> Mailbox:
        """Make a mailbox; where there is a list above, it takes ``k`` there, and is inherited.

        Raises:
            Impossible: as `Tree.create`; NOPERM, USEATTR.
        """
        name = self.hierarchy.without_end(name)
        attributes = tuple(attributes)
        place = self._place_for_new(name)
        if attributes and place.prefix:
            raise Impossible("Special uses are for mailboxes of your own", "USEATTR")
        local = name[len(place.prefix) :]
        new = [local, *self.hierarchy.parents(local)]
        with self._inheriting(place.tree, local, new):
            return place.tree.create(local, attributes=attributes, is_limited=is_limited)

    @contextmanager
    def _inheriting(self, tree: Tree, name: str, names: list[str]) -> Iterator[None]:
        """Give those of the names that are new then the list of the mailbox above a name."""
        acl = self._list_above(tree, name)
        missing = [one for one in names if one not in tree]
        yield
        if acl is not None:
            for one in missing:
                tree[one].rights.acl = acl.inherited()
                tree[one].regranted()

    def _list_above(self, tree: Tree, name: str) -> Acl | None:
        for above in self.hierarchy.parents(name):
            parent = tree.get(above)
            if parent is not None:
                return parent.rights.acl
        return None

    def _place_for_new(self, name: str) -> Elsewhere:
        """Return where a new mailbox would come to.

        Raises:
            Impossible: NOPERM.
        """
        is_own = self.is_own(name)
        place = Elsewhere("", self._own) if is_own else self._place(name)
        acl = None if place is None else self._list_above(place.tree, name[len(place.prefix) :])
        is_allowed = is_own if acl is None else "k" in acl.rights_of(self._account)
        if place is None or not is_allowed:
            raise Impossible("You have no right to make mailboxes there", "NOPERM")
        return place

    def delete(self, name: str) -> None:
        """Delete a mailbox, for which it takes ``x``.

        Raises:
            Impossible: as `Tree.delete`; NOPERM.
        """
        place = self._place_of(name, "x")
        place.tree.delete(name[len(place.prefix) :])
        self._own.hear_of_rights()

    def rename(self, name: str, new_name: str) -> None:
        """Rename a mailbox, for which it takes ``x``, and ``k`` where it comes to.

        It stays whose it is, and its list stays with it.

        Raises:
            Impossible: as `Tree.rename`; NOPERM; CANNOT, between those of different users.
        """
        new_name = self.hierarchy.without_end(new_name)
        old, new = self._place_of(name, "x"), self._place_for_new(new_name)
        if old.tree is not new.tree:
            raise Impossible("A mailbox stays with whom it belongs to", "CANNOT")
        local, new_local = name[len(old.prefix) :], new_name[len(new.prefix) :]
        if old.prefix and self.hierarchy.canonical(local) == INBOX:
            raise Impossible("Another's INBOX cannot be renamed", "CANNOT")
        above = list(self.hierarchy.parents(new_local))
        with self._inheriting(new.tree, new_local, above):
            old.tree.rename(local, new_local)
        self._own.hear_of_rights()

    def _place_of(self, name: str, right: str) -> Elsewhere:
        """Return whose mailbox this is, if the user has a right in it.

        Raises:
            Impossible: NOPERM, NONEXISTENT, HASCHILDREN.
        """
        if self.is_own(name):
            if name in self._own:
                self.require(name, right)
            return Elsewhere("", self._own)
        place = self._place(name)
        if self.get(name) is None and self.has_children(name):
            raise Impossible("That is no mailbox and has others below it", "HASCHILDREN")
        if place is None:
            raise Impossible("There is no such mailbox", "NONEXISTENT")
        self.require(name, right)
        return place

    def subscribe(self, name: str) -> None:
        """Remember a name for LSUB; it need not exist (RFC 3501 §6.3.6)."""
        self._own.subscribe(name)

    def unsubscribe(self, name: str) -> None:
        """Forget a name that was subscribed; one that was not is no mistake."""
        self._own.unsubscribe(name)
