from itertools import product

import pytest

from pytest_fakemail.store.flags import MOST_KEYWORDS, FlagSets, is_full
from pytest_fakemail.store.impossible import Impossible


def test_system_flags_have_one_spelling() -> None:
    assert FlagSets().shared(["\\sEEN", "\\DRAFT"]) == {"\\Seen", "\\Draft"}


def test_equal_sets_are_one_set() -> None:
    flags = FlagSets()
    assert flags.shared(["a", "\\Seen"]) is flags.shared(["\\seen", "A"])


def test_keywords_are_remembered_in_order_of_first_use() -> None:
    flags = FlagSets()
    flags.shared(["zeta"])
    flags.shared(["Alpha", "ZETA", "\\Seen"])
    assert flags.keywords == ("zeta", "Alpha")
    assert len(flags) == 2


def test_sets_beyond_counting_are_forgotten_but_not_the_keywords() -> None:
    flags = FlagSets()
    for first, second in product(range(70), range(70)):
        flags.shared([f"k{first}", f"k{second}"])
    assert len(flags) == 70
    assert flags.shared(["K7"]) == {"k7"}


@pytest.mark.parametrize("word", ["k", "a-long-name-that-makes-many-octets-" * 10])
def test_keywords_are_bounded_and_those_that_are_there_stay_usable(word: str) -> None:
    flags = FlagSets()
    room = min(MOST_KEYWORDS, 64 * 1024 // len(f"{word}100"))
    for number in range(100, 100 + room):
        assert not is_full(flags.keywords)
        flags.shared([f"{word}{number}"])
    with pytest.raises(Impossible, match="too many keywords") as refused:
        flags.shared([f"{word}1000000"])
    assert refused.value.code == "LIMIT"
    known = flags.keywords
    assert sum(map(len, known)) <= 64 * 1024
    with pytest.raises(Impossible):
        flags.shared([known[0], *(f"x{number}" for number in range(MOST_KEYWORDS))])
    assert flags.keywords == known
    assert flags.shared([known[0].upper(), "\\Seen"]) == {known[0], "\\Seen"}


def test_what_is_only_taken_away_is_no_keyword() -> None:
    flags = FlagSets()
    flags.shared(["Alpha"])
    assert flags.known(["ALPHA", "\\seen", "beta"]) == {"Alpha", "\\Seen"}
    assert flags.keywords == ("Alpha",)
