"""A mail's HTML made into a page for a frame that can neither run, nor fetch, nor lead away.

The frame is sandboxed and its Content-Security-Policy lets nothing in.  Some things neither of
them stops: a look-up of a name for ``<link rel=preconnect>``, a click on a link.  So the markup is
written anew, from a list of what is allowed: no byte of it gets there as it came.
"""

import re
from collections.abc import Mapping
from html import escape
from html.parser import HTMLParser
from urllib.parse import unquote

POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"

_SHOWN_WORDS = """
    a abbr acronym address article aside b bdi bdo big blockquote br caption center cite code col
    colgroup dd del details dfn dir div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6
    header hr i img ins kbd label li main mark nav ol p pre q rp rt ruby s samp section small span
    strike strong sub summary sup table tbody td tfoot th thead time tr tt u ul var wbr
"""
_SHOWN = frozenset(_SHOWN_WORDS.split())
_UNREAD_WORDS = """
    applet audio canvas frameset iframe math noembed noframes object script select svg template
    textarea title video
"""
_UNREAD = frozenset(_UNREAD_WORDS.split())
"""Elements of which not even the content is shown."""
_ATTRIBUTES_WORDS = """
    abbr align alt bgcolor border cellpadding cellspacing char charoff class clear color cols
    colspan compact datetime dir face frame headers height hspace id lang noshade nowrap open
    reversed rows rowspan rules scope size span start style summary title type valign value vspace
    width
"""
_ATTRIBUTES = frozenset(_ATTRIBUTES_WORDS.split())
_CONTENT_ID = re.compile(r"""(?<![\w-])cid:([^\s"'<>),]+)""", re.IGNORECASE)
_IMAGE = re.compile(r"data:image/[\w.+-]+[;,]", re.IGNORECASE)
_OWN_STYLE = (
    "html{background:#fff;color:#000}body{margin:8px;overflow-wrap:anywhere}"
    "a{color:#0645ad;text-decoration:underline}img{max-width:100%}"
)


def framed(markup: str, images: Mapping[str, str]) -> str:
    """Return a page for a frame's ``srcdoc``.

    Args:
        markup: the mail's HTML, whatever it is.
        images: ``data:`` URLs by Content-ID.
    """
    writer = _Writer(images)
    try:
        writer.feed(markup.replace("\0", "\N{REPLACEMENT CHARACTER}"))
        writer.close()
    except (AssertionError, ValueError, IndexError) as error:  # what Python's parser gives up on
        writer.out.append(f"<p>[the HTML could not be read any further: {escape(str(error))}]</p>")
    body = "".join(writer.out)
    return (
        '<!doctype html><html lang=""><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        f"<title>mail</title><style>{_OWN_STYLE}</style></head>"
        f"<body{writer.body}>{body}</body></html>"
    )


class _Writer(HTMLParser):
    """Writes what is allowed of what it reads."""

    def __init__(self, images: Mapping[str, str]) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        self.body = ""
        self._images = images
        self._unread: list[str] = []
        self._is_style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Write an element's beginning, if it is allowed."""
        if tag in _UNREAD:
            self._unread.append(tag)
        elif tag == "style":
            self._is_style = True
        elif self._unread:
            return
        elif tag == "body":
            self.body = self.body or self._attributes(tag, attrs)
        elif tag in _SHOWN:
            self.out.append(f"<{tag}{self._attributes(tag, attrs)}>")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A browser takes ``<div/>`` for ``<div>``; in SVG it ends the element."""
        if tag not in _UNREAD:
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        """Write an element's end."""
        if tag in self._unread:
            while self._unread.pop() != tag:
                pass
        elif tag == "style":
            self._is_style = False
        elif tag in _SHOWN and not self._unread:
            self.out.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        """Write text, all of it escaped."""
        if self._unread:
            return
        if self._is_style:
            self.out.append(f"<style>{self._styles(data)}</style>")
        else:
            self.out.append(escape(data))

    def _styles(self, text: str) -> str:
        """Return a style sheet in which nothing can end it, nor anything else begin."""
        return self._with_images(text).replace("<", r"\3c ")

    def _attributes(self, tag: str, attrs: list[tuple[str, str | None]]) -> str:
        kept: dict[str, str] = {}
        for name, given in attrs:
            value = given or ""
            if name in _ATTRIBUTES and name not in kept:
                kept[name] = self._with_images(value) if name == "style" else value
            elif name == "background" and (image := self._image(value)):
                kept["background"] = image
            elif tag == "img" and name == "src" and (image := self._image(value)):
                kept["src"] = image
            elif tag == "img" and name == "src":
                kept["title"] = f"outside, not fetched: {value}"
            elif tag == "a" and name == "href":
                kept["title"] = f"leads to {value}"
        if tag == "img" and "src" not in kept and "alt" not in kept:
            kept["alt"] = "[image]"
        return "".join(f' {name}="{escape(value)}"' for name, value in kept.items())

    def _image(self, url: str) -> str:
        """Return the URL of an image that is here, empty for another one."""
        stripped = url.strip()
        named = _CONTENT_ID.fullmatch(stripped)
        if named is not None:
            return self._images.get(unquote(named[1]), "")
        return stripped if _IMAGE.match(stripped) else ""

    def _with_images(self, text: str) -> str:
        return _CONTENT_ID.sub(lambda one: self._images.get(unquote(one[1]), one[0]), text)
