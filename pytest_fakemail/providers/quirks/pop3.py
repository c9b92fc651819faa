"""Quirks of POP3."""

import re

from pytest_fakemail.providers.quirks.quirk import Quirk
from pytest_fakemail.providers.quirks.rewrites import sub
from pytest_fakemail.wire.exchange import Exchange

_SIZE = re.compile(rb"\A\+OK (\d+) octets")


def _wrong_size(_: Exchange, lines: list[bytes]) -> list[bytes]:
    def more(found: re.Match[bytes]) -> bytes:
        return b"+OK %d octets" % (int(found[1]) * 4 // 3 + 1)

    return [_SIZE.sub(more, line) for line in lines]


def _all_the_same(_: Exchange, lines: list[bytes]) -> list[bytes]:
    """Give each message the unique-id of the first."""
    listed = [line.split() for line in lines[1:] if len(line.split()) == 2]  # noqa: PLR2004
    if not listed:
        return lines
    rows = [b"%b %b\r\n" % (number, listed[0][1]) for number, _ in listed]
    return [lines[0], *rows, *(line for line in lines[1:] if line == b".\r\n")]


def _without_the_last(_: Exchange, lines: list[bytes]) -> list[bytes]:
    """List a message less than STAT and LIST know."""
    is_list = len(lines) > 2 and lines[-1] == b".\r\n"  # noqa: PLR2004  (a list with a row)
    return [*lines[:-2], lines[-1]] if is_list else lines


# fmt: off
ROWS = (
    Quirk("auth.plus_ok", "pop3", ("AUTH", "response"), "+OK asks for a response, not +",
          "clients that take it for success", "T MK#391", sub(rb"\A\+ ", b"+OK ")),
    Quirk("retr.size_wrong", "pop3", ("RETR",), "more octets announced than are sent",
          "clients that read so many octets", "K no capture", _wrong_size),
    Quirk("retr.unstuffed_dot", "pop3", ("RETR", "TOP"), "lines with a dot begin with one only",
          "clients that take one away, and those that see the end there", "K no capture",
          sub(rb"\A\.(\.)", rb"\1")),
    Quirk("uidl.duplicate", "pop3", ("UIDL",), "one unique-id for all messages",
          "clients that know by it what they have", "K no capture", _all_the_same),
    Quirk("uidl.disagrees_with_list", "pop3", ("UIDL",), "UIDL does not list the last message",
          "clients that go through both in step", "K no capture", _without_the_last),
)
