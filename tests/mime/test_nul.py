"""Messages with NUL, as IMAP can carry them (RFC 3516 §6)."""

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pytest_fakemail.mime import transfer
from pytest_fakemail.mime.nul import without_nul
from pytest_fakemail.mime.parts import parse

BINARY = b"Content-Type: image/gif\r\nContent-Transfer-Encoding: binary\r\n\r\n"
BASE64 = b"Content-Type: image/gif\r\nContent-Transfer-Encoding: base64\r\n\r\n"


@pytest.mark.parametrize(
    ("raw", "plain"),
    [
        (BINARY + b"\x00-\xe4\n\r\n\n", BASE64 + b"AC3kCg0KCg=="),
        (b"\r\na\0b", b"Content-Transfer-Encoding: base64\r\n\r\nYQBi"),
        (b"Subject: x\n\na\0b", b"Subject: x\nContent-Transfer-Encoding: base64\r\n\nYQBi"),
        (
            b"content-transfer-encoding : 8BIT\r\nX: y\r\nContent-Transfer-Encoding: 7bit\n\n\0",
            b"Content-Transfer-Encoding: base64\r\nX: y\r\n\nAA==",
        ),
        (b"Subject: a\0b\r\n\r\ntext", "Subject: a\ufffdb\r\n\r\ntext".encode()),
        (
            b"Content-Transfer-Encoding: quoted-printable\r\n\r\na=00\0",
            b"Content-Transfer-Encoding: quoted-printable\r\n\r\na=00\xef\xbf\xbd",
        ),
    ],
)
def test_what_has_nul_is_in_base64_where_it_can_be(raw: bytes, plain: bytes) -> None:
    assert without_nul(raw) == plain


def test_other_parts_stay_as_they_are() -> None:
    head = b"Content-Type: multipart/mixed; boundary=b\r\n\r\npre\0amble\r\n--b\r\n"
    signed = b"Content-Type: text/plain\r\n\r\nsigned  \r\n"
    inside = b"Content-Type: message/rfc822\r\n\r\nSubject: in\r\n" + BINARY + b"\0\0"
    raw = head + signed + b"--b\r\n" + inside + b"\r\n--b--\r\n"
    plain = without_nul(raw)
    assert signed in plain
    assert plain.startswith(head.replace(b"\0", "\ufffd".encode()))
    assert b"Subject: in\r\n" + BASE64 + b"AAA=\r\n--b--\r\n" in plain


def test_long_parts_have_lines_of_76() -> None:
    lines = without_nul(BINARY + b"\0" * 200).removeprefix(BASE64).split(b"\r\n")
    assert [len(line) for line in lines] == [76, 76, 76, 40]


PIECES = st.sampled_from(
    (
        *(b"\0", b"a", b"\r\n", b"\n", b"--b", b"--b--", b"\xff", b"Subject: x\r\n", b"\r\n\r\n"),
        *(b"Content-Type: multipart/mixed; boundary=b\r\n\r\n", b"\r\n--b\r\n", BINARY, BASE64),
        *(
            b"Content-Type: message/rfc822\r\n\r\n",
            b"Content-Type: multipart/digest; boundary=b\r\n",
        ),
        b"Content-Transfer-Encoding: 8bit\r\n",
    )
)


@given(st.lists(PIECES, max_size=16).map(b"".join))
def test_no_part_loses_an_octet(raw: bytes) -> None:
    # In a delimiter NUL is part of what is replaced, and decides what is a delimiter.
    assume(not re.search(rb"^--b.*\0", raw, re.MULTILINE))
    plain = without_nul(raw)
    assert b"\0" not in plain
    if b"\0" not in raw:
        assert plain == raw
    before = [part for part in parse(raw).walk() if not part.children]
    after = [part for part in parse(plain).walk() if not part.children]
    assert len(before) == len(after)
    for one, other in zip(before, after, strict=True):
        is_composite = one.content_type.type.lower() in {b"multipart", b"message"}
        is_plain = one.encoding.lower() in {b"7bit", b"8bit", b"binary"}
        if b"\0" in one.body and is_plain and not is_composite:
            assert transfer.decode(other.body, other.encoding) == one.body
        else:
            assert other.body == one.body.replace(b"\0", "\ufffd".encode())
