"""A message's octets and what was made of them; copies of a message share one Content."""

from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from pytest_fakemail.mime.headers import body_start
from pytest_fakemail.mime.named_fields import values
from pytest_fakemail.pattern import pattern
from pytest_fakemail.store.registry import Registry

if TYPE_CHECKING:
    from pytest_fakemail.mime.parts import Part

_MOST_RENDERED = 32
"""Renderings kept of a message; clients that ask for more kinds than that do not repeat them."""
_NOTHING: dict[str, Any] = {}

_NUL = 0  # as `headers.LF`
_MESSAGE_ID = pattern(rb"<[^<>\s]+>")
# RFC 5322 §3.6.4: References begins with the thread's first message; what has none may
# answer it; what answers nothing may be it.
_THREAD_FIELDS = (b"references", b"in-reply-to", b"message-id")


class Content:
    """The octets of a message, exactly as they arrived; never changed.

    `number` is the content's own in its store, from 1; `keeps_nul` makes it its own `plain`.
    `is_clear` and `is_header_clear` are what `query.clear` has found out: whether texts can be
    looked for in the octets as they lie.  `rendered` is what protocols made of the octets and need
    not make again; it is filled by `keep`.
    """

    __slots__ = (
        "_body_start",
        "_part",
        "_plain",
        "_thread_id",
        "is_clear",
        "is_header_clear",
        "number",
        "raw",
        "rendered",
    )

    def __init__(self, raw: bytes, number: int, *, keeps_nul: bool = False) -> None:
        self.raw = raw
        self.number = number
        self.is_clear: bool | None = None
        self.is_header_clear: bool | None = None
        self._body_start = -1
        # True says "I am": a reference to oneself would keep the message until the next collection.
        self._plain: Content | bool = keeps_nul
        self._part: Part | None = None
        self.rendered = _NOTHING
        self._thread_id: str | None = None

    def __len__(self) -> int:
        return len(self.raw)

    def __repr__(self) -> str:
        return f"<Content {self.number}: {len(self.raw)} octets>"

    @property
    def body_start(self) -> int:
        """Where the header ends, the empty line included (RFC 5322 §2.1); kept once found."""
        if self._body_start < 0:
            self._body_start = body_start(self.raw)
        return self._body_start

    @property
    def part(self) -> "Part":
        """The MIME structure; found when first asked for, then kept."""
        if self._part is None:
            from pytest_fakemail.mime.parts import parse

            self._part = parse(self.raw)
        return self._part

    @property
    def plain(self) -> "Content":
        """The message as IMAP gives it out: itself, or what it comes to without NUL."""
        plain = self._plain
        if plain is False:
            if _NUL in self.raw:
                from pytest_fakemail.mime.nul import without_nul

                plain = Content(without_nul(self.raw), self.number, keeps_nul=True)
            else:
                plain = True
            self._plain = plain
        return plain if isinstance(plain, Content) else self

    def keep(self, key: str, made: object) -> None:
        """Keep what was made of the octets; forget the rest if there is too much."""
        if 0 < len(self.rendered) < _MOST_RENDERED:
            self.rendered[key] = made
        else:  # nothing, which all contents share, or too much
            self.rendered = {key: made}

    @property
    def thread_id(self) -> str:
        """An identifier that the messages of a thread share (RFC 8474 §5.2), from the fields."""
        if self._thread_id is None:
            root = _thread_root(self.raw[: self.body_start])
            name = blake2b(root, digest_size=8).hexdigest() if root else str(self.number)
            self._thread_id = f"T{name}"
        return self._thread_id

    @thread_id.setter
    def thread_id(self, thread_id: str) -> None:
        self._thread_id = thread_id


def new_content(registry: Registry, raw: bytes) -> Content:
    """Return the octets of a message that is new to the store, with a number of their own."""
    return Content(raw, next(registry.content_numbers), keeps_nul=registry.keeps_nul)


def _thread_root(head: bytes) -> bytes | None:
    """Return the Message-ID of the message that began the thread, as far as fields tell."""
    for name in _THREAD_FIELDS:
        for value in values(head, name):
            found = _MESSAGE_ID.search(value)
            if found is not None:
                return found[0]
    return None
