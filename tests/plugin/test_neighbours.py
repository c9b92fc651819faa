"""Other plugins beside us, all at once: each does in a test of mail what it is for."""

import os
from importlib.metadata import version
from importlib.util import find_spec

import pytest

PLUGINS = {  # the name that pytest loads each by, and its module
    "allure_pytest": "allure_pytest",
    "anyio": "anyio",
    "asyncio": "pytest_asyncio",
    "django": "pytest_django",
    "fakefs": "pyfakefs",
    "html": "pytest_html",
    "metadata": "pytest_metadata",
    "pytest_cov": "pytest_cov",
    "randomly": "pytest_randomly",
    "rerunfailures": "pytest_rerunfailures",
    "socket": "pytest_socket",
    "time_machine": "time_machine",
    "timeout": "pytest_timeout",
}
MISSING = [
    module
    for module in (*PLUGINS.values(), "django", "freezegun", "trio")
    if find_spec(module) is None
]
pytestmark = pytest.mark.skipif(
    bool(MISSING), reason=f"needs the extra 'test': there is no {', '.join(MISSING)}"
)

CONFTEST = """
    import smtplib
    import django
    import pytest
    from django.conf import settings

    def pytest_configure():
        settings.configure()
        django.setup()

    @pytest.fixture
    def send():
        def sent(fakemail, to="ann@x.test"):
            with smtplib.SMTP(*fakemail.smtp.address) as client:
                client.sendmail("a@x.test", [to], "Subject: Hello\\n\\nHi")
        return sent
"""
TESTS = """
    import asyncio
    import datetime
    import freezegun
    import pytest

    attempts = []

    @pytest.mark.parametrize("number", range(4))
    def test_in_any_order(fakemail, send, number):
        send(fakemail, f"{number}@x.test")
        assert fakemail.outbox.one().recipients == [f"{number}@x.test"]

    @pytest.mark.flaky(reruns=1)
    def test_run_again(fakemail, send):
        attempts.append(1)
        send(fakemail)
        assert len(fakemail.outbox) == 1
        assert len(attempts) == 2

    @pytest.mark.timeout(60, method="signal")
    def test_with_an_alarm(fakemail, send):
        send(fakemail)
        fakemail.outbox.wait_for(subject="Hello")

    @pytest.mark.timeout(60, method="thread")
    def test_with_a_watching_thread(fakemail, send):
        send(fakemail)
        fakemail.outbox.wait_for(subject="Hello")

    @pytest.mark.asyncio
    async def test_in_asyncio(fakemail, send):
        await asyncio.to_thread(send, fakemail)
        await fakemail.outbox.wait_for_async(subject="Hello")

    @pytest.mark.anyio
    @pytest.mark.parametrize("anyio_backend", ["asyncio", "trio"])
    async def test_in_anyio(fakemail, send, anyio_backend):
        import anyio

        await anyio.to_thread.run_sync(send, fakemail)
        await fakemail.outbox.wait_for_async(subject="Hello")

    def test_django(fakemail_django, settings, mailoutbox):
        from django.core.mail import send_mail

        send_mail("Hello", "x", "a@x.test", ["b@x.test"])
        fakemail_django.outbox.one(subject="Hello")
        assert mailoutbox == []

    def test_frozen_time(fakemail, send):
        with freezegun.freeze_time("2001-01-01"):
            send(fakemail)
            fakemail.outbox.wait_for(subject="Hello", timeout=5)

    def test_another_time(time_machine, fakemail, send):
        time_machine.move_to(datetime.datetime(2030, 1, 1), tick=False)
        send(fakemail)
        fakemail.outbox.wait_for(subject="Hello", timeout=5)

    @pytest.mark.allow_hosts(["127.0.0.1"])
    def test_some_hosts_only(fakemail, send):
        send(fakemail)
        fakemail.outbox.one()
"""
FAKED = """
    import os
    import smtplib
    import ssl
    from pathlib import Path
    import pytest
    from pyfakefs.fake_filesystem_unittest import TestCase
    from pytest_fakemail import FakeMail

    @pytest.mark.parametrize("order", [1, 2])
    def test_faked_files(request, send, order):
        names = ["fs", "fakemail"] if order == 1 else ["fakemail", "fs"]
        one, other = map(request.getfixturevalue, names)
        fakemail = other if order == 1 else one
        send(fakemail)
        fakemail.outbox.one()

    def test_among_faked_files(fs, fakemail, fakemail_trust, send):
        fakemail.tls.present("wrong-host", times=1)
        for is_bad in (True, False):
            with smtplib.SMTP(*fakemail.smtp.address) as client:
                try:
                    client.starttls(context=ssl.create_default_context())
                    client.sendmail("a@x.test", ["b@x.test"], "Subject: Hello")
                except ssl.SSLCertVerificationError:
                    assert is_bad
        assert fakemail.outbox.one(subject="Hello").tls is not None
        assert fakemail_trust.read_bytes().startswith(b"-----BEGIN")
        assert Path(os.environ["SSL_CERT_FILE"]).is_file()

    def test_files_are_found_where_the_test_has_put_them(fs, make_fakemail):
        fakemail = make_fakemail(client_certificates=True)
        fs.create_file("/mails/x.eml", contents="Subject: Faked\\r\\n\\r\\n")
        account = fakemail.account()
        account.inbox.deliver(Path("/mails/x.eml"))
        context = fakemail.tls.issue_client_certificate("ann@x.test").context()
        with smtplib.SMTP(*fakemail.smtp.address) as client:
            client.starttls(context=context)
        client = fakemail.imap.client(account, security="implicit")
        client.select()
        assert b"Subject: Faked" in client.fetch("1", "(BODY[])")[1][0][1]

    def test_fails_among_faked_files(fs, fakemail, send):
        send(fakemail)
        assert "shown" == "kept"

    class TestFaked(TestCase):
        def setUp(self):
            self.setUpPyfakefs()

        def test_it(self):
            with FakeMail() as fakemail:
                with smtplib.SMTP(*fakemail.smtp.address) as client:
                    client.starttls(context=fakemail.tls.client_context())
                    client.sendmail("a@x.test", ["b@x.test"], "Subject: Hello")
                fakemail.outbox.one(subject="Hello")
"""
INI = """
    [pytest]
    asyncio_default_fixture_loop_scope = function
"""


def loaded(*but: str) -> list[str]:
    """Return options by which pytest loads all of them but these."""
    return [word for name in PLUGINS if name not in but for word in ("-p", name)]


def forgiven() -> list[str]:
    """Return what lets pytest-asyncio before 0.24 leave its own event loops open."""
    is_old = version("pytest-asyncio").startswith("0.23")
    return ["-W", "ignore::pytest.PytestUnraisableExceptionWarning"] if is_old else []


def test_all_of_them_beside_us(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONWARNINGS", "error")
    pytester.makeini(INI)
    pytester.makeconftest(CONFTEST)
    pytester.makepyfile(test_it=TESTS)
    result = pytester.runpytest_subprocess(
        *(*loaded("fakefs"), *forgiven()),
        *("--timeout=120", "--cov=test_it", "--html=page.html", "--alluredir=allure"),
        *("--fakemail-artifacts=kept", "--fakemail-report=mail.html"),
        "--allow-hosts=127.0.0.1",
    )
    outcomes = result.parseoutcomes()
    assert (outcomes.pop("passed"), outcomes.pop("rerun")) == (14, 1)
    assert outcomes.keys() <= {"warnings"}
    if not any(name.startswith("COVERAGE_PROCESS") for name in os.environ):  # measured itself
        result.stdout.fnmatch_lines(["test_it.py * 100%"])
    (kept,) = (pytester.path / "kept").iterdir()
    assert kept.name.startswith("test_it.py_test_run_again-")
    page = (pytester.path / "mail.html").read_text(encoding="utf-8")
    assert page.count('<details class="test"') == 14


def test_faked_files_beside_us(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without Allure, which writes among the faked files itself and fails."""
    monkeypatch.setenv("PYTHONWARNINGS", "error")
    pytester.makeconftest(CONFTEST)
    pytester.makepyfile(test_it=FAKED)
    result = pytester.runpytest_subprocess(
        *("-p", "fakefs", "-p", "html", "-p", "metadata", "-p", "randomly"),
        *("--html=page.html", "--fakemail-artifacts=kept", "--fakemail-report=mail.html"),
    )
    outcomes = result.parseoutcomes()
    assert (outcomes.pop("passed"), outcomes.pop("failed")) == (5, 1)
    assert outcomes.keys() <= {"warnings"}
    result.stdout.fnmatch_lines(
        ["*test_fails_among_faked_files*", "*fakemail conversation*", "*fakemail outbox*"]
    )
    result.stdout.no_fnmatch_line("*could not show*")
    (kept,) = (pytester.path / "kept").iterdir()
    assert (kept / "001.eml").read_bytes() == b"Subject: Hello\r\n\r\nHi\r\n"
