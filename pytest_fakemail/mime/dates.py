"""Dates of header fields: RFC 5322 §3.3 and §4.3, and what else is found in the wild.

Weekdays are not compared with their dates, seconds and zones may be missing, commas and
blanks are free, months may be written out; asctime's order and ISO 8601 are understood.
"""

import re
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache

from pytest_fakemail.mime import lexer

_MONTHS = {
    month: number
    for number, month in enumerate(
        b"jan feb mar apr may jun jul aug sep oct nov dec".split(),
        start=1,
    )
}
# RFC 5322 §4.3, and the summer and winter times that are in use beside them.  Other names,
# and the military letters, which were used wrongly too long, mean UTC.
_ZONES = {
    b"edt": -4, b"est": -5, b"cdt": -5, b"cst": -6, b"mdt": -6, b"mst": -7, b"pdt": -7,
    b"pst": -8, b"cet": 1, b"met": 1, b"cest": 2, b"mest": 2, b"bst": 1, b"jst": 9,
}  # fmt: skip
_DAY = 24 * 60

_TIME = rb"(?P<hour>\d{1,2})[:.](?P<minute>\d{1,2})(?:[:.](?P<second>\d{1,2})(?:[.,]\d{1,9})?)?"
_ZONE = rb"(?:(?:utc|gmt)?\s?(?P<offset>[+-]\d\d:?\d\d)|(?P<zone>[a-z]+))?"
_FORMS = (
    re.compile(  # Mon, 2 Nov 2026 10:00:00 +0000
        rb"(?:[a-z]+[\s,.]++)?(?P<day>\d{1,2})[\s,.-]*+(?P<month>[a-z]{3,9})[\s,.-]++"
        rb"(?P<year>\d{2,4})(?:[\s,]++" + _TIME + rb"\s*+" + _ZONE + rb")?"
    ),
    re.compile(  # Mon Nov  2 10:00:00 UTC 2026
        rb"(?:[a-z]+[\s,.]++)?(?P<month>[a-z]{3,9})[\s.]++(?P<day>\d{1,2})[\s,]++"
        rb"" + _TIME + rb"\s*+" + _ZONE + rb"\s*+(?P<year>\d{4})"
    ),
    re.compile(  # 2026-11-02T10:00:00Z
        rb"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)"
        rb"(?:[t\s]" + _TIME + rb"\s*+" + _ZONE + rb")?"
    ),
)
_LONGEST = 200
_PARENTHESIS = ord("(")  # as `headers.LF`
# Without capitals, blanks and endings of all kinds: as nearly all mail has it.
_COMMON = re.compile(
    rb"(?:[A-Z][a-z]{2}, )?(\d{1,2}) ([A-Z][a-z]{2}) (\d{4}) (\d\d):(\d\d):(\d\d) ([+-]\d{4})\Z"
)
_COMMON_MONTHS = {month.capitalize(): number for month, number in _MONTHS.items()}


def parse(raw: bytes) -> datetime | None:
    """Return the aware time that a date field's value means, `None` if it means no day.

    Without a valid time it is midnight, without a valid zone UTC (RFC 5256 §2.2).
    """
    return common_form(raw) or any_form(raw)


def common_form(raw: bytes) -> datetime | None:
    """Return the time that a date in its commonest form means; `None` for any other."""
    found = _COMMON.match(raw)
    if found is None:
        return None
    day, month, year, hour, minute, second, offset = found.groups()
    number = _COMMON_MONTHS.get(month)
    if number is None:
        return None
    try:
        return datetime(
            int(year), number, int(day), int(hour), int(minute), int(second),
            tzinfo=_zone(offset, None),
        )  # fmt: skip
    except ValueError:
        return None


def any_form(raw: bytes) -> datetime | None:
    """Return the time that a date in any form means."""
    text = raw[:_LONGEST].strip().lower()
    if _PARENTHESIS in text:
        text = lexer.without_comments(text).strip()
    for form in _FORMS:
        found = form.match(text)
        if found is not None:
            return _time(found)
    return None


def _time(found: re.Match[bytes]) -> datetime | None:
    year = int(found["year"])
    if len(found["year"]) < 4:  # noqa: PLR2004 - RFC 5322 §4.3: 00-49 is 20xx, the rest 19xx
        year += 2000 if len(found["year"]) == 2 and year < 50 else 1900  # noqa: PLR2004
    month = _MONTHS.get(found["month"][:3]) or _number(found["month"])
    try:
        midnight = datetime(
            year, month, int(found["day"]), tzinfo=_zone(found["offset"], found["zone"])
        )
    except ValueError:
        return None
    try:
        return midnight.replace(
            hour=_number(found["hour"]),
            minute=_number(found["minute"]),
            second=min(_number(found["second"]), 59),  # a leap second
        )
    except ValueError:
        return midnight


def _number(digits: bytes | None) -> int:
    return int(digits) if digits and digits.isdigit() else 0


@lru_cache(maxsize=128)
def _zone(offset: bytes | None, name: bytes | None) -> timezone:
    if not offset:
        hours = _ZONES.get(name or b"", 0)
        return timezone(timedelta(hours=hours)) if hours else UTC
    digits = offset[1:].replace(b":", b"")
    minutes = int(digits[:2]) * 60 + int(digits[2:])
    if not 0 < minutes < _DAY:
        return UTC
    return timezone(timedelta(minutes=-minutes if offset.startswith(b"-") else minutes))
