"""What comes back: bounces by word, DSN, forwarding, auto-replies."""

import smtplib
from collections.abc import Iterator

import pytest
from notices import strict

from pytest_fakemail import FakeMail, notices


@pytest.fixture
def fakemail() -> Iterator[FakeMail]:
    with FakeMail(hostname="mx.shop.test", domain="shop.test") as one:
        yield one


def send(
    fakemail: FakeMail,
    *recipients: str,
    sender: str = "shop@shop.test",
    header: str = "Subject: sale",
    mail: tuple[str, ...] = (),
    rcpt: tuple[str, ...] = (),
) -> None:
    message = f"From: {sender}\r\nTo: {', '.join(recipients)}\r\n{header}\r\n\r\nHello\r\n"
    with smtplib.SMTP(*fakemail.smtp.address) as client:
        client.sendmail(sender, recipients, message.encode(), mail, rcpt)


@pytest.mark.parametrize("dialect", notices.DIALECTS)
def test_an_address_bounces_in_any_dialect(fakemail: FakeMail, dialect: notices.Dialect) -> None:
    inbox = fakemail.account("shop@shop.test").inbox
    fakemail.bounces("dead@x.test", "5.1.1", dialect=dialect, after="10m")
    send(fakemail, "dead@x.test", "good@x.test")
    fakemail.clock.advance("9m")
    inbox.assert_empty()
    fakemail.clock.advance("2m")
    [report] = inbox.messages
    assert b"dead@x.test" in report.raw
    assert fakemail.outbox.one().recipients == ["dead@x.test", "good@x.test"]


def test_an_account_that_bounces_gets_nothing(fakemail: FakeMail) -> None:
    ann = fakemail.account("ann@shop.test")
    fakemail.bounces("ann@shop.test", "5.2.2")
    send(fakemail, "ann@shop.test")
    report = fakemail.account("shop@shop.test").inbox.wait_for()
    _, [group], _ = strict.read(report.raw)
    assert group["status"] == "5.2.2"
    ann.inbox.assert_empty()


def test_a_whole_domain_bounces(fakemail: FakeMail) -> None:
    fakemail.bounces("*@dead.test", reply="554 5.7.1 {address} is blocked")
    send(fakemail, "any@dead.test")
    report = fakemail.account("shop@shop.test").inbox.wait_for()
    assert b"554 5.7.1 any@dead.test is blocked" in report.raw.replace(b"\r\n\t", b" ")


def test_what_has_come_can_be_returned(fakemail: FakeMail) -> None:
    send(fakemail, "ann@x.test")
    fakemail.bounce(fakemail.outbox.one(), "5.2.2", dialect="exchange")
    report = fakemail.account("shop@shop.test").inbox.assert_one(subject="Undeliverable: sale")
    assert b"5.2.2" in report.raw


@pytest.mark.parametrize(
    ("notify", "subjects"),
    [
        ("NEVER", []),
        ("DELAY", []),
        ("FAILURE", ["Undelivered Mail Returned to Sender"]),
        ("SUCCESS", []),
    ],
)
def test_notify_is_honoured(fakemail: FakeMail, notify: str, subjects: list[str]) -> None:
    fakemail.bounces("dead@x.test")
    send(fakemail, "dead@x.test", rcpt=(f"NOTIFY={notify}",))
    fakemail.clock.advance("1s")
    inbox = fakemail.account("shop@shop.test").inbox
    assert [message.subject for message in inbox.messages] == subjects


def test_ret_envid_and_orcpt_are_honoured(fakemail: FakeMail) -> None:
    fakemail.bounces("dead@x.test")
    send(
        fakemail,
        "dead@x.test",
        mail=("RET=HDRS", "ENVID=QQ314"),
        rcpt=("ORCPT=rfc822;old@x.test",),
    )
    report = fakemail.account("shop@shop.test").inbox.wait_for()
    about, [group], returned = strict.read(report.raw)
    assert about["original-envelope-id"] == "QQ314"
    assert group["original-recipient"].replace(" ", "") == "rfc822;old@x.test"
    assert returned.get_content_type() == "text/rfc822-headers"


@pytest.mark.parametrize("has_account", [True, False])
def test_success_is_told_where_it_was_asked_for(fakemail: FakeMail, *, has_account: bool) -> None:
    if has_account:
        fakemail.account("ann@shop.test")
    send(fakemail, "ann@shop.test", rcpt=("NOTIFY=SUCCESS",))
    report = fakemail.account("shop@shop.test").inbox.wait_for(
        subject="Successful Mail Delivery Report"
    )
    _, [group], _ = strict.read(report.raw)
    assert (group["action"], group["status"]) == ("delivered", "2.1.5")


def test_what_comes_back_or_goes_on_is_no_success(fakemail: FakeMail) -> None:
    fakemail.bounces("dead@x.test")
    fakemail.route("y.test", "unreachable")
    for address in ("dead@x.test", "late@y.test"):
        send(fakemail, address, rcpt=("NOTIFY=SUCCESS",))
    fakemail.clock.advance("1h")
    assert fakemail.queue.one().recipients == ["late@y.test"]
    fakemail.account("shop@shop.test").inbox.assert_empty()


@pytest.mark.parametrize(("has_dsn", "reports"), [(True, 0), (False, 1)])
def test_relayed_is_told_if_the_next_server_will_not(
    fakemail: FakeMail, *, has_dsn: bool, reports: int
) -> None:
    with FakeMail(clock=fakemail.clock) as target:
        if not has_dsn:
            target.smtp.capabilities.off("DSN")
        fakemail.route("x.test", target)
        send(fakemail, "ann@x.test", mail=("RET=FULL", "ENVID=E1"), rcpt=("NOTIFY=SUCCESS",))
        mail = target.outbox.wait_for()
        fakemail.queue.wait_until_empty()
        fakemail.clock.advance("1s")
        assert ("ENVID" in mail.parameters) is has_dsn
        assert ("NOTIFY" in mail.recipients[0].parameters) is has_dsn
        inbox = fakemail.account("shop@shop.test").inbox
        assert len(inbox.messages) == reports
        for report in inbox.messages:
            _, [group], _ = strict.read(report.raw)
            assert group["action"] == "relayed"


@pytest.mark.parametrize(
    ("missing", "recipient", "options", "status"),
    [
        ("SMTPUTF8", "jörg@x.test", ("SMTPUTF8",), b"5.6.7"),
        ("8BITMIME", "ann@x.test", ("BODY=8BITMIME",), b"5.6.3"),
    ],
)
def test_what_the_next_server_lacks_comes_back(
    fakemail: FakeMail,
    missing: str,
    recipient: str,
    options: tuple[str, ...],
    status: bytes,
) -> None:
    with FakeMail(clock=fakemail.clock) as target:
        target.smtp.capabilities.off(missing)
        fakemail.route("x.test", target)
        message = "Subject: Grüße\r\n\r\nfür dich\r\n".encode()
        with smtplib.SMTP(*fakemail.smtp.address) as client:
            client.ehlo()
            client.command_encoding = "utf-8"
            client.mail("shop@shop.test", options)
            client.rcpt(recipient)
            client.data(message)
        report = fakemail.account("shop@shop.test").inbox.wait_for()
        assert status in report.raw
        target.outbox.assert_none()


def test_size_is_asked_before_it_is_sent(fakemail: FakeMail) -> None:
    with FakeMail(clock=fakemail.clock, max_message_size=100) as target:
        fakemail.route("x.test", target)
        send(fakemail, "ann@x.test")
        report = fakemail.account("shop@shop.test").inbox.wait_for()
        assert b"5.3.4" in report.raw
        assert not target.transcript.commands("DATA")


def test_no_report_of_a_report(fakemail: FakeMail) -> None:
    fakemail.bounces("dead@x.test")
    send(fakemail, "dead@x.test", sender="")
    fakemail.clock.advance("1s")
    double = fakemail.account("postmaster@shop.test").inbox.assert_one()
    assert b"dead@x.test" in double.raw


def test_a_report_to_the_postmaster_ends_there(fakemail: FakeMail) -> None:
    fakemail.bounces("dead@x.test")
    fakemail.bounces("postmaster@shop.test")
    send(fakemail, "dead@x.test", sender="")
    fakemail.clock.advance("1d")
    assert not fakemail.queue
    assert "postmaster@shop.test" not in fakemail.store.accounts


def test_verp_is_kept(fakemail: FakeMail) -> None:
    with FakeMail(clock=fakemail.clock) as target:
        fakemail.route("x.test", target)
        send(fakemail, "ann@x.test", sender="news-7=ann=x.test@shop.test")
        assert target.outbox.wait_for().sender == "news-7=ann=x.test@shop.test"


# --- forwarding --------------------------------------------------------------------------


def test_an_account_forwards(fakemail: FakeMail) -> None:
    ann, bob = fakemail.account("ann@shop.test"), fakemail.account("bob@shop.test")
    ann.forward("bob@shop.test")
    send(fakemail, "ann@shop.test")
    bob.inbox.wait_for(subject="sale")
    ann.inbox.assert_empty()
    ann.forward("bob@shop.test", keep_copy=True)
    send(fakemail, "ann@shop.test", header="Subject: two")
    ann.inbox.wait_for(subject="two")
    bob.inbox.wait_for(subject="two")
    ann.forward()
    send(fakemail, "ann@shop.test", header="Subject: three")
    ann.inbox.wait_for(subject="three")
    bob.inbox.assert_none(subject="three")


def test_it_forwards_elsewhere_and_the_bounce_finds_back(fakemail: FakeMail) -> None:
    with FakeMail(clock=fakemail.clock, domain="x.test") as target:
        fakemail.route("x.test", target)
        target.route("shop.test", fakemail)
        target.bounces("bob@x.test")
        fakemail.account("ann@shop.test").forward("bob@x.test", rewrite_sender=True)
        sender = fakemail.account("eve@shop.test")
        send(fakemail, "ann@shop.test", sender="eve@shop.test")
        fakemail.clock.advance("1s")
        rewritten = target.outbox.one().sender
        assert rewritten.startswith("SRS0=")
        assert rewritten.endswith("=shop.test=eve@shop.test")
        sender.inbox.wait_for(subject="Undelivered Mail Returned to Sender")


def test_an_alias_leads_elsewhere(fakemail: FakeMail) -> None:
    with FakeMail(clock=fakemail.clock) as target:
        fakemail.route("x.test", target)
        ann = fakemail.account("ann@shop.test")
        fakemail.alias("team@shop.test", ["ann@shop.test", "bob@x.test"])
        fakemail.alias("*@lists.test", ["bob@x.test"])
        send(fakemail, "team@shop.test")
        ann.inbox.wait_for(subject="sale")
        target.outbox.wait_for(to="bob@x.test")
        send(fakemail, "any@lists.test", header="Subject: list")
        target.outbox.wait_for(to="bob@x.test", subject="list")


@pytest.mark.parametrize(("reply", "code"), [("250", 250), ("251", 251), ("551", 551)])
def test_rcpt_may_tell_where_somebody_went(reply: str, code: int) -> None:
    with FakeMail(forwarding_reply=reply) as fakemail:
        fakemail.account("ann@example.test").forward("ann@new.test")
        with smtplib.SMTP(*fakemail.smtp.address) as client:
            client.ehlo()
            client.mail("eve@x.test")
            given, text = client.rcpt("ann@example.test")
            assert given == code
            assert (b"ann@new.test" in text) is (code != 250)


# --- auto-replies ------------------------------------------------------------------------


def test_an_auto_reply_answers_each_sender_once(fakemail: FakeMail) -> None:
    ann, eve = fakemail.account("ann@shop.test"), fakemail.account("eve@shop.test")
    ann.auto_reply("Away until Monday", period="7d")
    for subject in ("one", "two"):
        send(fakemail, "ann@shop.test", sender="eve@shop.test", header=f"Subject: {subject}")
    answer = eve.inbox.assert_one(text="Away until Monday")
    assert answer.headers["Auto-Submitted"] == "auto-replied"
    fakemail.clock.advance("8d")
    send(fakemail, "ann@shop.test", sender="eve@shop.test", header="Subject: three")
    eve.inbox.assert_count(2, text="Away until Monday") if hasattr(
        eve.inbox, "assert_count"
    ) else None
    assert len(eve.inbox.messages) == 2
    ann.auto_reply(None)
    fakemail.clock.advance("8d")
    send(fakemail, "ann@shop.test", sender="eve@shop.test")
    assert len(eve.inbox.messages) == 2


def test_two_auto_replies_do_not_answer_each_other(fakemail: FakeMail) -> None:
    ann, bob = fakemail.account("ann@shop.test"), fakemail.account("bob@shop.test")
    ann.auto_reply("Ann is away", period=0)
    bob.auto_reply("Bob is away", period=0)
    send(fakemail, "bob@shop.test", sender="ann@shop.test")
    fakemail.clock.advance("1d")
    assert [mail.subject for mail in ann.inbox.messages] == ["Auto: sale"]
    assert [mail.subject for mail in bob.inbox.messages] == ["sale"]


@pytest.mark.parametrize(
    "header",
    [
        "List-Id: <x.test>\r\nSubject: s",
        "Precedence: bulk\r\nSubject: s",
        "Auto-Submitted: auto-generated",
    ],
)
def test_lists_and_programs_are_not_answered(fakemail: FakeMail, header: str) -> None:
    fakemail.account("ann@shop.test").auto_reply("Away")
    send(fakemail, "ann@shop.test", sender="eve@shop.test", header=header)
    fakemail.account("eve@shop.test").inbox.assert_empty()


# --- what SMTP says ----------------------------------------------------------------------


def test_etrn_sends_what_waits() -> None:
    with FakeMail() as target, FakeMail(clock=target.clock) as source:
        with smtplib.SMTP(*source.smtp.address) as client:
            client.ehlo()
            assert not client.has_extn("etrn")
            assert client.docmd("ETRN", "x.test")[0] == 502
        source.route("x.test", "unreachable")
        send(source, "ann@x.test")
        source.clock.advance("1s")
        source.route("x.test", target)
        with smtplib.SMTP(*source.smtp.address) as client:
            client.ehlo()
            assert client.has_extn("etrn")
            assert client.docmd("ETRN", "x.test") == (
                253,
                b"2.0.0 Ok, 1 pending messages for node x.test started",
            )
            target.outbox.wait_for(to="ann@x.test")
            source.queue.wait_until_empty()
            assert client.docmd("ETRN", "@x.test")[0] == 251
            assert client.docmd("ETRN", "y.test")[0] == 459
            assert client.docmd("ETRN", "#x.test")[0] == 458
            assert client.docmd("ETRN", "")[0] == 501
            client.mail("a@b.test")
            assert client.docmd("ETRN", "x.test")[0] == 503
            assert client.docmd("TURN")[0] == 502


@pytest.mark.parametrize(
    ("settings", "address", "code"),
    [
        ({}, "<@a.test,@b.test:ann@x.test>", 250),
        ({"source_routes": "refuse"}, "<@a.test:ann@x.test>", 550),
        ({}, "<ann%else.test@example.test>", 250),
        ({"percent_hack": "refuse"}, "<ann%else.test@example.test>", 550),
        ({"percent_hack": "follow"}, "<ann%else.test@example.test>", 250),
    ],
)
def test_hidden_routes_are_taken_as_settings_say(
    settings: dict[str, str], address: str, code: int
) -> None:
    with FakeMail(**settings) as fakemail:  # type: ignore[arg-type]
        with smtplib.SMTP(*fakemail.smtp.address) as client:
            client.ehlo()
            client.mail("eve@x.test")
            assert client.docmd("RCPT", f"TO:{address}")[0] == code
            if code == 250:
                client.data(b"Subject: x\r\n\r\n")
        if settings.get("percent_hack") == "follow":
            assert fakemail.outbox.one().recipients == ["ann@else.test"]


def test_unknown_recipients_of_routed_domains_are_taken() -> None:
    with FakeMail(unknown_recipients="reject") as fakemail:
        fakemail.route("x.test", "unreachable")
        with smtplib.SMTP(*fakemail.smtp.address) as client:
            client.ehlo()
            client.mail("eve@x.test")
            assert client.rcpt("ann@x.test")[0] == 250
            assert client.rcpt("ann@else.test")[0] == 550
