"""Leaks: what is left at the end of a test that somebody should have ended or looked at."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from pytest_fakemail.store.delivery import Delivery
from pytest_fakemail.transcript.exchanges import RecordedConnection, RecordedExchange
from pytest_fakemail.visible import visible

_READING = ("RETR", "TOP", "FETCH", "UID FETCH")
_PUSH = "push"


def left_open(connections: Iterable[RecordedConnection]) -> Iterator[str]:
    """Yield the connections that are open, in words; those that idle are told by `idling`."""
    for one in connections:
        if one.closed is None and not _is_idle(one):
            said = one.commands()
            last = f"which said {said[-1].summary} last" if said else "which said nothing"
            yield f"left open: {one.protocol} connection {one.number}, {last}"


def idling(connections: Iterable[RecordedConnection]) -> Iterator[str]:
    """Yield the connections that began to idle and did not say DONE (RFC 2177 §3)."""
    for one in connections:
        if _is_idle(one) and one.closed in (None, "closed by the client"):
            yield f"IDLE without DONE: imap connection {one.number}"


def _is_idle(one: RecordedConnection) -> bool:
    said = [each for each in one.exchanges if each.verb != _PUSH]
    return bool(said) and said[-1].verb == "IDLE" and said[-1].answer.startswith(b"+")


def not_looked_at(
    deliveries: Sequence[Delivery],
    looked_at: Mapping[int, bytes],
    exchanges: Iterable[RecordedExchange],
    others: Collection[int] = frozenset(),
) -> Iterator[str]:
    """Yield the mail that was neither given to the test nor read by a client, in words.

    Args:
        deliveries: what SMTP accepted.
        looked_at: the octets of what the test was given, from the outbox or from a mailbox,
            each by its identity.
        exchanges: what clients did; whoever was sent its header has read it.
        others: the identities of deliveries that are not asked about.
    """
    left = [
        (place, one)
        for place, one in enumerate(deliveries)
        if id(one.raw) not in looked_at and id(one) not in others
    ]
    if not left:
        return
    # A mailbox's copy has trace fields before it, if they are wanted; each is of one mail.
    delivered = {id(one.raw) for one in deliveries}
    copies = [raw for identity, raw in looked_at.items() if identity not in delivered]
    answers = [each.answer for each in exchanges if each.verb in _READING]
    for place, one in left:
        if not (_takes_its_copy(one.raw, copies) or _is_in(one.raw, answers)):
            yield f"nobody looked at: outbox[{place}], {visible(one.subject)!r}"


def _takes_its_copy(raw: bytes, copies: list[bytes]) -> bool:
    place = next((place for place, copy in enumerate(copies) if copy.endswith(raw)), None)
    if place is not None:
        del copies[place]
    return place is not None


def _is_in(raw: bytes, answers: Collection[bytes]) -> bool:
    header = raw.partition(b"\r\n\r\n")[0]
    return any(header in answer for answer in answers)
