"""Faults, quirks, policies and flaws of TLS are of one server, and end with `reset`.

What clients see of the others is compared, octet by octet, with what they see of a FakeMail that
has no trouble at all.
"""

import re
import socket
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import chain

import pytest

from pytest_fakemail import FakeMail, policies
from pytest_fakemail.policies.policy import Policy
from pytest_fakemail.providers import dovecot, gmail, m365, postfix
from pytest_fakemail.providers.quirks import QUIRKS

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
MAIL = "Subject: One\r\nContent-Disposition: inline\r\n\r\nHello)\r\n"

SESSIONS = {
    "smtp": (
        *("EHLO app.test", "NOOP", "MAIL FROM:<a@x.test>", "RCPT TO:<b@x.test>", "DATA"),
        *("Subject: x", "", "x", ".", "RSET", "VRFY x", "QUIT"),
    ),
    "pop3": (
        *("CAPA", "USER user@example.test", "PASS password", "STAT", "UIDL", "LIST", "RETR 1"),
        *("TOP 1 0", "NOOP", "QUIT"),
    ),
    "imap": (
        *("a CAPABILITY", "b LOGIN user@example.test password", 'c LIST "" *', "d SELECT INBOX"),
        "e FETCH 1:* (UID FLAGS ENVELOPE BODYSTRUCTURE RFC822.SIZE BODY.PEEK[])",
        *("f UID SEARCH SUBJECT one", "g STATUS INBOX (MESSAGES UIDNEXT)", "h NOOP", "i LOGOUT"),
    ),
}
RANDOM = re.compile(rb"<[\w.]+@mail\.example\.test>|(?<=queued as )\w+")


def troubled(fakemail: FakeMail, protocol: str) -> None:
    """Set, at one server, everything of every kind that it can have."""
    server = getattr(fakemail, protocol)
    server.when("any").rewrite(b"e", b"E").optional()
    server.when("NOOP").delay("1ms").optional()
    providers = (gmail, m365, dovecot, postfix)
    failures = chain.from_iterable(one.failures(protocol=protocol) for one in providers)
    server.fail(next(iter(failures))).optional()
    server.quirk(*QUIRKS[protocol])
    for policy in POLICIES:
        if protocol in policy.protocols:
            server.enforce(policy)
    fakemail.tls.present("starttls-stripped", protocol=protocol)
    fakemail.tls.present("expired", protocol=protocol)


POLICIES: tuple[Policy, ...] = (
    policies.greylisting(),
    policies.rate_limit(messages=1, per="1d"),
    policies.rate_limit(commands=1, per="1d"),
    policies.rate_limit(logins=1, per="1d"),
    policies.concurrent_connections(1),
    policies.messages_per_connection(1),
    policies.recipients_per_message(1),
    policies.no_relay(local=["example.test"]),
    policies.blocklist({"127.0.0.0/8"}),
    policies.content(lambda _: "no"),
    policies.message_size(1),
    policies.lockout(after=1, lasts="1d"),
    policies.login_delay("1d"),
    policies.basic_auth_disabled(),
    policies.idle_timeout("1h"),
    policies.session_timeout("1h"),
    policies.tarpit("1ms", on="everything"),
)


def seen(fakemail: FakeMail, protocol: str) -> bytes:
    """Return all that a client is told."""
    with socket.create_connection(getattr(fakemail, protocol).address, timeout=30) as client:
        said = client.makefile("rb")
        greeting = said.readline()
        client.sendall("".join(f"{line}\r\n" for line in SESSIONS[protocol]).encode())
        return RANDOM.sub(b"<>", greeting + said.read())


@pytest.fixture
def fakemail_at(make_fakemail: Callable[[], FakeMail]) -> Callable[[], FakeMail]:
    """Make a FakeMail with a message, whose clock stands still."""

    def make() -> FakeMail:
        one = make_fakemail()
        one.clock.freeze(NOON)
        one.account().inbox.deliver(MAIL.encode())
        return one

    return make


@pytest.fixture
def untroubled(fakemail_at: Callable[[], FakeMail]) -> dict[str, bytes]:
    one = fakemail_at()
    return {protocol: seen(one, protocol) for protocol in SESSIONS}


@pytest.mark.parametrize("protocol", SESSIONS)
def test_trouble_of_one_server_is_none_of_another(
    fakemail_at: Callable[[], FakeMail], untroubled: dict[str, bytes], protocol: str
) -> None:
    one, other = fakemail_at(), fakemail_at()
    troubled(one, protocol)
    assert {name: seen(other, name) for name in SESSIONS} == untroubled
    others = [name for name in SESSIONS if name != protocol]
    assert {name: seen(one, name) for name in others} == {name: untroubled[name] for name in others}
    one.clear_faults()
    one.clock.resume()
    assert seen(one, protocol) != untroubled[protocol]


def test_nothing_outlives_reset(
    fakemail_at: Callable[[], FakeMail], untroubled: dict[str, bytes]
) -> None:
    one = fakemail_at()
    for protocol in SESSIONS:
        troubled(one, protocol)
    one.seen_from("192.0.2.7")
    one.imap.go_down()
    one.clear_faults()
    one.reset()
    one.clock.freeze(NOON)
    one.account().inbox.deliver(MAIL.encode())
    assert {name: seen(one, name) for name in SESSIONS} == untroubled


SHARED = """
import pytest
import smtplib
from pytest_fakemail import policies

def replies(fakemail):
    with smtplib.SMTP(*fakemail.smtp.address) as client:
        ehlo = client.ehlo()
        return ehlo, client.noop(), client.mail("a@x.test"), client.rcpt("b@x.test"), client.rset()

@pytest.fixture(scope="session")
def usual(fakemail_{scope}):
    return replies(fakemail_{scope})

def test_without(fakemail_{scope}, usual):
    assert usual == replies(fakemail_{scope})

def test_with(fakemail_{scope}, usual):
    server = fakemail_{scope}.smtp
    server.when("NOOP").reply(450, "Busy").optional()
    server.quirk("reply.code_only")
    server.enforce(policies.no_relay(local=["example.test"]))
    fakemail_{scope}.seen_from("192.0.2.7")
    fakemail_{scope}.tls.present("starttls-stripped")
    changed = replies(fakemail_{scope})
    assert all(one != other for one, other in zip(changed, usual))
    server.go_down()

def test_without_again(fakemail_{scope}, usual):
    assert usual == replies(fakemail_{scope})

def test_a_policy_begins_empty(fakemail_{scope}):
    fakemail_{scope}.smtp.enforce(policies.rate_limit(messages=1, per="1d"))
    assert [replies(fakemail_{scope})[2][0] for _ in range(2)] == [250, 250]
    client = smtplib.SMTP(*fakemail_{scope}.smtp.address)
    client.sendmail("a@x.test", "b@x.test", "Subject: x")
    with pytest.raises(smtplib.SMTPSenderRefused):
        client.sendmail("a@x.test", "b@x.test", "Subject: x")
    client.close()

def test_a_policy_begins_empty_again(fakemail_{scope}):
    test_a_policy_begins_empty(fakemail_{scope})
"""


@pytest.mark.parametrize("scope", ["session"])
def test_nothing_is_left_for_the_next_test(pytester: pytest.Pytester, scope: str) -> None:
    """Of a FakeMail that tests share; others end with their test."""
    pytester.makepyfile(SHARED.format(scope=scope))
    pytester.runpytest("-q").assert_outcomes(passed=5)
