import pytest

from pytest_fakemail.mime import words


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"plain", "plain"),
        (b"=?utf-8?Q?H=C3=A4llo_W=C3=B6rld?=", "Hällo Wörld"),
        (b"=?UTF-8?b?SMOkbGxv?=", "Hällo"),
        (b"=?iso-8859-1*de?q?Gr=FC=DFe?=", "Grüße"),
        (b"a =?utf-8?q?b?= c", "a b c"),
        (b"=?utf-8?q?a?= =?utf-8?q?b?=", "ab"),
        (b"=?utf-8?q?a?=\r\n\t=?iso-8859-1?q?=E4?=", "aä"),
        (b"=?utf-8?q?a?= x =?utf-8?q?b?=", "a x b"),
        (b"=?utf-8?q?a?==?utf-8?q?b?=", "ab"),
        (b"x=?utf-8?q?a?=y", "xay"),
    ],
)
def test_encoded_words_are_decoded(raw: bytes, text: str) -> None:
    assert words.decode(raw) == text


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"=?utf-8?q?two words?=", "two words"),
        (b"=?utf-8?b?SMOkbGxv", "=?utf-8?b?SMOkbGxv"),
        (b"=?utf-8?b?SMOkbGx?=", "Häll"),
        (b"=?utf-8?b?S?=", ""),
        (b"=?utf-8?b?SMOk\xffbGxv?=", "Hällo"),
        (b"=?utf-8?q?a=ZZb?=", "a=ZZb"),
        (b"=?utf-8?x?a?=", "=?utf-8?x?a?="),
        (b"=?x-unknown?q?abc?= =?utf-8?q?d?=", "=?x-unknown?q?abc?= d"),
        (b"=??q?abc?=", "=??q?abc?="),
        (b"=?", "=?"),
        (b"=?=?=?utf-8?q?a?=", "=?=?a"),
    ],
)
def test_broken_words_are_read_as_far_as_they_go(raw: bytes, text: str) -> None:
    assert words.decode(raw) == text


def test_a_character_may_be_split_between_words() -> None:
    assert words.decode(b"=?utf-8?q?H=C3?= =?utf-8?q?=A4?=") == "Hä"
    assert words.decode(b"=?utf-8?b?w6Q=?= =?utf-8?b?w6Q=?=") == "ää"


def test_octets_outside_of_words_are_utf8_or_windows_1252() -> None:
    assert words.decode("Hä =?utf-8?q?x?=".encode()) == "Hä x"
    assert words.decode(b"H\xe4 \x80") == "Hä €"


def test_an_empty_word_is_nothing() -> None:
    assert words.decode(b"a =?utf-8?q??= b") == "a  b"


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [
        (b"plain", None),
        (b"=?utf-8?q?=C3?= =?UTF8?b?qQ==?=", None),  # a character in two words
        (b"=?utf-8?q?=C3?= x =?utf-8?q?=A9?=", b"\xc3 x \xa9"),
        (b"a =?x-none?q?b=E9?=  =?utf-8?q?c?= d", b"a b\xe9c d"),
        (b"=?us-ascii?q?=E9?=", None),  # read as windows-1252
        (b"=?koi8-r?q?=E1?= =?", None),
        ("\ufffd".encode(), None),
    ],
)
def test_octets_are_left_where_a_charset_makes_no_text_of_them(
    raw: bytes, wanted: bytes | None
) -> None:
    assert words.unconverted(raw, words.decode(raw)) == wanted
