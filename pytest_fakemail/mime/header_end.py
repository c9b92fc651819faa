"""Where a header ends that no empty line ends, and what is wrong with how a mail begins.

RFC 5322 §2.1 has an empty line between the two.  Where it is missing, readers that show mail
take the first line that can be no field for the beginning of the body.
"""

import re

from pytest_fakemail.mime.headers import body_start
from pytest_fakemail.pattern import pattern

# Not a field, not the continuation of one, not the line before a message in an mbox.
_NO_FIELD = pattern(rb"^(?![ \t\r\n]|[^\s:]++[ \t]*+:|>?From |\Z)", re.MULTILINE)
_FIELD = pattern(rb"^[!-9;-~]++[ \t]*+:", re.MULTILINE)
_INDENTED = pattern(rb"(?:[ \t]*\r?\n)*[ \t]+[!-9;-~]+:")
_LATE = pattern(rb"(?:[ \t]*\r?\n)+[!-9;-~]+:")


def missing_end(raw: bytes, start: int = 0, end: int | None = None) -> int | None:
    """Return where a body begins without the empty line before it; None if it is not missing.

    A line that is no field and has only fields behind it, up to an empty line, is a broken
    field: then the header goes on.

    Args:
        raw: the octets that the header stands in.
        start: where it begins.
        end: where it ends, the empty line included if there is one.
    """
    end = body_start(raw, start) if end is None else end
    found = _NO_FIELD.search(raw, start, end)
    if found is None:
        return None
    place = found.start()
    behind = raw.find(b"\n", place, end) + 1
    has_empty_line = raw.endswith((b"\n\n", b"\n\r\n"), start, end)
    is_boundary = raw.startswith(b"--", place)  # of a multipart, which begins so
    is_alone = has_empty_line and not is_boundary and _FIELD.match(raw, behind, end) is not None
    return None if is_alone and _NO_FIELD.search(raw, behind, end) is None else place


def with_end(raw: bytes) -> bytes:
    """Return a mail with the empty line that its header lacks; itself if it lacks none."""
    place = missing_end(raw)
    return raw if place is None else raw[:place] + b"\r\n" + raw[place:]


def false_start(raw: bytes) -> str:
    """Say why a mail has no header although it looks as if; empty if nothing is amiss."""
    if not raw[:1].isspace():  # as nearly all
        return ""
    if _INDENTED.match(raw):
        return "its lines are indented, and such lines are no fields: textwrap.dedent() mends it"
    if _LATE.match(raw):
        return "it begins with an empty line, which ends its header before the first field"
    return ""
