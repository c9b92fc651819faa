import pytest

from pytest_fakemail.imap.patterns import matches


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
        ("", ""),
        ("a[.]+", "a[.]+"),
    ],
)
def test_patterns_match(pattern: str, name: str) -> None:
    assert matches(pattern, name)


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
    ],
)
def test_patterns_do_not_match(pattern: str, name: str) -> None:
    assert not matches(pattern, name)


def test_many_wildcards_take_no_more_time_than_few() -> None:
    assert not matches("*a" * 300 + "b", "a" * 900)
