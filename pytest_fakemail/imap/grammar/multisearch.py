# ruff: noqa: D400, D415  (the docstring of a rule is its ABNF)
"""Arguments of ESEARCH, the command (RFC 7377 §4)."""

from pytest_fakemail.dataclass import dataclass
from pytest_fakemail.imap.grammar.cursor import Cursor
from pytest_fakemail.imap.grammar.mailbox_filters import (
    OTHERS,
    SELECTED,
    SUBTREE_ONE,
    MailboxFilter,
    filter_mailboxes,
)
from pytest_fakemail.imap.grammar.rules import spaced
from pytest_fakemail.imap.grammar.search import Search, search

_FILTERS = (SELECTED, *OTHERS, SUBTREE_ONE)


@dataclass(frozen=True, slots=True)
class MultiSearch:
    """A search, and the mailboxes to search: without IN the selected one (§2.2)."""

    sources: tuple[MailboxFilter, ...]
    search: Search

    @property
    def is_of_selected(self) -> bool:
        """Whether the selected mailbox is named as such."""
        return any(source.is_selected for source in self.sources)

    @property
    def is_of_others(self) -> bool:
        """Whether other mailboxes are named than the selected one, or it in another way."""
        return not all(source.is_selected for source in self.sources)


def esearch(cursor: Cursor) -> MultiSearch:
    """``"ESEARCH" [SP esearch-source-opts] [SP search-return-opts] SP search-program``"""
    sources: tuple[MailboxFilter, ...] = (MailboxFilter(SELECTED),)
    start = cursor.position
    cursor.expect(b" ")
    if cursor.skip_word("IN"):
        cursor.expect(b" (")
        # Of the scope-options that may stand behind the last one, none is defined.
        sources = spaced(cursor, source_mbox)
        cursor.expect(b")")
    else:
        cursor.position = start
    return MultiSearch(sources, search(cursor))


def source_mbox(cursor: Cursor) -> MailboxFilter:
    """``filter-mailboxes``, of which "selected-delayed" is forbidden (§4)"""
    return filter_mailboxes(cursor, _FILTERS)
