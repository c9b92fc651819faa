"""Which language a client gets (RFC 4647 §3.4)."""

import pytest

from pytest_fakemail.imap.languages.choosing import DEFAULT, chosen, language


@pytest.mark.parametrize(
    ("ranges", "tag"),
    [
        (["de"], "de"),
        (["DE"], "de"),
        (["de-CH-1996"], "de"),
        (["de-x-private"], "de"),
        (["en-GB"], "en"),
        (["es"], None),
        (["es", "fr-CA", "de"], "fr"),
        (["d"], None),
        (["dex"], None),
        (["i-default"], DEFAULT),
        (["i"], None),
        (["default"], DEFAULT),
        (["es", "DEFAULT", "de"], DEFAULT),
        (["*"], DEFAULT),
        (["*", "de"], "de"),
        (["*", "es"], None),
        (["es", "*"], DEFAULT),
        (["de-*"], "de"),
    ],
)
def test_lookup(ranges: list[str], tag: str | None) -> None:
    assert chosen(ranges) == tag


def test_english_needs_no_table() -> None:
    assert language("en") is language(DEFAULT) is None
