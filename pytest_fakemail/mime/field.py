"""A field of a header, as it was sent."""

from typing import NamedTuple


class Field(NamedTuple):
    """One field: `name` and `value` as sent, `value` still folded and without its line end.

    `start` and `end` are offsets into the octets that the header was read from; the
    line end lies inside them.
    """

    name: bytes
    value: bytes
    start: int
    end: int
