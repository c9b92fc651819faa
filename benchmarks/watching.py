"""How long it takes until everybody who watches has heard of a change.

So many clients of one account have said NOTIFY, of INBOX that they have selected or of all
mailboxes, or are idle; another one appends a message.  Printed are the time by the clock from
the beginning of that command until the last of them has been told, and the processor time of the
server.

``python benchmarks/watching.py [--clients 100] [--rounds 30]``
"""

import argparse
import os
import select
import statistics
import time

from dovecot import Ports
from readers import Imap, message
from reading import fakemail

MOST = 5.0
"""Milliseconds that 100 clients with NOTIFY are promised."""

WAYS = {
    "NOTIFY, INBOX selected": (
        b"SELECT INBOX",
        b"NOTIFY SET (SELECTED (MessageNew MessageExpunge))",
    ),
    "NOTIFY, all mailboxes": (b"NOTIFY SET (PERSONAL (MessageNew MessageExpunge))",),
    "IDLE, INBOX selected": (b"SELECT INBOX",),
}


def watchers(port: int, commands: tuple[bytes, ...], count: int, *, are_idle: bool) -> list[Imap]:
    found = [Imap(port) for _ in range(count)]
    for one in found:
        for command in commands:
            one.command(command)
        if are_idle:
            one.send(b"i IDLE\r\n")
            one.until(b"+")
    return found


def told(ports: Ports, writer: Imap, clients: list[Imap], number: int) -> tuple[float, float]:
    """Append a message; return the ms until all have heard: by the clock, and of the server."""
    raw = message(number)
    *others, last = clients
    poller = select.poll()
    for one in others:
        poller.register(one.fileno(), select.POLLIN)
    worked, begun = ports.processor_time(), time.perf_counter()
    writer.send(b"a APPEND INBOX {%d+}\r\n%b\r\n" % (len(raw), raw))
    # Who began to watch last is told last: so the server is let work until then.
    last.until(b"*")
    while len(poller.poll()) < len(others):
        pass
    elapsed = time.perf_counter() - begun
    worked = ports.processor_time() - worked
    for one in others:
        one.until(b"*")
    writer.until(b"a OK")
    return elapsed * 1000, worked * 1000


def main() -> None:
    """Print a line a way to watch."""
    parser = argparse.ArgumentParser(description="a change, told to many clients")
    parser.add_argument("--clients", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=30)
    asked = parser.parse_args()
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    print(f"{asked.clients} clients told of a message      ms by the clock   of the server")
    with fakemail("all") as ports:
        writer = Imap(ports.imap)
        for way, commands in WAYS.items():
            clients = watchers(ports.imap, commands, asked.clients, are_idle=way.startswith("IDLE"))
            rounds = [told(ports, writer, clients, number) for number in range(asked.rounds)]
            clock, server = (statistics.median(times) for times in zip(*rounds, strict=True))
            print(f"  {way:32}{clock:12.2f}{server:16.2f}   (at most {MOST:g})")
            for one in clients:
                one.drop()
        writer.close()


if __name__ == "__main__":
    main()
