"""What a failed test shows and keeps, alone and under xdist."""

import json

import pytest

TESTS = """
    import smtplib
    import pytest

    def send(server):
        with smtplib.SMTP(server.host, server.port) as client:
            client.login("user@example.test", "password")
            client.sendmail("app@x.test", ["ann@x.test"], b"Subject: Hello\\r\\n\\r\\nHi\\r\\n")

    def test_fails(fakemail):
        send(fakemail.smtp)
        assert False

    def test_passes(fakemail):
        send(fakemail.smtp)

    def test_fails_without_traffic(fakemail):
        assert False
"""


def test_a_failed_test_shows_conversation_and_mail(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(TESTS)
    result = pytester.runpytest("-k", "test_fails")
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(
        [
            "*- fakemail conversation -*",
            "*C: *<ann@x.test>*",
            "*S: 250 *",
            "*- fakemail outbox -*",
            "outbox[[]0]  'Hello' from app@x.test to ann@x.test",
        ]
    )
    result.stdout.no_fnmatch_line("*AHVzZXJAZXhhbXBsZS50ZXN0AHBhc3N3b3Jk*")
    assert result.stdout.str().count("fakemail conversation") == 1


def test_a_passed_test_shows_nothing(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(TESTS)
    result = pytester.runpytest("-k", "test_passes", "-rA")
    result.assert_outcomes(passed=1)
    result.stdout.no_fnmatch_line("*fakemail conversation*")


def test_artifacts_of_a_failed_test_are_kept(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(TESTS)
    pytester.runpytest("--fakemail-artifacts=kept")
    homes = sorted(path.name for path in (pytester.path / "kept").iterdir())
    assert len(homes) == 2
    home = next(path for path in (pytester.path / "kept").iterdir() if "without" not in path.name)
    assert (home / "001.eml").read_bytes() == b"Subject: Hello\r\n\r\nHi\r\n"
    assert "<ann@x.test>" in (home / "transcript.txt").read_text(encoding="utf-8")
    told = (home / "transcript.json").read_text(encoding="utf-8")
    assert json.loads(told)["events"]
    assert "[redacted]" in told


def test_xdist_workers_have_their_own_servers_and_reports(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(TESTS)
    result = pytester.runpytest_subprocess("-n", "2")
    result.assert_outcomes(failed=2, passed=1)
    result.stdout.fnmatch_lines(["*- fakemail conversation -*", "*<ann@x.test>*"])


def test_two_fakemails_of_a_test_are_told_apart(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        TESTS.replace(
            "def test_fails(fakemail):", "def test_fails(fakemail, make_fakemail):"
        ).replace("assert False", "send(make_fakemail().smtp); assert False", 1)
    )
    result = pytester.runpytest("-k", "test_fails and not without")
    result.stdout.fnmatch_lines(["*conversation 1 of 2 -*", "*conversation 2 of 2 -*"])


def test_a_failed_assertion_is_shown_at_the_line_that_made_it(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_it(fakemail): fakemail.outbox.one(to='ann@x.test')")
    result = pytester.runpytest()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            ">   def test_it(fakemail): fakemail.outbox.one(to='ann@x.test')",
            "E   UnmetExpectation: no mail to 'ann@x.test': * its port was never read",
        ],
        consecutive=False,
    )
    result.stdout.no_fnmatch_line("*pytest_fakemail/asserts*")


def test_djangos_test_case_is_told_too_and_without_a_terminal(pytester: pytest.Pytester) -> None:
    pytest.importorskip("django", reason="needs Django, of the extra 'test'")
    pytester.makepyfile(
        """
        import pytest
        from django.conf import settings

        settings.configure()
        from django.core.mail import send_mail
        from django.test import SimpleTestCase

        class TestMail(SimpleTestCase):
            @pytest.fixture(autouse=True)
            def _mail(self, fakemail_django):
                self.fakemail = fakemail_django

            def test_it(self):
                send_mail("Hello", "x", "app@x.test", ["ann@x.test"])
                self.fakemail.outbox.one(subject="other")
        """
    )
    pytester.runpytest_subprocess("-p", "no:terminal", "--junitxml=x.xml", "-n", "1")
    text = (pytester.path / "x.xml").read_text(encoding="utf-8")
    assert "UnmetExpectation: no mail with subject 'other'" in text
    assert "fakemail conversation\nconnection 1: smtp" in text
    assert "outbox[0]  'Hello' from app@x.test to ann@x.test" in text
