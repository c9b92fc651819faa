"""Work in turns gives the answer that work at once gives, and no turn is long."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_fakemail.query import turns
from pytest_fakemail.query.ancestry import Forest
from pytest_fakemail.query.turns import at_once, in_order


@given(st.lists(st.tuples(st.integers(0, 9), st.integers())), st.booleans(), st.integers(1, 8))
def test_sorting_in_turns_is_sorting(
    items: list[tuple[int, int]],
    is_reverse: bool,  # noqa: FBT001
    most: int,
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(turns, "_SORTED_AT_ONCE", most)
        patch.setattr(turns, "_PER_PART", 2)
        found = at_once(in_order(items, lambda item: item[0], is_reverse=is_reverse))

    assert found == sorted(items, key=lambda item: item[0], reverse=is_reverse)


@pytest.mark.parametrize("value", [lambda n: n, lambda n: -n, lambda n: n * 7919 % 30_011])
def test_a_sort_of_many_has_many_turns(value: Callable[[int], int]) -> None:
    waits = 0
    work = in_order(range(30_000), value)
    while next(work, "done") is None:
        waits += 1

    assert waits > 30


STEPS = st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11), st.booleans()), max_size=60)


@given(STEPS)
def test_the_root_is_found_however_trees_grew_and_broke(
    steps: list[tuple[int, int, bool]],
) -> None:
    forest = Forest()
    nodes = [forest.grow() for _ in range(12)]
    parents: dict[int, int] = {}

    def root(node: int) -> int:
        while node in parents:
            node = parents[node]
        return node

    for child, parent, cuts in steps:
        if cuts:
            forest.cut(child)
            parents.pop(child, None)
        elif child not in parents and root(parent) != child:
            forest.link(child, parent)
            parents[child] = parent
        assert [forest.root(node) for node in nodes] == [root(node) for node in nodes]
