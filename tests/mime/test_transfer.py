import pytest

from pytest_fakemail.mime import transfer


@pytest.mark.parametrize(
    ("body", "octets"),
    [
        (b"SGVsbG8=", b"Hello"),
        (b"SGVs\r\nbG8=\r\n", b"Hello"),
        (b"SGVsbG8", b"Hello"),
        (b"S*G-Vsb G8=", b"Hello"),
        (b"YQ==YQ==", b"aa"),
        (b"YWJjZ", b"abc"),
        (b"====", b""),
        (b"SGVsbG8=\r\n_____\r\nUnsubscribe here", b"Hello"),
        (b"SGVsbG8h\r\n\r\n-- \r\nlist footer text\r\n", b"Hello!"),
        (b"SGVsbG8h\r\nSGVs\r\nSent to you by x.test\r\n", b"Hello!Hel"),
        (b"SGVsbG8h\r\n!!\r\nSGVsbG8h\r\n", b"Hello!Hello!"),
        (b"-----\r\nSGVsbG8=", b"Hello"),
        # A footer of words that could be base64 themselves.
        (b"SGVsbG8=\r\n\r\nUnsubscribe\r\n", b"Hello"),
        (b"SGVsbG8=\r\n\r\nList\r\n", b"Hello"),
        (b"SGVsbG8=\r\nfooter\r\n", b"Hello"),
        (b"SGVsbG8h\r\n\r\nfooter\r\n", b"Hello!"),
        (b"SGVsbG8h\r\n_____\r\nfoo\r\n", b"Hello!"),
        (b"SGVsbG8=\r\n\r\n=====\r\nfoo\r\n", b"Hello"),
        # None of these is a footer.
        (b"SGVsbG8h\r\n\r\nSGVsbG8h\r\n", b"Hello!Hello!"),
        (b"\r\n\r\nSGVsbG8=\r\n", b"Hello"),
        (b"SGVs\r\nbG8\r\n", b"Hello"),
        (b"YQ==\r\nYg==\r\n", b"ab"),
        (b"", b""),
    ],
)
def test_base64_is_decoded_as_far_as_it_goes(body: bytes, octets: bytes) -> None:
    assert transfer.decode(body, b"BASE64") == octets


@pytest.mark.parametrize(
    ("body", "octets"),
    [
        (b"Gr=FC=dfe", b"Gr\xfc\xdfe"),
        (b"one =\r\ntwo=\nthree", b"one twothree"),
        (b"soft = \t\r\nbreak", b"soft break"),
        (b"padding \t\r\nnext \n end ", b"padding\r\nnext\n end"),
        (b"padding at the end \t", b"padding at the end"),
        (b"a=ZZ b=", b"a=ZZ b"),
        (b"a=\rb", b"a=\rb"),
        (b"under_score", b"under_score"),
    ],
)
def test_quoted_printable_is_decoded_as_far_as_it_goes(body: bytes, octets: bytes) -> None:
    assert transfer.decode(body, b"quoted-printable") == octets


@pytest.mark.parametrize(
    ("octets", "encoding"),
    [
        (b"", b"7bit"),
        (b"one\r\ntwo", b"7bit"),
        (b"x" * 998 + b"\r\n", b"7bit"),
        ("grün\r\n".encode(), b"8bit"),
        (b"x" * 999, b"binary"),
        (b"one\ntwo", b"binary"),
        (b"one\rtwo\r\n", b"binary"),
        (b"a\0b", b"binary"),
    ],
)
def test_octets_have_the_identity_that_they_fit(octets: bytes, encoding: bytes) -> None:
    """RFC 2045 §2.7 to §2.9."""
    assert transfer.identity_of(octets) == encoding


def test_a_uuencoded_file_is_decoded() -> None:
    body = b"text before\r\nbegin 644 a.txt\r\n%2&5L;&\\\r\n`\r\nend\r\nafter\r\n"
    assert transfer.decode(body, b"x-uuencode") == b"Hello"


def test_a_file_of_uuencode_in_base64_is_decoded() -> None:
    """POSIX's ``uuencode -m``."""
    body = b"begin-base64 644 a.txt\r\nSGVs\r\nbG8=\r\n====\r\nafter\r\n"
    assert transfer.decode(body, b"x-uuencode") == b"Hello"


def test_uuencoded_lines_that_are_none_are_left_out() -> None:
    body = b"begin 644 a\n%2&5L;&\\garbage\n\n\xff\xff\n%2&5L;&\\\n"
    assert transfer.decode(body, b"uuencode") == b"HelloHello"


def test_a_body_without_a_uuencoded_file_stays() -> None:
    assert transfer.decode(b"begin here", b"x-uue") == b"begin here"


@pytest.mark.parametrize("encoding", [b"7bit", b"8BIT", b"binary", b"x-other", b""])
def test_other_bodies_stay_as_they_are(encoding: bytes) -> None:
    assert transfer.decode(b"=41 SGVsbG8=", encoding) == b"=41 SGVsbG8="


def test_the_known_encodings_are_told_apart_from_others() -> None:
    assert {b"7bit", b"base64", b"quoted-printable", b"binary"} <= transfer.KNOWN
    assert b"x-other" not in transfer.KNOWN
