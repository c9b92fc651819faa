"""Addresses that stand for others: lists, forwarding addresses, catch-alls."""

from collections.abc import Callable, Collection, Mapping, Sequence

from pytest_fakemail.domains import without_tag
from pytest_fakemail.errors import BadArgument
from pytest_fakemail.store.account import Account


class Aliases:
    """The aliases of a store; who asks holds its lock.

    Args:
        key: returns what is equal for equal addresses.
        accounts: those that there are, by this key of their address.

    Attributes:
        members: whom each alias stands for, by its key.
    """

    def __init__(self, key: Callable[[str], str], accounts: Mapping[str, Account]) -> None:
        self.members: dict[str, tuple[str, ...]] = {}
        self._key = key
        self._accounts = accounts

    def accounts_at(self, address: str) -> list[Account]:
        """Return the accounts that an address reaches, each once."""
        found: dict[str, Account] = {}
        self._find(address, found, set())
        return list(found.values())

    def elsewhere(self, address: str) -> list[str]:
        """Return the addresses behind this one that no account has."""
        others: list[str] = []
        waiting, visited = [address], set[str]()
        while waiting:
            one = waiting.pop(0)
            key = self._key(one)
            if key in visited:
                continue
            visited.add(key)
            plain = without_tag(key)
            members = self.members.get(key) or self.members.get(plain)
            if members is None and key not in self._accounts and plain not in self._accounts:
                members = self.members.get(_catch_all(key))
                if members is None:
                    others.append(one)
            waiting += members or ()
        return others

    def _find(self, address: str, found: dict[str, Account], visited: set[str]) -> None:
        key = self._key(address)
        if key in visited:
            return
        visited.add(key)
        for candidate in (key, without_tag(key)):
            if candidate in self.members:
                for member in self.members[candidate]:
                    self._find(member, found, visited)
                return
            if candidate in self._accounts:
                account = self._accounts[candidate]
                found[account.name] = account
                return
        for member in self.members.get(_catch_all(key), ()):
            self._find(member, found, visited)


def checked_members(address: str, members: Sequence[str]) -> tuple[str, ...]:
    """Return the members of an alias that a test makes.

    Raises:
        BadArgument: as `Store.add_alias`.
    """
    if not isinstance(address, str) or not address or address.startswith("@"):
        raise BadArgument(f"no address for an alias: {address!r}")
    if "*" in address and (not address.startswith("*@") or "*" in address[1:]):
        raise BadArgument(f"no address for an alias: {address!r}; a catch-all is '*@example.test'")
    is_list = isinstance(members, Collection) and not isinstance(members, str | bytes)
    if not is_list or not members or not all(isinstance(one, str) and one for one in members):
        raise BadArgument(f"no members for the alias {address}: {members!r}; wanted a list")
    return tuple(members)


def _catch_all(key: str) -> str:
    return f"*@{key.rpartition('@')[2]}"
