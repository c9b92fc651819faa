"""The attachments of a mail, to be had by place or by file name."""

from collections.abc import Iterator, Sequence
from typing import overload

from pytest_fakemail.errors import UnmetExpectation, nearest_spelling
from pytest_fakemail.mime import transfer, words
from pytest_fakemail.mime.header_end import missing_end
from pytest_fakemail.mime.parts import Part
from pytest_fakemail.mime.text import decoded, with_newlines
from pytest_fakemail.spelling import Spelt
from pytest_fakemail.visible import visible


def filename_of(part: Part) -> str | None:
    """Return the file name that a part gives itself (RFC 2183 §2.3, RFC 2231), or None."""
    disposition = part.described.disposition
    filename = disposition.text(b"filename") if disposition else None
    # Content-Type's name is older than Content-Disposition and still written beside it.
    return filename or part.content_type.text(b"name") or None


def content_of(part: Part) -> bytes:
    """Return the octets of a part, decoded; they may begin without an empty line."""
    start = missing_end(part.raw, part.start, part.header_end)
    body = part.body if start is None else part.raw[start : part.end]
    return transfer.decode(body, part.encoding)


def text_of(part: Part) -> str:
    r"""Return the text of a part, whatever its charset claims; lines end in ``\n``."""
    octets = content_of(part)
    return with_newlines(decoded(octets, part.content_type.text(b"charset") or ""))


class Attachment(Spelt):
    """A file that came with a mail, shown in its place (`is_inline`) or beside it."""

    __slots__ = ("_part", "is_inline")

    def __init__(self, part: Part, *, is_inline: bool) -> None:
        self._part = part
        self.is_inline = is_inline

    def __repr__(self) -> str:
        kind = visible(self.content_type)
        return f"<Attachment {self.filename!r} {kind} {len(self.content)} octets>"

    @property
    def filename(self) -> str | None:
        """The file name, decoded and otherwise as the sender wrote it; None without one."""
        return filename_of(self._part)

    @property
    def content_type(self) -> str:
        """The media type in lower case, without parameters: ``"application/pdf"``."""
        return self._part.content_type.name.decode("ascii", "replace")

    @property
    def content(self) -> bytes:
        """The octets of the file, its transfer encoding undone."""
        return content_of(self._part)

    @property
    def text(self) -> str:
        r"""The content as text in its charset, whatever the type; lines end in ``\n``."""
        return text_of(self._part)

    @property
    def content_id(self) -> str | None:
        """The Content-ID without angle brackets, by which HTML refers to it; None without one."""
        given = self._part.described.id
        return words.decode(given).strip().removeprefix("<").removesuffix(">") if given else None


class Attachments(Spelt):
    """A sequence of attachments, which knows them by file name too.

    ``attachments["invoice.pdf"]``, ``attachments[0]``, ``"invoice.pdf" in attachments``.  It
    is no `Sequence` by type, where a checker would take a name for no possible element.
    """

    __slots__ = ("_all",)

    def __init__(self, attachments: Sequence[Attachment] = ()) -> None:
        self._all = list(attachments)

    def __len__(self) -> int:
        return len(self._all)

    def __iter__(self) -> Iterator[Attachment]:
        return iter(self._all)

    def __repr__(self) -> str:
        return repr(self._all)

    def __contains__(self, wanted: object) -> bool:
        """Whether there is one of this file name, or this very one."""
        return wanted in self._all or (wanted is not None and wanted in self.names)

    @property
    def names(self) -> list[str | None]:
        """The file names, None for an attachment without one."""
        return [attachment.filename for attachment in self]

    @overload
    def __getitem__(self, wanted: int | str) -> Attachment: ...
    @overload
    def __getitem__(self, wanted: slice) -> "Attachments": ...
    def __getitem__(self, wanted: int | str | slice) -> "Attachment | Attachments":
        """Return one by its place or its file name, or some by their places.

        Raises:
            IndexError: no such place.
            UnmetExpectation: no attachment of this name, or several.
        """
        if isinstance(wanted, slice):
            return Attachments(self._all[wanted])
        if isinstance(wanted, str):
            return self._named(wanted)
        __tracebackhide__ = True  # pytest then shows the line that asked
        try:
            return self._all[wanted]
        except IndexError:
            raise IndexError(f"no attachments[{wanted}]; there is {len(self._all)}") from None

    def _named(self, name: str) -> Attachment:
        found = [attachment for attachment in self if attachment.filename == name]
        if len(found) == 1:
            return found[0]
        if found:
            raise UnmetExpectation(f"{len(found)} attachments are named {name!r}, wanted one")
        guess = nearest_spelling(name, filter(None, self.names)) if len(self._all) > 1 else ""
        there = ", ".join(map(repr, self.names)) or "none"
        raise UnmetExpectation(f"no attachment {name!r}; {guess}there is {there}")
