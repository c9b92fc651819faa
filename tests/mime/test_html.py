"""HTML of mail: its words and its links."""

import pytest

from pytest_fakemail.mime.html import links_of, text_of, unlinked_text_of


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Hello&nbsp;<b>Ann</b>,</p><p>welcome</p>", "Hello Ann,\nwelcome"),
        ("one<br>two<br/>three", "one\ntwo\nthree"),
        ("a\r\n  b", "a b"),
        ("<table><tr><td>Code<td>12</table>", "Code 12"),
        ("<title>T</title><style>p{}</style><script>1<2</script>x", "x"),
        ("<STYLE>a</sTyLe >x", "x"),
        ("a<!-- <p>no</p> -->b<!doctype x><?xml?></>", "ab"),
        ("a<!-->b", "ab"),
        ("1 < 2 &lt; 3 &#x34; &bogus;", "1 < 2 < 3 4 &bogus;"),
        ("<textarea><b></textarea>", "<b>"),
        ("x<a href='", "x"),
        ("x<!-- never closed", "x"),
        ("x<script>never closed", "x"),
        ("", ""),
    ],
)
def test_the_words_are_what_is_shown(html: str, text: str) -> None:
    assert text_of(html) == text


@pytest.mark.parametrize(
    ("html", "links"),
    [
        ('<a class=b href="https://x.test/?a=1&amp;b=2">y</a>', ["https://x.test/?a=1&b=2"]),
        ("<A HREF = 'https://x.test/'>y</A>", ["https://x.test/"]),
        ("<a href=https://x.test/a/b>y</a>", ["https://x.test/a/b"]),
        ('<a href="\n https://x.test/ ">y</a>', ["https://x.test/"]),
        ('<a href="#top">y</a><a href="">z</a><a name=q>r</a>', []),
        ('<map><area href="/m"></map><a href="mailto:a@x">y</a>', ["/m", "mailto:a@x"]),
        ('<link href="s.css"><img src="i.png"><base href="b">', []),
        ('<a title=">" href="/1">y</a><a title=\'"\' href="/2">z</a>', ["/1", "/2"]),
        ('<a href="/1" href="/2">y</a>', ["/1"]),
        ("<!-- <a href=/1> --><script>'<a href=/2>'</script>", []),
    ],
)
def test_links_are_where_the_reader_can_go(html: str, links: list[str]) -> None:
    assert links_of(html) == links


def test_text_within_links_can_be_left_out() -> None:
    assert unlinked_text_of("a <a href=x>b</a> c") == "a c"


@pytest.mark.parametrize(
    "piece", ["<a ", "<!--", "<a href='", "<a \"'", "<script>", "</", "&", "<a>", "&#1;", "&#", "9"]
)
def test_a_lot_of_rubbish_takes_no_time_to_speak_of(piece: str) -> None:
    """Reading is linear: with a quadratic step somewhere this would run for minutes."""
    html = piece * (300_000 // len(piece))
    assert isinstance(text_of(html), str)


@pytest.mark.parametrize("digits", ["9" * 5000, "x" + "f" * 5000])
def test_a_number_without_end_is_no_character(digits: str) -> None:
    assert text_of(f"a&#{digits};b") == "a\N{REPLACEMENT CHARACTER}b"
    assert links_of(f"<a href='&#{digits};'>") == ["\N{REPLACEMENT CHARACTER}"]
