# ruff: noqa: D400, D415  (the docstring of a rule is its ABNF)
"""GETMETADATA, SETMETADATA: annotations of mailboxes and of the server (RFC 5464)."""

from collections.abc import Mapping

from pytest_fakemail.dataclass import dataclass
from pytest_fakemail.imap.client import Client
from pytest_fakemail.imap.commands.filters import require_criteria
from pytest_fakemail.imap.commands.special_uses import uses_to_set
from pytest_fakemail.imap.commands.telling import tell_mailbox
from pytest_fakemail.imap.grammar.cursor import Cursor
from pytest_fakemail.imap.grammar.metadata import asked_entry, entry, entry_list
from pytest_fakemail.imap.grammar.rules import listed, mailbox, nstring, number, spaced
from pytest_fakemail.imap.responses.metadata import (
    ADMIN,
    Changes,
    known_values,
    may_annotate,
    metadata_line,
)
from pytest_fakemail.imap.table import AUTHENTICATED, DONE, Answer, Done, Refused, Table
from pytest_fakemail.store.acl import ANONYMOUS
from pytest_fakemail.store.annotations import PRIVATE, Spelt, book
from pytest_fakemail.store.mailbox import Mailbox

table = Table("METADATA-SERVER")

_DEPTHS = {"0": 0, "1": 1, "INFINITY": None}


@dataclass(frozen=True, slots=True)
class GetMetadata:
    """The arguments of GETMETADATA; `depth` None is infinity."""

    mailbox: str
    entries: tuple[str, ...]
    maxsize: int | None = None
    depth: int | None = 0


@dataclass(frozen=True, slots=True)
class SetMetadata:
    """The arguments of SETMETADATA; a value of None removes the entry."""

    mailbox: str
    values: Mapping[str, bytes | None]


def getmetadata(cursor: Cursor) -> GetMetadata:
    """``getmetadata = "GETMETADATA" [SP getmetadata-options] SP mailbox SP entries``

    The examples of RFC 5464 have the options behind the mailbox, and entries without parentheses.
    """
    cursor.expect(b" ")
    options: dict[str, int | None] = {}
    if cursor.peek(b"("):
        options = _options(cursor)
        cursor.expect(b" ")
    name = _mailbox(cursor)
    cursor.expect(b" ")
    if not options and cursor.peek(b"(") and _has_options(cursor):
        options = _options(cursor)
        cursor.expect(b" ")
    entries = entry_list(cursor) if cursor.peek(b"(") else spaced(cursor, asked_entry)
    return GetMetadata(name, entries, options.get("MAXSIZE"), options.get("DEPTH", 0))


def _mailbox(cursor: Cursor) -> str:
    """``mailbox ; empty string for mailbox implies server annotation``"""
    return "" if cursor.skip(b'""') else mailbox(cursor)


def _has_options(cursor: Cursor) -> bool:
    start = cursor.position
    cursor.skip(b"(")
    word = cursor.peek_word()
    cursor.position = start
    return bool(word)


def _options(cursor: Cursor) -> dict[str, int | None]:
    """``"(" getmetadata-option *(SP getmetadata-option) ")"``"""
    options = listed(cursor, _option)
    if len(dict(options)) < len(options):
        raise cursor.wants("each option once")
    return dict(options)


def _option(cursor: Cursor) -> tuple[str, int | None]:
    """``"MAXSIZE" SP number / "DEPTH" SP ("0" / "1" / "infinity")``"""
    name = cursor.peek_word()
    if name not in ("MAXSIZE", "DEPTH"):
        raise cursor.wants("MAXSIZE or DEPTH")
    cursor.skip_word(name)
    cursor.expect(b" ")
    if name == "MAXSIZE":
        return name, number(cursor)
    depth = cursor.peek_word()
    if depth not in _DEPTHS:
        raise cursor.wants("0, 1 or infinity")
    cursor.skip_word(depth)
    return name, _DEPTHS[depth]


def setmetadata(cursor: Cursor) -> SetMetadata:
    """``setmetadata = "SETMETADATA" SP mailbox SP entry-values``"""
    cursor.expect(b" ")
    name = _mailbox(cursor)
    cursor.expect(b" ")
    return SetMetadata(name, dict(listed(cursor, _entry_value)))


def _entry_value(cursor: Cursor) -> tuple[str, bytes | None]:
    """``entry-value = entry SP value``, where ``value = nstring / literal8``"""
    name = entry(cursor)
    cursor.expect(b" ")
    if cursor.peek(b"~"):
        found = cursor.literal()
        if found is None:
            raise cursor.wants("a value")
        return name, found[0]
    return name, nstring(cursor)


@table.command("GETMETADATA", getmetadata, states=AUTHENTICATED, tell=tell_mailbox)
def getmetadata_command(client: Client, arguments: GetMetadata) -> Answer:
    """Tell annotations, those below the entries too if asked, and only short ones if asked."""
    mailbox = _annotated(client, arguments.mailbox)
    known = known_values(client, mailbox)
    found: dict[str, bytes | None] = {}
    for asked in arguments.entries:
        found |= _below(known, asked, arguments.depth)
    longest = 0
    if arguments.maxsize is not None:
        sizes = {name: len(value) for name, value in found.items() if value is not None}
        too_long = {name for name, size in sizes.items() if size > arguments.maxsize}
        longest = max((sizes[name] for name in too_long), default=0)
        found = {name: value for name, value in found.items() if name not in too_long}
    yield metadata_line(client, mailbox, list(found.items()))
    return Done(code=f"METADATA LONGENTRIES {longest}" if longest else "")


@table.command("SETMETADATA", setmetadata, states=AUTHENTICATED, tell=tell_mailbox)
def setmetadata_command(client: Client, arguments: SetMetadata) -> Done:
    """Set and remove annotations, all or none; other clients that enabled METADATA are told."""
    mailbox = _annotated(client, arguments.mailbox)
    user, entries = client.owner.name, [entry.lower() for entry in arguments.values]
    if user == ANONYMOUS:
        if any(entry.startswith(PRIVATE) for entry in entries):
            raise Refused("Anonymous users have no private annotations", code="METADATA NOPRIVATE")
        if mailbox is None:
            raise Refused("Not for anonymous users", code="NOPERM")
    if mailbox is None and ADMIN in entries:
        raise Refused(f"{ADMIN} is only to be read", code="NOPERM")
    if mailbox is None and "FILTERS" in client.granted:
        require_criteria(client, arguments.values)
    uses = uses_to_set(client, mailbox, arguments.values)
    by = next((one for one in client.tellers if isinstance(one, Changes)), None)
    book(client.registry).change(mailbox, arguments.values, user, by)
    if mailbox is not None and uses is not None:
        mailbox.attributes = uses
    return DONE


def _annotated(client: Client, name: str) -> Mailbox | None:
    """Return the mailbox whose annotations are meant, None for the server.

    Raises:
        Impossible, Refused: NONEXISTENT, NOPERM (RFC 5464 §3.3).
    """
    if not name:
        return None
    if "METADATA" not in client.granted:
        raise Refused("Mailboxes have no annotations here", code="CANNOT")
    mailbox = client.mailbox(name, "l")
    if not may_annotate(client, mailbox):
        raise Refused("You have no right to do that", code="NOPERM")
    return mailbox


def _below(known: Spelt, asked: str, depth: int | None) -> dict[str, bytes | None]:
    """Return an entry, as it was asked for, and those so far below it, as they were set."""
    key = asked.lower()
    found: dict[str, bytes | None] = {asked: known[key][1]} if key in known else {}
    if depth != 0:
        for other, (spelt, value) in sorted(known.items()):
            levels = other.removeprefix(f"{key}/").count("/") + 1
            if other.startswith(f"{key}/") and (depth is None or levels <= depth):
                found[spelt] = value
    return found or {asked: None}
