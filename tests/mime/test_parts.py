from collections.abc import Sequence

import pytest

from pytest_fakemail.mime import content_fields
from pytest_fakemail.mime.leaves import MAX_PARTS
from pytest_fakemail.mime.parts import MAX_DEPTH, Part, parse


def crlf(text: str) -> bytes:
    return text.replace("\n", "\r\n").encode()


def names(message: Part) -> list[bytes]:
    return [part.content_type.name for part in message.walk()]


def bodies(message: Part) -> list[bytes]:
    return [part.body for part in message.walk() if not part.children]


MIXED = "Content-Type: multipart/mixed; boundary=b\n\n"


def test_a_plain_message_is_one_part() -> None:
    raw = crlf("Subject: x\n\nHello\nWorld\n")
    message = parse(raw)
    assert (message.start, message.header_end, message.end) == (0, 14, len(raw))
    assert message.body == b"Hello\r\nWorld\r\n"
    assert (message.octets, message.lines) == (14, 2)
    assert message.content_type == content_fields.ContentType(b"text", b"plain", ())
    assert message.encoding == b"7bit"
    assert message.children == ()
    assert message.headers.first(b"subject") == b"x"


def test_a_part_says_what_it_is() -> None:
    message = parse(
        crlf(
            "Content-Type: Text/HTML; Charset=UTF-8; name*=utf-8''%C3%A4\n"
            "Content-Transfer-Encoding: Base64 (so to say)\n"
            "Content-ID: <1@x>\n"
            "Content-Description: a\n folded one\n"
            "Content-MD5: Q2hlY2s=\n"
            "Content-Disposition: attachment; filename=a.html\n"
            "Content-Language: de, en (English),\n"
            "Content-Location: http://x.test/\n"
            "\n"
        )
    )
    kind = message.content_type
    assert (kind.type, kind.subtype, kind.name) == (b"Text", b"HTML", b"text/html")
    assert kind.text(b"charset") == "UTF-8"
    assert kind.text(b"name") == "ä"
    assert message.encoding == b"Base64"
    assert message.described == content_fields.Description(
        id=b"<1@x>",
        description=b"a folded one",
        md5=b"Q2hlY2s=",
        disposition=content_fields.Disposition(b"attachment", ((b"filename", b"a.html"),)),
        languages=(b"de", b"en"),
        location=b"http://x.test/",
    )
    assert message.described.disposition is not None
    assert message.described.disposition.text(b"filename") == "a.html"


def test_the_line_break_before_a_delimiter_belongs_to_it() -> None:
    message = parse(crlf(MIXED + "preamble\n--b\n\none\n--b\nA: x\n\ntwo\n\n--b--\nepilogue\n"))
    assert bodies(message) == [b"one", b"two\r\n"]
    assert message.children[1].headers.first(b"a") == b"x"
    assert message.octets == len(message.raw) - message.header_end


def test_lines_may_end_in_line_feeds() -> None:
    message = parse((MIXED + "--b\n\none\n--b\n\ntwo\r\n--b--\n").encode())
    assert bodies(message) == [b"one", b"two"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param("--b\n\none\n--b\n\ntwo\n", [b"one", b"two\r\n"], id="no final delimiter"),
        pytest.param("--b\n\none\n--b", [b"one"], id="cut behind a delimiter"),
        pytest.param("--b\n\none\n--b\n", [b"one", b""], id="cut before a part"),
        pytest.param("--b\n--b\n--b--\n", [b"", b""], id="empty parts"),
        pytest.param("--b\nA: x\n--b\n\none\n--b--", [b"", b"one"], id="a header alone"),
        pytest.param("--b\ntext\n\none\n--b--", [b"one"], id="no field in the header"),
        pytest.param("--b \t\n\none\n--b-- \n", [b"one"], id="blanks behind delimiters"),
        pytest.param("--bb\n\none\n--b--x\n--b\n\ntwo", [b"one"], id="more behind delimiters"),
        pytest.param("x--b\n\none\n --b\n", [], id="delimiters that begin no line"),
        pytest.param("nothing here\n", [], id="no delimiter"),
        pytest.param("--b--\n", [], id="the final delimiter alone"),
        pytest.param("", [], id="no body"),
    ],
)
def test_broken_multiparts_have_an_answer(body: str, expected: list[bytes]) -> None:
    message = parse(crlf(MIXED + body))
    assert [part.body for part in message.children] == expected


@pytest.mark.parametrize(
    "boundary",
    [
        "boundary*=us-ascii''b%2D1",
        "boundary*=\"us-ascii'en'b-1\"",
        'boundary*0="b"; boundary*1="-1"',
        "boundary*0*=us-ascii''b%2D; boundary*1=1",
    ],
)
def test_a_boundary_may_be_written_as_rfc_2231_has_it(boundary: str) -> None:
    raw = f"Content-Type: multipart/mixed; {boundary}\n\n--b-1\n\none\n--b-1\n\ntwo\n--b-1--\n"
    assert [part.body for part in parse(raw.encode()).children] == [b"one", b"two"]


@pytest.mark.parametrize("kind", ["multipart/mixed", 'multipart/mixed; boundary=""'])
def test_a_multipart_without_boundary_has_no_parts(kind: str) -> None:
    message = parse(crlf(f"Content-Type: {kind}\n\n--\n\none\n--b\n\ntwo\n--b--\n"))
    assert message.is_multipart
    assert message.children == ()


def nested(outer: str, inner: str, inside: str) -> Part:
    return parse(
        crlf(
            f"Content-Type: multipart/mixed; boundary={outer}\n\n--{outer}\n"
            f"Content-Type: multipart/alternative; boundary={inner}\n\n{inside}"
            f"--{outer}\n\nlast\n--{outer}--\n"
        )
    )


@pytest.mark.parametrize(
    ("outer", "inner", "inside"),
    [
        pytest.param("a", "b", "--b\n\none\n--b--\n", id="different"),
        pytest.param("b", "b", "--b\n\none\n--b--\n", id="equal"),
        pytest.param("b", "bb", "--bb\n\none\n--bb--\n", id="inner one longer"),
        pytest.param("bb", "b", "--b\n\none\n--b--\n", id="outer one longer"),
        pytest.param("a", "b", "--b\n\none\n", id="inner one never closed"),
    ],
)
def test_nested_boundaries_are_told_apart(outer: str, inner: str, inside: str) -> None:
    message = nested(outer, inner, inside)
    assert names(message) == [
        b"multipart/mixed",
        b"multipart/alternative",
        b"text/plain",
        b"text/plain",
    ]
    assert bodies(message) == [b"one", b"last"]


def test_a_message_holds_a_message() -> None:
    raw = crlf(
        MIXED
        + "--b\nContent-Type: message/rfc822\n\nSubject: in\n"
        + "Content-Type: multipart/mixed; boundary=c\n\n--c\n\none\n--c--\n--b\n\ntwo\n--b--\n"
    )
    message = parse(raw)
    outer = message.children[0]
    assert outer.is_message
    (inner,) = outer.children
    assert (inner.start, inner.end) == (outer.header_end, outer.end)
    assert inner.headers.first(b"subject") == b"in"
    assert bodies(message) == [b"one", b"two"]


@pytest.mark.parametrize("kind", ["message/rfc822", "Message/Global"])
@pytest.mark.parametrize("encoding", ["7bit", "8BIT", "binary"])
def test_messages_in_the_clear_are_opened(kind: str, encoding: str) -> None:
    header = f"Content-Type: {kind}\nContent-Transfer-Encoding: {encoding}\n\n"
    assert len(parse(crlf(header + "Subject: in\n\nx")).children) == 1


@pytest.mark.parametrize("encoding", ["base64", "Quoted-Printable"])
def test_encoded_messages_are_leaves(encoding: str) -> None:
    header = f"Content-Type: message/rfc822\nContent-Transfer-Encoding: {encoding}\n\n"
    message = parse(crlf(header + "Subject: in\n\nx"))
    assert not message.is_message
    assert message.children == ()


def test_parts_of_a_digest_are_messages() -> None:
    message = parse(
        crlf(
            "Content-Type: multipart/digest; boundary=b\n\n--b\n\nSubject: one\n\nx\n"
            "--b\nContent-Type: text/plain\n\ny\n--b--\n"
        )
    )
    assert names(message) == [
        b"multipart/digest",
        b"message/rfc822",
        b"text/plain",
        b"text/plain",
    ]
    assert message.children[0].children[0].headers.first(b"subject") == b"one"


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (b"", b"text/plain"),
        (b"text", b"text/plain"),
        (b"/plain", b"text/plain"),
        (b"image/", b"text/plain"),
        (b"image / png (x)", b"image/png"),
        (b"text/html charset=utf-8", b"text/html"),
        (b"x" * 1000 + b"/y", b"x" * 1000 + b"/y"),
    ],
)
def test_content_types_that_are_none_are_plain_text(value: bytes, kind: bytes) -> None:
    """RFC 2045 §5.2."""
    assert content_fields.content_type(value).name == kind


@pytest.mark.parametrize(("value", "encoding"), [("", b"7bit"), ("(x)", b"7bit"), ("a b", b"a")])
def test_odd_encodings(value: str, encoding: bytes) -> None:
    assert parse(crlf(f"Content-Transfer-Encoding: {value}\n\n")).encoding == encoding


LETTER = crlf(
    MIXED
    + "--b\n\none\n"
    + "--b\nContent-Type: message/rfc822\n\nSubject: plain\n\ntwo\n"
    + "--b\nContent-Type: message/rfc822\n\nContent-Type: multipart/mixed; boundary=c\n\n"
    + "--c\n\nthree\n--c\nContent-Type: multipart/mixed; boundary=d\n\n--d\n\nfour\n--d--\n--c--\n"
    + "--b--\n"
)


@pytest.mark.parametrize(
    ("numbers", "body"),
    [
        ((1,), b"one"),
        ((2,), b"Subject: plain\r\n\r\ntwo"),
        ((2, 1), b"two"),
        ((3, 1), b"three"),
        ((3, 2, 1), b"four"),
        ((), LETTER[LETTER.index(b"--b") :]),
    ],
)
def test_parts_are_numbered_as_in_imap(numbers: Sequence[int], body: bytes) -> None:
    """RFC 3501 §6.4.5."""
    found = parse(LETTER).numbered(numbers)
    assert found is not None
    assert found.body == body


@pytest.mark.parametrize(
    "numbers", [(0,), (4,), (1, 1), (2, 2), (2, 1, 1), (3, 3), (3, 2, 2), (-1,), (9, 9, 9)]
)
def test_numbers_of_no_part(numbers: Sequence[int]) -> None:
    assert parse(LETTER).numbered(numbers) is None


def test_a_plain_message_is_its_own_first_part() -> None:
    message = parse(b"\r\nbody")
    assert message.numbered([1]) is message
    assert message.numbered([2]) is None
    assert message.numbered([1, 1]) is None


def test_nesting_ends_at_a_depth() -> None:
    deep = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d.\n\n--b%d.\n" % (level, level)
        for level in range(5_000)
    )
    assert len(list(parse(deep).walk())) == MAX_DEPTH
    assert len(list(parse(deep + b"\n--" * 100_000).walk())) == MAX_DEPTH
    forwarded = b"Content-Type: message/rfc822\n\n" * 5_000
    assert len(list(parse(forwarded).walk())) == MAX_DEPTH


def test_the_number_of_parts_has_an_end() -> None:
    message = parse(MIXED.encode() + b"--b\n" * (2 * MAX_PARTS))
    assert len(message.children) == MAX_PARTS - 1
    assert message.children[-1].end == len(message.raw)


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"a: b\n" * 200_000, id="header lines"),
        pytest.param(MIXED.encode() + b"--b\na: b\n" * 100_000, id="parts without body"),
        pytest.param(MIXED.encode() + b"--c\n" * 200_000, id="nearly delimiters"),
        pytest.param(b"Content-Type: a/b" + b";x=y" * 100_000 + b"\n\n", id="parameters"),
        pytest.param(b"Content-Type: a/b;" + b'"' * 200_000 + b"\n\n", id="quotes"),
        pytest.param(b"Content-Type: a/b" + b"(" * 200_000 + b"\n\n", id="comments"),
        pytest.param(
            b"Content-Type: a/b" + b"".join(b";x*%d=y" % n for n in range(50_000)), id="pieces"
        ),
        pytest.param(b"\0" * 100_000, id="NUL"),
        pytest.param(b"\r" * 100_000, id="CR"),
    ],
)
def test_big_nonsense_is_read_in_one_pass(raw: bytes) -> None:
    assert parse(raw).end == len(raw)
