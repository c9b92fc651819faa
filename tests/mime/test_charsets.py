import pytest

from pytest_fakemail.mime import charsets


@pytest.mark.parametrize(
    ("octets", "charset", "text"),
    [
        (b"abc", "", "abc"),
        (b"h\xc3\xa4", "", "hä"),
        (b"h\xe4", "", "hä"),
        (b"h\xc3\xa4", "us-ascii", "hä"),
        (b"h\xe4", "x-unknown", "hä"),
        (b"\x93h\xe4\x94", "ISO-8859-1", "“hä”"),
        (b"h\xe4", "utf-8", "h\N{REPLACEMENT CHARACTER}"),
        (b"h\xc3\xa4", "iso-2022-jp", "hä"),
        (b"\x1b$BF|K\\\x1b(B", "iso-2022-jp", "日本"),
        (b"\xc4\xe3", "gb2312", "你"),
        (b"\x81", "", "\x81"),
        (b"+AOQ-", "unicode-1-1-utf-7", "ä"),
        (b"a+2AA-b", "utf-7", "a\N{REPLACEMENT CHARACTER}b"),
        (b"+2D3eAA-", "utf-7", "😀"),
    ],
)
def test_octets_become_the_likeliest_text(octets: bytes, charset: str, text: str) -> None:
    assert charsets.decode(octets, charset) == text


@pytest.mark.parametrize(
    "charset",
    [
        "hex",
        "rot13",
        "base64",
        "zlib",
        "charmap",
        "unicode_escape",
        "raw_unicode_escape",
        "idna",
        "punycode",
        "undefined",
        "",
        "no such",
        "a\0b",
        "ü",
        "utf-8ü",
        "utf-8" + "-" * 36,
        "../os",
    ],
)
def test_what_is_no_character_set_of_mail_is_unknown(charset: str) -> None:
    assert charsets.codec(charset) is None
    assert charsets.decode(b"a\\qb", charset) == "a\\qb"


def test_names_are_read_in_any_case_and_quoted() -> None:
    assert charsets.codec(' "UTF-8" ') == "utf-8"
