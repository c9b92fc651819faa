"""Which lines of a conversation are shown where not all of them fit.

Those by which one sees what went wrong, with the command that they follow, and the newest ones.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise

from pytest_fakemail.pattern import pattern

_BEFORE, _AFTER = 4, 2
_BEGINNING, _END = 3, 2
_STRUCK = pattern(r"(\[\d+\] )?-- (fault: |policy: |a mistake of |the server failed)")
"""What a test has asked for, or got wrong."""
_REFUSED = pattern(
    r"(\[\d+\] )?(-- (login refused|the server is down|.*TLS.* failed)"
    r"|S: ([45]\d\d[ -]|-ERR|[^ *+]+ (NO|BAD) ))"
)


def telling(lines: Sequence[str], most: int, *, hint: str = "") -> list[str]:
    """Return about so many lines: the first, those of the trouble, and the newest.

    Args:
        lines: a conversation, as `render` writes it.
        most: how many lines, and remarks on those that are left out, stand below the first.
        hint: what the first of these remarks says besides.
    """
    if len(lines) <= most:
        return list(lines)
    lines = [line for run in _runs(lines) for line in _folded(run)]
    kept = {0}
    for place in _troubles(lines):
        passage = range(max(0, place - _BEFORE), min(len(lines), place + _AFTER + 1))
        if len(kept.union(passage)) <= most * 2 // 3:
            kept.update(passage)
    for place in reversed(range(len(lines))):
        if place not in kept:
            if len(kept) + _gaps({*kept, place}) > most:
                break
            kept.add(place)
    return list(_shown(lines, sorted(kept), hint))


def _runs(lines: Sequence[str]) -> Iterator[list[str]]:
    """Yield the lines that one side said without the other, of one connection."""
    return (list(run) for _, run in groupby(lines, lambda line: line.partition(": ")[0]))


def _folded(run: list[str]) -> list[str]:
    """Return a message or a long answer, without trouble and not folded, as its two ends."""
    said, colon, _ = run[0].partition(": ")
    left_out = len(run) - _BEGINNING - _END
    if not colon or not said.endswith(("C", "S")) or left_out < _END:
        return run
    if any(_REFUSED.match(line) or ": … " in line for line in run):
        return run
    return [*run[:_BEGINNING], f"{said}: … {left_out:,} more lines …", *run[-_END:]]


def _troubles(lines: Sequence[str]) -> Iterator[int]:
    """Yield where something went wrong: first what was asked for, then what was refused."""
    for trouble in (_STRUCK, _REFUSED):
        yield from (place for place, line in enumerate(lines) if trouble.match(line))


def _gaps(kept: set[int]) -> int:
    return sum(after - before > 1 for before, after in pairwise(sorted(kept)))


def _shown(lines: Sequence[str], kept: Sequence[int], hint: str) -> Iterator[str]:
    before = -1
    for place in kept:
        if left_out := place - before - 1:
            yield f"… {left_out:,} lines not shown{hint} …"
            hint = ""
        yield lines[place]
        before = place
