"""How notices are put together; the same input gives the same octets."""

import re
import textwrap
from collections.abc import Iterable
from datetime import datetime
from email.utils import format_datetime
from hashlib import sha256

from pytest_fakemail.errors import BadArgument

_LONGEST_LINE = 998  # RFC 5322 §2.1.1
_MOST_OCTETS = 4  # of a character: RFC 3629 §3
_WIDTH = 78

Field = tuple[str, str]
"""A field's name and its value, unfolded."""


def fields(rows: Iterable[Field]) -> bytes:
    """Return a block of fields, folded where they are long; empty values are left out.

    Raises:
        BadArgument: a value with a line break in it.
    """
    return b"".join(_field(name, value) for name, value in rows if value)


def _field(name: str, value: str) -> bytes:
    if re.search(r"[\r\n\0]", value):
        raise BadArgument(f"{name}: {value!r} has a line break")
    line = f"{name}: {value}"
    if len(line) <= _WIDTH:
        return f"{line}\r\n".encode()
    lines = textwrap.wrap(
        line, _WIDTH, subsequent_indent="\t", break_long_words=False, break_on_hyphens=False
    )
    # No name may stand on a line alone, and no line be too long.
    is_alone = len(lines[0]) < len(name) + 2 or len(lines) == 1
    if is_alone or max(len(one.encode()) for one in lines) > _LONGEST_LINE:
        most = _LONGEST_LINE // (1 if line.isascii() else _MOST_OCTETS)
        lines = textwrap.wrap(line, most, subsequent_indent="\t", break_on_hyphens=False)
    return "".join(f"{one}\r\n" for one in lines).encode()


def lines(text: str) -> bytes:
    """Return text as lines that end in CRLF, the last one too; a line too long is several."""
    whole = re.sub("\r\n|\r|\n", "\r\n", text.rstrip("\r\n") + "\n")
    if max(map(len, whole.split("\r\n"))) * _MOST_OCTETS > _LONGEST_LINE:
        whole = "".join(f"{short}\r\n" for line in whole.split("\r\n")[:-1] for short in _cut(line))
    return whole.encode()


def _cut(line: str) -> list[str]:
    """Cut a line between words so that it has no more octets than a line may have."""
    if len(line.encode()) <= _LONGEST_LINE:
        return [line]
    longest = _LONGEST_LINE // _MOST_OCTETS
    return textwrap.wrap(line, longest, break_on_hyphens=False, drop_whitespace=False)


def date(at: datetime) -> str:
    """``date-time`` (RFC 5322 §3.3), without the name of a time zone."""
    return format_datetime(at)


def mark(*parts: bytes | str, length: int = 10) -> str:
    """Return an identifier in capital hexadecimal digits, made from what it is for."""
    digest = sha256()
    for part in parts:
        digest.update(part if isinstance(part, bytes) else part.encode())
        digest.update(b"\0")
    return digest.hexdigest()[:length].upper()


def guid(*parts: bytes | str) -> str:
    """Return an identifier in the shape of a GUID, made from what it is for."""
    digits = mark(*parts, length=32).lower()
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def multipart(boundary: str, parts: Iterable[bytes], *, preamble: str = "") -> bytes:
    """Return a body of parts (RFC 2046 §5.1.1), each of them fields, an empty line, a body."""
    delimiter = b"--" + boundary.encode()
    pieces = [lines(preamble) if preamble else b""]
    pieces += [b"\r\n" + delimiter + b"\r\n" + part for part in parts]
    return b"".join([*pieces, b"\r\n" + delimiter + b"--\r\n"]).removeprefix(b"\r\n")


def part(rows: Iterable[Field], body: bytes) -> bytes:
    """Return a part: its fields, an empty line, its body; what is 8bit says so (RFC 2045 §6.2)."""
    header = fields(rows)
    if not body.isascii() and b"content-transfer-encoding:" not in header.lower():
        header += fields([("Content-Transfer-Encoding", "8bit")])
    return header + b"\r\n" + body


def report(report_type: str, key: str, rows: Iterable[Field], parts: Iterable[bytes]) -> bytes:
    """Return a ``multipart/report`` (RFC 6522) with these fields before those of MIME."""
    boundary = f"=_{report_type}-{key}"
    content_type = f'multipart/report; report-type={report_type}; boundary="{boundary}"'
    header = [*rows, ("MIME-Version", "1.0"), ("Content-Type", content_type)]
    return fields(header) + b"\r\n" + multipart(boundary, parts)
