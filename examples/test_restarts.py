"""An outbox worker and a server that restarts: nothing is lost, nothing is sent twice.

The worker keeps a mail until the server has taken it.  While the server is away it waits, each
time for longer; the test does not wait at all.
"""

import smtplib
from collections import deque
from collections.abc import Callable
from email.message import EmailMessage

import pytest

from pytest_fakemail import FakeMail

PAUSES = (1, 5, 30, 60)


class Worker:
    """Sends what is in its queue, in order; a mail leaves the queue when it was taken."""

    def __init__(self, host: str, port: int, sleep: Callable[[float], object]) -> None:
        self.host, self.port = host, port
        self.sleep = sleep
        self.queue: deque[EmailMessage] = deque()

    def run(self) -> None:
        """Send everything, or raise if the server is away for too long."""
        for pause in PAUSES:
            try:
                self.send_all()
            except OSError:  # smtplib's errors are, too
                self.sleep(pause)
            else:
                return
        self.send_all()

    def send_all(self) -> None:
        """Send what is left, each mail on a connection of its own."""
        while self.queue:
            with smtplib.SMTP(self.host, self.port, timeout=5) as client:
                client.send_message(self.queue[0])
                self.queue.popleft()


def mail(number: int) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"] = "shop@example.test", "ann@example.test"
    message["Subject"] = f"Order {number}"
    return message


@pytest.mark.parametrize("how", ["refuse", "reset"])
def test_waits_for_a_server_that_restarts(fakemail: FakeMail, how: str) -> None:
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 3:
            fakemail.smtp.come_back()

    worker = Worker(*fakemail.smtp.address, sleep)
    worker.queue.extend(map(mail, (1, 2)))
    fakemail.smtp.go_down(how)  # type: ignore[arg-type]
    worker.run()
    assert slept == [1, 5, 30]
    assert [one.subject for one in fakemail.outbox] == ["Order 1", "Order 2"]


def test_keeps_the_mail_of_a_server_that_stays_away(fakemail: FakeMail) -> None:
    worker = Worker(*fakemail.smtp.address, sleep=lambda _: None)
    worker.queue.append(mail(1))
    with fakemail.smtp.go_down(), pytest.raises(ConnectionRefusedError):
        worker.run()
    worker.run()
    assert fakemail.outbox.one().subject == "Order 1"
