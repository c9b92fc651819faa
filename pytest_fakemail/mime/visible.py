"""What a reader sees of an HTML mail: its words without those that styles hide.

A mail's preheader is hidden by ``display: none`` and its like; so are texts for one program
only.  Known are styles in the element, and rules of one class or id outside of media queries.
"""

import re
from collections import Counter

from pytest_fakemail.dataclass import dataclass, field
from pytest_fakemail.mime import html
from pytest_fakemail.mime.html import Tag

_HIDING = re.compile(
    r"(?<![\w-])(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|opacity\s*:\s*0(?![.\d]*[1-9])"
    r"|(?:font-size|max-height|max-width)\s*:\s*0(?![.\d]*[1-9]))",
    re.IGNORECASE,
)
_MEDIA = re.compile(r"@[^@{};]*+\{(?:[^{}]*+\{[^{}]*+\})*+[^{}]*+\}")
_SELECTOR = re.compile(r"(?:[a-z][\w-]*)?([.#][\w-]+)", re.IGNORECASE)
# What senders fill a preheader up with.  Joiners between letters and in emoji mean something.
_ZERO_WIDTH = dict.fromkeys(map(ord, "\u200b\ufeff\u034f\u00ad"))
_LONE_JOINERS = re.compile("(?<!\\S)[\u200c\u200d]+|[\u200c\u200d]+(?!\\S)")
_VOID = frozenset(
    {
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "source",
        "track",
        "wbr",
    }
)
# An end tag that may be left out: the element ends where the next of its name begins.
_IMPLIED = frozenset({"p", "li", "td", "th", "tr", "dt", "dd", "option"})
_UNSEEN = frozenset({"template", "datalist"})


@dataclass(slots=True)
class _Page:
    """The elements that are open; `hidden_at` is how many there were when one hid the rest."""

    hiding: frozenset[str]
    open: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)  # of what is open
    hidden_at: int | None = None

    def enter(self, tag: Tag) -> None:
        if tag.name in _IMPLIED and self.open[-1:] == [tag.name]:
            self.leave(tag.name)
        if tag.name in _VOID:
            return
        if self.hidden_at is None and self._hides(tag):
            self.hidden_at = len(self.open)
        self.open.append(tag.name)
        self.counts[tag.name] += 1

    def leave(self, name: str) -> None:
        if not self.counts[name]:
            return
        closed = ""
        while closed != name:
            closed = self.open.pop()
            self.counts[closed] -= 1
        if self.hidden_at is not None and len(self.open) <= self.hidden_at:
            self.hidden_at = None

    def _hides(self, tag: Tag) -> bool:
        attributes = tag.attributes
        if tag.name in _UNSEEN or "hidden" in attributes:
            return True
        if _HIDING.search(attributes.get("style", "")):
            return True
        names = {f".{name}" for name in attributes.get("class", "").split()}
        return bool(self.hiding & (names | {f"#{attributes.get('id', '')}"}))


def visible_text(markup: str) -> str:
    """Return the words that are shown, as lines of text."""
    page = _Page(_hiding(markup))
    texts: list[str] = []
    for token in html.tokens(markup):
        if isinstance(token, Tag):
            if token.is_end:
                page.leave(token.name)
            else:
                page.enter(token)
            texts.append(html.break_at(token))
        elif page.hidden_at is None:
            texts.append(html.unescaped(token))
    joined = "".join(texts).translate(_ZERO_WIDTH)
    return html.lines([_LONE_JOINERS.sub("", joined)])


def _hiding(markup: str) -> frozenset[str]:
    """Return the classes and ids that the mail's own style sheets hide."""
    found: set[str] = set()
    for sheet in html.styles_of(markup):
        for rule in _MEDIA.sub("", _without_comments(sheet)).split("}"):
            selectors, _, declarations = rule.partition("{")
            if _HIDING.search(declarations):
                chosen = map(_SELECTOR.fullmatch, map(str.strip, selectors.split(",")))
                found.update(selector[1] for selector in chosen if selector is not None)
    return frozenset(found)


def _without_comments(sheet: str) -> str:
    pieces = sheet.split("/*")
    return "".join([pieces[0], *(piece.partition("*/")[2] for piece in pieces[1:])])
