"""How things stood is put back in place, whatever happened to them."""

import socket
from collections import Counter, deque
from itertools import count
from random import Random

import pytest

from pytest_fakemail import FakeMail, NotRunning, UnfiredFault, policies
from pytest_fakemail.net.listener import OUTAGES
from pytest_fakemail.server import Server
from pytest_fakemail.snapshot import Snapshot


def test_containers_get_back_what_they_held_and_stay_what_they_were() -> None:
    inner = [1]
    things = {"a": inner, "b": {2}, "c": Counter(x=3), "d": (deque([4]),)}
    row, counter = things["d"][0], things["c"]  # type: ignore[index]
    kept = Snapshot([things])
    inner.append(5)
    counter["x"] += 1  # type: ignore[index]
    row.clear()
    things.clear()
    for _ in range(2):
        kept.restore()
        assert things == {"a": [1], "b": {2}, "c": Counter(x=3), "d": (deque([4]),)}
        assert things["a"] is inner
        inner.clear()


def test_chance_goes_on_from_where_it_was() -> None:
    chance = Random(7)  # noqa: S311
    kept = Snapshot([[chance]])
    first = chance.random()
    kept.restore()
    assert chance.random() == first


class Part:
    def __init__(self) -> None:
        self.numbers = count(5)
        self.shared: list[int] = []


def test_counters_count_on_and_go_back() -> None:
    part = Part()
    kept = Snapshot([part])
    assert next(part.numbers) == 5
    part.__dict__["late"] = True
    kept.restore()
    assert next(part.numbers) == 5
    assert not hasattr(part, "late")


def test_mail_flags_and_numbers_are_as_they_were(fakemail: FakeMail) -> None:
    ann = fakemail.account("ann@example.test", password="old")
    inbox = ann.inbox
    first = inbox.deliver(subject="one", flags="seen")
    inbox.deliver(subject="two")
    stands = fakemail.snapshot()

    with fakemail.imap.client(ann) as client:
        client.select()
        client.store("1", "-FLAGS", "\\Seen")
        client.store("1:2", "+FLAGS", "(\\Deleted $Done)")
        client.expunge()
        client.create("New")
        client.delete("Trash")
    ann.password = "new"
    inbox.deliver(subject="three")
    fakemail.account("bob@example.test")
    stands.restore()

    assert [mail.subject for mail in inbox] == ["one", "two"]
    assert inbox.assert_one(subject="one").flags == first.flags == {"\\Seen"}
    assert ann.password == "old"
    assert "Trash" in ann.mailboxes
    assert "New" not in ann.mailboxes
    assert fakemail.store.account("bob@example.test") is None
    assert inbox.deliver(subject="three").uid == 3


def test_a_client_that_comes_after_it_sees_what_was(fakemail: FakeMail) -> None:
    account = fakemail.account()
    account.inbox.deliver(subject="one")
    stands = fakemail.snapshot()
    before = fakemail.imap.client()
    before.select()
    before.store("1", "+FLAGS", "\\Deleted")
    before.expunge()
    stands.restore()
    after = fakemail.imap.client()
    assert after.select() == ("OK", [b"1"])
    assert after.response("UIDNEXT")[1] == [b"2"]
    fakemail.pop3.client().quit()  # no maildrop is held by those that were cut off


def test_the_outbox_forgets_and_the_wait_for_it_works(fakemail: FakeMail) -> None:
    def send(subject: str) -> None:
        with fakemail.smtp.client() as client:
            client.sendmail("a@x.test", "b@x.test", f"Subject: {subject}\n\n")

    send("first")
    stands = fakemail.snapshot()
    send("second")
    stands.restore()
    assert [mail.subject for mail in fakemail.outbox] == ["first"]
    send("third")
    assert [mail.subject for mail in fakemail.outbox] == ["first", "third"]


def test_rules_count_from_where_they_were(fakemail: FakeMail) -> None:
    rule = fakemail.smtp.when("NOOP", nth=2).reply(450, "Busy")
    client = fakemail.smtp.client()
    assert client.noop()[0] == 250
    stands = fakemail.snapshot()
    for _ in range(2):
        client = fakemail.smtp.client()
        assert (client.noop()[0], client.noop()[0]) == (450, 250)
        assert rule.fired == 1
        stands.restore()
        assert rule.fired == 0
    later = fakemail.smtp.when("RSET").reply(500, "What?").optional()
    stands.restore()
    assert fakemail.smtp.client().rset()[0] == 250
    assert later.fired == 0
    rule.optional()


def test_what_nothing_met_and_is_put_away_is_told() -> None:
    with FakeMail() as one:
        standing = one.smtp.when("RSET").reply(500, "What?")
        stands = one.snapshot()
        one.smtp.when("NOOP").reply(450, "Busy")
        one.smtp.when("VRFY").reply(450, "Busy").optional()
        met = one.smtp.when("EHLO").reply(250, "Hello").times(1)
        one.tls.present("expired")
        one.tls.present("starttls-stripped", times=2)
        one.smtp.client().ehlo()
        assert met.fired == 1
        for _ in range(2):
            stands.restore()
            assert one.smtp.client().noop()[0] == 250
        told = [text.partition("\n")[0] for text in one.unfired_faults()]
        assert [text.partition(": ")[2].partition(".")[0] or text for text in told] == [
            "smtp",
            "smtp",
            "no TLS handshake met 'expired'",
            "no client met 'starttls-stripped'",
        ]
        with pytest.raises(UnfiredFault, match=r"(?s)RSET.*NOOP.*expired.*stripped"):
            one.check()
        one.clear_faults()
        assert standing.fired == 0
        one.check()


def test_what_was_put_away_counts_again_when_it_is_back() -> None:
    with FakeMail() as one:
        before = one.snapshot()
        rule = one.smtp.when("NOOP").reply(450, "Busy")
        with_rule = one.snapshot()
        before.restore()
        with_rule.restore()
        assert len(one.unfired_faults()) == 1
        assert one.smtp.client().noop()[0] == 450
        assert rule.fired == 1
        one.check()


def test_reset_tells_what_was_put_away() -> None:
    with FakeMail() as one:
        stands = one.snapshot()
        rule = one.smtp.when("NOOP").reply(450, "Busy")
        stands.restore()
        with pytest.raises(UnfiredFault, match="NOOP"):
            one.reset()
        one.check()
        assert rule.fired == 0


def test_a_sweep_puts_its_own_faults_away_silently(fakemail: FakeMail) -> None:
    def action() -> bool:
        stands = fakemail.snapshot()
        with fakemail.smtp.client(security="starttls") as client:
            client.ehlo()
        stands.restore()
        with fakemail.smtp.client(security="starttls") as client:
            return bool(client.noop()[0] == 250)

    fakemail.sweep(action, only=["tls", "close"])
    assert fakemail.unfired_faults() == []
    assert fakemail.tls.unmet == []


def test_time_and_switches_are_as_they_were(fakemail: FakeMail) -> None:
    fakemail.clock.freeze()
    fakemail.smtp.capabilities.off("PIPELINING")
    token = fakemail.account().token(expires_in="1h")
    then = fakemail.clock.now()
    stands = fakemail.snapshot()
    fakemail.clock.advance("2h")
    fakemail.account().revoke(token)
    fakemail.smtp.capabilities.on("PIPELINING")
    fakemail.tls.present("expired")
    stands.restore()
    with pytest.raises(UnfiredFault, match="no TLS handshake met 'expired'"):
        fakemail.check()
    fakemail.clear_faults()
    assert fakemail.clock.now() == then
    assert "PIPELINING" not in fakemail.smtp.capabilities
    assert fakemail.tls.presented == "valid"
    with fakemail.smtp.client() as client:
        auth = f"user=user@example.test\1auth=Bearer {token}\1\1"
        client.ehlo()
        assert client.auth("XOAUTH2", lambda _=None: auth)[0] == 235


def test_the_clock_runs_on_behind_a_restored_freeze(fakemail: FakeMail) -> None:
    stands = fakemail.snapshot()
    fakemail.clock.freeze()
    stands.restore()
    assert not fakemail.clock.is_frozen


def test_ports_stay(fakemail: FakeMail) -> None:
    stands = fakemail.snapshot()
    port = fakemail.smtp.port
    stands.restore()
    assert fakemail.smtp.port == port
    fakemail.smtp.client().quit()


def test_the_queue_is_as_it_was(fakemail: FakeMail) -> None:
    fakemail.clock.freeze()
    fakemail.route("elsewhere.test", "unreachable")

    def send(to: str) -> None:
        with fakemail.smtp.client() as client:
            client.sendmail("a@x.test", to, "Subject: x\n\n")
        fakemail.clock.advance(0)

    send("ann@elsewhere.test")
    tries = [len(item.attempts) for item in fakemail.queue]
    stands = fakemail.snapshot()
    for _ in range(2):
        send("bob@elsewhere.test")
        fakemail.clock.advance("1h")
        assert len(fakemail.queue) == 2
        assert [len(item.attempts) for item in fakemail.queue][:1] > tries
        stands.restore()
        assert [item.recipients for item in fakemail.queue] == [["ann@elsewhere.test"]]
        assert [len(item.attempts) for item in fakemail.queue] == tries
    fakemail.clock.advance("1h")
    assert [len(item.attempts) for item in fakemail.queue] > tries


def test_what_policies_remember_is_as_it_was(fakemail: FakeMail) -> None:
    fakemail.clock.freeze()
    greylist = fakemail.smtp.enforce(policies.greylisting(delay="5m"))

    def send() -> int:
        with fakemail.smtp.client() as client:
            client.ehlo()
            client.mail("a@x.test")
            return client.rcpt("ann@example.test")[0]

    stands = fakemail.snapshot()
    for _ in range(2):
        assert send() == 450
        fakemail.clock.advance("6m")
        assert send() == 250
        assert greylist.acted == 1
        stands.restore()
        assert greylist.acted == 0


@pytest.mark.fakemail(gmail_labels=True)
def test_labels_are_as_they_were(fakemail: FakeMail) -> None:
    account = fakemail.account()
    account.inbox.deliver(subject="one", flags="flagged")
    everything = account.mailbox("[Gmail]/All Mail")
    stands = fakemail.snapshot()
    for _ in range(2):
        with fakemail.imap.client(account) as client:
            client.select()
            client.store("1", "+X-GM-LABELS", "(Work)")
            client.store("1", "+X-GM-LABELS", "(\\Trash)")
        assert not everything.messages
        account.inbox.deliver(subject="two")
        stands.restore()
        assert everything.assert_one(subject="one").labels == {"\\Inbox", "\\Starred"}
        assert len(everything) == len(account.inbox) == 1
        assert "Work" not in account.mailboxes


def test_servers_that_went_down_serve_again_where_they_were(fakemail: FakeMail) -> None:
    ports = fakemail.smtp.port, fakemail.imap.tls_port, fakemail.pop3.port
    kept = fakemail.snapshot()
    fakemail.smtp.close()
    fakemail.imap.go_down("silent")
    fakemail.pop3.close()
    fakemail.pop3.listen(tls=True)
    kept.restore()
    assert ports == (fakemail.smtp.port, fakemail.imap.tls_port, fakemail.pop3.port)
    assert fakemail.smtp.client().noop()[0] == 250
    assert fakemail.pop3.client().noop() == b"+OK Nothing done"
    fakemail.imap.client(security="implicit").noop()


def test_servers_that_were_down_are_down_again(fakemail: FakeMail) -> None:
    fakemail.smtp.go_down("reset")
    assert fakemail.smtp.port
    assert fakemail.imap.port
    fakemail.imap.close()
    kept = fakemail.snapshot()
    fakemail.smtp.come_back()
    fakemail.imap.listen()
    for _ in range(2):
        kept.restore()
        assert fakemail.imap.read_ports == (None, None)
        with pytest.raises(OSError):  # noqa: PT011  (by one of several, as the kernel likes)
            fakemail.smtp.client()


@pytest.mark.parametrize("protocol", ["smtp", "imap"])
@pytest.mark.parametrize("is_read", [True, False], ids=["read", "not read"])
@pytest.mark.parametrize("after", ["refuse", "reset", "silent", "close", "elsewhere", None])
@pytest.mark.parametrize("before", ["refuse", "reset", "silent", "close", None])
def test_servers_are_up_down_or_closed_as_they_were(
    fakemail: FakeMail, protocol: str, before: str | None, after: str | None, *, is_read: bool
) -> None:
    server: Server = getattr(fakemail, protocol)
    ports = (server.port, server.tls_port) if is_read else (None, None)
    bring_about(server, before)
    stands = fakemail.snapshot()
    for _ in range(2):
        if before in OUTAGES:
            server.come_back()
        bring_about(server, after)
        stands.restore()
        if before == "close":
            assert server.read_ports == (None, None)
            with pytest.raises(NotRunning):
                server.port  # noqa: B018  (it is what raises)
            continue
        assert not is_read or server.read_ports == ports
        assert met(server.port) == (before or "greeted")


def bring_about(server: Server, how: str | None) -> None:
    if how == "elsewhere":
        server.close()
        server.listen(0)
    elif how == "close":
        server.close()
    elif how is not None and not repr(server).endswith("closed>"):
        server.go_down(how)  # type: ignore[arg-type]


def met(port: int) -> str:
    """Return what meets who connects to a plain port."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as sock:
            with FakeMail() as other, socket.create_connection(other.smtp.address) as more:
                more.recv(100)  # the servers' thread has seen all that came so far
            sock.settimeout(0)
            try:
                return "greeted" if sock.recv(100) else "closed"
            except BlockingIOError:
                return "silent"
    except ConnectionRefusedError:
        return "refuse"
    except ConnectionResetError:
        return "reset"


def test_a_server_first_used_since_is_up_again(fakemail: FakeMail) -> None:
    stands = fakemail.snapshot()
    port = fakemail.pop3.port
    fakemail.pop3.close()
    fakemail.imap.close()
    fakemail.smtp.go_down()
    stands.restore()
    assert fakemail.pop3.read_ports == (port, None)
    for server in (fakemail.pop3, fakemail.imap, fakemail.smtp):
        assert met(server.port) == "greeted"


def test_a_closed_fakemail_stays_closed() -> None:
    with FakeMail() as one:
        port = one.smtp.port
        stands = one.snapshot()
    stands.restore()
    assert met(port) == "refuse"
