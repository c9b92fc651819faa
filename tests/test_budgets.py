"""The fixed budgets of processor time and memory, with a margin for slow machines.

What is measured against other servers is in `benchmarks`.  Here growth matters: a step
that takes time in the number of messages where it should not takes ten times as long with
ten times as many, on any machine.
"""

import gc
import socket
import subprocess
import sys
import threading
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from types import FrameType
from typing import BinaryIO

import pytest
from cputime import fastest, seconds

from pytest_fakemail import FakeMail
from pytest_fakemail.net.thread import shared
from pytest_fakemail.store.arrivals import Arrival
from pytest_fakemail.store.mailbox import Mailbox

FEW, MANY = 2_000, 20_000
LINEAR = 5 * MANY / FEW
"""How many times as long MANY may take: half of what a quadratic step would."""

MAIL = b"Subject: Hello\r\nFrom: a@x.test\r\nTo: b@x.test\r\n\r\n" + b"x" * 70 + b"\r\n"


class Imap:
    """A client that reads answers and does nothing with them."""

    def __init__(self, server: FakeMail) -> None:
        self.server = server
        self._socket = socket.create_connection(server.imap.address, timeout=60)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.hear(b"* OK")
        self.command("LOGIN user@example.test password")

    def command(self, text: str) -> None:
        self.say(text, b"a OK")

    def say(self, text: str, answer: bytes) -> None:
        self._socket.sendall(f"a {text}\r\n".encode())
        self.hear(answer)

    def hear(self, start: bytes, end: bytes = b"") -> None:
        """Read to a line that begins and ends so."""
        tail = b"\n"
        while not (tail.endswith(end + b"\r\n") and tail.splitlines()[-1].startswith(start)):
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
    acts = (lambda: few.command(command), lambda: many.command(command))
    base, found = fastest(*acts, times=50)
    assert found < 1.5 * base + 0.0002


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
    acts = (lambda: few.command(command), lambda: many.command(command))
    base, found = fastest(*acts, times=4)
    assert found < LINEAR * base


def test_appending_takes_as_long_in_a_big_mailbox() -> None:
    with FakeMail() as small, FakeMail() as big:
        inbox_of(big).append_many(map(message, range(MANY)))

        def appended(fakemail: FakeMail) -> Callable[[], object]:
            return lambda: [inbox_of(fakemail).append(MAIL) for _ in range(100)]

        base, found = fastest(appended(small), appended(big))
        assert found < 3 * base + 0.0005


def test_expunging_half_of_ten_times_as_many_takes_ten_times_as_long() -> None:
    assert seconds_to_expunge_half(MANY) < LINEAR * seconds_to_expunge_half(FEW)


def seconds_to_expunge_half(size: int) -> float:
    found = []
    with FakeMail() as fakemail:
        inbox = inbox_of(fakemail)
        for _ in range(3):
            uids = [one.uid for one in inbox.append_many(map(message, range(size)))]
            found.append(seconds(lambda gone=uids[::2]: inbox.expunge(gone)))  # type: ignore[misc]
            inbox.expunge(uids)
    return min(found)


def test_half_of_a_sorted_result_of_ten_times_as_many_goes_in_ten_times_as_long() -> None:
    assert seconds_to_halve_a_result(MANY) < LINEAR * seconds_to_halve_a_result(FEW)


def seconds_to_halve_a_result(size: int) -> float:
    with FakeMail(imap_capabilities="all") as fakemail:
        inbox = inbox_of(fakemail)
        uids = [one.uid for one in inbox.append_many(map(message, range(size)))]
        client = Imap(fakemail)
        client.command("SELECT INBOX")
        client.command("UID SORT RETURN (UPDATE COUNT) (ARRIVAL) UTF-8 ALL")
        inbox.expunge(uids[size // 2 :])
        found = seconds(lambda: client.command("NOOP"))
        client.close()
    return found


def test_one_more_server_starts_and_stops_at_once() -> None:
    """It needs no thread of its own, and a fraction of what the first took."""

    def start_and_stop() -> None:
        with FakeMail() as another:
            assert another.smtp.port

    with FakeMail() as first:
        assert first.smtp.port  # the loop runs
        threads = threading.active_count()
        with FakeMail() as another:
            assert another.smtp.port
            assert threading.active_count() == threads
        [found] = fastest(start_and_stop, times=20)
    assert found < 0.005


def send_one_mail() -> None:
    with (
        FakeMail() as fakemail,
        socket.create_connection(fakemail.smtp.address, timeout=60) as sock,
    ):
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


def test_a_test_that_sends_one_mail_costs_little() -> None:
    [found] = fastest(send_one_mail, times=20)
    assert found < 0.015


def test_a_test_that_sends_one_mail_calls_few_functions() -> None:
    """Some 250 on the test's own thread; where each attribute was asked for it was 850."""
    send_one_mail()
    calls = 0

    def count(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event == "call"

    sys.setprofile(count)
    try:
        send_one_mail()
    finally:
        sys.setprofile(None)
    assert 100 < calls < 400


def test_a_message_calls_few_functions_on_the_servers_thread() -> None:
    """Some 130: four commands, each read, looked up, recorded, answered; and a delivery."""
    calls = 0

    def count(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event == "call"

    def send(sock: socket.socket, replies: BinaryIO, times: int) -> None:
        for _ in range(times):
            for octets in (b"MAIL FROM:<a@x.test>", b"RCPT TO:<b@x.test>", b"DATA", MAIL + b"."):
                sock.sendall(octets + b"\r\n")
                assert replies.readline()[:1] in b"23"

    with (
        FakeMail() as fakemail,
        socket.create_connection(fakemail.smtp.address, timeout=60) as sock,
        sock.makefile("rb") as replies,
    ):
        replies.readline()
        sock.sendall(b"HELO x\r\n")
        replies.readline()
        send(sock, replies, 2)
        thread = shared._thread
        assert thread is not None
        thread.run(partial(sys.setprofile, count))
        send(sock, replies, 20)
        thread.run(partial(sys.setprofile, None))
    assert 50 < calls / 20 < 180


def test_a_captured_message_costs_little_more_than_its_octets() -> None:
    count, raw = 500, MAIL + b"y" * (2048 - len(MAIL) - 2) + b"\r\n"
    with (
        FakeMail() as fakemail,
        socket.create_connection(fakemail.smtp.address, timeout=60) as sock,
    ):
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


def test_telling_an_idling_client_costs_as_much_in_a_big_mailbox() -> None:
    with clients_of(FEW, MANY) as (few, many):

        def append_and_hear(client: Imap) -> Callable[[], None]:
            def act() -> None:
                inbox_of(client.server).append(MAIL)
                client.hear(b"* ", b" RECENT")

            client.command("SELECT INBOX")
            client.say("IDLE", b"+ ")
            return act

        base, found = fastest(append_and_hear(few), append_and_hear(many), times=20)
        assert found < 3 * base + 0.0005


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
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    others, ours, threads = answer.stdout.splitlines()

    heavy = {"asyncio", "ssl", "email", "email.message", "aiosmtpd", "trustme", "socket"}
    assert heavy.isdisjoint(others.split())
    assert int(ours) <= 6
    assert threads == "1"


def test_a_first_mail_loads_of_others_only_what_aiosmtpd_needs() -> None:
    code = """
import socket, sys
before = set(sys.modules)
from pytest_fakemail import FakeMail
with FakeMail() as fakemail, socket.create_connection(fakemail.smtp.address, timeout=60) as sock:
    with sock.makefile("rb") as replies:
        for line in ("EHLO x", "MAIL FROM:<a@x.test>", "RCPT TO:<b@x.test>", "DATA", ".", "QUIT"):
            while (reply := replies.readline())[3:4] == b"-":
                pass
            assert reply[:1] in b"23", reply
            sock.sendall(line.encode() + b"\\r\\n")
        assert replies.read()[:3] == b"221"
    assert len(fakemail.outbox) == 1
added = {name.partition(".")[0] for name in set(sys.modules) - before}
print(*added - sys.stdlib_module_names)
"""
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert set(answer.stdout.split()) == {"pytest_fakemail", "aiosmtpd", "attr", "public"}
