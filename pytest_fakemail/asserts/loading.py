"""Mail from files: mboxes and maildirs, with the flags and dates that they keep."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from os import PathLike
from pathlib import Path

from pytest_fakemail.errors import BadArgument
from pytest_fakemail.mime import dates
from pytest_fakemail.mime.headers import Headers, body_start
from pytest_fakemail.store.flags import ANSWERED, DELETED, DRAFT, FLAGGED, SEEN

StrPath = str | PathLike[str]

_FROM_LINE = re.compile(rb"^From (\S*) +(.*?)\r?\n", re.MULTILINE)
_QUOTED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)
_BARE_LF = re.compile(rb"(?<!\r)\n")
# The mbox's own fields and the maildir's letters: what other programs agree upon.
_MBOX_FLAGS = {"R": SEEN, "A": ANSWERED, "F": FLAGGED, "D": DELETED, "T": DRAFT}
_MAILDIR_FLAGS = {
    "S": SEEN,
    "R": ANSWERED,
    "F": FLAGGED,
    "T": DELETED,
    "D": DRAFT,
    "P": "$Forwarded",
}


@dataclass(frozen=True, slots=True)
class Loaded:
    """A message from a file; `received_at` is aware, None if the file does not say."""

    raw: bytes
    flags: frozenset[str] = frozenset()
    received_at: datetime | None = None


def eml(path: StrPath) -> bytes:
    """Return the octets of a file that holds one message.

    Raises:
        BadArgument: it cannot be read.
    """
    if isinstance(path, str) and "\n" in path:
        raise BadArgument(f"no path: {path[:60]!r}…; a message itself is given as bytes")
    try:
        return Path(path).read_bytes()
    except (OSError, TypeError, ValueError) as error:
        raise BadArgument(f"cannot read {str(path)!r}: {error}") from error


def mbox(path: StrPath) -> Iterator[Loaded]:
    """Yield the messages of an mbox; lines end in CRLF, ``>From `` is unquoted.

    Flags come from the Status and X-Status fields, which are taken away, the date from the
    ``From `` line.

    Raises:
        BadArgument: the file cannot be read, or does not begin with ``From ``.
    """
    data = eml(path)
    starts = [found for found in _FROM_LINE.finditer(data) if _is_start(data, found.start())]
    if data.strip() and (not starts or starts[0].start()):
        raise BadArgument(f"no mbox: {str(path)!r} does not begin with a line 'From …'")
    for place, found in enumerate(starts):
        end = starts[place + 1].start() if place + 1 < len(starts) else len(data)
        yield _from_mbox(data[found.end() : end], found.group(2))


def _is_start(data: bytes, place: int) -> bool:
    """Whether a ``From `` line is at the start of the file or behind an empty line."""
    return not place or data[max(place - 3, 0) : place].endswith((b"\n\n", b"\n\r\n"))


def _from_mbox(message: bytes, date: bytes) -> Loaded:
    # The empty line at the end belongs to the file.
    message = re.sub(rb"\r?\n\r?\n\Z", b"\n", message)
    raw = with_crlf(_QUOTED_FROM.sub(rb"\1", message))
    kept: list[bytes] = []
    letters = ""
    for found in Headers(raw[: body_start(raw)]):
        if found.name.lower() in {b"status", b"x-status"}:
            letters += found.value.decode("ascii", "replace")
        else:
            kept.append(raw[found.start : found.end])
    if letters:
        raw = b"".join(kept) + b"\r\n" + raw[body_start(raw) :]
    flags = frozenset(_MBOX_FLAGS[letter] for letter in letters if letter in _MBOX_FLAGS)
    return Loaded(raw, flags, dates.parse(date))


def maildir(path: StrPath) -> Iterator[Loaded]:
    """Yield the messages of a maildir, oldest first; lines end in CRLF.

    Flags come from the file names, dates from the time in them or else of the file.

    Raises:
        BadArgument: there is no ``cur`` and no ``new`` in the directory, or a file cannot be
            read.
    """
    if not isinstance(path, str | PathLike):
        raise BadArgument(f"no path: {path!r}; wanted the directory of a maildir")
    folders = [folder for name in ("cur", "new") if (folder := Path(path) / name).is_dir()]
    if not folders:
        raise BadArgument(f"no maildir: {str(path)!r} has neither cur nor new in it")
    files = [
        (_received_at(file), file.name, file)
        for folder in folders
        for file in folder.iterdir()
        if file.is_file() and not file.name.startswith(".")
    ]
    for received_at, name, file in sorted(files):
        _, _, letters = name.rpartition(":2,")
        flags = letters if ":2," in name and file.parent.name == "cur" else ""
        yield Loaded(
            with_crlf(eml(file)),
            frozenset(_MAILDIR_FLAGS[letter] for letter in flags if letter in _MAILDIR_FLAGS),
            received_at,
        )


def _received_at(file: Path) -> datetime:
    seconds = file.name.partition(".")[0]
    is_named = seconds.isascii() and seconds.isdigit() and len(seconds) <= len("9999999999")
    return datetime.fromtimestamp(int(seconds) if is_named else file.stat().st_mtime, UTC)


def with_crlf(raw: bytes) -> bytes:
    """Return a message as it travels; on disk its lines end as other files' lines do."""
    return _BARE_LF.sub(b"\r\n", raw)
