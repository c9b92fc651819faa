from pytest_fakemail.store.changes import Added, ChangeLog, Expunged, Flagged
from pytest_fakemail.store.numbers import ModSeq, Uid


def expunged(modseq: int, *uids: int) -> Expunged:
    return Expunged(ModSeq(modseq), [Uid(uid) for uid in uids])


def test_changes_are_told_from_a_position_on() -> None:
    log = ChangeLog()
    first, second = Added(ModSeq(2), [Uid(1)]), Flagged(ModSeq(3), [Uid(1)], None)
    log.append(first)
    position = log.end
    log.append(second)
    assert log.since(0) == [first, second]
    assert log.since(position) == [second]
    assert log.since(log.end) == []


def test_a_full_log_forgets_its_older_half() -> None:
    log = ChangeLog(limit=4)
    for modseq in range(2, 7):
        log.append(expunged(modseq, modseq))
    assert log.end == 5
    assert log.since(1) is None
    assert log.since(2) == [expunged(4, 4), expunged(5, 5), expunged(6, 6)]


def test_a_log_of_few_but_large_changes_is_bounded_too() -> None:
    log = ChangeLog(uid_limit=5)
    log.append(expunged(2, 1, 2))
    log.append(expunged(3, 3, 4))
    log.append(expunged(4, 5, 6, 7))
    assert log.since(1) == [expunged(3, 3, 4), expunged(4, 5, 6, 7)]
    log.append(expunged(5, *range(10, 20)))
    assert log.since(2) is None
    assert log.since(3) == [expunged(5, *range(10, 20))]


def test_expunged_uids_are_told_ascending_while_they_are_remembered() -> None:
    log = ChangeLog(limit=4)
    log.append(expunged(2, 9))
    log.append(Added(ModSeq(3), [Uid(10)]))
    log.append(expunged(4, 1, 3))
    assert log.expunged_since(ModSeq(1)) == [1, 3, 9]
    assert log.expunged_since(ModSeq(3)) == [1, 3]
    log.append(expunged(5, 2))
    log.append(expunged(6, 4))
    assert log.expunged_since(ModSeq(1)) is None
    assert log.expunged_since(ModSeq(3)) == [1, 2, 3, 4]
