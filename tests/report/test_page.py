"""The page as a file: whole in itself, in order, and honest about what is not in it."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from report_pages import page_of

from pytest_fakemail import FakeMail
from pytest_fakemail.report import page as pages
from pytest_fakemail.report.capture import Budget, captured
from pytest_fakemail.zoo import zoo

SCRIPT = re.compile(r'<script type="application/json" id="d(\d+)"[^>]*>([^<]*)</script>')


def bodies(page: Path) -> list[dict[str, Any]]:
    found = SCRIPT.findall(page.read_text(encoding="utf-8"))
    return [json.loads(text) for _, text in found if text]


class Page(HTMLParser):
    """What a reader without scripts has."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.outside: list[str] = []
        self.tests: list[str | None] = []
        self.handlers: list[str] = []
        self.scripts = 0
        self.feed(page.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.scripts += tag == "script" and values.get("type") is None
        self.handlers += [name for name in values if name.startswith("on")]
        self.outside += [
            value or ""
            for name, value in attrs
            if name in ("href", "src", "action") and not (value or "").startswith("#")
        ]
        if values.get("class") == "test":
            self.tests.append(values.get("data-outcome"))


def test_it_fetches_nothing_and_has_one_script(tmp_path: Path) -> None:
    mails = {f"test[{name}]</script><img src=x onerror=y>": zoo[name].raw for name in zoo}
    page = page_of(tmp_path, mails)
    read = Page(page)
    assert (read.outside, read.handlers, read.scripts) == ([], [], 1)
    assert len(read.tests) == len(bodies(page)) == len(mails)


def test_text_that_is_no_text_is_kept_as_it_was(tmp_path: Path) -> None:
    raw = b"Subject: </script><!--\xe2\x80\xa8 \xed\xa0\x80\r\n\r\n</script>\0\xff\xe2\x80\xa9\r\n"
    page = page_of(tmp_path, {"test_it": raw})
    ((fakemail,),) = [body["fakemails"] for body in bodies(page)]
    ((message,),) = [mailbox["messages"] for mailbox in fakemail["mailboxes"]]
    assert message["mail"]["header"].encode("latin-1") == raw.partition(b"</script>\0")[0]
    assert "<" not in "".join(text for _, text in SCRIPT.findall(page.read_text(encoding="utf-8")))
    assert page.read_bytes().count(b"\0") == 0


def test_failed_tests_come_first(tmp_path: Path) -> None:
    spool = tmp_path / "spool"
    spool.mkdir()
    for number, outcome in enumerate(["passed", "error", "skipped", "failed", "passed"]):
        head = {
            "test": f"test_{number}",
            "worker": "",
            "began": number,
            "seconds": 1.0,
            "outcome": outcome,
            "mails": 1,
            "connections": 1,
            "subjects": [],
            "recipients": [],
        }
        text = f"{json.dumps(head)}\n{json.dumps({'number': number})}\n"
        (spool / f"{number}.json").write_text(text, encoding="ascii")
    pages.write(tmp_path / "new" / "page.html", spool, began=0.0)
    page = tmp_path / "new" / "page.html"
    assert Page(page).tests == ["failed", "error", "passed", "passed", "skipped"]
    assert [body["number"] for body in bodies(page)] == [3, 1, 0, 4, 2]
    size = (spool / "0.json").stat().st_size
    pages.write(page, spool, began=0.0, most=2 * size + 1)
    assert [body["number"] for body in bodies(page)] == [3, 1]
    assert Page(page).tests == ["failed", "error", "passed", "passed", "skipped"]
    text = " ".join(page.read_text(encoding="utf-8").split())
    assert "3 attempts below are told of without their mail" in text


def test_what_exceeds_a_tests_limit_is_counted() -> None:
    raw = b"Subject: Big\r\n\r\n" + b"x" * 100_000 + b"\r\n"
    with FakeMail() as one:
        one.account().inbox.deliver(raw)
        budget = Budget(50_000)
        kept = captured(one, budget)
    mail = kept["mailboxes"][0]["messages"][0]["mail"]
    assert mail["source"] is None
    assert mail["subject"] == "Big"
    assert 0 < len(mail["text"]) < 50_000
    assert budget.cut >= 100_000
    assert len(json.dumps(kept)) < 60_000


def test_what_clients_did_badly_is_told() -> None:
    with FakeMail() as one:
        client = one.smtp.client()
        client.sendmail("app@example.test", ["ann@example.test"], "Subject: Hi\n\nHi\n")
        client.close()
        kept = captured(one, Budget())
        others = captured(one, Budget(), connections=frozenset())
    (finding,) = kept["conduct"]
    assert finding["text"].startswith("no-quit: ")
    assert "[1] C: ." in finding["lines"]
    assert others["conduct"] == []


def test_without_a_test_it_says_so(tmp_path: Path) -> None:
    page = page_of(tmp_path, {})
    assert "No test used a mail server." in page.read_text(encoding="utf-8")


@pytest.mark.parametrize("text", ["</script>", "<!--", "&lt;", "]]>"])
def test_no_markup_begins_in_the_data(text: str) -> None:
    shown = pages.embedded(json.dumps([text]))
    assert not set(shown) & set("<>&")
    assert json.loads(shown) == [text]
