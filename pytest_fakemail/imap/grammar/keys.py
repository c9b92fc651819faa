# ruff: noqa: D400, D415  (the docstring of a rule is its ABNF)
"""The search keys that hold no other key: ``SEEN``, ``FROM "ann"``, ``1:5``, ``SINCE 1-Feb-2024``.

RFC 3501 §6.4.4, RFC 9051 §6.4.4 and the extensions that add keys.
"""

from collections.abc import Callable
from typing import Literal

from pytest_fakemail.dataclass import dataclass
from pytest_fakemail.imap.grammar.cursor import BadSyntax, Cursor, uid_required
from pytest_fakemail.imap.grammar.numbers import LARGEST, SequenceSet
from pytest_fakemail.imap.grammar.rules import (
    LARGEST_NUMBER64,
    astring,
    atom,
    day,
    number,
    number64,
    nz_number,
    quoted,
    sequence_set,
    text_of,
)
from pytest_fakemail.imap.grammar.store import gm_label
from pytest_fakemail.mime import charsets
from pytest_fakemail.query.search import (
    All,
    And,
    Body,
    Dated,
    EmailId,
    Flag,
    Header,
    ModSeqSince,
    Not,
    SaveDateSupported,
    SearchKey,
    Size,
    Text,
    ThreadId,
    Unanswered,
    Within,
)


@dataclass(frozen=True, slots=True)
class InSet(Unanswered):
    """``sequence-set`` or ``UID sequence-set``; the session knows what ``*`` and ``$`` are."""

    numbers: SequenceSet
    is_uid: bool = False


@dataclass(frozen=True, slots=True)
class GmailKey(Unanswered):
    """``X-GM-MSGID``, ``X-GM-THRID``, ``X-GM-LABELS`` or ``X-GM-RAW``, with what it asks for."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class FilterKey(Unanswered):
    """``FILTER``: a search that is kept under this name (RFC 5466)."""

    name: str


Moment = Literal["internal", "sent", "saved"]
Relation = Literal["before", "on", "since"]


def leaf(cursor: Cursor, charset: str | None) -> SearchKey:
    """``search-key = "ALL" / "ANSWERED" / "BCC" SP astring / … / sequence-set``"""
    name = cursor.peek_word()
    if name in _FIXED:
        needed, key = _FIXED[name]
        _require(cursor, needed)
        cursor.skip_word(name)
        return key
    if name in _WITH_TEXT:
        _argument(cursor, name)
        return _WITH_TEXT[name](_text(cursor, charset))
    if name in _WITH_ARGUMENT:
        needed, rule = _WITH_ARGUMENT[name]
        _require(cursor, needed)
        _argument(cursor, name)
        return rule(cursor)
    if name == "HEADER":
        _argument(cursor, name)
        field = text_of(astring(cursor, "the name of a header field"), "the field name")
        cursor.expect(b" ")
        return Header(field, _text(cursor, charset))
    if name in _GMAIL:
        _require(cursor, "X-GM-EXT-1")
        _argument(cursor, name)
        return _gmail_key(cursor, name, charset)
    if name[:1].isdigit() or cursor.peek(b"*") or cursor.peek(b"$"):
        named = sequence_set(cursor)
        if cursor.is_uid_only and not named.is_saved:
            raise uid_required()
        return InSet(named)
    raise cursor.wants("a search key")


def _require(cursor: Cursor, capability: str) -> None:
    if capability and capability not in cursor.capabilities:
        raise cursor.wants("a search key that this server knows")


def _argument(cursor: Cursor, name: str) -> None:
    cursor.skip_word(name)
    cursor.expect(b" ")


def _text(cursor: Cursor, charset: str | None) -> str:
    """``astring`` in the charset of the command, without one in UTF-8 (RFC 9051 §6.4.4).

    In an unknown charset the text is whatever it is: the command will be refused.
    """
    octets = astring(cursor, "a text to search for")
    codec = "utf-8" if charset is None else charsets.codec(charset) or "latin-1"
    try:
        return octets.decode(codec)
    except UnicodeError:
        raise BadSyntax(f"the text to search for is not {charset or 'UTF-8'}") from None


def _keyword(cursor: Cursor) -> SearchKey:
    """``"KEYWORD" SP flag-keyword``; in quotes, too, as emailjs-imap-client writes all words."""
    return Flag(atom(cursor, "a keyword", in_quotes=True))


def _unkeyword(cursor: Cursor) -> SearchKey:
    """``"UNKEYWORD" SP flag-keyword``"""
    return Not(_keyword(cursor))


def _uid(cursor: Cursor) -> InSet:
    """``"UID" SP sequence-set``"""
    return InSet(sequence_set(cursor), is_uid=True)


def _uid_after(cursor: Cursor) -> InSet:
    """``"UIDAFTER" SP uniqueid`` (RFC 9738 §3.2)"""
    uid = nz_number(cursor)
    return InSet(SequenceSet(((uid + 1, LARGEST),) if uid < LARGEST else ()), is_uid=True)


def _uid_before(cursor: Cursor) -> InSet:
    """``"UIDBEFORE" SP uniqueid`` (RFC 9738 §3.2)"""
    uid = nz_number(cursor)
    return InSet(SequenceSet(((1, uid - 1),) if uid > 1 else ()), is_uid=True)


def _larger(cursor: Cursor) -> SearchKey:
    """``"LARGER" SP number64``"""
    return Size("larger", number64(cursor))


def _smaller(cursor: Cursor) -> SearchKey:
    """``"SMALLER" SP number64``"""
    return Size("smaller", number64(cursor))


def _older(cursor: Cursor) -> SearchKey:
    """``"OLDER" SP nz-number``, in seconds (RFC 5032 §4)"""
    return Within(nz_number(cursor), "older")


def _younger(cursor: Cursor) -> SearchKey:
    """``"YOUNGER" SP nz-number``, in seconds (RFC 5032 §4)"""
    return Within(nz_number(cursor), "younger")


def _modseq(cursor: Cursor) -> SearchKey:
    """``"MODSEQ" [SP entry-name SP entry-type-req] SP mod-sequence-valzer`` (RFC 7162 §7)"""
    if not cursor.peek(b'"'):
        return ModSeqSince(number64(cursor))
    entry = text_of(quoted(cursor) or b"", "the entry name")
    prefix, flag = entry[: len(_FLAGS)], entry[len(_FLAGS) :]
    if prefix.lower() != _FLAGS or not flag:
        raise cursor.wants("an entry name that begins with /flags/")
    cursor.expect(b" ")
    kind = _ENTRY_TYPES.get(cursor.word("priv, shared or all"))
    if kind is None:
        raise cursor.wants("priv, shared or all")
    cursor.expect(b" ")
    return ModSeqSince(number64(cursor), flag, kind)


def _emailid(cursor: Cursor) -> SearchKey:
    """``"EMAILID" SP objectid`` (RFC 8474 §7)"""
    return EmailId(atom(cursor, "an object id"))


def _threadid(cursor: Cursor) -> SearchKey:
    """``"THREADID" SP objectid`` (RFC 8474 §7)"""
    return ThreadId(atom(cursor, "an object id"))


def _filter(cursor: Cursor) -> FilterKey:
    """``"FILTER" SP filter-name``"""
    return FilterKey(filter_name(cursor))


def filter_name(cursor: Cursor) -> str:
    """``filter-name = 1*<any ATOM-CHAR except "/">`` (RFC 5466 §4)"""
    name = atom(cursor, "the name of a filter")
    if "/" in name:
        raise cursor.wants("a name without / for a filter")
    return name


def _dated(which: Moment, relation: Relation) -> Callable[[Cursor], SearchKey]:
    """``("BEFORE" / "ON" / "SINCE" / "SENTBEFORE" / …) SP date``"""
    return lambda cursor: Dated(which, relation, day(cursor))


def _header(field: str) -> Callable[[str], SearchKey]:
    return lambda text: Header(field, text)


_RECENT = Flag("\\Recent")
_FLAG_KEYS = {
    name.upper(): Flag(f"\\{name}") for name in ("Answered", "Deleted", "Draft", "Flagged", "Seen")
}

# Keys without arguments, with the capability that they need.  IMAP4rev2 has no \Recent
# and none of the keys about it (RFC 9051 appendix E).
_FIXED: dict[str, tuple[str, SearchKey]] = {
    "ALL": ("", All()),
    **{name: ("", key) for name, key in _FLAG_KEYS.items()},
    **{f"UN{name}": ("", Not(key)) for name, key in _FLAG_KEYS.items()},
    "RECENT": ("IMAP4rev1", _RECENT),
    "OLD": ("IMAP4rev1", Not(_RECENT)),
    "NEW": ("IMAP4rev1", And((_RECENT, Not(_FLAG_KEYS["SEEN"])))),
    "SAVEDATESUPPORTED": ("SAVEDATE", SaveDateSupported()),
}
_WITH_TEXT: dict[str, Callable[[str], SearchKey]] = {
    **{name.upper(): _header(name) for name in ("Bcc", "Cc", "From", "Subject", "To")},
    "BODY": Body,
    "TEXT": Text,
}
_RELATIONS: tuple[Relation, ...] = ("before", "on", "since")
_WITH_ARGUMENT: dict[str, tuple[str, Callable[[Cursor], SearchKey]]] = {
    **{relation.upper(): ("", _dated("internal", relation)) for relation in _RELATIONS},
    **{f"SENT{relation.upper()}": ("", _dated("sent", relation)) for relation in _RELATIONS},
    **{
        f"SAVED{relation.upper()}": ("SAVEDATE", _dated("saved", relation))
        for relation in _RELATIONS
    },
    "KEYWORD": ("", _keyword),
    "UNKEYWORD": ("", _unkeyword),
    "UID": ("", _uid),
    "LARGER": ("", _larger),
    "SMALLER": ("", _smaller),
    "OLDER": ("WITHIN", _older),
    "YOUNGER": ("WITHIN", _younger),
    "MODSEQ": ("CONDSTORE", _modseq),
    "EMAILID": ("OBJECTID", _emailid),
    "THREADID": ("OBJECTID", _threadid),
    "FILTER": ("FILTERS", _filter),
    "UIDAFTER": ("MESSAGELIMIT", _uid_after),
    "UIDBEFORE": ("MESSAGELIMIT", _uid_before),
}
_FLAGS = "/flags/"

_ENTRY_TYPES: dict[str, Literal["all", "shared", "priv"]] = {
    "ALL": "all",
    "SHARED": "shared",
    "PRIV": "priv",
}
_GMAIL = frozenset({"X-GM-MSGID", "X-GM-THRID", "X-GM-LABELS", "X-GM-RAW"})


def _gmail_key(cursor: Cursor, name: str, charset: str | None) -> GmailKey:
    """``"X-GM-MSGID" SP number / "X-GM-THRID" SP number / "X-GM-LABELS" … / "X-GM-RAW" …``"""
    if name == "X-GM-LABELS":
        return GmailKey(name, gm_label(cursor))
    if name == "X-GM-RAW":
        return GmailKey(name, _text(cursor, charset))
    return GmailKey(name, str(number(cursor, most=2 * LARGEST_NUMBER64 + 1)))
