"""The links of a mail: which there are, the one that is meant, whether they lead anywhere."""

import re
from collections.abc import Callable, Iterable
from typing import Any, Self

from pytest_fakemail import arguments
from pytest_fakemail.blame import asked
from pytest_fakemail.errors import BadArgument, UnmetExpectation
from pytest_fakemail.mime import html
from pytest_fakemail.mime.fields import Fields
from pytest_fakemail.mime.text import urls

Wanted = str | re.Pattern[str] | Callable[[str], object]
"""A text that is contained, a pattern that is found, or a function that decides."""

_URI = re.compile(r"<([^<>]*)>")
_ONE_CLICK = "List-Unsubscribe=One-Click"
_FIRST_FAILURE = 400


class Link(str):
    """Where a link leads; `text` is what its reader sees of it, the URL itself in plain text."""

    __slots__ = ("text",)

    text: str

    def __new__(cls, url: str, text: str = "") -> Self:
        """Take the URL, and the words to click on."""
        self = super().__new__(cls, url)
        self.text = text or url
        return self


def links_of(markup: str, text: str) -> list[Link]:
    """Return the links of the HTML in order, then those of the text; with equal words once."""
    mentioned = urls(html.unlinked_text_of(markup)) + urls(text)
    anchors = [Link(href, words) for href, words in html.anchors_of(markup)]
    there = {str(anchor) for anchor in anchors}
    named = {(str(each), each.text): each for each in anchors}
    unnamed = {url: Link(url) for url in mentioned if url not in there}
    return [*named.values(), *unnamed.values()]


def chosen(links: Iterable[Link], wanted: Wanted, text: Wanted) -> Link:
    """Return the one link whose URL and whose text are as wanted.

    Raises:
        UnmetExpectation: no such link, or several that lead to different places.
    """
    links = list(links)
    for name, value in (("wanted", wanted), ("text", text)):
        if not isinstance(value, str | re.Pattern):
            arguments.function(name, value)
    found = {
        str(link): link for link in links if is_wanted(wanted, link) and is_wanted(text, link.text)
    }
    if len(found) == 1:
        return next(iter(found.values()))
    asked = f" with {wanted!r}" if wanted else ""
    asked += f" reading {text!r}" if text else ""
    if found:
        title = f"{len(found)} links{asked}, wanted one:"
        raise UnmetExpectation(_rows(title, found.values(), with_text=bool(text)))
    if links:
        raise UnmetExpectation(_rows(f"no link{asked}; there is:", links, with_text=bool(text)))
    raise UnmetExpectation(f"no link{asked}; the mail has none at all")


def is_wanted(wanted: Wanted, value: str) -> bool:
    """Whether a text is as wanted."""
    if isinstance(wanted, str):
        return wanted in value
    if isinstance(wanted, re.Pattern):
        return wanted.search(value) is not None
    return bool(asked(wanted, value))


def _rows(title: str, links: Iterable[Link], *, with_text: bool) -> str:
    rows = (f"{link.text!r} -> {link}" if with_text else str(link) for link in links)
    return "\n  ".join([title, *dict.fromkeys(rows)])


def unsubscribe_link(headers: Fields, *, one_click: bool) -> str:
    """Return the URL of List-Unsubscribe (RFC 2369 §3.2), a web page before a mail address.

    With `one_click` the header has to be as RFC 8058 §3.1 wants it: one https URL, and
    ``List-Unsubscribe-Post: List-Unsubscribe=One-Click``.  The signature is not asked for.

    Raises:
        UnmetExpectation: there is no such field, or what is wrong with it.
    """
    given = headers.all("List-Unsubscribe")
    if not given:
        raise UnmetExpectation("the mail has no List-Unsubscribe field")
    if len(given) > 1:
        raise UnmetExpectation(f"the mail has {len(given)} List-Unsubscribe fields, wanted one")
    uris = [re.sub(r"\s", "", uri) for uri in _URI.findall(given[0])]
    if not uris:
        hint = "; it is an encoded word, which nobody decodes here" if "=?" in given[0] else ""
        raise UnmetExpectation(f"List-Unsubscribe has no URL in angle brackets: {given[0]!r}{hint}")
    if one_click:
        return _one_click(uris, headers.all("List-Unsubscribe-Post"))
    return next((uri for uri in uris if uri.lower().startswith(("https:", "http:"))), uris[0])


def _one_click(uris: list[str], posts: list[str]) -> str:
    if posts != [_ONE_CLICK]:
        there = repr(posts[0]) if len(posts) == 1 else f"{len(posts)} of them"
        raise UnmetExpectation(
            f"List-Unsubscribe-Post is to be {_ONE_CLICK!r} (RFC 8058 §3.1), there is {there}"
        )
    pages = [uri for uri in uris if uri.lower().startswith(("https:", "http:"))]
    if len(pages) != 1 or not pages[0].lower().startswith("https:"):
        raise UnmetExpectation(
            f"List-Unsubscribe is to have one https URL (RFC 8058 §3.1), there is {', '.join(uris)}"
        )
    return pages[0]


def assert_links_work(links: Iterable[Link], client: Any, skip: Wanted | None) -> None:  # noqa: ANN401  (Django's, Flask's, httpx's)
    """Fetch every web page that is linked, by the client's `get`.

    Raises:
        UnmetExpectation: what failed, and how; or there was nothing to fetch.
        BadArgument: the client has no `get`.
    """
    if not callable(getattr(client, "get", None)):
        raise BadArgument(f"client={client!r}: wanted an object with get(url), as httpx.Client()")
    pages = dict.fromkeys(
        str(link)
        for link in links
        if link.lower().startswith(("http://", "https://"))
        and not (skip is not None and is_wanted(skip, link))
    )
    if not pages:
        raise UnmetExpectation("the mail has no link to a web page to try")
    failed = [f"{page}: {reason}" for page in pages if (reason := _failure(client, page))]
    if failed:
        title = f"{len(failed)} of {len(pages)} links lead nowhere:"
        raise UnmetExpectation("\n  ".join([title, *failed]))


def _failure(client: Any, page: str) -> str:  # noqa: ANN401  (as above)
    try:
        response = client.get(page)
    except Exception as error:  # noqa: BLE001  (each client has exceptions of its own)
        return f"{type(error).__name__}: {error}"
    status = getattr(response, "status_code", None) or getattr(response, "status", None)
    if not isinstance(status, int):
        raise BadArgument(f"client.get({page!r}) returned {response!r}: wanted a status_code")
    return str(status) if status >= _FIRST_FAILURE else ""
