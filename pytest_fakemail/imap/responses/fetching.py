"""FETCH responses, made column by column: one list an item, one formatting a message.

A `Column` is an item's place in the line and a function that gives the values for a batch
of messages.  What cannot change is rendered once a content and kept there.
"""

from collections.abc import Callable, Collection, Iterator, Sequence

from pytest_fakemail.dataclass import dataclass
from pytest_fakemail.imap.client import Client
from pytest_fakemail.imap.gmail.labels import labels, message_number, thread_number
from pytest_fakemail.imap.grammar.fetch import (
    Attribute,
    BinarySection,
    BinarySize,
    BodySection,
    FetchItem,
)
from pytest_fakemail.imap.grammar.sections import Section
from pytest_fakemail.imap.responses.bodystructure import structure
from pytest_fakemail.imap.responses.envelope import envelope
from pytest_fakemail.imap.responses.naming import FETCH
from pytest_fakemail.imap.responses.sections import (
    binary_octets,
    empty_line,
    encode_section,
    label,
    section_octets,
)
from pytest_fakemail.imap.responses.values import (
    NIL,
    encode_date_time,
    encode_flags,
    encode_labels,
    encode_literal,
    encode_literal8,
    encode_string,
)
from pytest_fakemail.mime import named_fields
from pytest_fakemail.mime.headers import Headers
from pytest_fakemail.mime.mail import Mail
from pytest_fakemail.store.content import Content
from pytest_fakemail.store.flags import Flags
from pytest_fakemail.store.message import Message

_PREVIEW = 200
"""Characters of a preview, as RFC 8970 §3.3 recommends; up to so many times more are read."""
_PREVIEW_READ = 10 * _PREVIEW

_LONGEST_KEY = 1000
"""Characters of what a client calls fields; what has a longer name is not kept."""

_STRUCTURES = (Attribute.ENVELOPE, Attribute.BODY, Attribute.BODYSTRUCTURE)

MANY = 512
"""Of so many messages a short item is written at once."""
_SOME = 64
"""Of so many a structure, of some hundred octets."""
BY_SIZE = 0
"""Their octets decide of how many."""

Values = Callable[[Sequence[Message]], Sequence[bytes | int]]
Octets = Callable[[Sequence[Message]], Sequence[bytes]]


@dataclass(frozen=True, slots=True)
class Column:
    """An item of FETCH: `form` with ``%d`` or ``%b`` for the value of each message.

    An item that is a piece of the message has a function `octets` that cuts it out.
    `at_once` is of how many messages the values make an answer of some 64 KiB.
    """

    form: bytes
    values: Values
    octets: Callable[[Content], bytes | None] | None = None
    at_once: int = MANY


def rows(
    columns: Sequence[Column],
    numbers: Sequence[int],
    messages: Sequence[Message],
    tail: Octets | None = None,
    word: bytes = FETCH,
) -> bytes:
    """Return the FETCH responses of a batch; `tail` gives what ends each line, or nothing."""
    line = b"* %d " + word + b" (" + b" ".join([column.form for column in columns])
    values = [column.values(messages) for column in columns]
    if tail is not None:
        line += b"%b"
        values.append(tail(messages))
    line += b")\r\n"
    return b"".join(map(line.__mod__, zip(numbers, *values, strict=True)))


def long_row(
    columns: Sequence[Column],
    number: int,
    message: Message,
    tail: Octets | None = None,
    word: bytes = FETCH,
) -> Iterator[bytes]:
    """Return the FETCH response of a message too big to be copied, in pieces."""
    yield b"* %d %b (" % (number, word)
    for place, column in enumerate(columns):
        if place:
            yield b" "
        if column.octets is None:
            yield column.form % tuple(column.values([message]))
        else:
            octets = column.octets(message.plain)
            if octets is None:
                yield column.form % NIL
                continue
            yield column.form % (b"{%d}\r\n" % len(octets))
            yield octets
    if tail is not None:
        yield b"".join(tail([message]))
    yield b")\r\n"


class _FlagLists(dict[Flags, bytes]):
    """Flag sets as they are written; one look-up a message."""

    def __init__(self, *, is_recent: bool) -> None:
        super().__init__()
        self._is_recent = is_recent

    def __missing__(self, flags: Flags) -> bytes:
        written = self[flags] = encode_flags(flags, is_recent=self._is_recent)
        return written


def uid_column() -> Column:
    """The item UID."""
    return Column(b"UID %d", lambda messages: [message.uid for message in messages])


def modseq_column() -> Column:
    """The item MODSEQ."""
    return Column(b"MODSEQ (%d)", lambda messages: [message.modseq for message in messages])


def flags_column(client: Client) -> Column:
    """The item FLAGS."""
    return Column(b"FLAGS %b", flag_lists(client))


def flag_lists(client: Client) -> Octets:
    r"""Return what writes messages' flags, with ``\Recent`` unless IMAP4rev2 is spoken."""
    view = client.selected
    written, written_recent = _FlagLists(is_recent=False), _FlagLists(is_recent=True)

    def values(messages: Sequence[Message]) -> Sequence[bytes]:
        recent = frozenset() if client.is_rev2 else view.recent
        if not recent:
            return [written[message.flags] for message in messages]
        return [
            written_recent[message.flags] if message.uid in recent else written[message.flags]
            for message in messages
        ]

    return values


def column(item: FetchItem, items: Collection[FetchItem], client: Client) -> Column:
    """Return the column of one of the items that a client asks for."""
    match item:
        case BodySection():
            return _section(item)
        case BinarySection() | BinarySize():
            return _binary_column(item)
        case Attribute.FLAGS:
            return flags_column(client)
        case Attribute.X_GM_LABELS:
            return labels_column(client)
        case Attribute.ENVELOPE | Attribute.BODY | Attribute.BODYSTRUCTURE | Attribute.PREVIEW:
            return _rendered(item, items, is_utf8=client.is_utf8)
        case _:
            form, value = _ATTRIBUTES[item]
            return Column(form, lambda messages: list(map(value, messages)))


_ATTRIBUTES: dict[Attribute, tuple[bytes, Callable[[Message], bytes | int]]] = {
    Attribute.UID: (b"UID %d", lambda message: message.uid),
    Attribute.MODSEQ: (b"MODSEQ (%d)", lambda message: message.modseq),
    Attribute.RFC822_SIZE: (b"RFC822.SIZE %d", lambda message: len(message.plain.raw)),
    Attribute.INTERNALDATE: (
        b"INTERNALDATE %b",
        lambda message: encode_date_time(message.internal_date),
    ),
    Attribute.SAVEDATE: (b"SAVEDATE %b", lambda message: encode_date_time(message.save_date)),
    Attribute.X_GM_MSGID: (b"X-GM-MSGID %d", message_number),
    Attribute.X_GM_THRID: (b"X-GM-THRID %d", thread_number),
    Attribute.EMAILID: (b"EMAILID (%b)", lambda message: message.email_id.encode()),
    Attribute.THREADID: (b"THREADID (%b)", lambda message: message.thread_id.encode()),
}


def labels_column(client: Client) -> Column:
    """The item X-GM-LABELS; what it tells is found out when it is first asked for."""
    found: list[Callable[[Message], list[str]]] = []

    def values(messages: Sequence[Message]) -> Sequence[bytes]:
        if not found:
            found.append(labels(client))
        return [encode_labels(found[0](one), is_utf8=client.is_utf8) for one in messages]

    return Column(b"X-GM-LABELS %b", values)


def _key(item: Attribute, *, is_utf8: bool) -> str:
    # With UTF-8 enabled, other strings may be quoted: another rendering.
    return item.value + "8" if is_utf8 else item.value


def _rendered(item: Attribute, items: Collection[FetchItem], *, is_utf8: bool) -> Column:
    """ENVELOPE, BODY, BODYSTRUCTURE and PREVIEW: rendered when first asked for, then kept."""
    key = _key(item, is_utf8=is_utf8)
    at_once = _SOME if item in _STRUCTURES else MANY
    if item is Attribute.PREVIEW:
        render = _preview(key, is_utf8=is_utf8)
    else:
        render = _structures(key, [kind for kind in _STRUCTURES if kind in items], is_utf8=is_utf8)

    return Column(item.value.encode() + b" %b", _kept(key, render), at_once=at_once)


def _kept(key: str, render: Callable[[Content], bytes]) -> Values:
    """Return what gives the renderings that are kept by this key, and makes those that are not."""

    def values(messages: Sequence[Message]) -> Sequence[bytes]:
        return [one.plain.rendered.get(key) or render(one.plain) for one in messages]

    return values


def _structures(
    wanted: str, kinds: Sequence[Attribute], *, is_utf8: bool
) -> Callable[[Content], bytes]:
    """Return what renders ENVELOPE, BODY and BODYSTRUCTURE, and returns one of them.

    Together, as far as a command asks for them: so a header is split once.
    """
    keys = [(kind, _key(kind, is_utf8=is_utf8)) for kind in kinds]

    def render(content: Content) -> bytes:
        raw = content.raw
        fields = Headers(raw[: content.body_start])
        found = b""
        for kind, key in keys:
            if kind is Attribute.ENVELOPE:
                made = envelope(fields, is_utf8=is_utf8)
            else:
                is_extended = kind is Attribute.BODYSTRUCTURE
                made = structure(raw, fields, is_extended=is_extended, is_utf8=is_utf8)
            content.keep(key, made)
            if key == wanted:
                found = made
        return found

    return render


def _preview(key: str, *, is_utf8: bool) -> Callable[[Content], bytes]:
    """Return what renders the beginning of what there is to read, on one line (RFC 8970 §3.3)."""

    def render(content: Content) -> bytes:
        words = Mail(content.raw).text[:_PREVIEW_READ].split()
        made = encode_string(" ".join(words)[:_PREVIEW].encode(), is_utf8=is_utf8)
        content.keep(key, made)
        return made

    return render


def _labelled(name: bytes, form: bytes) -> bytes:
    """Return a form behind a label, in which the client may have put a ``%``."""
    return name.replace(b"%", b"%%") + b" " + form


def _section(item: BodySection) -> Column:
    wanted, partial = item.section, item.partial
    form = _labelled(label(item), b"%b")
    if wanted.text == "HEADER.FIELDS" and not wanted.part and partial is None:
        return Column(form, _header_fields(wanted), at_once=BY_SIZE)
    whole = _octets(wanted)

    def octets(content: Content) -> bytes | None:
        found = whole(content)
        return found if partial is None or found is None else partial.of(found)

    return Column(
        form,
        lambda messages: [_nliteral(octets(one.plain)) for one in messages],
        octets,
        BY_SIZE,
    )


def _nliteral(octets: bytes | None) -> bytes:
    """Return what a section holds: a literal whatever it is, for clients count on that.

    RFC 9051 §6.4.5: a part that does not exist is NIL.
    """
    return NIL if octets is None else encode_literal(octets)


def _octets(wanted: Section) -> Callable[[Content], bytes | None]:
    """Return what cuts a section out of a message, which most need not be parsed for."""
    if not wanted.part:
        match wanted.text:
            case "":
                return lambda content: content.raw
            case "HEADER":
                return lambda content: content.raw[: content.body_start]
            case "TEXT":
                return lambda content: content.raw[content.body_start :]
    return lambda content: section_octets(content.part, wanted)


def _header_fields(wanted: Section) -> Values:
    """HEADER.FIELDS of the message: what clients list mailboxes by, so it is kept.

    The message need not be parsed for it.
    """
    key = encode_section(wanted).decode("latin-1")
    names = frozenset(name.lower() for name in wanted.fields)
    runs = named_fields.runs(names)
    is_kept = len(key) <= _LONGEST_KEY

    def render(content: Content) -> bytes:
        raw, end = content.raw, content.body_start
        if raw[end - 3 : end] == b"\n\r\n":
            fields = runs(raw, end - 2)
            made = b"{%d}\r%b\n\r\n" % (len(fields) + 2, fields)
        else:
            block = raw[:end]
            made = encode_literal(named_fields.select(block, names) + empty_line(block))
        if is_kept:
            content.keep(key, made)
        return made

    return _kept(key, render)


def _binary_column(item: BinarySection | BinarySize) -> Column:
    """BINARY and BINARY.SIZE: a part with its content-transfer encoding undone (RFC 3516)."""

    def octets(message: Message) -> bytes | None:
        if not item.part:
            return message.raw  # as it came: NUL is what literal8 is for
        return binary_octets(message.plain.part, item.part)

    if isinstance(item, BinarySize):
        return Column(
            _labelled(label(item), b"%d"),
            lambda batch: [len(octets(one) or b"") for one in batch],
            at_once=BY_SIZE,
        )
    partial = item.partial

    def value(message: Message) -> bytes:
        found = octets(message)
        if found is not None and partial is not None:
            found = partial.of(found)
        return encode_literal8(found) if found and b"\0" in found else _nliteral(found)

    form = _labelled(label(item), b"%b")
    return Column(form, lambda batch: list(map(value, batch)), at_once=BY_SIZE)
