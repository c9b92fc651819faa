# ruff: noqa: D400, D415  (the docstring of a rule is its ABNF)
"""UIDBATCHES: ranges of UIDs that hold so many messages each (RFC 10022)."""

from pytest_fakemail.dataclass import dataclass
from pytest_fakemail.imap.client import Client
from pytest_fakemail.imap.grammar.cursor import BadSyntax, Cursor
from pytest_fakemail.imap.grammar.rules import nz_number
from pytest_fakemail.imap.table import DONE, SELECTED, Answer, Refused, Table

table = Table("UIDBATCHES")

LEAST = 500
"""RFC 10022 §3.1.3.2; fewer would be message numbers by another name."""

MOST = 100_000
"""Messages in all that a range of batches may be about (§3.1.5)."""


@dataclass(frozen=True, slots=True)
class UidBatches:
    """The arguments of UIDBATCHES; `wanted` are the first and the last batch, or all."""

    size: int
    wanted: tuple[int, int] | None = None


def uidbatches(cursor: Cursor) -> UidBatches:
    """``message-batches = "UIDBATCHES" SP nz-number [SP nz-number ":" nz-number]``"""
    cursor.expect(b" ")
    size = nz_number(cursor)
    if not cursor.skip(b" "):
        return UidBatches(size)
    first = nz_number(cursor)
    cursor.expect(b":")
    last = nz_number(cursor)
    if first > last:
        raise BadSyntax("Invalid batch range", code="CLIENTBUG")
    return UidBatches(size, (first, last))


@table.command("UIDBATCHES", uidbatches, states=SELECTED, looks_first=True)
def uidbatches_command(client: Client, asked: UidBatches) -> Answer:
    """Tell the ranges, from the highest UIDs down; together they leave no UID out."""
    if asked.size < LEAST:
        raise Refused(f"Minimum batch size is {LEAST}", code="TOOFEW")
    first, last = asked.wanted or (1, None)
    if last is not None and (last - first + 1) * asked.size > MOST:
        raise Refused("Too many messages", code="TOOMANY")
    ranges = _ranges(client, asked.size)[first - 1 : last]
    told = " " + ",".join(f"{high}:{low}" for high, low in ranges) if ranges else ""
    yield f'* UIDBATCHES (TAG "{client.tag}"){told}\r\n'.encode()
    return DONE


def _ranges(client: Client, size: int) -> list[tuple[int, int]]:
    """Return the highest and the lowest UID of each batch: one begins where the other ends.

    The last ends with 1, so that a client knows it for the last (§3.1.4).
    """
    view = client.selected
    ranges = []
    high = view.mailbox.uidnext - 1
    for end in range(len(view.messages), 0, -size):
        low = view.messages[end - size].uid if end > size else 1
        ranges.append((high, low))
        high = low - 1
    return ranges
