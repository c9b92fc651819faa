"""What servers keep under load is what is stored and what the transcript may hold, no more."""

import gc
import imaplib
import poplib
import smtplib
import sys
import tracemalloc
from collections import Counter

from net.house import House, read, read_all

from pytest_fakemail import FakeMail
from pytest_fakemail.wire.effects import Send

ROUND = 40


def visit(one: FakeMail) -> None:
    """Come, deliver, read, change, remove and go, in three protocols."""
    with smtplib.SMTP("127.0.0.1", one.smtp.port) as sender:
        sender.sendmail("a@x.test", ["user@example.test"], "Subject: x\r\n\r\nx\r\n")
    reader = imaplib.IMAP4("127.0.0.1", one.imap.port)
    reader.login("user@example.test", "password")
    reader.select()
    reader.append("INBOX", "", "", b"Subject: y\r\n\r\ny\r\n")
    reader.store("1:*", "+FLAGS", r"(\Deleted)")
    reader.expunge()
    reader.logout()
    other = poplib.POP3("127.0.0.1", one.pop3.port)
    other.user("user@example.test")
    other.pass_("password")
    other.stat()
    other.close()


BOUNDED = {"Added", "Flagged", "Expunged", "Timer"}
"""The mailbox's log forgets its older half at some length, the loop its cancelled timers."""


def kept(one: FakeMail) -> Counter[str]:
    """Return how many objects of ours there are when nobody is connected, by class."""
    for listener in one._plumbing.listeners:
        for _ in range(100_000):
            if not listener.connections:
                break
            listener.thread.run(int)
        assert not listener.connections
        listener.thread.run(int)
    gc.collect()
    classes = [type(one) for one in gc.get_objects()]
    return Counter(one.__name__ for one in classes if one.__module__.startswith("pytest_fakemail"))


def test_connections_leave_nothing_but_mail_and_transcript() -> None:
    with FakeMail(transcript_limit=20_000) as one:
        one.account()
        for _ in range(ROUND):
            visit(one)
        before = kept(one)
        loop = next(iter(one._plumbing.listeners)).thread.loop
        readers = len(loop._readers)  # three listeners, the bell, and what a whole run may have
        for _ in range(ROUND):
            visit(one)
        more = {name: count - before[name] for name, count in kept(one).items()}
        grown = {name for name, count in more.items() if count > ROUND // 4}
        assert grown - BOUNDED == {"Delivery", "Recipient"}  # the outbox
        assert len(loop._timers) < 250
        assert len(loop._readers) == readers


def test_mail_that_a_test_has_read_goes_when_it_is_expunged() -> None:
    """Who reads a mailbox again and again keeps no more than what is in it."""
    size, times = 100_000, 20
    with FakeMail() as one:
        inbox = one.account().inbox
        tracemalloc.start()
        try:
            for number in range(times):
                inbox.deliver(b"Subject: %d\r\n\r\n%s\r\n" % (number, b"x" * size))
                inbox.expunge(*(message.uid for message in inbox.messages))
            assert tracemalloc.get_traced_memory()[0] < size * times / 4
        finally:
            tracemalloc.stop()


def test_a_fakemail_goes_when_garbage_is_first_collected() -> None:
    def use() -> None:
        with FakeMail() as one, smtplib.SMTP("127.0.0.1", one.smtp.port) as sender:
            sender.sendmail("a@x.test", ["user@example.test"], "Subject: x\r\n\r\nx\r\n")

    def there() -> int:
        return sum(type(one) is FakeMail for one in gc.get_objects())

    gc.collect()
    gc.collect()
    before = there()
    use()
    gc.collect()
    assert there() == before


def test_idle_connection_holds_on_to_nothing_that_it_has_sent() -> None:
    data = b"x" * 300_000
    with House({"go": lambda: [Send(data)]}) as house:
        for is_implicit_tls in (False, True):
            with house.client(is_implicit_tls=is_implicit_tls) as client:
                before = sys.getrefcount(data)
                if is_implicit_tls:
                    context = house.tls.client_context()
                    with context.wrap_socket(client, server_hostname="localhost") as secure:
                        read(secure, 7)
                        secure.sendall(b"go\r\n")
                        read(secure, len(data))
                        house.settle()
                        assert sys.getrefcount(data) == before
                        secure.sendall(b"quit\r\n")
                        read_all(secure)
                else:
                    client.sendall(b"go\r\n")
                    read(client, len(data))
                    house.settle()
                    assert sys.getrefcount(data) == before
