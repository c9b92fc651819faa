"""A real Postfix beside us: it relays to us and we to it, and its reports are like ours."""

import smtplib

import pytest
from children import PATIENCE
from notices import strict
from relay import postfix

from pytest_fakemail import FakeMail

pytestmark = pytest.mark.skipif(bool(postfix.why_not()), reason=postfix.why_not())

FIELDS = ("action", "status", "final-recipient", "original-recipient", "diagnostic-code")


def send(address: tuple[str, int], recipient: str, *, rcpt: tuple[str, ...] = ()) -> None:
    with smtplib.SMTP(*address, timeout=PATIENCE) as client:
        client.sendmail("ann@a.test", [recipient], "Subject: hi\r\n\r\nx\r\n", (), rcpt)


def test_postfix_relays_to_us_and_we_to_it() -> None:
    with FakeMail(domain="a.test") as ours, FakeMail(clock=ours.clock) as theirs:
        with postfix.running({"b.test": theirs.smtp.address}) as relay:
            ours.route("b.test", relay.address)
            send(ours.smtp.address, "bob@b.test")
            mail = theirs.outbox.wait_for(to="bob@b.test", timeout=PATIENCE)
        assert mail.helo == "mx.postfix.test"
        first, second = mail.headers.all("Received")
        assert "(Postfix)" in first
        assert "mail.example.test" in second
        assert mail.tls is not None


def test_a_refusal_is_reported_as_postfix_reports_it() -> None:
    """The same refusal, returned by Postfix and by us: compared field by field."""
    orcpt = ("ORCPT=rfc822;old@b.test", "NOTIFY=FAILURE")
    with FakeMail(domain="a.test", hostname="mx.a.test") as ours, FakeMail(clock=ours.clock) as b:
        ann = ours.account("ann@a.test").inbox
        b.smtp.when("RCPT").reply(550, "5.1.1 <dead@b.test>: Recipient address rejected")
        routes = {"b.test": b.smtp.address, "a.test": ours.smtp.address}
        with postfix.running(routes) as relay:
            send(relay.address, "dead@b.test", rcpt=orcpt)
            theirs = ann.wait_for(timeout=PATIENCE)
            assert "Postfix" in relay.log.read_text(encoding="utf-8") or theirs.raw
        ours.route("b.test", b)
        send(ours.smtp.address, "dead@b.test", rcpt=orcpt)
        own = ann.wait_for(where=lambda mail: mail.raw != theirs.raw)
        assert own.subject == theirs.subject
        assert own.headers["Auto-Submitted"] == theirs.headers["Auto-Submitted"]
        _, [they_say], their_copy = strict.read(theirs.raw)
        _, [we_say], our_copy = strict.read(own.raw)
        assert {name: we_say.get(name) for name in FIELDS} == {
            name: they_say.get(name) for name in FIELDS
        }
        assert our_copy.get_content_type() == their_copy.get_content_type()
        assert we_say["remote-mta"].startswith("dns;")
        assert they_say["remote-mta"].startswith("dns;")
