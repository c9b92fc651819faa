"""What the octets of a message rule out, the long way does not find either."""

from hypothesis import example, given
from hypothesis import strategies as st

from pytest_fakemail.mime.parts import parse
from pytest_fakemail.query import clear, texts
from pytest_fakemail.store.content import Content

NAMES = [b"subject", b"from", b"to", b"x"]
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
CONTENT = st.sampled_from(
    [
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
)
BODIES = st.sampled_from(
    [b"ann", b"an=\r\nn", b"=41nn", b"QW5u", b"YW5u", b"+AGEAbg-n", b"--b", b"--b--", b"", b"\xe4"]
)
LINES = st.one_of(CONTENT, BODIES, FIELDS.map(b"".join), st.just(b""))
MESSAGES = st.builds(
    lambda head, rest: b"\r\n".join([*head, *rest]),
    st.lists(st.one_of(CONTENT, FIELDS.map(b"".join)), max_size=5),
    st.lists(LINES, max_size=12),
)
SOUGHT = st.lists(
    st.sampled_from(
        ["an", "ann", "n", "a", " ", "@", "x.test", ".", "ü", "strasse", "\t", "<", "b:"]
    ),
    min_size=1,
    max_size=3,
).map("".join)


@given(MESSAGES, st.sampled_from(NAMES), SOUGHT)
@example(b'From: "an"n@x.test\r\n\r\n', b"from", "ann@")
@example(b"From: <@a n:n@x.test>\r\n\r\n", b"from", "an:n")
def test_a_field(raw: bytes, name: bytes, text: str) -> None:
    wanted = texts.field_folded(text)
    run = clear.longest_run(wanted.encode() if wanted.isascii() else None)

    if clear.is_ruled_out_of_header(raw, run):
        assert wanted not in (texts.field_text(Content(raw, 1), name) or "")


@given(MESSAGES, SOUGHT)
def test_a_body(raw: bytes, text: str) -> None:
    needle = texts.Needle(text)
    content = Content(raw, 1)

    for _ in range(2):  # found out, then remembered
        if clear.is_ruled_out(content, needle.octets):
            assert not texts.body_contains(parse(raw), needle)


@given(MESSAGES, SOUGHT)
def test_a_whole_message(raw: bytes, text: str) -> None:
    needle = texts.Needle(text)
    run = clear.longest_run(needle.octets)

    if run != b"" and clear.is_ruled_out(Content(raw, 1), run) and b"=?" not in raw:
        assert not texts.text_contains(parse(raw), needle)
