"""MIME under any octets: always an answer, and the answers fit together."""

from base64 import encodebytes
from quopri import encodestring

from hypothesis import example, given, settings
from hypothesis import strategies as st

from pytest_fakemail.mime import (
    addresses,
    charsets,
    dates,
    headers,
    lexer,
    named_fields,
    parameters,
    threading,
    transfer,
    words,
)
from pytest_fakemail.mime.headers import Headers
from pytest_fakemail.mime.parts import Part, parse

PIECES = [
    b"\r\n",
    b"\n",
    b"\r",
    b" ",
    b"\t",
    b"--b",
    b"--bb",
    b"--",
    b"\r\n--b\r\n",
    b"\n--b--\n",
    b"Content-Type: multipart/mixed; boundary=b\r\n",
    b"content-type: multipart/alternative; boundary=bb\n",
    b"Content-Type: multipart/digest; boundary=b\n",
    b"Content-Type: message/rfc822\r\n",
    b"Content-Type: text/html\n",
    b"Content-Type",
    b"Content-Transfer-Encoding: base64\n",
    b"Content-Disposition: attachment; filename*0*=utf-8''%41; filename*1=b\n",
    b"Subject: =?utf-8?q?=C3?= =?utf-8?b?pA==?=\r\n",
    b":",
    b";",
    b"=",
    b"(",
    b")",
    b'"',
    b"\\",
    b"<",
    b">",
    b"@",
    b",",
    b"[",
    b"]",
    b"*0*=",
    b"''",
    b"%41",
    b"=?utf-8?q?",
    b"=?x?b?",
    b"?=",
    b"\0",
    b"\xff",
    b"\xc3\xa4",
    b"Re: ",
    b"(fwd)",
    b"[fwd:",
    b"1 Jan 2020",
    b" 25:61:61 ",
    b"+9999",
    b"begin 644 x\n",
    b"a",
]
OCTETS = st.lists(st.sampled_from(PIECES) | st.binary(max_size=4), max_size=60).map(b"".join)


def holds(part: Part) -> bool:
    """Whether a part's children lie in its body, one behind the other."""
    position = part.header_end
    for child in part.children:
        if not position <= child.start <= child.header_end <= child.end <= part.end:
            return False
        position = child.end
    return True


def reassembled(part: Part) -> bytes:
    """Write a part again from its header, its children, and what stands between them."""
    raw = part.raw
    pieces = [raw[part.start : part.header_end]]
    position = part.header_end
    for child in part.children:
        pieces += [raw[position : child.start], reassembled(child)]
        position = child.end
    return b"".join([*pieces, raw[position : part.end]])


@settings(max_examples=300)
@example(b"Content-Type: multipart/mixed; boundary=b\n\n--b\n--b\n--b--")
@example(b"Content-Type: multipart/digest; boundary=b\n\r\n--b\r\n\r\n--b\r\n")
@given(OCTETS)
def test_parts_lie_in_their_parents_and_make_up_the_message(raw: bytes) -> None:
    message = parse(raw)
    assert (message.start, message.end) == (0, len(raw))
    assert all(holds(part) for part in message.walk())
    assert reassembled(message) == raw


@given(OCTETS)
def test_every_part_has_a_number_and_says_what_it_is(raw: bytes) -> None:
    message = parse(raw)
    for number, child in enumerate(message.children, 1):
        if message.is_multipart:
            assert message.numbered([number]) is child
    for part in message.walk():
        assert part.octets == len(part.body) >= part.lines
        assert part.content_type.type
        assert part.content_type.subtype
        assert b"\n" not in part.encoding


@given(OCTETS)
def test_fields_make_up_the_header(raw: bytes) -> None:
    block = raw[: headers.body_start(raw)]
    fields = list(Headers(block))
    position = 0
    for field in fields:
        assert field.start == position
        position = field.end
    assert block[position:] in {b"", b"\n", b"\r\n"}


@given(OCTETS)
def test_all_ways_to_a_field_lead_to_the_same(raw: bytes) -> None:
    block = raw[: headers.body_start(raw)]
    found = Headers(block)
    for name in (b"content-type", b"subject", b"a", b"content-disposition"):
        listed = found.all(name)
        assert named_fields.values(block, name) == listed
        assert found.first(name) == (listed[0] if listed else None)
        assert found.last(name) == (listed[-1] if listed else None)
        chosen = named_fields.select(block, {name})
        assert named_fields.values(chosen, name) == listed
        assert len(chosen) + len(named_fields.select(block, {name}, inverted=True)) == sum(
            field.end - field.start for field in found
        )


@settings(max_examples=300)
@given(OCTETS)
def test_every_reader_has_an_answer(raw: bytes) -> None:
    assert isinstance(words.decode(raw), str)
    assert all(len(address) == 4 for address in addresses.address_list(raw))
    assert lexer.without_comments(raw) is not None
    parsed = dates.parse(raw)
    assert parsed is None or parsed.tzinfo is not None
    _, found = parameters.split(raw)
    for name, _ in found:
        parameters.text(found, name.lower())
    assert all(b"@" in found for found in threading.message_ids(raw))
    for encoding in transfer.KNOWN:
        assert isinstance(transfer.decode(raw, encoding), bytes)


@given(OCTETS)
def test_groups_are_opened_and_closed(raw: bytes) -> None:
    is_open = False
    for address in addresses.address_list(raw):
        if address.is_group_start:
            assert not is_open
            is_open = True
        elif address.is_group_end:
            assert is_open
            is_open = False
    assert not is_open


@given(st.binary(max_size=40), st.text(max_size=12) | st.sampled_from(["utf-16", "iso-2022-jp"]))
def test_every_octet_finds_a_character(octets: bytes, charset: str) -> None:
    assert isinstance(charsets.decode(octets, charset), str)


@given(
    st.lists(st.sampled_from(["Re: ", "[x]", "[", "]", "(fwd)", " ", "[fwd:", "a"]), max_size=20)
)
def test_a_base_subject_has_no_marks_left(pieces: list[str]) -> None:
    """RFC 5256 §2.1: nothing more can be taken away."""
    base, _ = threading.base_subject("".join(pieces))
    assert threading.base_subject(base)[0] == base


@given(st.binary(max_size=200))
def test_what_was_encoded_is_decoded(octets: bytes) -> None:
    assert transfer.decode(encodebytes(octets), b"base64") == octets
    text = octets.replace(b"\r", b"")
    assert transfer.decode(encodestring(text), b"quoted-printable") == text
