"""Mail from files: mboxes and maildirs, with the flags and dates that they keep."""

from collections.abc import Iterator
from datetime import UTC, datetime
from os import PathLike
from pathlib import Path

from pytest_fakemail.asserts import mboxes
from pytest_fakemail.asserts.loaded import Loaded, with_crlf
from pytest_fakemail.errors import BadArgument
from pytest_fakemail.store.flags import ANSWERED, DELETED, DRAFT, FLAGGED, SEEN

StrPath = str | PathLike[str]

_MAILDIR_FLAGS = {
    "S": SEEN,
    "R": ANSWERED,
    "F": FLAGGED,
    "T": DELETED,
    "D": DRAFT,
    "P": "$Forwarded",
}


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

    Flags and keywords come from the fields that programs keep them in (Status, X-Status,
    X-Keywords, X-Mozilla-Status, X-Mozilla-Keys), which are taken away, the date from the
    ``From `` line.  A line ``From `` of a body, quoted or not, begins no message.

    Raises:
        BadArgument: the file cannot be read, or does not begin with ``From ``.
    """
    yield from mboxes.messages(eml(path), str(path))


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
