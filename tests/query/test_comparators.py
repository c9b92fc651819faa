"""What texts are compared by: RFC 5051, RFC 4790 §9, RFC 5255 §4.6."""

from unicodedata import decomposition, normalize

import pytest
from query.mailboxes import NOW, mailbox, message

from pytest_fakemail.query.comparators import CASEMAP, COMPARATORS, Comparator, casemapped
from pytest_fakemail.query.matching import matching
from pytest_fakemail.query.search import Body, Header, SearchKey, Text
from pytest_fakemail.query.sorting import SortCriterion, SortKey, sorted_numbers
from pytest_fakemail.query.threading import thread_text, threads

_, ASCII, OCTET = COMPARATORS
CASED = range(0x1F000)
"""No letter behind these has a titlecase property; the test of that is a part of the next one."""


def prepared(text: str) -> str:
    """RFC 5051 §2, step 2, letter by letter."""
    return "".join(map(_decomposed, map(_titlecase, text)))


def _titlecase(letter: str) -> str:
    # UnicodeData.txt has one code point for it, or none; several are of SpecialCasing.txt.
    title = letter.title()
    return title if len(title) == 1 else letter


def _decomposed(letter: str) -> str:
    if "\uac00" <= letter <= "\ud7a3":
        return normalize("NFD", letter)  # Hangul syllables are decomposed by a rule
    found = decomposition(letter)
    if not found:
        return letter
    return "".join(_decomposed(chr(int(one, 16))) for one in found.split() if one[0] != "<")


def test_the_example_of_rfc_5051() -> None:
    assert casemapped("\u01c4") == "\u0044\u007a\u030c"


def test_every_letter_is_mapped_by_the_rules_of_rfc_5051() -> None:
    letters = [chr(code) for code in CASED if not 0xD800 <= code < 0xE000]
    assert [letter for letter in letters if casemapped(letter) != prepared(letter)] == []
    beyond = map(chr, range(CASED.stop, 0x110000, 7))
    assert [letter for letter in beyond if letter.upper() != letter] == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ABC", "abc"),
        ("ÄÖ", "äö"),
        ("\N{KELVIN SIGN}", "k"),
        ("é", "e\N{COMBINING ACUTE ACCENT}"),
        ("ΣΊΣΥΦΟΣ", "σίσυφος"),
        ("\N{LATIN SMALL LETTER DZ}", "\N{LATIN CAPITAL LETTER DZ}"),
        ("\N{LATIN SMALL LETTER DOTLESS I}", "i"),
        ("\N{LATIN SMALL LETTER LONG S}", "s"),
    ],
)
def test_letters_are_equal_whose_title_cases_decompose_to_the_same(one: str, other: str) -> None:
    assert casemapped(one) == casemapped(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ä", "a"),
        ("Straße", "STRASSE"),  # ß has no titlecase property
        ("\N{LATIN SMALL LIGATURE FI}", "fi"),  # nor has this one, and it decomposes to small ones
        ("\N{FEMININE ORDINAL INDICATOR}", "a"),
    ],
)
def test_letters_differ_that_only_fold_to_the_same(one: str, other: str) -> None:
    assert casemapped(one) != casemapped(other)


PLACES = [
    "Subject: {}\n\n",
    "Subject: =?utf-8?q?=C2=A0?= {}\n\n",
    "\n\n{}",
    "Content-Type: text/plain; charset=utf-8\n\n\u00a0{}",
    "Content-Transfer-Encoding: quoted-printable\n\n{}",
]


def is_found(text: str, raw: str, comparator: Comparator) -> bool:
    key: SearchKey = Header("Subject", text) if raw.startswith("Subject") else Body(text)
    found = [
        bool(matching(one, mailbox(raw), now=NOW, comparator=comparator))
        for one in (key, Text(text))
    ]
    assert found[0] == found[1]
    return found[0]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    ("text", "said", "found_by"),
    [
        ("Hello", "Say Hello", [CASEMAP, ASCII, OCTET]),
        ("hELLO", "Say Hello", [CASEMAP, ASCII]),
        ("grüße", "Viele Grüße", [CASEMAP, ASCII]),
        ("GRÜßE", "Viele Grüße", [CASEMAP]),
        ("grusse", "Viele Grüße", []),
        ("cafe", "Café", [CASEMAP]),
        ("Cafe\u0301", "Café", [CASEMAP]),
        ("\u212aelvin", "Kelvin", [CASEMAP]),
        ("\u00aa", "a", []),
        ("", "x", [CASEMAP, ASCII, OCTET]),
    ],
)
def test_a_text_is_found_by_some(
    place: str, text: str, said: str, found_by: list[Comparator]
) -> None:
    raw = place.format(said)
    assert [one for one in COMPARATORS if is_found(text, raw, one)] == found_by


def test_what_is_in_no_charset_is_compared_by_octets_too() -> None:
    unknown = "Subject: =?x-none?q?H=E9llo?=\n\n", b"Subject: =?utf-8?q?=E9llo H?= x\n\n"
    body = b"Content-Type: text/plain; charset=x-none\n\nGr\xc3\xbc\xdf"
    for comparator in COMPARATORS:
        assert is_found("llo", unknown[0], comparator)
        assert matching(Header("subject", "llo H"), mailbox(unknown[1]), now=NOW) == [1]
        found = matching(Body("Grü"), mailbox(body), now=NOW, comparator=comparator)
        assert found == [1]
    assert matching(Header("subject", "é"), mailbox(unknown[0]), now=NOW) == []


def order(comparator: Comparator, *subjects: str, is_reverse: bool = False) -> list[int]:
    messages = mailbox(*[f"Subject: {subject}\n\n" for subject in subjects])
    criteria = [SortCriterion(SortKey.SUBJECT, is_reverse=is_reverse)]
    numbers = range(1, len(messages) + 1)
    return sorted_numbers(criteria, messages, numbers, comparator=comparator)


def word(charset: str, octets: str) -> str:
    return f"=?{charset}?q?{''.join(f'={octet}' for octet in octets.split())}?="


RFC_5255 = (
    word("UTF-8", "D0 C0 D0 BD D0 B4 D1 80 D0 B5 D0 B9"),
    word("UTF-8", "D1 81 D0 95 D0 A0 D0 93 D0 95 D0 99"),
    word("UTF-8", "D0 92 D0 B0 D1 81 D0 B8 D0 BB D0 B8 FF B9"),
    word("KOI8-R", "E1 CC C5 CB D3 C5 CA"),
)


def test_the_example_of_rfc_5255() -> None:
    """§4.6: what is no text in its charset goes behind all that is, by its octets."""
    assert order(CASEMAP, *RFC_5255) == [4, 2, 3, 1]
    minus = Comparator(CASEMAP.name, casemapped, is_reverse=True)
    assert order(minus, *RFC_5255) == [2, 4, 3, 1]
    assert order(minus, *RFC_5255, is_reverse=True) == [1, 3, 4, 2]


@pytest.mark.parametrize(
    ("comparator", "wanted"), [(CASEMAP, [5, 3, 4, 2, 6, 1]), (ASCII, [5, 3, 2, 6, 1, 4])]
)
def test_subjects_are_sorted_by_the_comparator(comparator: Comparator, wanted: list[int]) -> None:
    subjects = ["_x", "b", "A", "ä", "", "b\u0301"]
    assert order(comparator, *subjects) == wanted


def test_octets_have_capitals_first() -> None:
    assert order(OCTET, "b", "B", "Re: a", "ä", "_") == [2, 5, 3, 1, 4]


def test_addresses_and_names_are_sorted_by_the_comparator() -> None:
    raws = "From: Zoe <b@x>\n\n", "From: ann <A@x>\n\n", f"From: {RFC_5255[2]} <C@x>\n\n"
    messages = mailbox(*raws)
    for key, by_casemap, by_octet in (
        (SortKey.FROM, [2, 1, 3], [2, 3, 1]),
        (SortKey.DISPLAYFROM, [2, 1, 3], [1, 2, 3]),
    ):
        criteria = [SortCriterion(key)]
        assert sorted_numbers(criteria, messages, [1, 2, 3]) == by_casemap
        assert sorted_numbers(criteria, messages, [1, 2, 3], comparator=OCTET) == by_octet


@pytest.mark.parametrize("algorithm", ["ORDEREDSUBJECT", "REFERENCES"])
def test_threads_have_the_subjects_that_are_equal(algorithm: str) -> None:
    messages = [
        message(f"Subject: {subject}\n\n", number=number)
        for number, subject in enumerate(("Käse", "Re: KÄSE", "Re: Käse", "Re: KäSE"), 1)
    ]

    def text(comparator: Comparator) -> str:
        return thread_text(threads(algorithm, messages, [1, 2, 3, 4], comparator))

    assert text(CASEMAP) == "(1 (2)(3)(4))"
    assert text(ASCII) == "(1 (3)(4))(2)"
    assert text(OCTET) == "(1 3)(2)(4)"
