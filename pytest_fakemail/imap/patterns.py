"""Mailbox patterns of LIST: ``*`` matches anything, ``%`` anything within a level."""

from pytest_fakemail.store.tree import INBOX, SEPARATOR, canonical


def matches(pattern: str, name: str) -> bool:
    """Whether a mailbox name matches (RFC 3501 §6.3.8).

    Takes time of at most the two lengths multiplied, whatever the wildcards.
    """
    pattern = _with_inbox(pattern)
    # The places in the pattern that the name can have led to so far.
    places = _passed({0}, pattern)
    for character in name:
        after = set()
        for place in places:
            if place == len(pattern):
                continue
            wanted = pattern[place]
            if wanted == "*" or (wanted == "%" and character != SEPARATOR):
                after.add(place)
            elif wanted == character and wanted != "%":
                after.add(place + 1)
        if not after:
            return False
        places = _passed(after, pattern)
    return len(pattern) in places


def _passed(places: set[int], pattern: str) -> set[int]:
    """Add the places behind wildcards, which may match nothing."""
    passed = set(places)
    for place in places:
        end = place
        while end < len(pattern) and pattern[end] in "*%":
            end += 1
            passed.add(end)
    return passed


def _with_inbox(pattern: str) -> str:
    """Return the pattern with INBOX in capitals where it stands for the first level."""
    if pattern[: len(INBOX)].upper() != INBOX:
        return pattern
    rest = pattern[len(INBOX) :]
    return INBOX + rest if not rest or rest[0] in f"{SEPARATOR}*%" else canonical(pattern)
