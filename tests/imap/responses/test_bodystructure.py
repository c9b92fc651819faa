"""BODYSTRUCTURE and BODY, of good mail and bad (RFC 3501 §7.4.2)."""

import pytest

from pytest_fakemail.imap.responses.bodystructure import bodystructure
from pytest_fakemail.mime.parts import parse

PLAIN = b'"text" "plain" ("charset" "us-ascii") NIL NIL "7bit"'
EXTENSION = b" NIL NIL NIL NIL"


def of(raw: bytes, *, is_extended: bool = True, is_utf8: bool = False) -> bytes:
    return bodystructure(parse(raw), is_extended=is_extended, is_utf8=is_utf8)


def mixed(*parts: bytes) -> bytes:
    lines = b"".join(b"--b\r\n" + part + b"\r\n" for part in parts)
    return b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n' + lines + b"--b--\r\n"


@pytest.mark.parametrize(
    ("raw", "structure"),
    [
        (b"Subject: x\r\n\r\nhello\r\n", b"(%b 7 1%b)" % (PLAIN, EXTENSION)),
        (b"", b"(%b 0 0%b)" % (PLAIN, EXTENSION)),
        (
            (
                b"Content-Type: TEXT/Html; Charset=UTF-8; format=flowed\r\n"
                b"Content-Transfer-Encoding: BASE64\r\n\r\nx"
            ),
            b'("TEXT" "Html" ("Charset" "UTF-8" "format" "flowed") NIL NIL "BASE64" 1 0%b)'
            % EXTENSION,
        ),
        (
            (
                b"Content-Type: application/pdf\r\nContent-ID: <1@x>\r\n"
                b"Content-Description: A b\r\n"
                b"Content-MD5: abc=\r\n"
                b"Content-Disposition: attachment; filename*=utf-8''%C3%BC.pdf\r\n"
                b"Content-Language: en, de\r\nContent-Location: http://x.test/\r\n\r\nxyz"
            ),
            (
                b'("application" "pdf" NIL "<1@x>" "A b" "7bit" 3 "abc="'
                b' ("attachment" ("filename*" "utf-8\'\'%C3%BC.pdf")) ("en" "de") "http://x.test/")'
            ),
        ),
        (
            mixed(b"\r\none", b"Content-Type: text/html; charset=utf-8\r\n\r\ntwo\r\n"),
            b'((%b 3 0%b)("text" "html" ("charset" "utf-8") NIL NIL "7bit" 5 1%b) "mixed"'
            b' ("boundary" "b") NIL NIL NIL)' % (PLAIN, EXTENSION, EXTENSION),
        ),
        (
            b"Content-Type: multipart/mixed; boundary=b\r\n\r\nnothing here\r\n",
            b'((%b 0 0%b) "mixed" ("boundary" "b") NIL NIL NIL)' % (PLAIN, EXTENSION),
        ),
        (
            b"Content-Type: multipart/alternative\r\n\r\n--\r\n\r\nx\r\n",
            b'((%b 0 0%b) "alternative" NIL NIL NIL NIL)' % (PLAIN, EXTENSION),
        ),
        (
            b"Content-Type: message/rfc822\r\n\r\nSubject: in\r\n\r\nx\r\n",
            b'("message" "rfc822" NIL NIL NIL "7bit" 18'
            b' (NIL "in" NIL NIL NIL NIL NIL NIL NIL NIL) (%b 3 1%b) 3%b)'
            % (PLAIN, EXTENSION, EXTENSION),
        ),
        (
            b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\neA==\r\n",
            b'("message" "rfc822" NIL NIL NIL "base64" 6'
            b" (NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL) (%b 0 0%b) 1%b)"
            % (PLAIN, EXTENSION, EXTENSION),
        ),
        (
            b"Content-Type: message/delivery-status\r\n\r\nx",
            b'("message" "delivery-status" NIL NIL NIL "7bit" 1%b)' % EXTENSION,
        ),
    ],
)
def test_a_structure_is_told_as_it_is(raw: bytes, structure: bytes) -> None:
    assert of(raw) == structure


def test_body_leaves_the_extensions_out() -> None:
    assert of(mixed(b"\r\none"), is_extended=False) == b'((%b 3 0) "mixed")' % PLAIN
    assert of(mixed(), is_extended=False) == b'((%b 0 0) "mixed")' % PLAIN
    inner = b"Content-Type: message/rfc822\r\n\r\n\r\nx"
    assert of(inner, is_extended=False) == (
        b'("message" "rfc822" NIL NIL NIL "7bit" 3'
        b" (NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL) (%b 1 0) 1)" % PLAIN
    )


def test_message_global_is_a_message_for_those_who_know_it() -> None:
    raw = b"Content-Type: message/global\r\n\r\nSubject: in\r\n\r\nx\r\n"
    assert of(raw) == b'("message" "global" NIL NIL NIL "7bit" 18%b)' % EXTENSION
    assert b'(NIL "in" NIL NIL NIL NIL NIL NIL NIL NIL)' in of(raw, is_utf8=True)


def test_the_deepest_nesting_is_bounded() -> None:
    raw = b"x"
    for _ in range(1000):
        raw = b"Content-Type: message/rfc822\r\n\r\n" + raw
    structure = of(raw)
    assert structure.count(b"(") == structure.count(b")")
    assert structure.count(b'"rfc822"') <= 101


def test_values_that_cannot_be_quoted_are_literals() -> None:
    raw = b'Content-Type: image/png; name="\xc3\xbc\\"x"\r\n\r\n'
    assert of(raw).startswith(b'("image" "png" ("name" {4}\r\n\xc3\xbc"x) NIL')
    assert of(raw, is_utf8=True).startswith(b'("image" "png" ("name" "\xc3\xbc\\"x") NIL')
