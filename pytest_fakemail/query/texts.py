"""A text that is looked for, and the places in a message where it may stand.

Compared as a comparator wants it, by default without regard to case and to the way that a
character is written: ``cafe`` is in ``Café``.  Octets that are plain ASCII are compared as they
are; only what is encoded is decoded.  What no charset makes a text of is read as best it can be,
and compared by its octets as well (RFC 5255 §4.6).

A field is searched as it stands in the header, and as ENVELOPE has it (RFC 9051 §6.4.4 speaks
of "the envelope structure's SUBJECT field"): a tab, which folding leaves, is a blank there, and
addresses are without comments, quotes and the blanks in them.  Several blanks, which folding
leaves as well, are one, too, as Dovecot has it for a field that is searched by its name.
"""

import re
from collections.abc import Callable
from datetime import date, datetime
from functools import lru_cache

from pytest_fakemail.mime import charsets, dates, named_fields, threading, transfer, words
from pytest_fakemail.mime.addresses import (
    MISSING_DOMAIN,
    MISSING_MAILBOX,
    Address,
    address_list,
)
from pytest_fakemail.mime.headers import Headers, unfolded
from pytest_fakemail.mime.parts import Part
from pytest_fakemail.query.comparators import CASEMAP, UNCONVERTED, Comparator
from pytest_fakemail.store.content import Content
from pytest_fakemail.store.message import Message

# Nothing that the garbage collector would have to look at is kept with a content: neither a
# tuple nor a list, of which a big mailbox would have hundreds of thousands.
_SENT = "query sent"
_SUBJECT = "query base subject"
REPLY, NO_REPLY = "R", "-"

_FOLD = re.compile(rb"\r?\n(?=[ \t])")
_KEPT = frozenset({b"subject", b"from", b"to", b"cc", b"bcc", b"message-id"})
_ADDRESS_FIELDS = frozenset({b"from", b"sender", b"reply-to", b"to", b"cc", b"bcc"})
# Octets that may make addresses read otherwise than they stand there: quotes, comments,
# escapes, and blanks other than one between the words of a name.
_needs_reading = re.compile(rb'["(\\]|\s[\s@.>,;:]|[@.<:]\s|[\t\r\n]').search
_SEARCHED_TYPES = frozenset({b"text", b"message"})
_SEVERAL_BLANKS = re.compile(r"  +")


def _blank(text: str) -> str:
    """Return the text of a field, or one that is looked for there, with blanks for tabs."""
    return text.replace("\t", " ") if "\t" in text else text


class Needle:
    """A text that is looked for: as it is compared, and in octets.

    `octets` are what is looked for in plain ASCII: in small letters, unless `is_exact`; None for
    a text that no ASCII has in it.  Where they are not when all is `lowered`, they are not at all.
    `raw` are those that stand in no charset.  `line` and `line_octets` are the same as `text` and
    `octets` for header fields, with blanks for tabs.
    """

    __slots__ = (
        "comparator",
        "is_exact",
        "line",
        "line_octets",
        "lowered",
        "octets",
        "raw",
        "text",
        "word",
    )

    def __init__(self, text: str, comparator: Comparator = CASEMAP) -> None:
        self.comparator = comparator
        self.is_exact = comparator.is_exact
        self.raw = text.encode(errors="surrogatepass")
        self.text = comparator.mapped(text)
        self.octets = self._plain(self.text)
        self.lowered = None if self.octets is None else self.octets.lower()
        self.line = comparator.mapped(_blank(text))
        self.line_octets = self._plain(self.line)
        # A header can be folded at any blank, but not within a word.
        self.word = max((self.octets or b"").split(), key=len, default=b"")

    def _plain(self, mapped: str) -> bytes | None:
        if self.is_exact:
            return mapped.encode() if mapped.isascii() else None
        # Small letters come from decompositions: no letter is mapped to them.
        return mapped.lower().encode() if mapped.isascii() and mapped == mapped.upper() else None


def field_text(content: Content, name: bytes) -> str | None:
    """Return the text of the fields of one name (in lower case), as the default comparator has it.

    `None` without any.  Behind `UNCONVERTED` are octets that no charset makes a text of.
    """
    if name not in _KEPT:
        return read_field(content, name, CASEMAP)
    key = f"query {name.decode()}"
    if key not in content.rendered:
        content.keep(key, read_field(content, name, CASEMAP))
    text: str | None = content.rendered[key]
    return text


def sent_date(content: Content) -> datetime | None:
    """Return the time in the Date field; `None` if it says none."""
    if _SENT not in content.rendered:
        value = first_value(content, b"date")
        content.keep(_SENT, None if value is None else dates.parse(value))
    sent: datetime | None = content.rendered[_SENT]
    return sent


def sent_day(message: Message) -> date | None:
    """Return the day as the sender wrote it, whatever the zone.

    None without one: RFC 9051 §6.4.4 speaks of messages whose Date field is earlier, and one
    that has none is neither earlier nor later.
    """
    sent = sent_date(message.content)
    return None if sent is None else sent.date()


def marked_subject(content: Content) -> str:
    """Return the base subject behind `REPLY` or `NO_REPLY`, as the default comparator has it.

    Once read, it is kept.
    """
    marked: str | None = content.rendered.get(_SUBJECT)
    if marked is None:
        value = named_fields.first_value(content.raw, b"subject", content.body_start) or b""
        if value.isascii() and b"=?" not in value:
            subject, is_reply = threading.base_subject(value.decode("ascii"))
            marked = (REPLY if is_reply else NO_REPLY) + subject.upper()
        else:
            marked = _read_subject(CASEMAP, value)
        content.keep(_SUBJECT, marked)
    return marked


def subject_of(comparator: Comparator) -> Callable[[Content], str]:
    """Return what does as `marked_subject` does, by this comparator."""
    if comparator is CASEMAP:
        return marked_subject
    return lambda content: _read_subject(comparator, first_value(content, b"subject") or b"")


def _read_subject(comparator: Comparator, value: bytes) -> str:
    text = words.decode(value)
    octets = words.unconverted(value, text)
    if octets is None:
        subject, is_reply = threading.base_subject(text)
        subject = comparator.mapped(subject)
    else:
        subject, is_reply = threading.base_subject(octets.decode("latin-1"))
        subject = UNCONVERTED + subject
    return (REPLY if is_reply else NO_REPLY) + subject


def collated(value: bytes, comparator: Comparator) -> str:
    """Return what a text in a header field is sorted by: what is no text behind all that are."""
    text = words.decode(value)
    octets = words.unconverted(value, text)
    return comparator.mapped(text) if octets is None else UNCONVERTED + octets.decode("latin-1")


def first_value(content: Content, name: bytes) -> bytes | None:
    """Return the first field of this name (in lower case) in a message's header, unfolded."""
    return named_fields.first_value(content.raw, name, content.body_start)


def read_field(content: Content, name: bytes, comparator: Comparator) -> str | None:
    """Return what `field_text` does, as any comparator has it."""
    found = named_fields.values(content.raw[: content.body_start], name)
    if not found:
        return None
    pieces = [words.decode(value) for value in found]
    octets = words.unconverted(b"\0".join(found), "\0".join(pieces))
    if name in _ADDRESS_FIELDS:
        unlike = [one for one in found if _needs_reading(one) or not one.isascii()]
        pieces += [_written(one) for value in unlike for one in address_list(value)]
    # The separator is no part of any text that is looked for: IMAP knows no NUL.
    lines = [_blank(piece) for piece in pieces]
    lines += [_SEVERAL_BLANKS.sub(" ", line) for line in lines if "  " in line]
    text = comparator.mapped("\0".join(lines))
    return text if octets is None else text + UNCONVERTED + octets.decode("latin-1")


def _written(address: Address) -> str:
    """Return an address as ENVELOPE has it, in one piece: ``name <mailbox@host>``."""
    name, route, mailbox, host = address
    is_whole = mailbox != MISSING_MAILBOX and host != MISSING_DOMAIN  # words that no one wrote
    halves = (half for half in (mailbox, host) if half not in {MISSING_MAILBOX, MISSING_DOMAIN})
    spec = ("@" if is_whole else "\0").join(words.decode(half) for half in halves if half)
    if route:
        spec = f"{words.decode(route)}:{spec}"
    return f"{words.decode(name)} <{spec}>" if name else spec


def is_in_octets(text: str, needle: Needle) -> bool:
    """Whether what `field_text` returned has octets in no charset, and they have the needle."""
    if UNCONVERTED not in text:
        return False
    return needle.raw.decode("latin-1") in text.rpartition(UNCONVERTED)[2]


def header_contains(block: bytes, needle: Needle) -> bool:
    """Whether a header has the needle in any field, names included."""
    if block.isascii() and b"=?" not in block:
        plain = block if needle.is_exact else block.lower()
        if needle.line_octets is None or needle.word not in plain:
            return False
        return needle.line_octets in _FOLD.sub(b"", plain).replace(b"\t", b" ")
    return any(
        _line_contains(field.name + b": " + unfolded(field.value), needle)
        for field in Headers(block)
    )


def _line_contains(line: bytes, needle: Needle) -> bool:
    if line.isascii() and b"=?" not in line:
        plain = line if needle.is_exact else line.lower()
        octets = needle.line_octets
        return octets is not None and octets in plain.replace(b"\t", b" ")
    text = words.decode(line)
    if needle.line in needle.comparator.mapped(_blank(text)):
        return True
    raw = words.unconverted(line, text)
    return raw is not None and needle.raw in raw


def body_contains(message: Part, needle: Needle) -> bool:
    """Whether the body of a text or message part, decoded, has the needle.

    As in Dovecot, headers inside the body, text around the parts, and parts of other
    types are left out.
    """
    if not message.children:
        return _part_contains(message, needle)
    return any(_part_contains(part, needle) for part in message.walk() if not part.children)


def text_contains(message: Part, needle: Needle) -> bool:
    """Whether any header in the message or the body of any text part has the needle."""
    return any(
        header_contains(part.raw[part.start : part.header_end], needle) for part in message.walk()
    ) or body_contains(message, needle)


def body_text(part: Part) -> str | None:
    """Return the text of a part that has no others in it; None if its type is not searched."""
    kind = part.content_type
    if kind.type.lower() not in _SEARCHED_TYPES:
        return None
    body = transfer.decode(part.body, part.encoding)
    return charsets.decode(body, kind.text(b"charset") or "")


def _part_contains(part: Part, needle: Needle) -> bool:
    kind = part.content_type
    if kind.type.lower() not in _SEARCHED_TYPES:
        return False
    body = transfer.decode(part.body, part.encoding)
    charset = kind.text(b"charset") or ""
    if body.isascii() and _keeps_ascii(charset):
        octets = needle.octets
        return octets is not None and octets in (body if needle.is_exact else body.lower())
    if needle.text in needle.comparator.mapped(charsets.decode(body, charset)):
        return True
    return needle.raw in body and not charsets.converts(body, charset)


@lru_cache(maxsize=128)
def _keeps_ascii(charset: str) -> bool:
    """Whether octets that look like ASCII are ASCII: not so in ISO-2022-JP, UTF-7, EBCDIC."""
    name = charsets.codec(charset)
    if name is None:
        return True
    if name.startswith(("iso2022", "hz", "utf-7")):
        return False
    ascii_octets = bytes(range(32, 127))
    return ascii_octets.decode(name, "replace") == ascii_octets.decode("ascii")
