"""A marker that reaches no test is refused by name, never ignored."""

import pytest


def run(pytester: pytest.Pytester, tests: str, *arguments: str) -> pytest.RunResult:
    pytester.makepyfile("import pytest\n" + "\n".join(line[8:] for line in tests.split("\n")))
    return pytester.runpytest(*arguments)


@pytest.mark.parametrize("fixtures", ["", "fakemail_session", "fakemail_trust", "tmp_path"])
def test_on_a_function_without_a_fixture_that_it_is_for(
    pytester: pytest.Pytester, fixtures: str
) -> None:
    result = run(
        pytester,
        f"""
        @pytest.mark.fakemail(require_auth=True)
        def test_it({fixtures}):
            pass
        """,
    )
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(
        ["UsageError: @pytest.mark.fakemail(require_auth=True) has no effect: it is for fakemail*"]
    )


def test_with_the_session_fixture_says_where_its_settings_come_from(
    pytester: pytest.Pytester,
) -> None:
    result = run(
        pytester,
        """
        @pytest.mark.fakemail(require_auth=True)
        def test_it(fakemail_session):
            pass
        """,
    )
    result.stdout.fnmatch_lines(["*fakemail_session has the settings of the whole run*"])


@pytest.mark.parametrize(
    "fixture", ["fakemail", "make_fakemail", "outbox", "smtp_server", "mine", "later"]
)
def test_it_reaches_each_fixture_that_stands_on_ours(
    pytester: pytest.Pytester, fixture: str
) -> None:
    result = run(
        pytester,
        f"""
        @pytest.fixture
        def mine(fakemail):
            assert fakemail.settings.require_auth

        @pytest.fixture
        def later(request):
            request.getfixturevalue("mine")

        @pytest.mark.fakemail(require_auth=True)
        def test_it({fixture}):
            pass
        """,
    )
    result.assert_outcomes(passed=1)


def test_unknown_settings_are_refused_without_any_fixture(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        @pytest.mark.fakemail(domian="x.test")
        def test_name():
            pass

        @pytest.mark.fakemail("gmail")
        def test_position(fakemail_session):
            pass
        """,
    )
    result.assert_outcomes(errors=2)
    result.stdout.fnmatch_lines(
        [
            "UsageError: @pytest.mark.fakemail: no setting 'domian'; did you mean 'domain'? *",
            "UsageError: @pytest.mark.fakemail takes settings by name only, not ('gmail',)",
        ]
    )


def test_a_capability_that_there_is_not_is_refused_by_its_marker(
    pytester: pytest.Pytester,
) -> None:
    result = run(
        pytester,
        """
        @pytest.mark.fakemail(imap_without="MOV")
        def test_it(fakemail):
            pass
        """,
    )
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        ["UsageError: @pytest.mark.fakemail: imap_without: no capability 'MOV'; *mean 'MOVE'? *"]
    )


def test_a_module_or_class_may_have_it_for_some_of_its_tests(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        pytestmark = pytest.mark.fakemail(require_auth=True)

        def test_none():
            pass

        class TestIt:
            pytestmark = pytest.mark.fakemail(require_tls=True)

            def test_other(self):
                pass

            def test_it(self, fakemail):
                assert fakemail.settings.require_auth and fakemail.settings.require_tls
        """,
    )
    result.assert_outcomes(passed=3)


def test_a_class_none_of_whose_tests_has_use_for_it_is_told_once(
    pytester: pytest.Pytester,
) -> None:
    result = run(
        pytester,
        """
        pytestmark = pytest.mark.fakemail(domain="x.test")

        def test_used(fakemail):
            pass

        @pytest.mark.fakemail(require_auth=True)
        class TestIt:
            def test_one(self):
                pass

            def test_other(self, fakemail_session):
                pass
        """,
    )
    result.assert_outcomes(passed=3, errors=1)
    result.stdout.fnmatch_lines(["UsageError: *(require_auth=True)*no test of this module or cl*"])


def test_one_test_picked_out_of_its_class_is_not_blamed_for_the_others(
    pytester: pytest.Pytester,
) -> None:
    tests = """
        @pytest.mark.fakemail(require_auth=True)
        class TestIt:
            def test_used(self, fakemail):
                pass

            def test_plain(self):
                pass
        """
    name = "test_one_test_picked_out_of_its_class_is_not_blamed_for_the_others.py"
    run(pytester, tests, f"{name}::TestIt::test_plain").assert_outcomes(passed=1)
    run(pytester, tests, "-k", "plain").assert_outcomes(passed=1, deselected=1)


def test_a_fixture_that_asks_later_is_given_the_benefit_of_the_doubt(
    pytester: pytest.Pytester,
) -> None:
    result = run(
        pytester,
        """
        pytestmark = pytest.mark.fakemail(require_auth=True)

        def test_it(request):
            assert request.getfixturevalue("fakemail").settings.require_auth

        def test_plain():
            pass
        """,
    )
    result.assert_outcomes(passed=2)


def test_a_test_that_failed_or_was_skipped_is_not_told_so_too(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        @pytest.mark.fakemail(require_auth=True)
        def test_fails():
            assert False

        @pytest.mark.fakemail(require_auth=True)
        def test_skipped():
            pytest.skip("not here")
        """,
    )
    result.assert_outcomes(failed=1, skipped=1)


def test_it_reaches_the_methods_of_a_unittest_case(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        import unittest

        @pytest.mark.fakemail(require_auth=True)
        class Case(unittest.TestCase):
            @pytest.fixture(autouse=True)
            def _mail(self, fakemail):
                self.fakemail = fakemail

            def test_it(self):
                assert self.fakemail.settings.require_auth
        """,
    )
    result.assert_outcomes(passed=1)
