"""`zoo_message`: a test for each message of the zoo that its marker means."""

import pytest

from pytest_fakemail.zoo import zoo

TESTS = """
    import pytest
    from pytest_fakemail.zoo import zoo

    def test_all(zoo_message):
        assert zoo_message.oddity

    @pytest.mark.fakemail_zoo("header", "broken")
    def test_of_two_tags(zoo_message, request):
        assert zoo_message.tags >= {"header", "broken"}
        assert f"[{zoo_message.name}]" in request.node.name

    @pytest.mark.fakemail_zoo("charset", without="broken")
    class TestWithout:
        def test_it(self, fakemail, zoo_message):
            assert "broken" not in zoo_message.tags
            fakemail.account().inbox.deliver(zoo_message)

        @pytest.mark.fakemail_zoo("calendar")
        def test_the_nearest_marker_counts(self, zoo_message):
            assert "calendar" in zoo_message.tags

        def test_of_no_zoo(self):
            pass

    @pytest.mark.parametrize("zoo_message", ["subject-empty"], indirect=True)
    def test_by_name(zoo_message):
        assert zoo_message.subject == ""

    itself = (1, zoo["subject-empty"])

    @pytest.mark.parametrize("more, zoo_message", [itself], indirect=["zoo_message"])
    def test_itself(zoo_message, more):
        assert zoo_message.subject == ""
"""


def test_a_test_runs_for_each_message(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(TESTS)
    counts = [
        len(zoo),
        len(zoo.names("header", "broken")),
        len(zoo.names("charset", without=("broken",))),
        len(zoo.names("calendar")),
    ]
    assert all(counts)
    pytester.runpytest("-q").assert_outcomes(passed=sum(counts) + 3)


@pytest.mark.parametrize(
    ("marker", "told"),
    [
        ('"charsets"', "no tag 'charsets'; did you mean 'charset'? there is *"),
        ('without=["brokn"]', "no tag 'brokn'; did you mean 'broken'? *"),
        ('"charset", withot="broken"', "no option 'withot'; there is without="),
        ('"calendar", without="calendar"', "no message has all of calendar and none of calendar"),
    ],
)
def test_a_bad_marker_is_told_when_tests_are_collected(
    pytester: pytest.Pytester, marker: str, told: str
) -> None:
    pytester.makepyfile(
        f"""
        import pytest

        @pytest.mark.fakemail_zoo({marker})
        def test_it(zoo_message):
            pass
        """
    )
    result = pytester.runpytest()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([f"@pytest.mark.fakemail_zoo: {told}"])


def test_a_marker_without_the_fixture_is_refused(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.fakemail_zoo("charset")
        def test_it(fakemail):
            pass
        """
    )
    result = pytester.runpytest()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        ["@pytest.mark.fakemail_zoo: it has no effect: test_it asks for no zoo_message"]
    )
