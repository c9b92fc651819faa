"""What is found sooner for nearly all mail is what the long way finds, for any mail.

Every fast path of reading has its test here.  The generators write what they are for, and
what looks like it: comments, quotes, backslashes, controls, octets beyond ASCII, boundaries
that begin like others, bare newlines.
"""

from hypothesis import example, given
from hypothesis import strategies as st

from pytest_fakemail.imap.responses.bodystructure import bodystructure, structure
from pytest_fakemail.imap.responses.envelope import envelope
from pytest_fakemail.imap.responses.values import NIL, encode_nstring
from pytest_fakemail.mime import dates, threading
from pytest_fakemail.mime.addresses import address_list
from pytest_fakemail.mime.content_fields import content_fields, content_fields_among
from pytest_fakemail.mime.headers import Headers, body_start, unfolded
from pytest_fakemail.mime.named_fields import (
    first_value,
    first_values,
    runs,
    select,
    values,
)
from pytest_fakemail.mime.parts import Part, Scan, parse
from pytest_fakemail.pop3.octets import top
from pytest_fakemail.store.content import Content

NEWLINE = st.sampled_from([b"\r\n", b"\r\n", b"\n"])
WORDS = st.lists(
    st.sampled_from(
        [
            b"ann",
            b"x.test",
            b"@",
            b"<",
            b">",
            b"ann@x.test",
            b"<bob@y.test>",
            b'"Bob B."',
            b'"B \\" b"',
            b'(a "quoted" remark)',
            b"(",
            b")",
            b'"',
            b"\\",
            b",",
            b", ",
            b":",
            b";",
            b" ",
            b"\t",
            b"\r",
            b"\0",
            b"\x7f",
            b"\xc3\xbc",
            b"\xff",
            b"\r\n ",
            b"\n\t",
            b"=?utf-8?q?=C3=BC?=",
            b"",
        ]
    ),
    max_size=6,
).map(b"".join)
FIELD_NAMES = st.sampled_from(
    [
        *b"From from FROM To Cc Bcc Sender Reply-To Subject Date Message-ID In-Reply-To X".split(),
        *(b"To ", b"From\t", b"From\r", b"Subject\x0b", b" To", b""),
    ]
)
ADDRESS_HEADERS = st.lists(
    st.tuples(FIELD_NAMES, st.sampled_from([b":", b": ", b""]), WORDS, NEWLINE).map(b"".join),
    max_size=8,
).map(b"".join)

BOUNDARIES = st.sampled_from([b"b", b"bb", b"b-", b"-", b"b b", b"="])
KINDS = st.sampled_from(
    [
        b"text/plain",
        b"TEXT/Html; charset=utf-8",
        b"text",
        b'application/pdf; name="a b.pdf"',
        b"message/rfc822",
        b"message/delivery-status",
        b"(c) multipart/mixed; boundary=b",
        b"multipart/digest; boundary=b",
        b"multipart/mixed; boundary=bb",
        b'multipart/alternative; Boundary="b"; x="\xc3\xbc\\""',
        b"multipart/mixed",
        b"multi(c)part/mixed; boundary=b",
    ]
)
CONTENT_LINES = st.one_of(
    KINDS.map(lambda kind: b"Content-Type: " + kind),
    KINDS.map(lambda kind: b"content-type:\r\n\t" + kind),
    st.sampled_from(
        [
            b"Content-Transfer-Encoding: base64",
            b"Content-Transfer-Encoding: 8BIT (x)",
            b'Content-Disposition: attachment; filename="a\\"b"',
            b"Content-ID: <1@x>",
            b"Content-Language: en, de",
            b"Content-Type\x0b: text/html",
            b"Content-Description: %d",
            b"X: y",
            b" folded",
            b"no colon",
            b"",
        ]
    ),
)
LINES = st.one_of(
    CONTENT_LINES,
    BOUNDARIES.map(lambda boundary: b"--" + boundary),
    BOUNDARIES.map(lambda boundary: b"--" + boundary),
    BOUNDARIES.map(lambda boundary: b"--" + boundary + b"--"),
    BOUNDARIES.map(lambda boundary: b"--" + boundary + b" x"),
    st.sampled_from([b"", b"", b"text", b"--", b"\r", b"\0\xff"]),
)
MESSAGES = st.builds(
    lambda head, body, rest: head + body + rest,
    st.sampled_from(
        [
            b"",
            b"Content-Type: multipart/mixed; boundary=b\r\n\r\n",
            b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n",
            b"Subject: x\nContent-Type: multipart/alternative; boundary=bb\n\n",
            b"Content-Type: multipart/mixed; boundary=b\r\n",
        ]
    ),
    st.lists(st.tuples(LINES, NEWLINE).map(b"".join), max_size=25).map(b"".join),
    LINES,
)


def scanned(raw: bytes) -> Part:
    """Find the parts of a message the long way."""
    end = body_start(raw)
    root = Part(raw, 0, end, content_fields(raw[:end]))
    Scan(root).run()
    return root


def described(part: Part) -> object:
    said = (part.content_type, part.encoding, part.described)
    return part.start, part.header_end, part.end, said, [described(one) for one in part.children]


@given(MESSAGES)
@example(b"Content-Type: multipart/mixed; boundary=b\n\n--b\n--b\n--b--")
def test_parts_in_one_flat_pass(raw: bytes) -> None:
    assert described(parse(raw)) == described(scanned(raw))


@given(MESSAGES, st.booleans(), st.booleans())
def test_bodystructure_without_parts(raw: bytes, is_extended: bool, is_utf8: bool) -> None:  # noqa: FBT001
    fields = Headers(raw[: body_start(raw)])

    found = structure(raw, fields, is_extended=is_extended, is_utf8=is_utf8)

    assert found == bodystructure(scanned(raw), is_extended=is_extended, is_utf8=is_utf8)


@given(st.lists(st.tuples(CONTENT_LINES, NEWLINE).map(b"".join), max_size=8).map(b"".join))
def test_content_fields_of_a_header_that_is_split(block: bytes) -> None:
    block = block[: body_start(block)]
    fields = Headers(block)

    assert content_fields_among(fields) == content_fields(block)
    assert content_fields(fields.picked(frozenset({b"content-type"}))).content_type == (
        content_fields(block).content_type
    )


@given(ADDRESS_HEADERS)
def test_fields_by_name(block: bytes) -> None:
    block = block[: body_start(block)]
    fields = Headers(block)

    names = {field.name.lower() for field in fields}
    for name in {name for name in names if not name.startswith((b" ", b"\t"))} - {b""}:
        listed = [unfolded(one.value) for one in fields if one.name.lower() == name]
        assert fields.all(name) == listed
        assert (fields.first(name), fields.last(name)) == (listed[0], listed[-1])
        assert first_values(block, frozenset({name})) == {name: listed[0]}
        assert first_value(block + b"\nTo: body", name, len(block)) == listed[0]
        assert values(block, name) == listed
        whole = [block[one.start : one.end] for one in fields if one.name.lower() == name]
        assert select(block, [name]) == b"".join(whole)


@given(
    ADDRESS_HEADERS,
    st.sets(st.sampled_from(b"from to t x subject date message-id x+".split()), min_size=1),
)
@example(b"tO: a\r\n b\r\nX: c\n d\nTO \t: e\nX+: f\r\nTo-Day: g\r\nT\r\n", {b"to", b"x+", b"t"})
@example(b"X: a\r\n", {b"to"})
@example(b" : a\r\n: b\r\nX: c\r\n", {b"", b"to"})
def test_fields_in_a_row(block: bytes, names: set[bytes]) -> None:
    block = (block if block.endswith(b"\n") else b"") + b"\r\n"
    end = body_start(block) - len(b"\r\n")
    if not block.startswith(b"\r\n", end):
        return  # an empty line of LF came before

    assert runs(names)(block + b"To: body", end) + b"\n" == b"\n" + select(block[:end], names)


def encoded(listed: list[bytes], *, is_utf8: bool) -> bytes:
    """Return the addresses of fields as ENVELOPE has them, each word by itself."""
    addresses = [
        b"(%b)" % b" ".join([encode_nstring(half, is_utf8=is_utf8) for half in address])
        for value in listed
        for address in address_list(value)
    ]
    return b"(%b)" % b"".join(addresses) if addresses else NIL


@given(ADDRESS_HEADERS, st.booleans())
@example(b'From: ann@example.test (Ann "the boss" Smith)\r\n', False)  # noqa: FBT003
@example(b"To: Bob <bob@x.test>, ann@x.test,\r\n", False)  # noqa: FBT003
def test_envelope(block: bytes, is_utf8: bool) -> None:  # noqa: FBT001
    block = block[: body_start(block)]
    fields = Headers(block)

    def text(name: bytes) -> bytes:
        value = ([None, *values(block, name)])[-1]
        return encode_nstring(value and value.replace(b"\t", b" "), is_utf8=is_utf8)

    def addresses(name: bytes) -> bytes:
        return encoded(values(block, name), is_utf8=is_utf8)

    sent_from = addresses(b"from")
    senders = [addresses(b"sender"), addresses(b"reply-to")]
    assert envelope(fields, is_utf8=is_utf8) == b"(%b)" % b" ".join(
        [
            text(b"date"),
            text(b"subject"),
            sent_from,
            *[sent_from if one == NIL else one for one in senders],
            addresses(b"to"),
            addresses(b"cc"),
            addresses(b"bcc"),
            text(b"in-reply-to"),
            text(b"message-id"),
        ]
    )


@given(st.lists(st.sampled_from([b"\n", b"\r\n", b"\r", b"a", b" "]), max_size=12).map(b"".join))
def test_a_header_ends_with_its_first_empty_line(raw: bytes) -> None:
    end = 0
    for line in raw.split(b"\n"):
        end += len(line) + 1
        if line in {b"", b"\r"}:
            break

    assert body_start(raw) == min(end, len(raw))


@given(
    st.lists(st.sampled_from([b"\n", b"\r\n", b"\r\n", b".", b"a: b", b"\r"]), max_size=14).map(
        b"".join
    ),
    st.integers(0, 5) | st.integers(99, 102),
)
def test_top(raw: bytes, count: int) -> None:
    end = body_start(raw)
    body = raw[end:].split(b"\n")
    is_whole = count > len(body) - 1
    wanted = raw if is_whole else raw[:end] + b"".join([line + b"\n" for line in body[:count]])
    lines = wanted.replace(b"\r\n", b"\n").split(b"\n")
    unfinished = lines.pop()
    lines += [unfinished] if unfinished else []

    assert top(Content(raw, 1), count) == b"".join(
        [(b"." if line.startswith(b".") else b"") + line + b"\r\n" for line in lines]
    )


DATES = st.lists(
    st.sampled_from(
        [
            *[b"Mon, ", b"mon, ", b"1", b"02", b" ", b"31", b"Feb", b" Jan ", b"JAN", b"Foo"],
            *[b" 2020", b" 20", b" 10:00:00", b"10:0", b" 23:59:60", b" 25:00:00", b" +0000"],
            *[b" -0130", b"+2500", b" +0100 (CET)", b"\t", b" GMT", b"x"],
        ]
    ),
    max_size=8,
).map(b"".join)


@given(DATES)
@example(b"Mon, 2 Nov 2026 10:00:00 +0100")
@example(b"31 Feb 2020 10:00:00 +0000")
@example(b"Mon, 2 Nov 2026 23:59:60 -0000")
def test_dates_in_their_commonest_form(raw: bytes) -> None:
    common = dates.common_form(raw)

    assert common is None or (common, common.tzinfo) == (
        dates.any_form(raw),
        getattr(dates.any_form(raw), "tzinfo", None),
    )


@given(
    st.lists(
        st.sampled_from(
            [
                *[
                    "re",
                    "RE",
                    "fw",
                    "fwd",
                    ":",
                    "[x]",
                    "[",
                    "]",
                    "(",
                    ")",
                    "(fwd)",
                    "[fwd:",
                    "a",
                    "b",
                ],
                " ",
                "  ",
                "\t",
                "\u2003",
                "\n",
            ]
        ),
        max_size=8,
    ).map("".join)
)
@example("a  b")
@example("a ")
@example(" a")
@example("Re: a")
@example("[a]")
@example("a (fwd)")
def test_subjects_that_are_their_own_base(subject: str) -> None:
    assert threading.base_subject(subject) == threading.unmarked(subject)
