"""A whole test as the action of a sweep."""

import pytest

APP = """
import smtplib
import pytest


def tell(address):
    try:
        with smtplib.SMTP(*address, timeout=9) as client:
            client.sendmail("a@x.test", "b@x.test", "Subject: x\\n\\n")
    except (OSError, smtplib.SMTPException):
        return False
    return True

"""
FAILING = """
@pytest.mark.fakemail_sweep(only=["close", "lose_reply"])
def test_it(fakemail):
    return tell(fakemail.smtp.address)
"""


@pytest.mark.skipif(pytest.version_tuple < (9,), reason="pytest has subtests since 9.0")
def test_rows_are_subtests(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(APP + FAILING)
    result = pytester.runpytest("-v")
    result.stdout.fnmatch_lines(
        [
            "*SUBFAILED*lose_reply at end-of-data*",
            "*said failed but was sent: lose_reply at end-of-data*",
            '*fakemail.smtp.when("end-of-data", nth=1).lose_reply()*',
            "*the action said: *",
        ]
    )
    result.stdout.re_match_lines([".* failed, 1[0-9] subtests passed in .*"])
    result.stdout.no_fnmatch_line("*swept.py*")  # none of our frames


def test_without_subtests_one_text_has_the_rows(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(APP + FAILING)
    result = pytester.runpytest("-p", "no:subtests")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        ["*wrong in 1 of * rows*", '*fakemail.smtp.when("end-of-data", nth=1).lose_reply()*']
    )
    result.stdout.no_fnmatch_line("*During handling of the above*")
    result.stdout.no_fnmatch_line("*swept.py*")


def test_a_test_that_is_right_passes_with_its_assertions(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        APP
        + """
@pytest.mark.fakemail_sweep(only="refuse", skip="cut")
class TestIt:
    def test_it(self, smtp_server, outbox):
        assert tell(smtp_server.address)
        outbox.one(to="b@x.test")

def test_other(fakemail):
    assert tell(fakemail.smtp.address)
"""
    )
    pytester.runpytest("-p", "no:subtests").assert_outcomes(passed=1, failed=1)
    result = pytester.runpytest("-p", "no:subtests", "-k", "test_it")
    result.stdout.fnmatch_lines(["*refuse 500 at QUIT: said failed but was sent*"])


MISTAKES = [
    ('@pytest.mark.fakemail_sweep("close")\ndef test_it(fakemail): pass', "options by name only"),
    ("@pytest.mark.fakemail_sweep\ndef test_it(): pass", "this test uses no fakemail"),
    ("@pytest.mark.fakemail_sweep\nasync def test_it(fakemail): pass", "asyncio.run"),
    (
        """import unittest
@pytest.mark.fakemail_sweep
class TestIt(unittest.TestCase):
    def test_it(self): pass
""",
        "not for unittest.TestCase",
    ),
    ("@pytest.mark.fakemail_sweep(onyl='close')\ndef test_it(fakemail): pass", "mean 'only'"),
    ("@pytest.mark.fakemail_sweep(only='clos')\ndef test_it(fakemail): pass", "mean 'close'"),
    ("@pytest.mark.fakemail_sweep\ndef test_it(fakemail): pass", "no conversation with these"),
]


@pytest.mark.parametrize(("source", "text"), MISTAKES)
def test_a_marker_without_effect_is_refused(
    pytester: pytest.Pytester, source: str, text: str
) -> None:
    pytester.makepyfile(APP + source)
    result = pytester.runpytest()
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines([f"*UsageError: @pytest.mark.fakemail_sweep*{text}*"])
    assert len(result.outlines) < 30  # and no frame of ours, nor of pytest's


def test_a_mistake_within_the_test_is_shown_where_it_is(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        APP
        + """
@pytest.mark.fakemail_sweep
def test_it(fakemail):
    fakemail.smtp.when("DTAA")
"""
    )
    result = pytester.runpytest()
    result.stdout.fnmatch_lines(['>*fakemail.smtp.when("DTAA")', "E *did you mean 'DATA'*"])


def test_a_long_sweep_says_so(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(
        "from pytest_fakemail.sweep import progress\nprogress._LONG = 0.0"  # all are long
    )
    pytester.makepyfile(
        APP
        + """
def test_it(fakemail):
    print("captured")
    fakemail.sweep(lambda: tell(fakemail.smtp.address), only="close")
"""
    )
    result = pytester.runpytest()
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["sweep: 7 rows, some * s, *", "sweep: row 7 of 7*"])
    result.stdout.no_fnmatch_line("captured")


def test_who_does_not_sweep_loads_nothing_of_it(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        APP
        + """
import sys

def test_it(fakemail):
    assert tell(fakemail.smtp.address)
    assert not [name for name in sys.modules if name.startswith("pytest_fakemail.sweep.")]
    assert "pytest_fakemail.swept" not in sys.modules
    assert "pytest_fakemail.snapshot" not in sys.modules
"""
    )
    pytester.runpytest_subprocess().assert_outcomes(passed=1)
