"""Searching, sorting and threading under any messages and keys."""

import re
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from query.mailboxes import NOW, mailbox, message

from pytest_fakemail.query.matching import matching, scored
from pytest_fakemail.query.search import (
    All,
    And,
    Body,
    Dated,
    Flag,
    Fuzzy,
    Header,
    Not,
    Numbers,
    Or,
    SearchKey,
    Size,
    Text,
)
from pytest_fakemail.query.sorting import SortCriterion, SortKey, sorted_numbers
from pytest_fakemail.query.threading import ALGORITHMS, Threads, thread_text, threads
from pytest_fakemail.query.turns import at_once
from pytest_fakemail.store.message import Message

IDS = st.sampled_from(["<a@x>", "<b@x>", "<c@x>", "<d@x>", "<e@x>", "none"])
SUBJECTS = st.sampled_from(["", "Hi", "Re: Hi", "hi (fwd)", "Re:", "Other", "[x] Other"])


@st.composite
def mails(draw: st.DrawFn) -> str:
    """A mail of few ids, subjects and dates, so that they meet."""
    return (
        f"Message-ID: {draw(IDS)}\n"
        f"References: {' '.join(draw(st.lists(IDS, max_size=3)))}\n"
        f"In-Reply-To: {draw(IDS)}\n"
        f"Subject: {draw(SUBJECTS)}\n"
        f"Date: {draw(st.sampled_from(['1 Jan 2020', '2 Jan 2020', 'never']))}\n"
        f"\n{draw(st.sampled_from(['', 'one', 'two ä']))}"
    )


MAILBOXES = st.lists(mails() | st.binary(max_size=40), max_size=7).map(
    lambda raws: [*mailbox(*raws), None]
)
LEAVES: st.SearchStrategy[SearchKey] = st.one_of(
    st.just(All()),
    st.builds(Header, st.sampled_from(["Subject", "References", ""]), st.text(max_size=3)),
    st.builds(Header, st.just("Subject"), st.sampled_from(["hi", "OTHER", ""])),
    st.builds(Body, st.sampled_from(["one", "Ä", "", "thre", "two once"])),
    st.builds(Text, st.sampled_from(["one", "hi", ""])),
    st.builds(Numbers, st.sets(st.integers(1, 9)), st.booleans()),
    st.builds(Size, st.sampled_from(["larger", "smaller"]), st.integers(0, 200)),
    st.builds(Flag, st.sampled_from(["\\Seen", "\\Recent"])),
    st.builds(Dated, st.just("sent"), st.sampled_from(["before", "on"]), st.just(date(2020, 1, 2))),
)
KEYS = st.recursive(
    LEAVES,
    lambda keys: (
        st.builds(Not, keys)
        | st.builds(Or, st.lists(keys, max_size=3).map(tuple))
        | st.builds(And, st.lists(keys, max_size=3).map(tuple))
    ),
    max_leaves=8,
)


def found(key: SearchKey, messages: list[Message | None]) -> set[int]:
    numbers = matching(key, messages, now=NOW)
    assert numbers == sorted(set(numbers))
    return set(numbers)


@given(MAILBOXES, KEYS, KEYS)
def test_keys_obey_the_laws_of_sets(
    messages: list[Message | None], one: SearchKey, other: SearchKey
) -> None:
    everything = found(All(), messages)
    assert everything == set(range(1, len(messages)))
    left, right = found(one, messages), found(other, messages)
    assert found(Not(one), messages) == everything - left
    assert found(Or((one, other)), messages) == left | right
    assert found(And((one, other)), messages) == left & right


@settings(max_examples=60)
@given(MAILBOXES, KEYS)
def test_what_matches_exactly_is_found_by_fuzzy_and_comes_first(
    messages: list[Message | None], key: SearchKey
) -> None:
    exact, near = found(key, messages), found(Fuzzy(key), messages)
    assert exact <= near
    scores = at_once(scored(Fuzzy(key), messages, sorted(near), now=NOW))
    assert set(scores) == near
    assert {number for number, score in scores.items() if score == 100} == exact
    assert all(1 <= score <= 100 for score in scores.values())
    by_uid = {number * 10: score for number, score in scores.items()}
    order = sorted_numbers([SortCriterion(SortKey.RELEVANCY)], messages, sorted(near), by_uid)
    assert order == sorted(near, key=lambda number: (-scores[number], number))
    assert set(order[: len(exact)]) == exact


@given(MAILBOXES, st.text(max_size=3))
def test_what_is_in_the_body_is_in_the_text(messages: list[Message | None], text: str) -> None:
    assert found(Body(text), messages) <= found(Text(text), messages)


@given(
    MAILBOXES,
    st.lists(st.builds(SortCriterion, st.sampled_from(SortKey), st.booleans()), max_size=3),
)
def test_sorting_loses_and_doubles_nothing(
    messages: list[Message | None], criteria: list[SortCriterion]
) -> None:
    numbers = range(1, len(messages))
    order = sorted_numbers(criteria, messages, numbers)
    assert sorted(order) == list(numbers)
    assert sorted_numbers(criteria, messages, order) == order


def members(forest: Threads, places: list[int]) -> list[int]:
    return [
        number
        for top in places
        for number in (forest.numbers[top], *members(forest, forest.below.get(top, [])))
    ]


@settings(max_examples=300)
@given(MAILBOXES, st.sampled_from(ALGORITHMS))
def test_threads_hold_each_message_once(messages: list[Message | None], algorithm: str) -> None:
    forest = threads(algorithm, messages, range(1, len(messages)))
    numbers = [number for number in members(forest, forest.roots) if number]
    assert sorted(numbers) == list(range(1, len(messages)))
    for top in forest.roots:
        assert forest.numbers[top] or len(forest.below[top]) > 1
        assert 0 not in members(forest, forest.below.get(top, []))
    written = thread_text(forest)
    assert sorted(map(int, re.findall(r"\d+", written))) == sorted(numbers)
    assert written.count("(") == written.count(")")


@settings(max_examples=50)
@given(st.lists(st.tuples(mails(), st.integers(0, 3)), max_size=7))
def test_refs_are_the_references_that_no_subject_ties_by_what_arrived_last(
    seeds: list[tuple[str, int]],
) -> None:
    messages: list[Message | None] = [
        message(raw, number=number, internal_date=NOW + timedelta(days=day))
        for number, (raw, day) in enumerate(seeds, 1)
    ]
    numbers = range(1, len(messages) + 1)

    def parts(algorithm: str) -> list[set[int]]:
        forest = threads(algorithm, messages, numbers)
        return [set(members(forest, [root])) - {0} for root in forest.roots]

    refs, whole = parts("REFS"), parts("REFERENCES")
    assert all(any(thread <= other for other in whole) for thread in refs)
    newest = [max((seeds[number - 1][1], number) for number in thread) for thread in refs]
    assert newest == sorted(newest)
