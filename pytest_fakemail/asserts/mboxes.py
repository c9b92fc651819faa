"""Mboxes as mail programs write them: where a message begins, and what is the file's own.

RFC 4155 has the form that all agree upon; programs differ in how they protect a line "From "
in a body (``>``, Content-Length, not at all), and in the fields that keep flags and keywords.
"""

import codecs
import re
from collections.abc import Iterator
from datetime import datetime

from pytest_fakemail.asserts.loaded import Loaded, with_crlf
from pytest_fakemail.errors import BadArgument
from pytest_fakemail.mime import dates
from pytest_fakemail.mime.headers import Headers, body_start
from pytest_fakemail.mime.named_fields import values
from pytest_fakemail.store.flags import ANSWERED, DELETED, DRAFT, FLAGGED, SEEN

_FROM_LINE = re.compile(rb"^From [ \t]*([^\r\n]*)\r?\n", re.MULTILINE)
_FIELD = re.compile(rb"(?:>?From |[!-9;-~]+[ \t]*:)")
_QUOTED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)
# asctime's form, wherever the zone stands: before the year, behind it, or twice.
_DATE = re.compile(
    rb"(?:[A-Za-z]{3,9},?[ \t]+)?([A-Za-z]{3,9})[ \t]+(\d{1,2})[ \t]+(\d{1,2}:\d\d(?::\d\d)?)[ \t]+"
    rb"(?:((?:GMT|UTC)?[+-]\d{4}|[A-Z]{1,5})[ \t]+)?(?:[A-Z]{1,5}[ \t]+)?(\d{4})"
    rb"(?:[ \t]+\(?([A-Z]{1,5}|[+-]\d{4})\)?)?(?:[ \t]+remote from[^\r\n]*)?[ \t]*\Z"
)
# The form of a Date field, or ISO's; with a time, and nothing behind it.
_OTHER_DATE = re.compile(
    rb"(?:(?:[A-Za-z]{3,9},?[ \t]+)?\d{1,2}[ \t-]+[A-Za-z]{3,9}[ \t-]+\d{4}[ \t]+"
    rb"|\d{4}-\d\d-\d\d[T ])"
    rb"\d{1,2}:\d\d(?::\d\d)?(?:\.\d+)?[ \t]*(?:Z|[A-Za-z]{2,5}|[+-]\d\d:?\d\d)?"
    rb"(?:[ \t]+\([A-Za-z]{1,5}\))?[ \t]*\Z"
)
_TIME = re.compile(rb"\d:\d\d.*\b\d{4}\b|\b\d{4}\b.*\d:\d\d")
_STATUS = {"R": SEEN, "A": ANSWERED, "F": FLAGGED, "D": DELETED, "T": DRAFT}
# nsMsgMessageFlags of Thunderbird
_MOZILLA = {0x1: SEEN, 0x2: ANSWERED, 0x4: FLAGGED, 0x8: DELETED, 0x1000: "$Forwarded"}
_KEYWORD = re.compile(r"[!#$&'+,./:;<=>?@^_`|}~0-9A-Za-z\[-]+")
_OWN_FIELDS = frozenset(
    b"""
    status x-status x-keywords x-uid x-imap x-imapbase content-length
    x-mozilla-status x-mozilla-status2 x-mozilla-keys
    """.split()
)


def messages(data: bytes, path: str) -> Iterator[Loaded]:
    """Yield the messages of an mbox's content; `path` is for the exception.

    Raises:
        BadArgument: it does not begin with ``From ``.
    """
    if not data.strip():
        return
    data = data.removeprefix(codecs.BOM_UTF8)
    first = _FROM_LINE.match(data, len(data) - len(data.lstrip()))
    if first is None:
        raise BadArgument(f"no mbox: {path!r} does not begin with a line 'From …'")
    found: re.Match[bytes] | None = first
    while found is not None:
        following = _next(data, found.end())
        end = len(data) if following is None else following.start()
        loaded = _loaded(data[found.end() : end], _date(found[1]))
        if loaded is not None:
            yield loaded
        found = following


def _next(data: bytes, start: int) -> re.Match[bytes] | None:
    """Return the next line that begins a message, for a message that begins at `start`."""
    body = _behind_content(data, start)
    for found in _FROM_LINE.finditer(data, start if body is None else body):
        if found.start() > start and _is_start(data, found):
            return found
    return None


def _behind_content(data: bytes, start: int) -> int | None:
    """Return where Content-Length has the body end, if the file bears it out (mboxcl)."""
    header_end = body_start(data, start)
    given = values(data[start:header_end], b"content-length")
    if not given or not given[-1].isdigit() or len(given[-1]) > len("9999999999"):
        return None
    end = header_end + int(given[-1])
    behind = data[end : end + 7].lstrip(b"\r\n")
    is_confirmed = end <= len(data) and (not behind or behind.startswith(b"From"))
    return end if is_confirmed else None


def _is_start(data: bytes, line: re.Match[bytes]) -> bool:
    """Whether a line ``From …`` begins a message, and is not one of a body.

    It has a date, and a header follows.  Without one that can be read it stands behind an empty
    line, and has a dash, a single word, or an address alone or before a time and a year.
    """
    is_header_next = _FIELD.match(data, line.end()) is not None
    if _date(line[1]) is not None:
        # A message without a header: an empty line follows at once.
        return is_header_next or data.startswith((b"\n", b"\r\n"), line.end())
    before = data[max(line.start() - 3, 0) : line.start()]
    is_apart = before.endswith((b"\n\n", b"\n\r\n"))
    return is_header_next and is_apart and _is_named(line[1])


def _is_named(text: bytes) -> bool:
    sender, _, rest = text.strip().partition(b" ")
    if rest and sender != b"-":
        return b"@" in sender and _TIME.search(rest) is not None
    return bool(sender) and not sender.endswith((b":", b",", b"."))


def _date(text: bytes) -> datetime | None:
    """Return the date of a line ``From sender date``."""
    found = _DATE.search(text)
    if found is None:
        # Others write it as a Date field has it.
        other = _OTHER_DATE.search(text)
        return None if other is None else dates.parse(other[0])
    month, day, time, zone, year, last_zone = found.groups()
    written = b" ".join((day, month, year, time, last_zone or zone or b""))
    return dates.parse(written)


def _loaded(message: bytes, received_at: datetime | None) -> Loaded | None:
    """Return a message without what is the file's own; None for the file's own message."""
    # The empty line at the end belongs to the file.
    message = re.sub(rb"\r?\n\r?\n\Z", b"\n", message)
    raw = with_crlf(_QUOTED_FROM.sub(rb"\1", message))
    end = body_start(raw)
    kept: list[bytes] = []
    own: dict[bytes, str] = {}
    for field in Headers(raw[:end]):
        name = field.name.lower()
        if name in _OWN_FIELDS:
            own[name] = own.get(name, "") + field.value.decode("ascii", "replace") + " "
        else:
            kept.append(raw[field.start : field.end])
    if b"x-imap" in own or (b"x-imapbase" in own and b"FOLDER INTERNAL DATA" in raw):
        return None  # what c-client writes in front, to keep UIDs
    if own:
        has_end = raw[:end].endswith((b"\n\r\n", b"\n\n"))
        raw = b"".join(kept) + (b"\r\n" if has_end else b"") + raw[end:]
    return Loaded(raw, frozenset(_flags(own)), received_at)


def _flags(own: dict[bytes, str]) -> Iterator[str]:
    letters = own.get(b"status", "") + own.get(b"x-status", "")
    yield from (flag for letter, flag in _STATUS.items() if letter in letters)
    try:
        bits = int(own.get(b"x-mozilla-status", "0").split()[-1], 16)
    except (ValueError, IndexError):
        bits = 0
    yield from (flag for bit, flag in _MOZILLA.items() if bits & bit)
    words = (own.get(b"x-keywords", "") + " " + own.get(b"x-mozilla-keys", "")).split()
    yield from (word for word in words if _KEYWORD.fullmatch(word))
