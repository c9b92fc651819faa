"""Policies among themselves, and beside faults: order, notes, criteria, forgetting."""

import smtplib
from typing import Any

import pytest
from policies.conversing import ANN, SENDER, notes, rcpt, send, smtp

from pytest_fakemail import BadArgument, FakeMail, policies
from pytest_fakemail.policies.policy import Policy

WRONG: Any = "fail"


def refuse_all(**changes: Any) -> Policy:  # noqa: ANN401  (any option)
    return policies.recipient_verification(takes="1ms", known="nobody@x.test", **changes)


@pytest.fixture(autouse=True)
def _frozen(fakemail: FakeMail) -> None:
    fakemail.clock.freeze()


def test_rules_go_first_and_policies_do_not_see_what_they_answer(fakemail: FakeMail) -> None:
    standing = fakemail.smtp.enforce(policies.greylisting(delay="1m"))
    fakemail.smtp.when("RCPT").reply(550, "5.1.1 No").once()
    assert rcpt(fakemail)[0] == 550
    assert standing.acted == 0
    fakemail.clock.advance("1m")
    assert rcpt(fakemail)[0] == 450  # its first attempt


def test_rules_work_on_what_a_policy_says(fakemail: FakeMail) -> None:
    fakemail.smtp.enforce(policies.greylisting())
    fakemail.smtp.when("RCPT").lose_reply()
    with smtp(fakemail) as client:
        client.mail(SENDER)
        with pytest.raises(smtplib.SMTPServerDisconnected):
            client.rcpt(ANN)


def test_the_first_that_refuses_did(fakemail: FakeMail) -> None:
    first = fakemail.smtp.enforce(policies.greylisting(delay="1m"))
    second = fakemail.smtp.enforce(policies.recipients_per_message(1))
    with smtp(fakemail) as client:
        client.mail(SENDER)
        assert [client.rcpt(f"{name}@x.test")[0] for name in "ab"] == [450, 450]
    fakemail.clock.advance("1m")
    with smtp(fakemail) as client:
        client.mail(SENDER)
        assert [client.rcpt(f"{name}@x.test")[0] for name in "ab"] == [250, 452]
    assert (first.acted, second.acted) == (2, 1)


def test_is_for_those_of_its_criteria_only(fakemail: FakeMail) -> None:
    fakemail.smtp.enforce(
        policies.greylisting(),
        to=ANN,
        helo=lambda name: name.startswith("client"),
        client="127.0.0.1",
    )
    assert rcpt(fakemail)[0] == 450
    assert rcpt(fakemail, to="bob@x.test")[0] == 250
    with smtp(fakemail, name="other.test") as client:
        client.mail(SENDER)
        assert client.rcpt(ANN)[0] == 250


def test_stops_and_is_forgotten_by_reset(fakemail: FakeMail) -> None:
    standing = fakemail.smtp.enforce(policies.greylisting())
    assert rcpt(fakemail)[0] == 450
    standing.stop()
    assert rcpt(fakemail)[0] == 250
    fakemail.smtp.enforce(policies.greylisting())
    fakemail.seen_from("192.0.2.7")
    fakemail.reset()
    assert rcpt(fakemail)[0] == 250
    fakemail.smtp.enforce(policies.blocklist({"192.0.2.7"}))
    assert rcpt(fakemail)[0] == 250


def test_never_fails_a_test_and_outlives_clear_faults(fakemail: FakeMail) -> None:
    fakemail.smtp.enforce(policies.greylisting())
    fakemail.clear_faults()
    fakemail.check()
    assert rcpt(fakemail)[0] == 450


def test_nothing_is_active_when_none_stands(fakemail: FakeMail) -> None:
    standing = fakemail.smtp.enforce(policies.greylisting())
    faults = fakemail.smtp._faults
    assert faults.is_active
    standing.stop()
    assert not faults.is_active


def test_words_of_the_test_and_of_the_server(fakemail: FakeMail) -> None:
    fakemail.smtp.policies.word("smtp", {"greylisting": "451 4.7.1 {to} {seconds} {client} {host}"})
    fakemail.smtp.enforce(policies.greylisting(delay="1m"), to=ANN)
    fakemail.smtp.enforce(policies.greylisting(reply="450 4.2.0 One\nTwo {{}}"))
    assert rcpt(fakemail) == (451, f"4.7.1 {ANN} 60 127.0.0.1 mail.example.test")
    assert rcpt(fakemail, to="bob@x.test") == (450, "4.2.0 One\nTwo {}")


def test_a_snapshot_holds_what_it_remembers(fakemail: FakeMail) -> None:
    fakemail.smtp.enforce(policies.rate_limit(messages=1, per="1h"))
    stands = fakemail.snapshot()
    for _ in range(2):
        assert [send(fakemail), send(fakemail)] == [250, 450]
        stands.restore()


def test_a_mistake_in_a_function_of_the_test_is_told_as_such(fakemail: FakeMail) -> None:
    standing = fakemail.smtp.enforce(
        policies.content(lambda mail: mail.subjekt)  # type: ignore[attr-defined]
    )
    assert send(fakemail) == 451
    with pytest.raises(BadArgument, match="given by the test failed once: UnknownAttr"):
        fakemail.check()
    standing.stop()
    fakemail.smtp.enforce(policies.content(lambda _: "no"))
    assert send(fakemail) == 451
    with pytest.raises(BadArgument, match="no reply of smtp: 'no'"):
        fakemail.check()


@pytest.mark.parametrize(
    ("mistake", "text"),
    [
        (lambda one: one.smtp.enforce("greylisting"), "no policy: 'greylisting'"),
        (lambda one: one.imap.enforce(policies.greylisting()), "is for smtp, lmtp, not for imap"),
        (lambda one: one.smtp.enforce(policies.greylisting(), two="x"), "did you mean 'to'"),
        (lambda one: one.smtp.enforce(policies.greylisting(), client=7), "wanted text"),
        (lambda one: one.smtp.enforce(policies.greylisting(reply="later")), "450 4.7.1 Try later"),
        (
            lambda one: one.smtp.enforce(policies.greylisting(reply="450 {recipient}")),
            "placeholder",
        ),
        (lambda one: one.smtp.enforce(policies.greylisting(reply="450 {")), "braces twice"),
        (lambda one: one.seen_from("localhost"), "no IP address: 'localhost'"),
        (lambda one: one.seen_from("192.0.2.7", hello="x"), "did you mean 'helo'"),
        (lambda _: policies.rate_limit(messages=1, per="1m", by="acount"), "mean 'account'"),
        (lambda _: policies.rate_limit(per="1m"), "wanted one of messages"),
        (lambda _: policies.rate_limit(messages=1, logins=2, per="1m"), "wanted one of messages"),
        (lambda _: policies.rate_limit(messages=0, per="1m"), "from 1"),
        (lambda _: policies.rate_limit(messages=1, per=0), "more than no time"),
        (lambda _: policies.rate_limit(logins=1, per="1m", by="sender"), "logins have no sender"),
        (lambda _: policies.rate_limit(logins=1, per="1m", at="RCPT"), "at='RCPT'"),
        (lambda _: policies.concurrent_connections(1, by="account", at="connect"), "nobody"),
        (lambda _: policies.no_relay(local="x.test"), "wanted domains"),
        (lambda _: policies.no_relay(local=["a@x.test"]), "no domain"),
        (lambda _: policies.blocklist("192.0.2.7"), "wanted several"),
        (lambda _: policies.blocklist({"x.test"}), "does not appear to be"),
        (lambda _: policies.spf({"x.test": "failed"}), "did you mean 'fail'"),
        (lambda _: policies.spf(WRONG), "no verdicts"),
        (lambda _: policies.dmarc({"x.test": "rejected"}), "did you mean 'reject'"),
        (lambda _: policies.tarpit("1s", on="errors"), "on='errors'"),
        (lambda _: policies.tarpit("1s", after=-1), "from 0"),
        (lambda _: policies.login_penalty(first="1m", most="1s"), "more than most"),
        (lambda _: policies.content(WRONG), "wanted a function"),
        (lambda _: policies.recipient_verification(known="a@x.test "), "the address alone, 'a@x"),
        (
            lambda one: one.seen_from("192.0.2.7", helo="me "),
            "helo='me ': wanted it without blanks",
        ),
        (lambda _: policies.quota(octets=True), "from 1"),
    ],
)
def test_a_mistake_is_told_where_it_was_made(fakemail: FakeMail, mistake: Any, text: str) -> None:  # noqa: ANN401
    with pytest.raises(BadArgument, match=text):
        mistake(fakemail)


def test_notes_name_the_policy(fakemail: FakeMail) -> None:
    fakemail.smtp.enforce(refuse_all())
    rcpt(fakemail)
    fakemail.clock.advance("1s")
    assert rcpt(fakemail)[0] == 550
    assert notes(fakemail)[-1] == f"policy: recipient_verification: <{ANN}>"
