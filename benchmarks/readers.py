"""What reads mail in these benchmarks: IMAP and POP3 over plain blocking sockets."""

import socket


def message(number: int) -> bytes:
    """Return 2 KiB as an app might have sent them; every tenth subject is encoded."""
    subject = f"Invoice {number}" if number % 10 else f"=?utf-8?q?Rechnung_f=C3=BCr_{number}?="
    head = (
        f"Return-Path: <app@example.test>\r\n"
        f"Received: from client.test by mail.example.test; Mon, 1 Jan 2024 10:00:00 +0000\r\n"
        f'From: "Ann Example" <ann{number}@example.test>\r\n'
        f"To: Bob <bob@example.test>, carl{number}@example.test\r\n"
        f"Subject: {subject}\r\n"
        f"Date: Mon, 1 Jan 2024 10:{number // 60 % 60:02}:{number % 60:02} +0000\r\n"
        f"Message-ID: <{number}@example.test>\r\n"
        f"MIME-Version: 1.0\r\n"
        f"Content-Type: text/plain; charset=utf-8\r\n"
        f"\r\n"
        f"Dear Bob, this is number {number}.\r\n"
    ).encode()
    line = b"Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiu.\r\n"
    missing = 2048 - len(head)
    return head + line * (missing // len(line)) + b"x" * (missing % len(line) - 2) + b"\r\n"


class Imap:
    """IMAP over a blocking socket, with as little of its own as can be."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._scratch = memoryview(bytearray(1024 * 1024))
        self.until(b"* OK")
        self.command("LOGIN user@example.test password")

    def until(self, start: bytes) -> int:
        """Read whole lines up to one that begins so; return how many octets came."""
        size, tail = 0, b"\r\n"
        while True:
            count = self._socket.recv_into(self._scratch)
            if not count:
                raise ConnectionError(tail)
            size += count
            tail = (tail + self._scratch[max(0, count - 4096) : count])[-4096:]
            if tail.endswith(b"\r\n") and tail[tail.rfind(b"\n", 0, -2) + 1 :].startswith(start):
                return size

    def send(self, data: bytes) -> None:
        self._socket.sendall(data)

    def command(self, text: str | bytes) -> int:
        """Send a command, read its answer; return how many octets came."""
        raw = text if isinstance(text, bytes) else text.encode()
        self.send(b"a " + raw + b"\r\n")
        return self.until(b"a OK")

    def append(self, mailbox: str, numbers: range) -> None:
        """Append messages in one command; every second one shall be expunged later."""
        pieces = [f"APPEND {mailbox}".encode()]
        for number in numbers:
            raw = message(number)
            flags = b"(\\Deleted)" if number % 2 else b"()"
            pieces.append(b" %b {%d+}\r\n%b" % (flags, len(raw), raw))
        self.command(b"".join(pieces))

    def fileno(self) -> int:
        return self._socket.fileno()

    def drop(self) -> None:
        """Hang up."""
        self._socket.close()

    def close(self) -> None:
        self.command("LOGOUT")
        self._socket.close()


class Pop3:
    """POP3 over a blocking socket."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.open()

    def open(self) -> None:
        self._socket = socket.create_connection(("127.0.0.1", self._port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._file = self._socket.makefile("rb", 1024 * 1024)
        self._file.readline()
        for text in (b"USER user@example.test", b"PASS password"):
            self._socket.sendall(text + b"\r\n")
            self.line()

    def line(self) -> None:
        answer = self._file.readline()
        if not answer.startswith(b"+OK"):
            raise ConnectionError(answer)

    def send(self, data: bytes) -> None:
        self._socket.sendall(data)

    def text(self) -> None:
        """Read an answer of many lines; the messages have no line of a lone dot."""
        raw = b""
        while not raw.endswith(b"\r\n.\r\n"):
            raw += self._file.read1()
        if not raw.startswith(b"+OK"):
            raise ConnectionError(raw)

    def texts(self, count: int) -> None:
        """Read so many answers of many lines."""
        tail = b""
        while count:
            tail += self._file.read1()
            count -= tail.count(b"\r\n.\r\n")
            tail = tail[-4:]

    def close(self) -> None:
        self.send(b"QUIT\r\n")
        self.line()
        self._file.close()
        self._socket.close()
