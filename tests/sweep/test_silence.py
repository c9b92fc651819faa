"""A server is silent for an app until the app leaves it; what it then meets is no silence."""

import smtplib
import threading

from pytest_fakemail import FakeMail


def test_a_slow_answer_at_the_second_attempt_is_waited_for(fakemail: FakeMail) -> None:
    """On a busy machine any answer may be slow: that brings no time-out on."""

    def attempt_twice() -> bool:
        for _ in range(2):
            try:
                with smtplib.SMTP(*fakemail.smtp.address, timeout=30) as client:
                    client.sendmail("shop@x.test", "ann@x.test", "Subject: Order 7\n\n")
            except (OSError, smtplib.SMTPException):
                continue
            return True
        return False

    fakemail.smtp.when("RCPT").do(lambda _: threading.Event().wait(0.06))  # a few looks long
    result = fakemail.sweep(attempt_twice, only="silence", sample=1, seed=9)
    [row] = result.rows
    assert (row.step, row.fault, row.said) == ("DATA", "silence", "done")
