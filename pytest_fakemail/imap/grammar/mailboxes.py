# ruff: noqa: D400, D415  (the docstring of a rule is its ABNF)
"""Arguments of the commands about mailboxes: from SELECT to STATUS, and QUOTA's."""

from collections.abc import Mapping
from dataclasses import dataclass

from pytest_fakemail.imap.grammar.cursor import Cursor
from pytest_fakemail.imap.grammar.numbers import STAR, SequenceSet
from pytest_fakemail.imap.grammar.rules import (
    astring,
    atom,
    listed,
    mailbox,
    mod_sequence_value,
    number64,
    nz_number,
    sequence_set,
    text_of,
)


def named_mailbox(cursor: Cursor) -> str:
    """``SP mailbox``: DELETE, SUBSCRIBE, UNSUBSCRIBE, GETQUOTAROOT"""
    cursor.expect(b" ")
    return mailbox(cursor)


@dataclass(frozen=True, slots=True)
class QResync:
    """What a client knew of the mailbox when it saw it last (RFC 7162 §3.2.5).

    `known_uids` is None if it knew all; `matches` pairs some of its message numbers with
    their UIDs.
    """

    uidvalidity: int
    modseq: int
    known_uids: SequenceSet | None = None
    matches: tuple[SequenceSet, SequenceSet] | None = None


@dataclass(frozen=True, slots=True)
class Select:
    """The arguments of SELECT and EXAMINE."""

    mailbox: str
    is_condstore: bool = False
    qresync: QResync | None = None


def select(cursor: Cursor) -> Select:
    """``select = "SELECT" SP mailbox [SP "(" select-param *(SP select-param) ")"]``"""
    name = named_mailbox(cursor)
    if not cursor.skip(b" "):
        return Select(name)
    parameters = listed(cursor, _select_parameter)
    resyncs = [parameter for parameter in parameters if parameter is not None]
    if len(resyncs) > 1:
        raise cursor.wants("QRESYNC once")
    return Select(name, is_condstore=None in parameters, qresync=resyncs[0] if resyncs else None)


def _select_parameter(cursor: Cursor) -> QResync | None:
    """``select-param = condstore-param / "QRESYNC" SP "(" … ")"``; None is CONDSTORE"""
    if "CONDSTORE" in cursor.capabilities and cursor.skip_word("CONDSTORE"):
        return None
    if "QRESYNC" in cursor.capabilities and cursor.skip_word("QRESYNC"):
        cursor.expect(b" (")
        resync = _qresync(cursor)
        cursor.expect(b")")
        return resync
    raise cursor.wants("a parameter that this server knows")


def _qresync(cursor: Cursor) -> QResync:
    """``uidvalidity SP mod-sequence-value [SP known-uids] [SP seq-match-data]``"""
    uidvalidity = nz_number(cursor)
    cursor.expect(b" ")
    modseq = mod_sequence_value(cursor)
    known_uids = None
    if cursor.peek(b" ") and not cursor.peek(b" ("):
        cursor.skip(b" ")
        known_uids = _known_set(cursor)
    matches = _seq_match_data(cursor) if cursor.skip(b" ") else None
    return QResync(uidvalidity, modseq, known_uids, matches)


def _seq_match_data(cursor: Cursor) -> tuple[SequenceSet, SequenceSet]:
    """``seq-match-data = "(" known-sequence-set SP known-uid-set ")"``"""
    cursor.expect(b"(")
    numbers = _known_set(cursor)
    cursor.expect(b" ")
    uids = _known_set(cursor)
    cursor.expect(b")")
    return numbers, uids


def _known_set(cursor: Cursor) -> SequenceSet:
    """``known-uids = sequence-set ; "*" is not allowed``"""
    start = cursor.position
    known = sequence_set(cursor)
    if known.is_saved or any(STAR in pair for pair in known.ranges):
        cursor.position = start
        raise cursor.wants("a set without * and $")
    return known


@dataclass(frozen=True, slots=True)
class Create:
    r"""The arguments of CREATE; `special_uses` as sent: ``("\\Drafts",)``."""

    mailbox: str
    special_uses: tuple[str, ...] = ()


def create(cursor: Cursor) -> Create:
    """``create = "CREATE" SP mailbox [SP "(" "USE" SP "(" [use-attr *(SP use-attr)] ")" ")"]``"""
    name = named_mailbox(cursor)
    if "CREATE-SPECIAL-USE" not in cursor.capabilities or not cursor.skip(b" "):
        return Create(name)
    cursor.expect(b"(")
    if not cursor.skip_word("USE"):
        raise cursor.wants("USE")
    cursor.expect(b" ")
    uses = listed(cursor, _use_attr, least=0)
    cursor.expect(b")")
    return Create(name, uses)


def _use_attr(cursor: Cursor) -> str:
    r"""``use-attr = "\All" / "\Archive" / … / use-attr-ext``, which is ``"\" atom``"""
    cursor.expect(b"\\")
    return "\\" + atom(cursor, "a special use")


@dataclass(frozen=True, slots=True)
class Rename:
    """The arguments of RENAME."""

    mailbox: str
    new_name: str


def rename(cursor: Cursor) -> Rename:
    """``rename = "RENAME" SP mailbox SP mailbox``"""
    name = named_mailbox(cursor)
    return Rename(name, named_mailbox(cursor))


@dataclass(frozen=True, slots=True)
class Status:
    """The arguments of STATUS; `items` in upper case, each once, in the order asked."""

    mailbox: str
    items: tuple[str, ...]


def status(cursor: Cursor) -> Status:
    """``status = "STATUS" SP mailbox SP "(" status-att *(SP status-att) ")"``"""
    name = named_mailbox(cursor)
    cursor.expect(b" ")
    return Status(name, status_items(cursor))


_STATUS_ITEMS: Mapping[str, tuple[str, ...]] = {
    "MESSAGES": (),
    "UIDNEXT": (),
    "UIDVALIDITY": (),
    "UNSEEN": (),
    "RECENT": ("IMAP4rev1",),  # not in IMAP4rev2: RFC 9051 appendix E
    "DELETED": ("IMAP4rev2", "QUOTA"),
    "DELETED-STORAGE": ("QUOTA",),
    "SIZE": ("STATUS=SIZE",),
    "HIGHESTMODSEQ": ("CONDSTORE",),
    "MAILBOXID": ("OBJECTID",),
    "APPENDLIMIT": ("APPENDLIMIT",),
}
"""The items of STATUS, with the capabilities of which one is needed."""


def status_items(cursor: Cursor) -> tuple[str, ...]:
    """``"(" status-att *(SP status-att) ")"``"""
    return tuple(dict.fromkeys(listed(cursor, _status_att)))


def _status_att(cursor: Cursor) -> str:
    """``status-att = "MESSAGES" / "UIDNEXT" / …``"""
    name = cursor.peek_word()
    needed = _STATUS_ITEMS.get(name)
    if needed is None or (needed and not any(one in cursor.capabilities for one in needed)):
        raise cursor.wants("an item that STATUS knows")
    cursor.skip_word(name)
    return name


def getquota(cursor: Cursor) -> str:
    """``getquota = "GETQUOTA" SP quota-root-name`` (RFC 9208 §7)"""
    cursor.expect(b" ")
    return text_of(astring(cursor, "a quota root"), "the quota root")


@dataclass(frozen=True, slots=True)
class SetQuota:
    """The arguments of SETQUOTA; `limits` by resource name in upper case, in its units."""

    root: str
    limits: Mapping[str, int]


def setquota(cursor: Cursor) -> SetQuota:
    """``setquota = "SETQUOTA" SP quota-root-name SP "(" [limit *(SP limit)] ")"``"""
    root = getquota(cursor)
    cursor.expect(b" ")
    return SetQuota(root, dict(listed(cursor, _setquota_resource, least=0)))


def _setquota_resource(cursor: Cursor) -> tuple[str, int]:
    """``setquota-resource = resource-name SP resource-limit``"""
    name = atom(cursor, "a resource").upper()
    cursor.expect(b" ")
    return name, number64(cursor)
