# ruff: noqa: D400, D415  (the docstring of a rule is its ABNF)
"""What STORE shares with Gmail's labels: what is done, and how a label is written."""

from enum import Enum

from pytest_fakemail.imap.grammar.cursor import Cursor
from pytest_fakemail.imap.grammar.mutf7 import decode_mutf7
from pytest_fakemail.imap.grammar.rules import astring, text_of


class Operation(Enum):
    """What STORE does with the flags given."""

    REPLACE = ""
    ADD = "+"
    REMOVE = "-"


def gm_label(cursor: Cursor) -> str:
    r"""``label = "\" atom / astring``, a mailbox's name or such as ``\Inbox``"""
    prefix = "\\" if cursor.skip(b"\\") else ""
    octets = astring(cursor, "a label")
    try:
        name = octets.decode("utf-8") if cursor.is_utf8 else decode_mutf7(octets.decode("ascii"))
    except ValueError:
        name = text_of(octets, "the label")
    return prefix + name
