"""Content-transfer encodings (RFC 2045 §6), decoded as far as the octets let it be."""

import re
from binascii import Error, a2b_base64, a2b_qp, a2b_uu

from pytest_fakemail.pattern import pattern

_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
_NOT_BASE64 = bytes(set(range(256)) - set(_BASE64))
_PADDING = pattern(rb"=++")
# What is no base64, or blanks within a line of it.
_FOREIGN = pattern(rb"[^A-Za-z0-9+/=\s]|\S[ \t]++[^\s]")
# Something behind an empty line, or behind padding and a line end.
_APART = pattern(rb"(?:=|\n)[ \t]*+\r?\n\s*+\S")
# A run of blanks, and the line end that makes it transport padding (RFC 2045 §6.7 rule 3).
_BLANKS = pattern(rb"[ \t]++(\r?\n|\Z)?")
_PADDED = (b" \r\n", b" \n", b"\t\r\n", b"\t\n")
_LONE_CR = pattern(rb"=(?=\r(?!\n))")
# A line end that is none, a line too long, a NUL (RFC 2045 §2.7).
_BINARY = pattern(rb"\0|\r(?!\n)|(?<!\r)\n|[^\r\n]{999}")
_UU_BEGIN = pattern(rb"^begin(?:-base64)? [0-7]{3,4} .*$", re.MULTILINE)

IDENTITY = frozenset({b"7bit", b"8bit", b"binary"})
_BASE64_NAMES = frozenset({b"base64"})
_QUOTED_NAMES = frozenset({b"quoted-printable"})
_UU_NAMES = frozenset({b"x-uuencode", b"uuencode", b"x-uue"})
KNOWN = IDENTITY | _BASE64_NAMES | _QUOTED_NAMES | _UU_NAMES
"""The encodings that `decode` can undo, in lower case."""


def decode(body: bytes, encoding: bytes) -> bytes:
    """Undo a content-transfer encoding; a body in an unknown one stays as it is."""
    name = encoding.lower()
    if name in _BASE64_NAMES:
        return base64(body)
    if name in _QUOTED_NAMES:
        return quoted_printable(body)
    if name in _UU_NAMES:
        return uuencoded(body)
    return body


def can_decode(body: bytes, encoding: bytes) -> bool:
    """Whether the encoding is known, and a body that should be uuencoded begins so.

    Base64 and quoted-printable have rules for whatever else stands there (RFC 2045 §6.7, §6.8).
    """
    name = encoding.lower()
    return name in KNOWN and (name not in _UU_NAMES or _UU_BEGIN.search(body) is not None)


def identity_of(octets: bytes) -> bytes:
    """Return which of the identity encodings fits octets as they are (RFC 2045 §2.7 to §2.9)."""
    if _BINARY.search(octets) is not None:
        return b"binary"
    return b"7bit" if octets.isascii() else b"8bit"


def base64(body: bytes) -> bytes:
    """Decode base64, whatever else stands between; each padding ends a run of its own.

    What a mailing list wrote below the last line is none of it.
    """
    if _FOREIGN.search(body) is not None or _APART.search(body) is not None:
        body = _without_footer(body)
    runs = _PADDING.split(body.translate(None, _NOT_BASE64))
    return b"".join([_base64_run(run) for run in runs if run])


def _without_footer(body: bytes) -> bytes:
    """Return the encoded lines: up to the first that is a footer's.

    They can have ended at an empty line, and behind a line with padding or one that is shorter
    than the first (RFC 2045 §6.8: all but the last are equally long).  What is foreign there
    is a footer.  So is what stands behind padding and an empty line, and, in words that could
    be base64, what makes no whole groups of four.  Anywhere else what is foreign is to be ignored.
    """
    left = len(body.translate(None, _NOT_BASE64))
    first, has_ended, is_padded, is_apart, position = 0, False, False, False, 0
    for line in body.splitlines(keepends=True):
        content = line.strip()
        is_foreign = _FOREIGN.search(content) is not None
        if content and first:
            is_footer = has_ended and (is_foreign or (is_padded and is_apart))
            if is_footer or ((is_foreign or is_apart or is_padded) and left % 4):
                return body[:position]
        if content:
            has_ended = has_ended or content.endswith(b"=") or len(content) < first
            is_padded = content.endswith(b"=")
            first = first or len(content)
        else:
            has_ended = has_ended or bool(first)
        is_apart = not content
        left -= len(content.translate(None, _NOT_BASE64))
        position += len(line)
    return body


def _base64_run(run: bytes) -> bytes:
    spare = len(run) % 4
    if spare == 1:  # six bits are no octet
        run = run[:-1]
    return a2b_base64(run + b"=" * (-len(run) % 4))


def quoted_printable(body: bytes) -> bytes:
    """Decode quoted-printable; an equals sign that means nothing stays."""
    if any(padding in body for padding in _PADDED) or body.endswith((b" ", b"\t")):
        body = _BLANKS.sub(lambda run: run[0] if run[1] is None else run[1], body)
    if body.count(b"=\r") != body.count(b"=\r\n"):
        body = _LONE_CR.sub(b"=3D", body)
    return a2b_qp(body)


def uuencoded(body: bytes) -> bytes:
    """Decode the first file of a uuencoded body; a body without one stays as it is."""
    begin = _UU_BEGIN.search(body)
    if begin is None:
        return body
    if begin[0].startswith(b"begin-base64"):
        return base64(body[begin.end() :].partition(b"\n====")[0])
    lines: list[bytes] = []
    for line in body[begin.end() :].splitlines()[1:]:
        if line == b"end":
            break
        if line:
            lines.append(_uu_line(line))
    return b"".join(lines)


def _uu_line(line: bytes) -> bytes:
    try:
        return a2b_uu(line)
    except Error:
        pass
    try:  # trailing garbage, a known fault of old encoders
        return a2b_uu(line[: (((line[0] - 32) & 63) * 4 + 5) // 3])
    except Error:
        return b""
