"""An entry of the zoo: how a message is made, what is odd about it, and how it reads."""

from collections.abc import Callable
from textwrap import dedent

from pytest_fakemail.dataclass import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a correct reader makes of a message; None where nothing is said.

    Attributes:
        subject: the decoded subject.
        from_, to: the addresses, without display names.
        names: the display names of From, in order.
        text: what the plain text contains.
        html: what the HTML contains.
        attachments: the file names, in order, None for one without a name.
        forwarded: the subjects of the messages within it.
    """

    subject: str | None = None
    from_: tuple[str, ...] | None = None
    to: tuple[str, ...] | None = None
    names: tuple[str, ...] | None = None
    text: str | None = None
    html: str | None = None
    attachments: tuple[str | None, ...] | None = None
    forwarded: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One message of the zoo, not yet made.

    Attributes:
        name: what it is looked up by.
        oddity: what is odd about it, one sentence.
        make: makes its octets.
        tags: what it is filtered by.
    """

    name: str
    oddity: str
    make: Callable[[], bytes]
    reading: Reading
    tags: frozenset[str] = field(default_factory=frozenset)


def entry(
    name: str,
    tags: str,
    oddity: str,
    content: str | bytes | Callable[[], bytes],
    reading: Reading | None = None,
) -> Entry:
    """Return an entry; text is dedented, encoded in UTF-8, and its lines end in CRLF."""
    if callable(content):
        make = content
    else:
        raw = octets(content) if isinstance(content, str) else content

        def make() -> bytes:
            return raw

    return Entry(name, oddity, make, reading or Reading(), frozenset(tags.split()))


def octets(text: str, charset: str = "utf-8") -> bytes:
    """Return text as the octets of a message."""
    return dedent(text).lstrip("\n").replace("\n", "\r\n").encode(charset)


HEAD = """\
From: Ann <ann@example.test>
To: bob@example.test
Date: Mon, 05 Jan 2026 09:30:00 +0000
Message-ID: <{name}@example.test>
"""


def message(name: str, rest: str, charset: str = "utf-8") -> bytes:
    """Return a message with an ordinary header, and what the rest adds to it."""
    head = HEAD.format(name=name).replace("\n", "\r\n").encode()
    return head + octets(rest, charset)
