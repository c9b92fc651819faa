"""Steps from word to word, against a table of all beginnings."""

from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_fakemail.query.nearness import Steps

WORDS = st.text("abc", min_size=1, max_size=6)


def plain_steps(one: str, other: str) -> int:
    table = {(0, place): place for place in range(len(other) + 1)}
    for row, letter in enumerate(one, 1):
        table[row, 0] = row
        for place, its in enumerate(other, 1):
            ways = [
                table[row - 1, place] + 1,
                table[row, place - 1] + 1,
                table[row - 1, place - 1] + (letter != its),
            ]
            if one[row - 2 : row] == other[place - 2 : place][::-1] and min(row, place) > 1:
                ways.append(table[row - 2, place - 2] + 1)
            table[row, place] = min(ways)
    return table[len(one), len(other)]


@settings(max_examples=200)
@given(WORDS, WORDS)
def test_steps_are_those_of_the_whole_table(one: str, other: str) -> None:
    assert Steps(one).to(other) == plain_steps(one, other) == Steps(other).to(one)
