import pytest

from pytest_fakemail.mime import parameters


@pytest.mark.parametrize(
    ("raw", "value", "found"),
    [
        (b"text/plain", b"text/plain", ()),
        (b"a; b=c", b"a", ((b"b", b"c"),)),
        (b"a ; B = c ;d=e;", b"a", ((b"B", b"c"), (b"d", b"e"))),
        (b'a; b="c; d=\\"e\\""; f=g', b"a", ((b"b", b'c; d="e"'), (b"f", b"g"))),
        (b"a (x); b=(y)c (z=w); d=e", b"a", ((b"b", b"c"), (b"d", b"e"))),
        (b"a;;; b=c", b"a", ((b"b", b"c"),)),
        (b"a; b; c=; d=e", b"a", ((b"c", b""), (b"d", b"e"))),
        (b"a; b=two words; c=d", b"a", ((b"b", b"two"), (b"c", b"d"))),
        (b"a; b=c[1].pdf", b"a", ((b"b", b"c[1].pdf"),)),
        (b'a; b="never ends; c=d', b"a", ((b"b", b"never ends; c=d"),)),
        (b"a; b=1; b=2", b"a", ((b"b", b"1"), (b"b", b"2"))),
        (b"", b"", ()),
        (b"; b=c", b"", ((b"b", b"c"),)),
    ],
)
def test_parameters_are_read_as_the_wild_writes_them(
    raw: bytes, value: bytes, found: parameters.Parameters
) -> None:
    assert parameters.split(raw) == (value, found)


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        (b"n*0=a; n*1=b; x=y", ((b"x", b"y"), (b"n", b"ab"))),
        (b"n*1=b; N*0=a", ((b"N", b"ab"),)),
        (b"n*1*=%42; n*0*=utf-8''%41", ((b"n*", b"utf-8''%41%42"),)),
        (b"n*0=a/b; n*1*=%42", ((b"n*", b"''a%2Fb%42"),)),
        (b"n*=utf-8'de'%C3%A4", ((b"n*", b"utf-8'de'%C3%A4"),)),
        (b"n*0=a; n*2=c", ((b"n*0", b"a"), (b"n*2", b"c"))),
        (b"n*1=b", ((b"n*1", b"b"),)),
        (b"n*0=a; n*0=b", ((b"n*0", b"a"), (b"n*0", b"b"))),
    ],
)
def test_pieces_of_a_value_are_joined(raw: bytes, found: parameters.Parameters) -> None:
    assert parameters.parameters(raw) == found


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"n=plain", "plain"),
        (b"n*=utf-8'de'%C3%A4", "ä"),
        (b"n*=iso-8859-1''%E4", "ä"),
        (b"n*=%41b", "Ab"),
        (b"n*=\"utf-8''%C3%A4 b\"", "ä b"),
        (b"n*=utf-8''\"%C3%A4\"", "ä"),
        (b"n*=x-unknown''%C3%A4", "ä"),
        (b"n=fallback; n*=utf-8''better", "better"),
        (b"n*0*=utf-8''%C3; n*1*=%A4", "ä"),
        (b"n*0*=utf-8''%C3%A4; n*1=%41", "ä%41"),
        (b'n="=?utf-8?q?=C3=A4?="', "ä"),
        (b"N=any case", "any"),
        (b"m=other", None),
    ],
)
def test_a_value_becomes_text(raw: bytes, text: str | None) -> None:
    assert parameters.text(parameters.parameters(raw), b"n") == text


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (b"attachment; filename=my report.pdf", "my report.pdf"),
        (b"attachment; filename=my report.pdf; size=7", "my report.pdf"),
        (b"attachment; FileName = report (1).pdf ;size=7", "report (1).pdf"),
        (b"attachment; filename=report.pdf (a comment)", "report.pdf"),
        (b"attachment; filename=a 'b' \\c.pdf", "a 'b' \\c.pdf"),
        (b"attachment; filename=report.pdf", "report.pdf"),
        (b"attachment; size=1 2; filename=a b", "a b"),
        (b'attachment; x="; filename=a b"; filename=c', "c"),
        (b'attachment; filename="a b" c', "a b"),
        (b"attachment; filename= ; size=7", ""),
    ],
)
def test_a_file_name_without_quotes_reaches_up_to_the_semicolon(value: bytes, name: str) -> None:
    _, found = parameters.split(value)
    assert parameters.text(found, b"filename") == name
