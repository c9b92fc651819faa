"""RFC 2047 §5: an encoded word stands for text where there can be text, and nowhere else."""

import pytest

from pytest_fakemail.mime.mail import Mail
from pytest_fakemail.mime.structured import text

WORD = b"=?utf-8?q?a=C3=A4?="


@pytest.mark.parametrize(
    "name",
    [
        "List-Unsubscribe", "Message-ID", "In-Reply-To", "References", "Content-ID", "Received",
        "Content-Type", "Content-Disposition", "Date", "Return-Path", "List-Unsubscribe-Post",
        "DKIM-Signature", "MIME-Version", "Archived-At", "Delivered-To", "Resent-Message-ID",
    ],
)  # fmt: skip
def test_identifiers_and_urls_are_shown_as_they_stand(name: str) -> None:
    raw = name.encode() + b": <" + WORD + b"@x.test> " + WORD + b"\r\n\r\n"
    shown = raw.decode().partition(": ")[2].strip()
    headers = Mail(raw).headers
    assert headers[name] == headers.all(name.upper())[0] == headers.items()[0][1] == shown


@pytest.mark.parametrize("name", ["Subject", "Comments", "X-Anything", "Content-Description"])
def test_texts_are_decoded(name: str) -> None:
    assert Mail(name.encode() + b": x " + WORD + b"\r\n\r\n").headers[name] == "x aä"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (WORD + b" <ann@x.test>", "aä <ann@x.test>"),
        (WORD + b" <" + WORD + b"@x.test>, " + WORD, "aä <=?utf-8?q?a=C3=A4?=@x.test>, aä"),
        (b"ann@x.test (" + WORD + b")", "ann@x.test (aä)"),
        (b'"a<b" ' + WORD + b" <c@x.test>", '"a<b" aä <c@x.test>'),
        (WORD + b" " + WORD + b" <c@x.test", "aäaä <c@x.test"),
        (b"Plain <c@x.test>", "Plain <c@x.test>"),
    ],
)
def test_phrases_are_decoded_and_addresses_are_not(value: bytes, shown: str) -> None:
    assert text(b"From", value) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (
            b"<https://x.test/(" + WORD + b")> (" + WORD + b")",
            f"<https://x.test/({WORD.decode()})> (aä)",
        ),
        (b"<1@x.test> (" + WORD + b" (", f"<1@x.test> ({WORD.decode()} ("),
        (b'"(' + WORD + b')" (b)', f'"({WORD.decode()})" (b)'),
    ],
)
def test_comments_are_decoded(value: bytes, shown: str) -> None:
    assert text(b"list-unsubscribe", value) == shown


def test_nothing_is_decoded_where_comments_are_no_text() -> None:
    assert text(b"Received", b"from x (" + WORD + b")") == f"from x ({WORD.decode()})"
