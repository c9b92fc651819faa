"""The octets of a message, as DATA and BDAT bring them: where they end, what they hold.

The end of DATA is CRLF.CRLF and nothing else (RFC 5321 §4.1.1.4): whoever takes a bare
LF for a line end can be made to see mails that were never sent.  Work is linear in the
octets, none of it line by line; there is one copy of a message, two while dots are removed.
"""

import re
from io import BytesIO

from pytest_fakemail.pattern import pattern
from pytest_fakemail.smtp.framing import Input

_END = b"\r\n.\r\n"
_LONGEST_HEADER = 1024 * 1024
# Patterns that begin with one octet are found faster than ``find`` and ``count`` find two.
_ENDING = pattern(rb"\r\n\.\r\n")
_DOT = pattern(rb"\r\n\.")
_ODD_CR = re.compile(rb"\r(?!\n[^.])")
"""A CR that does more, or less, than to end a line; the end of a message begins with one."""
_BARE_LF = re.compile(rb"\n(?<!\r\n)")


class MessageOctets:
    """Collects the octets after DATA up to their end; throws them away if they are too many.

    Dot-stuffing makes at most four octets of three (a line with only a dot), so what is
    beyond that cannot be within the limit.  `is_stuffed` is whether dots may have to be removed,
    `is_sound` whether it is known that no CR or LF stands alone.
    """

    __slots__ = ("_kept", "_last", "_most", "is_sound", "is_stuffed", "is_too_big", "size")

    def __init__(self, limit: int) -> None:
        self._kept = BytesIO()  # gives its octets away without a copy
        self._last = _END[:2]  # the end of DATA's own line: the message may be empty
        self._most = limit + limit // 3 + len(_END)
        self.size = 0
        self.is_too_big = False
        self.is_stuffed = True
        self.is_sound = False

    def take(self, arrived: Input) -> bytes | None:
        """Return the message, dots still stuffed, once its end is there; empty if too big."""
        if not self.size and not arrived.starts_with(_END[2:]):
            # What comes whole, as most does, is looked through once: if nothing is odd before its
            # end, no line begins with a dot, and no CR stands alone.
            end = arrived.find(_ODD_CR)
            is_end = arrived.has(_END, end)
            if not is_end:
                end = arrived.find(_ENDING)
            if end >= 0:
                message = arrived.read_up_to(end + 2, skipping=len(_END) - 2)
                self.size = len(message)
                self.is_stuffed = not is_end or message.startswith(b".")
                self.is_sound = is_end and _BARE_LF.search(message) is None
                return message
        data = arrived.rest()
        used = self._end_in(data)
        self._keep(data if used is None else data[:used])
        if used is None:
            return None
        arrived.feed(data[used:])
        self.size -= len(_END) - 2
        if not self.is_too_big:
            self._kept.truncate(self.size)
        return self.kept()

    def _end_in(self, data: bytes) -> int | None:
        """Return how many of these octets still belong to the message and its end."""
        border = self._last + data[: len(_END) - 1]
        end = border.find(_END)
        if end >= 0:
            return end + len(_END) - len(self._last)
        end = data.find(_END)
        if end >= 0:
            return end + len(_END)
        self._last = (self._last + data[1 - len(_END) :])[1 - len(_END) :]
        return None

    def _keep(self, data: bytes) -> None:
        self.size += len(data)
        if self.size > self._most:
            self.is_too_big = True
            self._kept = BytesIO()
        else:
            self._kept.write(data)

    def kept(self) -> bytes:
        """Return what has been collected so far."""
        return self._kept.getvalue()


def unstuffed(message: bytes) -> bytes:
    """Remove the dot that a client puts before each line that begins with one.

    RFC 5321 §4.5.2.  A line begins behind CRLF, not behind a bare LF.  Returns the same
    object where there is nothing to remove.
    """
    if _DOT.search(message):
        message = message.replace(b"\r\n.", b"\r\n")
    return message[1:] if message.startswith(b".") else message


def received_fields(message: bytes) -> int:
    """Return the number of Received fields in the header, of which a megabyte is looked at."""
    end = message.find(b"\r\n\r\n", 0, _LONGEST_HEADER)
    header = message[: _LONGEST_HEADER if end < 0 else end].lower()
    return header.count(b"\nreceived:") + header.startswith(b"received:")
