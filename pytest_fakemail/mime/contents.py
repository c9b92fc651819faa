"""Which part of a message is its text, its HTML, an attachment or an invitation.

RFC 2046 §5 says what multiparts mean; the rest follows mail readers: a text without a file
name is read, one with a file name is a file, and one that is inline with a file name is both.
"""

from collections.abc import Iterable

from pytest_fakemail.dataclass import dataclass, field
from pytest_fakemail.mime import transfer
from pytest_fakemail.mime.attachments import Attachment, content_of, filename_of
from pytest_fakemail.mime.parts import MESSAGE_TYPES, Part


@dataclass(slots=True)
class Contents:
    """The parts of a message by what they are to its reader, in order."""

    texts: list[Part] = field(default_factory=list)
    htmls: list[Part] = field(default_factory=list)
    calendars: list[Part] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    messages: list[bytes] = field(default_factory=list)

    def add(self, others: Iterable["Contents"]) -> None:
        """Take in what was found elsewhere, all but texts and HTML."""
        for other in others:
            self.calendars += other.calendars
            self.attachments += other.attachments
            self.messages += other.messages


def contents(part: Part) -> Contents:
    """Sort the parts of a message.  `parts` bounds how deep they nest."""
    found = Contents()
    _sort(part, found, is_body=True)
    return found


def _sort(part: Part, found: Contents, *, is_body: bool = False) -> None:
    """Sort a part and those in it; `is_body`: its place says that it is there to be read."""
    subtype = part.content_type.subtype.lower()
    if part.is_message:
        found.messages += _messages_in(part)
        found.attachments.append(Attachment(part, is_inline=_disposition(part) == b"inline"))
    elif not part.children:
        _sort_leaf(part, found, is_body=is_body)
    elif subtype == b"alternative":
        _sort_alternatives(part, found)
    elif subtype == b"related":
        _sort_related(part, found)
    else:  # RFC 2046 §5.1.3: any other multipart is read as mixed
        for child in part.children:
            _sort(child, found)


def _messages_in(part: Part) -> list[bytes]:
    """Return the message that a part is, in a list of one or none."""
    if part.is_message:
        return [child.raw[child.start : child.end] for child in part.children]
    is_encoded = part.encoding.lower() not in transfer.IDENTITY
    # RFC 2046 §5.2.1 forbids to encode a message, and some do.
    return [content_of(part)] if is_encoded and part.content_type.name in MESSAGE_TYPES else []


def _sort_alternatives(part: Part, found: Contents) -> None:
    branches: list[Contents] = []
    for child in part.children:
        branch = Contents()
        _sort(child, branch, is_body=True)
        branches.append(branch)
    # The last alternative is the richest, the first the plainest (RFC 2046 §5.1.4).
    found.texts += next((branch.texts for branch in branches if branch.texts), [])
    found.htmls += next((branch.htmls for branch in reversed(branches) if branch.htmls), [])
    found.add(branches)


def _sort_related(part: Part, found: Contents) -> None:
    start = part.content_type.text(b"start")
    root = next(
        (child for child in part.children if start and child.described.id == start.encode()),
        part.children[0],
    )
    _sort(root, found, is_body=True)
    for child in part.children:
        if child is not root:
            is_inline = _disposition(child) != b"attachment"
            found.attachments.append(Attachment(child, is_inline=is_inline))
            found.messages += _messages_in(child)


def _sort_leaf(part: Part, found: Contents, *, is_body: bool) -> None:
    name = part.content_type.name
    is_multipart = part.content_type.type.lower() == b"multipart"
    is_calendar = name in {b"text/calendar", b"application/ics"}
    if is_calendar:
        found.calendars.append(part)
    found.messages += _messages_in(part)
    is_inline = _disposition(part) == b"inline"
    is_file = _is_file(part, is_body=is_body)
    if is_file:
        found.attachments.append(Attachment(part, is_inline=is_inline))
    if is_file and not is_inline:
        return
    # RFC 2183 §2.1: what is inline is read where it stands, whatever its name.
    if name == b"text/html":
        found.htmls.append(part)
    elif name == b"text/plain" or is_multipart:
        # A multipart without a part in it is broken, and shown for what it is.
        found.texts.append(part)
    elif not (is_file or is_calendar or (is_body and name.startswith(b"text/"))):
        found.attachments.append(Attachment(part, is_inline=is_inline))


def _is_file(part: Part, *, is_body: bool) -> bool:
    disposition = _disposition(part)
    if disposition == b"":
        return filename_of(part) is not None and not is_body
    # RFC 2183 §2.8: an unknown disposition is an attachment.
    return disposition != b"inline" or (filename_of(part) is not None and not is_body)


def _disposition(part: Part) -> bytes:
    given = part.described.disposition
    return given.kind.lower() if given else b""
