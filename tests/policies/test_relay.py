"""Relaying, recipient verification, block lists, SPF and DMARC as told."""

import imaplib
import poplib
import socket

import pytest
from policies.conversing import ANN, SENDER, notes, rcpt, send, smtp

from pytest_fakemail import FakeMail, policies

ELSEWHERE = "bob@elsewhere.test"


@pytest.fixture(autouse=True)
def _frozen(fakemail: FakeMail) -> None:
    fakemail.clock.freeze()


def test_relay_is_denied_unless_logged_in(fakemail: FakeMail) -> None:
    fakemail.smtp.enforce(policies.no_relay(local=["Partner.test"]))
    fakemail.account("eve@hosted.test")
    assert rcpt(fakemail, ELSEWHERE) == (554, f"5.7.1 <{ELSEWHERE}>: Relay access denied")
    for local in (ANN, "x@PARTNER.test", "x@hosted.test", "postmaster"):
        assert rcpt(fakemail, local)[0] == 250
    with fakemail.smtp.client(fakemail.account()) as client:
        assert client.sendmail(SENDER, [ELSEWHERE], "x") == {}
    assert rcpt(fakemail, "<x")[0] == 501  # what is wrong is said


def test_what_is_here_by_an_alias_or_by_name_is_no_relay(fakemail: FakeMail) -> None:
    fakemail.smtp.enforce(policies.no_relay())
    assert rcpt(fakemail, "team@aliased.test")[0] == 554
    fakemail.alias("team@aliased.test", [ELSEWHERE])
    fakemail.local_domains = ["ours.test", "*.deep.test"]
    for local in ("team@aliased.test", "x@OURS.test", "x@a.deep.test"):
        assert rcpt(fakemail, local)[0] == 250
    assert rcpt(fakemail, "x@deep.test")[0] == 554


def test_whom_verification_knows(fakemail: FakeMail) -> None:
    fakemail.smtp.enforce(policies.recipient_verification(takes="1s"))
    fakemail.account("ann@example.test")
    fakemail.alias("*@caught.test", ["ann@example.test"])
    fakemail.route("routed.test", "unreachable")
    there = ["ann+x@example.test", "any@caught.test", "x@routed.test", "Postmaster"]
    there.append("postmaster@EXAMPLE.test")
    missing = ["nobody@example.test", "postmaster@x.test"]
    assert {rcpt(fakemail, one)[0] for one in (*there, *missing)} == {450}
    fakemail.clock.advance("1s")
    assert [rcpt(fakemail, one)[0] for one in there] == [250] * 5
    assert [rcpt(fakemail, one)[0] for one in missing] == [550] * 2


@pytest.mark.parametrize("protocol", ["pop3", "imap"])
def test_pop_before_smtp(fakemail: FakeMail, protocol: str) -> None:
    fakemail.smtp.enforce(policies.pop_before_smtp(window="30m"))
    assert rcpt(fakemail, ELSEWHERE)[0] == 554
    getattr(fakemail, protocol).client()
    assert rcpt(fakemail, ELSEWHERE)[0] == 250
    fakemail.seen_from("192.0.2.7")
    assert rcpt(fakemail, ELSEWHERE)[0] == 554
    fakemail.seen_from("127.0.0.1")
    fakemail.clock.advance("30m")
    assert rcpt(fakemail, ELSEWHERE)[0] == 554


def test_a_login_that_fails_opens_no_relay(fakemail: FakeMail) -> None:
    fakemail.smtp.enforce(policies.pop_before_smtp())
    account = fakemail.account()
    account.lock()
    with pytest.raises(poplib.error_proto, match="AUTH"):
        fakemail.pop3.client(account)
    with pytest.raises(imaplib.IMAP4.error, match="AUTHORIZATIONFAILED"):
        fakemail.imap.client(account)
    assert rcpt(fakemail, ELSEWHERE)[0] == 554


def test_recipient_verification(fakemail: FakeMail) -> None:
    fakemail.account(ANN)
    fakemail.alias("team@example.test", [ANN])
    fakemail.smtp.enforce(policies.recipient_verification(takes="6s"))
    assert rcpt(fakemail)[0] == 450
    assert rcpt(fakemail, ELSEWHERE)[0] == 450
    assert rcpt(fakemail, "team@example.test")[0] == 450
    fakemail.clock.advance("6s")
    assert rcpt(fakemail)[0] == 250
    assert rcpt(fakemail, "team@example.test")[0] == 250
    assert rcpt(fakemail, ELSEWHERE)[0] == 550


def test_block_list(fakemail: FakeMail) -> None:
    fakemail.smtp.enforce(policies.blocklist({"192.0.2.0/24", "2001:db8::1"}))
    assert send(fakemail) == 250
    fakemail.seen_from("192.0.2.7", helo="spam.test")
    assert send(fakemail) == 250
    with smtp(fakemail, name="spam.test") as client:
        assert client.mail(SENDER)[1] == (
            b"5.7.1 Service unavailable; Client host [192.0.2.7] blocked"
        )
    fakemail.seen_from("2001:DB8::1")
    assert send(fakemail) == 554
    with fakemail.smtp.client(fakemail.account()) as client:
        assert client.sendmail(SENDER, [ANN], "x") == {}
    assert notes(fakemail) == ["policy: blocklist: 192.0.2.7", "policy: blocklist: 2001:db8::1"]


def test_block_list_in_the_greeting(fakemail: FakeMail) -> None:
    fakemail.seen_from("192.0.2.7")
    for server, start in (
        (fakemail.smtp, b"554 "),
        (fakemail.pop3, b"-ERR"),
        (fakemail.imap, b"* BYE"),
    ):
        server.enforce(policies.blocklist(["192.0.2.7"], at="connect"))
        with socket.create_connection(server.address, timeout=5) as sock:
            assert sock.makefile("rb").read().startswith(start)


def test_one_connection_counts_as_from_elsewhere(fakemail: FakeMail) -> None:
    fakemail.smtp.enforce(policies.blocklist(["192.0.2.7"]))
    fakemail.seen_from("192.0.2.7", connection=2)
    assert [send(fakemail) for _ in range(3)] == [250, 554, 250]


def test_spf(fakemail: FakeMail) -> None:
    fakemail.smtp.enforce(
        policies.spf({"Bad.test": "fail", "odd.test": "temperror", "soft.test": "softfail"})
    )
    assert rcpt(fakemail)[0] == 250
    with smtp(fakemail) as client:
        assert client.mail("x@bad.test") == (
            550,
            b"5.7.23 SPF validation failed for bad.test from 127.0.0.1",
        )
        assert client.mail("x@odd.test")[0] == 451
        assert client.mail("x@soft.test")[0] == 250
        client.rset()
        assert client.mail("")[0] == 250
    with fakemail.smtp.client(fakemail.account()) as client:
        assert client.sendmail("x@bad.test", [ANN], "x") == {}


def test_spf_by_a_function(fakemail: FakeMail) -> None:
    fakemail.smtp.enforce(
        policies.spf(lambda client, _: "fail" if client == "192.0.2.7" else "pass", at="RCPT")
    )
    assert rcpt(fakemail)[0] == 250
    fakemail.seen_from("192.0.2.7")
    assert rcpt(fakemail)[0] == 550


def test_dmarc(fakemail: FakeMail) -> None:
    fakemail.smtp.enforce(
        policies.dmarc({"bank.test": "reject", "odd.test": "temperror", "q.test": "quarantine"})
    )
    texts = [f"From: <x@{domain}>\r\n\r\n.\r\n" for domain in ("BANK.test", "odd.test", "q.test")]
    assert [send(fakemail, text=text) for text in texts] == [550, 451, 250]
    assert send(fakemail) == 250
    fakemail.lmtp.enforce(policies.dmarc(lambda mail: "reject" if mail.subject else "pass"))
    client = fakemail.lmtp.client()
    client.ehlo_or_helo_if_needed()
    client.mail(SENDER)
    client.rcpt(ANN)
    client.rcpt(ELSEWHERE)
    assert client.data("Subject: x\r\n\r\n")[0] == 550
    assert client.getreply()[0] == 550  # one for each recipient
