"""Sequence sets say which messages are meant, at any size."""

import pytest

from pytest_fakemail.imap.grammar.numbers import LARGEST, STAR, SequenceSet, encode_numbers, page


@pytest.mark.parametrize(
    ("ranges", "largest", "resolved"),
    [
        ([(1, 1)], 9, [range(1, 2)]),
        ([(4, 2)], 9, [range(2, 5)]),
        ([(7, STAR)], 9, [range(7, 10)]),
        ([(STAR, 7)], 9, [range(7, 10)]),
        ([(12, STAR)], 9, [range(9, 13)]),
        ([(STAR, STAR)], 9, [range(9, 10)]),
        ([(5, 6), (1, 2), (2, 3), (4, 4)], 9, [range(1, 7)]),
        ([(8, 8), (1, 2)], 9, [range(1, 3), range(8, 9)]),
        ([(1, 9), (3, 4)], 9, [range(1, 10)]),
        ([(1, LARGEST)], 9, [range(1, LARGEST + 1)]),
    ],
)
def test_ranges_are_put_in_order(
    ranges: list[tuple[int, int]], largest: int, resolved: list[range]
) -> None:
    assert SequenceSet(tuple(ranges)).resolved(largest) == resolved


def test_a_huge_range_costs_nothing() -> None:
    assert SequenceSet(((1, STAR), (5, LARGEST))).resolved(100_000) == [range(1, LARGEST + 1)]


def test_members_are_asked_for_without_being_counted() -> None:
    members = SequenceSet(((7, 4_000_000_000), (1, 2), (5, 0))).members(6)
    assert [number for number in range(10) if number in members] == [1, 2, 5, 6, 7, 8, 9]
    assert 4_000_000_001 not in members
    assert 3 in SequenceSet(((0, 1),)).members(3)
    assert 1 not in SequenceSet(((0, 0),)).members(0)


@pytest.mark.parametrize(
    ("numbers", "text"),
    [
        (SequenceSet(((1, 1), (3, STAR), (STAR, STAR))), "1,3:*,*"),
        (SequenceSet(is_saved=True), "$"),
    ],
)
def test_a_set_is_written_as_it_was_read(numbers: SequenceSet, text: str) -> None:
    assert str(numbers) == text


@pytest.mark.parametrize(
    ("numbers", "text"),
    [
        ([], ""),
        ([7], "7"),
        ([3, 4, 5, 9], "3:5,9"),
        ([1, 2], "1:2"),
        ([9, 8, 7, 8], "9,8,7:8"),
        ([5, 5], "5,5"),
        ([1, 3, 2, 4], "1,3,2,4"),
        ([1, 1, 3], "1,1,3"),
    ],
)
def test_numbers_are_written_as_a_set_in_their_order(numbers: list[int], text: str) -> None:
    assert encode_numbers(numbers) == text


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ((1, 2), "ab"),
        ((2, 3), "bc"),
        ((4, 99), "de"),
        ((6, 9), ""),
        ((-1, -2), "de"),
        ((-2, -3), "cd"),
        ((-4, -99), "ab"),
        ((-6, -9), ""),
    ],
)
def test_a_page_counts_from_either_end(wanted: tuple[int, int], found: str) -> None:
    assert page(list("abcde"), wanted) == list(found)
