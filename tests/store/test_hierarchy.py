import pytest

from pytest_fakemail.store.hierarchy import Hierarchy

SEPARATORS = ["/", ".", "|", "\\", "^"]
FLAT = Hierarchy(None)


@pytest.mark.parametrize("separator", SEPARATORS)
def test_the_separator_cuts_a_name_into_levels(separator: str) -> None:
    hierarchy = Hierarchy(separator)
    assert hierarchy.levels(f"a{separator}b{separator}c") == ["a", "b", "c"]
    assert list(hierarchy.parents(f"a{separator}b{separator}c")) == [f"a{separator}b", "a"]
    assert list(hierarchy.parents("a")) == []
    assert hierarchy.without_end(f"a{separator}") == "a"
    assert hierarchy.without_end("a") == "a"


@pytest.mark.parametrize("separator", SEPARATORS)
def test_other_separators_are_characters_like_any(separator: str) -> None:
    name = "".join(set(SEPARATORS) - {separator})
    assert Hierarchy(separator).levels(name) == [name]


@pytest.mark.parametrize("separator", SEPARATORS)
def test_below_is_what_has_another_level(separator: str) -> None:
    hierarchy = Hierarchy(separator)
    assert hierarchy.is_below(f"a{separator}b{separator}c", "a")
    assert not hierarchy.is_below("ab", "a")
    assert not hierarchy.is_below("a", "a")


def test_without_a_separator_a_name_is_one_level() -> None:
    name = "a/b.c|d\\e^f/"
    assert FLAT.levels(name) == [name]
    assert list(FLAT.parents(name)) == []
    assert FLAT.without_end(name) == name
    assert not FLAT.is_below("a/b", "a")


@pytest.mark.parametrize(
    ("separator", "name", "canonical"),
    [
        ("/", "inbox", "INBOX"),
        ("/", "InBox/x", "INBOX/x"),
        ("/", "inbox.x", "inbox.x"),
        ("/", "x/inbox", "x/inbox"),
        ("/", "inboxes", "inboxes"),
        ("/", "\u0131nbox", "\u0131nbox"),
        (".", "inbox.x", "INBOX.x"),
        (".", "inbox/x", "inbox/x"),
        ("\\", "inbox\\x", "INBOX\\x"),
        (None, "inbox", "INBOX"),
        (None, "inbox/x", "inbox/x"),
    ],
)
def test_inbox_is_the_first_level_in_any_case(
    separator: str | None, name: str, canonical: str
) -> None:
    assert Hierarchy(separator).canonical(name) == canonical
