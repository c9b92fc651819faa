import pytest

from pytest_fakemail.mime import lexer


@pytest.mark.parametrize(
    ("raw", "end"),
    [(b"(a)b", 3), (b"(a(b)c)d", 7), (b"(\\))x", 4), (b'(")x', 3), (b"(a", 2), (b"(\\", 2)],
)
def test_comments_nest_and_may_never_end(raw: bytes, end: int) -> None:
    assert lexer.comment_end(raw, 0) == end


@pytest.mark.parametrize(
    ("raw", "end"), [(b'"a"b', 3), (b'"\\""x', 4), (b'"(a"x', 4), (b'"a', 2), (b'"\\', 2)]
)
def test_quoted_strings_may_never_end(raw: bytes, end: int) -> None:
    assert lexer.quoted_end(raw, 0) == end


@pytest.mark.parametrize(
    ("raw", "rest"),
    [
        (b"a (b) c", b"a   c"),
        (b'"(a)" (b)', b'"(a)"  '),
        (b"\\(a)", b"\\(a)"),
        (b"a (b", b"a  "),
        (b"a", b"a"),
    ],
)
def test_comments_leave_a_blank(raw: bytes, rest: bytes) -> None:
    assert lexer.without_comments(raw) == rest
