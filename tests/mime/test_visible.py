"""What a reader sees of HTML, and a browser that shows it."""

import asyncio
from base64 import b64decode
from pathlib import Path

import pytest

from pytest_fakemail.errors import BadArgument
from pytest_fakemail.mime.mail import Mail
from pytest_fakemail.mime.visible import visible_text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>Hello <b>Ann</b></p>", "Hello Ann"),
        ('<div style="display:none">Preview</div>Hello', "Hello"),
        ('<DIV STYLE="DISPLAY : NONE !important"><p>a</p>b</DIV>Hello', "Hello"),
        ("<span hidden>no</span>yes", "yes"),
        ('<div style="max-height:0px;overflow:hidden">no</div>yes', "yes"),
        ('<div style="font-size: 0.0px">no</div>yes', "yes"),
        ('<div style="font-size: 0.8em">yes</div>', "yes"),
        ('<div style="opacity:0.5">yes</div>', "yes"),
        ('<div style="visibility:hidden">no</div>yes', "yes"),
        ('<p style="display:none">no<p>yes', "yes"),
        ('<div style="display:none"><br><img src=a>no</div>yes', "yes"),
        ('<div style="display:none">no</span></div>yes', "yes"),
        ('<div style="display:none">never closed', ""),
        ("<style>.pre, #x{display:none}</style><i class='a pre'>no</i><b id=x>no</b>yes", "yes"),
        ("<style>/* .a{display:none} */.b{color:red}</style><i class=a>yes</i>", "yes"),
        ("<style>@media print{.a{display:none}}</style><i class=a>yes</i>", "yes"),
        ("<style>.a .b{display:none}</style><i class=b>yes</i>", "yes"),
        ("<title>T</title><template>no</template>yes", "yes"),
        ("<head><title>T</title><body>yes", "yes"),
        ("a\u200b\u034fb &zwnj;&nbsp;", "ab"),
        ("e\u200cv \N{MAN}\u200d\N{WOMAN}", "e\u200cv \N{MAN}\u200d\N{WOMAN}"),
    ],
)
def test_hidden_words_are_left_out(markup: str, text: str) -> None:
    assert visible_text(markup) == text


@pytest.mark.parametrize(
    "piece",
    ["<style>/*", "<style>@media", "<style>@a{b{}", "<p style=display:none>", "<b hidden></i>"],
)
def test_hostile_markup_takes_linear_work(piece: str) -> None:
    assert visible_text(piece * 20_000) == ""


def test_without_html_the_text_is_visible() -> None:
    assert Mail(b"Subject: x\r\n\r\nHello\r\n").visible_text == "Hello\n"


RELATED = (
    b"Content-Type: multipart/related; boundary=r\r\n\r\n"
    b"--r\r\nContent-Type: text/html\r\n\r\n<!DOCTYPE html><p>Hi<img src=cid:a><img src=cid:b>\r\n"
    b"--r\r\nContent-Type: image/png\r\nContent-ID: <a>\r\n\r\nPNG\r\n--r--\r\n"
)


class Page:
    """As Playwright's."""

    def __init__(self) -> None:
        self.shown = ""
        self.pictures: list[tuple[str, bool]] = []

    def goto(self, url: str) -> str:
        self.shown = b64decode(url.partition("base64,")[2]).decode()
        return "response"

    def screenshot(self, *, path: str, full_page: bool) -> None:
        self.pictures.append((path, full_page))


class AsyncPage(Page):
    """As Playwright's asynchronous one."""

    async def goto(self, url: str) -> str:  # type: ignore[override]  # it is asynchronous
        return super().goto(url)

    async def screenshot(self, *, path: str, full_page: bool) -> None:  # type: ignore[override]  # it is asynchronous
        super().screenshot(path=path, full_page=full_page)


class Driver:
    """As Selenium's."""

    def __init__(self) -> None:
        self.done: list[str] = []

    def get(self, url: str) -> None:
        self.done.append(url[:14])

    def save_screenshot(self, path: str) -> None:
        self.done.append(path)


def test_a_mail_is_shown_as_one_page_without_network_and_scripts() -> None:
    page = Page()
    assert Mail(RELATED).open(page) == "response"
    assert page.shown.startswith(
        '<!DOCTYPE html><meta charset="utf-8"><meta http-equiv="Content-Sec'
    )
    assert "default-src 'none'" in page.shown
    assert "<img src=data:image/png;base64,UE5H><img src=cid:b>" in page.shown


def test_a_text_is_shown_as_it_is() -> None:
    page = Page()
    Mail("\r\n<b> & ä".encode()).open(page)
    assert page.shown.endswith("<pre>&lt;b&gt; &amp; ä</pre>")


def test_pictures_are_taken_by_any_browser(tmp_path: Path) -> None:
    page, slow, driver = Page(), AsyncPage(), Driver()
    path = tmp_path / "a.png"
    Mail(RELATED).screenshot(page, path)
    asyncio.run(Mail(RELATED).screenshot(slow, path))
    Mail(RELATED).screenshot(driver, str(path))
    assert page.pictures == slow.pictures == [(str(path), True)]
    assert slow.shown == page.shown
    assert driver.done == ["data:text/html", str(path)]


def test_what_is_no_browser_is_told() -> None:
    with pytest.raises(BadArgument, match=r"^page=7: wanted an object with goto"):
        Mail(RELATED).open(7)
    with pytest.raises(BadArgument, match="wanted an object with screenshot"):
        Mail(RELATED).screenshot(7, "a.png")
