"""SMTP: what a message costs the server, on one connection, on one each, and a big one.

Client and servers share one processor, and what is measured is the processor time of the
server's process, kernel included: between two processors of a virtual machine a wake-up costs
200 µs and hides the rest.  The servers take turns, round by round.  A peer that is not
installed is left out and named.

``python benchmarks/smtp.py [--rounds 5]``
"""

import argparse
import os
import smtplib
import socket
import statistics
from collections.abc import Callable
from contextlib import ExitStack

from peers import PEERS, NotInstalled, Running

SMALL = b"Subject: Hello\r\nFrom: a@x.test\r\nTo: b@x.test\r\n\r\n" + b"x" * 70 + b"\r\n"
SMALL += (b"y" * 70 + b"\r\n") * 26
BIG = b"Subject: Big\r\n\r\n" + (b"z" * 76 + b"\r\n") * (25 * 1024 * 1024 // 78)
ROUNDS = 5
MESSAGES = 500
CONNECTIONS = 150


class Client:
    """SMTP over a blocking socket, with as little of its own as can be."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.answer(b"220")
        self.ask(b"EHLO client.test\r\n", b"250")

    def ask(self, data: bytes, code: bytes) -> None:
        self.socket.sendall(data)
        self.answer(code)

    def answer(self, code: bytes) -> None:
        data = b""
        while not (data.endswith(b"\n") and data[data.rfind(b"\n", 0, -1) + 1 :][3:4] == b" "):
            chunk = self.socket.recv(65536)
            if not chunk:
                raise ConnectionError(data)
            data += chunk
        if not data.startswith(code):
            raise ConnectionError(data)

    def send(self, message: bytes) -> None:
        self.ask(b"MAIL FROM:<app@example.test>\r\n", b"250")
        self.ask(b"RCPT TO:<ann@example.test>\r\n", b"250")
        self.ask(b"DATA\r\n", b"354")
        self.ask(message + b".\r\n", b"250")

    def close(self) -> None:
        self.ask(b"QUIT\r\n", b"221")
        self.socket.close()


def one_connection(port: int) -> Callable[[], None]:
    client = Client(port)

    def act() -> None:
        for _ in range(MESSAGES):
            client.send(SMALL)

    return act


def by_smtplib(port: int) -> Callable[[], None]:
    client = smtplib.SMTP("127.0.0.1", port)
    client.ehlo()
    text = SMALL.decode()

    def act() -> None:
        for _ in range(MESSAGES):
            client.sendmail("app@example.test", ["ann@example.test"], text)

    return act


def one_each(port: int) -> Callable[[], None]:
    def act() -> None:
        for _ in range(CONNECTIONS):
            client = Client(port)
            client.send(SMALL)
            client.close()

    return act


def big(port: int) -> Callable[[], None]:
    client = Client(port)
    return lambda: client.send(BIG)


# What it is called, the trial, how many there are in one, and whether it is a rate.
TRIALS: dict[str, tuple[Callable[[int], Callable[[], None]], int, bool]] = {
    "2 KiB, one connection": (one_connection, MESSAGES, False),
    "2 KiB, by smtplib": (by_smtplib, MESSAGES, False),
    "2 KiB, a connection each": (one_each, CONNECTIONS, False),
    "one message of 25 MiB": (big, len(BIG), True),
}


def measured(one: Running, name: str) -> float:
    """Return µs for one, or MB/s."""
    trial, count, is_rate = TRIALS[name]
    act = trial(one.port)
    act()  # warm
    start = one.processor_time()
    act()
    worked = one.processor_time() - start
    return count / worked / 1e6 if is_rate else worked / count * 1e6


def started(stack: ExitStack) -> dict[str, Running]:
    found: dict[str, Running] = {}
    for name in PEERS:
        try:
            found[name] = one = Running(name)
        except NotInstalled:
            print(f"{name} is not installed")
            continue
        stack.callback(one.stop)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    rounds = parser.parse_args().rounds
    # Client and server take turns anyway; on one processor nothing waits for another to wake.
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    for name, (_, _, is_rate) in TRIALS.items():
        with ExitStack() as stack:
            peers = started(stack)
            figures: dict[str, list[float]] = {peer: [] for peer in peers}
            for _ in range(rounds):
                for peer, one in peers.items():
                    try:
                        figures[peer].append(measured(one, name))
                    except (OSError, smtplib.SMTPException):
                        continue  # a server with a fixed limit refuses the big message
        report(name, figures, is_rate=is_rate)


def report(name: str, figures: dict[str, list[float]], *, is_rate: bool) -> None:
    print(f"\n{name}, {'MB/s' if is_rate else 'µs'} of the server")
    ours = statistics.median(figures["fakemail"])
    for peer, found in figures.items():
        if not found:
            print(f"  {peer:20} refused it")
            continue
        figure = statistics.median(found)
        ratio = ours / figure if is_rate else figure / ours
        print(f"  {peer:20} {figure:10,.0f}   fakemail is {ratio:5.2f} x as fast")


if __name__ == "__main__":
    main()
