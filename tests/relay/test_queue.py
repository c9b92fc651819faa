"""The queue: what is tried when, what is returned, what a test can do with it."""

import smtplib
import threading
from itertools import pairwise

import pytest

from pytest_fakemail import BadArgument, FakeMail, LostMail, NotRunning, UnmetExpectation


def send(
    fakemail: FakeMail,
    *recipients: str,
    sender: str = "ann@a.test",
    subject: str = "hi",
    mail_options: tuple[str, ...] = (),
    rcpt_options: tuple[str, ...] = (),
) -> None:
    message = (
        f"From: {sender}\r\nTo: {', '.join(recipients)}\r\nSubject: {subject}\r\n\r\nHello\r\n"
    )
    with smtplib.SMTP(*fakemail.smtp.address) as client:
        client.sendmail(sender, recipients, message.encode(), mail_options, rcpt_options)


def test_mail_goes_on_at_once(a: FakeMail, b: FakeMail) -> None:
    a.route("b.test", b)
    send(a, "bob@b.test")
    mail = b.outbox.wait_for(to="bob@b.test", subject="hi")
    assert mail.sender == "ann@a.test"
    assert mail.helo == "mx.a.test"
    assert mail.tls is not None  # STARTTLS was on offer
    assert mail.headers["Received"].startswith("from ")
    a.queue.wait_until_empty()
    assert len(a.outbox) == 1  # what the client sent; the copy on its way is none of it


def test_a_relayed_message_is_a_connection_of_its_own_in_both_transcripts(
    a: FakeMail, b: FakeMail
) -> None:
    a.route("b.test", b)
    send(a, "bob@b.test")
    a.queue.wait_until_empty()
    said = a.transcript.text()
    assert "-- relay to 127.0.0.1" in said
    assert "C: MAIL FROM:<ann@a.test>" in said
    assert "C: MAIL FROM:<ann@a.test>" in b.transcript.text()
    relayed = a.transcript.connections[1]
    assert relayed.closed == "closed by the relay"
    assert relayed.peer == b.transcript.connections[0].peer


def test_a_busy_server_is_tried_again_as_postfix_does(a: FakeMail, b: FakeMail) -> None:
    a.route("b.test", b)
    busy = b.smtp.when("RCPT").reply(450, "4.2.1 Busy").times(5)
    send(a, "bob@b.test")
    a.clock.advance("1m")
    assert busy.fired == 1
    waits = ["4m", "10m", "20m", "40m"]  # 5m from the first attempt, then doubled
    for tries, wait in enumerate(waits, start=2):
        a.clock.advance(wait)
        assert busy.fired == tries
    item = a.queue.one(to="bob@b.test")
    assert item.tries == 5
    assert [attempt.reply for attempt in item.attempts] == ["450 4.2.1 Busy"] * 5
    a.clock.advance("69m")
    assert a.queue.assert_count(1)  # at most 70m
    a.clock.advance("2m")
    b.outbox.one(to="bob@b.test")
    assert not a.queue


def test_a_port_where_nobody_listens_is_told(a: FakeMail, b: FakeMail) -> None:
    b.smtp.go_down()  # unlike a port that is closed, no other server can be given this one
    a.route("b.test", b.smtp.address)
    send(a, "bob@b.test")
    a.clock.advance("1s")
    said = a.transcript.text()
    assert f"smtp, 127.0.0.1 to 127.0.0.1:{b.smtp.port}\n" in said
    assert "-- nobody there: Connection refused" in said


def test_each_attempt_is_made_at_its_own_time(a: FakeMail) -> None:
    a.route("b.test", "unreachable")
    send(a, "bob@b.test")
    a.clock.advance("2h")
    times = [attempt.at for attempt in a.queue[0].attempts]
    gaps = [round((later - one).total_seconds() / 60) for one, later in pairwise(times)]
    assert gaps == [5, 10, 20, 40]


def test_it_is_told_late_and_given_up(a: FakeMail) -> None:
    inbox = a.account("ann@a.test").inbox
    a.route("b.test", "unreachable")
    send(a, "bob@b.test")
    a.clock.advance("6h")
    late = inbox.assert_one(subject="Delayed Mail (still being retried)")
    assert b"Action: delayed" in late.raw
    a.clock.advance("6d")
    failed = inbox.assert_one(subject="Undelivered Mail Returned to Sender")
    assert b"Action: failed" in failed.raw
    assert b"Connection timed out" in failed.raw
    assert len(inbox.messages) == 2
    assert not a.queue


def test_a_refused_recipient_comes_back_and_the_others_go_on(a: FakeMail, b: FakeMail) -> None:
    inbox = a.account("ann@a.test").inbox
    a.route("b.test", b)
    b.smtp.when("RCPT", to="dead@b.test").reply(550, "5.1.1 No such user")
    b.smtp.when("RCPT", to="busy@b.test").reply(450, "4.2.1 Busy").once()
    send(a, "bob@b.test", "dead@b.test", "busy@b.test")
    a.clock.advance("10m")
    assert [mail.recipients for mail in b.outbox] == [["bob@b.test"], ["busy@b.test"]]
    report = inbox.assert_one(subject="Undelivered Mail Returned to Sender")
    assert b"Final-Recipient: rfc822; dead@b.test" in report.raw
    assert b"550 5.1.1 No such user" in report.raw
    assert b"bob@b.test\r\nOriginal" not in report.raw


def test_one_report_speaks_of_several(a: FakeMail) -> None:
    inbox = a.account("ann@a.test").inbox
    a.route("x.test", "refuse", 550, "5.1.1 Nobody")
    a.route("y.test", "refuse", 554, "5.7.1 Go away")
    send(a, "one@x.test", "two@x.test", "three@y.test")
    report = inbox.wait_for(subject="Undelivered Mail Returned to Sender")
    assert report.raw.count(b"Final-Recipient:") == 3
    assert b"554 5.7.1 Go away" in report.raw
    assert not a.queue


def test_a_lost_acknowledgement_is_sent_twice(a: FakeMail, b: FakeMail) -> None:
    a.route("b.test", b)
    b.smtp.when("end-of-data").lose_reply().once()
    send(a, "bob@b.test")
    a.clock.advance("6m")
    b.outbox.assert_count(2, to="bob@b.test")


@pytest.mark.parametrize("point", ["connect", "EHLO", "MAIL", "RCPT", "DATA", "end-of-data"])
def test_a_broken_connection_is_tried_again(a: FakeMail, b: FakeMail, point: str) -> None:
    a.route("b.test", b)
    b.smtp.when(point).close().once()  # type: ignore[arg-type]
    send(a, "bob@b.test")
    a.clock.advance("6m")
    b.outbox.one(to="bob@b.test")


def test_a_421_ends_the_conversation(a: FakeMail, b: FakeMail) -> None:
    a.route("b.test", b)
    b.smtp.when("RCPT", to="two@b.test").reply(421, "4.3.2 Closing").once()
    send(a, "one@b.test", "two@b.test")
    a.clock.advance("6m")
    assert sorted(r for mail in b.outbox for r in mail.recipients) == ["one@b.test", "two@b.test"]


def test_a_server_that_is_down_is_reached_later(a: FakeMail, b: FakeMail) -> None:
    a.route("b.test", b)
    b.smtp.go_down()
    send(a, "bob@b.test")
    a.clock.advance("1m")
    assert "connect to" in a.queue[0].attempts[0].reply
    b.smtp.come_back()
    a.clock.advance("5m")
    b.outbox.one(to="bob@b.test")


def test_helo_where_ehlo_is_not_known(a: FakeMail, b: FakeMail) -> None:
    a.route("b.test", b)
    b.smtp.when("EHLO").reply(502, "5.5.1 Never heard of it")
    send(a, "bob@b.test")
    assert b.outbox.wait_for(to="bob@b.test").protocol == "SMTP"


def test_tls_that_breaks_is_done_without(a: FakeMail, b: FakeMail) -> None:
    a.route("b.test", b)
    b.smtp.when("STARTTLS").close().once()
    send(a, "bob@b.test")
    assert b.outbox.wait_for(to="bob@b.test").tls is None


def test_tls_can_be_required(b: FakeMail) -> None:
    b.smtp.capabilities.off("STARTTLS")
    with FakeMail(relay_tls="required", clock=b.clock) as strict:
        strict.route("b.test", b)
        send(strict, "bob@b.test")
        strict.clock.advance("1m")
        assert "TLS is required" in strict.queue[0].attempts[0].reply


def test_a_smart_host_with_a_login(a: FakeMail, b: FakeMail) -> None:
    b.account("relay@b.test", password="s3cret")
    a.route("*", b.smtp, login=("relay@b.test", "s3cret"))
    a.local_domains = ["a.test"]
    a.account("ann@a.test")
    send(a, "bob@else.test", "ann@a.test")
    assert b.outbox.wait_for(to="bob@else.test").user == "relay@b.test"
    a.account("ann@a.test").inbox.assert_one(subject="hi")
    assert "s3cret" not in a.transcript.text()


def test_a_wrong_login_is_tried_again(a: FakeMail, b: FakeMail) -> None:
    a.route("*", b.smtp, login=("nobody", "wrong"))
    send(a, "bob@else.test")
    a.clock.advance("1m")
    assert "authentication failed" in a.queue[0].attempts[0].reply


def test_who_has_an_account_here_keeps_getting_mail_here(a: FakeMail, b: FakeMail) -> None:
    bob = a.account("bob@b.test")
    a.route("b.test", b)
    send(a, "bob@b.test", "eve@b.test")
    bob.inbox.assert_one(subject="hi")
    assert b.outbox.wait_for().recipients == ["eve@b.test"]


def test_a_foreign_domain_without_a_route_comes_back(a: FakeMail) -> None:
    a.local_domains = ["a.test", "*.a.test"]
    assert a.local_domains == {"a.test", "*.a.test"}
    send(a, "bob@nowhere.test", "eve@sub.a.test")
    report = a.account("ann@a.test").inbox.wait_for(subject="Undelivered Mail Returned to Sender")
    assert b"5.4.4" in report.raw
    assert b"eve@sub.a.test\r\nOriginal" not in report.raw


def test_the_more_exact_route_wins(a: FakeMail, b: FakeMail) -> None:
    a.route("*", "unreachable")
    a.route(".test", "unreachable")
    a.route("b.test", b)
    send(a, "bob@b.test")
    b.outbox.wait_for(to="bob@b.test")
    a.unroute("b.test")
    send(a, "bob@b.test", subject="two")
    a.clock.advance("1m")
    a.queue.one(subject="two")
    with pytest.raises(BadArgument, match=r"no route for 'b\.test'"):
        a.unroute("b.test")


def test_the_first_server_that_answers_is_taken(a: FakeMail, b: FakeMail) -> None:
    with FakeMail() as down:
        down.smtp.go_down()
        a.route("b.test", [down.smtp.address, b])
        send(a, "bob@b.test")
        b.outbox.wait_for(to="bob@b.test")


def test_the_queue_is_held_released_flushed_and_emptied(a: FakeMail, b: FakeMail) -> None:
    a.route("b.test", "unreachable")
    for subject in ("one", "two", "three"):
        send(a, "bob@b.test", subject=subject)
    a.clock.advance("1s")
    a.queue.hold(subject="one")
    a.route("b.test", b)
    a.queue.flush(subject="two")
    b.outbox.one(subject="two")
    assert [item.subject for item in a.queue] == ["one", "three"]
    assert [item.subject for item in a.queue.remove(subject="three")] == ["three"]
    a.clock.advance("5d")
    assert a.queue[0].is_held
    assert "held" in repr(a.queue[0])
    a.queue.release()
    a.queue.wait_until_empty()
    b.outbox.one(subject="one")


def test_the_queue_explains_itself(a: FakeMail) -> None:
    a.route("b.test", "unreachable")
    nothing = r"no queued mail to .x@b\.test.: the queue is empty"
    with pytest.raises(UnmetExpectation, match=nothing):
        a.queue.one(to="x@b.test")
    send(a, "bob@b.test")
    a.clock.advance("1s")
    with pytest.raises(UnmetExpectation, match=r"(?s)no queued mail to 'x@b.test'.*bob@b.test"):
        a.queue.one(to="x@b.test")
    with pytest.raises(UnmetExpectation, match="1 queued mail, wanted none"):
        a.queue.assert_none()
    with pytest.raises(UnmetExpectation, match=r"(?s)still in the queue.*Connection timed out"):
        a.queue.wait_until_empty(timeout=0.01)
    assert a.queue.wait_for(to="bob@b.test").number == 1
    with pytest.raises(IndexError, match=r"no queue\[5\]; there is 1"):
        _ = a.queue[5]
    assert len(a.queue[:1]) == 1


def test_two_fakemails_write_to_each_other(a: FakeMail, b: FakeMail) -> None:
    ann, bob = a.account("ann@a.test"), b.account("bob@b.test")
    a.route("b.test", b)
    b.route("a.test", a)
    send(a, "bob@b.test", subject="question")
    bob.inbox.wait_for(subject="question")
    send(b, "ann@a.test", "dead@a.test", sender="bob@b.test", subject="answer")
    ann.inbox.wait_for(subject="answer")


def test_a_bounce_goes_where_the_sender_is(a: FakeMail, b: FakeMail) -> None:
    bob = b.account("bob@b.test")
    a.route("b.test", b)
    a.bounces("dead@a.test")
    send(a, "dead@a.test", sender="bob@b.test")
    a.clock.advance("1s")
    report = bob.inbox.assert_one(subject="Undelivered Mail Returned to Sender")
    assert b.outbox.one().sender == ""
    assert b"dead@a.test" in report.raw


def test_a_loop_ends(a: FakeMail) -> None:
    a.route("loop.test", a)  # to itself
    send(a, "bob@loop.test")
    a.clock.advance("1s")
    report = a.account("ann@a.test").inbox.assert_one(subject="Undelivered Mail Returned to Sender")
    assert b"Too many Received fields" in report.raw
    assert len(a.outbox) == 101  # settings.max_received


def test_reset_says_what_it_drops(a: FakeMail) -> None:
    a.route("b.test", "unreachable")
    send(a, "bob@b.test")
    a.clock.advance("1s")
    with pytest.warns(LostMail, match=r"(?s)reset\(\) has dropped 1 queued mails:.*bob@b.test"):
        a.reset()
    assert not a.queue
    send(a, "bob@b.test")
    assert not a.queue  # the route is gone as well


def test_nothing_goes_out_after_the_end() -> None:
    with FakeMail() as target:
        source = FakeMail(clock=target.clock)
        source.route("b.test", target)
        target.smtp.when("RCPT").reply(450, "4.2.1 Busy").once()
        send(source, "bob@b.test")
        source.clock.advance("1s")
        source.close()
        assert "fakemail relay" not in {thread.name for thread in threading.enumerate()}
        target.clock.advance("6m")
        target.outbox.assert_none()
        closed = FakeMail()
        closed.close()
        with pytest.raises(NotRunning):
            closed.route("c.test", target)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda fm: fm.route("", "unreachable"), "no domain: ''"),
        (lambda fm: fm.route("a@b.test", "unreachable"), "no domain"),
        *(
            (lambda fm, name=name: fm.route(name, "unreachable"), "no domain")
            for name in ("*b.test", "b.*", "b..test", "**.test", "*.*.test", ".", "b test")
        ),
        (lambda fm: setattr(fm, "local_domains", ["a.*"]), "no domain: 'a.*'"),
        (lambda fm: fm.bounces("*@*"), "no address"),
        (lambda fm: fm.bounces("dead*@x.test"), "no address"),
        (lambda fm: fm.route("b.test", "unreachble"), "no target: 'unreachble'"),
        (lambda fm: fm.route("b.test", 25), "no target: 25"),
        (lambda fm: fm.route("b.test", []), "an empty list"),
        (lambda fm: fm.route("b.test", fm.lmtp), "speaks lmtp; wanted a server of SMTP"),
        (lambda fm: fm.route("b.test", ("192.0.2.1", 25)), "beyond this machine"),
        (lambda fm: fm.route("b.test", "mail.example.com:25"), "beyond this machine"),
        (lambda fm: fm.route("b.test", "refuse", 250), "no reply code of a refusal"),
        (lambda fm: fm.route("b.test", "unreachable", 550), "go with 'refuse'"),
        (lambda fm: fm.route("b.test", fm.smtp, 550), "go with 'refuse'"),
        (lambda fm: fm.bounces("dead"), "no address: 'dead'"),
        (lambda fm: fm.bounces("a@b.test", "2.0.0"), "does not fit here"),
        (lambda fm: fm.bounces("a@b.test", dialect="pigeon"), "no dialect 'pigeon'"),
        (lambda fm: fm.bounces("a@b.test", after="soon"), "no duration"),
        (lambda fm: setattr(fm, "local_domains", "a.test"), "wanted a list of domains"),
        (lambda fm: fm.account().forward("nobody"), "no address to forward to"),
        (lambda fm: fm.account().auto_reply("x", style="lotus"), "style='lotus'"),
        (lambda _: FakeMail(retry=["5m"]).queue, "wanted four durations"),
        (lambda _: FakeMail(clock="now"), "no clock"),  # type: ignore[arg-type]
    ],
)
def test_mistakes_are_told(a: FakeMail, call: object, message: str) -> None:
    assert callable(call)
    with pytest.raises(ValueError, match=message):  # BadArgument, BadSetting
        call(a)


def test_what_is_meant_and_not_there_is_told(a: FakeMail) -> None:
    a.queue.flush()
    assert a.queue.remove() == a.queue.hold() == a.queue.release() == []
    a.route("b.test", "unreachable")
    send(a, "bob@b.test")
    for act in (a.queue.flush, a.queue.hold, a.queue.release, a.queue.remove):
        with pytest.raises(UnmetExpectation, match=r"^no queued mail to 'typo@b.test'"):
            act(to="typo@b.test")
    assert len(a.queue.remove(to="bob@b.test")) == 1
