# ruff: noqa: D400, D415  (the docstring of a rule is its ABNF)
"""STORE and UID STORE: flags change (RFC 3501 §6.4.6), conditionally too (RFC 7162 §3.1.3)."""

from collections.abc import Sequence

from pytest_fakemail.dataclass import dataclass
from pytest_fakemail.imap.client import Client
from pytest_fakemail.imap.commands.limits import newest_first, told
from pytest_fakemail.imap.commands.telling import tell_numbers
from pytest_fakemail.imap.gmail.labels import change_labels
from pytest_fakemail.imap.grammar.cursor import Cursor
from pytest_fakemail.imap.grammar.numbers import SequenceSet, encode_numbers
from pytest_fakemail.imap.grammar.rules import (
    flag,
    flag_list,
    listed,
    number64,
    sequence_set,
    spaced,
)
from pytest_fakemail.imap.grammar.store import Operation, gm_label
from pytest_fakemail.imap.responses.fetching import (
    Column,
    flags_column,
    labels_column,
    modseq_column,
    rows,
    uid_column,
)
from pytest_fakemail.imap.responses.naming import named
from pytest_fakemail.imap.responses.updates import enable_condstore, keyword_news
from pytest_fakemail.imap.table import DONE, Answer, Done, Refused, Table
from pytest_fakemail.store.message import Message
from pytest_fakemail.store.numbers import SeqNum
from pytest_fakemail.store.rights import FLAG_RIGHTS, right_for

table = Table()

_BATCH = 1024
_AT_ONCE = 16 * 1024
"""So many messages are one change; between two such changes others are served."""


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


@table.pair("STORE", store, holds_expunges=True, tell=tell_numbers)
def store_command(client: Client, arguments: StoreFlags, *, is_uid: bool) -> Answer:
    """Change flags of messages."""
    _require_right(client, arguments)
    if arguments.unchanged_since is not None:
        yield enable_condstore(client)
    numbers, named, limit = newest_first(client, *client.resolve(arguments.numbers, is_uid=is_uid))
    numbers, messages = _present(numbers, named)
    if named and not messages and not arguments.is_silent and not is_uid:
        # RFC 2180 §4.2.2: "only a tagged NO".
        raise Refused("None of the messages exists any more", code="EXPUNGEISSUED")
    are_some_gone = len(messages) < len(named) and not is_uid
    numbers, messages, modified = _without_modified(numbers, messages, arguments.unchanged_since)
    for start in range(0, len(messages), _AT_ONCE):
        if start:
            yield b""
        _change(client, arguments, messages[start : start + _AT_ONCE])
    if keywords := keyword_news(client):
        yield keywords
    yield from _told(client, arguments, numbers, messages, is_uid=is_uid)
    if modified:
        failed = (one.uid for _, one in modified) if is_uid else (number for number, _ in modified)
        before, code = told(f"MODIFIED {encode_numbers(failed)}", limit)
        if before:
            yield before
        return Done("Conditional STORE failed for some", code=code)
    # RFC 2180 §4.2.1: what is left was changed, and that is no failure.
    before, code = told("EXPUNGEISSUED" if are_some_gone else "", limit)
    if before:
        yield before
    return Done(code=code)


def _require_right(client: Client, arguments: StoreFlags) -> None:
    """Go on if the user has the right to change any of the flags (RFC 4314 §4)."""
    client.require_write("w" if arguments.are_labels else "")
    acl, rights = client.selected.mailbox.rights.acl, client.selected.rights
    if acl is None:
        return
    needed = set(map(right_for, arguments.flags)) or set(FLAG_RIGHTS)
    if not any(map(rights.may, needed)):
        raise Refused("You have no right to do that", code="NOPERM")


def _present(numbers: list[SeqNum], messages: list[Message]) -> tuple[list[SeqNum], list[Message]]:
    """Leave out what another session expunged."""
    left = [message for message in messages if not message.is_expunged]
    if len(left) == len(messages):
        return numbers, messages
    pairs = zip(numbers, messages, strict=True)
    return [number for number, message in pairs if not message.is_expunged], left


def _without_modified(
    numbers: list[SeqNum], messages: list[Message], unchanged_since: int | None
) -> tuple[list[SeqNum], list[Message], list[tuple[SeqNum, Message]]]:
    """Take out the messages that changed since (RFC 7162 §3.1.3), and return them too."""
    if unchanged_since is None:
        return numbers, messages, []
    pairs = list(zip(numbers, messages, strict=True))
    modified = [pair for pair in pairs if pair[1].modseq > unchanged_since]
    kept = [pair for pair in pairs if pair[1].modseq <= unchanged_since]
    return [number for number, _ in kept], [message for _, message in kept], modified


def _change(client: Client, arguments: StoreFlags, messages: Sequence[Message]) -> None:
    if arguments.are_labels:
        change_labels(client, messages, arguments.operation, arguments.flags)
        return
    mailbox = client.selected.mailbox
    rights = client.selected.rights
    flags = rights.permitted(arguments.flags)  # RFC 9051 §7.1: others are ignored
    if arguments.operation is Operation.REPLACE:
        spared = None if rights.permits_all else rights.forbids
        mailbox.set_flags(messages, flags, spared=spared, author=client.selected)
    elif arguments.operation is Operation.ADD:
        mailbox.add_flags(messages, flags, author=client.selected)
    else:
        mailbox.remove_flags(messages, flags, author=client.selected)


def _told(
    client: Client,
    arguments: StoreFlags,
    numbers: Sequence[SeqNum],
    messages: Sequence[Message],
    *,
    is_uid: bool,
) -> Answer:
    """Answer with FETCH: the flags unless silent, the mod-sequence with CONDSTORE."""
    has_modseq = "CONDSTORE" in client.enabled
    columns: list[Column] = []
    has_uid = is_uid or client.is_rev2 or "QRESYNC" in client.enabled
    if has_uid and not client.is_uid_only:
        columns.append(uid_column())
    if not arguments.is_silent:
        columns.append(labels_column(client) if arguments.are_labels else flags_column(client))
    if has_modseq:
        columns.append(modseq_column())
    if arguments.is_silent and not has_modseq:
        return DONE
    word, names = named(client, numbers, messages)
    for start in range(0, len(messages), _BATCH):
        end = start + _BATCH
        yield rows(columns, names[start:end], messages[start:end], word=word)
    return DONE
