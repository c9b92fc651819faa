"""Flaws of the structure: parts that do not end, octets that are not what they are said to be."""

import re
from collections.abc import Iterator

from pytest_fakemail.mime import charsets, transfer
from pytest_fakemail.mime.attachments import filename_of
from pytest_fakemail.mime.flaws.flaw import Flaw, flaw
from pytest_fakemail.mime.flaws.header import field_flaws
from pytest_fakemail.mime.headers import Headers, body_start
from pytest_fakemail.mime.parts import Part, parse

_LONGEST_LINE = 998
_LATIN_1 = {"iso-8859-1", "latin1", "latin-1"}
_C1 = re.compile(rb"[\x80-\x9f]")
_KNOWN = {b"7bit", b"8bit", b"binary", b"base64", b"quoted-printable"}
_BARE = re.compile(rb"(?<!\r)\n|\r(?!\n)")
_LONG = re.compile(rb"[^\n]{%d,}" % (_LONGEST_LINE + 2))
_BROKEN_QP = re.compile(rb"=(?![0-9A-Fa-f]{2}|[ \t]*\r?(?:\n|\Z))")
_NO_BASE64 = re.compile(rb"[^A-Za-z0-9+/=\s]")


def structure_flaws(raw: bytes, *, is_utf8: bool) -> Iterator[Flaw]:
    """Yield what is wrong with how a message is put together; `is_utf8` as in `header_flaws`."""
    if _BARE.search(raw):
        yield flaw("bare-newline", "a line that does not end in CRLF")
    body = raw[body_start(raw) :]
    longest = _LONG.search(body)
    if longest is not None:
        yield flaw("line-too-long", f"{len(longest[0].rstrip())} octets in a line of the body")
    root = parse(raw)
    headers = Headers(raw[: body_start(raw)])
    is_mime = b"content-type" in headers or b"content-transfer-encoding" in headers
    if is_mime and b"mime-version" not in headers:
        yield flaw("mime-version-missing", "Content- fields, and no MIME-Version")
    waiting = [root]
    while waiting:
        part = waiting.pop(0)
        waiting += part.children
        if part is not root:
            yield from field_flaws(part.headers, is_utf8=is_utf8)
        yield from _part(part)


def _part(part: Part) -> Iterator[Flaw]:
    kind = part.content_type.name.decode("ascii", "replace")
    if kind.startswith("multipart/"):
        yield from _multipart(part, kind)
        return
    if part.children:
        return
    encoding = part.encoding.strip().lower()
    if kind.startswith("message/") and encoding in (b"base64", b"quoted-printable"):
        yield flaw("message-encoded", f"a {kind} in {encoding.decode()}")
    if encoding not in _KNOWN:
        shown = part.encoding.decode("utf-8", "replace")
        yield flaw("encoding-unknown", f"Content-Transfer-Encoding {shown!r} of a {kind}")
        return
    if encoding not in (b"8bit", b"binary") and not part.body.isascii():
        yield flaw(
            "8bit-undeclared", f"octets beyond ASCII in a {kind} that says {encoding.decode()}"
        )
    if encoding == b"quoted-printable" and _BROKEN_QP.search(part.body):
        yield flaw("encoding-broken", f"a {kind} in quoted-printable has an = that means nothing")
    if encoding == b"base64" and _NO_BASE64.search(part.body):
        yield flaw("encoding-broken", f"a {kind} in base64 has other characters in it")
    if kind.startswith("text/"):
        yield from _charset(part, kind)


def _multipart(part: Part, kind: str) -> Iterator[Flaw]:
    boundary = part.content_type.text(b"boundary") or ""
    if not part.children:
        yield flaw("multipart-empty", f"no part in a {kind}")
    elif any(child.content_type.text(b"boundary") == boundary for child in part.children):
        yield flaw("boundary-repeated", f"a {kind} has the boundary of the one around it")
    elif f"--{boundary}--".encode("utf-8", "replace") not in part.body:
        yield flaw("multipart-unclosed", f"the last boundary of a {kind} never comes")


def _charset(part: Part, kind: str) -> Iterator[Flaw]:
    label = part.content_type.text(b"charset") or ""
    if not label and filename_of(part) is not None:
        return  # a file is what it is
    label = label or "us-ascii"
    codec = charsets.codec(label)
    if codec is None:
        yield flaw("charset-wrong", f"nobody knows the charset {label!r} of a {kind}")
        return
    octets = transfer.decode(part.body, part.encoding)
    if label.lower() in _LATIN_1 and _C1.search(octets):
        yield flaw("charset-wrong", f"a {kind} says {label} and is windows-1252")
    try:
        octets.decode("ascii" if label.lower() == "us-ascii" else codec)
    except (UnicodeDecodeError, LookupError):
        yield flaw("charset-wrong", f"a {kind} says {label} and is not")
