"""The fixtures for Django and Flask: what they set, that mail arrives, and that all is put back."""

from types import SimpleNamespace
from typing import Any

import django
import pytest
from django.conf import settings
from django.core import mail
from django.test.utils import override_settings
from flask import Flask
from flask_mail import Mail, Message

from pytest_fakemail import BadArgument, FakeMail
from pytest_fakemail.frameworks import forms

LOCMEM = "django.core.mail.backends.locmem.EmailBackend"

# From 6.1 on Django warns the project that has them, and so these tests.
has_old_settings = pytest.mark.filterwarnings("ignore:The EMAIL_")

if not settings.configured:
    settings.configure()


def send() -> None:
    mail.send_mail("Hello", "Hello Ann", "app@example.test", ["ann@example.test"])


@has_old_settings
def test_django_sends_here_although_its_test_settings_keep_mail(fakemail: FakeMail) -> None:
    with override_settings(EMAIL_BACKEND=LOCMEM, EMAIL_HOST="prod", EMAIL_USE_SSL=True):
        with fakemail.connect_django():
            send()
        assert fakemail.outbox.one().subject == "Hello"
        assert (settings.EMAIL_BACKEND, settings.EMAIL_HOST) == (LOCMEM, "prod")
        assert settings.EMAIL_USE_SSL is True


@has_old_settings
@pytest.mark.parametrize("ends_first", ["ours", "theirs"])
def test_other_overrides_may_end_before_or_after_ours(ends_first: str, fakemail: FakeMail) -> None:
    host = settings.EMAIL_HOST
    before = settings._wrapped
    ours = fakemail.connect_django()
    theirs = override_settings(EMAIL_HOST_USER="someone")
    theirs.enable()
    assert fakemail.smtp.port == settings.EMAIL_PORT
    ends = [ours.undo, theirs.disable]
    for end in ends if ends_first == "ours" else reversed(ends):
        end()
    assert host == settings.EMAIL_HOST
    assert settings.EMAIL_HOST_USER == ""
    assert settings.EMAIL_PORT == 25
    settings._wrapped = before  # without the empty layer that ours is now


@has_old_settings
def test_undo_can_be_said_twice(fakemail: FakeMail) -> None:
    with override_settings(EMAIL_HOST="prod"):
        connected = fakemail.connect_django()
        connected.undo()
        with override_settings(EMAIL_HOST="other"):
            connected.undo()
            assert settings.EMAIL_HOST == "other"


def test_all_mailers_of_a_project_lead_here(
    fakemail: FakeMail, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Django of this environment may not know the setting; what is set can be seen."""
    monkeypatch.setattr(forms, "has_mailers", lambda: True)
    project = {"default": {"BACKEND": LOCMEM}, "news": {"OPTIONS": {"host": "prod"}}}
    with override_settings(MAILERS=project):
        with fakemail.connect_django():
            assert list(settings.MAILERS) == ["default", "news"]
            ports = {one["OPTIONS"]["port"] for one in settings.MAILERS.values()}
            assert ports == {fakemail.smtp.port}
            if django.VERSION >= (6, 1):
                send()
                assert fakemail.outbox.one().subject == "Hello"
        assert project == settings.MAILERS


@pytest.mark.skipif(django.VERSION >= (6, 1), reason="this Django has MAILERS")
def test_mailers_that_django_does_not_know_are_left_alone(fakemail: FakeMail) -> None:
    project = {"default": {"OPTIONS": {"host": "prod"}}}
    with override_settings(MAILERS=project), fakemail.connect_django():
        assert project == settings.MAILERS
        send()
    assert fakemail.outbox.one().subject == "Hello"


SUITE = """
    import pytest
    from django.conf import settings
    from django.core import mail
    from django.test import SimpleTestCase

    def send():
        mail.send_mail("Hello", "Hello Ann", "app@example.test", ["ann@example.test"])

    @pytest.mark.fakemail(require_auth=True)
    def test_a_function(fakemail_django):
        send()
        assert fakemail_django.outbox.one().user == "user@example.test"

    @pytest.mark.fakemail(require_tls=True)
    def test_tls(fakemail_django):
        send()
        assert fakemail_django.outbox.one().tls

    def test_it_is_the_fakemail_of_the_test(fakemail_django, fakemail, outbox):
        assert fakemail_django is fakemail
        send()
        assert len(outbox) == 1

    class TestInAClass(SimpleTestCase):
        @pytest.fixture(autouse=True)
        def _fakemail(self, fakemail_django):
            self.fakemail = fakemail_django

        def test_it(self):
            with self.settings(DEFAULT_FROM_EMAIL="shop@example.test"):
                mail.send_mail("Hello", "Hello", None, ["ann@example.test"])
            assert self.fakemail.outbox.one().sender == "shop@example.test"

    @pytest.mark.usefixtures("fakemail_django")
    class TestUsingIt(SimpleTestCase):
        def test_it(self):
            send()
            assert settings.EMAIL_BACKEND.endswith("smtp.EmailBackend")

    def test_afterwards_all_is_as_it_was():
        assert settings.EMAIL_BACKEND.endswith("THEIRS")
        assert settings.EMAIL_HOST == "prod"
"""


@pytest.mark.parametrize("backend", ["smtp", "locmem"])
def test_the_fixture_for_django(
    backend: str, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONWARNINGS", "error,ignore:The EMAIL_")  # as has_old_settings
    path = f"django.core.mail.backends.{backend}.EmailBackend"
    pytester.makeconftest(
        f"""
        from django.conf import settings
        settings.configure(EMAIL_HOST="prod", EMAIL_BACKEND={path!r})
        """
    )
    pytester.makepyfile(SUITE.replace("THEIRS", f"{backend}.EmailBackend"))
    options = ("-W", "error", "-W", "ignore:The EMAIL_", "-p", "fakemail")
    result = pytester.runpytest_subprocess(*options)
    result.assert_outcomes(passed=6)


def test_django_without_settings_is_refused_by_name(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_it(fakemail_django): pass")
    result = pytester.runpytest_subprocess("-p", "fakemail")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        ["*BadArgument: Django has no settings: set DJANGO_SETTINGS_MODULE*"]
    )


# --- Flask -----------------------------------------------------------------------------------


def shop(**config: Any) -> Flask:  # noqa: ANN401
    app = Flask("shop")
    app.config.update(config)
    return app


def say(mailer: Mail, app: Flask) -> None:
    with app.app_context():
        mailer.send(
            Message("Hello", recipients=["ann@example.test"], body="Hi", sender="app@example.test")
        )


@pytest.mark.parametrize("is_made_before", [True, False])
def test_flask_mail_may_be_made_before_or_after(is_made_before: bool, fakemail: FakeMail) -> None:  # noqa: FBT001
    app = shop(TESTING=True, MAIL_SERVER="prod", MAIL_PORT=1)
    mailer = Mail(app) if is_made_before else Mail()
    before = dict(app.config)
    with fakemail.connect_flask(app):
        if not is_made_before:
            mailer.init_app(app)
        say(mailer, app)
    assert fakemail.outbox.one().subject == "Hello"
    assert app.config == before
    if is_made_before:
        state = app.extensions["mail"]
        assert (state.server, state.port, state.suppress) == ("prod", 1, True)


def test_what_is_no_flask_app_is_refused(fakemail: FakeMail) -> None:
    for app in (None, SimpleNamespace(config={}), SimpleNamespace(config=1, extensions={})):
        with pytest.raises(BadArgument, match="no Flask app"):
            fakemail.connect_flask(app)


def test_the_fixture_for_flask(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest
        from flask import Flask
        from flask_mail import Mail, Message

        APP = Flask("shop")
        APP.testing = True
        MAIL = Mail(APP)

        @pytest.fixture
        def app():
            return APP

        def send():
            with APP.app_context():
                MAIL.send(Message("Hello", ["ann@example.test"], "Hi", sender="a@example.test"))

        @pytest.mark.fakemail(require_auth=True, require_tls=True)
        def test_it(fakemail_flask, fakemail):
            send()
            assert fakemail_flask is fakemail
            assert fakemail.outbox.one().user and fakemail.outbox.one().tls

        def test_afterwards():
            assert MAIL.state.suppress is True
        """
    )
    pytester.runpytest("-W", "error").assert_outcomes(passed=2)


def test_flask_without_an_app_is_refused_by_name(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_it(fakemail_flask): pass")
    result = pytester.runpytest()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*BadArgument: fakemail_flask is for the Flask app*"])
