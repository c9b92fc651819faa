"""Room for more in a transcript that has as much as it may keep."""

from collections import deque
from collections.abc import MutableMapping

from pytest_fakemail.transcript.abridged import abridged, joined
from pytest_fakemail.transcript.lost import Lost
from pytest_fakemail.transcript.pages import KIND_BITS, Page, RowKind
from pytest_fakemail.transcript.rows import rows_in
from pytest_fakemail.wire.exchange import Connection

__all__ = ["Lost", "extend", "make_room"]


def make_room(
    pages: deque[Page], limit: int, lost: Lost, connections: MutableMapping[int, Connection]
) -> None:
    """Abridge what is long, oldest first; then drop the oldest pages, but never the last."""
    for page in pages:
        if page.is_final:
            continue
        _abridge(page)
        page.is_final = page is not pages[-1]
        if _octets(pages) <= limit:
            return
    while _octets(pages) > limit and len(pages) > 1:
        _drop(pages.popleft(), lost, connections)


def extend(page: Page, number: int, data: bytes) -> bool:
    """Make one abridged row of an answer's pieces; False if the last row is none of them."""
    if not page.data or page.sources[-1] != number << KIND_BITS | RowKind.SENT:
        return False
    last = page.data[-1]
    page.data[-1] = whole = joined(last, data)
    page.octets += len(whole) - len(last)
    return True


def _octets(pages: deque[Page]) -> int:
    return sum(page.octets for page in pages)


def _abridge(page: Page) -> None:
    """Keep only both ends of what is long."""
    for place, data in enumerate(page.data):
        shorter = abridged(data)
        if shorter is not data:
            page.data[place] = shorter
            words = page.words[place]  # an argument can be as long
            page.words[place] = words if isinstance(words, str) else words[0]
            page.octets -= len(data) - len(shorter)


def _drop(page: Page, lost: Lost, connections: MutableMapping[int, Connection]) -> None:
    for row in rows_in(page, len(page)):
        lost.octets += len(row.data)
        if row.kind in (RowKind.REQUEST, RowKind.SECRET):
            lost.exchanges += 1
        elif row.kind == RowKind.CLOSED:
            connections.pop(row.connection, None)
