# ruff: noqa: D400, D415  (the docstring of a rule is its ABNF)
"""The items of FETCH and their macros; what FETCH takes beside them stands with its handler."""

from enum import Enum

from pytest_fakemail.dataclass import dataclass
from pytest_fakemail.imap.grammar.cursor import Cursor
from pytest_fakemail.imap.grammar.rules import listed
from pytest_fakemail.imap.grammar.sections import Partial, Section, partial, section, section_binary


class Attribute(Enum):
    """An item without parameters, called as in the response."""

    UID = "UID"
    FLAGS = "FLAGS"
    INTERNALDATE = "INTERNALDATE"
    RFC822_SIZE = "RFC822.SIZE"
    ENVELOPE = "ENVELOPE"
    BODY = "BODY"
    BODYSTRUCTURE = "BODYSTRUCTURE"
    MODSEQ = "MODSEQ"
    EMAILID = "EMAILID"
    THREADID = "THREADID"
    SAVEDATE = "SAVEDATE"
    PREVIEW = "PREVIEW"
    X_GM_MSGID = "X-GM-MSGID"
    X_GM_THRID = "X-GM-THRID"
    X_GM_LABELS = "X-GM-LABELS"


@dataclass(frozen=True, slots=True)
class BodySection:
    r"""``BODY[…]``, ``BODY.PEEK[…]`` or one of the RFC822 items.

    Without `is_peek` it sets ``\Seen``; `name` is what it is called in the response.
    """

    section: Section
    partial: Partial | None = None
    is_peek: bool = False
    name: str = "BODY"


@dataclass(frozen=True, slots=True)
class BinarySection:
    """``BINARY[…]`` or ``BINARY.PEEK[…]`` (RFC 3516 §4.2)."""

    part: tuple[int, ...]
    partial: Partial | None = None
    is_peek: bool = False


@dataclass(frozen=True, slots=True)
class BinarySize:
    """``BINARY.SIZE[…]``."""

    part: tuple[int, ...]


FetchItem = Attribute | BodySection | BinarySection | BinarySize


_FAST: tuple[FetchItem, ...] = (Attribute.FLAGS, Attribute.INTERNALDATE, Attribute.RFC822_SIZE)
_MACROS: dict[str, tuple[FetchItem, ...]] = {
    "FAST": _FAST,
    "ALL": (*_FAST, Attribute.ENVELOPE),
    "FULL": (*_FAST, Attribute.ENVELOPE, Attribute.BODY),
}
_ATTRIBUTES = {attribute.value: attribute for attribute in Attribute}
_CAPABILITIES = {
    Attribute.MODSEQ: "CONDSTORE",
    Attribute.EMAILID: "OBJECTID",
    Attribute.THREADID: "OBJECTID",
    Attribute.SAVEDATE: "SAVEDATE",
    Attribute.PREVIEW: "PREVIEW",
    Attribute.X_GM_MSGID: "X-GM-EXT-1",
    Attribute.X_GM_THRID: "X-GM-EXT-1",
    Attribute.X_GM_LABELS: "X-GM-EXT-1",
}
# RFC 3501 §6.4.5; IMAP4rev2 has them no more (RFC 9051 appendix E).
_RFC822_ITEMS = {
    "RFC822": BodySection(Section(), name="RFC822"),
    "RFC822.HEADER": BodySection(Section(text="HEADER"), is_peek=True, name="RFC822.HEADER"),
    "RFC822.TEXT": BodySection(Section(text="TEXT"), name="RFC822.TEXT"),
}


def fetch_items(cursor: Cursor) -> tuple[FetchItem, ...]:
    """``"ALL" / "FULL" / "FAST" / fetch-att / "(" fetch-att *(SP fetch-att) ")"``"""
    if cursor.peek(b"("):
        return tuple(dict.fromkeys(listed(cursor, fetch_att)))
    macro = _MACROS.get(cursor.peek_word())
    if macro is None:
        return (fetch_att(cursor),)
    cursor.skip_word(cursor.peek_word())
    return macro


def fetch_att(cursor: Cursor) -> FetchItem:
    """``fetch-att = "ENVELOPE" / "FLAGS" / … / "BODY" [".PEEK"] section [partial] / …``"""
    start = cursor.position
    name = cursor.word("an item to fetch")
    if cursor.peek(b"["):
        item = _with_section(cursor, name)
    else:
        item = _ATTRIBUTES.get(name)
        if name in _RFC822_ITEMS and "IMAP4rev1" in cursor.capabilities:
            item = _RFC822_ITEMS[name]
        if item in _CAPABILITIES and _CAPABILITIES[item] not in cursor.capabilities:
            item = None
    if item is None:
        cursor.position = start
        raise cursor.wants("an item that FETCH knows")
    if item is Attribute.PREVIEW and cursor.skip(b" ("):
        _preview_mod(cursor)
    return item


def _preview_mod(cursor: Cursor) -> None:
    """``"PREVIEW" [SP "(" preview-mod *(SP preview-mod) ")"]``, of which LAZY is known.

    RFC 8970 §4.1: LAZY permits to answer NIL where a preview would take time; ours never do.
    """
    if not cursor.skip_word("LAZY"):
        raise cursor.wants("LAZY")
    cursor.expect(b")")


def _with_section(cursor: Cursor, name: str) -> FetchItem | None:
    """``"BODY" [".PEEK"] section [partial] / "BINARY" [".PEEK" / ".SIZE"] section-binary …``"""
    match name:
        case "BODY" | "BODY.PEEK":
            return BodySection(section(cursor), partial(cursor), is_peek=name == "BODY.PEEK")
        case "BINARY" | "BINARY.PEEK" if "BINARY" in cursor.capabilities:
            numbers = section_binary(cursor)
            return BinarySection(numbers, partial(cursor), is_peek=name == "BINARY.PEEK")
        case "BINARY.SIZE" if "BINARY" in cursor.capabilities:
            return BinarySize(section_binary(cursor))
        case _:
            return None
