"""The plugin's fixtures, each as a suite of its own would use them."""

import pytest

SEND = """
    import smtplib
    from email.message import EmailMessage

    def send(server, subject="Hello", to="ann@example.test"):
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = "app@example.test", to, subject
        mail.set_content("Hello Ann")
        with smtplib.SMTP(server.host, server.port) as client:
            client.send_message(mail)
"""


def run(pytester: pytest.Pytester, tests: str, *arguments: str) -> pytest.RunResult:
    pytester.makepyfile(app=SEND)
    pytester.makepyfile(tests)
    return pytester.runpytest(*arguments)


def test_fakemail_captures_what_an_app_sends(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        from app import send

        def test_it(fakemail):
            send(fakemail.smtp)
            assert fakemail.outbox.wait_for(to="ann@example.test").subject == "Hello"
        """,
    )
    result.assert_outcomes(passed=1)


def test_the_short_fixtures_are_the_fakemails_own_parts(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        def test_it(fakemail, smtp_server, pop3_server, imap_server, outbox):
            assert smtp_server is fakemail.smtp
            assert pop3_server is fakemail.pop3
            assert imap_server is fakemail.imap
            assert outbox is fakemail.outbox
        """,
    )
    result.assert_outcomes(passed=1)


def test_each_test_has_its_own_mail_and_ports(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        import socket
        import pytest
        from app import send

        seen = []

        @pytest.mark.parametrize("turn", [1, 2])
        def test_it(fakemail, turn):
            send(fakemail.smtp)
            assert len(fakemail.outbox) == 1
            seen.append(fakemail.smtp.address)

        def test_the_earlier_servers_are_gone():
            for address in seen:
                with pytest.raises(ConnectionRefusedError):
                    socket.create_connection(address, timeout=5)
        """,
    )
    result.assert_outcomes(passed=3)


def test_make_fakemail_makes_independent_ones(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        from app import send

        def test_it(make_fakemail):
            one, other = make_fakemail(), make_fakemail(domain="other.test")
            send(one.smtp)
            assert (len(one.outbox), len(other.outbox)) == (1, 0)
            assert other.account("ann").address == "ann@other.test"
        """,
    )
    result.assert_outcomes(passed=1)


def test_fakemail_session_keeps_its_ports_over_a_reset(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        import pytest
        from app import send

        ports = set()

        @pytest.mark.parametrize("turn", [1, 2, 3])
        def test_it(fakemail_session, turn):
            fakemail_session.reset()
            send(fakemail_session.smtp)
            assert len(fakemail_session.outbox) == 1
            ports.add(fakemail_session.smtp.port)
            assert len(ports) == 1
        """,
    )
    result.assert_outcomes(passed=3)


def test_an_overridden_fakemail_settings_holds_for_all(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(
        """
        import pytest

        @pytest.fixture(scope="session")
        def fakemail_settings(fakemail_settings):
            return fakemail_settings.but(domain="house.test")
        """
    )
    result = run(
        pytester,
        """
        def test_it(fakemail, make_fakemail, fakemail_session):
            for one in (fakemail, make_fakemail(), fakemail_session):
                assert one.account("ann").address == "ann@house.test"
        """,
    )
    result.assert_outcomes(passed=1)


@pytest.mark.parametrize("fixture", ["fakemail", "fakemail_session", "fakemail_module"])
def test_an_overridden_fakemail_settings_that_returns_nothing(
    pytester: pytest.Pytester, fixture: str
) -> None:
    pytester.makeconftest(
        """
        import pytest

        @pytest.fixture(scope="session")
        def fakemail_settings(fakemail_settings):
            fakemail_settings.but(require_auth=True)
        """
    )
    result = run(pytester, f"def test_it({fixture}): pass")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines("BadSetting: the fixture fakemail_settings returned None; *")
    result.stdout.no_fnmatch_line("*in call_fixture_func*")  # no frame of it would be the author's


def test_settings_that_do_not_go_together_are_told_without_frames(
    pytester: pytest.Pytester,
) -> None:
    result = run(pytester, "def test_it(fakemail): pass", "--fakemail-host=0.0.0.0")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines("BadSetting: host='0.0.0.0': other machines could reach it; *")
    result.stdout.no_fnmatch_line("*in call_fixture_func*")


def test_fakemail_trust_makes_default_contexts_trust_us(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        import os, smtplib, ssl, subprocess, sys
        import pytest

        BEFORE = os.environ.get("SSL_CERT_FILE")
        CHILD = (
            "import smtplib, ssl, sys\\n"
            "c = smtplib.SMTP_SSL('localhost', int(sys.argv[1]), "
            "context=ssl.create_default_context())\\n"
            "print(c.noop()[0]); c.quit()"
        )

        def test_trusted(fakemail, fakemail_trust):
            context = ssl.create_default_context()
            with smtplib.SMTP_SSL("localhost", fakemail.smtp.tls_port, context=context) as client:
                assert client.noop()[0] == 250
            child = subprocess.run(
                [sys.executable, "-c", CHILD, str(fakemail.smtp.tls_port)],
                capture_output=True, text=True, timeout=60,
            )
            assert child.stdout.strip() == "250", child.stderr
            assert fakemail_trust.exists()

        def test_not_trusted_any_more(fakemail):
            assert os.environ.get("SSL_CERT_FILE") == BEFORE
            with pytest.raises(ssl.SSLCertVerificationError):
                smtplib.SMTP_SSL(
                    "localhost", fakemail.smtp.tls_port, context=ssl.create_default_context()
                )
        """,
    )
    result.assert_outcomes(passed=2)


@pytest.mark.parametrize("turn", [1, 2])
def test_a_suite_can_be_run_in_one_process_again_and_again(
    pytester: pytest.Pytester, turn: int
) -> None:
    result = run(
        pytester,
        f"""
        def test_it(fakemail):
            account = fakemail.account()
            fakemail.smtp.client(account, security="starttls").noop()
            assert fakemail.imap.client(account, security="implicit").noop()[0] == "OK", {turn}
        """,
    )
    result.assert_outcomes(passed=1)


def test_a_test_that_is_over_keeps_no_mail(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        import gc
        import weakref
        from app import send

        earlier = []

        def test_one(fakemail):
            send(fakemail.smtp)
            earlier.append(weakref.ref(fakemail.store))

        def test_other():
            gc.collect()
            assert earlier[0]() is None
        """,
    )
    result.assert_outcomes(passed=2)


def test_a_fault_that_never_fired_fails_the_test(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        from app import send

        def test_unfired(fakemail):
            fakemail.smtp.when("RCPT", to="bob@example.test").reply(450, "4.2.1 Busy")
            send(fakemail.smtp)

        def test_optional(fakemail):
            fakemail.smtp.when("RCPT", to="bob@example.test").reply(450, "4.2.1 Busy").optional()
            send(fakemail.smtp)
        """,
    )
    result.assert_outcomes(passed=2, errors=1)
    result.stdout.fnmatch_lines(["*UnfiredFault*RCPT*bob@example.test*"])


def test_a_failed_test_does_not_complain_of_faults_too(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        def test_unfired(fakemail):
            fakemail.smtp.when("RCPT").reply(450, "4.2.1 Busy")
            assert False
        """,
    )
    result.assert_outcomes(failed=1)


def test_a_bug_of_ours_fails_the_test_with_our_traceback(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        import smtplib
        import pytest
        from app import send

        def boom(*arguments, **options):
            raise ZeroDivisionError("deep inside")

        def test_it(fakemail, monkeypatch):
            monkeypatch.setattr(fakemail.store, "deliver", boom)
            with pytest.raises(smtplib.SMTPDataError) as refused:
                send(fakemail.smtp)
            assert refused.value.smtp_code == 451
            assert b"ZeroDivisionError" not in refused.value.smtp_error
        """,
    )
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*ZeroDivisionError: deep inside*", "*ServerBug*"])


def test_the_session_fakemail_is_checked_after_each_test(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        from app import send

        def test_unfired(fakemail_session):
            fakemail_session.smtp.when("RCPT").reply(450, "4.2.1 Busy")

        def test_the_fault_is_gone(fakemail_session):
            send(fakemail_session.smtp)
        """,
    )
    result.assert_outcomes(passed=2, errors=1)


def test_a_bug_fails_only_the_test_that_met_it(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        import smtplib

        import pytest
        from app import send

        def test_bug(fakemail_session, monkeypatch):
            monkeypatch.setattr(fakemail_session.store, "deliver", lambda *_, **__: 1 / 0)
            with pytest.raises(smtplib.SMTPDataError):
                send(fakemail_session.smtp)

        def test_the_next_one(fakemail_session):
            send(fakemail_session.smtp)
        """,
    )
    result.assert_outcomes(passed=2, errors=1)


def test_the_last_test_of_the_session_is_checked_as_any_other(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        def test_unfired(fakemail_session):
            fakemail_session.smtp.when("RCPT").reply(450, "4.2.1 Busy")
        """,
    )
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["UnfiredFault: a fault never fired: smtp.when('RCPT')*"])


def test_a_failed_test_may_leave_faults_unfired_to_the_session(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
        def test_fails(fakemail_session):
            fakemail_session.smtp.when("RCPT").reply(450, "4.2.1 Busy")
            assert 0
        """,
    )
    result.assert_outcomes(failed=1)
