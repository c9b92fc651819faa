"""What a failed test shows of its mail: sections of the report, and files to keep."""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from zlib import crc32

from pytest_fakemail.asserts.explain import summary
from pytest_fakemail.fakemail import FakeMail

_MOST_MAILS = 20
_LONGEST_NAME = 200
"""In octets; most file systems hold 255."""


def sections(fakemails: Sequence[FakeMail]) -> list[tuple[str, str]]:
    """Return titles with texts: each FakeMail's conversation and what it captured."""
    found: list[tuple[str, str]] = []
    for number, one in enumerate(fakemails, 1):
        which = f" {number} of {len(fakemails)}" if len(fakemails) > 1 else ""
        if one.transcript.connections:
            found.append((f"fakemail conversation{which}", one.transcript.excerpt()))
        if len(one.outbox):
            found.append((f"fakemail outbox{which}", _mails(one)))
    return found


def _mails(one: FakeMail) -> str:
    deliveries = list(one.outbox)
    lines = []
    if len(deliveries) > _MOST_MAILS:
        lines.append(f"… {len(deliveries) - _MOST_MAILS} earlier ones not shown")
    for place, mail in list(enumerate(deliveries))[-_MOST_MAILS:]:
        lines.append(f"outbox[{place}]  {summary(mail)}")
    return "\n".join(lines)


def write_artifacts(directory: Path, test: str, fakemails: Sequence[FakeMail]) -> None:
    """Write each FakeMail's transcript and mails below ``directory/<test>/``.

    Args:
        directory: made if it is not there.
        test: the test's node id; what a file name cannot hold becomes ``_``, and the end of
            a long one a checksum.
        fakemails: those that the test used.
    """
    home = directory / _file_name(test)
    for number, one in enumerate(fakemails, 1):
        place = home / str(number) if len(fakemails) > 1 else home
        place.mkdir(parents=True, exist_ok=True)
        (place / "transcript.txt").write_text(str(one.transcript), encoding="utf-8")
        (place / "transcript.json").write_text(
            json.dumps(one.transcript.json(secrets=False), indent=1), encoding="utf-8"
        )
        for place_in_box, mail in enumerate(one.outbox, 1):
            (place / f"{place_in_box:03}.eml").write_bytes(mail.raw)


def _file_name(test: str) -> str:
    name = re.sub(r"[^\w.\[\]-]+", "_", test)
    octets = name.encode()
    if len(octets) <= _LONGEST_NAME:
        return name
    return f"{octets[:_LONGEST_NAME].decode(errors='ignore')}-{crc32(test.encode()):08x}"
