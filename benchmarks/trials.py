"""What a mail reader asks for, each with a function that says what it takes a server.

In ms, 1/s or MB/s of the processor time of the server's processes; only what one client waits
for another (IDLE, the longest NOOP) is time by the clock.
"""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Thread

from dovecot import Ports
from readers import Imap, Pop3, message

SINGLE = 1000
"""Messages appended one by one; the rest of a big mailbox comes in hundreds."""

FIELDS = "FROM TO SUBJECT DATE MESSAGE-ID"
AGAIN = 5
OFTEN = 50
LOGINS = 200
PUSHES = 20
RETRIEVED = 1000


def spent(ports: Ports, act: Callable[[], object], times: int = 1) -> float:
    """Return the seconds of the server that something takes once."""
    start = ports.processor_time()
    for _ in range(times):
        act()
    return (ports.processor_time() - start) / times


@dataclass
class Reader:
    """A server, and a client of it that works on one mailbox."""

    ports: Ports
    client: Imap
    mailbox: str
    size: int

    def command(self, text: str, times: int = 1) -> float:
        """Return the ms that a command takes."""
        return spent(self.ports, lambda: self.client.command(text), times) * 1000


def asks(text: str, times: int = 1) -> Callable[[Reader], float]:
    """Return the trial of a command: ms that its answer takes."""
    return lambda reader: reader.command(text, times)


def asks_again(text: str) -> Callable[[Reader], float]:
    """Return the trial of a command that has been asked before."""

    def trial(reader: Reader) -> float:
        reader.client.command(text)
        return reader.command(text, AGAIN)

    return trial


def asks_anew(text: str) -> Callable[[Reader], float]:
    """Return the trial of a command that is the first in a mailbox: no cache knows its mail."""

    def trial(reader: Reader) -> float:
        reader.client.command("CREATE anew")
        fill(reader, "anew", 1)
        reader.client.command("SELECT anew")
        elapsed = reader.command(text)
        reader.client.command(f"SELECT {reader.mailbox}")
        reader.client.command("DELETE anew")
        return elapsed

    return trial


def fill(reader: Reader, mailbox: str, first: int) -> None:
    """Append all messages from the first, in hundreds."""
    for number in range(first, reader.size + 1, 100):
        reader.client.append(mailbox, range(number, min(number + 100, reader.size + 1)))


def append(reader: Reader) -> float:
    count = min(reader.size, SINGLE)

    def one_by_one() -> None:
        for number in range(1, count + 1):
            reader.client.append(reader.mailbox, range(number, number + 1))

    elapsed = spent(reader.ports, one_by_one)
    fill(reader, reader.mailbox, count + 1)
    return count / elapsed


def select(reader: Reader) -> float:
    return reader.command(f"SELECT {reader.mailbox}")


def select_again(reader: Reader) -> float:
    def again() -> None:
        reader.client.command("UNSELECT")
        reader.client.command(f"SELECT {reader.mailbox}")

    return spent(reader.ports, again, OFTEN) * 1000


def whole_messages(reader: Reader) -> float:
    sizes: list[int] = []
    command = "UID FETCH 1:* (BODY.PEEK[])"
    elapsed = spent(reader.ports, lambda: sizes.append(reader.client.command(command)), AGAIN)
    return sizes[0] / elapsed / 1e6


def append_to_selected(reader: Reader) -> float:
    """One more message, which the session that is appending has selected; ends as it began."""
    number = reader.size + 1
    elapsed = spent(
        reader.ports,
        lambda: reader.client.append(reader.mailbox, range(number, number + 1)),
        OFTEN,
    )
    reader.client.command(f"STORE {number}:* +FLAGS.SILENT (\\Deleted)")
    reader.client.command(f"UID EXPUNGE {number}:*")
    return elapsed * 1000


def push(reader: Reader) -> float:
    """From the beginning of another client's APPEND until the idling one hears of it."""
    other = Imap(reader.ports.imap)
    found = []
    for number in range(reader.size + 1, reader.size + PUSHES + 1):
        reader.client.send(b"i IDLE\r\n")
        reader.client.until(b"+")
        raw = message(number)
        start = time.perf_counter()
        other.send(b"a APPEND %b {%d+}\r\n%b\r\n" % (reader.mailbox.encode(), len(raw), raw))
        reader.client.until(b"*")
        found.append((time.perf_counter() - start) * 1000)
        other.until(b"a OK")
        reader.client.send(b"DONE\r\n")
        reader.client.until(b"i OK")
    other.close()
    reader.client.command(f"UID STORE {reader.size + 1}:* +FLAGS.SILENT (\\Deleted)")
    reader.client.command(f"UID EXPUNGE {reader.size + 1}:*")
    return statistics.median(found)


def longest_noop(text: str) -> Callable[[Reader], float]:
    """Return the trial of a command that works for long: the longest wait of another client."""

    def trial(reader: Reader) -> float:
        other = Imap(reader.ports.imap)
        other.command("NOOP")
        answer = Thread(target=reader.client.command, args=[text])
        waits = []
        answer.start()
        while answer.is_alive():
            start = time.perf_counter()
            other.command("NOOP")
            waits.append((time.perf_counter() - start) * 1000)
        answer.join()
        other.close()
        return max(waits, default=0)

    return trial


def logins(reader: Reader) -> float:
    return 1 / spent(reader.ports, lambda: Imap(reader.ports.imap).close(), LOGINS)


TRIALS: list[tuple[str, str, Callable[[Reader], float]]] = [
    ("APPEND, one by one", "1/s", append),
    ("SELECT, first", "ms", select),
    ("SELECT, again (and UNSELECT)", "ms", select_again),
    ("NOOP", "ms", asks("NOOP", 500)),
    ("UID FETCH 1:* (FLAGS)", "ms", asks("UID FETCH 1:* (FLAGS)", AGAIN)),
    ("SEARCH SUBJECT, first", "ms", asks("SEARCH SUBJECT nowhere")),
    ("ENVELOPE BODYSTRUCTURE, first", "ms", asks("FETCH 1:* (ENVELOPE BODYSTRUCTURE)")),
    ("ENVELOPE BODYSTRUCTURE, again", "ms", asks("FETCH 1:* (ENVELOPE BODYSTRUCTURE)", AGAIN)),
    ("HEADER.FIELDS, first", "ms", asks(f"FETCH 1:* (BODY.PEEK[HEADER.FIELDS ({FIELDS})])")),
    ("HEADER.FIELDS, again", "ms", asks(f"FETCH 1:* (BODY.PEEK[HEADER.FIELDS ({FIELDS})])", AGAIN)),
    ("ALL as a client lists mail", "ms", asks("FETCH 1:* ALL", AGAIN)),
    ("SEARCH ALL", "ms", asks("UID SEARCH ALL", AGAIN)),
    ("SEARCH DELETED", "ms", asks("UID SEARCH DELETED", AGAIN)),
    ("SEARCH SUBJECT, again", "ms", asks("SEARCH SUBJECT nowhere", AGAIN)),
    ("SEARCH BODY, first", "ms", asks("SEARCH BODY nowhere")),
    ("SEARCH BODY, again", "ms", asks("SEARCH BODY nowhere", AGAIN)),
    ("STORE 1:* +FLAGS.SILENT", "ms", asks("STORE 1:* +FLAGS.SILENT (\\Seen)")),
    ("STORE 1:* +FLAGS", "ms", asks("STORE 1:* +FLAGS (\\Flagged)")),
    ("STORE 1:* -FLAGS", "ms", asks("STORE 1:* -FLAGS (\\Flagged)")),
    ("BODY.PEEK[]", "MB/s", whole_messages),
    ("APPEND of one, selected", "ms", append_to_selected),
    ("IDLE push", "ms", push),
    ("LOGIN + LOGOUT", "1/s", logins),
    ("SEARCH FROM", "ms", asks("SEARCH FROM nowhere", AGAIN)),
    ("SEARCH TEXT", "ms", asks("SEARCH TEXT nowhere", AGAIN)),
    ("SEARCH SENTSINCE, first", "ms", asks_anew("SEARCH SENTSINCE 1-Jan-2024")),
    ("SEARCH SENTSINCE, again", "ms", asks_again("SEARCH SENTSINCE 1-Jan-2024")),
    ("UID SEARCH of one UID and more", "ms", asks("UID SEARCH UID 500:*", AGAIN)),
    ("SORT SUBJECT, first", "ms", asks_anew("SORT (SUBJECT) UTF-8 ALL")),
    ("SORT SUBJECT, again", "ms", asks_again("SORT (SUBJECT) UTF-8 ALL")),
    ("SORT REVERSE DATE, first", "ms", asks_anew("SORT (REVERSE DATE) UTF-8 ALL")),
    ("SORT REVERSE DATE, again", "ms", asks_again("SORT (REVERSE DATE) UTF-8 ALL")),
    ("SORT FROM, first", "ms", asks_anew("SORT (FROM) UTF-8 ALL")),
    ("SORT FROM, again", "ms", asks_again("SORT (FROM) UTF-8 ALL")),
    ("THREAD REFERENCES, first", "ms", asks_anew("THREAD REFERENCES UTF-8 ALL")),
    ("THREAD REFERENCES, again", "ms", asks_again("THREAD REFERENCES UTF-8 ALL")),
    ("THREAD ORDEREDSUBJECT, first", "ms", asks_anew("THREAD ORDEREDSUBJECT UTF-8 ALL")),
    ("THREAD ORDEREDSUBJECT, again", "ms", asks_again("THREAD ORDEREDSUBJECT UTF-8 ALL")),
    ("COPY 1:*", "ms", asks("COPY 1:* copies")),
    ("longest NOOP in STORE", "ms", longest_noop("STORE 1:* +FLAGS (\\Answered)")),
    ("longest NOOP in ENVELOPE", "ms", longest_noop("FETCH 1:* (ENVELOPE)")),
    ("longest NOOP in SEARCH", "ms", longest_noop("SEARCH TEXT elsewhere")),
    ("longest NOOP in SORT", "ms", longest_noop("SORT (FROM) UTF-8 ALL")),
    ("longest NOOP in THREAD", "ms", longest_noop("THREAD REFERENCES UTF-8 ALL")),
    ("longest NOOP in COPY", "ms", longest_noop("COPY 1:* copies")),
    ("EXPUNGE of half", "ms", asks("EXPUNGE")),
]


Pop3Trial = Callable[[Ports, Pop3], float]


def one_by_one(form: bytes) -> Pop3Trial:
    """Return the trial of a command with an answer of many lines: how many in a second."""

    def trial(ports: Ports, client: Pop3) -> float:
        def all_of_them() -> None:
            for number in range(1, RETRIEVED + 1):
                client.send(form % number)
                client.text()

        return RETRIEVED / spent(ports, all_of_them)

    return trial


def retrieve_pipelined(ports: Ports, client: Pop3) -> float:
    batch = 100

    def all_of_them() -> None:
        for first in range(1, RETRIEVED + 1, batch):
            client.send(b"".join(b"RETR %d\r\n" % number for number in range(first, first + batch)))
            client.texts(batch)

    return RETRIEVED / spent(ports, all_of_them)


def of_one_line(command: bytes) -> Pop3Trial:
    def ask(client: Pop3) -> None:
        client.send(command)
        client.line()

    return lambda ports, client: spent(ports, lambda: ask(client), OFTEN) * 1000


def listed(command: bytes) -> Pop3Trial:
    def ask(client: Pop3) -> None:
        client.send(command)
        client.text()

    return lambda ports, client: spent(ports, lambda: ask(client), OFTEN) * 1000


def sessions(ports: Ports, client: Pop3) -> float:
    client.close()  # nobody else may have the maildrop
    found = 1 / spent(ports, lambda: Pop3(ports.pop3).close(), LOGINS)
    client.open()
    return found


POP3_TRIALS: list[tuple[str, str, Pop3Trial]] = [
    ("RETR, one by one", "1/s", one_by_one(b"RETR %d\r\n")),
    ("RETR, pipelined", "1/s", retrieve_pipelined),
    ("TOP of 10 lines", "1/s", one_by_one(b"TOP %d 10\r\n")),
    ("TOP of no lines", "1/s", one_by_one(b"TOP %d 0\r\n")),
    ("STAT", "ms", of_one_line(b"STAT\r\n")),
    ("NOOP", "ms", of_one_line(b"NOOP\r\n")),
    ("LIST", "ms", listed(b"LIST\r\n")),
    ("UIDL", "ms", listed(b"UIDL\r\n")),
    ("USER + PASS + QUIT", "1/s", sessions),
]
