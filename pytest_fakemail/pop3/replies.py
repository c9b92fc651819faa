"""POP3's replies: one status line, or many lines in Sends that are not too large."""

from collections.abc import Iterable, Iterator
from itertools import chain

from pytest_fakemail.wire.effects import Effect, Send

CHUNK = 64 * 1024
"""Octets to send at a time: few writes, and none that holds up other connections."""

END = b".\r\n"


class Refused(Exception):
    """The command is refused: `-ERR`, a response code if there is one, and a text.

    `is_bad`: the client should have known better; too many of these end the session.
    """

    def __init__(self, text: str, *, code: str = "", is_bad: bool = False) -> None:
        super().__init__(text)
        self.text = text
        self.code = code
        self.is_bad = is_bad


def ok(text: str) -> tuple[Effect, ...]:
    """Return the reply of one line that says yes."""
    return (Send(f"+OK {text}\r\n".encode()),)


def whole(text: str, body: bytes) -> Iterable[Effect]:
    """Return the multi-line reply whose lines, stuffed, are all in `body`."""
    head = b"+OK %b\r\n" % text.encode()
    if len(body) <= CHUNK:
        return (Send(b"".join((head, body, END))),)
    return _pieces(head, body)


def _pieces(head: bytes, body: bytes) -> Iterator[Effect]:
    yield Send(head + body[:CHUNK])
    last = (len(body) - 1) // CHUNK * CHUNK
    for start in range(CHUNK, last, CHUNK):
        yield Send(body[start : start + CHUNK])
    yield Send(body[last:] + END)


def batches(text: str, bodies: Iterable[bytes]) -> Iterator[Effect]:
    """Yield the multi-line reply whose lines, stuffed, are in these, one after the other."""
    yield Send(b"+OK %b\r\n" % text.encode())
    yield from map(Send, bodies)
    yield Send(END)


def lines(text: str, body: Iterable[str]) -> Iterator[Effect]:
    """Yield the multi-line reply of these lines, none of which begins with a dot."""
    waiting: list[str] = []
    size = 0
    for line in chain((f"+OK {text}",), body):
        waiting.append(line)
        size += len(line) + 2
        if size >= CHUNK:
            yield Send("\r\n".join((*waiting, "")).encode())
            waiting, size = [], 0
    yield Send("\r\n".join((*waiting, ".", "")).encode())
