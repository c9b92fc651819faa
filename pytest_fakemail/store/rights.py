r"""What clients may change in a mailbox: all of it, some flags, or nothing.

RFC 9051 §7.1 (READ-ONLY, PERMANENTFLAGS), and for each user by himself where the mailbox has an
access control list.  A test's own calls and deliveries are not bound by it.
"""

from collections.abc import Collection, Iterable

from pytest_fakemail.dataclass import dataclass
from pytest_fakemail.store.acl import ALL, Acl, Who
from pytest_fakemail.store.flags import DELETED, SEEN, SYSTEM_FLAGS, is_full

NEW_KEYWORDS = "\\*"
FLAG_RIGHTS = "swt"
"""The rights of which each is for some flags (RFC 4314 §2.1)."""
_CHANGING = frozenset("swite")


def right_for(flag: str) -> str:
    r"""Return the right that it takes to set or clear a flag (RFC 4314 §4, STORE)."""
    return {SEEN.lower(): "s", DELETED.lower(): "t"}.get(flag.lower(), "w")


@dataclass(slots=True)
class Rights:
    r"""The rights of every client; `permanent_flags` None: all flags and new keywords.

    ``\*`` among them stands for keywords, those that are there and new ones.  With an `acl`
    each user has fewer: see `of`.
    """

    is_read_only: bool = False
    permanent_flags: tuple[str, ...] | None = None
    acl: Acl | None = None

    def of(self, who: Who) -> "Rights":
        """Return the rights of one user."""
        return self if self.acl is None else RightsOfOne(self, self.acl.rights_of(who))

    def may(self, right: str) -> bool:
        """Whether a right of RFC 4314 is there; to post (``p``) is nobody's business here."""
        return not (self.is_read_only and right in _CHANGING)

    @property
    def letters(self) -> frozenset[str]:
        """The rights of RFC 4314 that are there."""
        return frozenset(filter(self.may, ALL))

    @property
    def may_change(self) -> bool:
        """Whether there is any right that makes a mailbox READ-WRITE (RFC 4314 §5.2)."""
        return any(map(self.may, _CHANGING))

    @property
    def permits_all(self) -> bool:
        """Whether clients may set and take every flag."""
        return self.permanent_flags is None

    def permits(self, flag: str) -> bool:
        """Whether clients may set and take this flag."""
        if self.permanent_flags is None:
            return True
        if not flag.startswith("\\") and NEW_KEYWORDS in self.permanent_flags:
            return True
        return flag.lower() in {each.lower() for each in self.permanent_flags}

    def forbids(self, flag: str) -> bool:
        """Whether clients may not set and take this flag."""
        return not self.permits(flag)

    def permitted(self, flags: Iterable[str]) -> list[str]:
        """Return those of these flags that clients may change."""
        return [flag for flag in flags if self.permits(flag)]

    def listed(self, keywords: Collection[str]) -> list[str]:
        """Return what PERMANENTFLAGS lists in a mailbox that has these keywords."""
        has_room = not is_full(keywords)
        if self.permanent_flags is None:
            return [*SYSTEM_FLAGS, *keywords, *([NEW_KEYWORDS] if has_room else [])]
        known = self.permitted((*SYSTEM_FLAGS, *keywords))
        # A keyword that nobody has set yet can be listed as well.
        listed = dict.fromkeys((*known, *self.permanent_flags))
        return [flag for flag in listed if has_room or flag != NEW_KEYWORDS]


class RightsOfOne(Rights):
    r"""The rights of one user in a mailbox with an access control list (RFC 4314 §4).

    ``s`` is for ``\Seen``, ``t`` for ``\Deleted``, ``w`` for all other flags.
    """

    __slots__ = ("_granted",)

    def __init__(self, everybodys: Rights, granted: frozenset[str]) -> None:
        super().__init__(everybodys.is_read_only, everybodys.permanent_flags, everybodys.acl)
        self._granted = granted

    def may(self, right: str) -> bool:
        """Whether a right of RFC 4314 is there."""
        return right in self._granted and super().may(right)

    @property
    def permits_all(self) -> bool:
        """Whether the user may set and take every flag."""
        return super().permits_all and self._granted.issuperset("swt")

    def permits(self, flag: str) -> bool:
        """Whether the user may set and take this flag."""
        return right_for(flag) in self._granted and super().permits(flag)

    def listed(self, keywords: Collection[str]) -> list[str]:
        """Return what PERMANENTFLAGS lists (RFC 4314 §5.1.1)."""
        return self.permitted(super().listed(keywords))
