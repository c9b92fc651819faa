"""What a server refuses by itself, a personality refuses in its provider's words."""

import smtplib

import pytest

from pytest_fakemail import FakeMail
from pytest_fakemail.faults.failures import Failure
from pytest_fakemail.providers import gmail, m365, ses, stalwart


def answered(provider: str, failure: Failure | None, *commands: str, needs: str = "") -> str:
    """Return the last reply, by the server itself or by a failure at that command."""
    is_auth, is_tls = needs == "auth", needs == "tls"
    with FakeMail(provider=provider, require_auth=is_auth, require_tls=is_tls) as fakemail:
        if failure is not None:
            fakemail.smtp.when(commands[-1].partition(" ")[0]).fail(failure)  # type: ignore[arg-type]
        fakemail.clock.freeze()
        with smtplib.SMTP(*fakemail.smtp.address) as client:
            replies = [client.docmd(command) for command in commands]
        code, text = replies[-1]
        stamp = fakemail.clock.now().strftime("%Y-%m-%dT%H:%M:%S")
        return f"{code} {text.decode()}".partition(stamp)[0]


@pytest.mark.parametrize(
    ("failure", "commands", "needs"),
    [
        (gmail.HELLO_FIRST, ("MAIL FROM:<a@b.test>",), ""),
        (gmail.HELLO_FIRST, ("AUTH PLAIN",), ""),
        (gmail.MAIL_FIRST, ("EHLO x", "RCPT TO:<a@b.test>"), ""),
        (gmail.MAIL_FIRST, ("EHLO x", "DATA"), ""),
        (gmail.RCPT_FIRST, ("EHLO x", "MAIL FROM:<a@b.test>", "DATA"), ""),
        (gmail.UNKNOWN_MECHANISM, ("EHLO x", "AUTH FOO"), ""),
        (gmail.AUTH_REQUIRED, ("EHLO x", "MAIL FROM:<a@b.test>"), "auth"),
        (gmail.STARTTLS_FIRST, ("EHLO x", "MAIL FROM:<a@b.test>"), "tls"),
        (m365.AUTH_REQUIRED, ("EHLO x", "MAIL FROM:<a@b.test>"), "auth"),
        (ses.AUTH_REQUIRED, ("EHLO x", "MAIL FROM:<a@b.test>"), "auth"),
        (stalwart.HELLO_FIRST, ("MAIL FROM:<a@b.test>",), ""),
        (stalwart.HELLO_FIRST, ("AUTH PLAIN",), ""),
    ],
    ids=lambda it: getattr(it, "__name__", None),
)
def test_the_server_says_what_the_failure_says(
    failure: Failure, commands: tuple[str, ...], needs: str
) -> None:
    provider = failure.__name__.partition(".")[0]
    said = answered(provider, None, *commands, needs=needs)
    if commands[-1].startswith("AUTH"):  # a failure of a login waits for one that can be
        assert said.startswith(f"{failure.code} {failure.text.partition('{')[0]}")
    else:
        assert said == answered(provider, failure, *commands, needs=needs)


@pytest.mark.parametrize("provider", ["gmail", "stalwart", "postfix"])
def test_another_refusal_with_that_code_is_another(provider: str) -> None:
    mail = "MAIL FROM:<a@b.test>"
    assert "Nested MAIL" in answered(provider, None, "EHLO x", mail, mail)
