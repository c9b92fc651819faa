"""Flaws of the content: what its reader would stumble over."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from pytest_fakemail.mime import html
from pytest_fakemail.mime.flaws.flaw import Flaw, flaw

if TYPE_CHECKING:
    from pytest_fakemail.mime.mail import Mail

_CLIPPED = 102 * 1024
_MOST_SHOWN = 60
_WORD = re.compile(r"\w+")
_NUMBER = re.compile(r"\d[\d.,]*\d|\d")
_URL = re.compile(r"https?://\S+")
_FEWEST_WORDS = 5
_ALIKE = 0.5
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


def content_flaws(mail: "Mail") -> Iterator[Flaw]:
    """Yield what is wrong with what a mail says and shows."""
    markup, text = mail.html, mail.text
    if markup:
        yield from _html(mail, markup)
        if not text.strip():
            yield flaw("text-missing", "HTML and no plain text")
        else:
            yield from _disagreement(text, mail.visible_text)
    calendar = mail.calendar
    if calendar is not None and calendar.content_type_method:
        said, meant = calendar.content_type_method.upper(), calendar.method.upper()
        if said != meant:
            yield flaw("calendar-methods-disagree", f"the type says {said}, the object {meant}")


def _html(mail: "Mail", markup: str) -> Iterator[Flaw]:
    size = len(markup.encode())
    if size > _CLIPPED:
        yield flaw("html-clipped", f"{size // 1024} KiB of HTML")
    shown = html.content_ids_of(markup)
    there = {one.content_id for one in mail.attachments if one.content_id}
    for missing in sorted(shown - there):
        yield flaw("cid-without-part", f"the HTML shows cid:{missing}, which is not there")
    for attachment in mail.attachments:
        name = attachment.content_id
        if name and attachment.is_inline and name not in shown:
            yield flaw("part-without-cid", f"nothing shows the inline part cid:{name}")
    for tag in html.tokens(markup):
        if not isinstance(tag, str) and tag.name == "img" and "alt" not in tag.attributes:
            source = str(tag.attributes.get("src") or "")[:_MOST_SHOWN]
            yield flaw("image-without-alt", f"an image without alt: {source}")
    for link in html.links_of(markup):
        if not _ABSOLUTE.match(link) and not link.startswith("#"):
            yield flaw("link-relative", f"a link to {link[:_MOST_SHOWN]!r}")
        elif link.lower().startswith("http:"):
            yield flaw("link-plain-http", f"a link to {link[:_MOST_SHOWN]!r}")


def _disagreement(text: str, visible: str) -> Iterator[Flaw]:
    if not _say_the_same(text, visible):
        yield flaw("text-and-html-disagree", "fewer than half of the words are in both")
        return
    numbers = [set(_NUMBER.findall(_URL.sub(" ", one))) for one in (text, visible)]
    only = [sorted(numbers[0] - numbers[1]), sorted(numbers[1] - numbers[0])]
    if all(only):
        said = f"the text says {', '.join(only[0])}, the HTML {', '.join(only[1])}"
        yield flaw("text-and-html-disagree", said)


def _say_the_same(text: str, visible: str) -> bool:
    """Whether half of the words of either are in both; URLs and rules of dashes aside."""
    words = [set(_WORD.findall(_URL.sub(" ", one).casefold())) for one in (text, visible)]
    if min(map(len, words)) < _FEWEST_WORDS:
        return bool(words[0] & words[1]) or not (words[0] and words[1])
    common = len(words[0] & words[1])
    return common >= _ALIKE * min(map(len, words))
