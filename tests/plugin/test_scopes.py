"""The FakeMails that several tests share: how long they live, what markers mean, who is judged."""

import pytest

SEND = """
    import smtplib

    def send(server, subject="Hello"):
        text = f"Subject: {subject}\\nTo: ann@example.test\\n\\nHello"
        with smtplib.SMTP(server.host, server.port) as client:
            client.sendmail("app@example.test", ["ann@example.test"], text)
"""
SHARED = ["fakemail_class", "fakemail_module", "fakemail_session"]


def run(pytester: pytest.Pytester, tests: str, *arguments: str) -> pytest.RunResult:
    pytester.makepyfile(app=SEND)
    head = "    import pytest\n    from app import send\n"
    pytester.makepyfile(test_one=head + tests, test_two=head + tests)
    return pytester.runpytest("-W", "error", *arguments)


LIVES = """
    from app import seen

    class TestOne:
        def test_a(self, FIXTURE):
            send(FIXTURE.smtp)
            seen.append((FIXTURE, len(FIXTURE.outbox)))

        def test_b(self, FIXTURE):
            self.test_a(FIXTURE)

    class TestTwo(TestOne):
        pass

    def test_a(FIXTURE):
        TestOne().test_a(FIXTURE)
"""


@pytest.mark.parametrize(
    ("fixture", "counts"),
    [
        ("fakemail_class", [1, 2, 1, 2, 1, 1, 2, 1, 2, 1]),
        ("fakemail_module", [1, 2, 3, 4, 5, 1, 2, 3, 4, 5]),
        ("fakemail_session", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]),
        ("fakemail_session_reset", [1] * 10),
    ],
)
def test_how_long_each_lives(pytester: pytest.Pytester, fixture: str, counts: list[int]) -> None:
    many = 1 if "session" in fixture else counts.count(1)
    pytester.makepyfile(
        test_zzz=f"""
        from app import seen

        def test_what_was_seen():
            assert [count for _, count in seen] == {counts}
            assert len({{one for one, _ in seen}}) == {many}
        """
    )
    lives = SEND + "\n    seen = []\n"
    pytester.makepyfile(app=lives)
    head = "    import pytest\n    from app import send\n"
    tests = head + LIVES.replace("FIXTURE", fixture)
    pytester.makepyfile(test_one=tests, test_two=tests)
    pytester.runpytest("-W", "error").assert_outcomes(passed=11)


def test_the_ports_stay_when_the_session_is_emptied(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        ports = set()

        @pytest.mark.parametrize("turn", [1, 2, 3])
        def test_it(fakemail_session_reset, fakemail_session, turn):
            assert fakemail_session_reset is fakemail_session
            assert not fakemail_session.outbox
            send(fakemail_session.smtp)
            ports.add(fakemail_session.smtp.port)
            assert len(ports) == 1
        """.replace("\n        ", "\n    "),
    )
    result.assert_outcomes(passed=6)


MARKED = """
    pytestmark = pytest.mark.fakemail(domain="module.test", hostname="mx.module.test")

    @pytest.mark.fakemail(domain="class.test")
    class TestMarked:
        def test_it(self, fakemail_class, fakemail_module, fakemail_session):
            assert fakemail_class.settings.domain == "class.test"
            assert fakemail_class.settings.hostname == "mx.module.test"
            assert fakemail_module.settings.domain == "module.test"
            assert fakemail_session.settings.domain == "example.test"

    class TestPlain:
        def test_it(self, fakemail_class):
            assert fakemail_class.settings.domain == "module.test"

    def test_a_function_has_the_module_for_a_class(fakemail_class):
        assert fakemail_class.settings.domain == "module.test"
"""


def test_markers_of_module_and_class_apply(pytester: pytest.Pytester) -> None:
    run(pytester, MARKED).assert_outcomes(passed=6)


@pytest.mark.parametrize(
    ("fixture", "hint"),
    [
        ("fakemail_class", "fakemail_class has the settings of its class: mark that"),
        ("fakemail_module", "fakemail_module has the settings of its module: pytestmark"),
        ("fakemail_session", "fakemail_session has the settings of the whole run*"),
        ("fakemail_session_reset", "fakemail_session has the settings of the whole run*"),
    ],
)
def test_a_marker_of_one_test_is_refused_by_name(
    pytester: pytest.Pytester, fixture: str, hint: str
) -> None:
    pytester.makepyfile(
        f"""
        import pytest

        @pytest.mark.fakemail(domain="x.test")
        def test_it({fixture}):
            pass
        """
    )
    result = pytester.runpytest()
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines([f"*(domain='x.test') has no effect*; {hint}"])


@pytest.mark.parametrize("fixture", ["fakemail_module", "fakemail_session_reset"])
def test_a_marker_of_a_class_is_refused_for_what_outlives_it(
    pytester: pytest.Pytester, fixture: str
) -> None:
    pytester.makepyfile(
        f"""
        import pytest

        @pytest.mark.fakemail(domain="x.test")
        class TestIt:
            def test_it(self, {fixture}):
                pass
        """
    )
    result = pytester.runpytest()
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(
        ["*(domain='x.test') has no effect*no test of this module or class*"]
    )


@pytest.mark.parametrize("fixture", ["fakemail_class", "fakemail_module"])
def test_a_marker_with_an_unknown_setting_is_refused(
    pytester: pytest.Pytester, fixture: str
) -> None:
    pytester.makepyfile(
        f"""
        import pytest

        pytestmark = pytest.mark.fakemail(domian="x.test")

        def test_it({fixture}):
            pass
        """
    )
    result = pytester.runpytest()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*@pytest.mark.fakemail: no setting 'domian'; did you mean *"])


JUDGED = """
    class TestIt:
        def test_a_fault_never_met(self, FIXTURE):
            FIXTURE.smtp.when("RCPT").reply(450, "4.2.1 Busy")

        def test_the_next_one_is_not_to_blame(self, FIXTURE):
            send(FIXTURE.smtp, "Sent")

        def test_a_failure_shows_what_was_said(self, FIXTURE):
            send(FIXTURE.smtp, "Shown")
            FIXTURE.outbox.one(subject="other")
"""


@pytest.mark.parametrize("fixture", [*SHARED, "fakemail_session_reset"])
def test_each_test_is_judged_and_shown_by_itself(pytester: pytest.Pytester, fixture: str) -> None:
    pytester.makepyfile(app=SEND)
    pytester.makepyfile(
        "    import pytest\n    from app import send\n" + JUDGED.replace("FIXTURE", fixture)
    )
    result = pytester.runpytest()
    result.assert_outcomes(passed=2, errors=1, failed=1)
    result.stdout.fnmatch_lines(
        [
            "*ERROR at teardown of TestIt.test_a_fault_never_met*",
            "UnfiredFault: *",
            "*TestIt.test_a_failure_shows_what_was_said*",
            "*fakemail conversation*",
            "C: Subject: Shown",
            "*fakemail outbox*",
        ]
    )


@pytest.mark.parametrize("fixture", SHARED)
def test_a_server_that_fails_is_told_where_it_was(pytester: pytest.Pytester, fixture: str) -> None:
    pytester.makepyfile(app=SEND)
    pytester.makepyfile(
        f"""
        import smtplib
        import pytest
        from app import send

        def test_bug({fixture}, monkeypatch):
            monkeypatch.setattr({fixture}.store, "deliver", lambda *_, **__: 1 / 0)
            with pytest.raises(smtplib.SMTPDataError):
                send({fixture}.smtp)

        def test_the_next_one({fixture}):
            send({fixture}.smtp)
        """
    )
    result = pytester.runpytest()
    result.assert_outcomes(passed=2, errors=1)
    result.stdout.fnmatch_lines(["*ERROR at teardown of test_bug*", "*ServerBug*"])


@pytest.mark.parametrize("fixture", SHARED)
def test_a_sweep_goes_over_a_shared_one(pytester: pytest.Pytester, fixture: str) -> None:
    pytester.makepyfile(app=SEND)
    pytester.makepyfile(
        f"""
        import pytest
        from app import send

        runs = []

        @pytest.mark.fakemail_sweep(only="close", raises=Exception)
        def test_it({fixture}):
            send({fixture}.smtp)
            runs.append(1)

        def test_it_was_run_more_than_once():
            assert len(runs) > 2
        """
    )
    result = pytester.runpytest("-p", "no:subtests")
    result.stdout.no_fnmatch_line("*has no effect*")
    assert result.parseoutcomes()["passed"] >= 1
    result.stdout.no_fnmatch_line("*test_it_was_run_more_than_once*")


SHOWN = """
    from contextlib import suppress
    import smtplib

    def test_first(FIXTURE):
        FIXTURE.smtp.when("RCPT").reply(550, "5.1.1 Of another test")
        with suppress(smtplib.SMTPException):
            send(FIXTURE.smtp, "First")

    def test_second(FIXTURE):
        send(FIXTURE.smtp, "Second")
        assert False

    def test_third(FIXTURE):
        FIXTURE.outbox.one(subject="Third")

    def test_fourth(FIXTURE):
        FIXTURE.smtp.when("RCPT").reply(552, "5.2.2 Full").once()
        with suppress(smtplib.SMTPException):
            send(FIXTURE.smtp, "Fourth")
        assert False
"""


@pytest.mark.parametrize("fixture", ["fakemail_module", "fakemail_session", "mine"])
def test_a_failed_test_shows_its_own_connections(pytester: pytest.Pytester, fixture: str) -> None:
    pytester.makepyfile(app=SEND)
    own = """
    import pytest
    from app import send
    from pytest_fakemail import FakeMail

    @pytest.fixture(scope="module")
    def mine():
        with FakeMail() as one:
            one.smtp.port
            yield one
"""
    shown = SHOWN.replace("FIXTURE", fixture)
    if fixture == "mine":  # nobody takes its faults back
        shown = shown.replace('test")\n', 'test").once()\n')
    pytester.makepyfile(own + shown)
    text = pytester.runpytest("-p", "no:randomly").stdout.str()
    second, third, fourth = (
        text.partition(f"_ test_{name} _")[2].partition("\n___")[0]
        for name in ("second", "third", "fourth")
    )
    assert "C: Subject: Second" in second
    assert "Of another test" not in second
    assert "fakemail conversation" not in third
    assert "no mail came in this test: nobody connected to SMTP (port " in third
    assert "552 5.2.2 Full" in fourth
    # In lower case, as smtplib's spelling is Python's to change.
    why = "no mail came in this test: rcpt to:<ann@example.test> was answered 552"
    assert why in fourth.lower()
