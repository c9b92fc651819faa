"""A command that its client writes in two pieces, beside the same in one: three protocols.

Most libraries leave Nagle's algorithm on, and write twice here and there: imaplib a literal
and the CRLF behind it.  A server that lets its acknowledgement wait holds them up for 40 ms.
Client and server share one processor.
"""

import os
import socket
import ssl
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

ROUNDS = 5
TIMES = 40

BODY = b"Subject: Hello\r\n\r\n" + b"x" * 500 + b"\r\n"


class Client:
    """One connection, logged in, with Nagle's algorithm on."""

    def __init__(self, ports: dict[str, int], protocol: str, ca: str | None) -> None:
        port = ports[protocol if ca is None else f"{protocol}s"]
        self.socket = socket.create_connection(("127.0.0.1", port))
        if ca is not None:
            context = ssl.create_default_context(cafile=ca)
            self.socket = context.wrap_socket(self.socket, server_hostname="localhost")
        self.read()
        for line in LOGINS[protocol]:
            self.ask(line)

    def read(self) -> None:
        data = b""
        while not data.endswith(b"\r\n"):
            data += self.socket.recv(65536)
        if data.startswith((b"-ERR", b"5", b"a NO", b"a BAD")):
            raise ConnectionError(data)

    def ask(self, *pieces: bytes) -> None:
        for piece in pieces:
            self.socket.sendall(piece)
        self.read()


LOGINS = {
    "smtp": [b"EHLO client.test\r\n"],
    "pop3": [b"USER user@example.test\r\n", b"PASS password\r\n"],
    "imap": [b"a LOGIN user@example.test password\r\n"],
}


def smtp_data(client: Client, *, at_once: bool) -> None:
    for line in (b"MAIL FROM:<a@x.test>\r\n", b"RCPT TO:<b@x.test>\r\n", b"DATA\r\n"):
        client.ask(line)
    client.ask(BODY + b".\r\n") if at_once else client.ask(BODY, b".\r\n")


def pop3_stat(client: Client, *, at_once: bool) -> None:
    client.ask(b"STAT\r\n") if at_once else client.ask(b"STAT", b"\r\n")


def imap_append(client: Client, *, at_once: bool) -> None:
    client.ask(b"a APPEND INBOX {%d}\r\n" % len(BODY))
    client.ask(BODY + b"\r\n") if at_once else client.ask(BODY, b"\r\n")


TRIALS: dict[str, tuple[str, Callable[..., None]]] = {
    "SMTP: a message, then the dot": ("smtp", smtp_data),
    "POP3: STAT, then CRLF": ("pop3", pop3_stat),
    "IMAP: APPEND's literal, then CRLF": ("imap", imap_append),
}


def trial(client: Client, deed: Callable[..., None], *, at_once: bool) -> float:
    """Return microseconds for one."""
    start = time.perf_counter()
    for _ in range(TIMES):
        deed(client, at_once=at_once)
    return (time.perf_counter() - start) / TIMES * 1e6


@contextmanager
def servers() -> Iterator[tuple[dict[str, int], str]]:
    process = subprocess.Popen(
        [sys.executable, __file__, "serve"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    *ports, ca = process.stdout.readline().split()
    names = ("smtp", "smtps", "pop3", "pop3s", "imap", "imaps")
    try:
        yield dict(zip(names, map(int, ports), strict=True)), ca
    finally:
        process.communicate(timeout=60)


def serve() -> None:
    from pytest_fakemail import FakeMail

    with FakeMail() as one:
        one.account()
        ports = [(server.port, server.tls_port) for server in (one.smtp, one.pop3, one.imap)]
        print(*(port for pair in ports for port in pair), one.tls.ca_file, flush=True)
        sys.stdin.read()


def main() -> None:
    if sys.argv[1:] == ["serve"]:
        serve()
        return
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    with servers() as (ports, ca):
        for title, (protocol, deed) in TRIALS.items():
            for security in (None, ca):
                client = Client(ports, protocol, security)
                deed(client, at_once=True)  # warm
                rounds = [
                    (trial(client, deed, at_once=False), trial(client, deed, at_once=True))
                    for _ in range(ROUNDS)
                ]
                twice, once = (statistics.median(column) for column in zip(*rounds, strict=True))
                under = "TLS  " if security else "plain"
                print(
                    f"{title:34} {under}  {twice:8,.0f} µs in two writes, {once:6,.0f} in one:"
                    f" {twice / once:6.2f} x"
                )
                client.socket.close()


if __name__ == "__main__":
    main()
