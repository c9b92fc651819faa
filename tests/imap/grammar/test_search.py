"""Arguments of SEARCH, SORT and THREAD: how keys are joined, options and charsets."""

import pytest
from imap.cursors import cursor_at, parsed, refusal

from pytest_fakemail.imap.grammar.keys import InSet
from pytest_fakemail.imap.grammar.numbers import SequenceSet
from pytest_fakemail.imap.grammar.search import (
    DEEPEST,
    Search,
    Sort,
    Thread,
    search,
    search_keys,
    sort,
    thread,
)
from pytest_fakemail.query.search import (
    All,
    And,
    Flag,
    Fuzzy,
    Not,
    Numbers,
    Or,
    SearchKey,
    Unanswered,
    answered,
    leaves,
)
from pytest_fakemail.query.sorting import SortCriterion, SortKey

SEEN, DRAFT, FLAGGED = Flag("\\Seen"), Flag("\\Draft"), Flag("\\Flagged")


def answer(leaf: Unanswered) -> SearchKey:
    """Answer for a session in which ``*`` is 9."""
    match leaf:
        case InSet(numbers, is_uid):
            return Numbers(numbers.resolved(9)[0], is_uid)
        case _:
            raise AssertionError(leaf)


def tree(text: bytes) -> SearchKey:
    cursor = cursor_at(text)
    key = search_keys(cursor, None)
    cursor.end()
    return answered(key, answer)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (b"SEEN", SEEN),
        (b"SEEN DRAFT", And((SEEN, DRAFT))),
        (b"(SEEN)", SEEN),
        (b"(SEEN DRAFT) FLAGGED", And((SEEN, DRAFT, FLAGGED))),
        (b"NOT SEEN DRAFT", And((Not(SEEN), DRAFT))),
        (b"not NOT SEEN", SEEN),
        (b"NOT NOT NOT SEEN", Not(SEEN)),
        (b"NOT (NOT (SEEN DRAFT)) FLAGGED", And((SEEN, DRAFT, FLAGGED))),
        (b"NOT (SEEN DRAFT)", Not(And((SEEN, DRAFT)))),
        (b"OR SEEN DRAFT FLAGGED", And((Or((SEEN, DRAFT)), FLAGGED))),
        (b"OR OR SEEN DRAFT FLAGGED", Or((SEEN, DRAFT, FLAGGED))),
        (b"OR SEEN OR DRAFT FLAGGED", Or((DRAFT, FLAGGED, SEEN))),
        (b"(OR (OR (SEEN) (DRAFT)) (FLAGGED))", Or((SEEN, DRAFT, FLAGGED))),
        (b"OR NOT SEEN (DRAFT FLAGGED)", Or((Not(SEEN), And((DRAFT, FLAGGED))))),
        (b"((SEEN))", SEEN),
        (b"FUZZY SEEN DRAFT", And((Fuzzy(SEEN), DRAFT))),
        (b"fuzzy (SEEN DRAFT)", Fuzzy(And((SEEN, DRAFT)))),
        (b"FUZZY FUZZY ((FUZZY SEEN))", Fuzzy(SEEN)),
        (b"NOT FUZZY NOT SEEN", Not(Fuzzy(Not(SEEN)))),
        (b"OR FUZZY SEEN DRAFT", Or((Fuzzy(SEEN), DRAFT))),
        (b"2:* UID 3", And((Numbers(range(2, 10)), Numbers(range(3, 4), is_uid=True)))),
    ],
)
def test_keys_are_joined_as_written(text: bytes, wanted: SearchKey) -> None:
    assert tree(text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"()",
        b"(SEEN",
        b"(SEEN DRAFT",
        b"SEEN)",
        b"SEEN  DRAFT",
        b"( SEEN)",
        b"(SEEN )",
        b"NOT",
        b"NOT ",
        b"OR SEEN",
        b"OR SEEN ",
        b"ORSEEN DRAFT",
        b"(SEEN)(DRAFT)",
        b"FUZZY",
        b"FUZZY ",
        b"FUZZY()",
    ],
)
def test_keys_that_are_not_whole_are_refused(text: bytes) -> None:
    assert refusal(lambda cursor: search_keys(cursor, None), text).status == "BAD"


@pytest.mark.parametrize(("opening", "close"), [(b"OR SEEN NOT ", b""), (b"OR SEEN (DRAFT ", b")")])
def test_keys_may_be_nested_as_deep_as_no_client_nests_them(opening: bytes, close: bytes) -> None:
    def nested(depth: int) -> bytes:
        return opening * depth + b"ALL" + close * depth

    assert All() in leaves(tree(nested(DEEPEST // 2)))
    refused = refusal(lambda cursor: search_keys(cursor, None), nested(DEEPEST // 2 + 1))
    assert (refused.status, refused.text) == (
        "BAD",
        f"the search keys are nested more than {DEEPEST} deep",
    )
    assert refusal(lambda cursor: search_keys(cursor, None), nested(50_000)).text == refused.text


@pytest.mark.parametrize(
    "text",
    [
        b"(" * 50_000 + b"SEEN" + b")" * 50_000,
        b"NOT " * 50_000 + b"SEEN",
        b"NOT (" * 50_000 + b"SEEN" + b")" * 50_000,
    ],
)
def test_what_says_nothing_may_be_nested_as_deep_as_one_likes(text: bytes) -> None:
    assert tree(text) == SEEN
    assert tree(text.replace(b"NOT", b"FUZZY")) in {SEEN, Fuzzy(SEEN)}


@pytest.mark.parametrize(
    "text",
    [
        b"OR SEEN " * 20_000 + b"ALL",
        b"OR " * 20_000 + b"ALL" + b" SEEN" * 20_000,
        b"(OR (SEEN) " * 20_000 + b"ALL" + b")" * 20_000,
        b"(OR " * 20_000 + b"ALL" + b" SEEN)" * 20_000,
    ],
)
def test_ors_in_ors_are_one_of_any_width(text: bytes) -> None:
    key = tree(text)
    assert isinstance(key, Or)
    assert len(key.keys) == 20_001


@pytest.mark.parametrize(
    ("text", "returns", "partial"),
    [
        (b" ALL", None, None),
        (b" RETURN () ALL", {"ALL"}, None),
        (b" return (MIN max COUNT) ALL", {"MIN", "MAX", "COUNT"}, None),
        (b" RETURN (SAVE) ALL", {"SAVE"}, None),
        (b" RETURN (PARTIAL -1:-5 COUNT) ALL", {"PARTIAL", "COUNT"}, (-1, -5)),
    ],
)
def test_search_takes_return_options(
    text: bytes, returns: set[str] | None, partial: tuple[int, int] | None
) -> None:
    wanted = parsed(search, text)
    assert isinstance(wanted, Search)
    assert wanted.returns == returns
    assert wanted.partial == partial


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b" ",
        b" RETURN ALL",
        b" RETURN (FOO) ALL",
        b" RETURN ()",
        b" RETURN (ALL PARTIAL 1:5) ALL",
        b" CHARSET UTF-8",
        b" CHARSET ALL",
    ],
)
def test_search_refuses_anything_else(text: bytes) -> None:
    assert refusal(search, text).text


@pytest.mark.parametrize(
    ("text", "capabilities"),
    [
        (b" RETURN () ALL", set()),
        (b" RETURN (SAVE) ALL", {"ESEARCH"}),
        (b" RETURN (PARTIAL 1:5) ALL", {"ESEARCH"}),
    ],
)
def test_return_options_need_their_capability(text: bytes, capabilities: set[str]) -> None:
    assert refusal(search, text, capabilities).status == "BAD"


@pytest.mark.parametrize("charset", [b"UTF-8", b'"us-ascii"', b"KOI8-R", b"utf-8"])
def test_a_charset_is_kept_as_named(charset: bytes) -> None:
    wanted = parsed(search, b" CHARSET %b ALL" % charset)
    assert isinstance(wanted, Search)
    assert wanted.charset == charset.strip(b'"').decode()


@pytest.mark.parametrize("charset", [b"X-UNKNOWN", b'""', b"base64", b'"\xff"'])
def test_text_in_an_unknown_charset_is_no_fault_of_the_grammar(charset: bytes) -> None:
    assert isinstance(parsed(search, b' CHARSET %b TEXT "\xff"' % charset), Search)
    assert refusal(search, b" CHARSET %b FOO" % charset).status == "BAD"


def test_sort_takes_criteria_a_charset_and_keys() -> None:
    assert parsed(sort, b" (SUBJECT reverse DATE) UTF-8 1:5") == Sort(
        (SortCriterion(SortKey.SUBJECT), SortCriterion(SortKey.DATE, is_reverse=True)),
        Search(search_keys(cursor_at(b"1:5"), None), "UTF-8"),
    )


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b" () UTF-8 ALL",
        b" (FOO) UTF-8 ALL",
        b" (REVERSE) UTF-8 ALL",
        b" (DATE) UTF-8",
        b" DATE UTF-8 ALL",
        b" (DATE) ALL",
    ],
)
def test_sort_refuses_anything_else(text: bytes) -> None:
    assert refusal(sort, text).text


def test_display_keys_need_their_capability() -> None:
    assert refusal(sort, b" (DISPLAYFROM) UTF-8 ALL", ()).status == "BAD"
    assert parsed(sort, b" (DISPLAYFROM) UTF-8 ALL", {"SORT=DISPLAY"})


def test_thread_takes_an_algorithm_that_is_known() -> None:
    wanted = parsed(thread, b" references us-ascii ALL", {"THREAD=REFERENCES"})
    assert isinstance(wanted, Thread)
    assert (wanted.algorithm, wanted.search.charset) == ("REFERENCES", "us-ascii")
    assert refusal(thread, b" REFERENCES UTF-8 ALL", ()).status == "BAD"
    assert refusal(thread, b" REFERENCES UTF-8").status == "BAD"


def test_sets_stay_as_written_until_the_session_knows() -> None:
    leaf = search_keys(cursor_at(b"2:*"), None)
    assert leaf == InSet(SequenceSet(((2, 0),)))
