"""Sections: which octets of a message BODY[…] and BINARY[…] mean (RFC 9051 §6.4.5.1)."""

import pytest
from imap.cursors import cursor_at, parsed

from pytest_fakemail.imap.grammar.fetch import Attribute, fetch_att
from pytest_fakemail.imap.grammar.sections import Partial, Section, section
from pytest_fakemail.imap.responses.sections import (
    UnknownEncoding,
    binary_octets,
    label,
    section_octets,
)
from pytest_fakemail.mime.parts import parse

INNER = b"Subject: inner\r\nFrom: ann@x.test\r\n\r\ninner body\r\n"
NESTED = (
    b"Subject: outer\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    b"preamble\r\n"
    b"--b\r\nContent-Type: text/plain\r\n\r\none\r\n"
    b"--b\r\nContent-Type: message/rfc822\r\n\r\n" + INNER + b"\r\n"
    b"--b\r\nContent-Type: multipart/alternative; boundary=c\r\n\r\n"
    b"--c\r\n\r\nthree one\r\n"
    b"--c\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\nPGI+\r\n"
    b"--c--\r\n"
    b"--b--\r\n"
)
SIMPLE = b"Subject: x\r\nTo: a@x.test\r\nsubject: y\r\n\r\nbody\r\n"


def octets(raw: bytes, spec: bytes) -> bytes | None:
    wanted = parsed(section, b"[%b]" % spec)
    assert isinstance(wanted, Section)
    return section_octets(parse(raw), wanted)


@pytest.mark.parametrize(
    ("spec", "wanted"),
    [
        (b"", SIMPLE),
        (b"HEADER", b"Subject: x\r\nTo: a@x.test\r\nsubject: y\r\n\r\n"),
        (b"TEXT", b"body\r\n"),
        (b"HEADER.FIELDS (SUBJECT)", b"Subject: x\r\nsubject: y\r\n\r\n"),
        (b"HEADER.FIELDS (X-None)", b"\r\n"),
        (b"HEADER.FIELDS.NOT (subject)", b"To: a@x.test\r\n\r\n"),
        (b"1", b"body\r\n"),
        (b"1.MIME", b"Subject: x\r\nTo: a@x.test\r\nsubject: y\r\n\r\n"),
        (b"1.1", None),
        (b"1.HEADER", None),
        (b"1.TEXT", None),
        (b"2", None),
        (b"4294967295", None),
    ],
)
def test_a_message_of_one_part_has_part_1(spec: bytes, wanted: bytes | None) -> None:
    assert octets(SIMPLE, spec) == wanted


@pytest.mark.parametrize(
    ("spec", "wanted"),
    [
        (b"1", b"one"),
        (b"1.MIME", b"Content-Type: text/plain\r\n\r\n"),
        (b"2", INNER),
        (b"2.MIME", b"Content-Type: message/rfc822\r\n\r\n"),
        (b"2.HEADER", b"Subject: inner\r\nFrom: ann@x.test\r\n\r\n"),
        (b"2.HEADER.FIELDS (from)", b"From: ann@x.test\r\n\r\n"),
        (b"2.TEXT", b"inner body\r\n"),
        (b"2.1", b"inner body\r\n"),
        (b"2.2", None),
        (b"3.1", b"three one"),
        (b"3.2", b"PGI+"),
        (b"3.2.MIME", b"Content-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\n"),
        (b"3.HEADER", None),
        (b"3.TEXT", None),
        (b"3.3", None),
        (b"4", None),
    ],
)
def test_parts_are_numbered_through_multiparts_and_messages(
    spec: bytes, wanted: bytes | None
) -> None:
    assert octets(NESTED, spec) == wanted


def test_the_whole_is_the_message_itself_and_no_copy() -> None:
    assert octets(SIMPLE, b"") is SIMPLE


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [
        (b"Subject: x\n\nbody", b"Subject: x\n\n"),
        (b"Subject: x\r\n", b"Subject: x\r\n"),
        (b"\r\nbody", b"\r\n"),
        (b"\nbody", b"\n"),
        (b"", b""),
    ],
)
def test_some_fields_end_in_the_empty_line_that_the_message_has(raw: bytes, wanted: bytes) -> None:
    assert octets(raw, b"HEADER.FIELDS (Subject)") == wanted


@pytest.mark.parametrize(
    ("partial", "wanted"),
    [(Partial(0, 3), b"abc"), (Partial(2, 99), b"cd"), (Partial(4, 1), b""), (Partial(99, 1), b"")],
)
def test_a_part_of_it_is_cut_where_it_ends(partial: Partial, wanted: bytes) -> None:
    assert partial.of(b"abcd") == wanted


def test_binary_undoes_the_encoding() -> None:
    assert binary_octets(parse(NESTED), (3, 2)) == b"<b>"
    assert binary_octets(parse(NESTED), (1,)) == b"one"
    assert binary_octets(parse(NESTED), (3,)) == octets(NESTED, b"3")
    assert binary_octets(parse(NESTED), ()) is NESTED
    assert binary_octets(parse(NESTED), (9,)) is None


def test_an_encoding_that_nobody_knows_is_told() -> None:
    raw = b"Content-Transfer-Encoding: x-rot13\r\n\r\nuryyb"
    with pytest.raises(UnknownEncoding, match="Cannot decode that part"):
        binary_octets(parse(raw), (1,))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (b"BODY[]", b"BODY[]"),
        (b"body.peek[]", b"BODY[]"),
        (b"BODY[]<0.5>", b"BODY[]<0>"),
        (b"BODY[1.2]", b"BODY[1.2]"),
        (b"BODY[Header]", b"BODY[HEADER]"),
        (b"BODY[3.mime]", b"BODY[3.MIME]"),
        (
            b"BODY.PEEK[4.header.fields.not (Date {2}\r\nTo)]<7.1>",
            b"BODY[4.HEADER.FIELDS.NOT (Date To)]<7>",
        ),
        (b'BODY[HEADER.FIELDS ("a b" x])]', b'BODY[HEADER.FIELDS ("a b" "x]")]'),
        (b"RFC822", b"RFC822"),
        (b"RFC822.TEXT", b"RFC822.TEXT"),
        (b"RFC822.HEADER", b"RFC822.HEADER"),
        (b"BINARY.PEEK[1]", b"BINARY[1]"),
        (b"BINARY[]<2.3>", b"BINARY[]<2>"),
        (b"BINARY.SIZE[1.2]", b"BINARY.SIZE[1.2]"),
    ],
)
def test_an_item_is_called_as_it_was_asked_for_without_peek(text: bytes, wanted: bytes) -> None:
    item = fetch_att(cursor_at(text))
    assert not isinstance(item, Attribute)
    assert label(item) == wanted
