"""Mailbox patterns of LIST: ``*`` matches anything, ``%`` anything within a level."""

import re

from pytest_fakemail.store.hierarchy import INBOX, Hierarchy

_WILDCARDS = re.compile(r"[*%]{2,}")
_WILD = frozenset("*%")


def matches(pattern: str, name: str, hierarchy: Hierarchy) -> bool:
    """Whether a mailbox name matches (RFC 3501 §6.3.8).

    Takes time of at most the square of the name's length and the pattern's length once:
    where no wildcards are side by side, so many characters of the name lead on to no more
    than twice as many places.
    """
    if pattern == "*":
        return True
    if pattern == "%":
        return hierarchy.separator is None or hierarchy.separator not in name
    return matches_by_place(pattern, name, hierarchy)


def matches_by_place(pattern: str, name: str, hierarchy: Hierarchy) -> bool:
    """Do what `matches` does, for any pattern."""
    pattern = _simplified(pattern)
    if hierarchy.levels(name)[0] == INBOX:
        pattern = _with_inbox(pattern)
    # The places in the pattern that the name can have led to so far.
    places = _passed({0}, pattern)
    for character in name:
        after = set()
        for place in places:
            if place == len(pattern):
                continue
            wanted = pattern[place]
            if wanted == "*" or (wanted == "%" and character != hierarchy.separator):
                after.add(place)
            elif wanted == character and wanted != "%":
                after.add(place + 1)
        if not after:
            return False
        places = _passed(after, pattern)
    return len(pattern) in places


def _simplified(pattern: str) -> str:
    """Return a pattern that matches the same names and has no two wildcards side by side."""
    return _WILDCARDS.sub(lambda run: "*" if "*" in run[0] else "%", pattern)


def _passed(places: set[int], pattern: str) -> set[int]:
    """Add the places behind wildcards, which may match nothing."""
    return places | {place + 1 for place in places if pattern[place : place + 1] in _WILD}


def _with_inbox(pattern: str) -> str:
    """Return the pattern with INBOX in capitals, with which it may begin in any case."""
    begin = pattern[: len(INBOX)]
    return INBOX + pattern[len(INBOX) :] if begin.lower() == INBOX.lower() else pattern
