"""UNSELECT: CLOSE that expunges nothing (RFC 3691, RFC 9051 §6.4.2)."""

from pytest_fakemail.imap.client import Client
from pytest_fakemail.imap.grammar.rules import no_arguments
from pytest_fakemail.imap.table import DONE, SELECTED, Done, Table

table = Table("UNSELECT")


@table.command("UNSELECT", no_arguments, states=SELECTED)
def unselect(client: Client, _: None) -> Done:
    """Return to the authenticated state."""
    client.deselect()
    return DONE
