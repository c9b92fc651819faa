"""A message of given parts, as octets; the same parts give the same octets.

Written by hand because `email` chooses boundaries at random and takes a millisecond a
message.  Lines end in CRLF; all is 7-bit but for addresses that cannot be (RFC 6532) and
messages within the message.
"""

import mimetypes
import re
from base64 import b64encode, encodebytes
from binascii import b2a_qp
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from itertools import count
from urllib.parse import quote

from pytest_fakemail.dataclass import dataclass, field
from pytest_fakemail.errors import BadArgument
from pytest_fakemail.mime.addresses import address_list

Names = str | Collection[str]
"""An address, several separated by commas, or a list of them."""

_MOST_COLUMNS = 78  # RFC 5322 §2.1.1
_MOST_OCTETS = 998
_WORD_OCTETS = 39  # 52 characters of base64: an encoded word fits behind "Subject: "
_FIELD_NAME = re.compile(r"[!-9;-~]+")
_ADDRESS_FIELDS = {"from", "sender", "reply-to", "to", "cc", "bcc"}
_NOT_AN_ATOM = re.compile(r"[^\w!#$%&'*+/=?^`{|}~ -]")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_PACKINGS = {
    "gzip": "application/gzip",
    "bzip2": "application/x-bzip2",
    "xz": "application/x-xz",
    "compress": "application/x-compress",
}
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What a message is to be made of; what is None or empty is left out.

    A field that is None in `headers` is left out as well, though it would be there otherwise.
    """

    from_: Names | None = None
    to: Names | None = None
    cc: Names | None = None
    subject: str | None = None
    text: str | None = None
    html: str | None = None
    attachments: Mapping[str, bytes | str] = field(default_factory=dict)
    headers: Mapping[str, str | Sequence[str] | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Check what a type checker would have.

        Raises:
            BadArgument: a part of another type.
        """
        for name in ("subject", "text", "html"):
            _require(name, getattr(self, name), isinstance(getattr(self, name), str), "text")
        for name in ("from_", "to", "cc"):
            given = getattr(self, name)
            _require(name, given, _is_text_or_texts(given), "an address, or a list of them")
        for name in ("attachments", "headers"):
            given = getattr(self, name)
            is_possible = isinstance(given, Mapping) and _is_text_or_texts(given)
            _require(name, given, is_possible, "a mapping from names")
        for name, values in self.headers.items():
            is_possible = _is_text_or_texts(values)
            wanted = "text, texts, or None to leave the field out"
            _require(f"headers[{name!r}]", values, is_possible, wanted)


def _require(name: str, given: object, is_possible: bool, wanted: str) -> None:  # noqa: FBT001  (reads as a sentence)
    if given is not None and not is_possible:
        raise BadArgument(f"{name}={given!r}: wanted {wanted}")


def _is_text_or_texts(given: object) -> bool:
    if isinstance(given, str):
        return True
    return isinstance(given, Collection) and all(isinstance(one, str) for one in given)


def compose(parts: Parts, *, date: datetime, message_id: str) -> bytes:
    """Return a message; `headers` replace what would be there of their names.

    Raises:
        BadArgument: a field with a line break in it, or of an impossible name.
    """
    fields: dict[str, str | Sequence[str] | None] = {
        "From": _list(parts.from_),
        "To": _list(parts.to),
        "Cc": _list(parts.cc),
        "Subject": [] if parts.subject is None else parts.subject,
        "Date": _date(date),
        "Message-ID": message_id,
        "MIME-Version": "1.0",
    }
    given = {name.lower() for name in parts.headers}
    fields = {name: value for name, value in fields.items() if name.lower() not in given}
    for name in parts.headers:
        _check_name(name)
    lines = [
        _field(name, value)
        for name, values in (fields | dict(parts.headers)).items()
        for value in ([values] if isinstance(values, str) else values or ())
    ]
    return b"".join(lines) + _body(parts)


# --- the header ------------------------------------------------------------------------


def _list(names: Names | None) -> str | Sequence[str]:
    if not names:
        return []
    return names if isinstance(names, str) else ", ".join(names)


def _date(date: datetime) -> str:
    """``date-time = [day-of-week ","] date time`` (RFC 5322 §3.3); `strftime` has a locale."""
    day, month = _DAYS[date.weekday()], _MONTHS[date.month - 1]
    return f"{day}, {date.day:02} {month} {date.year:04} {date:%H:%M:%S %z}"


def _check_name(name: str) -> None:
    if not _FIELD_NAME.fullmatch(name):
        raise BadArgument(f"no header field name: {name!r}")
    if name.lower() in ("content-type", "content-transfer-encoding"):
        raise BadArgument(f"{name} follows from the parts; to choose it, deliver bytes")


def _field(name: str, value: str) -> bytes:
    if re.search(r"[\r\n\0]", value):
        raise BadArgument(f"{name}: {value!r} has a line break; to have one, deliver bytes")
    if name.lower().removeprefix("resent-") in _ADDRESS_FIELDS:
        return _folded(name, value if value.isascii() else _addresses(value))
    return _folded(name, _encoded(value))


def _folded(name: str, value: str) -> bytes:
    """Return a field, broken before blanks so that its lines are short (RFC 5322 §2.2.3)."""
    if len(name) + len(": ") + len(value) <= _MOST_COLUMNS:
        return f"{name}: {value}\r\n".encode()
    lines = [f"{name}:"]
    for word in re.findall(r"\s*\S+", " " + value):
        if len(lines[-1]) + len(word) > _MOST_COLUMNS and lines[-1] != f"{name}:":
            lines.append(word)
        else:
            lines[-1] += word
    return "\r\n".join([*lines, ""]).encode()


def _encoded(text: str) -> str:
    """Return text as encoded words (RFC 2047) unless it can stand as it is."""
    if text.isascii() and text.isprintable() and "=?" not in text and text == text.strip():
        return text
    return " ".join(f"=?utf-8?b?{b64encode(piece).decode()}?=" for piece in _pieces(text))


def _pieces(text: str) -> Iterator[bytes]:
    """Cut between characters: RFC 2047 §5 wants whole ones in each encoded word."""
    piece = b""
    for character in text:
        octets = character.encode("utf-8", "replace")
        if len(piece) + len(octets) > _WORD_OCTETS:
            yield piece
            piece = b""
        piece += octets
    yield piece


def _addresses(value: str) -> str:
    """Encode the display names; an address that is not ASCII stays (RFC 6532)."""
    pieces: list[str] = []
    is_first = True
    for address in address_list(value.encode()):
        if address.is_group_end:
            pieces.append(";")
            continue
        pieces.append("" if is_first else ", ")
        is_first = address.is_group_start
        if address.is_group_start:
            pieces.append(f"{_phrase(address.spec)}: ")
        elif address.name:
            bracketed = f" <{address.written}>" if address.written else ""
            pieces.append(_phrase(address.display_name) + bracketed)
        else:
            pieces.append(address.written or "<>")
    return "".join(pieces)


def _phrase(name: str) -> str:
    if name.isascii() and _NOT_AN_ATOM.search(name):
        escaped = name.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    return _encoded(name)


# --- the body --------------------------------------------------------------------------


def _body(parts: Parts) -> bytes:
    """Return the Content- fields, the empty line and the body."""
    texts = [
        _text(text, subtype)
        for text, subtype in ((parts.text, "plain"), (parts.html, "html"))
        if text is not None
    ] or [_text("", "plain")]
    body = texts[0] if len(texts) == 1 else _multipart("alternative", texts)
    if not parts.attachments:
        return body
    files = [_file(name, content) for name, content in parts.attachments.items()]
    return _multipart("mixed", [body, *files])


def _multipart(subtype: str, parts: list[bytes]) -> bytes:
    # "=_" is neither in base64 nor in quoted-printable (RFC 2045 §6.7), but a message
    # within this one may have come from here.
    for number in count(1):
        boundary = f"=_{number}".encode()
        if not any(boundary in part for part in parts):
            break
    pieces = [f'Content-Type: multipart/{subtype}; boundary="{boundary.decode()}"\r\n'.encode()]
    pieces += [b"\r\n--" + boundary + b"\r\n" + part for part in parts]
    return b"".join([*pieces, b"\r\n--" + boundary + b"--\r\n"])


def _text(text: str, subtype: str) -> bytes:
    octets = re.sub("\r\n|\r|\n", "\r\n", text).encode()
    is_plain = octets.isascii() and b"\0" not in octets
    if is_plain and all(len(line) <= _MOST_OCTETS for line in octets.split(b"\r\n")):
        charset, encoding = "us-ascii", "7bit"
    else:
        charset, encoding = "utf-8", "quoted-printable"
        octets = re.sub(rb"(?<!\r)\n", b"\r\n", b2a_qp(octets))
    fields = f"Content-Type: text/{subtype}; charset={charset}\r\n"
    return f"{fields}Content-Transfer-Encoding: {encoding}\r\n\r\n".encode() + octets


def _file(name: str, content: bytes | str) -> bytes:
    """Return an attachment, its type guessed from its name (RFC 2183)."""
    if not isinstance(content, bytes | str):
        raise BadArgument(f"attachment {name!r} is {content!r}; wanted bytes, or text")
    charset = "; charset=utf-8" if isinstance(content, str) else ""
    octets = content.encode() if isinstance(content, str) else content
    media_type, packing = _types().guess_type(name)
    if packing is not None:  # RFC 2046 knows no content that is packed on its way
        media_type = _PACKINGS.get(packing, "application/octet-stream")
    media_type = media_type or ("text/plain" if charset else "application/octet-stream")
    if media_type.startswith("message/"):  # RFC 2046 §5.2.1: not to be encoded
        encoding = "8bit"
    else:
        encoding = "base64"
        octets = encodebytes(octets).replace(b"\n", b"\r\n")
    return (
        f"Content-Type: {media_type}{charset if media_type.startswith('text/') else ''}\r\n"
        f"Content-Transfer-Encoding: {encoding}\r\n"
        f"Content-Disposition: attachment; {_filename(name)}\r\n\r\n"
    ).encode() + octets


@cache
def _types() -> mimetypes.MimeTypes:
    """Return Python's own table; the machine's would make messages differ between machines."""
    types = mimetypes.MimeTypes()
    types.add_type("text/calendar", ".ics")
    return types


def _filename(name: str) -> str:
    if name.isascii() and name.isprintable():
        escaped = name.replace("\\", "\\\\").replace('"', '\\"')
        return f'filename="{escaped}"'
    return f"filename*=utf-8''{quote(name, safe='')}"
