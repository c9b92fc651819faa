"""The parts of a multipart that has no parts inside its parts, found in one flat pass.

Nearly all mail is like that.  The answer is the one that `parts` gives, sooner; what is
nested is left to it.
"""

from pytest_fakemail.mime.content_fields import content_fields
from pytest_fakemail.mime.headers import find_empty_line

MAX_PARTS = 10_000
"""Delimiters after so many parts belong to the last one (Dovecot's limit)."""


Leaf = tuple[int, int, int, bytes]
"""One part: `start`, `header_end` and `end` as `parts.Part` has them, and its header.

The header is the octets that it is read from; they may have a line break more than
``raw[start:header_end]``, that of the delimiter which cuts a header off.
"""


def leaves(raw: bytes, header_end: int, boundary: bytes) -> list[Leaf] | None:
    """Return the parts of a message that is a multipart with this boundary.

    None if there are others inside one of them, or too many to be looked for here.
    """
    delimiter = b"\n--" + boundary
    size = len(delimiter)
    found: list[Leaf] = []
    find = raw.find
    place = find(delimiter, max(header_end - 1, 0))
    while place >= 0:
        line_end = find(b"\n", place + size)
        if line_end < 0 or raw.startswith(b"--", place + size):
            break
        start = line_end + 1
        place = find(delimiter, line_end)
        limit = place + 1 if place >= 0 else len(raw)
        empty_line = find_empty_line(raw, line_end, limit)
        body = limit if empty_line is None else empty_line.end()
        header = raw[start:body]
        if len(found) == MAX_PARTS - 2 or not content_fields(header).is_leaf:
            return None
        end = limit
        if place >= 0:  # RFC 2046 §5.1.1: the line break before a delimiter is the delimiter's
            end = max(place - 1 if raw.startswith(b"\r", place - 1) else place, start)
        found.append((start, min(body, end), end, header))
    return found
