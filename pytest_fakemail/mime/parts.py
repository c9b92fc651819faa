"""The parts of a message: where each begins and ends, and what it says of itself.

RFC 2045, RFC 2046.  One pass over the octets, without recursion; nothing is copied or
decoded.  A delimiter line is looked for in the innermost multipart first and closes
whatever is still open inside the one that it belongs to, so missing final delimiters,
equal boundaries and boundaries that begin like another one all have an answer.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pytest_fakemail.mime.content_fields import (
    PLAIN,
    ContentFields,
    ContentType,
    Description,
    content_fields,
)
from pytest_fakemail.mime.headers import Headers, body_start
from pytest_fakemail.mime.leaves import MAX_PARTS, leaves

MAX_DEPTH = 100
"""Parts nested this deep are leaves (Dovecot's limit)."""

MESSAGE_TYPES = frozenset({b"message/rfc822", b"message/global"})

_DIGESTED = ContentType(b"message", b"rfc822")
_OPAQUE = frozenset({b"base64", b"quoted-printable", b"x-uuencode"})


class Part:
    """A message, or a part of one: offsets into `raw`, never a copy.

    ``raw[start:header_end]`` is the header with its empty line, ``raw[header_end:end]`` the
    body.  The line break before a delimiter belongs to the delimiter.  `children` are the
    parts of a multipart, or the one message inside a message/rfc822 or message/global.
    """

    __slots__ = (
        "children",
        "content_type",
        "described",
        "encoding",
        "end",
        "header_end",
        "raw",
        "start",
    )

    raw: bytes
    start: int
    header_end: int
    end: int
    content_type: ContentType
    encoding: bytes
    described: Description
    children: tuple["Part", ...]

    def __init__(
        self,
        raw: bytes,
        start: int,
        header_end: int,
        said: ContentFields,
        default: ContentType = PLAIN,
    ) -> None:
        self.raw = raw
        self.start = start
        self.header_end = header_end
        self.end = len(raw)
        self.children = ()
        self.content_type = said.content_type or default
        self.encoding = said.encoding
        self.described = said.described

    @property
    def headers(self) -> Headers:
        """The fields, split anew at each call: cheaper than to keep them.  Hold on to it."""
        return Headers(self.raw[self.start : self.header_end], self.start)

    @property
    def body(self) -> bytes:
        """The octets of the body, not decoded."""
        return self.raw[self.header_end : self.end]

    @property
    def octets(self) -> int:
        """The size of the body."""
        return self.end - self.header_end

    @property
    def lines(self) -> int:
        """The number of line ends (LF) in the body."""
        return self.raw.count(b"\n", self.header_end, self.end)

    @property
    def is_multipart(self) -> bool:
        """Whether this is a multipart/*, if without a single part in it."""
        return self.content_type.type.lower() == b"multipart"

    @property
    def is_message(self) -> bool:
        """Whether this holds a message in the clear, not in base64: ``children[0]``."""
        return self.content_type.name in MESSAGE_TYPES and self.encoding.lower() not in _OPAQUE

    @property
    def boundary(self) -> bytes:
        """The boundary parameter, empty without one."""
        return self.content_type.boundary

    def walk(self) -> Iterator["Part"]:
        """Yield this part and all below it, in the order of the message."""
        waiting = [self]
        while waiting:
            part = waiting.pop()
            yield part
            waiting += reversed(part.children)

    def numbered(self, numbers: Sequence[int]) -> "Part | None":
        """Return the part that IMAP calls by these numbers (RFC 3501 §6.4.5), if there is one.

        To be asked of a message, not of a part in it.  The body of a message that is no
        multipart is its part 1.
        """
        holder: Part | None = self
        found: Part | None = self
        for number in numbers:
            if holder is None:
                return None
            found = _child(holder, number)
            holder = None if found is None else _holder(found)
        return found


def parse(raw: bytes) -> Part:
    """Find the parts of a message."""
    header_end = body_start(raw)
    said = content_fields(raw[:header_end])
    root = Part(raw, 0, header_end, said)
    if not said.is_leaf and not _take_leaves(root):
        Scan(root).run()
    return root


def _take_leaves(root: Part) -> bool:
    """Find the parts of a multipart that none of them has parts; say whether that is so."""
    kind = root.content_type
    found = leaves(root.raw, root.header_end, kind.boundary) if kind.may_be_flat else None
    if found is None:
        return False
    children = []
    for start, header_end, end, header in found:
        child = Part(root.raw, start, header_end, content_fields(header))
        child.end = end
        children.append(child)
    root.children = tuple(children)
    return True


def _child(part: Part, number: int) -> Part | None:
    if not part.is_multipart:
        return part if number == 1 else None
    return part.children[number - 1] if 0 < number <= len(part.children) else None


def _holder(part: Part) -> Part | None:
    """Return the part whose parts are numbered below this part's number."""
    if part.is_multipart:
        return part
    return part.children[0] if part.children else None


class _Delimiter(NamedTuple):
    """A delimiter line: where it begins, and which of `Scan.open` it belongs to."""

    place: int
    line: int


class Scan:
    """One pass over a message, delimiter line by delimiter line."""

    def __init__(self, root: Part) -> None:
        self.raw = root.raw
        self.path = [root]  # from the root to the innermost part that is open
        self.children: list[list[Part]] = [[]]  # of each part in the path
        self.open: list[tuple[bytes, int]] = []  # delimiters, with their depth in the path
        self.parts = 1
        self.blank_crlf = self.blank_lf = 0

    def run(self) -> None:
        """Find all parts."""
        position = self.enter(self.path[0])
        while self.open and self.parts < MAX_PARTS:
            delimiter = self.delimiter(position, len(self.raw))
            if delimiter is None:
                break
            position = self.cross(delimiter)
        self.close(0, len(self.raw))

    def enter(self, part: Part) -> int:
        """Open what the part at the path's end holds; return where to look for delimiters."""
        while part.is_message and len(self.path) < MAX_DEPTH:
            part = self.add(part.header_end, PLAIN)
        if part.is_multipart and part.boundary and len(self.path) < MAX_DEPTH:
            self.open.append((b"--" + part.boundary, len(self.path) - 1))
        return part.header_end

    def add(self, start: int, default: ContentType) -> Part:
        """Begin a part inside the path's last one."""
        header_end = self.body_start(start)
        delimiter = self.delimiter(start, header_end)
        if delimiter is not None:
            header_end = delimiter.line  # a header without an empty line behind it
        part = Part(
            self.raw, start, header_end, content_fields(self.raw[start:header_end]), default
        )
        self.children[-1].append(part)
        self.path.append(part)
        self.children.append([])
        self.parts += 1
        return part

    def body_start(self, start: int) -> int:
        """As `headers.body_start`, each octet searched once however many parts there are."""
        before = max(start - 1, 0)  # the line end that an empty line could follow at once
        if self.blank_crlf < before:
            self.blank_crlf = _found(self.raw, b"\n\r\n", before)
        if self.blank_lf < before:
            self.blank_lf = _found(self.raw, b"\n\n", before)
        return min(self.blank_crlf + 3, self.blank_lf + 2, len(self.raw))

    def delimiter(self, position: int, limit: int) -> _Delimiter | None:
        """Find the first delimiter line that begins in ``raw[position:limit]``.

        The boundary is the line's beginning (RFC 2046 §5.1.1); of several that fit the
        longest, and of equal ones the innermost, is meant.
        """
        raw = self.raw
        boundaries = tuple([boundary for boundary, _ in self.open])
        before = raw.find(b"\n--", max(position - 1, 0), limit)
        while before >= 0:
            line = before + 1
            if raw.startswith(boundaries, line):
                fitting = [
                    (len(boundary), place)
                    for place, boundary in enumerate(boundaries)
                    if raw.startswith(boundary, line)
                ]
                return _Delimiter(max(fitting)[1], line)
            before = raw.find(b"\n--", line, limit)
        return None

    def cross(self, delimiter: _Delimiter) -> int:
        """Close what the delimiter ends, begin what it begins; return where to go on."""
        raw = self.raw
        boundary, depth = self.open[delimiter.place]
        self.close(depth + 1, delimiter.line - _line_break(raw, delimiter.line))
        behind = delimiter.line + len(boundary)
        line_end = raw.find(b"\n", behind)
        if line_end < 0 or raw.startswith(b"--", behind):
            del self.open[delimiter.place :]
            return len(raw) if line_end < 0 else line_end
        del self.open[delimiter.place + 1 :]
        is_digest = self.path[-1].content_type.subtype.lower() == b"digest"
        return self.enter(self.add(line_end + 1, _DIGESTED if is_digest else PLAIN))

    def close(self, depth: int, end: int) -> None:
        """Close the parts of the path from this depth on.

        The line break before a delimiter is the delimiter's, also where it is the empty line of a
        part whose first part would begin behind it: that one is empty, and within the outer one.
        """
        closed = self.path[depth:]
        end = max(end, closed[0].start) if closed else end
        for part, children in zip(closed, self.children[depth:], strict=True):
            part.start = min(part.start, end)
            part.header_end = min(part.header_end, end)
            part.end = end
            part.children = tuple(children)
        del self.path[depth:], self.children[depth:]


def _found(raw: bytes, sought: bytes, start: int) -> int:
    position = raw.find(sought, start)
    return len(raw) if position < 0 else position


def _line_break(raw: bytes, line: int) -> int:
    """Return the size of the line break before a line."""
    return 2 if raw.startswith(b"\r\n", line - 2) else 1
