"""IMAP and POP3 against Dovecot: what a mail reader asks for, in ms, 1/s or MB/s of the server.

One client for both, over a plain blocking socket; the servers take turns, line by line.
Client and servers share one processor, and what is measured is the processor time of the
server's processes, kernel included: how long a client waits on a machine with nothing else to
do depends on the client as well, and on how long another processor takes to wake.  Only what
one client waits for another (IDLE, the longest NOOP) is time by the clock.
Every round fills a new mailbox, so that "first" is a first time; the first SEARCH SUBJECT
comes before Dovecot's index has been filled by other commands, and the first SORT, THREAD and
SEARCH SENTSINCE each have a new mailbox, too.

``python benchmarks/reading.py [--sizes 1000 10000] [--rounds 3] [--format sdbox]``
"""

import argparse
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from dovecot import Ports, dovecot, is_installed
from readers import Imap, Pop3
from trials import POP3_TRIALS, RETRIEVED, TRIALS, Reader

Figures = dict[str, dict[str, list[float]]]
"""By line, then by server."""


@contextmanager
def fakemail(capabilities: str = "default") -> Iterator[Ports]:
    """Run our servers in a process of their own."""
    process = subprocess.Popen(
        [sys.executable, __file__, "--serve", capabilities],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    imap, pop3 = map(int, process.stdout.readline().split())
    try:
        yield Ports(imap, pop3, process.pid)
    finally:
        process.communicate(timeout=60)


def serve(capabilities: str) -> None:
    from pytest_fakemail import FakeMail

    with FakeMail(imap_capabilities=capabilities) as one:
        print(one.imap.port, one.pop3.port, flush=True)
        sys.stdin.read()


def memory(pid: int) -> float:
    """Return a process's share of the memory (PSS), in MB."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    line = next(line for line in rollup.splitlines() if line.startswith("Pss:"))
    return int(line.split()[1]) * 1024 / 1e6


def turns(servers: dict[str, Ports], size: int, rounds: int) -> Figures:
    """Measure all IMAP lines for a mailbox of one size."""
    figures: Figures = {name: {server: [] for server in servers} for name, _, _ in TRIALS}
    for number in range(rounds):
        mailbox = f"box{size}-{number}"
        readers = {
            name: Reader(one, Imap(one.imap), mailbox, size) for name, one in servers.items()
        }
        for reader in readers.values():
            reader.client.command(f"CREATE {mailbox}")
            reader.client.command("CREATE copies")
        for name, _, trial in TRIALS:
            for server, reader in readers.items():
                figures[name][server].append(trial(reader))
        for reader in readers.values():
            reader.client.command("UNSELECT")
            reader.client.command(f"DELETE {mailbox}")
            reader.client.command("DELETE copies")
            reader.client.close()
    return figures


def pop3_turns(servers: dict[str, Ports], rounds: int) -> Figures:
    figures: Figures = {name: {server: [] for server in servers} for name, _, _ in POP3_TRIALS}
    for one in servers.values():
        client = Imap(one.imap)
        client.append("INBOX", range(1, RETRIEVED + 1))
        client.close()
    clients = {server: Pop3(one.pop3) for server, one in servers.items()}
    for _ in range(rounds):
        for name, _, trial in POP3_TRIALS:
            for server, one in servers.items():
                figures[name][server].append(trial(one, clients[server]))
    for client in clients.values():
        client.close()
    return figures


def print_line(name: str, unit: str, found: dict[str, list[float]]) -> None:
    medians = {server: statistics.median(values) for server, values in found.items()}
    text = (
        f"  {name:32}" + "".join(f"{median:12,.2f}" for median in medians.values()) + f" {unit:5}"
    )
    if "dovecot" in medians:
        ours, theirs = medians["fakemail"], medians["dovecot"]
        text += (
            f"{theirs / ours if unit == 'ms' else ours / theirs:8.2f} x" if ours and theirs else ""
        )
    print(text, flush=True)


def footprint(size: int = 10_000) -> None:
    with fakemail() as ports:
        client = Imap(ports.imap)
        for number in range(1, size, 100):
            client.append("INBOX", range(number, number + 100))
        stored = memory(ports.pid)
        client.command("SELECT INBOX")
        client.command("FETCH 1:* (ENVELOPE BODYSTRUCTURE)")
        client.command("SEARCH BODY nowhere")
        client.command("UID FETCH 1:* (BODY.PEEK[])")
        used = memory(ports.pid)
        print(
            f"\nwith {size:,} messages of 2 KiB: {stored:.0f} MB, all parsed and fetched {used:.0f}"
        )
        client.close()


def main() -> None:
    parser = argparse.ArgumentParser(description="IMAP and POP3 against Dovecot")
    parser.add_argument("--sizes", type=int, nargs="*", default=[1000, 10_000])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--format", default="sdbox", help="sdbox, mdbox or maildir")
    parser.add_argument("--serve", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        serve(options.serve)
        return
    # Client and servers take turns anyway; on one processor nothing waits for another to wake.
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    print("server's processor time; clients and servers share one processor")
    with ExitStack() as stack:
        servers = {"fakemail": stack.enter_context(fakemail())}
        if is_installed():
            servers["dovecot"] = stack.enter_context(dovecot(options.format))
        titles = "".join(f"{server:>12}" for server in servers)
        for size in options.sizes:
            print(f"\nIMAP, {size:,} messages of 2 KiB{titles}")
            figures = turns(servers, size, options.rounds)
            for name, unit, _ in TRIALS:
                print_line(name, unit, figures[name])
        print(f"\nPOP3, {RETRIEVED:,} messages of 2 KiB{titles}")
        pop3_figures = pop3_turns(servers, options.rounds)
        for name, unit, _ in POP3_TRIALS:
            print_line(name, unit, pop3_figures[name])
    footprint()


if __name__ == "__main__":
    main()
