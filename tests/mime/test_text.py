"""Body text: flowed paragraphs and the URLs in it."""

import pytest

from pytest_fakemail.mime.text import unflowed, urls, with_newlines


def test_every_line_end_becomes_a_line_feed() -> None:
    assert with_newlines("a\r\nb\rc\nd") == "a\nb\nc\nd"


@pytest.mark.parametrize(
    ("flowed", "text"),
    [
        pytest.param("one \ntwo\nthree", "one two\nthree", id="soft and hard breaks"),
        pytest.param("  indented\n >not quoted", " indented\n>not quoted", id="space-stuffing"),
        pytest.param("> a \n> b\n>> c", "> a b\n>> c", id="quotes are joined by depth"),
        pytest.param("> a \nb", "> a \nb", id="another depth ends the paragraph"),
        pytest.param("a\n-- \nAnn", "a\n-- \nAnn", id="the signature separator is fixed"),
        pytest.param("a \n-- \nAnn", "a \n-- \nAnn", id="and ends a paragraph"),
        pytest.param(">-- \n> x", "> -- \n> x", id="in a quote as well"),
        pytest.param("a\n\nb", "a\n\nb", id="empty lines stay"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_soft_breaks_are_undone(flowed: str, text: str) -> None:
    """RFC 3676 §4."""
    assert unflowed(flowed) == text


def test_delsp_takes_the_space_of_a_soft_break() -> None:
    """RFC 3676 §4.2: for scripts that put no spaces between words."""
    assert unflowed("日本 \n語です\nb \nc", delsp=True) == "日本語です\nbc"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("See https://x.test/a.", ["https://x.test/a"]),
        ("(https://x.test/a)", ["https://x.test/a"]),
        ("https://x.test/a_(b)", ["https://x.test/a_(b)"]),
        ("<https://x.test/a?b=c,d>,", ["https://x.test/a?b=c,d"]),
        ('"https://x.test/"', ["https://x.test/"]),
        ("https://x.test/#a!\nhttp://y.test", ["https://x.test/#a", "http://y.test"]),
        ("myapp://confirm/1", ["myapp://confirm/1"]),
        ("*https://x.test/a*", ["https://x.test/a"]),
        ("no ://x and mailto:a@x.test", []),
    ],
)
def test_urls_end_before_the_punctuation(text: str, found: list[str]) -> None:
    assert urls(text) == found


def test_long_paragraphs_and_urls_take_no_time_to_speak_of() -> None:
    """With a quadratic step somewhere this would run for minutes."""
    assert unflowed("a \n" * 500_000) == "a " * 500_000
    assert urls("http://x.test/" + ")." * 500_000) == ["http://x.test/"]
