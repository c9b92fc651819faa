"""A mail in a browser that a test drives: Playwright's page, Selenium's driver, or their like.

The page is the HTML as a mail reader shows it: inline images in their places, no script, and
nothing is fetched from the network.
"""

import re
from base64 import b64encode
from html import escape
from inspect import isawaitable
from os import PathLike, fspath
from typing import Any, Protocol
from urllib.parse import unquote

from pytest_fakemail.errors import BadArgument
from pytest_fakemail.mime.attachments import Attachment

_POLICY = "default-src 'none'; img-src data:; font-src data:; style-src 'unsafe-inline'"
_DOCTYPE = re.compile(r"\s*<!doctype[^>]*>", re.IGNORECASE)
_CONTENT_ID = re.compile(r"""(?<![\w-])cid:([^\s"'<>),]+)""", re.IGNORECASE)


class Readable(Protocol):
    """What is shown of a mail."""

    @property
    def html(self) -> str:
        """The HTML, empty without one."""

    @property
    def text(self) -> str:
        """The plain text."""

    @property
    def inline_images(self) -> dict[str, Attachment]:
        """The images by Content-ID."""


def page_of(mail: Readable) -> str:
    """Return the mail as one page of HTML that needs nothing else."""
    images = mail.inline_images

    def embedded(found: re.Match[str]) -> str:
        image = images.get(unquote(found[1]))
        if image is None:
            return found[0]
        return f"data:{image.content_type};base64,{b64encode(image.content).decode()}"

    markup = _CONTENT_ID.sub(embedded, mail.html) or f"<pre>{escape(mail.text)}</pre>"
    doctype = _DOCTYPE.match(markup)
    start = doctype.end() if doctype else 0
    head = f'<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
    return markup[:start] + head + markup[start:]


def opened(mail: Readable, page: Any) -> Any:  # noqa: ANN401  (any browser's)
    """Show the mail; return what `goto` returns, to be awaited if that is asynchronous.

    Raises:
        BadArgument: the page can go nowhere.
    """
    go = getattr(page, "goto", None) or getattr(page, "get", None)
    if not callable(go):
        raise BadArgument(f"page={page!r}: wanted an object with goto(url), or with get(url)")
    return go(f"data:text/html;charset=utf-8;base64,{b64encode(page_of(mail).encode()).decode()}")


def screenshot(mail: Readable, page: Any, path: str | PathLike[str]) -> Any:  # noqa: ANN401  (any browser's)
    """Show the mail and have a picture written; to be awaited if the page is asynchronous.

    Raises:
        BadArgument: the page can go nowhere, or makes no pictures.
    """
    take = _camera(page)
    shown = opened(mail, page)
    if not isawaitable(shown):
        return take(fspath(path))

    async def take_it() -> Any:  # noqa: ANN401  (what the page returns)
        await shown
        return await take(fspath(path))

    return take_it()


def _camera(page: Any) -> Any:  # noqa: ANN401  (any browser's)
    if callable(save := getattr(page, "save_screenshot", None)):
        return save
    if callable(take := getattr(page, "screenshot", None)):
        return lambda path: take(path=path, full_page=True)
    raise BadArgument(f"page={page!r}: wanted an object with screenshot(path=…)")
