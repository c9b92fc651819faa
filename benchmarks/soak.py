"""A server under mixed load for long: what it keeps, beside what is stored.

``python benchmarks/soak.py [MINUTES]``: clients of three protocols deliver, read, change and
remove mail, come and go, as fast as they can; the mailboxes stay small.  Every so often the
memory is printed with what is stored.  Once the transcript is full (``transcript_limit``) it grows
with the outbox alone: by the octets of its mails, and by some 600 for each, which are the delivery
and its envelope.
"""

import gc
import os
import random
import socket
import sys
import time

from pytest_fakemail import FakeMail

LIMIT = 8 * 1024 * 1024
LINES = 12
KEPT = 50


class Client:
    """One connection, which speaks and reads until the answer has come."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.answer(b"")

    def ask(self, data: bytes, end: bytes = b"") -> bytes:
        self.socket.sendall(data)
        return self.answer(end)

    def answer(self, end: bytes) -> bytes:
        data = b""
        while not (data.endswith(b"\r\n") and (b"\r\n" + data).rfind(b"\r\n" + end) >= 0):
            piece = self.socket.recv(65536)
            if not piece:
                raise ConnectionError(data)
            data += piece
        return data


def message(chance: random.Random) -> bytes:
    subject = b"%x" % chance.getrandbits(64)
    body = (b"z" * 76 + b"\r\n") * chance.choice((1, 10, 30, 300))
    return b"Subject: " + subject + b"\r\nMessage-ID: <" + subject + b"@x.test>\r\n\r\n" + body


def by_imap(one: FakeMail, chance: random.Random) -> None:
    client = Client(one.imap.port)
    client.ask(b"a LOGIN user@example.test password\r\n", b"a ")
    client.ask(b"a SELECT INBOX\r\n", b"a ")
    for _ in range(chance.randrange(1, 20)):
        text = message(chance)
        client.ask(b"a APPEND INBOX {%d+}\r\n%s\r\n" % (len(text), text), b"a ")
        client.ask(b"a STORE 1:* +FLAGS (k%d)\r\n" % chance.randrange(100), b"a ")
        client.ask(b"a FETCH 1:5 (ENVELOPE BODYSTRUCTURE BODY.PEEK[])\r\n", b"a ")
        client.ask(b"a SEARCH BODY zz SUBJECT a\r\n", b"a ")
        client.ask(b"a UID COPY 1:* Archive\r\n", b"a ")
        client.ask(b"a STORE 1:3 +FLAGS.SILENT (\\Deleted)\r\n", b"a ")
        client.ask(b"a EXPUNGE\r\n", b"a ")
    name = b"box%x" % chance.getrandbits(64)
    client.ask(b"a CREATE " + name + b"\r\n", b"a ")
    client.ask(b"a DELETE " + name + b"\r\n", b"a ")
    if chance.random() < 0.5:
        client.ask(b"a LOGOUT\r\n", b"a ")
    client.socket.close()


def by_pop3(one: FakeMail, chance: random.Random) -> None:
    client = Client(one.pop3.port)
    client.ask(b"USER user@example.test\r\n")
    if client.ask(b"PASS password\r\n").startswith(b"+OK") and client.ask(b"STAT\r\n") > b"+OK 1":
        client.ask(b"RETR 1\r\n", b".\r\n")
        client.ask(b"DELE 1\r\n")
    if chance.random() < 0.5:
        client.ask(b"QUIT\r\n")
    client.socket.close()


def by_smtp(one: FakeMail, chance: random.Random) -> None:
    client = Client(one.smtp.port)
    client.ask(b"EHLO me\r\n", b"250 ")
    for _ in range(chance.randrange(1, 5)):
        client.ask(b"MAIL FROM:<a@x.test>\r\n", b"250 ")
        client.ask(b"RCPT TO:<user@example.test>\r\n", b"250 ")
        client.ask(b"DATA\r\n", b"354 ")
        client.ask(message(chance) + b".\r\n", b"250 ")
    client.socket.close()


def empty(one: FakeMail) -> None:
    """Keep what is stored small: it is what the rest is compared with."""
    account = one.account()
    for name in ("INBOX", "Archive"):
        mailbox = account.mailbox(name)
        uids = [message.uid for message in mailbox.messages]
        if len(uids) > KEPT:
            mailbox.expunge(*uids)


def resident() -> int:
    """Return the process's memory in KiB."""
    with open("/proc/self/status", encoding="ascii") as status:  # noqa: PTH123  (one line of one small file)
        return int(next(line for line in status if line.startswith("VmRSS")).split()[1])


def main() -> None:
    seconds = 60 * float(sys.argv[1]) if sys.argv[1:] else 1800
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    chance = random.Random(1)  # noqa: S311  (repeatable, not secret)
    with FakeMail(transcript_limit=LIMIT, pop3_lock="shared") as one:
        one.account()
        start = time.monotonic()
        for line in range(1, LINES + 1):
            deeds = 0
            while time.monotonic() - start < seconds * line / LINES:
                chance.choice((by_imap, by_imap, by_pop3, by_smtp))(one, chance)
                empty(one)
                deeds += 1
            gc.collect()
            sent = sum(len(mail.raw) for mail in one.outbox) >> 10
            print(
                f"{seconds * line / LINES:6,.0f} s  {deeds:7,} connections"
                f"  {resident():9,} KiB, {sent:8,} of it in the {len(one.outbox):7,} mails sent"
                f"  {len(gc.get_objects()):9,} objects",
                flush=True,
            )


if __name__ == "__main__":
    main()
