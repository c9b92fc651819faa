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
    ("label", "codec"),
    [
        ("cp-850", "cp850"),
        ("ibm-850", "cp850"),
        ("x-ibm00850", "cp850"),
        ("850", "cp850"),
        ("CP00858", "cp858"),
        ("x-cp1252", "cp1252"),
        ("win1252", "cp1252"),
        ("windows_1251", "cp1251"),
        ("ANSI", "cp1252"),
        ("iso88591", "cp1252"),
        ("iso 8859-1", "cp1252"),
        ("csISOLatin1", "cp1252"),
        ("ISO_8859-1:1987", "cp1252"),
        ("iso8859_15", "iso8859-15"),
        ("28605", "iso8859-15"),
        ("latin-9", "iso8859-15"),
        ("latin-5", "cp1254"),
        ("utf8mb4", "utf-8"),
        ("utf8mb3", "utf-8"),
        ("utf-8-bom", "utf-8"),
        ("x-utf-8", "utf-8"),
        ("65001", "utf-8"),
        ("utf-8;", "utf-8"),
        ("utf16le", "utf-16-le"),
        ("us_ascii", "ascii"),
        ("x-sjis", "cp932"),
        ("MS932", "cp932"),
        ("x-euc-jp", "euc_jp"),
        ("cp51932", "euc_jp"),
        ("x-windows-949", "cp949"),
        ("KS_C_5601-1987", "cp949"),
        ("x-gbk", "gb18030"),
        ("936", "gb18030"),
        ("cn-big5", "big5hkscs"),
        ("koi8r", "koi8-r"),
        ("x-mac-roman", "mac-roman"),
        ("x-mac-cyrillic", "mac-cyrillic"),
        ("x-maccyrillic", "mac-cyrillic"),
        ("x-mac-ce", "mac-latin2"),
        ("x-mac-centraleurroman", "mac-latin2"),
        ("utf8mb4_unicode_520_ci", "utf-8"),
        ("latin1_swedish_ci", "cp1252"),
        ("koi8r_bin", "koi8-r"),
        ("AL32UTF8", "utf-8"),
        ("utf-8//TRANSLIT", "utf-8"),
        ("windows-cp1250", "cp1250"),
        ("ansi-1251", "cp1251"),
        ("x-ms-cp932", "cp932"),
        ("SJIS-win", "cp932"),
        ("eucJP-win", "euc_jp"),
        ("x-windows-iso2022jp", "iso2022_jp_ext"),
        ("x-x-big5", "big5hkscs"),
        ("gb18030-2022", "gb18030"),
        ("8859-2", "iso8859-2"),
        ("ibm912", "iso8859-2"),
        ("ibm-943", "cp932"),
        ("cp1208", "utf-8"),
        ("ISO-10646-UCS-2", "utf-16"),
        ("646", "ascii"),
    ],
)
def test_labels_of_the_wild_mean_what_their_senders_meant(label: str, codec: str) -> None:
    assert charsets.codec(label) == codec


@pytest.mark.parametrize(
    "charset",
    [
        "8bit",
        "x-user-defined",
        "x-unknown",
        "99999",
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
