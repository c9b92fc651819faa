from datetime import UTC, datetime, timedelta, timezone

import pytest

from pytest_fakemail.mime import dates

TEN = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "raw",
    [
        b"Mon, 2 Nov 2026 10:00:00 +0000",
        b"Mon, 02 Nov 2026 10:00:00 GMT (a comment)",
        b"2 Nov 2026 10:00 UT",
        b"Mon,2 Nov 26 10:00:00 Z",
        b"2 Nov 126 10:00:00 -0000",
        b"(zone (nested)) Mon, 2 November 2026 10.00.00",
        b"  02-Nov-2026 10:00:00 +0000",
        b"Sun, 2 Nov 2026, 10:00:00 GMT+0000",
        b"Mon, 2 Nov 2026 11:00:00 +01:00",
        b"Mon, 2 Nov 2026 05:00:00 EST",
        b"Mon, 2 Nov 2026 10:00:00 X",
        b"Mon, 2 Nov 2026 10:00:00 +9999",
        b"Mon Nov  2 10:00:00 2026",
        b"Mon Nov 2 05:00:00 EST 2026",
        b"2026-11-02T10:00:00Z",
        b"2026-11-02 10:00:00.250 +0000",
    ],
)
def test_dates_of_the_wild_are_understood(raw: bytes) -> None:
    assert dates.parse(raw) == TEN


def test_the_zone_is_kept() -> None:
    found = dates.parse(b"Mon, 2 Nov 2026 10:00:00 -0330")
    assert found is not None
    assert found.tzinfo == timezone(-timedelta(hours=3, minutes=30))
    assert found.hour == 10


@pytest.mark.parametrize(
    ("zone", "hour"),
    [
        *[("edt", 14), ("est", 15), ("cdt", 15), ("cst", 16), ("mdt", 16), ("mst", 17)],
        *[("PDT", 17), ("PST", 18), ("cet", 9), ("met", 9), ("cest", 8), ("mest", 8)],
        *[("bst", 9), ("jst", 1), ("gmt", 10), ("Q", 10), ("unknown", 10)],
    ],
)
def test_zones_have_names(zone: str, hour: int) -> None:
    """RFC 5322 §4.3."""
    found = dates.parse(f"2 Nov 2026 10:00:00 {zone}".encode())
    assert found is not None
    assert found.astimezone(UTC) == TEN.replace(hour=hour)


@pytest.mark.parametrize(
    ("raw", "year"), [(b"1 Jan 49", 2049), (b"1 Jan 50", 1950), (b"1 Jan 101", 2001)]
)
def test_short_years_are_completed(raw: bytes, year: int) -> None:
    assert dates.parse(raw) == datetime(year, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "raw", [b"2 Nov 2026", b"2 Nov 2026 25:00:00", b"2 Nov 2026 10:61:00", b"2026-11-02"]
)
def test_a_day_without_a_valid_time_is_midnight(raw: bytes) -> None:
    assert dates.parse(raw) == datetime(2026, 11, 2, tzinfo=UTC)


def test_a_leap_second_is_the_second_before() -> None:
    assert dates.parse(b"31 Dec 2016 23:59:60 +0000") == datetime(
        2016, 12, 31, 23, 59, 59, tzinfo=UTC
    )


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"yesterday",
        b"31 Feb 2026 10:00:00 +0000",
        b"0 Nov 2026",
        b"2 Foo 2026",
        b"2026-13-01",
        b"0000-01-01",
        b"((((",
        b"Mon, " * 1000,
    ],
)
def test_what_names_no_day_is_none(raw: bytes) -> None:
    assert dates.parse(raw) is None
