"""A queue of 10,000 messages whose targets fail at random: time, memory, and nothing lost.

Everything is pinned to one processor, client, relay and targets alike.  There is no peer that
does this; the figures are seconds of the processor's time and octets a message.
"""

import argparse
import os
import random
import resource
import smtplib
import time
from collections import Counter

from pytest_fakemail import FakeMail

DOMAINS = tuple(f"d{number}.test" for number in range(10))


def struck(chance: random.Random, share: float) -> object:
    return lambda _: chance.random() < share


def fill(source: FakeMail, messages: int) -> None:
    with smtplib.SMTP(*source.smtp.address) as client:
        for number in range(messages):
            to = f"u{number}@{DOMAINS[number % len(DOMAINS)]}"
            client.sendmail("shop@shop.test", to, f"Subject: {number}\r\n\r\nHi\r\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--messages", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    chance = random.Random(given.seed)  # noqa: S311  (no secret)
    with (
        FakeMail(domain="shop.test", transcript_limit=0) as source,
        FakeMail(clock=source.clock, transcript_limit=0) as target,
    ):
        for domain in DOMAINS:
            source.route(domain, target)
        source.queue.hold()
        target.smtp.when("RCPT", where=struck(chance, 0.2)).reply(450, "4.2.1 Busy")
        target.smtp.when("RCPT", where=struck(chance, 0.05)).reply(550, "5.1.1 Nobody")
        target.smtp.when("MAIL", where=struck(chance, 0.01)).close()
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        started, cpu = time.monotonic(), time.process_time()
        fill(source, given.messages)
        source.clock.advance("6d")
        seconds, cpu = time.monotonic() - started, time.process_time() - cpu
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        reached = Counter(one for mail in target.outbox for one in mail.recipients)
        reports = source.account("shop@shop.test").inbox.messages
        failed = sum("Undelivered" in report.subject for report in reports)
        print(f"messages            {given.messages}")
        print(f"reached once        {sum(count == 1 for count in reached.values())}")
        print(f"reached twice       {sum(count > 1 for count in reached.values())}")
        print(f"returned            {failed}")
        print(f"still in the queue  {len(source.queue)}")
        print(f"seconds             {seconds:.1f} ({cpu:.1f} of the processor's)")
        print(f"KiB a message       {grown / given.messages:.1f}")
        assert len(reached) + failed == given.messages


if __name__ == "__main__":
    main()
