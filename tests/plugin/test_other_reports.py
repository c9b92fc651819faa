"""What other plugins' reports have of a failed test, and of each attempt if it is run again."""

import json
import re
from base64 import b64decode
from html import unescape
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

needs = {
    name: pytest.mark.skipif(find_spec(module) is None, reason=f"needs {name}, of the extra 'test'")
    for name, module in {
        "pytest-html": "pytest_html",
        "allure-pytest": "allure_pytest",
        "pytest-rerunfailures": "pytest_rerunfailures",
        "pytest-github-actions-annotate-failures": "pytest_github_actions_annotate_failures",
    }.items()
}

RAW = (
    b"Subject: <script>alert(1)</script>\r\nFrom: a@x.test\r\nTo: ann@x.test\r\n"
    b"Content-Type: text/html; charset=iso-8859-1\r\n\r\n"
    b"<b onclick='x()'>Gr\xfc\xdfe</b><script>alert(2)</script><img src=http://evil.test/1.png>\r\n"
)
TESTS = f"""
    import smtplib
    import pytest

    RAW = {RAW!r}
    attempts = []

    def send(fakemail):
        with smtplib.SMTP(*fakemail.smtp.address) as client:
            client.sendmail("a@x.test", ["ann@x.test"], RAW)

    def test_fails(fakemail):
        send(fakemail)
        fakemail.outbox.one(subject="other")

    def test_passes_at_last(fakemail):
        attempts.append(1)
        fakemail.account().inbox.deliver(subject=f"Attempt {{len(attempts)}}", text="Hi <you>")
        assert len(attempts) == 3
"""
REPORTS = [
    *("-p", "rerunfailures", "--reruns=2"),
    *("-p", "html", "-p", "metadata", "--html=r.html", "--self-contained-html"),
    *("-p", "allure_pytest", "--alluredir=allure"),
    *("--junitxml=x.xml", "--fakemail-artifacts=kept"),
]


def blocks_of_html(page: Path) -> dict[str, list[str]]:
    """Return, by test, what pytest-html puts into its page as it is."""
    blob = re.search(r'data-jsonblob="([^"]*)"', page.read_text(encoding="utf-8"))
    assert blob is not None
    tests = json.loads(unescape(blob[1]))["tests"]
    return {
        name.partition("::")[2]: [extra["content"] for extra in rows[-1]["extras"]]
        for name, rows in tests.items()
    }


def results_of_allure(directory: Path) -> list[dict[str, Any]]:
    """Return the attempts, each with its attachments by type."""
    found = []
    for file in directory.glob("*-result.json"):
        result = json.loads(file.read_text(encoding="utf-8"))
        attachments: dict[str, list[bytes]] = {}
        for one in result.get("attachments", []):
            attachments.setdefault(one["type"], []).append((directory / one["source"]).read_bytes())
        found.append({**result, "attachments": attachments})
    return sorted(found, key=lambda one: float(one["start"]))


@needs["pytest-html"]
@needs["allure-pytest"]
@needs["pytest-rerunfailures"]
@pytest.mark.parametrize("workers", [(), ("-p", "xdist", "-n", "2")], ids=["alone", "workers"])
def test_each_report_has_each_attempt(pytester: pytest.Pytester, workers: tuple[str, ...]) -> None:
    pytester.makepyfile(TESTS)
    result = pytester.runpytest_subprocess(*REPORTS, *workers)
    assert result.parseoutcomes().items() >= {"passed": 1, "failed": 1, "rerun": 4}.items()

    blocks = blocks_of_html(pytester.path / "r.html")
    assert len(blocks["test_fails"]) == 3
    for number, block in enumerate(blocks["test_fails"], 1):
        assert f"<b>fakemail, attempt {number}</b>" in block
        assert ":&lt;ann@x.test&gt;" in block
        octets = re.search(r'href="data:message/rfc822;base64,([^"]+)"', block)
        assert octets is not None
        assert b64decode(octets[1]) == RAW
        frame = re.search(r'<iframe sandbox [^>]*srcdoc="([^"]*)"', block)
        assert frame is not None
        assert "<b>Grüße</b>" in unescape(frame[1])
        assert "script>" not in unescape(frame[1])
        assert "<script" not in block
    assert len(blocks["test_passes_at_last"]) == 2
    assert (
        "user@example.test INBOX uid 1  &#x27;Attempt 2&#x27;" in blocks["test_passes_at_last"][1]
    )
    assert "Hi &lt;you&gt;" in blocks["test_passes_at_last"][1]

    results = results_of_allure(pytester.path / "allure")
    failed = [one["attachments"] for one in results if one["name"] == "test_fails"]
    assert len(failed) == 3
    for attachments in failed:
        assert attachments["message/rfc822"] == [RAW]
        assert b":<ann@x.test>" in attachments["text/plain"][0]
        (page,) = attachments["text/html"]
        assert "<b>Grüße</b>".encode() in page
        assert b"script>" not in page
    other = [one for one in results if one["name"] == "test_passes_at_last"]
    assert [(one["status"], bool(one["attachments"])) for one in other] == [
        *[("failed", True)] * 2,
        ("passed", False),
    ]
    assert b"Subject: Attempt 1" in other[0]["attachments"]["message/rfc822"][0]


@needs["pytest-rerunfailures"]
@pytest.mark.parametrize("workers", [(), ("-p", "xdist", "-n", "2")], ids=["alone", "workers"])
def test_files_and_xml_have_each_attempt(
    pytester: pytest.Pytester, workers: tuple[str, ...]
) -> None:
    pytester.makepyfile(test_it=TESTS)
    pytester.runpytest_subprocess(
        *("-p", "rerunfailures", "--reruns=2", *workers),
        *("--junitxml=x.xml", "--fakemail-artifacts=kept", "--fakemail-report=page.html"),
    )
    names = sorted(home.name.rpartition("-")[0] for home in (pytester.path / "kept").iterdir())
    assert [name.partition("py_test_")[2] for name in names] == [
        "fails",
        "fails_attempt_2",
        "fails_attempt_3",
        "passes_at_last",
        "passes_at_last_attempt_2",
    ]
    cases = ET.parse(pytester.path / "x.xml").iter("testcase")  # noqa: S314 (our own)
    failed = [case for case in cases if case.get("name") == "test_fails"]
    # pytest-rerunfailures before 16.7 reports all attempts as one case.
    said = [out.text or "" for case in failed for out in case.iter("system-out")]
    assert [":<ann@x.test>" in one for one in said] == [True] * 3
    page = (pytester.path / "page.html").read_text(encoding="utf-8")
    assert page.count(":\\u003cann@x.test\\u003e") >= 3


def test_where_neither_is_at_work_nothing_is_made(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(
        """
        import sys

        def pytest_unconfigure():
            assert "pytest_html" not in sys.modules
            assert "pytest_fakemail.report.failure" in sys.modules
        """
    )
    pytester.makepyfile(TESTS)
    pytester.runpytest_subprocess("-k", "test_fails").assert_outcomes(failed=1)


@needs["pytest-github-actions-annotate-failures"]
def test_an_annotation_is_the_authors_line_and_what_it_says(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    pytester.makepyfile(test_it=TESTS)
    plugin = "pytest_github_actions_annotate_failures.plugin"
    result = pytester.runpytest_subprocess("-p", plugin, "-k", "test_fails")
    line = next(line for line in result.errlines if line.startswith("::error "))
    head, _, text = line.removeprefix("::error ").partition("::")
    at = TESTS.partition("def test_fails")[0].count("\n") + 2
    assert head == f"file=test_it.py,line={at}"
    assert text.startswith(
        "test_fails%0A%0AUnmetExpectation: no mail with subject 'other'%0Anearest of 1:"
    )
    assert "pytest_fakemail" not in text
    assert len(text) < 300
