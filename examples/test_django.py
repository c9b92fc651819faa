"""Django's mail, sent over a real connection instead of into `django.core.mail.outbox`."""

from typing import Any

import pytest

from pytest_fakemail import FakeMail

pytest.importorskip("django", reason="Django is not installed")

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, send_mail
from django.test.utils import override_settings

# From Django 6.1 on, MAILERS takes the place of these settings, which serve all versions.
pytestmark = pytest.mark.filterwarnings("ignore:.*EMAIL_")

if not settings.configured:
    settings.configure(DEFAULT_FROM_EMAIL="shop@example.test")


def over(fakemail: FakeMail, **more: object) -> Any:  # noqa: ANN401  (Django is not typed)
    account = fakemail.account("shop@example.test", password="s3cret")
    return override_settings(
        EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend",
        EMAIL_HOST=fakemail.smtp.host,
        EMAIL_PORT=fakemail.smtp.port,
        EMAIL_HOST_USER=account.user,
        EMAIL_HOST_PASSWORD=account.password,
        **more,
    )


@pytest.mark.fakemail(require_auth=True)
def test_send_mail_logs_in_and_sends(fakemail: FakeMail) -> None:
    with over(fakemail):
        send_mail("Your order", "It is on its way.", None, ["ann@example.test"])

    mail = fakemail.outbox.one(to="ann@example.test", subject="Your order")
    assert mail.user == "shop@example.test"
    assert "on its way" in mail.text


def test_blind_copies_stay_blind(fakemail: FakeMail) -> None:
    with over(fakemail):
        mail = EmailMultiAlternatives(
            "Your order", "Thanks", to=["ann@example.test"], bcc=["books@example.test"]
        )
        mail.attach_alternative("<b>Thanks</b>", "text/html")
        mail.send()

    sent = fakemail.outbox.one(subject="Your order", html="<b>Thanks</b>")
    assert sent.bcc == ["books@example.test"]
    sent.assert_bcc_hidden()


@pytest.mark.usefixtures("fakemail_trust")
@pytest.mark.fakemail(require_tls=True, require_auth=True)
def test_starttls_is_used_where_the_server_insists(fakemail: FakeMail) -> None:
    with over(fakemail, EMAIL_USE_TLS=True):
        send_mail("Your order", "It is on its way.", None, ["ann@example.test"])

    assert fakemail.outbox.one().tls is not None
