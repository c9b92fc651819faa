# ruff: noqa: D400, D415  (the docstring of a rule is its ABNF)
"""CREATE, DELETE, RENAME, SUBSCRIBE, UNSUBSCRIBE (RFC 3501 §6.3.3 to §6.3.7)."""

from pytest_fakemail.dataclass import dataclass
from pytest_fakemail.imap.client import Client
from pytest_fakemail.imap.commands.listing import name_line
from pytest_fakemail.imap.commands.special_uses import checked_uses
from pytest_fakemail.imap.commands.telling import tell_mailbox, tell_name
from pytest_fakemail.imap.grammar.cursor import Cursor
from pytest_fakemail.imap.grammar.rules import atom, listed, named_mailbox
from pytest_fakemail.imap.table import AUTHENTICATED, DONE, Answer, Done, Refused, Table
from pytest_fakemail.store.namespaces import personal_prefix

table = Table()


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


@table.command("CREATE", create, states=AUTHENTICATED, tell=tell_mailbox)
def create_command(client: Client, arguments: Create) -> Answer:
    """Make a mailbox, with special uses if asked (RFC 6154 §3)."""
    uses = checked_uses(arguments.special_uses)
    _require_place(client, arguments.mailbox)
    mailbox = client.mailboxes.create(arguments.mailbox, attributes=uses, is_limited=True)
    yield _normalised(client, arguments.mailbox)
    code = f"MAILBOXID ({mailbox.mailbox_id})" if "OBJECTID" in client.granted else ""
    return Done(code=code)


@table.command("DELETE", named_mailbox, states=AUTHENTICATED, tell=tell_name)
def delete(client: Client, name: str) -> Answer:
    """Delete a mailbox; if it is the selected one, that ends first."""
    mailboxes = client.mailboxes
    is_selected = client.view is not None and client.view.mailbox is mailboxes.get(name)
    mailboxes.delete(name)
    if is_selected:
        client.deselect()
        yield b"* OK [CLOSED] The selected mailbox was deleted\r\n"
    yield _normalised(client, name)
    return DONE


@dataclass(frozen=True, slots=True)
class Rename:
    """The arguments of RENAME."""

    mailbox: str
    new_name: str


def rename(cursor: Cursor) -> Rename:
    """``rename = "RENAME" SP mailbox SP mailbox``"""
    name = named_mailbox(cursor)
    return Rename(name, named_mailbox(cursor))


@table.command("RENAME", rename, states=AUTHENTICATED, tell=tell_mailbox)
def rename_command(client: Client, arguments: Rename) -> Answer:
    """Give a mailbox and those below it another name; who has it selected keeps it."""
    _require_place(client, arguments.new_name)
    client.mailboxes.rename(arguments.mailbox, arguments.new_name)
    yield _normalised(client, arguments.new_name)
    return DONE


def _normalised(client: Client, spelt: str) -> bytes:
    """Return the untagged LIST of a name that is another than the client spelt, for IMAP4rev2.

    RFC 9051 §6.3.9.7: as if somebody had renamed it.
    """
    hierarchy = client.mailboxes.hierarchy
    spelt = hierarchy.without_end(spelt)
    name = hierarchy.canonical(spelt)
    return name_line(client, name, spelt) if client.is_rev2 and name != spelt else b""


@table.command("SUBSCRIBE", named_mailbox, states=AUTHENTICATED, tell=tell_name)
def subscribe(client: Client, name: str) -> Done:
    """Subscribe to a mailbox that there is."""
    client.mailbox(name, "l")
    client.mailboxes.subscribe(name)
    return DONE


@table.command("UNSUBSCRIBE", named_mailbox, states=AUTHENTICATED, tell=tell_name)
def unsubscribe(client: Client, name: str) -> Done:
    """End a subscription; that there is none is no mistake."""
    client.mailboxes.unsubscribe(name)
    return DONE


def _require_place(client: Client, name: str) -> None:
    """Go on only if a mailbox can have this name: it is in one of the namespaces.

    Raises:
        Refused: it is in none.
    """
    name = client.mailboxes.hierarchy.canonical(name)
    prefix, sharing = personal_prefix(client.service.settings), client.sharing
    others = () if sharing is None else (sharing.others, sharing.shared)
    if not any(name.startswith(one) for one in (prefix, *filter(None, others))):
        raise Refused(f"Mailboxes are below {prefix}", code="CANNOT")
