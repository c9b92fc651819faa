"""SMTP: messages/s on one connection and on one each, MB/s of a big message."""

import os
import socket
import statistics
import time
from collections.abc import Callable

from peers import PEERS, running

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


def one_connection(port: int) -> float:
    client = Client(port)
    start = time.perf_counter()
    for _ in range(MESSAGES):
        client.send(SMALL)
    elapsed = time.perf_counter() - start
    client.close()
    return MESSAGES / elapsed


def one_each(port: int) -> float:
    start = time.perf_counter()
    for _ in range(CONNECTIONS):
        client = Client(port)
        client.send(SMALL)
        client.close()
    return CONNECTIONS / (time.perf_counter() - start)


def big(port: int) -> float:
    client = Client(port)
    start = time.perf_counter()
    client.send(BIG)
    elapsed = time.perf_counter() - start
    client.close()
    return len(BIG) / elapsed / 1e6


TRIALS: dict[str, tuple[str, Callable[[int], float]]] = {
    "messages/s, one connection": ("1/s", one_connection),
    "messages/s, a connection each": ("1/s", one_each),
    "one message of 25 MiB": ("MB/s", big),
}


def main() -> None:
    # Client and server take turns anyway; on one processor nothing waits for another to wake.
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    for title, (unit, trial) in TRIALS.items():
        figures: dict[str, list[float]] = {name: [] for name in PEERS}
        for _ in range(ROUNDS):
            for name, found in figures.items():
                try:
                    with running(name) as one:
                        trial(one.port) if trial is not big else None  # warm
                        found.append(trial(one.port))
                except OSError:
                    found.append(0.0)  # a server with a fixed limit refuses the big message
        ours = statistics.median(figures["fakemail"])
        print(f"\n{title}")
        for name, found in figures.items():
            figure = statistics.median(found)
            ratio = f"{ours / figure:6.1f} x" if figure else "refused"
            print(f"  {name:20} {figure:10,.0f} {unit:5} fakemail is {ratio}")


if __name__ == "__main__":
    main()
