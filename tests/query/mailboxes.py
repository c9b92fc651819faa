"""Messages as a mailbox would hold them, made of a few lines."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from pytest_fakemail.store.content import Content
from pytest_fakemail.store.message import Message
from pytest_fakemail.store.numbers import ModSeq, Uid

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def message(
    raw: bytes | str = b"",
    *,
    number: int = 1,
    flags: Iterable[str] = (),
    modseq: int = 1,
    internal_date: datetime = NOW,
    save_date: datetime = NOW,
) -> Message:
    """Return a message; text is encoded, its line feeds become CRLF."""
    octets = raw.replace("\n", "\r\n").encode() if isinstance(raw, str) else raw
    return Message(
        Uid(number * 10),
        Content(octets, number),
        frozenset(flags),
        ModSeq(modseq),
        internal_date=internal_date,
        save_date=save_date,
    )


def mailbox(*raws: bytes | str) -> list[Message]:
    """Return messages with the UIDs 10, 20, ..., received a day apart."""
    return [
        message(raw, number=number, internal_date=NOW + timedelta(days=number))
        for number, raw in enumerate(raws, 1)
    ]
