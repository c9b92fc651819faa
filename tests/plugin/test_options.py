"""Settings by marker, fixture, option, environment and ini, and what a bad one says."""

import pytest

SHOW = """
    def test_it(fakemail):
        print("domain is", fakemail.settings.domain)
"""


def shown(pytester: pytest.Pytester, *arguments: str, tests: str = SHOW) -> pytest.RunResult:
    pytester.makepyfile(tests)
    result = pytester.runpytest("-s", *arguments)
    result.assert_outcomes(passed=1)
    return result


def test_the_default_holds_without_anything(pytester: pytest.Pytester) -> None:
    shown(pytester).stdout.fnmatch_lines(["*domain is example.test*"])


def test_ini_beats_the_default(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\nfakemail_domain = ini.test\n")
    shown(pytester).stdout.fnmatch_lines(["*domain is ini.test*"])


def test_environment_beats_ini(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    pytester.makeini("[pytest]\nfakemail_domain = ini.test\n")
    monkeypatch.setenv("FAKEMAIL_DOMAIN", "environment.test")
    shown(pytester).stdout.fnmatch_lines(["*domain is environment.test*"])


def test_the_command_line_beats_the_environment(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAKEMAIL_DOMAIN", "environment.test")
    result = shown(pytester, "--fakemail-domain", "option.test")
    result.stdout.fnmatch_lines(["*domain is option.test*"])


def test_options_may_stand_wherever_pytest_takes_them(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    option = "--fakemail-domain=elsewhere.test"
    expected = ["*domain is elsewhere.test*"]
    if pytest.version_tuple >= (8, 2):  # which reads arguments from files
        pytester.makefile(".txt", arguments=option)
        shown(pytester, "@arguments.txt").stdout.fnmatch_lines(expected)
    with monkeypatch.context() as patch:
        patch.setenv("PYTEST_ADDOPTS", f"-p fakemail {option}")
        shown(pytester).stdout.fnmatch_lines(expected)
    pytester.makeini(f"[pytest]\naddopts = {option}\n")
    shown(pytester).stdout.fnmatch_lines(expected)


def test_options_of_settings_are_made_for_who_names_one(pytester: pytest.Pytester) -> None:
    """They would be most of what an unused plugin costs."""
    pytester.makepyfile(
        """
        def test_it(pytestconfig):
            print("host:", pytestconfig.getoption("fakemail_host", "not made"))
        """
    )
    pytester.runpytest("-s").stdout.fnmatch_lines(["*host: not made*"])
    given = pytester.runpytest("-s", "--fakemail-require-auth")
    given.stdout.fnmatch_lines(["*host: None*"])


def test_the_fixture_beats_the_command_line(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(
        """
        import pytest

        @pytest.fixture(scope="session")
        def fakemail_settings(fakemail_settings):
            return fakemail_settings.but(domain="fixture.test")
        """
    )
    result = shown(pytester, "--fakemail-domain", "option.test")
    result.stdout.fnmatch_lines(["*domain is fixture.test*"])


def test_the_nearest_marker_beats_everything(pytester: pytest.Pytester) -> None:
    tests = """
        import pytest

        @pytest.mark.fakemail(domain="class.test", require_auth=True)
        class TestIt:
            @pytest.mark.fakemail(domain="function.test")
            def test_it(self, fakemail):
                print("domain is", fakemail.settings.domain, fakemail.settings.require_auth)
    """
    result = shown(pytester, "--fakemail-domain", "option.test", tests=tests)
    result.stdout.fnmatch_lines(["*domain is function.test True*"])


def test_a_switch_needs_no_value(pytester: pytest.Pytester) -> None:
    tests = "def test_it(fakemail): assert fakemail.settings.require_auth"
    shown(pytester, "--fakemail-require-auth", tests=tests)


@pytest.mark.parametrize(
    ("option", "complaint"),
    [
        ("--fakemail-mailboxes=all", "--fakemail-mailboxes='all': wanted one of 'standard'*"),
        ("--fakemail-require-tls=maybe", "--fakemail-require-tls='maybe': wanted true or false"),
        (
            "--fakemail-max-recipients=0",
            "--fakemail-max-recipients=0: wanted a whole number of at least 1",
        ),
        (
            "--fakemail-smtp-timeout=soon",
            "--fakemail-smtp-timeout='soon': wanted seconds, zero or more, or *",
        ),
    ],
)
def test_a_bad_option_is_a_usage_error(
    pytester: pytest.Pytester, option: str, complaint: str
) -> None:
    result = pytester.runpytest(option)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"ERROR: {complaint}"])


def test_a_bad_environment_variable_is_named_as_it_is_spelt(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAKEMAIL_HOST", "two words")
    result = pytester.runpytest()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: FAKEMAIL_HOST='two words': wanted an address*"])


def test_a_bad_ini_key_is_named_as_it_is_spelt(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\nfakemail_max_received = many\n")
    result = pytester.runpytest()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: fakemail_max_received='many': wanted a whole number*"])


@pytest.mark.parametrize(
    ("marker", "complaint"),
    [
        ("domian='x'", "*@pytest.mark.fakemail: no setting 'domian'; did you mean 'domain'? *"),
        ("mailboxes='all'", "*@pytest.mark.fakemail: mailboxes='all': wanted one of*"),
        ("'gmail'", "*@pytest.mark.fakemail takes settings by name only*"),
    ],
)
def test_a_bad_marker_is_told_by_the_test_that_has_it(
    pytester: pytest.Pytester, marker: str, complaint: str
) -> None:
    pytester.makepyfile(
        f"""
        import pytest

        @pytest.mark.fakemail({marker})
        def test_it(fakemail):
            pass
        """
    )
    result = pytester.runpytest()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([complaint])
    result.stdout.no_fnmatch_line("*plugin.py*")  # its lines tell the author nothing
    result.stdout.no_fnmatch_line("*another exception*")


def test_help_tells_of_every_setting_and_its_default(pytester: pytest.Pytester) -> None:
    result = pytester.runpytest("--help")
    result.stdout.fnmatch_lines(["*--fakemail-max-recipients*", "*fakemail_domain*"])


def test_the_marker_is_documented(pytester: pytest.Pytester) -> None:
    result = pytester.runpytest("--markers")
    result.stdout.fnmatch_lines(["@pytest.mark.fakemail(*settings): *"])


def test_a_misspelt_variable_is_warned_of_once(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As pytest warns of an unknown key of its ini file; what is nobody's is let alone."""
    monkeypatch.setenv("FAKEMAIL_HOSTNAM", "mx.shop.test")
    monkeypatch.setenv("FAKEMAIL_OF_OURS", "7")
    pytester.makepyfile("def test_it(): pass")
    ran = pytester.runpytest_subprocess("-n", "2")
    ran.assert_outcomes(passed=1, warnings=1)
    ran.stdout.fnmatch_lines(
        ["*FAKEMAIL_HOSTNAM in the environment: did you mean 'FAKEMAIL_HOSTNAME'?*"]
    )


def test_a_capability_that_there_is_not_is_refused_by_its_source(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytester.makepyfile("def test_it(): pass")
    refusal = "ERROR: {}: no capability 'DNS'; did you mean 'DSN'? *"
    result = pytester.runpytest("--fakemail-smtp-without=DNS")
    result.stderr.fnmatch_lines([refusal.format("--fakemail-smtp-without")])
    monkeypatch.setenv("FAKEMAIL_SMTP_WITHOUT", "DNS")
    pytester.runpytest().stderr.fnmatch_lines([refusal.format("FAKEMAIL_SMTP_WITHOUT")])
