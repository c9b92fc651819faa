"""IMAP with COMPRESS=DEFLATE beside IMAP without, over loopback: the client's time, as ratios.

The client inflates what it gets, so that is in the time.  `least` is what is promised.
"""

import argparse
import socket
import statistics
import time
import zlib

from pytest_fakemail import FakeMail

LEAST = 0.7
COMMANDS = (b"NOOP", b"FETCH 1:* FLAGS", b"FETCH 1:* ENVELOPE", b"FETCH 1:* BODY.PEEK[]")


class Client:
    """One connection with INBOX selected."""

    def __init__(self, address: tuple[str, int], *, is_compressed: bool) -> None:
        self.socket = socket.create_connection(address)
        self._deflate: zlib._Compress | None = None
        self._inflate: zlib._Decompress | None = None
        self.ask(b"LOGIN user@example.test password")
        if is_compressed:
            self.ask(b"COMPRESS DEFLATE")
            self._deflate = zlib.compressobj(1, wbits=-15)
            self._inflate = zlib.decompressobj(wbits=-15)
        self.ask(b"SELECT INBOX")

    def ask(self, command: bytes) -> float:
        """Return how long the whole answer took."""
        data = b"a " + command + b"\r\n"
        begun = time.perf_counter()
        if self._deflate is not None:
            data = self._deflate.compress(data) + self._deflate.flush(zlib.Z_SYNC_FLUSH)
        self.socket.sendall(data)
        tail = b""
        while b"\na OK" not in tail or not tail.endswith(b"\r\n"):
            data = self.socket.recv(256 * 1024)
            if self._inflate is not None:
                data = self._inflate.decompress(data)
            tail = b"\n" + (tail + data)[-4000:]
        return time.perf_counter() - begun


def main() -> None:
    """Print a line a command."""
    parser = argparse.ArgumentParser(description="COMPRESS=DEFLATE against none")
    parser.add_argument("--size", type=int, default=3000, help="messages in the mailbox")
    parser.add_argument("--rounds", type=int, default=15)
    asked = parser.parse_args()
    with FakeMail() as fakemail:
        fakemail.imap.capabilities.on("COMPRESS=DEFLATE")
        inbox = fakemail.account().inbox
        inbox.deliver_many(
            {"subject": f"hello {number}", "text": "some words of a mail " * 100}
            for number in range(asked.size)
        )
        plain, compressed = (
            Client(fakemail.imap.address, is_compressed=one) for one in (False, True)
        )
        for command in COMMANDS:
            pairs = [(plain.ask(command), compressed.ask(command)) for _ in range(asked.rounds)]
            without, with_it = (statistics.median(times) for times in zip(*pairs, strict=True))
            print(f"{command.decode():24} {without / with_it:6.2f} of plain (at least {LEAST})")


if __name__ == "__main__":
    main()
