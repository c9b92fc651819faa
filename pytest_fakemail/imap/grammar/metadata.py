# ruff: noqa: D400, D415  (the docstring of a rule is its ABNF)
"""Entries of annotations, which GETMETADATA, SETMETADATA and LIST name (RFC 5464 §5)."""

from pytest_fakemail.imap.grammar.cursor import BadSyntax, Cursor
from pytest_fakemail.imap.grammar.rules import astring, listed, text_of
from pytest_fakemail.store.annotations import flaw


def entry(cursor: Cursor, *, is_new: bool = True) -> str:
    """``entry = astring ; slash-separated path to entry``"""
    name = text_of(astring(cursor, "an entry"), "the entry")
    if reason := flaw(name, is_new=is_new):
        # RFC 5464 §3.2: "Invalid entry names result in a BAD response".
        raise BadSyntax(f"The entry {reason}")
    return name


def asked_entry(cursor: Cursor) -> str:
    """``entry``, or what others are below"""
    return entry(cursor, is_new=False)


def entry_list(cursor: Cursor) -> tuple[str, ...]:
    """``"(" entry *(SP entry) ")"``"""
    return listed(cursor, asked_entry)
