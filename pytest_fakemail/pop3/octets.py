"""A message as POP3 sends it: lines that end with CRLF, dots stuffed, and its size.

A message is stored as it arrived, and may have bare LFs or an unfinished last line.  On
the wire every line ends with CRLF (RFC 1939 §3), or a client that reads up to LF could
take an LF.LF inside for the end.  The size counts what is sent, without the stuffing
(RFC 1939 §5, LIST; RFC 6856 §2.1).
"""

from pytest_fakemail.store.content import Content

_OCTETS = "pop3 octets"
_IS_PLAIN = "pop3 is plain"


def octets(content: Content) -> int:
    """Return the message's size; counted once for each content."""
    size: int | None = content.rendered.get(_OCTETS)
    if size is None:
        size = size_of(content.raw)
        content.keep(_OCTETS, size)
    return size


def size_of(raw: bytes) -> int:
    """Return how many octets a message is with CRLF at the end of every line."""
    bare = raw.count(b"\n") - raw.count(b"\r\n")
    unfinished = 2 if raw and not raw.endswith(b"\n") else 0
    return len(raw) + bare + unfinished


def stuffed(content: Content) -> bytes:
    """Return the lines as RETR sends them, up to the dot that ends them."""
    raw = content.raw
    if is_plain(content):
        return raw
    return _stuffed(raw if octets(content) == len(raw) else _normalised(raw))


def is_plain(content: Content) -> bool:
    """Whether a message is sent as it lies; found out once for each content."""
    found: bool | None = content.rendered.get(_IS_PLAIN)
    if found is None:
        raw = content.raw
        found = octets(content) == len(raw) and not raw.startswith(b".") and b"\n." not in raw
        content.keep(_IS_PLAIN, found)
    return found


def top(content: Content, line_count: int) -> bytes:
    """Return the header, the empty line and so many lines of the body, as TOP sends them."""
    raw = content.raw
    end = content.body_start
    # Some clients say 99999999 instead of RETR.
    if line_count > _MANY_LINES and line_count > raw.count(b"\n", end):
        return stuffed(content)
    for _ in range(line_count):
        end = raw.find(b"\n", end) + 1
        if not end:
            return stuffed(content)
    if is_plain(content):
        return raw[:end]
    return _stuffed(raw[:end] if octets(content) == len(raw) else _normalised(raw[:end]))


_MANY_LINES = 100


def needs_utf8(content: Content) -> bool:
    """Whether the header is UTF-8 beyond ASCII, which only UTF-8 mode may carry (RFC 6856 §2.1).

    A header in some other charset was never allowed; it is sent as it is, as ever.
    """
    raw = content.raw
    if raw.isascii():
        return False
    header = raw[: content.body_start]
    if header.isascii():
        return False
    try:
        header.decode()
    except UnicodeDecodeError:
        return False
    return True


def _normalised(raw: bytes) -> bytes:
    text = raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    return text if not text or text.endswith(b"\n") else text + b"\r\n"


def _stuffed(text: bytes) -> bytes:
    if b"\n." in text:
        text = text.replace(b"\n.", b"\n..")
    return b"." + text if text.startswith(b".") else text
