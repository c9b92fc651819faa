"""``--fakemail-report``: one page for the run, whatever ran it and however often."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

SENDS = """
    import smtplib
    import pytest

    def send(fakemail, subject, to="ann@x.test"):
        with smtplib.SMTP(*fakemail.smtp.address) as client:
            client.sendmail("app@x.test", [to], f"Subject: {subject}\\n\\nHello\\n")
"""
HEAD = re.compile(
    r'<details class="test" id="t\d+" data-outcome="(\w+)" data-attempts="([\d ]+)">.*?'
    r'<span class="name">(.*?)</span>',
    re.DOTALL,
)
DATA = re.compile(
    r'<script type="application/json" id="d(\d+)" data-outcome="(\w+)"[^>]*>([^<]*)</script>'
)


def read(pytester: pytest.Pytester) -> dict[str, tuple[str, list[tuple[str, dict[str, Any]]]]]:
    """Return, by the test's name, its outcome and its attempts: an outcome, and all of it."""
    text = (pytester.path / "page.html").read_text(encoding="utf-8")
    data = {number: (outcome, json.loads(body)) for number, outcome, body in DATA.findall(text)}
    return {
        name.rpartition("::")[2]: (outcome, [data[number] for number in numbers.split()])
        for outcome, numbers, name in HEAD.findall(text)
    }


def subjects(attempt: tuple[str, dict[str, Any]]) -> list[str]:
    return [mail["subject"] for one in attempt[1]["fakemails"] for mail in one["mails"]]


@pytest.mark.parametrize("workers", [(), ("-n", "2")])
def test_all_tests_that_used_mail_are_in_it(
    pytester: pytest.Pytester, workers: tuple[str, ...]
) -> None:
    pytester.makepyfile(
        SENDS
        + """
    def test_without(): pass

    @pytest.mark.parametrize("number", range(6))
    def test_sends(fakemail, number):
        send(fakemail, f"Mail {number}")
        assert number != 3, "it is three"

    @pytest.fixture
    def broken(fakemail):
        send(fakemail, "Before")
        raise RuntimeError("broken fixture")

    def test_error(broken): pass

    @pytest.mark.xfail
    def test_expected(fakemail): assert False

    def test_unfired(fakemail):
        fakemail.smtp.when("RCPT").reply(450)
    """
    )
    result = pytester.runpytest_subprocess("--fakemail-report=page.html", *workers)
    result.stdout.fnmatch_lines(["*fakemail report: *page.html*"])
    found = read(pytester)
    assert {name: outcome for name, (outcome, _) in found.items()} == {
        **{f"test_sends[{number}]": "passed" for number in (0, 1, 2, 4, 5)},
        "test_sends[3]": "failed",
        "test_error": "error",
        "test_expected": "xfailed",
        "test_unfired": "error",
    }
    assert next(iter(found)) == "test_sends[3]"
    (attempt,) = found["test_sends[3]"][1]
    assert subjects(attempt) == ["Mail 3"]
    assert "it is three" in attempt[1]["said"]
    assert "broken fixture" in found["test_error"][1][0][1]["said"]
    assert "a fault never fired" in found["test_unfired"][1][0][1]["said"]


@pytest.mark.parametrize("workers", [(), ("-n", "2")])
def test_each_attempt_is_kept(pytester: pytest.Pytester, workers: tuple[str, ...]) -> None:
    """As pytest-rerunfailures runs them: of an attempt that failed no report is made but one."""
    pytester.makeconftest(
        """
        import pytest
        from _pytest.runner import runtestprotocol

        def pytest_runtest_protocol(item, nextitem):
            item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
            for item.execution_count in (1, 2, 3):
                item._initrequest()
                reports = runtestprotocol(item, nextitem=nextitem, log=False)
                if not any(one.failed for one in reports):
                    break
            for one in reports:
                item.ihook.pytest_runtest_logreport(report=one)
            item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
            return True
        """
    )
    pytester.makepyfile(
        SENDS
        + """
    def test_flaky(fakemail, request):
        send(fakemail, f"Attempt {request.node.execution_count}")
        assert request.node.execution_count == 2
    """
    )
    result = pytester.runpytest_subprocess("--fakemail-report=page.html", *workers)
    result.assert_outcomes(passed=1)
    outcome, attempts = read(pytester)["test_flaky"]
    assert outcome == "passed"
    assert [(one[0], subjects(one)) for one in attempts] == [
        ("failed", ["Attempt 1"]),
        ("passed", ["Attempt 2"]),
    ]


def test_a_fakemail_of_many_tests_is_told_of_test_by_test(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        SENDS
        + """
    from pytest_fakemail import FakeMail

    @pytest.fixture(scope="module")
    def theirs():
        with FakeMail() as one:
            yield one

    def test_one(fakemail_session): send(fakemail_session, "One")
    def test_two(fakemail_session): send(fakemail_session, "Two")
    def test_three(theirs): send(theirs, "Three")
    def test_four(theirs): send(theirs, "Four")
    """
    )
    pytester.runpytest_subprocess("--fakemail-report=page.html").assert_outcomes(passed=4)
    found = read(pytester)
    assert {name: subjects(attempts[0]) for name, (_, attempts) in found.items()} == {
        "test_one": ["One"],
        "test_two": ["Two"],
        "test_three": ["Three"],
        "test_four": ["Four"],
    }
    assert all(
        len(one["connections"]) == 1
        for _, ((_, body),) in found.values()
        for one in body["fakemails"]
    )


def test_credentials_are_left_out(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import imaplib

        def test_login(fakemail):
            fakemail.account("ann@x.test", password="hunter22")
            client = imaplib.IMAP4(*fakemail.imap.address)
            client.login("ann@x.test", "hunter22")
            client.logout()
            assert "hunter22" == "", "hunter22 is no text"
        """
    )
    pytester.runpytest_subprocess("--fakemail-report=page.html").assert_outcomes(failed=1)
    text = (pytester.path / "page.html").read_text(encoding="utf-8")
    assert "hunter22" not in text
    assert "LOGIN" in text
    assert "[redacted] is no text" in text


def test_sweeps_and_faults_are_in_it(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        SENDS
        + """
    def test_sweep(fakemail):
        def app():
            try:
                send(fakemail, "Swept")
            except (smtplib.SMTPException, OSError):
                return False
            return True

        fakemail.sweep(app, only=["refuse"])

    def test_queue(fakemail):
        fakemail.route("x.test", "unreachable")
        send(fakemail, "Waits", to="b@x.test")
        fakemail.clock.advance("1s")

    def test_fault(fakemail):
        fakemail.smtp.when("RCPT").reply(450, "4.2.1 Busy")
        with pytest.raises(smtplib.SMTPException):
            send(fakemail, "Busy")
    """
    )
    pytester.runpytest_subprocess("--fakemail-report=page.html").assert_outcomes(passed=3)
    found = read(pytester)
    ((_, queued),) = found["test_queue"][1]
    assert "'Waits' to b@x.test, tried 1 time" in queued["fakemails"][0]["queue"]
    ((_, swept),) = found["test_sweep"][1]
    (sweep,) = swept["fakemails"][0]["sweeps"]
    assert any("RCPT" in row["step"] and "when(" in row["line"] for row in sweep["rows"])
    ((_, body),) = found["test_fault"][1]
    notes = [event.get("note", "") for event in body["fakemails"][0]["events"]]
    assert "fault: smtp.when('RCPT').reply(450, '4.2.1 Busy')" in notes


def test_without_jinja2_the_extra_is_named(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    (pytester.path / "sitecustomize.py").write_text(
        "import importlib.util as u\n"
        "found = u.find_spec\n"
        "u.find_spec = lambda name, *more: None if name == 'jinja2' else found(name, *more)\n",
        encoding="utf-8",
    )
    monkeypatch.setenv("PYTHONPATH", str(pytester.path))
    result = pytester.runpytest_subprocess("--fakemail-report=page.html")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*--fakemail-report needs jinja2*'pytest-fakemail[[]report]'"])


def test_a_directory_is_no_page(pytester: pytest.Pytester) -> None:
    result = pytester.runpytest_subprocess("--fakemail-report=.")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*is a directory; wanted a file"])


def test_nothing_is_written_where_nothing_runs(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_it(fakemail): pass")
    pytester.runpytest_subprocess("--fakemail-report=page.html", "--collect-only")
    assert not (pytester.path / "page.html").exists()


def test_without_the_option_nothing_is_loaded(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import sys

        def test_first(fakemail): fakemail.smtp.port
        def test_then(fakemail):
            loaded = {"jinja2", "pytest_fakemail.report.run", "pytest_fakemail.report.page"}
            assert not loaded & set(sys.modules)
        """
    )
    pytester.runpytest_subprocess().assert_outcomes(passed=2)


def test_what_was_put_aside_is_taken_away(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch = pytester.mkdir("scratch")
    monkeypatch.setenv("TMPDIR", str(scratch))
    pytester.makepyfile("def test_it(fakemail): pass")
    pytester.runpytest_subprocess("--fakemail-report=page.html").assert_outcomes(passed=1)
    assert list(Path(scratch).glob("fakemail-*")) == []


def test_mail_that_only_the_page_has_looked_at_was_not_looked_at(
    pytester: pytest.Pytester,
) -> None:
    pytester.makepyfile(
        SENDS
        + """
    from pytest_fakemail import FakeMail

    @pytest.fixture
    def theirs():
        with FakeMail() as one:
            yield one
            assert not one.store.looked_at

    def test_it(theirs): send(theirs, "Unread")
    """
    )
    pytester.runpytest_subprocess("--fakemail-report=page.html").assert_outcomes(passed=1)
    assert subjects(read(pytester)["test_it"][1][0]) == ["Unread"]
