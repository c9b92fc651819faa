# ruff: noqa: D400, D415  (the docstring of a rule is its ABNF)
"""GETACL, SETACL, DELETEACL, LISTRIGHTS, MYRIGHTS: who may do what in a mailbox (RFC 4314 §3).

A mailbox on which the user has none of the rights that a command asks for is answered as one that
does not exist, unless he may look it up (§6).
"""

from collections.abc import Sequence

from pytest_fakemail.dataclass import dataclass
from pytest_fakemail.imap.client import Client
from pytest_fakemail.imap.commands.telling import tell_mailbox, tell_name
from pytest_fakemail.imap.grammar.cursor import BadSyntax, Cursor
from pytest_fakemail.imap.grammar.rules import astring, named_mailbox, text_of
from pytest_fakemail.imap.responses.values import encode_astring, encode_mailbox
from pytest_fakemail.imap.table import AUTHENTICATED, DONE, Answer, Done, Refused, Table
from pytest_fakemail.store.acl import RIGHTS, Acl, UnknownRight, rights_in, written
from pytest_fakemail.store.mailbox import Mailbox
from pytest_fakemail.wire.saslprep import saslprep

table = Table("ACL")

MOST_ENTRIES = 1000
"""In one list, of which each is asked for what a user may do."""
_LONGEST_IDENTIFIER = 1000

_ANY = "lrikxa"
"""The rights of which one is enough to be told one's own (RFC 4314 §4)."""


_SIGNS = ("+", "-")


@dataclass(frozen=True, slots=True)
class WithIdentifier:
    """The arguments of DELETEACL and LISTRIGHTS; `identifier` as sent."""

    mailbox: str
    identifier: str


@dataclass(frozen=True, slots=True)
class SetAcl:
    """The arguments of SETACL: `sign` is ``+`` or ``-``, or empty to replace the rights."""

    mailbox: str
    identifier: str
    sign: str
    rights: frozenset[str]


def with_identifier(cursor: Cursor) -> WithIdentifier:
    """``SP mailbox SP identifier``: DELETEACL, LISTRIGHTS"""
    name = named_mailbox(cursor)
    cursor.expect(b" ")
    return WithIdentifier(name, text_of(astring(cursor, "an identifier"), "the identifier"))


def setacl(cursor: Cursor) -> SetAcl:
    """``setacl = "SETACL" SP mailbox SP identifier SP mod-rights``"""
    whose = with_identifier(cursor)
    cursor.expect(b" ")
    sign, rights = mod_rights(cursor)
    return SetAcl(whose.mailbox, whose.identifier, sign, rights)


def mod_rights(cursor: Cursor) -> tuple[str, frozenset[str]]:
    """``mod-rights = astring ; +rights to add, -rights to remove, rights to replace``"""
    text = text_of(astring(cursor, "rights"), "the rights")
    sign = text[:1] if text.startswith(_SIGNS) else ""
    try:
        return sign, rights_in(text.removeprefix(sign))
    except UnknownRight as unknown:
        # RFC 4314 §3.1: "an unrecognized right MUST cause the command to return the BAD response".
        right = str(unknown)
        if right.isascii() and right.isupper():
            raise BadSyntax("Uppercase rights are not allowed") from None
        raise BadSyntax(f"The {right} right is not supported") from None


@table.command("GETACL", named_mailbox, states=AUTHENTICATED, tell=tell_name)
def getacl(client: Client, name: str) -> Answer:
    """Tell the whole list."""
    mailbox, acl = _administered(client, name)
    pairs = [
        b" %b %b" % (encode_astring(identifier.encode()), encode_astring(written(rights).encode()))
        for identifier, rights in acl.entries.items()
    ]
    yield b"* ACL %b%b\r\n" % (_encoded(client, mailbox), b"".join(pairs))
    return DONE


@table.command("SETACL", setacl, states=AUTHENTICATED, tell=tell_mailbox)
def setacl_command(client: Client, arguments: SetAcl) -> Done:
    """Give an identifier these rights, or add or take some; who has the mailbox open is told."""
    identifier = _prepared(arguments.identifier)
    mailbox, acl = _administered(client, arguments.mailbox)
    if len(acl.entries) >= MOST_ENTRIES:
        raise Refused(f"A list has {MOST_ENTRIES} entries at most", code="LIMIT")
    acl.grant(identifier, arguments.rights, sign=arguments.sign)
    mailbox.regranted()
    return DONE


@table.command("DELETEACL", with_identifier, states=AUTHENTICATED, tell=tell_mailbox)
def deleteacl(client: Client, arguments: WithIdentifier) -> Done:
    """Remove the entry of an identifier; that there is none is no mistake."""
    identifier = _prepared(arguments.identifier)
    mailbox, acl = _administered(client, arguments.mailbox)
    acl.forget(identifier)
    mailbox.regranted()
    return DONE


@table.command("LISTRIGHTS", with_identifier, states=AUTHENTICATED, tell=tell_mailbox)
def listrights(client: Client, arguments: WithIdentifier) -> Answer:
    """Tell which rights an identifier has anyway, and which it can be given: none are tied."""
    identifier = _prepared(arguments.identifier)
    mailbox, acl = _administered(client, arguments.mailbox)
    required = acl.always_of(identifier)
    optional = [right for right in RIGHTS[:-1] if right not in required] + ["c", "d"]
    optional += [] if "a" in required else ["a"]
    yield b"* LISTRIGHTS %b %b %b %b\r\n" % (
        _encoded(client, mailbox),
        encode_astring(arguments.identifier.encode()),
        encode_astring("".join(sorted(required, key=RIGHTS.index)).encode()),
        " ".join(optional).encode(),
    )
    return DONE


@table.command("MYRIGHTS", named_mailbox, states=AUTHENTICATED, tell=tell_name)
def myrights(client: Client, name: str) -> Answer:
    """Tell the rights that the user has himself."""
    mailbox = client.find(name)
    if mailbox is None or not any(client.may(mailbox, right) for right in _ANY):
        raise Refused("There is no such mailbox", code="NONEXISTENT")
    yield myrights_line(client, mailbox)
    return DONE


def myrights_line(client: Client, mailbox: Mailbox, _: Sequence[str] = ()) -> bytes:
    """Return the untagged MYRIGHTS, LIST's too (RFC 8440)."""
    rights = written(mailbox.rights.of(client.owner).letters).encode()
    return b"* MYRIGHTS %b %b\r\n" % (_encoded(client, mailbox), encode_astring(rights))


def _administered(client: Client, name: str) -> tuple[Mailbox, Acl]:
    """Return a mailbox that the user may administer, and its list.

    Raises:
        Impossible, Refused: NONEXISTENT, NOPERM.
    """
    mailbox = client.mailbox(name, "a")
    acl = mailbox.rights.acl or client.service.store.share().acl(client.owner, mailbox)
    return mailbox, acl


def _prepared(identifier: str) -> str:
    """Return an identifier in its one form; a negative one keeps its dash.

    Raises:
        Refused: BAD, SASLprep forbids it or leaves nothing (RFC 4314 §3).
    """
    sign = "-" if identifier.startswith("-") else ""
    try:
        prepared = saslprep(identifier.removeprefix(sign))
    except ValueError:
        prepared = ""
    if not prepared or not prepared.isprintable() or len(prepared) > _LONGEST_IDENTIFIER:
        raise Refused("That cannot be an identifier", status="BAD")
    return sign + prepared


def _encoded(client: Client, mailbox: Mailbox) -> bytes:
    return encode_mailbox(client.name_of(mailbox), is_utf8=client.is_utf8)
