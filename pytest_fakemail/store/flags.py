r"""Flags: the system's five, keywords, and sets of them that messages share.

RFC 3501 §2.3.2: all flags are case-insensitive.  ``\Recent`` is no flag of a message but
of a session, see `store.view`.
"""

from collections.abc import Collection, Iterable
from typing import Final

from pytest_fakemail.pattern import pattern
from pytest_fakemail.store.impossible import Impossible

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
MOST_KEYWORDS = 1000
"""In one mailbox.  All of them are told to each session whenever one is new."""
_KEYWORD_OCTETS = 64 * 1024
"""The same, in octets of all their names."""


# flag-keyword = atom (RFC 9051 §9)
_KEYWORD = pattern(r"[!#$&'+,./:;<=>?@^_`|}~0-9A-Za-z\[-]+")


def spelt(word: str) -> str | None:
    r"""Return a flag in its spelling, ``seen`` as ``\Seen``; None for what can be no flag."""
    known = _SYSTEM.get("\\" + word.removeprefix("\\").lower())
    return word if known is None and _KEYWORD.fullmatch(word) else known


def is_full(keywords: Collection[str]) -> bool:
    """Whether a mailbox that has these keywords can have no others."""
    return len(keywords) >= MOST_KEYWORDS or _octets(keywords) >= _KEYWORD_OCTETS


def _octets(keywords: Iterable[str]) -> int:
    return sum([len(keyword) for keyword in keywords])


class FlagSets:
    """One mailbox's keywords as first spelt, and the sets of flags that its messages share."""

    __slots__ = ("_keywords", "_listed", "_octets", "_sets")

    def __init__(self) -> None:
        self._keywords: dict[str, str] = {}
        self._listed: tuple[str, ...] = ()
        self._sets: dict[Flags, Flags] = {}
        self._octets = 0

    @property
    def keywords(self) -> tuple[str, ...]:
        """Every keyword that a message of this mailbox has or had, in order of first use."""
        if len(self._listed) != len(self._keywords):
            self._listed = tuple(self._keywords.values())
        return self._listed

    def __len__(self) -> int:
        """Count the keywords."""
        return len(self._keywords)

    def learn(self, flags: Iterable[str]) -> None:
        """Add the keywords among these flags, all or none.

        Raises:
            Impossible: LIMIT, there would be too many (RFC 5530 §3).
        """
        new: dict[str, str] = {}
        for flag in flags:
            key = flag.lower()
            if key not in _SYSTEM and key not in self._keywords:
                new.setdefault(key, flag)
        if not new:
            return
        octets = self._octets + _octets(new)
        if len(self._keywords) + len(new) > MOST_KEYWORDS or octets > _KEYWORD_OCTETS:
            raise Impossible(
                f"too many keywords: a mailbox has {MOST_KEYWORDS} at most, "
                f"of {_KEYWORD_OCTETS} octets together",
                "LIMIT",
            )
        self._keywords.update(new)
        self._octets = octets

    def shared(self, flags: Iterable[str]) -> Flags:
        """Return these flags in their one spelling, as a set that equal sets share.

        Raises:
            Impossible: LIMIT, too many keywords would be new.
        """
        flags = list(flags)
        self.learn(flags)
        return self.kept(frozenset(map(self._spelt, flags)))

    def known(self, flags: Iterable[str]) -> Flags:
        """Return these flags in their one spelling, without keywords that no message ever had."""
        found = (_SYSTEM.get(key) or self._keywords.get(key) for key in map(str.lower, flags))
        return frozenset(flag for flag in found if flag is not None)

    def kept(self, wanted: Flags) -> Flags:
        """Return the one set that equals these flags, which are in their one spelling."""
        if len(self._sets) > _MOST_SETS:
            self._sets.clear()
        return self._sets.setdefault(wanted, wanted)

    def _spelt(self, flag: str) -> str:
        key = flag.lower()
        return _SYSTEM.get(key) or self._keywords[key]
