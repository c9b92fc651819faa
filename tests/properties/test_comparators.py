"""Comparators over any texts: equality, order and substring agree (RFC 4790 §4.2)."""

from itertools import pairwise
from unicodedata import normalize

from hypothesis import given, settings
from hypothesis import strategies as st
from query.mailboxes import NOW, mailbox

from pytest_fakemail.query.comparators import CASEMAP, COMPARATORS, Comparator
from pytest_fakemail.query.matching import matching
from pytest_fakemail.query.search import Header
from pytest_fakemail.query.sorting import (
    SortCriterion,
    SortKey,
    comes_before,
    sorted_numbers,
)

ALL = [*COMPARATORS, *(Comparator(one.name, one.mapped, is_reverse=True) for one in COMPARATORS)]
WORDS = st.text("aAäÄ\u0308ßSs\u017f\ufb01İ\u0131ςΣ_ ", max_size=4)
SUBJECTS = WORDS | st.sampled_from(
    ["=?utf-8?q?=FF?=", "=?utf-8?q?a=FE?=", "=?x-none?q?A?=", "=?koi8-r?q?=E1?=", "Re: a", "[a] A"]
)
BY_SUBJECT = [SortCriterion(SortKey.SUBJECT)]


@settings(max_examples=50)
@given(WORDS | st.text("\u01c4\u01c6\u10d0\u1c90\u1fb3\u1e96\u00bd\u00dfax") | st.text())
def test_a_text_is_titlecased_letter_by_letter_then_decomposed(text: str) -> None:
    titles = (title if len(title := letter.title()) == 1 else letter for letter in text)
    assert CASEMAP.mapped(text) == normalize("NFKD", "".join(titles))


@settings(max_examples=50)
@given(WORDS, WORDS, WORDS)
def test_what_stands_in_each_other_is_equal(one: str, other: str, third: str) -> None:
    for comparator in COMPARATORS:
        a, b, c = map(comparator.mapped, (one, other, third))
        assert (a in b and b in a) == (a == b)
        assert not (a in b and b in c) or a in c
        assert (a <= b) or (b <= a)
    exact = [{one, other, third}]
    classes = [
        {comparator.mapped(text) for text in (one, other, third)} for comparator in ALL[2:0:-1]
    ]
    casemapped = {CASEMAP.mapped(text) for text in (one, other, third)}
    sizes = list(map(len, [*exact, *classes, casemapped]))
    assert sizes == sorted(sizes, reverse=True), "what one finds equal, the more generous does"


@settings(max_examples=50)
@given(st.lists(SUBJECTS, min_size=2, max_size=6), st.sampled_from(ALL), st.booleans())
def test_sorting_is_a_total_preorder(
    subjects: list[str],
    comparator: Comparator,
    is_reverse: bool,  # noqa: FBT001
) -> None:
    messages = mailbox(*[f"Subject: {subject}\n\n" for subject in subjects])
    criteria = [SortCriterion(SortKey.SUBJECT, is_reverse=is_reverse)]
    numbers = range(1, len(messages) + 1)
    order = sorted_numbers(criteria, messages, numbers, comparator=comparator)
    assert sorted(order) == list(numbers)

    def before(one: int, other: int) -> bool:
        left, right = messages[one - 1], messages[other - 1]
        return comes_before(criteria, left, right, comparator=comparator)

    for one in numbers:
        for other in numbers:
            assert (one == other) or before(one, other) != before(other, one)
            assert (order.index(one) < order.index(other)) == before(one, other)
    assert all(before(one, other) for one, other in pairwise(order))


@settings(max_examples=50)
@given(SUBJECTS, WORDS.map(str.strip), st.sampled_from(COMPARATORS))
def test_what_a_stricter_comparator_finds_the_default_finds(
    subject: str, text: str, comparator: Comparator
) -> None:
    messages = mailbox(f"Subject: {subject}\n\n")
    key = Header("Subject", text)
    if matching(key, messages, now=NOW, comparator=comparator):
        assert matching(key, messages, now=NOW) == [1]
