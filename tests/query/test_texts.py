import pytest

from pytest_fakemail.mime.parts import parse
from pytest_fakemail.query import texts
from pytest_fakemail.query.texts import Needle
from pytest_fakemail.store.content import Content


@pytest.mark.parametrize(
    ("block", "text", "answer"),
    [
        (b"A: one\r\nB: two\r\n", "a: one", True),
        (b"A: one\r\nB: two\r\n", "b:", True),
        (b"A: one\r\nB: two\r\n", "oneb", False),
        (b"A: one\r\n\ttwo\r\n", "one\ttwo", True),
        (b"A: one\r\n", "ä", False),
        (b"A: =?utf-8?q?=C3=A4?=\r\nB: plain\r\n", "Ä", True),
        (b"A: =?utf-8?q?=C3=A4?=\r\nB: plain\r\n", "plain", True),
        (b"A: =?utf-8?q?=C3=A4?=\r\nB: plain\r\n", "none", False),
        (b"", "x", False),
        (b"A: x", "", True),
    ],
)
def test_a_header_contains_a_text(block: bytes, text: str, answer: bool) -> None:  # noqa: FBT001
    assert texts.header_contains(block, Needle(text)) is answer


def test_octets_that_only_look_like_ascii_are_decoded() -> None:
    raw = "Content-Type: text/plain; charset=iso-2022-jp\r\n\r\n日本語".encode("iso-2022-jp")
    assert texts.body_contains(parse(raw), Needle("日本"))
    assert not texts.body_contains(parse(raw), Needle("F|K"))


@pytest.mark.parametrize("fold", [" ", "\t", "\r\n ", "\r\n\t", "\r\n   ", "\r\n\t\t", "  "])
def test_a_field_is_found_however_it_is_folded(fold: str) -> None:
    content = Content(f"Subject: quarterly{fold}budget\r\n\r\n".encode(), 1)
    text = texts.field_text(content, b"subject")
    assert text is not None
    assert Needle("quarterly budget").line in text
    assert Needle(f"y{fold.replace(chr(13) + chr(10), '')}b").line in text
