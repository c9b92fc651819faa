"""Mailboxes that are several users': other users' mailboxes, and those that are nobody's own.

Two namespaces besides a user's own (RFC 2342 §5): ``Users/ann@example.test/Invoices`` is what
others see of Ann's ``Invoices``, ``Shared/Team`` is a shared mailbox.  A separator in a login
name is written ``^`` there, as Cyrus does it (``.`` where that is the separator).

A store has no `Sharing` until something is shared or asks for rights.
"""

from collections.abc import Iterable, Iterator, Mapping

from pytest_fakemail.errors import BadSetting
from pytest_fakemail.settings import Settings
from pytest_fakemail.store.account import Account
from pytest_fakemail.store.acl import Acl, Home
from pytest_fakemail.store.furniture import Furniture
from pytest_fakemail.store.hierarchy import Hierarchy
from pytest_fakemail.store.mailbox import Mailbox
from pytest_fakemail.store.mailbox_names import flaw
from pytest_fakemail.store.reach import Elsewhere, Reach
from pytest_fakemail.store.registry import Registry
from pytest_fakemail.store.tree import MakeMailbox, Tree

_TWO = 2


class Sharing:
    """Who shares what: the shared mailboxes, and the homes of all.

    Args:
        accounts: all that there are, by login name; looked into whenever it is asked.
        names: of the namespaces of other users' and of shared mailboxes; none: there are none.
        make: what makes shared mailboxes.
        domain: for the address of whom shared mailboxes belong to.

    Raises:
        BadSetting: names that no two mailboxes could have.
    """

    def __init__(
        self,
        registry: Registry,
        accounts: Mapping[str, Account],
        hierarchy: Hierarchy,
        names: tuple[str, ...],
        *,
        domain: str,
        make: MakeMailbox,
    ) -> None:
        check(names, hierarchy)
        separator = hierarchy.separator
        self.others, self.shared = (
            (f"{names[0]}{separator}", f"{names[1]}{separator}")
            if names and separator is not None
            else ("", "")
        )
        self._names = frozenset(names if separator is not None else ())
        self._registry = registry
        self._accounts = accounts
        self._stand_in = "." if separator == "^" else "^"
        self._separator = separator or ""
        self._homes: dict[Account, Home] = {}
        # Its owner is nobody: it has no entry among the accounts, and so no login.
        self.commons = Account(
            "shared mailboxes",
            f"shared@{domain}",
            "",
            registry=registry,
            furnish=lambda usage: Tree(registry, usage, hierarchy, {}, make),
        )
        self.commons.furnished()

    def home(self, account: Account) -> Home:
        """Return whose an account's mailboxes are, and what others see before their names."""
        home = self._homes.get(account)
        if home is None:
            if account is self.commons:
                home = Home(None, self.shared, account.usage)
            else:
                spelt = account.name.replace(self._separator, self._stand_in)
                prefix = f"{self.others}{spelt}{self._separator}"
                home = Home(account.name, prefix, account.usage)
            self._homes[account] = home
        return home

    def acl(self, account: Account, mailbox: Mailbox) -> Acl:
        """Return the access control list of an account's mailbox; it has one from now on."""
        with self._registry:
            acl = mailbox.rights.acl
            if acl is None:
                acl = mailbox.rights.acl = Acl(self.home(account))
            return acl

    def grant(self, account: Account, name: str, identifier: str, rights: Iterable[str]) -> Mailbox:
        """Give exactly these rights in an account's mailbox, which is made if need be; return it.

        Raises:
            Impossible: it cannot be made.
        """
        with self._registry:
            tree = account.mailboxes
            mailbox = tree[name] if name in tree else tree.create(name)
            self.acl(account, mailbox).grant(identifier, rights)
            mailbox.regranted()
            return mailbox

    def reach(self, account: Account) -> Reach:
        """Return all mailboxes that a user can name."""
        return Reach(account, self._elsewhere, self._names)

    def seen_by(self, account: Account, name: str) -> tuple[Mailbox | None, Account]:
        """Return another's mailbox that a user can do anything in, and whose it is."""
        reach = self.reach(account)
        mailbox = reach.find(name)
        acl = None if mailbox is None else mailbox.rights.acl
        if mailbox is None or acl is None or not acl.rights_of(account):
            return None, account
        return mailbox, self.owner_of(acl)

    def owner_of(self, acl: Acl) -> Account:
        """Return the account whose mailbox has this list."""
        owner = acl.home.owner
        return self.commons if owner is None else self._accounts[owner.lower()]

    def _elsewhere(self, account: Account) -> Iterator[Elsewhere]:
        """Yield the trees of all but one account."""
        for other in (*self._accounts.values(), self.commons):
            if other is not account and self.others:
                yield Elsewhere(self.home(other).prefix, other.mailboxes)


def check(names: tuple[str, ...], hierarchy: Hierarchy) -> None:
    """Refuse what cannot be the names of the two namespaces.

    Raises:
        BadSetting: they are neither two nor none, or cannot be mailboxes' names.
    """
    is_possible = not names or len({name.lower() for name in names}) == _TWO
    for name in names:
        levels = hierarchy.levels(name)
        is_possible &= len(levels) == 1 and levels[0].lower() != "inbox" and not flaw(name)
    if not is_possible:
        raise BadSetting(
            f"namespaces={names!r}: wanted two names, for other users' mailboxes and for shared "
            "ones, each one level of a mailbox's name, such as 'Users' and 'Shared'; or none"
        )


def sharing_by(
    settings: Settings, registry: Registry, accounts: Mapping[str, Account], furniture: Furniture
) -> Sharing:
    """Return who shares what in a store with these settings.

    Raises:
        BadSetting: names of namespaces that no two mailboxes could have.
    """
    return Sharing(
        registry,
        accounts,
        furniture.hierarchy,
        () if settings.gmail_labels else settings.namespaces,
        domain=settings.domain,
        make=furniture.maker(),
    )
