"""When a notice is written."""

from datetime import UTC, datetime

from pytest_fakemail.errors import BadArgument


def moment(at: datetime | None) -> datetime:
    """Return a point in time to the second, now if none is given.

    Raises:
        BadArgument: not an aware datetime.
    """
    if at is None:
        return datetime.now(UTC).replace(microsecond=0)
    if not isinstance(at, datetime) or at.tzinfo is None:
        raise BadArgument(f"at={at!r}: wanted a datetime with a time zone")
    return at
