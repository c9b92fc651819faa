"""How near words are, as docs/reference/imap.md says."""

import pytest

from pytest_fakemail.query.nearness import LONGEST_WORD, MOST_WORDS, NEAREST, nearness, words


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Re: Helo, world_2!", ["re", "helo", "world", "2"]),
        ("Café CAFÉ cafe\u0301", ["cafe", "cafe", "cafe"]),
        ("Straße ﬁn", ["strasse", "fin"]),
        ("Привет, мир", ["привет", "мир"]),
        ("...", []),
    ],
)
def test_words_are_runs_of_letters_and_digits(text: str, wanted: list[str]) -> None:
    assert words(text) == wanted


@pytest.mark.parametrize(
    ("asked", "text", "score"),
    [
        ("Helo", "he said hello", 60),
        ("Helo", "HELP!", 50),
        ("Helo", "Ehlo", 50),  # neighbours that changed places are one step
        ("Helo", "held hollow", 50),
        ("Helo", "shallow", 0),
        ("Helo", "", 0),
        ("cat", "bat", 0),  # three letters in ten of three are none
        ("catalog", "catologue", 0),
        ("catalogue", "catologu", 55),
        ("world peace", "Peace in the World", NEAREST),
        ("world peace", "worldwide pieces", 0),
        ("world peace", "a world apart", 1),
        ("world peace now", "a world apart", 0),
        ("orld peace", "peace for the world", 89),
        ("...", "...", 0),
    ],
)
def test_a_score_is_the_mean_of_the_words_from_a_half_on(asked: str, text: str, score: int) -> None:
    assert nearness(asked)(set(words(text))) == score


def test_long_words_and_late_words_are_only_found_as_they_are() -> None:
    long = "x" * LONGEST_WORD
    assert nearness(long + "y")({long + "y"}) == NEAREST
    assert nearness(long + "y")({long + "z"}) == 0
    assert nearness("y" + long[1:])({long}) > 0
    many = [f"word{number}" for number in range(MOST_WORDS)]
    assert nearness(" ".join([*many, "more"]))(set(many)) == NEAREST


def test_words_as_long_as_a_command_cost_no_more_than_they_are_long() -> None:
    near = nearness("w" * 900_000)
    assert near({"w" * 900_000}) == NEAREST
    assert near({"w" * 20, "w" * 899_999}) == 0


def test_what_is_known_of_a_word_stays_small() -> None:
    near = nearness("helo")
    for start in range(0, 80_000, 40_000):
        assert near({f"x{number}" for number in range(start, start + 40_000)}) == 0
    assert near({"hello"}) == 60
