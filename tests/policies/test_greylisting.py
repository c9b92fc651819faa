"""Greylisting: the triplet, the delay, the times after which one is forgotten."""

import pytest
from policies.conversing import ANN, SENDER, notes, rcpt, smtp

from pytest_fakemail import BadArgument, FakeMail, policies


@pytest.fixture(autouse=True)
def _frozen(fakemail: FakeMail) -> None:
    fakemail.clock.freeze()


def test_accepts_after_the_delay_and_goes_on(fakemail: FakeMail) -> None:
    standing = fakemail.smtp.enforce(policies.greylisting(delay="5m"))
    assert rcpt(fakemail) == (
        450,
        f"4.2.0 <{ANN}>: Recipient address rejected: Greylisted, try again in 300 seconds",
    )
    fakemail.clock.advance("4m59s")
    assert rcpt(fakemail)[0] == 450
    fakemail.clock.advance("1s")
    assert rcpt(fakemail)[0] == 250
    fakemail.clock.advance("20d")
    assert rcpt(fakemail)[0] == 250
    fakemail.clock.advance("35d")
    assert rcpt(fakemail)[0] == 450
    assert standing.acted == 3
    assert notes(fakemail)[0] == (
        f"policy: greylisting: 127.0.0.1 from <{SENDER}> to <{ANN}>, 300 s left"
    )


def test_a_retry_that_comes_too_late_begins_anew(fakemail: FakeMail) -> None:
    fakemail.smtp.enforce(policies.greylisting(delay="5m", retry_within="1h"))
    assert rcpt(fakemail)[0] == 450
    fakemail.clock.advance("1h")
    assert rcpt(fakemail)[0] == 450
    fakemail.clock.advance("5m")
    assert rcpt(fakemail)[0] == 250


def test_client_sender_and_recipient_all_count(fakemail: FakeMail) -> None:
    fakemail.smtp.enforce(policies.greylisting(delay="1m"))
    rcpt(fakemail)
    fakemail.clock.advance("1m")
    assert rcpt(fakemail, to="bob@example.test")[0] == 450
    assert rcpt(fakemail, sender="other@x.test")[0] == 450
    fakemail.seen_from("192.0.2.7")
    assert rcpt(fakemail)[0] == 450
    fakemail.seen_from("127.0.0.1")
    assert rcpt(fakemail, to=ANN.upper())[0] == 250


def test_a_login_is_let_through(fakemail: FakeMail) -> None:
    fakemail.smtp.enforce(policies.greylisting())
    with smtp(fakemail) as client:
        client.login("user@example.test", "password")
        assert client.sendmail(SENDER, [ANN], "x") == {}


def test_a_pipelined_transaction_is_refused_by_recipient(fakemail: FakeMail) -> None:
    fakemail.smtp.enforce(policies.greylisting(), to=ANN)
    with smtp(fakemail) as client:
        assert client.sendmail(SENDER, [ANN, "bob@example.test"], "x").keys() == {ANN}
    assert fakemail.outbox.one().recipients == ["bob@example.test"]


def test_lmtp_has_it_too(fakemail: FakeMail) -> None:
    fakemail.lmtp.enforce(policies.greylisting())
    client = fakemail.lmtp.client()
    client.ehlo_or_helo_if_needed()
    client.mail(SENDER)
    assert client.rcpt(ANN)[0] == 450
    assert rcpt(fakemail)[0] == 250


def test_refuses_a_window_in_which_nobody_can_try_again() -> None:
    with pytest.raises(BadArgument, match="more than the delay"):
        policies.greylisting(delay="5m", retry_within="5m")
    with pytest.raises(BadArgument, match="delay='soon'"):
        policies.greylisting(delay="soon")
