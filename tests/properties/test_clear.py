"""What the octets of a message rule out, the long way does not find either."""

from hypothesis import example, given, settings
from hypothesis import strategies as st

from pytest_fakemail.mime import charsets, transfer
from pytest_fakemail.mime.parts import parse
from pytest_fakemail.query import clear, texts
from pytest_fakemail.store.content import Content

NAMES = [b"from", b"from", b"subject", b"to", b"x"]
WORDS = st.lists(
    st.sampled_from(
        [
            *[
                b"an",
                b"n",
                b"ann",
                b"Ann",
                b"AN N",
                b"x.test",
                b"a . b",
                b"\xc3\xbc",
                b"=?utf-8?q?an?=",
            ],
            *[
                b"@",
                b"<",
                b">",
                b'"',
                b"(c)",
                b"\\",
                b",",
                b":",
                b";",
                b" ",
                b"\t",
                b"\r",
                b"[",
                b"]",
            ],
            *[b"<@a n:n@x>", b'"an"n', b'"a\\n"n', b"\r\n ", b"\n\t", b"", b"\0", b"=", b"?="],
        ]
    ),
    max_size=7,
).map(b"".join)
FIELDS = st.tuples(st.sampled_from([*NAMES, b"From", b" to"]), st.just(b": "), WORDS)
CONTENT_FIELDS = [
    b"Content-Type: text/plain; charset=utf-8",
    b'content-type: text/html; CHARSET = "us-ascii"',
    b"Content-Type: text/plain; charset=utf-7",
    b"Content-Type: text/plain; charset*=utf-8''utf-7",
    b'Content-Type: text/plain; charset="utf-\\7"',
    b"Content-Type: text/plain; charset=utf-8; charset=iso-2022-jp",
    b"Content-Type: text/plain; charset=utf-16",
    b"Content-Type: text/plain; charset=cp037",
    b"Content-Type: multipart/mixed; boundary=b",
    b"Content-Type: message/rfc822",
    b"Content-Type: image/png",
    b"Content-Transfer-Encoding: base64",
    b"Content-Transfer-Encoding: Quoted-Printable",
    b"Content-Transfer-Encoding: x-uue",
    b"Content-Transfer-Encoding: 7bit",
]
CONTENT = st.sampled_from(CONTENT_FIELDS)
BODIES = st.sampled_from(
    [b"ann", b"an=\r\nn", b"=41nn", b"QW5u", b"YW5u", b"+AGEAbg-n", b"--b", b"--b--", b"", b"\xe4"]
)
LINES = st.one_of(CONTENT, BODIES, FIELDS.map(b"".join), st.just(b""))
MESSAGES = st.builds(
    lambda head, rest: b"\r\n".join([*head, *rest]),
    st.lists(st.one_of(CONTENT, FIELDS.map(b"".join)), max_size=5),
    st.lists(LINES, max_size=12),
)
PARTS = st.builds(
    lambda fields, body: b"\r\n".join([*fields, b"", body]),
    st.lists(st.sampled_from(CONTENT_FIELDS[2:8] + CONTENT_FIELDS[11:14]), max_size=2),
    st.sampled_from([b"ann", b"an=\r\nn", b"QW5u", b"+AGEAbg-n"]),
)
SIMPLE = PARTS | st.lists(PARTS, min_size=1, max_size=3).map(
    lambda parts: (
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" + b"\r\n--b\r\n".join(parts)
    )
)
PLACES = st.tuples(st.integers(0, 60), st.integers(1, 8))


def cut(text: str, place: tuple[int, int]) -> str:
    """Return a piece of a text, anywhere in it."""
    start, size = place
    return text[start % (len(text) or 1) :][:size]


@given(MESSAGES | WORDS.map(b"From: %b\r\n\r\n".__mod__), st.sampled_from(NAMES), PLACES)
@example(b'From: "an"n@x.test\r\n\r\n', b"from", (13, 4))
@example(b'From: "x" <@a n:n@x.test>\r\n\r\n', b"from", (24, 4))
@example(b'From: "a\\nn"@x.test\r\n\r\n', b"from", (14, 4))
def test_a_field(raw: bytes, name: bytes, place: tuple[int, int]) -> None:
    text = texts.field_text(Content(raw, 1), name) or ""
    needle = texts.Needle(cut(text, place))

    if needle.line and needle.line in text:
        run = clear.longest_run(needle.lowered)
        assert not clear.is_ruled_out_of_header(Content(raw, 1), run)


@settings(max_examples=300)
@given(MESSAGES | SIMPLE, PLACES, st.integers(0, 3))
def test_a_body(raw: bytes, place: tuple[int, int], which: int) -> None:
    leaves = [part for part in parse(raw).walk() if not part.children]
    part = leaves[which % len(leaves)]
    octets = transfer.decode(part.body, part.encoding)
    piece = cut(charsets.decode(octets, part.content_type.text(b"charset") or ""), place)
    needle = texts.Needle(piece)
    content = Content(raw, 1)

    if piece and texts.body_contains(parse(raw), needle):
        for _ in range(2):  # found out, then remembered
            assert not clear.is_ruled_out(content, needle.lowered)


@given(MESSAGES, PLACES)
def test_a_whole_message(raw: bytes, place: tuple[int, int]) -> None:
    text = raw.replace(b"\r\n", b"").decode("latin-1")
    needle = texts.Needle(cut(text, place))
    run = clear.longest_run(needle.lowered)

    if run != b"" and clear.is_ruled_out(Content(raw, 1), run) and b"=?" not in raw:
        assert not texts.text_contains(parse(raw), needle)
