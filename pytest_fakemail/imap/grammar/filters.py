# ruff: noqa: D400, D415  (the docstring of a rule is its ABNF)
"""What is kept as a filter, and under which name (RFC 5466 §4)."""

from pytest_fakemail.imap.grammar.cursor import Cursor
from pytest_fakemail.imap.grammar.keys import filter_name
from pytest_fakemail.imap.grammar.search import search_keys
from pytest_fakemail.query.search import SearchKey


def criteria(cursor: Cursor) -> SearchKey:
    """``search-criteria = search-key *(SP search-key)``, in UTF-8, and nothing behind it"""
    key = search_keys(cursor, "UTF-8")
    cursor.end()
    return key


def check_name(cursor: Cursor) -> None:
    """``filter-name``, and nothing behind it"""
    filter_name(cursor)
    cursor.end()
