from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_fakemail.imap.grammar.sections import Partial, Section
from pytest_fakemail.imap.grammar.urls import MessageUrl, message_url


def _url(mailbox: str, *more: int | None, is_absolute: bool = True, **cut: Any) -> MessageUrl:  # noqa: ANN401
    uidvalidity, uid = more
    assert uid is not None
    return MessageUrl(mailbox, is_absolute, uidvalidity, uid, **cut)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (";UID=7", _url("", None, 7, is_absolute=False)),
        ("/;UID=7", _url("", None, 7)),
        ("/a/b%20c/;uid=7", _url("a/b c", None, 7)),
        ("/%C3%A4;UIDVALIDITY=3/;UID=7", _url("ä", 3, 7)),
        (
            "x/;UID=7/;SECTION=1.2.MIME",
            _url("x", None, 7, is_absolute=False, section=Section((1, 2), "MIME")),
        ),
        (
            "/x/;UID=7/;SECTION=HEADER.FIELDS%20(Subject%20To)/;PARTIAL=3.4",
            _url(
                "x",
                None,
                7,
                section=Section((), "HEADER.FIELDS", (b"Subject", b"To")),
                partial=Partial(3, 4),
            ),
        ),
    ],
)
def test_what_a_url_names(text: str, expected: MessageUrl) -> None:
    assert message_url(text.encode()) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "/x",
        "//server/x/;UID=7",
        "imap://server/x/;UID=7",
        "/x/;UID=0",
        "/x/;UID=7/;SECTION=MIME",
        "/x/;UID=7/;SECTION=1.",
        "/x/;UID=7/;PARTIAL=",
        "/x/;UID=7;URLAUTH=anonymous",
        "/x y/;UID=7",
        "/%FF/;UID=7",
        "/%C/;UID=7",
        "/x;UIDVALIDITY=0/;UID=7",
        '/"x"/;UID=7',
    ],
)
def test_what_names_no_message(text: str) -> None:
    assert message_url(text.encode()) is None


_PIECES = st.sampled_from(
    [b"/", b";UID=", b"7", b";SECTION=", b"1.", b"TEXT", b"%", b"%2", b"%41", b";PARTIAL=", b"x"]
)


@given(st.lists(st.one_of(_PIECES, st.binary(max_size=2)), max_size=12).map(b"".join))
def test_any_octets_are_a_url_or_not(octets: bytes) -> None:
    found = message_url(octets)
    assert found is None or found.uid > 0
