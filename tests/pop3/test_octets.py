import pytest

from pytest_fakemail.pop3.octets import needs_utf8, octets, stuffed, top
from pytest_fakemail.store.content import Content


def content(raw: bytes) -> Content:
    return Content(raw, 1)


@pytest.mark.parametrize(
    ("raw", "size", "wire"),
    [
        (b"", 0, b""),
        (b"a\r\n", 3, b"a\r\n"),
        (b"a", 3, b"a\r\n"),
        (b"a\r", 4, b"a\r\r\n"),
        (b"a\n", 3, b"a\r\n"),
        (b"a\nb\r\nc", 9, b"a\r\nb\r\nc\r\n"),
        (b"a\r\r\nb\r\n", 7, b"a\r\r\nb\r\n"),
        (b".\r\n", 3, b"..\r\n"),
        (b".a\n.\n..b", 12, b"..a\r\n..\r\n...b\r\n"),
        (b"\n", 2, b"\r\n"),
        (b"a.b\r\n", 5, b"a.b\r\n"),
    ],
)
def test_every_line_ends_with_crlf_and_dots_are_stuffed(raw: bytes, size: int, wire: bytes) -> None:
    assert (octets(content(raw)), stuffed(content(raw))) == (size, wire)


def test_the_size_is_counted_once() -> None:
    message = content(b"a\n")
    assert octets(message) == 3
    message.raw = b"something else"
    assert octets(message) == 3


def test_an_unchanged_message_is_not_copied() -> None:
    message = content(b"Subject: one\r\n\r\ntext\r\n")
    assert stuffed(message) is message.raw


@pytest.mark.parametrize(
    ("line_count", "wire"),
    [
        (0, b"A: b\r\n\r\n"),
        (1, b"A: b\r\n\r\n..one\r\n"),
        (2, b"A: b\r\n\r\n..one\r\ntwo\r\n"),
        (3, b"A: b\r\n\r\n..one\r\ntwo\r\n"),
        (10**10, b"A: b\r\n\r\n..one\r\ntwo\r\n"),
    ],
)
@pytest.mark.parametrize("raw", [b"A: b\r\n\r\n.one\r\ntwo", b"A: b\n\n.one\ntwo\n"])
def test_top_counts_lines_of_the_body(raw: bytes, line_count: int, wire: bytes) -> None:
    assert top(content(raw), line_count) == wire


@pytest.mark.parametrize(
    ("raw", "header", "first"),
    [
        (b"", b"", b""),
        (b"A: b", b"A: b\r\n", b"A: b\r\n"),
        (b"A: b\n\n\r\nx", b"A: b\r\n\r\n", b"A: b\r\n\r\n\r\n"),
        (b"\r\none\r\ntwo\r\n\r\n", b"\r\n", b"\r\none\r\n"),
    ],
)
def test_top_of_messages_without_header_or_body(raw: bytes, header: bytes, first: bytes) -> None:
    assert (top(content(raw), 0), top(content(raw), 1)) == (header, first)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"Subject: a\r\n\r\ntext", False),
        ("Subject: ä\r\n\r\ntext".encode(), True),
        ("Subject: ä\n\ntext".encode(), True),
        ("Subject: ä".encode(), True),
        ("Subject: a\r\n\r\nä".encode(), False),
        ("\r\nä\r\n\r\n".encode(), False),
        ("Subject: ä\r\n\r\ntext".encode("latin-1"), False),
    ],
)
def test_only_a_header_in_utf_8_needs_utf_8_mode(raw: bytes, *, expected: bool) -> None:
    assert needs_utf8(content(raw)) is expected
