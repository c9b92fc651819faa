"""Links with their words, List-Unsubscribe, and whether links lead anywhere."""

import re

import pytest

from pytest_fakemail.errors import BadArgument, UnmetExpectation
from pytest_fakemail.mime.mail import Mail


def html_mail(markup: str, *fields: str) -> Mail:
    header = "".join(f"{field}\r\n" for field in fields)
    return Mail(f"{header}Content-Type: text/html\r\n\r\n{markup}".encode())


PAGE = """<a href="https://x.test/reset?t=1">Reset <b>password</b></a>
<a href="https://x.test/help">Help</a>
<a href="https://x.test/help"><img src=a alt="Question mark"></a>
<a href="https://x.test/icon"><img src=a></a> https://x.test/plain <a href="#top">Top</a>"""


def test_links_have_the_words_to_click_on() -> None:
    links = html_mail(PAGE).links
    assert [(str(link), link.text) for link in links] == [
        ("https://x.test/reset?t=1", "Reset password"),
        ("https://x.test/help", "Help"),
        ("https://x.test/help", "Question mark"),
        ("https://x.test/icon", "https://x.test/icon"),
        ("https://x.test/plain", "https://x.test/plain"),
    ]


@pytest.mark.parametrize(
    "text", ["Reset password", re.compile("^Reset"), lambda text: "word" in text]
)
def test_a_link_is_found_by_its_words(text: str) -> None:
    assert html_mail(PAGE).link(text=text) == "https://x.test/reset?t=1"


def test_words_that_lead_to_one_place_are_one_link() -> None:
    assert html_mail(PAGE).link("/help") == "https://x.test/help"
    assert html_mail(PAGE).link("x.test", text="Question").text == "Question mark"


def test_a_link_that_is_not_there_is_told_with_the_words_that_are() -> None:
    with pytest.raises(UnmetExpectation, match=r"^no link reading 'Log in'; there is:") as failure:
        html_mail(PAGE).link(text="Log in")
    assert "\n  'Reset password' -> https://x.test/reset?t=1\n" in str(failure.value)
    with pytest.raises(UnmetExpectation, match=r"^2 links reading 'e', wanted one:"):
        html_mail("<a href=http://a.test>The</a><a href=http://b.test>Me</a>").link(text="e")


ONE_CLICK = "List-Unsubscribe-Post: List-Unsubscribe=One-Click"
URL = "<https://x.test/u?id=1>"


@pytest.mark.parametrize(
    ("value", "link"),
    [
        (URL, "https://x.test/u?id=1"),
        ("<mailto:u@x.test>, <https://x.test/u?id=1> (a comment)", "https://x.test/u?id=1"),
        ("<mailto:u@x.test>", "mailto:u@x.test"),
        ("<https://x.test/u?\r\n id=1>", "https://x.test/u?id=1"),
    ],
)
def test_the_page_to_unsubscribe_is_found(value: str, link: str) -> None:
    assert html_mail("", f"List-Unsubscribe: {value}").unsubscribe_link() == link


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ([], "no List-Unsubscribe field"),
        ([f"List-Unsubscribe: {URL}"] * 2, "2 List-Unsubscribe fields"),
        (["List-Unsubscribe: https://x.test/u"], "no URL in angle brackets"),
        (["List-Unsubscribe: =?utf-8?q?=3Chttps=3A//x.test/u=3E?="], "it is an encoded word"),
    ],
)
def test_an_unsubscribe_field_that_is_none_is_told(fields: list[str], text: str) -> None:
    with pytest.raises(UnmetExpectation, match=text):
        html_mail("", *fields).unsubscribe_link()


def test_one_click_is_as_rfc_8058_wants_it() -> None:
    mail = html_mail("", f"List-Unsubscribe: <mailto:u@x.test>, {URL}", ONE_CLICK)
    assert mail.unsubscribe_link(one_click=True) == "https://x.test/u?id=1"


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ([f"List-Unsubscribe: {URL}"], "there is 0 of them"),
        ([f"List-Unsubscribe: {URL}", "List-Unsubscribe-Post: One-Click"], "there is 'One-Click'"),
        (["List-Unsubscribe: <http://x.test/u>", ONE_CLICK], "one https URL"),
        (["List-Unsubscribe: <mailto:u@x.test>", ONE_CLICK], "one https URL"),
        ([f"List-Unsubscribe: {URL}, <http://x.test>", ONE_CLICK], "one https URL"),
    ],
)
def test_what_is_no_one_click_is_told(fields: list[str], text: str) -> None:
    with pytest.raises(UnmetExpectation, match=text):
        html_mail("", *fields).unsubscribe_link(one_click=True)


class Response:
    def __init__(self, status_code: int) -> None:
        self.status_code = status_code


class Client:
    def __init__(self, **statuses: int) -> None:
        self.statuses = statuses
        self.asked: list[str] = []

    def get(self, url: str) -> Response:
        self.asked.append(url)
        if url.endswith("lost"):
            raise ConnectionError("refused")
        return Response(self.statuses.get(url.rpartition("/")[2], 200))


def test_each_page_is_fetched_once() -> None:
    client = Client()
    mail = html_mail(
        "<a href=http://x.test/a>1</a><a href=http://x.test/a>2</a><a href=tel:1>3</a>"
    )
    mail.assert_links_work(client=client)
    assert client.asked == ["http://x.test/a"]


def test_links_that_lead_nowhere_are_told() -> None:
    mail = html_mail(
        "<a href=http://x.test/a>1</a><a href=http://x.test/b>2</a> http://x.test/lost"
    )
    with pytest.raises(UnmetExpectation) as failure:
        mail.assert_links_work(client=Client(b=404))
    assert str(failure.value) == (
        "2 of 3 links lead nowhere:\n  http://x.test/b: 404\n"
        "  http://x.test/lost: ConnectionError: refused"
    )
    mail.assert_links_work(client=Client(b=404), skip=re.compile("b$|lost"))


def test_nothing_to_fetch_and_nothing_to_fetch_with_are_told() -> None:
    with pytest.raises(UnmetExpectation, match="no link to a web page"):
        html_mail("<a href=mailto:a@x.test>").assert_links_work(client=Client())
    with pytest.raises(BadArgument, match="wanted an object with get"):
        html_mail(PAGE).assert_links_work(client=7)
    with pytest.raises(BadArgument, match="wanted a status_code"):
        html_mail(PAGE).assert_links_work(client={"https://x.test/help": 1})
