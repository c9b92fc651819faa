r"""Flags: the system's five, keywords, and sets of them that messages share.

RFC 3501 §2.3.2: all flags are case-insensitive.  ``\Recent`` is no flag of a message but
of a session, see `store.view`.
"""

from collections.abc import Iterable
from typing import Final

SEEN: Final = "\\Seen"
ANSWERED: Final = "\\Answered"
FLAGGED: Final = "\\Flagged"
DELETED: Final = "\\Deleted"
DRAFT: Final = "\\Draft"
SYSTEM_FLAGS: Final = (ANSWERED, FLAGGED, DELETED, SEEN, DRAFT)

Flags = frozenset[str]
NO_FLAGS: Final[Flags] = frozenset()

_SYSTEM = {flag.lower(): flag for flag in SYSTEM_FLAGS}
_MOST_SETS = 4096


class FlagSets:
    """One mailbox's keywords as first spelt, and the sets of flags that its messages share."""

    __slots__ = ("_keywords", "_listed", "_sets")

    def __init__(self) -> None:
        self._keywords: dict[str, str] = {}
        self._listed: tuple[str, ...] = ()
        self._sets: dict[Flags, Flags] = {}

    @property
    def keywords(self) -> tuple[str, ...]:
        """Every keyword that a message of this mailbox has or had, in order of first use."""
        if len(self._listed) != len(self._keywords):
            self._listed = tuple(self._keywords.values())
        return self._listed

    def __len__(self) -> int:
        """Count the keywords."""
        return len(self._keywords)

    def shared(self, flags: Iterable[str]) -> Flags:
        """Return these flags in their one spelling, as a set that equal sets share."""
        return self.kept(frozenset(map(self._spelt, flags)))

    def kept(self, wanted: Flags) -> Flags:
        """Return the one set that equals these flags, which are in their one spelling."""
        if len(self._sets) > _MOST_SETS:
            self._sets.clear()
        return self._sets.setdefault(wanted, wanted)

    def _spelt(self, flag: str) -> str:
        key = flag.lower()
        return _SYSTEM.get(key) or self._keywords.setdefault(key, flag)
