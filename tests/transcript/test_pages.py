from collections import deque

import pytest
from transcript.traffic import Traffic

from pytest_fakemail.transcript.abridged import Abridged, abridged, joined
from pytest_fakemail.transcript.lost import Lost
from pytest_fakemail.transcript.pages import ROW_COST, Page, RowKind
from pytest_fakemail.transcript.room import make_room
from pytest_fakemail.transcript.rows import rows_in
from pytest_fakemail.wire.exchange import Exchange


def test_rows_come_back_as_they_were_added() -> None:
    page = Page()
    page.add(RowKind.SECRET, 2**40, 1.5, b"LOGIN", ("LOGIN", "ann"))
    page.add(RowKind.CLOSED, 1, 2.5, b"", "")
    first, second = rows_in(page, 2)
    assert (first.kind, first.connection, first.time, first.data) == (
        RowKind.SECRET,
        2**40,
        1.5,
        b"LOGIN",
    )
    assert (first.verb, first.argument) == ("LOGIN", "ann")
    assert (second.kind, second.verb, second.argument) == (RowKind.CLOSED, "", None)
    assert [row.connection for row in rows_in(page, 1)] == [2**40]


@pytest.mark.parametrize("size", [0, 100, 2 * 1024 + ROW_COST])
def test_short_octets_stay(size: int) -> None:
    data = b"x" * size
    assert abridged(data) is data


def test_long_octets_keep_their_ends() -> None:
    data = b"a" * 5000 + b"b" * 5000
    assert abridged(data) == Abridged(b"a" * 1024, b"b" * 1024, 10_000 - 2048)


@pytest.mark.parametrize("size", [1, 1000, 1024, 5000])
def test_joining_piece_by_piece_loses_count_of_nothing(size: int) -> None:
    data = bytes(range(256)) * 100
    whole: bytes | Abridged = b""
    for start in range(0, len(data), size):
        whole = joined(whole, data[start : start + size])
    assert whole == abridged(data)


@pytest.mark.parametrize("limit", [0, 3000, 20_000, 100_000])
def test_what_is_kept_is_counted_right(limit: int) -> None:
    traffic = Traffic(limit=limit)
    one, two = traffic.connect(1), traffic.connect(2)
    for number in range(300):
        pieces = [b"x" * (number * 37 % 4000)] * (number % 4)
        payload = b"m" * number * 50 if number % 5 == 0 else None
        traffic.say(Exchange(one if number % 3 else two, "NOOP", b"NOOP\r\n", payload), *pieces)
    pages = traffic.record.pages
    counted = [sum(len(row.data) + ROW_COST for row in rows_in(page, len(page))) for page in pages]
    assert [page.octets for page in pages] == counted
    assert traffic.record._brim == limit - sum(counted[:-1])
    assert sum(counted) <= limit or len(pages) == 1


def test_what_is_abridged_keeps_no_argument() -> None:
    """It would be as long as the request, and is not counted."""
    page = Page()
    page.add(RowKind.REQUEST, 1, 0.0, b"x" * 9000, ("UID FETCH", "1," * 4000))
    make_room(deque([page]), 0, Lost(), {})
    (row,) = rows_in(page, 1)
    assert (row.verb, row.argument) == ("UID FETCH", None)
