"""A header that no empty line ends, and mails that only look as if they had one."""

import pytest

from pytest_fakemail.errors import UnmetExpectation
from pytest_fakemail.mime.header_end import false_start, missing_end, with_end
from pytest_fakemail.mime.mail import Mail


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("raw", "names", "text"),
    [
        ("Subject: x\nhello there\n", ["Subject"], "hello there\n"),
        ("Subject: x\nhello\n\nthere\n", ["Subject"], "hello\n\nthere\n"),
        ("Subject: x\n y\nTo: a@x\nhello", ["Subject", "To"], "hello"),
        ("Subject: x\nhello\nNote: to you\nbye\n", ["Subject"], "hello\nNote: to you\nbye\n"),
        ("hello there\n", [], "hello there\n"),
        ("Subject: x\n", ["Subject"], ""),
        ("Subject: x\n\nhello", ["Subject"], "hello"),
    ],
)
def test_the_body_begins_where_no_field_is(raw: str, names: list[str], text: str, end: str) -> None:
    mail = Mail(raw.replace("\n", end).encode())
    assert (list(mail.headers), mail.text) == (names, text)


def test_a_broken_field_among_others_ends_no_header() -> None:
    mail = Mail(b"Received: from a\nby b\nSubject: x\n\nhello")
    assert (mail.subject, mail.text) == ("x", "hello")


def test_a_part_may_lack_its_empty_line_as_well() -> None:
    mail = Mail(
        b"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\nhello\n"
        b"--b\nContent-Type: image/png; name=a.png\nPNG\n--b\nthere\n--b--\n"
    )
    assert mail.text == "hello\nthere"
    assert mail.attachments["a.png"].content == b"PNG"


def test_a_boundary_is_no_broken_field() -> None:
    mail = Mail(
        b"Subject: x\nContent-Type: multipart/mixed; boundary=b\n"
        b"--b\nContent-Type: text/plain\n\nhello\n--b--\n"
    )
    assert (mail.subject, mail.text) == ("x", "hello")


@pytest.mark.parametrize("raw", [b"", b"\n", b"From x\nA: b\n\n", b"A: b", b" a\n", b"A : b\n\n"])
def test_what_lacks_nothing_is_itself(raw: bytes) -> None:
    assert missing_end(raw) is None
    assert with_end(raw) is raw


@pytest.mark.parametrize(
    ("raw", "hint"),
    [
        (b"    Subject: x\n    To: y\n\n    hello", "indented"),
        (b"\n    Subject: x\n", "indented"),
        (b"\nSubject: x\n\nhello", "empty line"),
    ],
)
def test_a_mail_that_begins_wrongly_is_told(raw: bytes, hint: str) -> None:
    assert hint in false_start(raw)
    with pytest.raises(
        UnmetExpectation, match=f"no header field 'Subject'; there is none; .*{hint}"
    ):
        Mail(raw).headers["Subject"]


@pytest.mark.parametrize("raw", [b"", b"Subject: x\n\n  A: b", b"hello", b"\n\nhello"])
def test_others_get_no_hint(raw: bytes) -> None:
    assert false_start(raw) == ""
