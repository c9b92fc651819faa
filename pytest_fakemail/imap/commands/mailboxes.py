"""CREATE, DELETE, RENAME, SUBSCRIBE, UNSUBSCRIBE (RFC 3501 §6.3.3 to §6.3.7)."""

from pytest_fakemail.imap.client import Client
from pytest_fakemail.imap.commands.telling import tell_mailbox, tell_name
from pytest_fakemail.imap.grammar.mailboxes import (
    Create,
    Rename,
    create,
    named_mailbox,
    rename,
)
from pytest_fakemail.imap.table import AUTHENTICATED, Answer, Done, Refused, Table
from pytest_fakemail.store.tree import POSSIBLE_USES

table = Table()

_POSSIBLE_USES = {use.lower(): use for use in POSSIBLE_USES}


@table.command("CREATE", create, states=AUTHENTICATED, tell=tell_mailbox)
def create_command(client: Client, arguments: Create) -> Done:
    r"""Make a mailbox, with special uses if asked (RFC 6154 §3).

    ``\All`` is refused: there is no mailbox that shows the messages of others.
    """
    uses = []
    for use in arguments.special_uses:
        if use.lower() not in _POSSIBLE_USES:
            raise Refused(f"{use} is not supported", code="USEATTR")
        uses.append(_POSSIBLE_USES[use.lower()])
    mailbox = client.owner.mailboxes.create(arguments.mailbox, attributes=uses)
    code = f"MAILBOXID ({mailbox.mailbox_id})" if "OBJECTID" in client.granted else ""
    return Done(code=code)


@table.command("DELETE", named_mailbox, states=AUTHENTICATED, tell=tell_name)
def delete(client: Client, name: str) -> Answer:
    """Delete a mailbox; if it is the selected one, that ends first."""
    mailbox = client.mailbox(name) if name in client.owner.mailboxes else None
    is_selected = client.view is not None and client.view.mailbox is mailbox
    client.owner.mailboxes.delete(name)
    if is_selected:
        client.deselect()
        yield b"* OK [CLOSED] The selected mailbox was deleted\r\n"
    return Done()


@table.command("RENAME", rename, states=AUTHENTICATED, tell=tell_mailbox)
def rename_command(client: Client, arguments: Rename) -> Done:
    """Give a mailbox and those below it another name; who has it selected keeps it."""
    client.owner.mailboxes.rename(arguments.mailbox, arguments.new_name)
    return Done()


@table.command("SUBSCRIBE", named_mailbox, states=AUTHENTICATED, tell=tell_name)
def subscribe(client: Client, name: str) -> Done:
    """Subscribe to a mailbox that there is."""
    client.mailbox(name)
    client.owner.mailboxes.subscribe(name)
    return Done()


@table.command("UNSUBSCRIBE", named_mailbox, states=AUTHENTICATED, tell=tell_name)
def unsubscribe(client: Client, name: str) -> Done:
    """End a subscription; that there is none is no mistake."""
    client.owner.mailboxes.unsubscribe(name)
    return Done()
