"""Messages composed of parts: valid, and the same each time."""

import re
from datetime import UTC, datetime

import pytest

from pytest_fakemail.errors import BadArgument
from pytest_fakemail.mime.compose import Parts, compose
from pytest_fakemail.mime.mail import Mail

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def composed(**parts: object) -> bytes:
    return compose(Parts(**parts), date=NOW, message_id="<1@x.test>")  # type: ignore[arg-type]  # any part


def test_a_simple_message_is_this() -> None:
    raw = composed(from_="shop@x.test", to=["ann@x.test", "bob@x.test"], subject="Hi", text="A\nB")
    assert raw.decode().split("\r\n") == [
        "From: shop@x.test",
        "To: ann@x.test, bob@x.test",
        "Subject: Hi",
        "Date: Fri, 02 Jan 2026 03:04:05 +0000",
        "Message-ID: <1@x.test>",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=us-ascii",
        "Content-Transfer-Encoding: 7bit",
        "",
        "A",
        "B",
    ]


def test_the_same_parts_give_the_same_octets() -> None:
    parts = {"text": "a", "html": "<b>", "attachments": {"a.pdf": b"x"}}
    assert composed(**parts) == composed(**parts)


@pytest.mark.parametrize(
    "subject",
    [
        "",
        "Grüße",
        "ä" * 200,
        "word " * 40 + "end",
        "a" * 300,
        "=?utf-8?q?a?=",
        " a ",
        "日本語" * 30,
    ],
)
def test_subjects_come_back(subject: str) -> None:
    raw = composed(subject=subject)
    assert Mail(raw).subject == subject
    assert raw.isascii()
    if "a" * 300 not in subject:
        assert all(len(line) <= 78 for line in raw.split(b"\r\n"))


@pytest.mark.parametrize(
    ("given", "names"),
    [
        ("Ann <ann@x.test>", [("Ann", "ann@x.test")]),
        ('"Ann, B." <ann@x.test>, bob@x.test', [("Ann, B.", "ann@x.test"), ("", "bob@x.test")]),
        ("Jürgen Ä <j@x.test>, A B <b@x.test>", [("Jürgen Ä", "j@x.test"), ("A B", "b@x.test")]),
        ('Jürgen <j@x.test>, "B, C" <b@x.test>', [("Jürgen", "j@x.test"), ("B, C", "b@x.test")]),
        ("jürgen@x.test", [("", "jürgen@x.test")]),
        ([f"a{n}@x.test" for n in range(30)], [("", f"a{n}@x.test") for n in range(30)]),
    ],
)
def test_addresses_come_back(given: object, names: list[tuple[str, str]]) -> None:
    found = Mail(composed(to=given)).to
    assert [(address.display_name, address) for address in found] == names


@pytest.mark.parametrize(
    "text", ["", "plain\n", "Grüße\n" * 3, "x" * 5000, "nul\0", "trailing \nand\ttab\t\n", "a=b"]
)
def test_texts_come_back(text: str) -> None:
    raw = composed(text=text, html=text)
    mail = Mail(raw)
    assert (mail.text, mail.html) == (text, text)
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert b"\n" not in raw.replace(b"\r\n", b"")


def test_attachments_come_back() -> None:
    files: dict[str, bytes | str] = {
        "invoice.pdf": b"\x00\xff" * 100,
        'Grüße, "x".txt': "Grüße\n",
        "meeting.ics": "BEGIN:VCALENDAR",
        "no-type": b"",
    }
    mail = Mail(composed(text="see files", attachments=files))
    assert mail.text == "see files"
    assert [(each.filename, each.content_type) for each in mail.attachments] == [
        ("invoice.pdf", "application/pdf"),
        ('Grüße, "x".txt', "text/plain"),
        ("meeting.ics", "text/calendar"),
        ("no-type", "application/octet-stream"),
    ]
    assert mail.attachments["invoice.pdf"].content == b"\x00\xff" * 100
    assert mail.attachments['Grüße, "x".txt'].text == "Grüße\n"


def test_a_message_may_hold_another_made_here() -> None:
    inner = composed(subject="Inner", text="a", html="b", attachments={"x": b"y"})
    outer = Mail(composed(subject="Outer", html="c", text="d", attachments={"fwd.eml": inner}))
    assert [each.raw for each in outer.forwarded] == [inner]
    assert (outer.text, outer.html) == ("d", "c")


def test_headers_replace_and_repeat() -> None:
    raw = composed(
        subject="a",
        headers={"message-id": "<2@x>", "DATE": [], "X-A": ["1", "2"], "Reply-To": "Jü <j@x>"},
    )
    mail = Mail(raw)
    assert mail.headers.all("Message-ID") == ["<2@x>"]
    assert "Date" not in mail.headers
    assert mail.headers.all("X-A") == ["1", "2"]
    assert mail.headers.addresses("Reply-To")[0].display_name == "Jü"


@pytest.mark.parametrize(
    ("parts", "text"),
    [
        ({"subject": "a\r\nBcc: x"}, r"Subject: 'a\\r\\nBcc: x' has a line break"),
        ({"headers": {"X A": "b"}}, "no header field name: 'X A'"),
        ({"headers": {"Content-Type": "text/x"}}, "Content-Type follows from the parts"),
        ({"attachments": {"a": 7}}, "attachment 'a' is 7; wanted bytes, or text"),
    ],
)
def test_the_impossible_is_refused(parts: dict[str, object], text: str) -> None:
    with pytest.raises(BadArgument, match=f"^{text}"):
        composed(**parts)


def test_a_long_field_is_broken_before_blanks() -> None:
    """RFC 5322 §2.2.3; a word too long for any line stays whole."""
    raw = composed(subject="a" * 100 + "  " + "b" * 60 + " " + "c" * 20)
    assert raw.splitlines()[:3] == [
        b"Subject: " + b"a" * 100,
        b"  " + b"b" * 60,
        b" " + b"c" * 20,
    ]


def test_the_boundary_is_in_no_part() -> None:
    raw = composed(text="=_1 and =_2", html="x")
    assert re.search(rb'boundary="=_3"', raw)


@pytest.mark.parametrize(
    ("parts", "text"),
    [
        ({"subject": 5}, "subject=5: wanted text"),
        ({"html": b"x"}, "html=b'x': wanted text"),
        ({"to": 5}, "to=5: wanted an address, or a list of them"),
        (
            {"cc": ["ann@x.test", None]},
            "cc=['ann@x.test', None]: wanted an address, or a list of them",
        ),
        ({"attachments": ["a.pdf"]}, "attachments=['a.pdf']: wanted a mapping from names"),
        ({"headers": {5: "x"}}, "headers={5: 'x'}: wanted a mapping from names"),
        (
            {"headers": {"X-Tag": 5}},
            "headers['X-Tag']=5: wanted text, texts, or None to leave the field out",
        ),
    ],
)
def test_parts_of_another_type_are_refused(parts: dict[str, object], text: str) -> None:
    with pytest.raises(BadArgument) as failure:
        composed(**parts)
    assert str(failure.value) == text


@pytest.mark.parametrize("name", ["From", "date", "Message-ID", "Subject", "MIME-Version", "X-No"])
def test_a_field_that_is_none_is_left_out(name: str) -> None:
    raw = composed(from_="a@x.test", subject="s", headers={name: None, "X-Yes": "1"})
    headers = Mail(raw).headers
    assert name not in headers
    assert headers["X-Yes"] == "1"


def test_the_name_of_a_field_that_is_left_out_is_checked_too() -> None:
    with pytest.raises(BadArgument, match=r"^no header field name: 'Da te'"):
        composed(headers={"Da te": None})


@pytest.mark.parametrize(
    ("name", "content_type"),
    [
        ("report.xml.gz", "application/gzip"),
        ("a.tgz", "application/gzip"),
        ("a.tar.gz", "application/gzip"),
        ("a.svgz", "application/gzip"),
        ("a.csv.gz", "application/gzip"),
        ("a.csv.bz2", "application/x-bzip2"),
        ("a.tar.xz", "application/x-xz"),
        ("a.tar.Z", "application/x-compress"),
        ("a.csv", "text/csv"),
    ],
)
def test_a_packed_file_has_the_type_of_its_packing(name: str, content_type: str) -> None:
    for content in (b"x", "x"):
        attachment = Mail(composed(attachments={name: content})).attachments[name]
        assert attachment.content_type == content_type
        assert attachment.content == b"x"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (
            "Team: Jürgen <j@x.test>, b@x.test;",
            "Team: =?utf-8?b?SsO8cmdlbg==?= <j@x.test>, b@x.test;",
        ),
        ("Jürgen", "Jürgen"),
        ("Ä, B <b@x.test>", "Ä, B <b@x.test>"),
        ("Jürgen Ä <>", "=?utf-8?b?SsO8cmdlbiDDhA==?="),
    ],
)
def test_what_is_no_address_is_written_as_it_was_given(given: str, field: str) -> None:
    assert f"To: {field}\r\n" in composed(to=given).decode()
