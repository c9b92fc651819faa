"""A mail's HTML written anew: what is left of it is what a reader sees."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_fakemail.report.frame import framed

IMAGES = {"logo@x": "data:image/png;base64,AAAA"}


def body(markup: str) -> str:
    return framed(markup, IMAGES).partition("</head>")[2].removesuffix("</html>")


@pytest.mark.parametrize(
    ("markup", "shown"),
    [
        ("<p class=a style='color:red'>Hi &amp; <b>you</b></p>",
         '<p class="a" style="color:red">Hi &amp; <b>you</b></p>'),
        ("<img src='cid:logo@x' width=8>", '<img src="data:image/png;base64,AAAA" width="8">'),
        ("<img src=CID:logo%40x>", '<img src="data:image/png;base64,AAAA">'),
        ("<td background=cid:logo@x>", '<td background="data:image/png;base64,AAAA">'),
        ("<p style='background:url(cid:logo@x)'>",
         '<p style="background:url(data:image/png;base64,AAAA)">'),
        ("<a href=https://x.test/?a=1>x</a>", '<a title="leads to https://x.test/?a=1">x</a>'),
        ("a<script>b</script>c<!-- d -->e<title>f</title>", "ace"),
        ("<form action=x>a<input name=b>c</form>", "ac"),
        ("<style>p > b {color:red}</style>x", "<style>p > b {color:red}</style>x"),
        ("<style>a{}<b>x</style>y", r"<style>a{}\3c b>x</style>y"),
        ("<svg><p>a</p></svg>b", "b"),
        ("<svg/>b", "b"),
        ("a\0b", "a\N{REPLACEMENT CHARACTER}b"),
        ("a < b", "a &lt; b"),
        ("</div></body></html>x", "</div>x"),
    ],
)  # fmt: skip
def test_what_is_left(markup: str, shown: str) -> None:
    assert body(markup) == f"<body>{shown}</body>"


def test_the_bodys_own_attributes_stay() -> None:
    assert body("<body bgcolor=#fff onload=x>y") == '<body bgcolor="#fff">y</body>'


def test_what_is_outside_is_named_and_not_fetched() -> None:
    shown = body("<img src=http://x.test/a.png srcset='http://x.test/b 2x' alt=Logo>")
    assert (
        shown == '<body><img title="outside, not fetched: http://x.test/a.png" alt="Logo"></body>'
    )


class Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


WORDS = """
    <script> </script> <style> </style> <!-- --> <svg> </svg> <a href= <img src= <p title= ' " > < /
    onload=x javascript:x http://x.test/ cid:logo@x <title> </title> <link <base <meta & &lt;
    <![CDATA[ ]]> <? <template> <iframe> </iframe> x
"""
PIECES = st.sampled_from([*WORDS.split(), " ", "\0", "\ud800", "\u2028"])


@given(st.lists(PIECES, max_size=30).map("".join))
def test_nothing_else_gets_through(markup: str) -> None:
    reading = Elements()
    reading.feed(framed(markup, IMAGES))
    (names, attributes) = zip(*reading.found[5:], strict=True) if reading.found[5:] else ((), ())
    assert [name for name, _ in reading.found[:5]][:3] == ["html", "head", "meta"]
    assert not {"script", "svg", "link", "base", "meta", "iframe", "template"} & set(names)
    for each in attributes:
        assert not {name for name in each if name.startswith("on")}
        assert not {"href", "srcset", "action"} & set(each)
        assert (each.get("src") or "data:image/").startswith("data:image/")
