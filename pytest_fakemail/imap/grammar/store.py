# ruff: noqa: D400, D415  (the docstring of a rule is its ABNF)
"""Arguments of the commands that change messages: STORE COPY MOVE EXPUNGE."""

from dataclasses import dataclass
from enum import Enum

from pytest_fakemail.imap.grammar.cursor import Cursor
from pytest_fakemail.imap.grammar.mutf7 import decode_mutf7
from pytest_fakemail.imap.grammar.numbers import SequenceSet
from pytest_fakemail.imap.grammar.rules import (
    astring,
    flag,
    flag_list,
    listed,
    mailbox,
    number64,
    sequence_set,
    spaced,
    text_of,
)


class Operation(Enum):
    """What STORE does with the flags given."""

    REPLACE = ""
    ADD = "+"
    REMOVE = "-"


@dataclass(frozen=True, slots=True)
class StoreFlags:
    """The arguments of STORE and UID STORE; `are_labels` makes them X-GM-LABELS."""

    numbers: SequenceSet
    operation: Operation
    flags: tuple[str, ...]
    is_silent: bool = False
    unchanged_since: int | None = None
    are_labels: bool = False


def store(cursor: Cursor) -> StoreFlags:
    """``store = "STORE" SP sequence-set [SP store-modifiers] SP store-att-flags``"""
    cursor.expect(b" ")
    numbers = sequence_set(cursor)
    cursor.expect(b" ")
    unchanged_since = None
    if "CONDSTORE" in cursor.capabilities and cursor.skip(b"("):
        unchanged_since = _store_modifier(cursor)
        cursor.expect(b") ")
    operation, are_labels, is_silent = _store_item(cursor)
    cursor.expect(b" ")
    flags = _labels(cursor) if are_labels else _flags(cursor)
    return StoreFlags(numbers, operation, flags, is_silent, unchanged_since, are_labels)


def _store_modifier(cursor: Cursor) -> int:
    """``store-modifier = "UNCHANGEDSINCE" SP mod-sequence-valzer``"""
    if not cursor.skip_word("UNCHANGEDSINCE"):
        raise cursor.wants("UNCHANGEDSINCE")
    cursor.expect(b" ")
    return number64(cursor)


def _store_item(cursor: Cursor) -> tuple[Operation, bool, bool]:
    """``["+" / "-"] "FLAGS" [".SILENT"]``: the operation, whether of labels, whether silent"""
    start = cursor.position
    word = cursor.word("FLAGS, +FLAGS or -FLAGS")
    operation = Operation(word[0]) if word[0] in "+-" else Operation.REPLACE
    name = word.removeprefix(operation.value)
    item = name.removesuffix(".SILENT")
    are_labels = item == "X-GM-LABELS" and "X-GM-EXT-1" in cursor.capabilities
    if item != "FLAGS" and not are_labels:
        cursor.position = start
        raise cursor.wants("FLAGS, +FLAGS or -FLAGS")
    return operation, are_labels, item != name


def _flags(cursor: Cursor) -> tuple[str, ...]:
    """``flag-list / (flag *(SP flag))``"""
    return flag_list(cursor) if cursor.peek(b"(") else spaced(cursor, flag)


def _labels(cursor: Cursor) -> tuple[str, ...]:
    r"""``"(" [label *(SP label)] ")" / label``, where ``label = "\" atom / astring``"""
    return listed(cursor, gm_label, least=0) if cursor.peek(b"(") else (gm_label(cursor),)


def gm_label(cursor: Cursor) -> str:
    r"""``label = "\" atom / astring``, a mailbox's name or such as ``\Inbox``"""
    prefix = "\\" if cursor.skip(b"\\") else ""
    octets = astring(cursor, "a label")
    try:
        name = octets.decode("utf-8") if cursor.is_utf8 else decode_mutf7(octets.decode("ascii"))
    except ValueError:
        name = text_of(octets, "the label")
    return prefix + name


@dataclass(frozen=True, slots=True)
class Copy:
    """The arguments of COPY and MOVE, with UID or without."""

    numbers: SequenceSet
    mailbox: str


def copy(cursor: Cursor) -> Copy:
    """``copy = "COPY" SP sequence-set SP mailbox``; MOVE's are the same (RFC 6851 §6)"""
    cursor.expect(b" ")
    numbers = sequence_set(cursor)
    cursor.expect(b" ")
    return Copy(numbers, mailbox(cursor))


def uid_expunge(cursor: Cursor) -> SequenceSet:
    """``uid-expunge = "UID" SP "EXPUNGE" SP sequence-set`` (RFC 4315 §2.1)"""
    cursor.expect(b" ")
    return sequence_set(cursor)
