"""A message from a file, as it is to be put into a mailbox."""

import re
from datetime import datetime

from pytest_fakemail.dataclass import dataclass

_BARE_LF = re.compile(rb"(?<!\r)\n")


@dataclass(frozen=True, slots=True)
class Loaded:
    """A message from a file; `received_at` is aware, None if the file does not say."""

    raw: bytes
    flags: frozenset[str] = frozenset()
    received_at: datetime | None = None


def with_crlf(raw: bytes) -> bytes:
    """Return a message as it travels; on disk its lines end as other files' lines do."""
    return _BARE_LF.sub(b"\r\n", raw)
