"""Search keys that are being read: a group is what stands in parentheses, of NOT, FUZZY or OR.

What says the same with fewer levels is one group: ANDs in each other, ORs in each other, a single
key in parentheses, NOT of NOT, FUZZY of FUZZY.
"""

from pytest_fakemail.query.search import And, Fuzzy, Not, Or, SearchKey


class Group:
    """The keys that one word joins."""

    __slots__ = ("depth", "joined", "keys", "missing")

    def __init__(self, joined: type[And | Or | Not | Fuzzy], missing: int | None = None) -> None:
        """Open a group.

        Args:
            joined: what joins its keys.
            missing: how many keys it wants; None: as many as there are.
        """
        self.joined = joined
        self.keys: list[SearchKey | Group] = []
        self.depth = 0
        self.missing = missing

    def add(self, found: "SearchKey | Group") -> int:
        """Take a key, or a group that is whole; return how many levels there are in this one."""
        while isinstance(found, Group) and found.joined is And and len(found.keys) == 1:
            found = found.keys[0]
        if not isinstance(found, Group):
            self.keys.append(found)
        elif found.joined is not self.joined:
            self.keys.append(found)
            self.depth = max(self.depth, found.depth + 1)
        elif self.joined is Fuzzy:
            self.keys, self.depth = found.keys, found.depth
        elif self.joined is Not:
            self.joined, self.keys, self.depth = And, found.keys, found.depth
        else:
            # The shorter one goes into the longer one: their order says nothing.
            shorter, self.keys = sorted((self.keys, found.keys), key=len)
            self.keys += shorter
            self.depth = max(self.depth, found.depth)
        return self.depth

    def key(self) -> SearchKey:
        """Return the group as a key."""
        keys = tuple(one.key() if isinstance(one, Group) else one for one in self.keys)
        if self.joined is Not:
            return Not(keys[0])
        if self.joined is Fuzzy:
            return Fuzzy(keys[0])
        if self.joined is Or:
            return Or(keys)
        return keys[0] if len(keys) == 1 else And(keys)
