"""Mail: what a test reads from the octets of real mail, and of mail that is not right."""

import subprocess
import sys
from email.message import EmailMessage

import pytest

from pytest_fakemail.errors import UnmetExpectation
from pytest_fakemail.mime.mail import Mail


def mail(*lines: str, charset: str = "utf-8") -> Mail:
    return Mail("\r\n".join([*lines, ""]).encode(charset))


def test_the_header_is_decoded() -> None:
    read = mail(
        "From: =?utf-8?q?J=C3=BCrgen?= <j@x.test>",
        "To: Ann <ann@x.test>, Team: bob@x.test, cid@x.test;",
        "Cc: undisclosed-recipients:;",
        "Subject: =?utf-8?b?R3LDvMOf?=",
        " =?utf-8?b?ZQ==?=",
        "X-Tag: a",
        "x-tag: b",
        "",
        "",
    )
    assert read.subject == "Grüße"
    assert read.from_ == ["j@x.test"]
    assert read.from_[0].display_name == "Jürgen"
    assert read.from_[0].full == "Jürgen <j@x.test>"
    assert read.to == ["ann@x.test", "bob@x.test", "cid@x.test"]
    assert (read.cc, read.bcc) == ([], [])
    assert read.headers["X-TAG"] == "a"
    assert read.headers.all("X-Tag") == ["a", "b"]


def test_what_is_absent_is_empty() -> None:
    read = Mail(b"")
    assert (read.subject, read.text, read.html, read.links) == ("", "", "", [])
    assert (read.from_, read.to, list(read.attachments), read.forwarded) == ([], [], [], [])
    assert read.calendar is None
    assert repr(read) == "<Mail '' from nobody>"


def test_an_address_without_domain_is_the_local_part() -> None:
    assert mail("To: ann", "", "").to == ["ann"]


def test_message_is_an_email_message() -> None:
    read = mail("Subject: Hi", "", "Hello")
    assert isinstance(read.message, EmailMessage)
    assert read.message["subject"] == "Hi"
    assert read.message.get_content().strip() == "Hello"


def test_text_and_html_are_the_alternatives() -> None:
    read = mail(
        "Content-Type: multipart/alternative; boundary=a",
        "",
        "--a",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: quoted-printable",
        "",
        "Gr=C3=BC=C3=9Fe an =",
        "alle",
        "--a",
        "Content-Type: text/html; charset=utf-8",
        "Content-Transfer-Encoding: base64",
        "",
        "PGI+R3LDvMOfZTwvYj4=",
        "--a--",
    )
    assert read.text == "Grüße an alle"
    assert read.html == "<b>Grüße</b>"


def test_texts_behind_each_other_are_all_read() -> None:
    read = mail(
        "Content-Type: multipart/mixed; boundary=m",
        "",
        "--m",
        "",
        "first",
        "--m",
        "Content-Type: text/plain; name=notes.txt",
        "",
        "a file",
        "--m",
        "Content-Type: text/plain",
        "Content-Disposition: inline",
        "",
        "the list's footer",
        "--m--",
    )
    assert read.text == "first\nthe list's footer"
    assert read.attachments.names == ["notes.txt"]


@pytest.mark.parametrize(
    ("charset", "octets", "text"),
    [
        pytest.param(None, b"caf\xc3\xa9", "café", id="no charset, UTF-8"),
        pytest.param(None, b"caf\xe9", "café", id="no charset, Latin-1"),
        pytest.param("us-ascii", b"caf\xc3\xa9", "café", id="8-bit in ASCII"),
        pytest.param(
            "utf-8", b"caf\xe9 \x93x\x94", "café \u201cx\u201d", id="Latin-1 called UTF-8"
        ),
        pytest.param(
            "utf-8", "Grüße für alle".encode() + b"\xff", "Grüße für alle\ufffd", id="broken UTF-8"
        ),
        pytest.param("iso-8859-1", b"\x93x\x94", "\u201cx\u201d", id="windows-1252 as Latin-1"),
        pytest.param("no-such-charset", b"caf\xc3\xa9", "café", id="unknown charset"),
        pytest.param("base64", b"caf\xc3\xa9", "café", id="a codec that is no charset"),
        pytest.param("utf-8", b"\xef\xbb\xbfcaf\xc3\xa9", "café", id="byte order mark"),
        pytest.param("gb2312", "繁體".encode("gb18030"), "繁體", id="more than GB 2312"),
        pytest.param("iso-2022-jp", "日本".encode("iso-2022-jp"), "日本", id="with escapes"),
    ],
)
def test_charsets_that_lie_are_read(charset: str | None, octets: bytes, text: str) -> None:
    field = f"Content-Type: text/plain; charset={charset}\r\n" if charset else ""
    assert Mail(field.encode() + b"\r\n" + octets).text.startswith(text)


def test_line_ends_are_line_feeds() -> None:
    assert Mail(b"\r\na\r\nb\nc\rd").text == "a\nb\nc\nd"


def test_flowed_text_has_its_paragraphs_joined() -> None:
    read = mail(
        'Content-Type: text/plain; format="FLOWED"; delsp=Yes', "", "long ", "line", " >x", ""
    )
    assert read.text == "longline\n>x\n\n"


def test_rubbish_in_base64_is_passed_over() -> None:
    read = mail("Content-Transfer-Encoding: base64", "", "SGVs!!bG8*", "==garbage")
    assert read.text.startswith("Hello")


def test_inline_images_are_found_by_content_id() -> None:
    read = mail(
        "Content-Type: multipart/related; boundary=r",
        "",
        "--r",
        "Content-Type: text/html",
        "",
        '<img src="cid:logo@x">',
        "--r",
        "Content-Type: image/png",
        "Content-ID: <logo@x>",
        "",
        "PNG",
        "--r--",
    )
    assert read.html == '<img src="cid:logo@x">'
    assert read.inline_images["logo@x"].content == b"PNG"
    assert [image.is_inline for image in read.attachments] == [True]


def related(markup: str, *parts: str) -> Mail:
    files = [line for part in parts for line in ("--r", "Content-Type: image/png", part, "", "x")]
    return mail(
        "Content-Type: multipart/related; boundary=r",
        "",
        "--r",
        "Content-Type: text/html",
        "",
        markup,
        *files,
        "--r--",
    )


@pytest.mark.parametrize(
    "markup",
    [
        '<img src="cid:logo">',
        "<IMG SRC = CID:logo>",
        '<td background="cid:logo">',
        "<p style=\"background: url('cid:logo')\">",
        "<style>p { background: url(cid:logo) }</style>",
        '<img srcset="cid:other 1x, cid:logo 2x">',
        '<v:fill src="cid:l%6Fgo">',
        '<img src="cid&#58;logo">',
    ],
)
def test_an_inline_image_is_what_html_shows_by_cid(markup: str) -> None:
    """Whatever the part calls itself: a file name does not make it a mere attachment."""
    read = related(markup, "Content-ID: <logo>\r\nContent-Disposition: attachment; filename=a.png")
    assert list(read.inline_images) == ["logo"]


@pytest.mark.parametrize("markup", ["<p>cid:logo", '<img src="logo">', "<!-- cid:logo -->", ""])
def test_what_no_cid_names_is_no_inline_image(markup: str) -> None:
    assert related(markup, "Content-ID: <logo>\r\nContent-Disposition: inline").inline_images == {}


def test_a_cid_without_a_part_is_no_inline_image() -> None:
    assert list(related("<img src=cid:a><img src=cid:b>", "Content-ID: <b>").inline_images) == ["b"]


def test_an_image_beside_html_is_not_inline() -> None:
    read = mail(
        "Content-Type: multipart/mixed; boundary=m",
        "",
        "--m",
        "Content-Type: image/png",
        "Content-ID: <logo@x>",
        "Content-Disposition: attachment",
        "",
        "PNG",
        "--m",
        "Content-Type: image/png",
        "Content-Disposition: inline",
        "",
        "PNG",
        "--m--",
    )
    assert read.inline_images == {}
    assert [image.is_inline for image in read.attachments] == [False, True]


def test_a_forwarded_message_in_base64_is_a_mail_too() -> None:
    """RFC 2046 §5.2.1 forbids it, and some programs do it."""
    read = mail(
        "Content-Type: message/rfc822", "Content-Transfer-Encoding: base64", "",
        "U3ViamVjdDogSW5uZXIKCkhlbGxvCg==",
    )  # fmt: skip
    assert [(inner.subject, inner.text) for inner in read.forwarded] == [("Inner", "Hello\n")]


def test_a_forwarded_message_is_a_mail() -> None:
    read = mail(
        "Content-Type: multipart/mixed; boundary=m",
        "",
        "--m",
        "",
        "see below",
        "--m",
        "Content-Type: message/rfc822",
        "",
        "Subject: Original",
        "",
        "Hello",
        "--m--",
    )
    assert read.text == "see below"
    assert [(each.subject, each.text) for each in read.forwarded] == [("Original", "Hello")]
    assert [each.content_type for each in read.attachments] == ["message/rfc822"]


def test_an_invitation_is_read() -> None:
    read = mail(
        "Content-Type: multipart/alternative; boundary=a",
        "",
        "--a",
        "",
        "You are invited",
        "--a",
        "Content-Type: text/calendar; method=request",
        "",
        "BEGIN:VCALENDAR",
        "METHOD:Request",
        "BEGIN:VEVENT",
        "SUMMARY:Lunch",
        "END:VEVENT",
        "END:VCALENDAR",
        "--a--",
    )
    assert read.calendar is not None
    assert (read.calendar.method, read.calendar.summary) == ("REQUEST", "Lunch")
    assert list(read.attachments) == []


HTML = """<p><a href="https://x.test/confirm/7?a=1&amp;b=2">Confirm</a> https://x.test/plain
<a href='#top'>top</a><a href="https://x.test/help">https://x.test/shown</a></p>"""


def linking() -> Mail:
    return mail(
        "Content-Type: multipart/alternative; boundary=a",
        "",
        "--a",
        "",
        "Go to <https://x.test/confirm/7?a=1&b=2> or (https://x.test/text).",
        "--a",
        "Content-Type: text/html",
        "",
        HTML,
        "--a--",
    )


def test_links_are_those_of_html_then_text_each_once() -> None:
    assert linking().links == [
        "https://x.test/confirm/7?a=1&b=2",
        "https://x.test/help",
        "https://x.test/plain",
        "https://x.test/text",
    ]


def test_the_one_link_is_found() -> None:
    assert linking().link("/confirm/") == "https://x.test/confirm/7?a=1&b=2"
    assert linking().link(lambda link: link.endswith("help")) == "https://x.test/help"


def test_no_such_link_says_which_there_are() -> None:
    with pytest.raises(UnmetExpectation) as failure:
        linking().link("/reset/")
    assert str(failure.value).splitlines() == [
        "no link with '/reset/'; there is:",
        *(f"  {link}" for link in linking().links),
    ]


def test_several_such_links_are_told() -> None:
    with pytest.raises(UnmetExpectation) as failure:
        linking().link("t/")
    assert str(failure.value).splitlines() == [
        "4 links with 't/', wanted one:",
        *(f"  {link}" for link in linking().links),
    ]


def test_a_mail_without_links_says_so() -> None:
    with pytest.raises(UnmetExpectation) as failure:
        mail("", "Hello").link()
    assert str(failure.value) == "no link; the mail has none at all"


def test_the_code_is_found_in_text_or_html_or_subject() -> None:
    assert mail("", "Your code is 123456.").code() == "123456"
    assert mail("Content-Type: text/html", "", "<p>Code:</p><b>1234</b>").code() == "1234"
    assert mail("Subject: 98765 is your code", "", "Enter it soon").code() == "98765"


def test_a_code_may_have_a_pattern() -> None:
    read = mail("", "Use ABC-123, then ABC-123 again")
    assert read.code(r"[A-Z]+-\d+") == "ABC-123"
    assert read.code(r"[A-Z]+-(\d+)") == "123"


def test_no_code_shows_the_text() -> None:
    with pytest.raises(UnmetExpectation) as failure:
        mail("", "Hello Ann,", "all is well.").code()
    assert str(failure.value) == "no code; the text is:\n  Hello Ann,\n  all is well."


def test_several_codes_are_told() -> None:
    with pytest.raises(UnmetExpectation) as failure:
        mail("", "1234 and 5678").code()
    assert str(failure.value) == "2 codes, wanted one:\n  1234\n  5678"


def test_nesting_without_end_is_read_without_error() -> None:
    level = "Content-Type: multipart/mixed; boundary=b{0}\r\n\r\n--b{0}\r\n"
    deep = Mail("".join(level.format(depth) for depth in range(1200)).encode())
    assert "boundary" in deep.text
    assert isinstance(deep.message, EmailMessage)


def test_reading_mail_does_not_import_email() -> None:
    """It costs more than all else, and most tests never ask for a message."""
    code = """
import sys
from pytest_fakemail.mime.mail import Mail
read = Mail(b"Content-Type: text/html\\r\\n\\r\\n<a href=x>y</a>")
assert read.links and not read.attachments and "email" not in sys.modules
read.message
assert "email" in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
