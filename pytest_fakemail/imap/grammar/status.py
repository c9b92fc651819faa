# ruff: noqa: D400, D415  (the docstring of a rule is its ABNF)
"""The items of STATUS, which LIST takes too (RFC 3501 §6.3.10, RFC 5819)."""

from collections.abc import Mapping

from pytest_fakemail.imap.grammar.cursor import Cursor
from pytest_fakemail.imap.grammar.rules import listed

_STATUS_ITEMS: Mapping[str, tuple[str, ...]] = {
    "MESSAGES": (),
    "UIDNEXT": (),
    "UIDVALIDITY": (),
    "UNSEEN": (),
    "RECENT": ("IMAP4rev1",),  # not in IMAP4rev2: RFC 9051 appendix E
    "DELETED": ("IMAP4rev2", "QUOTA=RES-MESSAGE"),
    "DELETED-STORAGE": ("QUOTA=RES-STORAGE",),
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
