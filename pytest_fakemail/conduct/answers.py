"""What an IMAP server's answer tells, literals and quoted strings left aside."""

import re

_LITERAL = re.compile(rb"~?\{(\d+)\}\r\n")
_QUOTED = re.compile(rb'"(?:[^"\\\r\n]|\\.)*"')
_UIDS = re.compile(rb"\bUID (\d+)")
_SEARCH = re.compile(rb"^\* SEARCH([ \d]*)", re.MULTILINE)
_ESEARCH = re.compile(
    rb"^\* ESEARCH(?: \([^)\r\n]*?(?:UIDVALIDITY (\d+))?\))?.*\bUID\b.*\bALL ([\d:,]+)",
    re.MULTILINE,
)
_APPENDUID = re.compile(rb"\[APPENDUID (\d+) ([\d:,]+)\]")
_MOST = 100_000


def without_texts(answer: bytes) -> bytes:
    """Return an answer without literals and quoted strings: what a message says is not in it."""
    kept: list[bytes] = []
    place = 0
    while (found := _LITERAL.search(answer, place)) is not None:
        kept.append(answer[place : found.start()])
        place = found.end() + int(found[1])
    return _QUOTED.sub(b'""', b"".join([*kept, answer[place:]]))


def told_uids(answer: bytes, *, is_search_by_uid: bool) -> set[int]:
    """Return the UIDs that an answer without its texts tells."""
    uids = {int(uid) for uid in _UIDS.findall(answer)}
    if is_search_by_uid:
        for row in _SEARCH.findall(answer):
            uids.update(map(int, row.split()))
    for uidvalidity, numbers in _ESEARCH.findall(answer):
        if not uidvalidity:
            uids |= numbers_of(numbers.decode())
    return uids


def searched(answer: bytes) -> list[tuple[int, set[int]]]:
    """Return, by UIDVALIDITY, the UIDs that a search of many mailboxes tells (RFC 7377)."""
    return [
        (int(uidvalidity), numbers_of(uids.decode()))
        for uidvalidity, uids in _ESEARCH.findall(answer)
        if uidvalidity
    ]


def appended(answer: bytes) -> list[tuple[int, set[int]]]:
    """Return, by UIDVALIDITY, the UIDs that APPEND is told of."""
    return [(int(one), numbers_of(uids.decode())) for one, uids in _APPENDUID.findall(answer)]


def numbers_of(sequence_set: str) -> set[int]:
    """Return the numbers of a set without ``*``; of a very long range its ends."""
    numbers: set[int] = set()
    for one in sequence_set.split(","):
        first, _, last = one.partition(":")
        if first.isdigit() and (not last or last.isdigit()):
            low, high = sorted((int(first), int(last or first)))
            numbers |= set(range(low, high + 1)) if high - low < _MOST else {low, high}
    return numbers
