"""The place in a long text that is most like what was looked for."""

from pytest_fakemail.asserts.passage import passage

POEM = "\n".join(f"this is line {number} of the poem" for number in range(40))


def test_a_short_text_is_shown_whole() -> None:
    assert passage("b", "a\n") == r"'a\n'"


def test_the_nearest_line_is_shown() -> None:
    assert passage("this is line 17 of the prose", POEM) == (
        "nearest line 'this is line 17 of the poem'"
    )


def test_of_several_lines_the_difference_is_shown() -> None:
    wanted = "this is line 7 of the poem\nthis is line 9 of the poem"
    assert passage(wanted, POEM).splitlines() == [
        "  this is line 7 of the poem",
        "- this is line 9 of the poem",
        "+ this is line 8 of the poem",
    ]


def test_a_long_difference_begins_shortly_before_the_first() -> None:
    wanted = POEM.replace("line 20", "verse 20")
    rows = passage(wanted, POEM).splitlines()
    assert rows[0] == "  …"
    assert rows[3:5] == ["- this is verse 20 of the poem", "+ this is line 20 of the poem"]
    assert rows[-1] == "  …"
    assert len(rows) == 18


def test_where_nothing_is_like_it_the_beginning_is_shown() -> None:
    assert passage("zzz", POEM) == f"{POEM[:80]!r}… ({len(POEM)} characters)"
    assert passage("\n", "a\nb") == r"'a\nb'… (3 characters)"


def test_a_huge_text_is_no_matter() -> None:
    """Only so many lines, and so much of each, are compared."""
    huge = ("x" * 100_000 + "\n") * 100 + "a\n" * 100_000
    assert passage("y" * 1000, huge).endswith("characters)")


def test_lines_that_are_all_there_do_not_differ() -> None:
    rows = passage(POEM + "\n\n", POEM).splitlines()
    assert rows[0] == "  this is line 0 of the poem"
    assert rows[-1] == "  …"


def test_a_long_text_is_compared_in_no_time_to_speak_of() -> None:
    """All of it would take minutes."""
    lines = range(2000)
    wanted = "\n".join(f"line {line} has {line * 7 % 13} words" for line in lines)
    came = "\n".join(f"line {line} has {line * 5 % 11} letters" for line in lines)
    assert passage(wanted, came).startswith("- line 0 has 0 words\n+ line 0 has 0 letters\n")
