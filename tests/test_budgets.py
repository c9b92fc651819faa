"""The fixed budgets of speed and memory, each with a margin that a busy machine needs.

What is measured against other servers is in `benchmarks`.  Here growth matters: a step
that takes time in the number of messages where it should not takes ten times as long with
ten times as many, on any machine.
"""

import gc
import socket
import statistics
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from pytest_fakemail import FakeMail
from pytest_fakemail.store.arrivals import Arrival
from pytest_fakemail.store.mailbox import Mailbox

FEW, MANY = 2_000, 20_000
LINEAR = 5 * MANY / FEW
"""How many times as long MANY may take: half of what a quadratic step would."""

MAIL = b"Subject: Hello\r\nFrom: a@x.test\r\nTo: b@x.test\r\n\r\n" + b"x" * 70 + b"\r\n"


def fastest(act: Callable[[], object], times: int = 7) -> float:
    """Return the seconds that something takes when nothing else disturbs it."""
    found = []
    for _ in range(times):
        start = time.perf_counter()
        act()
        found.append(time.perf_counter() - start)
    return min(found)


class Imap:
    """A client that reads answers and does nothing with them."""

    def __init__(self, fakemail: FakeMail) -> None:
        self._socket = socket.create_connection(fakemail.imap.address)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._until(b"* OK")
        self.command("LOGIN user@example.test password")

    def command(self, text: str) -> None:
        self._socket.sendall(f"a {text}\r\n".encode())
        self._until(b"a OK")

    def _until(self, start: bytes) -> None:
        tail = b"\n"
        while not (tail.endswith(b"\n") and tail.splitlines()[-1].startswith(start)):
            chunk = self._socket.recv(1024 * 1024)
            assert chunk, f"closed behind {tail!r}"
            tail = (tail + chunk)[-4096:]

    def close(self) -> None:
        self._socket.close()


@contextmanager
def clients_of(*sizes: int) -> Iterator[list[Imap]]:
    """Run a FakeMail for each size, with so many messages; return a client of each."""
    servers = [FakeMail(transcript_limit=1024 * 1024) for _ in sizes]
    clients = []
    for size, server in zip(sizes, servers, strict=True):
        inbox_of(server).append_many(map(message, range(size)))
        clients.append(Imap(server))
    try:
        yield clients
    finally:
        for client in clients:
            client.close()
        for server in servers:
            server.close()


def inbox_of(fakemail: FakeMail) -> Mailbox:
    account = fakemail.store.account(fakemail.settings.user)
    assert account is not None
    return account.inbox


def message(number: int) -> Arrival:
    return Arrival(b"Subject: Number %d\r\n\r\nHello\r\n" % number)


@pytest.fixture(scope="module")
def few_and_many() -> Iterator[tuple[Imap, Imap]]:
    with clients_of(FEW, MANY) as (few, many):
        for client in (few, many):
            client.command("SELECT INBOX")
        yield few, many


@pytest.mark.parametrize(
    "command",
    ["NOOP", "SELECT INBOX", "UID FETCH 7 (FLAGS ENVELOPE)", "UID STORE 7 FLAGS (\\Flagged)"],
)
def test_time_does_not_grow_with_messages_that_are_not_touched(
    few_and_many: tuple[Imap, Imap], command: str
) -> None:
    few, many = few_and_many
    base = fastest(lambda: few.command(command), 50)

    assert fastest(lambda: many.command(command), 50) < 1.5 * base + 0.0002


@pytest.mark.parametrize(
    "command",
    [
        "UID FETCH 1:* (FLAGS)",
        "UID FETCH 1:* (BODY.PEEK[])",
        "FETCH 1:* (ENVELOPE BODYSTRUCTURE)",
        "UID SEARCH ALL",
        "SEARCH SUBJECT nowhere",
        "SEARCH BODY nowhere",
        "STORE 1:* FLAGS (\\Answered)",
        "STORE 1:* -FLAGS.SILENT (\\Answered)",
    ],
)
def test_time_grows_no_faster_than_the_messages_touched(
    few_and_many: tuple[Imap, Imap], command: str
) -> None:
    few, many = few_and_many
    few.command(command)  # what is rendered once is rendered now
    many.command(command)
    base = fastest(lambda: few.command(command))

    assert fastest(lambda: many.command(command), 3) < LINEAR * base


def test_appending_takes_as_long_in_a_big_mailbox() -> None:
    with FakeMail() as small, FakeMail() as big:
        inbox_of(big).append_many(map(message, range(MANY)))

        def appended(fakemail: FakeMail) -> Callable[[], object]:
            return lambda: [inbox_of(fakemail).append(MAIL) for _ in range(100)]

        assert fastest(appended(big)) < 3 * fastest(appended(small)) + 0.0005


def test_expunging_half_of_ten_times_as_many_takes_ten_times_as_long() -> None:
    assert seconds_to_expunge_half(MANY) < LINEAR * seconds_to_expunge_half(FEW)


def seconds_to_expunge_half(size: int) -> float:
    found = []
    with FakeMail() as fakemail:
        inbox = inbox_of(fakemail)
        for _ in range(3):
            uids = [one.uid for one in inbox.append_many(map(message, range(size)))]
            start = time.perf_counter()
            inbox.expunge(uids[::2])
            found.append(time.perf_counter() - start)
            inbox.expunge(uids)
    return min(found)


def test_one_more_server_starts_and_stops_at_once() -> None:
    started, stopped = [], []
    with FakeMail() as first:
        assert first.smtp.port  # the loop runs
        for _ in range(20):
            another = FakeMail()
            start = time.perf_counter()
            assert another.smtp.port
            middle = time.perf_counter()
            another.close()
            started.append(middle - start)
            stopped.append(time.perf_counter() - middle)

    assert min(started) < 0.002
    assert min(stopped) < 0.002


def test_a_test_that_sends_one_mail_costs_little() -> None:
    def send() -> None:
        with FakeMail() as fakemail, socket.create_connection(fakemail.smtp.address) as sock:
            replies = sock.makefile("rb")
            replies.readline()
            for command in (b"HELO x", b"MAIL FROM:<a@x.test>", b"RCPT TO:<b@x.test>", b"DATA"):
                sock.sendall(command + b"\r\n")
                replies.readline()
            sock.sendall(MAIL + b".\r\n")
            replies.readline()
            sock.sendall(b"QUIT\r\n")
            replies.readline()
            replies.close()

    assert fastest(send, 20) < 0.006


def test_a_captured_message_costs_little_more_than_its_octets() -> None:
    count, raw = 500, MAIL + b"y" * (2048 - len(MAIL) - 2) + b"\r\n"
    with FakeMail() as fakemail, socket.create_connection(fakemail.smtp.address) as sock:
        replies = sock.makefile("rb")
        replies.readline()
        sock.sendall(b"HELO x\r\n")
        replies.readline()

        def send(times: int) -> None:
            for _ in range(times):
                sock.sendall(b"MAIL FROM:<a@x.test>\r\nRCPT TO:<b@x.test>\r\nDATA\r\n")
                for _ in range(3):
                    replies.readline()
                sock.sendall(raw + b".\r\n")
                replies.readline()

        send(50)
        gc.collect()
        tracemalloc.start()
        try:
            send(count)
            gc.collect()
            taken, _ = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        replies.close()
        assert len(fakemail.outbox) == count + 50

    assert len(raw) < taken / count < 4096


def test_an_idling_client_hears_at_once_of_mail_in_a_big_mailbox() -> None:
    with FakeMail() as fakemail:
        inbox = inbox_of(fakemail)
        inbox.append_many(map(message, range(MANY)))
        with socket.create_connection(fakemail.imap.address) as sock:
            lines = sock.makefile("rb")
            lines.readline()
            sock.sendall(b"a LOGIN user@example.test password\r\nb SELECT INBOX\r\nc IDLE\r\n")
            while not lines.readline().startswith(b"+"):
                pass
            found = []
            for _ in range(20):
                start = time.perf_counter()
                inbox.append(MAIL)
                assert b"EXISTS" in lines.readline()
                found.append(time.perf_counter() - start)
                assert b"RECENT" in lines.readline()
            lines.close()

    assert statistics.median(found) < 0.02


def test_installed_and_unused_it_loads_nothing_heavy_and_starts_no_thread() -> None:
    code = """
import pytest, sys, threading
before = set(sys.modules)
import pytest_fakemail.plugin
added = set(sys.modules) - before
print(*sorted(name for name in added if not name.startswith("pytest_fakemail")))
print(len([name for name in added if name.startswith("pytest_fakemail")]))
print(threading.active_count())
"""
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    others, ours, threads = answer.stdout.splitlines()

    heavy = {"asyncio", "ssl", "email", "email.message", "aiosmtpd", "trustme", "socket"}
    assert heavy.isdisjoint(others.split())
    assert int(ours) <= 6
    assert threads == "1"
