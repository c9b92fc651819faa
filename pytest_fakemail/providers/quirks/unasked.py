"""Quirks of what a server says unasked, in the middle of the answer to something else."""

import re

from pytest_fakemail.providers.quirks.quirk import Quirk
from pytest_fakemail.providers.quirks.rewrites import ahead, sub, without
from pytest_fakemail.wire.exchange import Exchange

_FETCHED = re.compile(rb"\* (\d+) FETCH ")
_EXPUNGED = re.compile(rb"\* (\d+) EXPUNGE\r\n")
_FLAGS_ALONE = rb"\A(\* \d+ FETCH \()UID \d+ (FLAGS \([^)]*\)\)\r\n)"


def _fetched(lines: list[bytes]) -> list[int]:
    """Return the message numbers that FETCH responses are about."""
    return [int(one[1]) for line in lines if (one := _FETCHED.match(line))]


def _behind_the_first(lines: list[bytes], more: list[bytes]) -> list[bytes]:
    """Say more behind the first FETCH response; nothing if there is none."""
    place = next((place for place, line in enumerate(lines) if _FETCHED.match(line)), None)
    return lines if place is None else [*lines[: place + 1], *more, *lines[place + 1 :]]


def _exists(exchange: Exchange, lines: list[bytes]) -> list[bytes]:
    """Say how many messages there are, though the client knows."""
    return _behind_the_first(lines, [b"* %d EXISTS\r\n" % len(exchange.numbers or {})])


def _another(exchange: Exchange, lines: list[bytes]) -> list[bytes]:
    """Push a message that was not asked for; no more than its UID, which is true."""
    asked = set(_fetched(lines))
    others = (one for one in (exchange.numbers or {}).items() if one[0] not in asked)
    said = [b"* %d FETCH (UID %d)\r\n" % one for one in others][:1]
    return _behind_the_first(lines, said)


def _expunged_meanwhile(_: Exchange, lines: list[bytes]) -> list[bytes]:
    """Tell what was expunged behind the first FETCH response, and count anew from there on."""
    gone = [line for line in lines if _EXPUNGED.match(line)]
    rest = [line for line in lines if not _EXPUNGED.match(line)]
    start = next((place for place, line in enumerate(rest) if _FETCHED.match(line)), None)
    if not gone or start is None:
        return lines
    numbers = [int(one[1]) for line in gone if (one := _EXPUNGED.match(line))]
    behind = [_counted_anew(line, numbers) for line in rest[start + 1 :]]
    return [*rest[: start + 1], *gone, *filter(None, behind)]


def _counted_anew(line: bytes, expunged: list[int]) -> bytes:
    """Return a FETCH response under its new number; nothing for a message that is gone."""
    found = _FETCHED.match(line)
    if found is None:
        return line
    number = int(found[1])
    for gone in expunged:
        if number == gone:
            return b""
        number -= number > gone
    return b"* %d FETCH %b" % (number, line[found.end() :])


def _expunged_twice(_: Exchange, lines: list[bytes]) -> list[bytes]:
    return [more for line in lines for more in [line] * (2 if _EXPUNGED.match(line) else 1)]


# fmt: off
ROWS = (
    Quirk("unsol.exists_mid_fetch", "imap", ("FETCH",), "EXISTS among the FETCH responses",
          "clients that want nothing else there", "T rust-imap#81", _exists),
    Quirk("unsol.recent_mid_uid_fetch", "imap", ("FETCH",), "* 0 RECENT among the FETCH responses",
          "clients that want nothing else there", "T rust-imap#81", ahead(b"* 0 RECENT\r\n")),
    Quirk("unsol.expunge_mid_fetch", "imap", ("FETCH", "STORE", "SEARCH"),
          "what others have expunged is told in the middle of the answer, and counts there",
          "clients that go on counting as they did", "T MKF", _expunged_meanwhile, is_deep=True),
    Quirk("unsol.fetch_other_message", "imap", ("FETCH",),
          "a FETCH response of a message that was not asked for",
          "clients that take it for one of theirs", "C NYL generic.py", _another),
    Quirk("unsol.fetch_flags_without_uid", "imap", ("FETCH", "STORE"),
          "flags without the UID, in answer to UID FETCH and UID STORE",
          "clients that know messages by UID alone", "K no capture",
          lambda exchange, lines: sub(_FLAGS_ALONE, rb"\1\2")(exchange, lines)
          if exchange.verb.startswith("UID ") else lines),
    Quirk("unsol.alert", "imap", ("NOOP", "SELECT", "FETCH"),
          "* OK [ALERT] System shutdown in 10 minutes", "clients that show it to nobody, or die",
          "K no capture", ahead(b"* OK [ALERT] System shutdown in 10 minutes\r\n")),
    Quirk("expunge.double", "imap", ("EXPUNGE", "NOOP"), "each EXPUNGE twice",
          "clients that then lose a message more", "K no capture",
          _expunged_twice),
    Quirk("expunge.seq_beyond_exists", "imap", ("NOOP", "EXPUNGE"),
          "EXPUNGE for a number that never was announced", "clients that index a list by it",
          "C JM (Exchange, GoDaddy)", ahead(b"* 4294967 EXPUNGE\r\n")),
    Quirk("append.no_exists", "imap", ("APPEND",),
          "the mailbox that is open does not tell of what the client itself put into it",
          "clients that wait for it before they fetch", "C Mailspring (Courier)",
          without(rb"\* \d+ (?:EXISTS|RECENT)\r\n")),
)
