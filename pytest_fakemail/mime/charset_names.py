"""The names of character sets as mail writes them, and the codecs that are meant.

The names that IANA has, Python knows.  The wild adds those of vendors: with another prefix
(``x-cp1252``, ``ibm-850``, ``win-1251``), as a number (``65001``), with other signs between
(``cp-850``, ``iso 8859-1``), from databases (``utf8mb4_general_ci``, ``AL32UTF8``), editors
(``utf-8-bom``), and the words of iconv (``utf-8//TRANSLIT``), PHP (``SJIS-win``) and Java.
"""

from collections.abc import Iterator

from pytest_fakemail.pattern import pattern

LARGER = {
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "big5hkscs",
}
"""By codec, the one of a larger set that senders mean by it, whatever they call it.

https://encoding.spec.whatwg.org/#names-and-labels
"""

# Labels that neither Python knows nor a rule below.
_MEANT = {
    "ansi-x3.4-1968": "ascii",
    "ansi": "cp1252",
    "ms-ansi": "cp1252",
    "usascii": "ascii",
    "646": "ascii",
    "iso-646": "ascii",
    "iso646-us": "ascii",
    "us": "ascii",
    "iso-8859-6-e": "iso-8859-6",
    "iso-8859-6-i": "iso-8859-6",
    "iso-8859-8-e": "iso-8859-8",
    "iso-8859-8-i": "iso-8859-8",
    "logical": "iso-8859-8",
    "visual": "iso-8859-8",
    "tis-620": "cp874",
    "tis-620-2533": "cp874",
    "tis620.2533": "cp874",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "windows-31j": "cp932",
    "ms-kanji": "cp932",
    "cswindows31j": "cp932",
    "csshiftjis": "cp932",
    "ms932": "cp932",
    "eucjp": "euc-jp",
    "cseucpkdfmtjapanese": "euc-jp",
    "ujis": "euc-jp",
    "csiso2022jp": "iso-2022-jp",
    "iso-2022-jp-ms": "iso-2022-jp-ext",
    "cp50220": "iso-2022-jp-ext",
    "cp50221": "iso-2022-jp-ext",
    "cp50222": "iso-2022-jp-ext",
    "windows-iso2022jp": "iso-2022-jp-ext",
    "jis": "iso-2022-jp",
    "jis-ms": "iso-2022-jp-ext",
    "cp51932": "euc-jp",
    "eucjp-win": "euc-jp",
    "eucjp-ms": "euc-jp",
    "euc-jp-ms": "euc-jp",
    "euc-jp-linux": "euc-jp",
    "sjis-win": "cp932",
    "sjis-mac": "cp932",
    "ks-c-5601-1987": "cp949",
    "ks-c-5601-1989": "cp949",
    "ks-c-5601": "cp949",
    "ksc-5601": "cp949",
    "ksc5601": "cp949",
    "csksc56011987": "cp949",
    "euc-kr": "cp949",
    "euckr": "cp949",
    "cseuckr": "cp949",
    "cp51949": "cp949",
    "uhc": "cp949",
    "gb2312": "gb18030",
    "gb-2312": "gb18030",
    "gb-2312-80": "gb18030",
    "gb2312-80": "gb18030",
    "chinese": "gb18030",
    "csgb2312": "gb18030",
    "euc-cn": "gb18030",
    "euccn": "gb18030",
    "eucgb2312-cn": "gb18030",
    "gbk": "gb18030",
    "gb-18030": "gb18030",
    "gb18030-2000": "gb18030",
    "gb18030-2005": "gb18030",
    "gb18030-2022": "gb18030",
    "mac-chinesesimp": "gb18030",
    "cp936": "gb18030",
    "cp54936": "gb18030",
    "cp20936": "gb18030",
    "hz-gb": "hz",
    "big5": "big5hkscs",
    "big-5": "big5hkscs",
    "cn-big5": "big5hkscs",
    "csbig5": "big5hkscs",
    "big5-hkscs": "big5hkscs",
    "big5-eten": "big5hkscs",
    "big5-2003": "big5hkscs",
    "mac-chinesetrad": "big5hkscs",
    "koi8": "koi8-r",
    "koi": "koi8-r",
    "koi8r": "koi8-r",
    "koi8u": "koi8-u",
    "koi8-ru": "koi8-u",
    "koi8-rus": "koi8-r",
    "cskoi8r": "koi8-r",
    "cp20866": "koi8-r",
    "cp21866": "koi8-u",
    "mac": "mac-roman",
    "macintosh": "mac-roman",
    "mac-cyrillic": "mac-cyrillic",
    "mac-ukrainian": "mac-cyrillic",
    "mac-ce": "mac-latin2",
    "mac-centraleurroman": "mac-latin2",
    "mac-icelandic": "mac-iceland",
    "cp10000": "mac-roman",
    "cp10007": "mac-cyrillic",
    "cp20127": "ascii",
    "ucs-2": "utf-16",
    "ucs2": "utf-16",
    "iso-10646-ucs-2": "utf-16",
    "ucs-2le": "utf-16-le",
    "ucs-2be": "utf-16-be",
    "ucs-4": "utf-32",
    "cp1200": "utf-16-le",
    "cp1201": "utf-16-be",
    "cp65000": "utf-7",
    "unicode-1-1-utf-7": "utf-7",
    "unicode-2-0-utf-7": "utf-7",
    "unicode-1-1-utf-8": "utf-8",
    "unicode-2-0-utf-8": "utf-8",
    "unicode20utf8": "utf-8",
    "cp65001": "utf-8",
    "unicode": "utf-8",
    "csutf8": "utf-8",
    "unicode-utf-8": "utf-8",
    "utf-8n": "utf-8",
    "al32utf8": "utf-8",
    "we8iso8859p1": "cp1252",
    "we8iso8859p15": "iso-8859-15",
    "we8mswin1252": "cp1252",
    "ee8mswin1250": "cp1250",
    "cl8mswin1251": "cp1251",
    "iso-10646-1": "utf-8",
    "iso-10646-utf-8": "utf-8",
}
_UTF = pattern(r"utf-?(7|8|16|32)-?(le|be|mb3|mb4|bom|sig|with-bom|mac|strict)?")
_ISO_8859 = pattern(r"(?:cs)?(?:iso-?)?8859-?(1[0-6]|[1-9])(?:[-:](?:19|20)\d\d|-([ei]))?")
_CODE_PAGE = pattern(
    r"(?:cs)?(?:(?:cp|ibm|ms|dos|pc|oem|ansi|windows|window|win|codepage|code-page|ccsid)-?)*+"
    r"0*+(\d{3,5})(?:-(?:1|multilingual|thai))?"
)
_LATIN = pattern(r"(?:iso-?)?latin-?(\d{1,2})")
_WORD_BREAK = pattern(r"[\s_]+")
_COLLATION = pattern(r"([a-z0-9]+)-(?:[a-z0-9]+-)*(?:ci|cs|bin)")
_ISO_CODE_PAGES = range(28591, 28606)
# IBM's numbers of what has another name with Python.
_IBM = {
    813: "iso-8859-7",
    912: "iso-8859-2",
    915: "iso-8859-5",
    916: "iso-8859-8",
    920: "iso-8859-9",
    923: "iso-8859-15",
    943: "cp932",
    954: "euc-jp",
    970: "cp949",
    1089: "iso-8859-6",
    1208: "utf-8",
    1386: "gb18030",
}


def candidates(charset: str) -> Iterator[str]:
    """Yield the codecs that a label can mean, the likeliest first; they need not exist."""
    written = charset.partition("//")[0]
    name = _WORD_BREAK.sub("-", written.strip(" \t\r\n\"',;=").lower())
    if collation := _COLLATION.fullmatch(name):
        name = collation[1]
    bare = name.removeprefix("x-").removeprefix("x-")
    for label in dict.fromkeys((name, bare, name.removeprefix("x-mac-"))):
        shape = _shape(label)
        yield _MEANT.get(label) or _MEANT.get(shape) or shape or label
    if name.startswith("x-mac"):
        yield "mac-" + name.removeprefix("x-mac").lstrip("-")


def _shape(label: str) -> str:
    """Return a label of one of the families as Python spells it; empty if it is of none."""
    if found := _UTF.fullmatch(label):
        return f"utf-{found[1]}" + (f"-{found[2]}" if found[2] in ("le", "be") else "")
    if found := _ISO_8859.fullmatch(label):
        return f"iso-8859-{found[1]}"
    if found := _LATIN.fullmatch(label):
        return f"latin{found[1]}"
    if found := _CODE_PAGE.fullmatch(label):
        number = int(found[1])
        if number in _ISO_CODE_PAGES:
            return f"iso-8859-{number - _ISO_CODE_PAGES[0] + 1}"
        return _IBM.get(number, f"cp{number}")
    return ""
