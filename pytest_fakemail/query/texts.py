"""A text that is looked for, and the places in a message where it may stand.

Compared without regard to case and to the way that a character is written (RFC 5051's
i;unicode-casemap, nearly): ``STRASSE`` is in ``Straße``, ``cafe`` in ``Café``.  Octets that
are plain ASCII are compared as they are; only what is encoded is decoded.

A field is searched as it stands in the header, and as ENVELOPE has it (RFC 9051 §6.4.4 speaks
of "the envelope structure's SUBJECT field"): a tab, which folding leaves, is a blank there, and
addresses are without comments, quotes and the blanks in them.
"""

import re
from datetime import date, datetime
from functools import lru_cache
from unicodedata import normalize

from pytest_fakemail.mime import charsets, dates, headers, threading, transfer, words
from pytest_fakemail.mime.addresses import (
    MISSING_DOMAIN,
    MISSING_MAILBOX,
    Address,
    address_list,
)
from pytest_fakemail.mime.headers import Headers, unfolded
from pytest_fakemail.mime.parts import Part
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


def folded(text: str) -> str:
    """Return the text such that two that are the same to a reader are equal."""
    return text.lower() if text.isascii() else normalize("NFKD", text).casefold()


def field_folded(text: str) -> str:
    """Return the text of a field, or one that is looked for there: folded, with blanks for tabs."""
    return folded(text.replace("\t", " ") if "\t" in text else text)


class Needle:
    """A text that is looked for: folded, and in octets if it is ASCII then.

    `line` and `line_octets` are the same for header fields, with blanks for tabs.
    """

    __slots__ = ("line", "line_octets", "octets", "text", "word")

    def __init__(self, text: str) -> None:
        self.text = folded(text)
        self.octets = self.text.encode() if self.text.isascii() else None
        self.line = field_folded(text)
        self.line_octets = self.line.encode() if self.line.isascii() else None
        # A header can be folded at any blank, but not within a word.
        self.word = max((self.octets or b"").split(), key=len, default=b"")


def field_text(content: Content, name: bytes) -> str | None:
    """Return the folded text of the fields of one name (in lower case), `None` without any."""
    if name not in _KEPT:
        return _field_text(content, name)
    key = f"query {name.decode()}"
    kept = content.rendered
    if key not in kept:
        kept[key] = _field_text(content, name)
    text: str | None = kept[key]
    return text


def sent_date(content: Content) -> datetime | None:
    """Return the time in the Date field; `None` if it says none."""
    kept = content.rendered
    if _SENT not in kept:
        value = first_value(content, b"date")
        kept[_SENT] = None if value is None else dates.parse(value)
    sent: datetime | None = kept[_SENT]
    return sent


def sent_day(message: Message) -> date | None:
    """Return the day as the sender wrote it, whatever the zone.

    None without one: RFC 9051 §6.4.4 speaks of messages whose Date field is earlier, and one
    that has none is neither earlier nor later.
    """
    sent = sent_date(message.content)
    return None if sent is None else sent.date()


def base_subject(content: Content) -> tuple[str, bool]:
    """Return the folded base subject, and whether the message is an answer or forwarded."""
    marked = marked_subject(content)
    return marked[1:], marked[0] == REPLY


def marked_subject(content: Content) -> str:
    """Return the folded base subject behind `REPLY` or `NO_REPLY`; once read, it is kept."""
    rendered = content.rendered
    marked: str | None = rendered.get(_SUBJECT)
    if marked is None:
        value = headers.first_value(content.raw, b"subject", content.body_start) or b""
        is_plain = value.isascii() and b"=?" not in value
        text = value.decode("ascii") if is_plain else words.decode(value)
        subject, is_reply = threading.base_subject(text)
        marked = (REPLY if is_reply else NO_REPLY) + folded(subject)
        rendered[_SUBJECT] = marked
    return marked


def first_value(content: Content, name: bytes) -> bytes | None:
    """Return the first field of this name (in lower case) in a message's header, unfolded."""
    return headers.first_value(content.raw, name, content.body_start)


def _field_text(content: Content, name: bytes) -> str | None:
    found = headers.values(content.raw[: content.body_start], name)
    if not found:
        return None
    pieces = [words.decode(value) for value in found]
    if name in _ADDRESS_FIELDS:
        unlike = [one for one in found if _needs_reading(one) or not one.isascii()]
        pieces += [_written(one) for value in unlike for one in address_list(value)]
    # The separator is no part of any text that is looked for: IMAP knows no NUL.
    return field_folded("\0".join(pieces))


def _written(address: Address) -> str:
    """Return an address as ENVELOPE has it, in one piece: ``name <mailbox@host>``."""
    name, route, mailbox, host = address
    is_whole = mailbox != MISSING_MAILBOX and host != MISSING_DOMAIN  # words that no one wrote
    halves = (half for half in (mailbox, host) if half not in {MISSING_MAILBOX, MISSING_DOMAIN})
    spec = ("@" if is_whole else "\0").join(words.decode(half) for half in halves if half)
    if route:
        spec = f"{words.decode(route)}:{spec}"
    return f"{words.decode(name)} <{spec}>" if name else spec


def header_contains(block: bytes, needle: Needle) -> bool:
    """Whether a header has the needle in any field, names included."""
    if block.isascii() and b"=?" not in block:
        if needle.line_octets is None or needle.word not in (lowered := block.lower()):
            return False
        return needle.line_octets in _FOLD.sub(b"", lowered).replace(b"\t", b" ")
    return any(
        _line_contains(field.name + b": " + unfolded(field.value), needle)
        for field in Headers(block)
    )


def _line_contains(line: bytes, needle: Needle) -> bool:
    if line.isascii() and b"=?" not in line:
        octets = needle.line_octets
        return octets is not None and octets in line.lower().replace(b"\t", b" ")
    return needle.line in field_folded(words.decode(line))


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
        return needle.octets is not None and needle.octets in body.lower()
    return needle.text in folded(charsets.decode(body, charset))


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
