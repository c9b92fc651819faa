r"""What clients may change in a mailbox: all of it, some flags, or nothing.

RFC 9051 §7.1 (READ-ONLY, PERMANENTFLAGS).  A test's own calls and deliveries are not bound by it.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from pytest_fakemail.store.flags import SYSTEM_FLAGS, is_full

NEW_KEYWORDS = "\\*"


@dataclass(slots=True)
class Rights:
    r"""The rights of every client; `permanent_flags` None: all flags and new keywords.

    ``\*`` among them stands for keywords, those that are there and new ones.
    """

    is_read_only: bool = False
    permanent_flags: tuple[str, ...] | None = None

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
