"""Charsets that lie, labels that nobody registered, encodings that break off."""

from base64 import b64encode

from pytest_fakemail.zoo.entry import Entry, Reading, entry, message

_PLAIN = "Content-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: {encoding}\n"


def _text(name: str, charset: str, body: bytes, encoding: str = "8bit") -> bytes:
    fields = _PLAIN.format(charset=charset, encoding=encoding)
    return message(name, f"Subject: {name}\nMIME-Version: 1.0\n{fields}\n") + body + b"\r\n"


ENTRIES: tuple[Entry, ...] = (
    entry(
        "charset-latin1-is-cp1252",
        "charset body",
        "It says iso-8859-1 and has the quotes and the euro of windows-1252.",
        _text("charset-latin1-is-cp1252", "iso-8859-1", "\u201c5 \u20ac\u201d".encode("cp1252")),
        Reading(text="\u201c5 \u20ac\u201d"),
    ),
    entry(
        "charset-ascii-is-utf8",
        "charset body",
        "It says us-ascii and is UTF-8.",
        _text("charset-ascii-is-utf8", "us-ascii", "Grüße".encode()),
        Reading(text="Grüße"),
    ),
    entry(
        "charset-utf8-is-latin1",
        "charset body",
        "It says utf-8 and is not.",
        _text("charset-utf8-is-latin1", "utf-8", "caf\u00e9 noir".encode("latin-1")),
    ),
    entry(
        "charset-unknown",
        "charset body",
        "Its charset is one that nobody knows.",
        _text("charset-unknown", "x-klingon", b"plain letters"),
        Reading(text="plain letters"),
    ),
    entry(
        "charset-quoted-label",
        "charset body",
        "The label is quoted, in capitals and has a blank in it.",
        _text("charset-quoted-label", '" UTF-8 "', "Grüße".encode()),
        Reading(text="Grüße"),
    ),
    entry(
        "charset-gb2312-is-gbk",
        "charset body cjk",
        "It says gb2312 and has a character that only GBK has.",
        _text("charset-gb2312-is-gbk", "gb2312", "朱镕基".encode("gbk")),
        Reading(text="朱镕基"),
    ),
    entry(
        "charset-iso-2022-jp",
        "charset body cjk",
        "Japanese in seven bits, which switches its alphabet by escape sequences.",
        _text("charset-iso-2022-jp", "iso-2022-jp", "こんにちは".encode("iso-2022-jp"), "7bit"),
        Reading(text="こんにちは"),
    ),
    entry(
        "charset-koi8-r",
        "charset body",
        "Russian in KOI8-R.",
        _text("charset-koi8-r", "koi8-r", "Привет".encode("koi8-r")),
        Reading(text="Привет"),
    ),
    entry(
        "charset-utf8-bom",
        "charset body",
        "The text begins with a byte order mark.",
        _text("charset-utf8-bom", "utf-8", b"\xef\xbb\xbfHello"),
        Reading(text="Hello"),
    ),
    entry(
        "charset-utf16-base64",
        "charset body encoding",
        "UTF-16, which only base64 can carry.",
        _text("charset-utf16-base64", "utf-16", b64encode("Grüße".encode("utf-16")), "base64"),
        Reading(text="Grüße"),
    ),
    entry(
        "encoding-qp-broken",
        "encoding body",
        "Quoted-printable with an escape that is none and one that breaks off.",
        _text(
            "encoding-qp-broken",
            "utf-8",
            b"100=ZZ sure, caf=C3=A9 ="[:-1] + b"=",
            "quoted-printable",
        ),
        Reading(text="café"),
    ),
    entry(
        "encoding-qp-soft-break-trailing-blank",
        "encoding body",
        "A soft line break behind which a gateway left blanks.",
        _text(
            "encoding-qp-soft-break-trailing-blank", "utf-8", b"one =  \r\ntwo", "quoted-printable"
        ),
        Reading(text="one two"),
    ),
    entry(
        "encoding-base64-with-footer",
        "encoding body list",
        "A list appended its footer in plain text to a body in base64.",
        _text(
            "encoding-base64-with-footer",
            "utf-8",
            b64encode(b"Hello from the list\n") + b"\r\n-- \r\nTo leave: leave@example.test",
            "base64",
        ),
        Reading(text="Hello from the list"),
    ),
    entry(
        "encoding-base64-unpadded",
        "encoding body",
        "Base64 without the padding at its end.",
        _text("encoding-base64-unpadded", "utf-8", b64encode(b"Hello!!").rstrip(b"="), "base64"),
        Reading(text="Hello!!"),
    ),
    entry(
        "encoding-unknown",
        "encoding body",
        "A transfer encoding that does not exist.",
        _text("encoding-unknown", "utf-8", b"as it is", "9bit"),
        Reading(text="as it is"),
    ),
    entry(
        "encoding-uuencode-in-text",
        "encoding attachment old",
        "A file in the old uuencode, in the middle of the text.",
        _text(
            "encoding-uuencode-in-text",
            "us-ascii",
            b"See below.\r\n\r\nbegin 644 note.txt\r\n%2&5L;&\\\r\n`\r\nend\r\n",
            "7bit",
        ),
        Reading(text="See below."),
    ),
    entry(
        "format-flowed",
        "text",
        "Flowed lines: a blank at the end means that the paragraph goes on.",
        message(
            "format-flowed",
            "Subject: flowed\nMIME-Version: 1.0\n"
            "Content-Type: text/plain; format=flowed\n\n"
            "This paragraph \ngoes on.\n> quoted \n> on\n-- \nAnn\n",
        ),
        Reading(text="This paragraph goes on."),
    ),
    entry(
        "format-flowed-delsp",
        "text cjk",
        "Flowed with DelSp: the blank at the break is not part of the text.",
        message(
            "format-flowed-delsp",
            "Subject: delsp\nMIME-Version: 1.0\n"
            "Content-Type: text/plain; format=flowed; delsp=yes; charset=utf-8\n"
            "Content-Transfer-Encoding: 8bit\n\nこんに \nちは\n",
        ),
        Reading(text="こんにちは"),
    ),
)
