"""Whether a message can be searched as it lies: plain ASCII in which nothing is encoded.

Nearly no message has the text that a search is for.  In one that is clear the octets say so,
without a look at its fields or parts; what they do not rule out is looked for the long way.
"""

import re

from pytest_fakemail.mime.headers import find_empty_line
from pytest_fakemail.store.content import Content

_BACKSLASH, _PARENTHESIS, _QUESTION = b"\\(?"  # as `headers.LF`
_RUN = re.compile(rb"[a-z0-9]+")
_CHARSET = re.compile(
    rb'charset[ \t]*=[ \t]*"?(?:utf-8|us-ascii|iso-8859-[0-9]{1,2}|windows-125[0-9])(?=["\s;])'
)
# The names of all content-transfer encodings that `mime.transfer` undoes have one of these.
_ENCODINGS = (b"base64", b"quoted-printable", b"uue")
_HOLDERS = (b"multipart", b"message/")
_may_have_route = re.compile(rb"<[ \t\r\n]*+@").search
_LONGEST_HEADER = 64 * 1024


def longest_run(octets: bytes | None) -> bytes | None:
    """Return the longest run of letters and digits in a folded text; None if it is not ASCII.

    No fold, comment, quotation mark or blank that is dropped in reading stands inside of one.
    """
    return None if octets is None else max(_RUN.findall(octets), key=len, default=b"")


def is_ruled_out_of_header(content: Content, run: bytes | None) -> bool:
    """Whether no field of a message's header can have a text with this run, by its octets."""
    if run == b"" or content.is_header_clear is False:
        return False
    header = content.raw[: content.body_start]
    if content.is_header_clear is None:
        content.is_header_clear = _is_header_clear(header)
        if not content.is_header_clear:
            return False
    return run is None or run not in header.lower().replace(b'"', b"")


def _is_header_clear(header: bytes) -> bool:
    """Whether the text of a header is its octets.

    Quotation marks are dropped by who reads addresses; comments and backslashes may be, in
    the middle of a word, and blanks within a route.
    """
    if (
        len(header) > _LONGEST_HEADER
        or not header.isascii()
        or _BACKSLASH in header
        or _PARENTHESIS in header
    ):
        return False
    has_encoded = _QUESTION in header and b"=?" in header.replace(b'"', b"")
    return not has_encoded and _may_have_route(header.replace(b'"', b"")) is None


def is_ruled_out(content: Content, octets: bytes | None) -> bool:
    """Whether no body in the message can have this folded text (None: no ASCII), by its octets."""
    if content.is_clear is False:
        return False
    lowered = content.raw.lower()
    if content.is_clear is None:
        content.is_clear = content.raw.isascii() and _is_clear(lowered)
    return content.is_clear and (octets is None or octets not in lowered)


def _is_clear(lowered: bytes) -> bool:
    """Whether the text of each body in a message of ASCII is its octets."""
    end = find_empty_line(lowered, 0, _LONGEST_HEADER)
    header = lowered if end is None else lowered[: end.end()]
    # Only the header speaks for a message that has no parts.
    said = lowered if any(holder in header for holder in _HOLDERS) else header
    if any(encoding in said for encoding in _ENCODINGS):
        return False
    named = said.count(b"charset")
    return not named or len(_CHARSET.findall(said)) == named
