"""A sender that tries again, and a server that greylists: hours of it in no time.

The sender has a schedule, as real ones have.  It is told the time and never sleeps itself, so the
test moves the servers' clock and the sender's with one hand.
"""

import smtplib
from dataclasses import dataclass, field

from pytest_fakemail import FakeMail, policies

SCHEDULE = (60, 300, 900, 3600)  # seconds until the next attempt
TEMPORARY = range(400, 500)


@dataclass
class Queued:
    """A mail on its way, and when it is tried next."""

    to: str
    text: str
    due: float = 0.0
    attempts: int = 0


@dataclass
class Sender:
    """Sends what is due; what is refused for now stays, what is refused for good is given up."""

    host: str
    port: int
    queue: list[Queued] = field(default_factory=list)
    given_up: list[str] = field(default_factory=list)

    def run(self, now: float) -> None:
        """Try everything that is due."""
        for mail in [one for one in self.queue if one.due <= now]:
            code = self.attempt(mail)
            if code in TEMPORARY and mail.attempts < len(SCHEDULE):
                mail.due = now + SCHEDULE[mail.attempts]
                mail.attempts += 1
                continue
            self.queue.remove(mail)
            if code >= 400:
                self.given_up.append(mail.to)

    def attempt(self, mail: Queued) -> int:
        """Send a mail; return the code of the refusal, or 250."""
        with smtplib.SMTP(self.host, self.port, timeout=5) as client:
            try:
                client.sendmail("shop@example.test", [mail.to], mail.text)
            except smtplib.SMTPRecipientsRefused as refused:
                return refused.recipients[mail.to][0]
        return 250


def run_for(minutes: int, sender: Sender, fakemail: FakeMail) -> None:
    """Let the sender run once a minute."""
    for _ in range(minutes):
        sender.run(fakemail.clock.time())
        fakemail.clock.advance("1m")


def test_gets_through_with_the_second_retry(fakemail: FakeMail) -> None:
    fakemail.clock.freeze()
    standing = fakemail.smtp.enforce(policies.greylisting(delay="5m"))
    sender = Sender(*fakemail.smtp.address, [Queued("ann@example.test", "Subject: hi\n\n")])
    run_for(10, sender, fakemail)
    assert sender.queue == []
    assert fakemail.outbox.one().recipients == ["ann@example.test"]
    assert standing.acted == 2  # at once and after a minute; six minutes are enough


def test_gives_up_on_a_server_that_is_never_content(fakemail: FakeMail) -> None:
    fakemail.clock.freeze()
    fakemail.smtp.enforce(policies.greylisting(delay="1d"))
    sender = Sender(*fakemail.smtp.address, [Queued("ann@example.test", "Subject: hi\n\n")])
    run_for(120, sender, fakemail)
    assert sender.given_up == ["ann@example.test"]
    fakemail.outbox.assert_none()


def test_other_mail_does_not_wait(fakemail: FakeMail) -> None:
    fakemail.clock.freeze()
    fakemail.smtp.enforce(policies.greylisting(), to="ann@example.test")
    people = ("ann@example.test", "bob@example.test")
    sender = Sender(*fakemail.smtp.address, [Queued(one, "Subject: hi\n\n") for one in people])
    run_for(1, sender, fakemail)
    assert fakemail.outbox.one().recipients == ["bob@example.test"]
