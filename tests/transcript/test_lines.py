import pytest

from pytest_fakemail.transcript.abridged import Abridged
from pytest_fakemail.transcript.lines import folded, visible


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        (b"plain\r\n", "plain"),
        ("Grüße\r\n".encode(), "Grüße"),
        (b"\xe9t\xe9\r\n", "\\xe9t\\xe9"),
        (b"a\x00b\tc\x7f\r\n", "a␀b␉c␡"),
        (b"bare\n", "bare␊"),
        (b"a\rb\r\n", "a␍b"),
        (b"half", "half (no line end)"),
        (b"\r\n", ""),
        ("a\u202eb\u0085\r\n".encode(), "a\\u202eb\\x85"),
        (b"x" * 400 + b"\r\n", "x" * 400),
        (b"x" * 800, "x" * 800 + " (no line end)"),
        (b"x" * 1000 + b"\r\n", "x" * 400 + " … 602 more octets …"),
    ],
)
def test_line_shows_every_octet_that_is_not_text(line: bytes, shown: str) -> None:
    assert visible(line) == shown


def lines(count: int) -> bytes:
    return b"".join(b"%04d\r\n" % number for number in range(count))


@pytest.mark.parametrize("size", [1, 7, 10_000])
def test_few_lines_are_shown_whole(size: int) -> None:
    data = lines(7)
    pieces = [data[at : at + size] for at in range(0, len(data), size)]
    assert list(folded(pieces, 5)) == data.decode().split()


def test_many_lines_are_folded_but_for_the_last() -> None:
    assert list(folded([lines(100)], 3)) == [
        "0000",
        "0001",
        "0002",
        "… 96 more lines, 576 octets …",
        "0099",
    ]


def test_very_many_lines_are_counted() -> None:
    shown = list(folded([lines(9999)] * 20, 2))
    assert shown == ["0000", "0001", "… 199,977 more lines, 1,199,862 octets …", "9998"]


def test_what_was_not_kept_is_told() -> None:
    abridged = Abridged(lines(10), lines(10), 1_234_567)
    assert list(folded([abridged], 2)) == [
        "0000",
        "0001",
        "… 17 more lines, 102 octets …",
        "… 1,234,567 octets not kept …",
        "0009",
    ]


def test_one_endless_line_is_cut() -> None:
    shown = list(folded([b"x" * 10_000_000], 5))
    assert len("".join(shown)) < 2000
    assert "more octets" in shown[0]


def test_nothing_has_no_lines() -> None:
    assert list(folded([b""], 5)) == []
