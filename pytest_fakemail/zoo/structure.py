"""Structure: boundaries that break, parts in parts in parts, types that are missing or wrong."""

from pytest_fakemail.zoo.entry import Entry, Reading, entry, message

_ALTERNATIVE = """\
Subject: {name}
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary="b"

--b
Content-Type: text/plain; charset=utf-8

{text}
--b
Content-Type: text/html; charset=utf-8

{html}
--b--
"""


def _alternative(name: str, text: str, html: str) -> bytes:
    return message(name, _ALTERNATIVE.format(name=name, text=text, html=html))


def _deep(depth: int) -> bytes:
    """Return a message of multiparts within multiparts."""
    raw = b"Content-Type: text/plain\r\n\r\nat the bottom\r\n"
    for level in range(depth, 0, -1):
        boundary = f"level{level}".encode()
        raw = (
            b'Content-Type: multipart/mixed; boundary="' + boundary + b'"\r\n\r\n'
            b"--" + boundary + b"\r\n" + raw + b"\r\n--" + boundary + b"--\r\n"
        )
    return message("structure-deep", "Subject: deep\nMIME-Version: 1.0\n") + raw


def _matryoshka(depth: int) -> bytes:
    """Return a message in a message in a message."""
    raw = b"From: ann@example.test\r\nSubject: innermost\r\n\r\nHello\r\n"
    for level in range(depth, 0, -1):
        raw = (
            f"From: ann@example.test\r\nSubject: level {level}\r\nMIME-Version: 1.0\r\n"
            "Content-Type: message/rfc822\r\n\r\n"
        ).encode() + raw
    return raw


ENTRIES: tuple[Entry, ...] = (
    entry(
        "structure-alternative",
        "mime html",
        "Text and HTML that say the same: the ordinary case.",
        _alternative("structure-alternative", "Hello", "<p>Hello</p>"),
        Reading(text="Hello", html="<p>Hello</p>", attachments=()),
    ),
    entry(
        "structure-alternative-disagrees",
        "mime html",
        "Text and HTML that say different things.",
        _alternative("structure-alternative-disagrees", "Pay 10 EUR", "<p>Pay 100 EUR</p>"),
        Reading(text="Pay 10 EUR", html="<p>Pay 100 EUR</p>"),
    ),
    entry(
        "structure-boundary-missing",
        "mime broken",
        "A multipart that names no boundary.",
        message(
            "structure-boundary-missing",
            "Subject: x\nMIME-Version: 1.0\nContent-Type: multipart/mixed\n\n--b\n\nHello\n--b--\n",
        ),
        Reading(subject="x"),
    ),
    entry(
        "structure-boundary-unclosed",
        "mime broken",
        "The last boundary never comes: the message was cut.",
        message(
            "structure-boundary-unclosed",
            "Subject: cut\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n"
            "--b\nContent-Type: text/plain\n\nHello\n",
        ),
        Reading(text="Hello"),
    ),
    entry(
        "structure-boundary-prefix",
        "mime",
        "The inner boundary begins as the outer one does.",
        message(
            "structure-boundary-prefix",
            "Subject: prefix\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n"
            "--b\nContent-Type: multipart/alternative; boundary=bb\n\n"
            "--bb\nContent-Type: text/plain\n\nHello\n--bb--\n"
            "--b\nContent-Type: text/plain\nContent-Disposition: attachment; filename=a.txt\n\n"
            "file\n--b--\n",
        ),
        Reading(text="Hello", attachments=("a.txt",)),
    ),
    entry(
        "structure-boundary-same",
        "mime broken",
        "Inner and outer multipart have the same boundary.",
        message(
            "structure-boundary-same",
            "Subject: same\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n"
            "--b\nContent-Type: multipart/alternative; boundary=b\n\n"
            "--b\nContent-Type: text/plain\n\nHello\n--b--\n--b--\n",
        ),
        Reading(subject="same"),
    ),
    entry(
        "structure-boundary-trailing-blanks",
        "mime",
        "Blanks behind the boundary lines, which RFC 2046 allows.",
        message(
            "structure-boundary-trailing-blanks",
            "Subject: blanks\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n"
            "--b  \nContent-Type: text/plain\n\nHello\n--b-- \t\n",
        ),
        Reading(text="Hello"),
    ),
    entry(
        "structure-preamble-epilogue",
        "mime",
        "Text before the first and behind the last boundary, which nobody is to see.",
        message(
            "structure-preamble-epilogue",
            "Subject: around\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n"
            "Your program is too old.\n--b\nContent-Type: text/plain\n\nHello\n--b--\nThe end.\n",
        ),
        Reading(text="Hello"),
    ),
    entry(
        "structure-no-parts",
        "mime broken",
        "A multipart without any part.",
        message(
            "structure-no-parts",
            "Subject: none\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n"
            "--b--\n",
        ),
        Reading(subject="none"),
    ),
    entry(
        "structure-deep",
        "mime limits",
        "Fifty multiparts in each other.",
        lambda: _deep(50),
        Reading(subject="deep"),
    ),
    entry(
        "structure-matryoshka",
        "mime limits forwarded",
        "Ten messages in each other.",
        lambda: _matryoshka(10),
        Reading(subject="level 1", forwarded=("level 2",)),
    ),
    entry(
        "structure-type-missing",
        "mime broken",
        "A Content-Type without a subtype.",
        message(
            "structure-type-missing",
            "Subject: type\nMIME-Version: 1.0\nContent-Type: text\n\nHello\n",
        ),
    ),
    entry(
        "structure-html-only",
        "mime html",
        "HTML and no plain text.",
        message(
            "structure-html-only",
            "Subject: html\nMIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n\n"
            "<html><body><h1>Hello</h1></body></html>\n",
        ),
        Reading(text="", html="<h1>Hello</h1>"),
    ),
    entry(
        "structure-related-inline-image",
        "mime html image",
        "HTML that shows a picture of its own by cid:.",
        message(
            "structure-related-inline-image",
            "Subject: logo\nMIME-Version: 1.0\n"
            "Content-Type: multipart/related; boundary=b; type=text/html\n\n"
            "--b\nContent-Type: text/html\n\n<p>Hi <img src='cid:logo@example.test' alt='us'></p>\n"
            "--b\nContent-Type: image/gif; name=logo.gif\nContent-ID: <logo@example.test>\n"
            "Content-Disposition: inline; filename=logo.gif\nContent-Transfer-Encoding: base64\n\n"
            "R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7\n--b--\n",
        ),
        Reading(html="cid:logo@example.test", attachments=("logo.gif",)),
    ),
    entry(
        "structure-cid-without-part",
        "mime html image broken",
        "HTML that shows a picture which is not in the message.",
        message(
            "structure-cid-without-part",
            "Subject: hole\nMIME-Version: 1.0\nContent-Type: text/html\n\n"
            "<p>Hi <img src='cid:gone@example.test'></p>\n",
        ),
        Reading(html="cid:gone@example.test", attachments=()),
    ),
    entry(
        "structure-external-body",
        "mime old",
        "The body is elsewhere, at an address of FTP (message/external-body).",
        message(
            "structure-external-body",
            "Subject: elsewhere\nMIME-Version: 1.0\n"
            'Content-Type: message/external-body; access-type=anon-ftp; name="a.txt";\n'
            ' site="ftp.example.test"\n\nContent-Type: text/plain\n\n',
        ),
        Reading(subject="elsewhere"),
    ),
    entry(
        "structure-partial",
        "mime old",
        "The second of three pieces (message/partial).",
        message(
            "structure-partial",
            "Subject: piece\nMIME-Version: 1.0\n"
            'Content-Type: message/partial; id="x@example.test"; number=2; total=3\n\nmiddle\n',
        ),
        Reading(subject="piece"),
    ),
    entry(
        "structure-apple-mail",
        "mime attachment apple",
        "Apple Mail puts a file between two texts.",
        message(
            "structure-apple-mail",
            "Subject: between\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n"
            "--b\nContent-Type: text/plain\n\nBefore\n"
            "--b\nContent-Type: application/pdf; name=a.pdf\n"
            "Content-Disposition: inline; filename=a.pdf\n\n%PDF\n"
            "--b\nContent-Type: text/plain\n\nAfter\n--b--\n",
        ),
        Reading(text="Before", attachments=("a.pdf",)),
    ),
)
