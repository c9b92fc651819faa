"""What a mail's HTML says and where it links to; linear in its length, whatever it is."""

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import unquote

from pytest_fakemail.dataclass import dataclass, field

_COMMENT_END = re.compile(r"--!?>")
_TAG = re.compile(r"</?([a-zA-Z][^\s/>]*)")
_ATTRIBUTE = re.compile(
    r"""[\s/]*(?:(>)|([^\s/>][^\s/>=]*)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]*)))?)"""
)
_CONTENT_ID = re.compile(r"""(?<![\w-])cid:([^\s"'<>),]+)""", re.IGNORECASE)
_SPACES = re.compile(r"[ \t\r\n\f]+")
# Beyond every character; `html.unescape` raises where a number has thousands of digits.
_ENDLESS = re.compile(r"&#(?:[0-9]{20,}|[xX][0-9a-fA-F]{20,});?")

# Elements whose content is no markup (HTML §13.1.2), or not shown.
_RAW = {"script", "style", "title", "textarea", "xmp", "noembed", "noframes"}
_HIDDEN = _RAW - {"textarea", "xmp"}
_BLOCKS = {
    "address", "article", "aside", "blockquote", "body", "br", "center", "dd", "div", "dl",
    "dt", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "li",
    "main", "nav", "ol", "p", "pre", "section", "table", "tbody", "tfoot", "thead", "tr", "ul",
}  # fmt: skip
_CELLS = {"td", "th"}


@dataclass(frozen=True, slots=True)
class Tag:
    """A start tag (`is_end` False) or an end tag; attributes by name in lower case."""

    name: str
    is_end: bool
    attributes: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class _Reading:
    """What was found so far; `texts` are pieces to join."""

    texts: list[str] = field(default_factory=list)
    links: list[tuple[str, list[str]]] = field(default_factory=list)
    words: list[str] | None = None  # of the link that is open

    def take_tag(self, tag: Tag) -> None:
        self.texts.append(break_at(tag))
        if self.words is not None:
            self.words.append(break_at(tag) or _label(tag))
        if tag.name in ("a", "area") and (tag.name == "area" or not tag.is_end):
            words = [_label(tag)] if tag.name == "area" else []
            href = unescaped(tag.attributes.get("href", "")).strip()
            if href and not href.startswith("#"):
                self.links.append((href, words))
            self.words = words if tag.name == "a" else self.words
        elif tag.name == "a":
            self.words = None


def break_at(tag: Tag) -> str:
    """Return what stands for a tag between words: a line break, a tab, or nothing."""
    if tag.name in _BLOCKS:
        return "\n"
    return "\t" if tag.name in _CELLS else ""


def _label(tag: Tag) -> str:
    """Return the words of what is an image."""
    return unescaped(tag.attributes.get("alt", "")) if tag.name in ("img", "area") else ""


def text_of(html: str) -> str:
    """Return the words of an HTML document as lines of text."""
    return lines(_read(html).texts)


def links_of(html: str) -> list[str]:
    """Return where its links lead, in order: every href but those within the page itself."""
    return [href for href, _ in _read(html).links]


def anchors_of(html: str) -> list[tuple[str, str]]:
    """Return its links with the words to click on; an image's are its alternative text."""
    return [(href, " ".join(lines(words).split())) for href, words in _read(html).links]


def styles_of(html: str) -> list[str]:
    """Return the style sheets in it."""
    found: list[str] = []
    is_style = False
    for token in tokens(html, with_hidden=True):
        if isinstance(token, Tag):
            is_style = token.name == "style" and not token.is_end
        elif is_style:
            found.append(token)
    return found


def unlinked_text_of(html: str) -> str:
    """Return its words but those inside links: what a reader may turn into links itself."""
    return lines(_read(html, skip_links=True).texts)


def content_ids_of(html: str) -> set[str]:
    """Return the Content-IDs that it shows by ``cid:`` URLs (RFC 2392), in tags and in styles."""
    found: set[str] = set()
    is_style = False
    for token in tokens(html, with_hidden=True):
        if isinstance(token, Tag):
            is_style = token.name == "style" and not token.is_end
            places = [unescaped(value) for value in token.attributes.values()]
        else:
            places = [token] if is_style else []
        for place in places:
            found.update(unquote(content_id) for content_id in _CONTENT_ID.findall(place))
    return found


def unescaped(text: str) -> str:
    """Return text with the characters that its references stand for."""
    return unescape(_ENDLESS.sub("\ufffd", text))


def lines(texts: list[str]) -> str:
    """Return pieces of text as lines without blanks around them, none of them empty."""
    joined = "".join(texts).replace("\xa0", " ")
    lines = (" ".join(line.split()) for line in joined.split("\n"))
    return "\n".join(line for line in lines if line)


def _read(html: str, *, skip_links: bool = False) -> _Reading:
    reading = _Reading()
    for token in tokens(html):
        if isinstance(token, Tag):
            reading.take_tag(token)
            continue
        words = _SPACES.sub(" ", unescaped(token))
        if reading.words is not None:
            reading.words.append(words)
        if not (skip_links and reading.words is not None):
            reading.texts.append(words)
    return reading


def tokens(html: str, *, with_hidden: bool = False) -> Iterator[str | Tag]:
    """Split into texts and tags; comments, declarations and hidden elements are left out."""
    position = 0
    while (start := html.find("<", position)) >= 0:
        yield html[position:start]
        tag = _TAG.match(html, start)
        if tag is None:
            after = _after_markup(html, start)
            if after == start + 1:
                yield "<"
            position = after
            continue
        found, position = _attributes(html, tag)
        if found is None:  # the document ends inside of a tag
            return
        yield found
        if found.name in _RAW and not found.is_end:
            end = _raw_end(html, found.name, position)
            if with_hidden or found.name not in _HIDDEN:
                yield html[position:end]
            position = end
    yield html[position:]


def _after_markup(html: str, start: int) -> int:
    """Return where a comment, declaration or bogus tag ends; start + 1 for a mere ``<``."""
    if html.startswith("<!--", start):
        # "<!-->" is a whole, empty comment: HTML §13.2.5.43.
        end = _COMMENT_END.search(html, start + 2)
        return end.end() if end else len(html)
    if html.startswith(("<!", "<?", "</"), start):
        stop = html.find(">", start)
        return stop + 1 if stop >= 0 else len(html)
    return start + 1


def _attributes(html: str, tag: re.Match[str]) -> tuple[Tag | None, int]:
    """Read up to the end of a tag; return it, None if it has no end, and where that is."""
    attributes: dict[str, str] = {}
    position = tag.end()
    while attribute := _ATTRIBUTE.match(html, position):
        position = attribute.end()
        is_end, name, *values = attribute.groups()
        if is_end:
            is_end_tag = tag.group().startswith("</")
            return Tag(tag.group(1).lower(), is_end_tag, attributes), position
        value = next((value for value in values if value is not None), "")
        attributes.setdefault(name.lower(), value)  # HTML §13.2.5.33: the first counts
    return None, len(html)


def _raw_end(html: str, name: str, start: int) -> int:
    end = re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE).search(html, start)
    return end.start() if end else len(html)
