"""Octets as lines of text: what is not text made visible, what is long folded."""

import re
from collections.abc import Iterable, Iterator
from itertools import chain

from pytest_fakemail.transcript.abridged import Abridged, Data
from pytest_fakemail.visible import visible as visible_text

_LONGEST = 400
_HEAD = 64 * 1024
_TAIL = 4 * 1024

_LINE = re.compile(rb"[^\n]*\n|[^\n]+")


def visible(line: bytes) -> str:
    r"""Return a line as text without its CRLF.

    UTF-8 is shown as such, other octets beyond ASCII as ``\xe9``, control characters and
    line ends that are not CRLF as their pictures (``␀``, ``␍``, ``␊``).
    """
    has_end = line.endswith(b"\r\n")
    more = len(line) - _LONGEST
    text = line[:_LONGEST] if more > _LONGEST else line.removesuffix(b"\r\n")
    shown = text.decode(errors="backslashreplace")
    shown = visible_text(shown)
    if more > _LONGEST:
        return f"{shown} … {more:,} more octets …"
    return shown if has_end or line.endswith(b"\n") else f"{shown} (no line end)"


def folded(pieces: Iterable[Data], most: int) -> Iterator[str]:
    """Return the lines of one message or answer: the first ones, a remark, and the last."""
    parts: list[bytes] = []
    not_kept = 0
    for piece in pieces:
        if isinstance(piece, Abridged):
            not_kept += piece.missing
            parts += piece.head, piece.tail
        else:
            parts.append(piece)
    total = sum(map(len, parts))
    lines = _LINE.findall(_head(parts))
    if total <= _HEAD and not not_kept and len(lines) <= most + 2:
        return map(visible, lines)
    shown = lines[:most]
    last = _LINE.findall(_tail(parts))[-1:]
    hidden = sum(part.count(b"\n") for part in parts) - len(shown) - len(last)
    octets = total - sum(map(len, shown)) - sum(map(len, last))
    remarks = []
    if hidden > 0 and octets > 0:
        remarks.append(f"… {hidden:,} more line{'s' * (hidden > 1)}, {octets:,} octets …")
    if not_kept:
        remarks.append(f"… {not_kept:,} octets not kept …")
    return chain(map(visible, shown), remarks, map(visible, last if remarks else []))


def _head(parts: list[bytes]) -> bytes:
    found = bytearray()
    for part in parts:
        found += part[: _HEAD - len(found)]
        if len(found) >= _HEAD:
            break
    return bytes(found)


def _tail(parts: list[bytes]) -> bytes:
    found = b""
    for part in reversed(parts):
        found = part[-_TAIL:] + found
        if len(found) >= _TAIL:
            break
    return found
