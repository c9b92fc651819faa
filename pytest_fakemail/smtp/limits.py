"""How long lines and addresses may be, where settings want that kept (RFC 5321 §4.5.3.1)."""

from pytest_fakemail.smtp.paths import split
from pytest_fakemail.smtp.replies import Refused

_LONGEST_LOCAL_PART = 64  # RFC 5321 §4.5.3.1.1
_LONGEST_DOMAIN = 255  # §4.5.3.1.2
_LONGEST_PATH = 256  # §4.5.3.1.3, with its brackets
_LONGEST_LINE = 998  # of a message: §4.5.3.1.6, 1000 with CRLF


def check_address(address: str, status: str) -> None:
    """Hold an address to RFC 5321 §4.5.3.1; `status` is of the reply that refuses it.

    Raises:
        Refused: it, or a part of it, is longer.
    """
    local_part, domain = (part.encode() for part in split(address))
    if len(local_part) > _LONGEST_LOCAL_PART:
        raise Refused(501, status, f"Local part longer than {_LONGEST_LOCAL_PART} octets")
    if len(domain) > _LONGEST_DOMAIN:
        raise Refused(501, status, f"Domain longer than {_LONGEST_DOMAIN} octets")
    if len(address.encode()) + 2 > _LONGEST_PATH:
        raise Refused(501, status, f"Path longer than {_LONGEST_PATH} octets")


def check_lines(message: bytes) -> None:
    """Hold the lines of a message to RFC 5321 §4.5.3.1.6.

    Raises:
        Refused: one is longer.
    """
    if has_line_beyond(message, _LONGEST_LINE):
        raise Refused(500, "5.5.2", f"Text line longer than {_LONGEST_LINE} octets")


def has_line_beyond(message: bytes, longest: int) -> bool:
    """Whether a line has more octets than this, its CRLF not counted."""
    start = 0
    while len(message) - start > longest + 1:
        end = message.rfind(b"\n", start, start + longest + 2)
        if end < 0:
            return True
        start = end + 1
    return False
