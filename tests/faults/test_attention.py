"""What a rule, policy, quirk or personality is not for costs next to nothing."""

import gc
import sys
from collections.abc import Callable, Iterable
from types import FrameType

import pytest
from faults.wire import Wire

from pytest_fakemail import FakeMail, policies
from pytest_fakemail.policies.policy import Policy
from pytest_fakemail.providers import gmail
from pytest_fakemail.smtp.session import SmtpSession
from pytest_fakemail.wire.conversation import Conversation
from pytest_fakemail.wire.effects import Effect, Later, Send, sent
from pytest_fakemail.wire.exchange import Connection, Exchange

TALK = (
    b"MAIL FROM:<app@example.test>\r\n",
    b"RCPT TO:<ann@example.test>\r\n",
    b"DATA\r\n",
    b"Subject: x\r\n\r\nx\r\n.\r\n",
)


def _blocked_at(point: str) -> Policy:
    return policies.blocklist({"192.0.2.7"}, at=point)


UNRELATED: dict[str, Callable[[FakeMail], object]] = {
    "a rule of IMAP": lambda one: one.imap.when("any").no(),
    "twenty of POP3": lambda one: [one.pop3.when("RETR").err() for _ in range(20)],
    "a rule for another verb": lambda one: one.smtp.when("VRFY").reply(450),
    "a rule for the greeting": lambda one: one.smtp.when("connect").delay("1s"),
    "a rule for logins": lambda one: one.smtp.when("AUTH").reply(454),
    "a rule that is used up": lambda one: one.smtp.when("NOOP").reply(450).once(),
    "a policy on logins": lambda one: one.smtp.enforce(policies.lockout(after=3)),
    "a policy on connections": lambda one: one.smtp.enforce(_blocked_at("connect")),
    "a policy of IMAP": lambda one: one.imap.enforce(policies.token_expiry()),
    "a quirk of IMAP": lambda one: one.imap.quirk("fetch.uid_after_literal"),
    "a quirk of SMTP": lambda one: one.smtp.quirk("ehlo.auth_equals"),
}


class Client:
    """Tells an SMTP session octets, and the transcript its answers."""

    def __init__(self, fakemail: FakeMail) -> None:
        service = fakemail._service("smtp")
        self.recorder = service.recorder
        self.connection = Connection(1, "smtp")
        self.session = SmtpSession(service, self.connection)
        self.hear(self.session.greeting())
        for line in (b"EHLO client.test\r\n", b"NOOP\r\n"):
            self.say(line)

    def say(self, data: bytes) -> None:
        self.hear(self.session.receive_data(data))

    def hear(self, effects: Iterable[Effect]) -> None:
        for effect in effects:
            if isinstance(effect, Send):
                self.recorder.sent(self.connection, effect.data)

    def send(self) -> None:
        for data in TALK:
            self.say(data)


def calls_of(act: Callable[[], None]) -> int:
    """Return how many functions are called, Python's own and ours."""
    found = 0

    def count(_frame: FrameType, event: str, _: object) -> None:
        nonlocal found
        found += event in ("call", "c_call")

    gc.disable()  # what it collects may have functions that are called
    sys.setprofile(count)
    try:
        act()
    finally:
        sys.setprofile(None)
        gc.enable()
    return found


def calls_of_a_message(unrelated: Callable[[FakeMail], object]) -> int:
    with FakeMail() as fakemail:
        unrelated(fakemail)
        client = Client(fakemail)
        for _ in range(30):  # what is said again is known then, and classes have initialisers
            client.send()
        found = calls_of(client.send)
        assert len(fakemail.outbox) == 31
        fakemail.clear_faults()
    return found


@pytest.mark.parametrize("what", UNRELATED)
def test_a_message_costs_next_to_nothing_more(what: str) -> None:
    plain, found = calls_of_a_message(lambda _: None), calls_of_a_message(UNRELATED[what])
    # Whether one of the four exchanges is meant takes a handful of calls.
    assert found <= plain + 4 * 6


@pytest.mark.parametrize(
    "meant",
    [
        lambda one: one.smtp.when("RCPT", to="bob@x.test").reply(450),
        lambda one: one.smtp.enforce(_blocked_at("RCPT")),
        lambda one: one.smtp.quirk("data.250_for_354"),
    ],
)
def test_what_is_for_one_verb_is_asked_there_only(meant: Callable[[FakeMail], object]) -> None:
    plain, found = calls_of_a_message(lambda _: None), calls_of_a_message(meant)
    assert found < 1.5 * plain


def test_what_is_for_all_verbs_is_gathered_when_it_changes(smtp: Wire) -> None:
    smtp.when("any", nth=3).reply(450).once()
    smtp.engine.begin_now()
    attended = smtp.engine._attention
    smtp.says("NOOP")
    smtp.says("RSET")
    assert smtp.engine._attention is attended
    smtp.says("NOOP")
    assert not smtp.engine.is_active


def test_a_rule_for_idle_hears_of_its_end(imap: Wire) -> None:
    imap.when("IDLE").say("* BYE").after("29m").optional()
    imap.says("IDLE", b"+ \r\n")
    [later] = [one for one in imap.says("IDLE", b"+ \r\n") if isinstance(one, Later)]
    assert not imap.engine.heeds("smtp", "DONE")
    imap.says("DONE")
    assert list(later.effects) == []


def test_nobody_waits_for_a_connection_that_is_over(imap: Wire) -> None:
    rule = imap.when("IDLE").say("* BYE").after("29m").optional()
    imap.says("IDLE", b"+ \r\n")
    rule.stop()
    assert imap.engine.is_active
    imap.connection.is_over = True
    rule.stop()
    assert not imap.engine.is_active


def test_a_failed_login_goes_on_though_its_rule_is_used_up(smtp: Wire) -> None:
    smtp.when("AUTH").fail(gmail.TOKEN_EXPIRED).once()
    smtp.engine.begin_now()
    talk = Conversation(smtp.connection, smtp.engine, smtp.recorder)
    request = b"AUTH XOAUTH2 dXNlcg==\r\n"
    login = Exchange(smtp.connection, "AUTH", request, argument="XOAUTH2")
    assert sent(talk.answer(login, tuple)).startswith(b"334 ")
    response = Exchange(smtp.connection, "response", b"\r\n")
    assert sent(talk.answer(response, lambda: (Send(b"235 ok\r\n"),))).startswith(b"535")
    assert not smtp.engine.is_active


def test_a_rule_tells_what_came_since_it_was_set() -> None:
    with FakeMail() as fakemail:
        client = Client(fakemail)
        first = fakemail.smtp.when("VRFY").reply(450)
        client.say(b"NOOP\r\n")
        client.say(b"RSET\r\n")
        second = fakemail.smtp.when("EXPN").reply(450)
        third = fakemail.smtp.when("HELP").reply(450)
        for word in (b"RSET", b"XYZZY", b"NOOP", b"PLUGH", b"RSET"):
            client.say(word + b"\r\n")
        told = [one.why_unfired().splitlines()[-1].strip() for one in (first, second, third)]
        fakemail.clear_faults()
    since = "RSET (2 times), unknown commands (2 times), NOOP"
    assert told == [
        "VRFY never came; what came: NOOP (2 times), RSET (3 times), unknown commands (2 times)",
        f"EXPN never came; what came: {since}",
        f"HELP never came; what came: {since}",
    ]
