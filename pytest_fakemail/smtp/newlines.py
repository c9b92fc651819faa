"""Line ends of a message that are none in SMTP: LF and CR that stand alone (RFC 5321 §2.3.8)."""

import re

_NEWLINE = re.compile(rb"\r\n|\r|\n")
_BARE_CR = re.compile(rb"\r(?!\n)")
_BARE_LF = re.compile(rb"\n(?<!\r\n)")


def bare_newlines(message: bytes) -> tuple[int, int]:
    """Return how many LF have no CR before them, and how many CR no LF behind them."""
    if not (_BARE_CR.search(message) or _BARE_LF.search(message)):
        return 0, 0
    pairs = message.count(b"\r\n")
    return message.count(b"\n") - pairs, message.count(b"\r") - pairs


def normalised(message: bytes) -> bytes:
    """Return the message with CRLF in place of each bare LF and bare CR."""
    return _NEWLINE.sub(b"\r\n", message)
