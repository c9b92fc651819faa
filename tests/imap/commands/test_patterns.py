import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_fakemail.imap.commands.patterns import matches, matches_by_place
from pytest_fakemail.store.hierarchy import Hierarchy

SLASH = Hierarchy("/")


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        ("*", "a/b/c"),
        ("%", "a"),
        ("a/%", "a/b"),
        ("a*c", "a/b/c"),
        ("%/%", "a/b"),
        ("*%", "a/b"),
        ("%*b", "a/b"),
        ("a%b*d", "axb/c/d"),
        ("inbox", "INBOX"),
        ("InBox/%", "INBOX/x"),
        ("inbox*", "INBOX/x"),
        ("inbox*", "inboxes"),
        ("", ""),
        ("a[.]+", "a[.]+"),
    ],
)
def test_patterns_match(pattern: str, name: str) -> None:
    assert matches(pattern, name, SLASH)


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        ("%", "a/b"),
        ("a/%", "a"),
        ("a/%", "a/b/c"),
        ("a*", "b"),
        ("A", "a"),
        ("inboxes", "INBOXES"),
        ("a", "a%"),
        ("", "a"),
        ("inbox*", "other"),
        ("inboxes", "INBOX"),
    ],
)
def test_patterns_do_not_match(pattern: str, name: str) -> None:
    assert not matches(pattern, name, SLASH)


@pytest.mark.parametrize("pattern", ["*a" * 300 + "b", "%*" * 300_000 + "b", "*" * 300_000 + "b"])
def test_many_wildcards_take_no_more_time_than_few(pattern: str) -> None:
    assert not matches(pattern, "a" * 900, SLASH)


def test_wildcards_side_by_side_are_as_wide_as_the_widest() -> None:
    assert matches("%%%", "a", SLASH)
    assert not matches("%%%", "a/b", SLASH)
    assert matches("%*%", "a/b", SLASH)


@pytest.mark.parametrize(
    ("separator", "pattern", "name", "does_match"),
    [
        (".", "%", "a/b", True),
        (".", "%", "a.b", False),
        (".", "a.%", "a.b", True),
        (".", "inbox.%", "INBOX.x", True),
        (".", "inbox/%", "INBOX/x", False),
        ("\\", "a\\%", "a\\b", True),
        ("\\", "%", "a\\b", False),
        ("^", "a^*", "a^b^c", True),
        ("|", "%|%", "a|b", True),
        (None, "%", "a/b.c", True),
        (None, "inbox", "INBOX", True),
        (None, "inbox/x", "INBOX/x", False),
    ],
)
def test_only_the_separator_stops_a_percent_sign(
    separator: str | None, pattern: str, name: str, *, does_match: bool
) -> None:
    assert matches(pattern, name, Hierarchy(separator)) is does_match


@given(
    st.one_of(st.sampled_from(["*", "%"]), st.text("*%/a", max_size=3)),
    st.text("a/.I%*", max_size=4),
    st.sampled_from([SLASH, Hierarchy("."), Hierarchy(None)]),
)
def test_what_nearly_all_clients_ask_for_matches_as_any_pattern(
    pattern: str, name: str, hierarchy: Hierarchy
) -> None:
    assert matches(pattern, name, hierarchy) == matches_by_place(pattern, name, hierarchy)
