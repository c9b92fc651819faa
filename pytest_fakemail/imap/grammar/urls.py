"""IMAP URLs that name a message or a piece of one, without a server (RFC 5092 §6, §11)."""

import re
from urllib.parse import unquote_to_bytes

from pytest_fakemail.dataclass import dataclass
from pytest_fakemail.imap.grammar.cursor import BadSyntax, Cursor
from pytest_fakemail.imap.grammar.sections import Partial, Section, section

# What may stand in a path; anything else is percent-encoded (RFC 5092 §11, bchar and "/").
_SIGNS = re.compile(rb"(?:[!$&'()*+,\-./0-9:;=@A-Z_a-z~]|%[0-9A-Fa-f]{2})+")
_WITH_SERVER = re.compile(rb"//|[A-Za-z][A-Za-z0-9+.-]*:")
_MESSAGE = re.compile(
    rb"(?P<mailbox>[^;]*?)(?:;UIDVALIDITY=(?P<uidvalidity>[1-9][0-9]{0,9}))?/?"
    rb";UID=(?P<uid>[1-9][0-9]{0,9})(?:/;SECTION=(?P<section>[^;]+?))?"
    rb"(?:/;PARTIAL=(?P<offset>[0-9]{1,18})(?:\.(?P<count>[1-9][0-9]{0,17}))?)?",
    re.IGNORECASE,
)

_TO_THE_END = 2**63 - 1


@dataclass(frozen=True, slots=True)
class MessageUrl:
    """A message of a mailbox, or a section of it, or some octets of that.

    `mailbox` is empty for the selected one; `is_absolute` tells a name that began with a slash,
    for another one is beside the selected mailbox.
    """

    mailbox: str
    is_absolute: bool
    uidvalidity: int | None
    uid: int
    section: Section = Section()
    partial: Partial | None = None


def message_url(octets: bytes) -> MessageUrl | None:
    """``imessagepart = [enc-mailbox [uidvalidity]] iuid [isection] [ipartial]``; None if not.

    With a scheme or a server it is no such URL (RFC 4469 §3).
    """
    if not _SIGNS.fullmatch(octets) or _WITH_SERVER.match(octets):
        return None
    is_absolute = octets.startswith(b"/")
    found = _MESSAGE.fullmatch(octets.removeprefix(b"/"))
    if found is None:
        return None
    count = _TO_THE_END if found["count"] is None else int(found["count"])
    try:
        return MessageUrl(
            unquote_to_bytes(found["mailbox"]).decode("utf-8"),
            is_absolute,
            None if found["uidvalidity"] is None else int(found["uidvalidity"]),
            int(found["uid"]),
            _section(found["section"] or b""),
            None if found["offset"] is None else Partial(int(found["offset"]), count),
        )
    except (BadSyntax, UnicodeDecodeError):
        return None


def _section(encoded: bytes) -> Section:
    """``enc-section``: what stands in the brackets of ``BODY[…]``, percent-encoded."""
    cursor = Cursor(b"[" + unquote_to_bytes(encoded) + b"]")
    found = section(cursor)
    cursor.end()
    return found
