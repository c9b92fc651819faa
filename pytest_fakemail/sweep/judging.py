"""What a row comes to: what the action said, compared with what there is.

The clean run says what is right.  Mail that was sent is compared by recipients and counts; a
message that was there before by where it is and with which flags.
"""

from collections import Counter
from collections.abc import Hashable, Iterator
from enum import StrEnum

from pytest_fakemail.dataclass import dataclass
from pytest_fakemail.store.flags import DELETED
from pytest_fakemail.sweep.observing import Copies, Place, World


class Verdict(StrEnum):
    """What can be wrong with a row, the worst first."""

    LOST = "lost"
    DELETED = "deleted without having been processed"
    MARKED = "marked without having been processed"
    MOVED = "moved without being copied"
    GIVEN_AWAY = "gave a password away"
    DOUBLED = "doubled"
    TWICE = "processed twice"
    SAID_SENT = "said sent but was not"
    SAID_FAILED = "said failed but was sent"
    SAID_FAILED_DONE = "said failed but was done"
    LEFT = "left behind"
    FLAGS = "flags lost"
    HUNG = "hung"
    UNHANDLED = "unhandled exception"
    NOT_MET = "not met"
    FINE = "fine"


LOSSES = frozenset(
    (Verdict.LOST, Verdict.DELETED, Verdict.MARKED, Verdict.MOVED, Verdict.SAID_SENT, Verdict.FLAGS)
)
DOUBLES = frozenset((Verdict.DOUBLED, Verdict.TWICE))
UNTRUTHS = frozenset(
    (Verdict.SAID_SENT, Verdict.SAID_FAILED, Verdict.SAID_FAILED_DONE, Verdict.LEFT)
)

Finding = tuple[Verdict, str]
"""What is wrong, and with what."""

Items = Counter[Hashable]
"""What was processed, so many times."""


@dataclass(frozen=True, slots=True)
class Case:
    """A row to be judged: how it was before, how it is after a clean run, how it is here.

    `says_done` is None if the action did not end; `clean_items` is None if nothing tells what
    was processed.
    """

    before: World
    clean: World
    here: World
    says_done: bool | None
    clean_items: Items | None = None
    items: Items | None = None


def findings(case: Case) -> Iterator[Finding]:
    """Yield what is wrong, in no order."""
    yield from _sent(case)
    yield from _added(case)
    for number, was in case.before.copies.items():
        yield from _message(case, number, was)
    yield from _processed(case)
    yield from _done_after_all(case)


def foretold(case: Case) -> Iterator[Finding]:
    """Yield what will be wrong when the action is run again, if it goes by mailboxes and flags.

    An app that keeps a record of its own may know better: `borne_out` tells, after that run.
    """
    yield from _will_be_moved_again(case)
    yield from _will_not_come_again(case)
    yield from _will_come_again(case)


def borne_out(case: Case, foretelling: Finding) -> Iterator[Finding]:
    """Yield what has come of a foretelling.

    Args:
        case: as it is when the action was run again, with what both runs have processed.
        foretelling: of the first of them.
    """
    verdict, _ = foretelling
    right, items = case.clean_items, case.items or Counter()
    if verdict is Verdict.MARKED:
        if right is not None and right - items:
            yield foretelling
    elif right is not None and (more := items - right):
        for item, count in more.items():
            yield verdict, f"{item}: {count} more, in the next run"
    else:
        for number, was in case.before.copies.items():
            for place in _surplus(case, number, was):
                yield verdict, f"{_name(case, number)} is in {place} again, after the next run"


def touched(before: World, clean: World) -> list[int]:
    """Return the messages to which a clean run does something."""
    return [one for one, was in before.copies.items() if clean.copies.get(one) != was]


def _sent(case: Case) -> Iterator[Finding]:
    right, here = case.clean.sent, case.here.sent
    for recipient in here - right:
        count = f"{here[recipient]} instead of {right[recipient]}"
        yield Verdict.DOUBLED, f"mail to {recipient}: {count}"
    missing = right - here
    if missing and case.says_done:
        yield Verdict.SAID_SENT, f"no mail to {', '.join(missing)}"
    if right and not missing and case.says_done is False:
        yield Verdict.SAID_FAILED, f"mail to {', '.join(right)} was sent"


def _added(case: Case) -> Iterator[Finding]:
    right, here = case.clean.added, case.here.added
    for place, to in here - right:
        yield Verdict.DOUBLED, f"the copy of mail to {', '.join(to) or 'nobody'} in {place}"
    if case.says_done:
        for place, to in right - here:
            yield Verdict.LOST, f"no copy of mail to {', '.join(to) or 'nobody'} in {place}"


def _message(case: Case, number: int, was: Copies) -> Iterator[Finding]:
    right, here = case.clean.copies.get(number, Counter()), case.here.copies.get(number, Counter())
    if here in (right, was):
        if here == was != right and case.says_done:
            yield Verdict.LEFT, f"{_name(case, number)} is as it was"
        return
    name = _name(case, number)
    were, are, wanted = _places(was), _places(here), _places(right)
    if wanted and not are:
        moved = wanted.keys() != were.keys()
        yield (Verdict.MOVED if moved else Verdict.LOST), f"{name} is in no mailbox"
        return
    for place in _surplus(case, number, was):
        yield Verdict.DOUBLED, f"{name} in {place}: {are[place]} copies"
    lost = _flags(was) & _flags(right) - _flags(here)
    if are == wanted and case.says_done:
        lost |= _flags(right) - _flags(here)
    if lost:
        yield Verdict.FLAGS, f"{name} has no {' '.join(sorted(lost))}"
    if case.says_done and (stays := _stays(was, here, wanted)):
        yield Verdict.LEFT, f"{name} is still in {stays}"


def _will_be_moved_again(case: Case) -> Iterator[Finding]:
    if case.says_done:
        return
    for number, was in case.before.copies.items():
        here = case.here.copies.get(number, Counter())
        stays = _stays(was, here, _places(case.clean.copies.get(number, Counter())))
        there = _places(here) - _places(was)
        if stays and there and DELETED not in _flags_at(here, stays):
            where = ", ".join(map(str, there))
            text = f"{_name(case, number)} is in {where} and still in {stays}: it will be again"
            yield Verdict.TWICE, text


def _surplus(case: Case, number: int, was: Copies) -> Counter[Place]:
    """Return where there are more copies than before, and than after a clean run."""
    wanted = _places(case.clean.copies.get(number, Counter()))
    return _places(case.here.copies.get(number, Counter())) - (_places(was) | wanted)


def _stays(was: Copies, here: Copies, wanted: Counter[Place]) -> Place | None:
    """Return where a message is still, though a clean run leaves it there no more."""
    are = _places(here)
    return next((place for place in _places(was) if place in are and place not in wanted), None)


def _tells(case: Case) -> list[int]:
    """Return the messages of which it is told how many were processed; none if nothing tells."""
    numbers, right = touched(case.before, case.clean), case.clean_items
    return [] if right is None or right.total() != len(numbers) else numbers


def _done(case: Case) -> int:
    """Return how many messages of a clean run were processed."""
    return ((case.items or Counter()) & (case.clean_items or Counter())).total()


def _processed(case: Case) -> Iterator[Finding]:
    """Compare what was processed with what is in a clean run, and with what has left."""
    numbers = _tells(case)
    if not numbers:
        return
    for item, count in ((case.items or Counter()) - (case.clean_items or Counter())).items():
        yield Verdict.TWICE, f"{item}: {count} more"
    gone, marked = _gone_and_marked(case, numbers)
    if len(gone) > _done(case) or (gone and not marked):
        yield from _no_more(Verdict.DELETED, case, numbers)


def _will_not_come_again(case: Case) -> Iterator[Finding]:
    numbers = _tells(case)
    gone, marked = _gone_and_marked(case, numbers)
    if marked and len(gone) <= _done(case):
        yield from _no_more(Verdict.MARKED, case, numbers)


def _no_more(verdict: Verdict, case: Case, numbers: list[int]) -> Iterator[Finding]:
    gone, marked = _gone_and_marked(case, numbers)
    looks_done, done = len(gone) + len(marked), _done(case)
    if looks_done > done:
        yield verdict, f"{done} of {len(numbers)} processed, {looks_done} will not come again"


def _will_come_again(case: Case) -> Iterator[Finding]:
    numbers, done = _tells(case), _done(case)
    as_before = [one for one in numbers if case.here.copies.get(one) == case.before.copies[one]]
    if case.says_done is not True and done > len(numbers) - len(as_before):
        names = ", ".join(_name(case, one) for one in as_before)
        yield Verdict.TWICE, f"{done} of {len(numbers)} processed; will come again: {names}"


def _gone_and_marked(case: Case, numbers: list[int]) -> tuple[list[int], list[int]]:
    gone = [one for one in numbers if _is_gone(case, one)]
    return gone, [one for one in numbers if one not in gone and _is_marked(case, one)]


def _is_gone(case: Case, number: int) -> bool:
    r"""Whether a message has left where it was, or is marked to leave, as in a clean run."""
    was, here = case.before.copies[number], case.here.copies.get(number, Counter())
    wanted = _places(case.clean.copies.get(number, Counter()))
    leaves = [place for place in _places(was) if place not in wanted]
    return bool(leaves) and all(
        place not in _places(here) or DELETED in _flags_at(here, place) for place in leaves
    )


def _is_marked(case: Case, number: int) -> bool:
    r"""Whether a message has all flags that a clean run gives it (``\Seen``)."""
    was, here = case.before.copies[number], case.here.copies.get(number, Counter())
    given = _flags(case.clean.copies.get(number, Counter())) - _flags(was)
    return bool(given) and given <= _flags(here)


def _done_after_all(case: Case) -> Iterator[Finding]:
    """Say if a reader has done all, and said that it failed; who sends mail is told elsewhere."""
    numbers = touched(case.before, case.clean)
    is_reader = (numbers or case.clean.added) and not case.clean.sent
    if not is_reader or case.says_done is not False:
        return
    is_done = all(case.here.copies.get(one) == case.clean.copies.get(one) for one in numbers)
    is_processed = _done(case) == len(numbers) or not _tells(case)
    if is_done and is_processed and not case.clean.added - case.here.added:
        yield Verdict.SAID_FAILED_DONE, "everything is as after a clean run"


def _places(copies: Copies) -> Counter[Place]:
    places: Counter[Place] = Counter()
    for (place, _), count in copies.items():
        places[place] += count
    return places


def _flags(copies: Copies) -> frozenset[str]:
    return frozenset(flag for _, flags in copies for flag in flags)


def _flags_at(copies: Copies, wanted: Place) -> frozenset[str]:
    return frozenset(flag for place, flags in copies if place == wanted for flag in flags)


def _name(case: Case, number: int) -> str:
    return repr(case.before.subjects.get(number, ""))
