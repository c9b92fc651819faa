"""A pattern that is compiled when it is first used is as any other."""

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from pytest_fakemail.pattern import pattern

TEXT = "Ann, ann and Bob"
USES = (
    lambda one: one.match(TEXT, 0, 3)[0],
    lambda one: one.fullmatch("ANN")[0],
    lambda one: one.search(TEXT, 1).span(),
    lambda one: [found.span() for found in one.finditer(TEXT)],
    lambda one: one.findall(TEXT),
    lambda one: one.split(TEXT),
    lambda one: one.sub("-", TEXT),
    lambda one: one.subn("-", TEXT),
    lambda one: (one.pattern, one.flags, one.groups, dict(one.groupindex)),
)


@pytest.mark.parametrize("first", USES)
def test_each_use_is_as_with_a_compiled_one(first: object) -> None:
    late, early = (make("(?P<name>ann)", re.IGNORECASE) for make in (pattern, re.compile))
    for use in (first, *USES):
        assert use(late) == use(early)  # type: ignore[operator]  # a function of a pattern


def test_nothing_is_compiled_before_and_once_after(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[object] = []
    compiled = re.compile

    def counted(*source: Any) -> re.Pattern[bytes]:  # noqa: ANN401  (as re.compile takes it)
        made.append(source)
        return compiled(*source)

    monkeypatch.setattr(re, "compile", counted)
    one = pattern(rb"a+")
    assert made == []
    assert [one.match(b"aab"), one.search(b"b")] != [None, None]
    assert one.match(b"b") is None
    assert made == [(rb"a+", 0)]


def test_a_word_that_no_pattern_has_is_none_of_ours() -> None:
    one = pattern("a")
    for _ in range(2):
        with pytest.raises(AttributeError, match="has no attribute 'matches'"):
            one.matches  # type: ignore[attr-defined]  # noqa: B018  (that is the test)


def test_threads_may_use_it_first_at_once() -> None:
    for _ in range(20):
        one = pattern("a(b)")
        with ThreadPoolExecutor(4) as pool:
            found = list(pool.map(one.fullmatch, ["ab"] * 8))
        assert all(match is not None and match[1] == "b" for match in found)
