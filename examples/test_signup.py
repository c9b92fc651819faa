"""A signup app on smtplib, tested from its welcome mail to its retries.

The app is at the top, as it could stand in a module of its own; the tests follow.
"""

import smtplib
import time
from collections.abc import Callable
from email.message import EmailMessage
from urllib.parse import urlsplit

import pytest

from pytest_fakemail import FakeMail, SmtpPoint

ATTEMPTS = 3


def welcome(address: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = "Shop <shop@example.test>"
    mail["To"] = address
    mail["Subject"] = "Welcome"
    name = address.partition("@")[0].capitalize()
    link = "https://shop.example.test/confirm/5f2c"
    mail.set_content(f"Hello {name},\n\nplease confirm: {link}\nYour code is 482913.\n")
    mail.add_alternative(
        f'<p>Hello {name},</p><p><a href="{link}">please confirm</a>.</p>', subtype="html"
    )
    return mail


def signup(address: str, *, smtp_url: str, wait: Callable[[float], None] = time.sleep) -> str:
    """Send the welcome mail; try again while the server says that it is busy."""
    server = urlsplit(smtp_url)
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with smtplib.SMTP(server.hostname or "", server.port or 25) as client:
                client.send_message(welcome(address))
        except smtplib.SMTPRecipientsRefused as refused:
            code, _ = refused.recipients[address]
            if code >= 500:
                return "no such address"
        except (smtplib.SMTPResponseException, OSError):
            pass  # as good a reason to try again as a busy mailbox
        else:
            return "welcome sent"
        wait(2.0**attempt)
    return "try later"


def no_wait(seconds: float) -> None:
    """Stand in for the pause between attempts."""


def test_signup_sends_a_welcome(fakemail: FakeMail) -> None:
    assert signup("ann@example.test", smtp_url=fakemail.smtp.url) == "welcome sent"

    mail = fakemail.outbox.wait_for(to="ann@example.test", subject="Welcome")
    assert "Hello Ann" in mail.text
    assert mail.link("/confirm/").startswith("https://")
    assert mail.code() == "482913"


def test_a_busy_mailbox_is_retried(fakemail: FakeMail) -> None:
    fakemail.smtp.when("RCPT", to="ann@example.test").reply(450, "4.2.1 Mailbox busy").times(2)

    assert signup("ann@example.test", smtp_url=fakemail.smtp.url, wait=no_wait) == "welcome sent"

    fakemail.outbox.wait_for(to="ann@example.test")  # exactly one: two would fail here


def test_a_closed_mailbox_is_not_retried(fakemail: FakeMail) -> None:
    fakemail.smtp.when("RCPT").reply(550, "5.1.1 No such user").once()

    assert signup("bob@example.test", smtp_url=fakemail.smtp.url, wait=no_wait) == "no such address"

    fakemail.outbox.assert_none()


@pytest.mark.parametrize("point", ["connect", "EHLO", "MAIL", "DATA", "end-of-data"])
def test_a_server_going_down_is_retried(fakemail: FakeMail, point: SmtpPoint) -> None:
    fakemail.smtp.when(point).reply(421, "4.3.2 Shutting down").once()

    assert signup("ann@example.test", smtp_url=fakemail.smtp.url, wait=no_wait) == "welcome sent"

    assert fakemail.outbox.one().recipients == ["ann@example.test"]


def test_it_gives_up_in_the_end(fakemail: FakeMail) -> None:
    fakemail.smtp.when("connect").reply(421, "4.3.2 Try later").close()
    pauses: list[float] = []

    assert signup("ann@example.test", smtp_url=fakemail.smtp.url, wait=pauses.append) == "try later"

    assert pauses == [2.0, 4.0, 8.0]
