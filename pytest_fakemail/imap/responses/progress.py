"""INPROGRESS: how far a slow command is (RFC 9585).

A command takes as long as a fault says, so that long is what is measured: per cent of it, as
RFC 9585 §4 wants where nothing better can be counted.
"""

import math
from collections.abc import Iterable, Iterator

from pytest_fakemail.imap.client import Client
from pytest_fakemail.wire.effects import Effect, Pause, Send

INTERVAL = 12.0
"""Seconds between two: "it is RECOMMENDED that these are sent every 10-15 seconds"."""


def with_progress(client: Client, tag: str, effects: Iterable[Effect]) -> Iterable[Effect]:
    """Return an answer that tells of its progress as long as it has not begun.

    What stalls for ever says nothing, and neither does what is slow in the midst of its octets.
    """
    if not client.service.faults.is_active or "INPROGRESS" not in client.granted:
        return effects
    return _told(client, tag, effects)


def _told(client: Client, tag: str, effects: Iterable[Effect]) -> Iterator[Effect]:
    waiting = True
    for effect in effects:
        waiting = waiting and not isinstance(effect, Send)
        if waiting and isinstance(effect, Pause) and INTERVAL < effect.seconds < math.inf:
            yield from _cut(client, tag, effect.seconds)
        else:
            yield effect


def _cut(client: Client, tag: str, seconds: float) -> Iterator[Effect]:
    """Yield a pause in pieces, with a response between any two."""
    # RFC 9585 §4: a tag with "]" cannot be told.
    name = "NIL" if not tag or "]" in tag else f'"{tag}"'
    count = math.ceil(seconds / INTERVAL) - 1
    for number in range(1, count + 1):
        yield Pause(INTERVAL)
        percent = int(100 * number * INTERVAL / seconds)
        line = f"* OK [INPROGRESS ({name} {percent} 100)] Still working\r\n"
        yield Send(client.said(line.encode()))
    yield Pause(seconds - count * INTERVAL)
