"""Several servers for a domain: who is asked next, and who never (RFC 5321 §5.1)."""

import smtplib
from collections.abc import Iterator

import pytest

from pytest_fakemail import FakeMail, any_of, policies


def send(fakemail: FakeMail, *recipients: str) -> None:
    """Send a message, and wait for what is due of it."""
    with smtplib.SMTP(*fakemail.smtp.address) as client:
        client.sendmail("ann@a.test", recipients, "Subject: hi\r\n\r\nHello\r\n")
    fakemail.clock.advance(0)


@pytest.fixture
def a(a: FakeMail) -> FakeMail:
    a.clock.freeze()
    a.account("ann@a.test")
    return a


@pytest.fixture
def c(a: FakeMail) -> Iterator[FakeMail]:
    with FakeMail(hostname="mx.c.test", domain="c.test", clock=a.clock) as one:
        yield one


@pytest.fixture
def by_mx(a: FakeMail, b: FakeMail, c: FakeMail) -> FakeMail:
    """Mail for x.test goes to b, or else to c."""
    a.dns.mx("x.test", b.smtp, preference=10)
    a.dns.mx("x.test", c.smtp, preference=20)
    a.route("*", "mx")
    return a


@pytest.mark.parametrize("point", ["connect", "MAIL", "RCPT", "DATA", "end-of-data"])
@pytest.mark.parametrize("code", [421, 451, None])
def test_what_one_does_not_take_the_next_is_asked_for(
    by_mx: FakeMail, b: FakeMail, c: FakeMail, point: str, code: int | None
) -> None:
    rule = b.smtp.when(point)  # type: ignore[arg-type]
    rule.close() if code is None else rule.reply(code, "4.3.2 Not now")
    send(by_mx, "bob@x.test")
    c.outbox.one(to="bob@x.test")
    b.outbox.assert_none()
    by_mx.queue.assert_none()


@pytest.mark.parametrize("point", ["MAIL", "RCPT", "DATA", "end-of-data"])
def test_nobody_else_is_asked_after_a_final_refusal(
    by_mx: FakeMail, b: FakeMail, c: FakeMail, point: str
) -> None:
    b.smtp.when(point).reply(554, "5.7.1 No")  # type: ignore[arg-type]
    send(by_mx, "bob@x.test")
    c.outbox.assert_none()
    assert b"5.7.1" in by_mx.account("ann@a.test").inbox.assert_one().raw


def test_the_next_is_asked_about_those_that_are_left(
    by_mx: FakeMail, b: FakeMail, c: FakeMail
) -> None:
    b.smtp.when("RCPT", to="two@x.test").reply(450, "4.2.1 Busy")
    b.smtp.when("RCPT", to="three@x.test").reply(550, "5.1.1 Unknown")
    send(by_mx, "one@x.test", "two@x.test", "three@x.test")
    assert [list(one.recipients) for one in (b.outbox.one(), c.outbox.one())] == [
        ["one@x.test"],
        ["two@x.test"],
    ]
    report = by_mx.account("ann@a.test").inbox.assert_one().raw
    assert b"three@x.test" in report
    assert b"two@x.test" not in report


def test_each_server_that_was_tried_is_an_attempt(
    by_mx: FakeMail, b: FakeMail, c: FakeMail
) -> None:
    b.smtp.when("RCPT").reply(450, "4.2.1 Busy").once()
    with c.smtp.go_down():
        send(by_mx, "bob@x.test")
    item = by_mx.queue.one()
    assert [(one.host, one.reply[:3]) for one in item.attempts] == [
        ("mx.x.test", "450"),
        ("mx20.x.test", "con"),
    ]
    assert item.tries == 1
    by_mx.clock.advance("5m")
    b.outbox.one()


def test_a_list_of_servers_falls_back_likewise(a: FakeMail, b: FakeMail, c: FakeMail) -> None:
    a.route("x.test", [b, c])
    b.smtp.enforce(policies.greylisting())
    send(a, "bob@x.test")
    c.outbox.one(to="bob@x.test")


@pytest.mark.parametrize("preference", [5, 10])
def test_whoever_is_a_mail_server_itself_sends_to_those_before_it(
    a: FakeMail, b: FakeMail, c: FakeMail, preference: int
) -> None:
    """A second server for a domain, whose first one is down, keeps the mail."""
    a.dns.mx("x.test", b.smtp, preference=preference, name="mx.x.test")
    a.dns.mx("x.test", a.smtp, preference=20)
    a.dns.mx("x.test", c.smtp, preference=30)
    a.route("x.test", "mx")
    with b.smtp.go_down():
        send(a, "bob@x.test")
    assert (len(a.outbox), len(a.queue), len(c.outbox)) == (1, 1, 0)
    a.clock.advance("5m")
    b.outbox.one()


@pytest.mark.parametrize("how", ["MX", "name", "no MX"])
def test_mail_whose_server_is_the_sender_itself_is_returned(a: FakeMail, how: str) -> None:
    if how == "MX":
        a.dns.mx("x.test", a.smtp)
    elif how == "name":
        a.dns.mx("x.test", "MX.a.test")
    else:
        a.dns.server("x.test", a.smtp)
    a.route("x.test", "mx")
    send(a, "bob@x.test")
    assert len(a.outbox) == 1
    assert b"loops back to myself" in a.account("ann@a.test").inbox.assert_one().raw


@pytest.mark.parametrize("kind", ["MX", "A", "AAAA"])
@pytest.mark.parametrize("fault", ["servfail", "refuse", "ignore", "wrong_id"])
def test_a_look_up_that_fails_is_made_again(
    a: FakeMail, b: FakeMail, kind: str, fault: str
) -> None:
    """No MX, and the one type of address it is about: whichever fails, nothing is returned."""
    a.dns.server("x.test", b.smtp)
    a.route("x.test", "mx")
    if kind == "AAAA":
        a.dns.when("A").no_data().once()
    getattr(a.dns.when(kind), fault)().once()
    send(a, "bob@x.test")
    assert a.queue.one().attempts[0].reply.startswith("451 4.4.3")
    a.clock.advance("5m")
    b.outbox.one()


def test_a_mail_server_without_an_address_is_passed_over(by_mx: FakeMail, c: FakeMail) -> None:
    by_mx.dns.remove("mx.x.test")
    send(by_mx, "bob@x.test")
    c.outbox.one()
    by_mx.dns.queries.assert_any(name="mx20.x.test", type="A")
    by_mx.dns.remove("mx20.x.test")
    send(by_mx, "bob@x.test")
    by_mx.queue.assert_none()
    assert b"5.4.4 Mail server mx.x.test not found" in (
        by_mx.account("ann@a.test").inbox.assert_one().raw
    )


def test_a_mail_server_whose_address_cannot_be_told_is_tried_later(
    by_mx: FakeMail, b: FakeMail, c: FakeMail
) -> None:
    by_mx.dns.when("A", name=any_of("mx.x.test", "mx20.x.test")).servfail().times(2)
    send(by_mx, "bob@x.test")
    reply = "451 4.4.3 Temporary lookup failure of mx.x.test"
    assert by_mx.queue.one().attempts[0].reply == reply
    by_mx.clock.advance("5m")
    b.outbox.one()
    by_mx.dns.when("A", name="mx.x.test").servfail().once()
    send(by_mx, "bob@x.test")
    c.outbox.one()


def test_aliases_are_followed(a: FakeMail, b: FakeMail) -> None:
    a.dns.server("host.b.test", b.smtp)
    a.dns.cname("mx.b.test", "host.b.test")
    a.dns.mx("x.test", "mx.b.test")
    a.dns.cname("y.test", "x.test")
    a.dns.cname("z.test", "nowhere.test")
    a.route("*", "mx")
    send(a, "bob@x.test", "bob@y.test", "bob@z.test")
    assert sorted(one for mail in b.outbox for one in mail.recipients) == [
        "bob@x.test",
        "bob@y.test",
    ]
    assert b"z.test not found" in a.account("ann@a.test").inbox.assert_one().raw


@pytest.mark.parametrize("name", ["bücher.test", "xn--bcher-kva.test", "BÜCHER.test."])
@pytest.mark.parametrize("domain", ["bücher.test", "xn--bcher-kva.test"])
def test_a_servers_name_may_be_written_in_either_form(
    a: FakeMail, b: FakeMail, name: str, domain: str
) -> None:
    a.dns.mx(name, b.smtp)
    a.route("*", "mx")
    with smtplib.SMTP(*a.smtp.address) as client:
        client.ehlo()
        client.command_encoding = "utf-8"
        for line in ("MAIL FROM:<ann@a.test> SMTPUTF8", f"RCPT TO:<bob@{domain}>"):
            assert client.docmd(line)[0] == 250
        client.data(b"Subject: hi\r\n\r\nHello\r\n")
    a.clock.advance(0)
    b.outbox.one(to=f"bob@{domain}")


@pytest.mark.parametrize("end", ["421", "close"])
def test_a_connection_that_was_kept_too_long_is_made_anew(
    a: FakeMail, b: FakeMail, end: str
) -> None:
    a.route("x.test", b)
    with b.smtp.go_down():
        for number in range(5):
            send(a, f"{number}@x.test")
    if end == "421":
        b.smtp.enforce(policies.messages_per_connection(2))
    else:
        b.smtp.when("MAIL", nth=2).close()
    a.clock.advance("5m")
    assert [mail.recipients[0] for mail in b.outbox] == [f"{number}@x.test" for number in range(5)]
    a.queue.assert_none()


@pytest.mark.parametrize("written", ["bücher.test", "xn--bcher-kva.test", "BÜCHER.test"])
@pytest.mark.parametrize("sent", ["bücher.test", "xn--bcher-kva.test"])
def test_a_domain_is_one_in_either_form(a: FakeMail, b: FakeMail, written: str, sent: str) -> None:
    """RFC 5890 §2.3.2.1; of routes, accounts, aliases and addresses that bounce."""
    a.route(written, b)
    kept = a.account(f"kept@{written}")
    a.alias(f"team@{written}", ["kept@" + written])
    a.bounces(f"dead@{written}")
    with smtplib.SMTP(*a.smtp.address) as client:
        client.ehlo()
        client.command_encoding = "utf-8"
        client.docmd("MAIL FROM:<ann@a.test> SMTPUTF8")
        for name in ("bob", "kept", "team", "dead"):
            assert client.docmd(f"RCPT TO:<{name}@{sent}>")[0] == 250
        client.data(b"Subject: hi\r\n\r\nHello\r\n")
    a.clock.advance(0)
    assert list(b.outbox.one().recipients) == [f"bob@{sent}"]
    kept.inbox.assert_one(subject="hi")
    assert b"dead@" in a.account("ann@a.test").inbox.assert_one().raw
