"""Whatever the next servers do: each recipient is reached exactly once, or told of exactly once."""

import random
import smtplib
from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st
from notices import strict

from pytest_fakemail import FakeMail

DOMAINS = ("a.test", "b.test", "c.test")
REPLIES = ((450, "4.2.1 Busy"), (421, "4.3.2 Closing"), (550, "5.1.1 Nobody"))


def fail_at_random(target: FakeMail, seed: int) -> None:
    """Refuse recipients for now, for ever, or break the connection before anything happens."""
    chance = random.Random(seed)  # noqa: S311  (no secret)

    def is_struck(_: object) -> bool:
        return chance.random() < 0.3

    for code, text in REPLIES:
        target.smtp.when("RCPT", where=is_struck).reply(code, text).optional()
    target.smtp.when("MAIL", where=is_struck).close().optional()


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.lists(st.sampled_from(DOMAINS), min_size=1, max_size=3), min_size=1, max_size=12),
    st.integers(0, 2**32),
)
def test_every_recipient_is_reached_once_or_told_of_once(
    messages: list[list[str]], seed: int
) -> None:
    with FakeMail(domain="shop.test") as source, FakeMail(clock=source.clock) as target:
        for domain in DOMAINS:
            source.route(domain, target)
        fail_at_random(target, seed)
        inbox = source.account("shop@shop.test").inbox
        source.queue  # noqa: B018  (so that nothing leaves before all are in)
        with smtplib.SMTP(*source.smtp.address) as client:
            for number, domains in enumerate(messages):
                to = [f"u{number}-{place}@{domain}" for place, domain in enumerate(domains)]
                client.sendmail("shop@shop.test", to, f"Subject: {number}\r\n\r\nHi\r\n")
        source.clock.advance("6d")
        assert not source.queue
        reached = Counter(str(one) for mail in target.outbox for one in mail.recipients)
        failed: Counter[str] = Counter()
        for report in inbox.messages:
            if "Undelivered" in report.subject:
                _, groups, _ = strict.read(report.raw)
                failed.update(
                    group["final-recipient"].partition(";")[2].strip() for group in groups
                )
        wanted = {
            f"u{number}-{place}@{domain}"
            for number, domains in enumerate(messages)
            for place, domain in enumerate(domains)
        }
        assert reached + failed == Counter(wanted)


def test_the_order_by_domain_is_kept() -> None:
    with FakeMail() as source, FakeMail(clock=source.clock) as target:
        source.route("x.test", target)
        busy = target.smtp.when("MAIL").reply(450, "4.3.1 Busy").times(20)
        with smtplib.SMTP(*source.smtp.address) as client:
            for number in range(20):
                client.sendmail("a@b.test", "c@x.test", f"Subject: {number}\r\n\r\nHi\r\n")
        source.clock.advance("1h")
        assert busy.fired == 20
        assert [mail.subject for mail in target.outbox] == [str(number) for number in range(20)]
