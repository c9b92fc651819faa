"""What providers limit, and how they word it: policies that come with a personality."""

import imaplib
import re
import smtplib
from collections.abc import Callable
from contextlib import ExitStack

import pytest
from policies.conversing import send, smtp

from pytest_fakemail import BadArgument, FakeMail, policies
from pytest_fakemail.policies.policy import Policy
from pytest_fakemail.policies.wordings import replies
from pytest_fakemail.providers import gmail, m365
from pytest_fakemail.providers.speaking.personality import NAMES, Limit, personality

LIMITS = [(name, limit) for name in NAMES for limit in personality(name).limits]
SAID = [(name, reply) for name in NAMES for reply in personality(name).says]
REPLIES = {one.name: one for one in replies()}


@pytest.mark.parametrize(("name", "limit"), LIMITS)
def test_a_limit_is_a_policy_of_a_server_that_there_is(name: str, limit: Limit) -> None:
    assert personality(name).spoken(limit.protocol) is not None
    policy: Policy = getattr(policies, limit.policy)(**limit.options)
    assert limit.protocol in policy.protocols
    letters, _, source = limit.evidence.partition(" ")
    assert set(letters.split("+")) <= set("TVSCK")
    assert source


@pytest.mark.parametrize(("name", "reply"), SAID)
def test_words_are_those_of_failures_with_evidence(name: str, reply: str) -> None:
    worded = list(personality(name).failures(reply))
    assert (
        len(worded) == len({one.protocol for one in worded}) == len(personality(name).says[reply])
    )
    for failure in worded:
        assert REPLIES[reply.split(" by ", maxsplit=1)[0]].text(failure.protocol)
        assert failure.evidence
        assert failure.answer != "ok"


WORDED: dict[str, tuple[str, Callable[[], Policy], str]] = {
    "greylisting": ("postfix", policies.greylisting, "Greylisted, see http://postgrey.schweikert.ch"),
    "relay": ("yahoo", lambda: policies.no_relay(local=["x.test"]),
              "550 relaying denied for bob@y.test"),
    "blocklist": ("exim", lambda: policies.blocklist({"192.0.2.7"}),
                  "550 Rejected because 192.0.2.7"),
    "dmarc": ("m365", lambda: policies.dmarc({"z.test": "reject"}),
              "550 5.7.509 Access denied, sending domain [z.test] does not pass DMARC"),
    "spf": ("gmail", lambda: policies.spf({"x.test": "fail"}),
            "The MAIL FROM domain [x.test] has an SPF record with a hard fail"),
    "rate": ("ses", lambda: policies.rate_limit(messages=1, per="1h", at="end-of-data"),
             "454 Throttling failure: Maximum sending rate exceeded"),
}  # fmt: skip


@pytest.mark.parametrize("name", WORDED)
def test_a_policy_of_the_tests_speaks_as_the_provider(name: str) -> None:
    provider, policy, words = WORDED[name]
    with FakeMail(provider=provider) as fakemail:
        fakemail.seen_from("192.0.2.7")
        fakemail.smtp.enforce(policy())
        for _ in range(2):
            send(fakemail, to="bob@y.test", text="From: app@z.test\nSubject: x\n\nx")
        said = re.sub(r"\s*S: 550[- ]5.7.26", "", str(fakemail.transcript))
        assert words in said.replace("550-", "550 ")
        assert "-- policy: " in str(fakemail.transcript)


def test_words_of_the_test_go_before_those_of_the_provider() -> None:
    with FakeMail(provider="postfix") as fakemail:
        fakemail.smtp.policies.word("smtp", {"greylisting": "451 4.7.1 Mine"})
        fakemail.smtp.enforce(policies.greylisting())
        assert send(fakemail) == 451
        fakemail.smtp.enforce(policies.no_relay(reply="551 5.7.1 No"), to="bob@y.test")


def test_the_fourth_connection_of_a_microsoft_mailbox_is_refused_at_the_end_of_the_data() -> None:
    with FakeMail(provider="m365") as fakemail, ExitStack() as stack:
        account = fakemail.account()
        clients = [fakemail.smtp.client(account) for _ in range(4)]
        for client in clients:
            stack.callback(client.close)
        assert clients[2].sendmail("user@example.test", "b@y.test", "Subject: x\n\n") == {}
        with pytest.raises(smtplib.SMTPDataError) as refused:
            clients[3].sendmail("user@example.test", "b@y.test", "Subject: x\n\n")
        assert refused.value.smtp_code == 432
        assert m365.TOO_MANY_CONNECTIONS.text.split(" [")[0].encode() in refused.value.smtp_error


def test_the_sixteenth_connection_of_a_gmail_account_is_refused_at_login() -> None:
    with FakeMail(provider="gmail") as fakemail:
        clients = [fakemail.imap.client() for _ in range(15)]
        one_more = imaplib.IMAP4(*fakemail.imap.address)
        with pytest.raises(imaplib.IMAP4.error, match="Too many simultaneous connections"):
            one_more.login("user@example.test", "password")
        for client in (*clients, one_more):
            client.shutdown()


def test_gmails_501st_message_of_a_day_is_refused_at_data() -> None:
    with FakeMail(provider="gmail") as fakemail, smtp(fakemail) as client:
        fakemail.clock.freeze()
        client.login("user@example.test", "password")
        for _ in range(500):
            client.sendmail("user@example.test", "b@y.test", "Subject: x\n\n")
        with pytest.raises(smtplib.SMTPDataError, match="Daily user sending limit") as refused:
            client.sendmail("user@example.test", "b@y.test", "Subject: x\n\n")
        assert (refused.value.smtp_code, gmail.DAILY_LIMIT.code) == (550, 550)
        fakemail.clock.advance("1d")
        later = fakemail.smtp.client(fakemail.account())
        assert later.sendmail("user@example.test", "b@y.test", "Subject: x\n\n") == {}


def test_limits_begin_anew_with_each_personality_and_reset(fakemail: FakeMail) -> None:
    _ = fakemail.imap
    fakemail.pretend_to_be("courier")
    fakemail.pretend_to_be("dovecot")  # the limits of the first are no policies of the test
    assert fakemail.settings.provider == "dovecot"
    clients = [fakemail.imap.client() for _ in range(10)]
    with pytest.raises(imaplib.IMAP4.error, match="mail_max_userip_connections=10"):
        fakemail.imap.client()
    for client in clients:
        client.shutdown()
    fakemail.reset()
    fakemail.imap.client().logout()


def test_policies_of_the_test_make_it_too_late(fakemail: FakeMail) -> None:
    fakemail.pretend_to_be("dovecot")
    fakemail.imap.enforce(policies.lockout(after=3))
    with pytest.raises(BadArgument, match="policy was set"):
        fakemail.pretend_to_be("courier")
