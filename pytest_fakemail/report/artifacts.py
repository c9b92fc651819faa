"""Files that are kept of a test: what it said, transcript, mails, mailboxes, sweeps.

Each test has a directory of its own.  What an earlier run left there is taken away before a
run begins, and nothing else is: each directory that we make has a file that says so.
"""

import json
import re
import shutil
from collections.abc import Iterable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pytest_fakemail.asserts.mailbox import MailboxHandle
from pytest_fakemail.asserts.message import MailboxMessage
from pytest_fakemail.fakemail import FakeMail
from pytest_fakemail.report.holdings import mailboxes
from pytest_fakemail.visible import visible_lines

if TYPE_CHECKING:
    from pytest_fakemail.sweep.result import SweepResult

MARK = ".pytest-fakemail"
_LONGEST_NAME = 60
_MAILDIR_FLAGS = {
    r"\Draft": "D",
    r"\Flagged": "F",
    r"\Answered": "R",
    r"\Seen": "S",
    r"\Deleted": "T",
}


def clean(directory: Path) -> None:
    """Remove what earlier runs of ours have left, and follow no link."""
    if not directory.is_dir():
        return
    for home in directory.iterdir():
        if not home.is_symlink() and (home / MARK).is_file():
            shutil.rmtree(home)


def write(
    directory: Path,
    test: str,
    fakemails: Sequence[FakeMail],
    sections: Iterable[tuple[str, str]],
    *,
    said: str = "",
    attempt: int = 1,
) -> Path:
    """Write what each FakeMail holds below a directory of the test's own; return that.

    Args:
        directory: made if it is not there.
        test: the test's node id.
        fakemails: those that the test used.
        sections: of the report, for ``report.txt``.
        said: what the failure says, for the beginning of ``report.txt``.
        attempt: counts from 1 where a failed test is run again.
    """
    home = directory / file_name(test if attempt == 1 else f"{test} attempt {attempt}")
    home.mkdir(parents=True, exist_ok=True)
    (home / MARK).write_text(f"{test!a}\n", encoding="ascii")
    passages = [visible_lines(f"{test}\n\n{said}".strip())]
    passages += [f"{title}\n\n{content}" for title, content in sections]
    _write_text(home / "report.txt", "\n\n".join(passages))
    for number, one in enumerate(fakemails, 1):
        _write_one(home / str(number) if len(fakemails) > 1 else home, one)
    return home


def _write_one(place: Path, one: FakeMail) -> None:
    place.mkdir(parents=True, exist_ok=True)
    (place / "transcript.txt").write_text(str(one.transcript), encoding="utf-8")
    (place / "transcript.json").write_text(
        json.dumps(one.transcript.json(secrets=False), indent=1), encoding="utf-8"
    )
    if one._sweeps:  # noqa: SLF001  (our own)
        _write_text(place / "sweeps.txt", "\n\n".join(map(_swept, one._sweeps)))  # noqa: SLF001
    for number, mail in enumerate(one.outbox, 1):
        (place / f"{number:03}.eml").write_bytes(mail.raw)
    for name, mailbox in mailboxes(one):
        if mailbox.messages:
            _write_maildir(place / "mailboxes" / file_name(name), mailbox)


def _write_text(place: Path, text: str) -> None:
    place.write_text(f"{text}\n", encoding="utf-8", errors="backslashreplace")


def _swept(result: "SweepResult[Any]") -> str:
    """Return the table of a sweep, and all of each row that is not fine."""
    rows = [row._told(with_conversation=True) for row in result.rows if not row.is_fine]  # noqa: SLF001  (our own)
    return visible_lines("\n\n".join([result.table(), *rows]))


def _write_maildir(place: Path, mailbox: MailboxHandle) -> None:
    """Write a mailbox as a Maildir; without ``:`` in names, which not every system has."""
    home = place / file_name(mailbox.name)
    for part in ("cur", "new", "tmp"):
        (home / part).mkdir(parents=True, exist_ok=True)
    for message in mailbox.messages:
        (home / "cur" / _maildir_name(message)).write_bytes(message.raw)


def _maildir_name(message: MailboxMessage) -> str:
    letters = [letter for flag, letter in _MAILDIR_FLAGS.items() if flag in message.flags]
    flags = "".join(sorted(letters))
    return f"{message.received_at.timestamp():.0f}.U{message.uid}.fakemail!2,{flags}"


def file_name(name: str) -> str:
    """Return a short name for a file of any system, another one for each name.

    What is plain stays as it is; anything else ends with a checksum.
    """
    plain = re.sub(r"[^A-Za-z0-9_.@-]+", "_", name)
    if plain == name and len(name) <= _LONGEST_NAME and name.islower() and name[0].isalpha():
        return name
    checksum = sha256(name.encode(errors="surrogatepass")).hexdigest()[:10]
    return f"{plain[-_LONGEST_NAME:].lstrip('._-') or 'test'}-{checksum}"
